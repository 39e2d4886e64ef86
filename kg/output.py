"""Answers and tables -> text for a terminal or a file."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Triple, serialize

from kg.errors import FormatError
from kg.query import Answer, value
from kg.vocabulary import PREFIXES, curie

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

RESULTS: Final = {"csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV, "json": QueryResultsFormat.JSON}
GRAPHS: Final = {"turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "jsonld": RdfFormat.JSON_LD}


def refuse_format(name: str) -> None:
    """Raise FormatError before any work is done for a format nothing can be written in."""
    if name not in ("table", *RESULTS, *GRAPHS):
        raise FormatError(f'"{name}" is no format; allowed: table, {", ".join([*RESULTS, *GRAPHS])}')


def forms(answer: Answer) -> tuple[str, ...]:
    """The formats an answer can be written in: of rows and truth values, or of a graph."""
    return ("table", *RESULTS) if isinstance(answer, QuerySolutions | QueryBoolean) else ("table", *GRAPHS)


def render(answer: Answer, format_name: str, colour: bool = False) -> bytes:
    """An answer in a format; raises FormatError where it has no such form. The table of a graph is Turtle.

    With `colour` it is made for a terminal: no character of an answer steers it.
    """
    if format_name not in forms(answer):
        what = "rows" if "csv" in forms(answer) else "a graph"
        raise FormatError(f'the answer is {what} and has no "{format_name}" form; allowed: {", ".join(forms(answer))}')
    if isinstance(answer, QueryBoolean):
        return _serialized(answer, RESULTS["json"]) if format_name == "json" else (b"true\n" if answer else b"false\n")
    if isinstance(answer, QuerySolutions) and format_name == "table":
        return _table_text(answer, colour)
    written = (
        _serialized(answer, RESULTS[format_name]) if isinstance(answer, QuerySolutions) else _graph(answer, format_name)
    )
    return tame(written) if colour else written


def _graph(answer: Iterable[Triple], format_name: str) -> bytes:
    rdf_format = GRAPHS["turtle" if format_name == "table" else format_name]
    text = serialize(answer, format=rdf_format, prefixes=None if rdf_format == RdfFormat.N_TRIPLES else PREFIXES)
    return (text or b"").rstrip() + b"\n"


def _serialized(answer: QuerySolutions | QueryBoolean, results_format: QueryResultsFormat) -> bytes:
    text = answer.serialize(format=results_format) or b""
    return text if text.endswith(b"\n") else text + b"\n"


def _table_text(solutions: QuerySolutions, colour: bool) -> bytes:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*(variable.value for variable in solutions.variables), box=None, header_style="bold")
    for solution in solutions:
        table.add_row(*(escape(plain(shown(value(term)))) for term in solution))
    out = io.StringIO()
    Console(file=out, highlight=False, force_terminal=colour, width=None if colour else 100_000).print(table)
    return "".join(line.rstrip() + "\n" for line in out.getvalue().splitlines()).encode()


def tame(written: bytes) -> bytes:
    """An answer in a format for programs, made safe to show on a terminal."""
    return plain(written.decode().replace("\r\n", "\n")).encode()


def plain(text: str) -> str:
    """A text without characters that steer a terminal; line ends stay.

    >>> plain("red \x1b[31m")
    'red \\\\x1b[31m'
    """
    return "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in text)


def shown(item: Any) -> str:
    """A value for a reader: IRIs as CURIEs, decimals with four digits."""
    match item:
        case None:
            return ""
        case float():
            return f"{item:.4f}".rstrip("0").rstrip(".")
        case str() if item.startswith("http"):
            return curie(item)
        case _:
            return str(item)


def percent(cases: Any, patients: Any, proportion: Any, lower: Any, upper: Any, digits: str = "") -> str:
    """A share as people read it: percentage, k/n and interval; of fewer than 20 patients no percentage stands alone.

    >>> percent(1139, 2172, 0.5244, 0.5034, 0.5453, "")
    '52.4 % (1,139/2,172; 95 % 50.3-54.5)'
    """
    count = f"{cases:,}/{patients:,}" if _there(cases) else (f"of {patients:,}" if _there(patients) else "n not stated")
    if not _there(proportion):
        return f"{digits} % ({count})" if digits else count
    return f"{100 * proportion:.1f} % ({count}; 95 % {100 * lower:.1f}-{100 * upper:.1f})"


def _there(item: Any) -> bool:
    import pandas as pd

    return not pd.isna(item)


def table(frame: pd.DataFrame) -> Table:
    """A DataFrame as a table for rich, nothing in it taken for markup."""
    from rich.markup import escape
    from rich.table import Table

    made = Table(*(str(column) for column in frame.columns), box=None, header_style="bold")
    for row in frame.itertuples(index=False):
        made.add_row(*(escape(plain(shown(item))) if _there(item) else "" for item in row))
    return made


def readable(title: str, section: pd.DataFrame) -> pd.DataFrame:
    """The columns of a card's section that people read, spread with its numbers in one column."""
    if "proportion" not in section:
        return section[
            [
                c
                for c in ("other", "population", "kind", "sources", "source", "aspect", "text", "locator")
                if c in section and section[c].notna().any()
            ]
        ]
    numbers = ("cases", "patients", "proportion", "lower95", "upper95")
    filled = section.assign(
        frequency=[
            percent(*row) for row in section[[*numbers]].assign(d=section["percent"].fillna("")).itertuples(index=False)
        ],
        marks=[_marks(row) for row in section.to_dict("records")],
    )
    counted = filled["kind"].iloc[0] != "said"
    columns = ["frequency", "denominator", "ascertainment"] if counted else ["strength", "frequency"]
    columns += ["counts"] if "counts" in filled else []
    pair = ["site", "cancer"] if title.startswith("Spreads to") else ["cancer", "site"]
    return filled[[*pair, *columns, "population", "source", "tier", "marks"]]


def _marks(row: dict[Any, Any]) -> str:
    """What a reader must know before using a row."""
    marks = {
        "own organ": row["own_organ"],
        "from percent": row["from_percent"],
        "inferred": row["inferred"],
        "refutes": row["stance"] == "refutes",
        "0 found": row["cases"] == 0 if _there(row["cases"]) else False,
    }
    return ", ".join(name for name, holds in marks.items() if holds)


def guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts no spreadsheet takes for a formula: one that begins with = + - @ gets an apostrophe."""
    return frame.map(lambda cell: f"'{cell}" if isinstance(cell, str) and cell[:1] in _FORMULA else cell)


_FORMULA: Final = tuple("=+-@\t\r")

"""SPARQL -> an answer: terms, a DataFrame, a bool or an rdflib Graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, Store, Triple

from kg.errors import QueryError, QueryFailed, QuerySyntaxError
from kg.store import to_rdflib
from kg.vocabulary import PREFIXES, iri

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

Answer: TypeAlias = QuerySolutions | QueryBoolean | Iterable[Triple]
"""Rows of a SELECT, the truth of an ASK, or the triples of a CONSTRUCT or DESCRIBE."""

_XSD: Final = PREFIXES["xsd"]
_CONVERT: Final[dict[str, Callable[[str], Any]]] = {
    **{_XSD + name: int for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")},
    **{_XSD + name: float for name in ("double", "float", "decimal")},
    _XSD + "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
}


def ask(store: Store, query: str, allow_service: bool = False) -> Answer:
    """Run a query; its prefixes may be left out if the project knows them.

    Raises QuerySyntaxError with line and column, QueryError for a SERVICE that was not allowed or for one nested so
    deep that it would end the process, QueryFailed if the engine gives up.
    """
    refuse_service(query, allow_service)
    _refuse_depth(query)
    try:
        return store.query(query, prefixes={name: iri for mark, name, iri in _MARKS if mark in query})
    except SyntaxError as error:
        raise syntax_error(str(error), query) from None
    except _BREAKS as error:
        raise _broken_off(error) from error


_MARKS: Final = [(f"{name}:", name, iri) for name, iri in PREFIXES.items()]
"""What a query holds that uses a prefix: the engine takes its time to read them all."""

_BREAKS: Final = (OSError, RuntimeError, ValueError)
"""What the engine raises in the midst of an answer."""


def _broken_off(error: Exception) -> QueryFailed:
    return QueryFailed(f"the query broke off: {error}")


def refuse_service(query: str, allowed: bool) -> None:
    """Raise QueryError if a query asks another server and that was not allowed."""
    if not allowed and uses_service(query):
        raise QueryError(
            "the query asks another server (SERVICE); allowed: no SERVICE, or --allow-service (allow_service=True)"
        )


def uses_service(query: str) -> bool:
    """True if a query may ask another server; a word in a comment, a string, an IRI or a name is no reason.

    Where `<` may open an IRI or compare two values, both readings are followed: a query that could hide a SERVICE
    from one of them is refused.
    """
    starts, seen = [0] if "service" in query.lower() else [], set[int]()
    while starts:
        at = starts.pop()
        while at not in seen and (token := _TOKEN.search(query, at)):
            seen.add(at)
            if token["service"]:
                return True
            if token["iri"] and ("'" in token["iri"] or "#" in token["iri"]):
                starts.append(token.start() + 1)
            at = token.end()
    return False


_IRI: Final = r"<[^<>\"{}|^`\x00-\x20]*>"
_WORDS: Final = (
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''(?:[^\\]|\\.)*?'''"
    r'|"(?:[^"\\\r\n]|\\.)*"'
    r"|'(?:[^'\\\r\n]|\\.)*'"
    r"|#[^\r\n]*"
    r"|\\."
)
"""Strings, comments, and a character that a name escapes."""

_OPAQUE: Final = re.compile(f"{_IRI}|{_WORDS}", re.DOTALL)
_NAMES: Final = r"[?$]\w+|@[a-z0-9-]+|:[\w-]*"
_TOKEN: Final = re.compile(f"(?P<iri>{_IRI})|{_WORDS}|{_NAMES}|(?P<service>SERVICE)", re.DOTALL | re.IGNORECASE)


_DEEPEST: Final = 1000
_BRACKET, _PART, _LINK = 10, 3, 1
"""The engine calls itself for what is nested, and where its stack ends, so does the process. With 1 MiB of stack (an
eighth of what Linux gives) it did from the 100th bracket within brackets, where each is a function or an EXISTS, the
308th part joined in one group, and the 839th operator in a row: so much is each worth of the deepest."""

_NESTING: Final = re.compile(
    f"(?P<iri>{_IRI})|{_WORDS}|{_NAMES}"
    r"|(?P<data>(?<!\w)VALUES\s*(?:[?$]\w+|\([^()]*\))\s*\{)|(?P<open>[({[]|<<)|(?P<close>[])}]|>>)"
    r"|(?P<as>(?<!\w)AS(?![\w:]))|(?P<link>(?<!\w)FILTER(?![\w:])|\|\||&&|!(?!=)|[|^*/+-])|(?P<comma>,)",
    re.DOTALL | re.IGNORECASE,
)


def _refuse_depth(query: str) -> None:
    """Raise QueryError if a query is nested so deep, or chained so long, that the engine's stack would not do."""
    nested = (_BRACKET + _PART + _LINK) * sum(map(query.count, ("(", "{", "[", "<<")))
    if nested + len(query) <= _DEEPEST or nested + _LINK * sum(map(query.count, "!|&^*/+-")) <= _DEEPEST:
        return  # as nearly every query: it cannot be too deep, however it is read
    if _depth(query) > _DEEPEST:
        raise QueryError(
            f"the query is nested too deep; allowed: {_DEEPEST // _BRACKET} brackets within brackets, "
            f"{_DEEPEST // _PART} parts in a group, {_DEEPEST // _LINK:,} operators in a row (IN and VALUES take any number)"
        )


def _depth(query: str) -> int:
    """How deep the engine nests, in links, counted until that is too deep: what is open, and what is chained there.

    Brackets in an IRI count, since it may be a comparison; links in the data of VALUES and before a comma do not.
    """
    opened, chained, deepest = [""], [0], 0
    for token in _NESTING.finditer(query):
        kind, text = token.lastgroup, token[0]
        if kind in ("open", "data"):
            opened.append("data" if "data" in (kind, opened[-1]) else text)
            chained.append(_BRACKET)
        elif kind == "close" and len(opened) > 1:
            opened.pop()
            chained.pop()
            chained[-1] += _PART if text == "}" else 0
        elif kind == "as":  # what is named is joined to the group around
            chained[-2:-1] = [one + _PART for one in chained[-2:-1]]
        elif kind == "iri":
            chained[-1] += _BRACKET * sum(map(text.count, "([!")) * (opened[-1] != "data")
        elif kind == "link":
            chained[-1] += _LINK * (opened[-1] != "data")
        elif kind == "comma" and opened[-1] == "(":
            chained[-1] = _BRACKET
        if (deepest := max(deepest, sum(chained))) > _DEEPEST:
            break
    return deepest


def without_words(query: str) -> str:
    """A query without its strings, IRIs and comments, everything else in its place."""
    return _OPAQUE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), query)


def syntax_error(message: str, query: str) -> QuerySyntaxError:
    """What the engine says, with the likely cause in words."""
    line, column = (int(n) for n in m.groups()) if (m := re.search(r"at (\d+):(\d+)", message)) else (0, 0)
    bare = without_words(query)
    if quote := re.search("[\"']", bare):
        return QuerySyntaxError("a quote is opened here and not closed", *_place(bare, quote.start()))
    known = {*PREFIXES, *re.findall(r"(?i)prefix\s++([\w-]*)\s*:", bare)}
    for match in re.finditer(r"(?<![\w:?$@.-])([A-Za-z][\w.-]*):", bare):
        if match[1] not in known:
            what = f'unknown prefix "{match[1]}"; known: {", ".join(PREFIXES)}'
            return QuerySyntaxError(what, *_place(bare, match.start()))
    if (opened := bare.count("{") - bare.count("}")) > 0:
        return QuerySyntaxError(
            f'{opened} "{{" without "}}"; the last line was read and the query was not complete', line, column
        )
    if opened < 0:
        return QuerySyntaxError(f'{-opened} "}}" too many', line, column)
    expected = re.sub(r"^error at \d+:\d+: ", "", message)
    return QuerySyntaxError(expected[:300], line, column)


def _place(text: str, at: int) -> tuple[int, int]:
    """Line and column of a position in a text, counted from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def value(term: Any) -> Any:
    """A term as a Python value: int, float, bool or text; None where a row has nothing.

    A literal that is none of its datatype, such as "many"^^xsd:integer, stays text.
    """
    kind = type(term)
    if kind is NamedNode:
        return term.value
    if kind is Literal:
        text = term.value
        if (convert := _CONVERT.get(term.datatype.value)) and text.isascii() and "_" not in text:  # which Python reads
            with suppress(ValueError, KeyError):
                return convert(text)
        return text
    if kind is BlankNode:
        return f"_:{term.value}"
    return None if term is None else str(term)


def to_frame(solutions: QuerySolutions) -> pd.DataFrame:
    """Solutions as a DataFrame, a column a variable, named also when there are no rows.

    A column of whole numbers is nullable Int64, of decimals float64, of truth values boolean, anything else text.
    """
    return frame(*select(solutions))


def select(answer: Answer) -> tuple[list[str], list[list[Any]]]:
    """Names and rows of a SELECT's answer, as Python values; raises QueryError for any other answer."""
    if not isinstance(answer, QuerySolutions):
        raise QueryError("the query makes no rows; allowed: SELECT")
    try:
        return [variable.value for variable in answer.variables], [[value(term) for term in row] for row in answer]
    except _BREAKS as error:
        raise _broken_off(error) from error


def frame(names: list[str], rows: list[list[Any]]) -> pd.DataFrame:
    """Rows of Python values as a DataFrame with typed columns."""
    import pandas as pd

    if not names:
        return pd.DataFrame()
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    header = _header(tuple(names)).view()
    return _put_together()(list(map(_array, columns)), pd.RangeIndex(len(rows)), header)


@cache
def _put_together() -> Callable[[list[Any], pd.RangeIndex, pd.Index[str]], pd.DataFrame]:
    """What makes a DataFrame of typed arrays: the constructor, since it looks for types anew, takes twice as long."""
    import numpy as np
    import pandas as pd

    try:
        from pandas.api.internals import create_dataframe_from_blocks  # type: ignore[import-not-found]
    except ImportError:  # pandas 2
        return lambda arrays, index, header: pd.DataFrame(dict(enumerate(arrays)), index).set_axis(header, axis=1)

    def made(arrays: list[Any], index: pd.RangeIndex, header: pd.Index[str]) -> pd.DataFrame:
        blocks = [
            (array.reshape(1, -1) if isinstance(array, np.ndarray) else array, np.array([place]))
            for place, array in enumerate(arrays)
        ]
        frame: pd.DataFrame = create_dataframe_from_blocks(blocks, index=index, columns=header)
        return frame

    return made


@lru_cache(maxsize=256)
def _header(names: tuple[str, ...]) -> pd.Index[str]:
    """The names of columns; whoever takes them takes a view, which can be renamed alone."""
    import pandas as pd

    header: pd.Index[str] = pd.Index(_texts()(names))
    return header


def _array(column: tuple[Any, ...]) -> Any:
    """Whole numbers as nullable integers, decimals as floats, truth values as booleans, anything else as text."""
    import numpy as np
    import pandas as pd

    kinds = set(map(type, column)) - {type(None)}
    if kinds <= {str}:
        return _texts()(column)
    if kinds <= {int, float} and float in kinds:
        return np.array([np.nan if item is None else item for item in column], dtype="float64")
    if kinds == {int}:
        try:
            numbers = np.array([0 if item is None else item for item in column], dtype="int64")
        except OverflowError:  # whole numbers beyond 64 bits
            return np.array(column, dtype="object")
        return pd.arrays.IntegerArray(numbers, np.array([item is None for item in column]))
    if kinds == {bool}:
        return pd.array(column, dtype=pd.BooleanDtype())
    return np.array(column, dtype="object")


@cache
def _texts() -> Callable[[Sequence[str | None]], Any]:
    """What makes texts the array that pandas keeps them in: directly, where that is one of pyarrow's."""
    import numpy as np
    import pandas as pd

    kept = pd.StringDtype(na_value=np.nan)
    if kept.storage != "pyarrow":
        return lambda texts: pd.array(texts, dtype=kept)
    import pyarrow as pa  # type: ignore[import-untyped]

    made: Callable[..., Any] = pd.arrays.ArrowStringArray
    kind = pa.large_string()
    return lambda texts: made(pa.array(texts, type=kind), dtype=kept)


def answer(result: Answer) -> pd.DataFrame | bool | rdflib.Graph:
    """SELECT -> DataFrame, ASK -> bool, CONSTRUCT and DESCRIBE -> rdflib Graph."""
    match result:
        case QuerySolutions():
            return to_frame(result)
        case QueryBoolean():
            return bool(result)
        case triples:
            try:
                return to_rdflib(triples)
            except _BREAKS as error:
                raise _broken_off(error) from error


def with_parameters(query: str, parameters: Mapping[str, str]) -> str:
    """Put values, written as SPARQL terms, where `VALUES ?name { ... }` stands in a query.

    >>> with_parameters("SELECT * { VALUES ?cancer { MONDO:0008315 } }", {"cancer": "MONDO:0005061"})
    'SELECT * { VALUES ?cancer { MONDO:0005061 } }'
    """
    for name, term in parameters.items():
        pattern = re.compile(rf"(VALUES\s+\?{re.escape(name)}\s*\{{)[^}}]*(\}})", re.IGNORECASE)
        found = list(pattern.finditer(query))
        if len(found) != 1:
            raise QueryError(f'the query has {len(found)} times "VALUES ?{name} {{ ... }}"; allowed: once')
        query = f"{query[: found[0].end(1)]} {term} {query[found[0].start(2) :]}"
    return query


def term(value: str) -> str:
    """A text, number or IRI as SPARQL writes it, safe to put into a query; raises QueryError for a broken IRI."""
    if re.fullmatch(r"-?\d+(\.\d+)?", value, re.ASCII):
        return value
    if value.startswith(("http://", "https://")):
        try:
            return str(NamedNode(value))
        except ValueError as error:
            raise QueryError(f'"{value}" is no IRI ({error}); allowed: one without blanks, quotes and braces') from None
    return str(Literal(value))


def iri_term(curie: str) -> str:
    """A CURIE's IRI as SPARQL writes it; raises QueryError for what is no CURIE, or has a prefix nobody knows.

    >>> iri_term("mkg:metastasis/UBERON_0000160")
    '<https://w3id.org/metastasis-kg/metastasis/UBERON_0000160>'
    """
    try:
        return str(NamedNode(iri(curie)))
    except ValueError:
        raise QueryError(
            f'"{curie}" is no CURIE; allowed: one like MONDO:0008315, prefix {", ".join(PREFIXES)}'
        ) from None

"""Speed and size of the graph, a line a figure: `make bench`, or `python benchmarks/run.py [--large] [PART ...]`.

Everything is CPU seconds of child processes, the fewest of several runs taken in turns, so that ratios hold on a busy
machine too. Nothing here is a test: a figure that misses its goal is marked, and explained in RESULTS.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import building
import growth
import queries
import startup
from measure import Figure, python
from rich.console import Console
from rich.table import Table

SIZES = (1, 2, 5, 10)


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parts = ("start", "queries", "build", "growth")
    parser.add_argument("part", nargs="*", help=f"what to measure: {', '.join(parts)}; all if not given")
    parser.add_argument("--large", action="store_true", help="let the synthetic graph grow to 50 times the data")
    parser.add_argument("--out", type=Path, help="write the table as Markdown too")
    chosen = parser.parse_args()
    if strangers := set(chosen.part) - set(parts):
        parser.error(f"unknown: {', '.join(sorted(strangers))}; allowed: {', '.join(parts)}")
    with tempfile.TemporaryDirectory(prefix="kg-bench-") as folder:
        work = Path(folder)
        store, quads, union = work / "store", work / "all.nq", work / "union.nt"
        size = python(building.__file__, "dump", quads, union, store=store).json["quads"]
        measures: dict[str, Callable[[], Iterable[Figure]]] = {
            "start": lambda: startup.figures(store),
            "queries": lambda: queries.figures(store, union),
            "build": lambda: building.figures(store, quads),
            "growth": lambda: growth.figures(work, (*SIZES, 50) if chosen.large else SIZES),
        }
        found: dict[str, list[Figure]] = {}
        with Console(stderr=True).status("") as status:
            for part in [part for part in parts if part in (chosen.part or parts)]:
                found[part] = []
                status.update(part)
                for figure in measures[part]():
                    found[part].append(figure)
                    status.update(f"{part}: {figure.what}")
                    if chosen.out:
                        chosen.out.write_text(markdown(found), encoding="utf-8")
    Console().print(table(found, f"{size:,} quads, the default graph included"))


def table(found: dict[str, list[Figure]], title: str) -> Table:
    """The figures for a terminal."""
    made = Table("what", "measured", "ratio", "goal", "", title=title)
    for part, figures in found.items():
        made.add_section()
        made.add_row(f"[bold]{part}[/bold]")
        for figure in figures:
            made.add_row(*figure[:4], _mark(figure))
    return made


def markdown(found: dict[str, list[Figure]]) -> str:
    """The figures for RESULTS.md."""
    lines = ["| what | measured | ratio | goal | |", "| --- | --- | --- | --- | --- |"]
    for part, figures in found.items():
        lines.append(f"| **{part}** | | | | |")
        lines += [
            f"| {'&nbsp; ' if figure.what.startswith(' ') else ''}{figure.what.strip()} | {' | '.join((*figure[1:4], _mark(figure)))} |"
            for figure in figures
        ]
    return "\n".join(lines) + "\n"


def _mark(figure: Figure) -> str:
    return "" if figure.met is None else "met" if figure.met else "missed"


if __name__ == "__main__":
    main()

"""Speed and size of the graph, a line a figure: `make bench`, or `python benchmarks/run.py [--large] [PART ...]`.

Everything is CPU seconds of child processes, the fewest of several runs taken in turns, so that ratios hold on a busy
machine too. Nothing here is a test: a figure that misses its goal is marked, and explained in RESULTS.md.

All parts take twelve minutes on two quiet cores and 1.5 GB; `--large` five minutes and 1 GB of disk more.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from platform import python_version

import building
import growth
import pages
import queries
import startup
from measure import ROOT, Figure, python
from rich.console import Console
from rich.table import Table


def main() -> None:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parts = ("start", "queries", "build", "growth", "pages")
    parser.add_argument("part", nargs="*", help=f"what to measure: {', '.join(parts)}; all if not given")
    parser.add_argument("--large", action="store_true", help="let the synthetic graph grow to 10 and 50 times the data")
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
            "pages": lambda: pages.figures(store),
            "growth": lambda: growth.figures(work, union, chosen.large),
        }
        found: dict[str, list[Figure]] = {}
        with Console(stderr=True).status("") as status:
            for part in [part for part in parts if part in (chosen.part or parts)]:
                found[part] = [Figure("  " + _run(size), "")]
                status.update(part)
                for figure in measures[part]():
                    found[part].append(figure)
                    status.update(f"{part}: {figure.what}")
                    if chosen.out:
                        chosen.out.write_text(markdown(found), encoding="utf-8")
    Console().print(table(found))


def _run(size: int) -> str:
    """What a section was measured on: a table may be put together from several runs."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False, cwd=ROOT
    ).stdout.strip()
    engines = ", ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "pandas", "rdflib"))
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    busy = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    return f"run of {now}, commit {commit}, {size:,} quads with the default graph, {busy}, Python {python_version()}, {engines}"


def table(found: dict[str, list[Figure]]) -> Table:
    """The figures for a terminal."""
    made = Table("what", "measured", "ratio", "goal", "")
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

"""How figures grow: the shipped statements said again by new sources, about new cohorts.

As a script, in a process of its own: `growth.py memory`; it prints JSON.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import building
import queries
from measure import Figure, at_most, geometric_mean, python, seconds
from startup import opening

from kg.resources import DATA

WANTED = 500_000
"""Quads at which the resident size of a notebook is asked for."""
_UNIQUE = ("doi", "pmid")
_OWN = ("cohort", "patient_pools")


class Grown(NamedTuple):
    """What was measured at one size."""

    times: int
    quads: int
    build: float
    build_mb: float
    disk_mb: float
    first: float
    raw: float
    ratio: float
    copy: float
    resident_mb: float


def figures(work: Path, sizes: tuple[int, ...]) -> Iterator[Figure]:
    """Lines of the table."""
    grown: list[Grown] = []
    for times in sizes:
        one = _measure(work, times)
        grown.append(one)
        yield Figure(
            f"{one.times}x: build; its peak; store on disk",
            f"{seconds(one.build)}; {one.build_mb:.0f} MB; {one.disk_mb:.0f} MB",
            f"{one.build / grown[0].build:.1f}x",
        )
        yield Figure(
            f"  open and first query above pandas, {one.quads:,} quads, the default graph included",
            seconds(one.first),
            f"{one.first / grown[0].first:.2f}x",
        )
        yield Figure("  every sixth example, raw, added up", seconds(one.raw), f"{one.raw / grown[0].raw:.1f}x")
        yield Figure("  every sixth example: graph.query / raw, geometric mean", "", f"{one.ratio:.2f}x")
        yield Figure("  copy into memory", seconds(one.copy), f"{one.copy / grown[0].copy:.1f}x")
        yield Figure("  notebook, graph in memory and pandas loaded", f"{one.resident_mb:.0f} MB resident")
    five = next(one for one in grown if one.times == 5)
    yield at_most(
        "open and first query at 5x the data, against 1x",
        f"{seconds(five.first)} against {seconds(grown[0].first)}",
        five.first / grown[0].first,
        1.1,
    )
    below = max((one for one in grown if one.quads <= WANTED), key=lambda one: one.quads)
    above = min((one for one in grown if one.quads >= WANTED), key=lambda one: one.quads)
    share = (WANTED - below.quads) / max(1, above.quads - below.quads)
    at = below.resident_mb + share * (above.resident_mb - below.resident_mb)
    yield at_most(
        f"notebook at {WANTED:,} quads, between {below.times}x and {above.times}x", f"{at:.0f} MB", at, 300, " MB"
    )


def _measure(work: Path, times: int) -> Grown:
    data, store = work / f"data-{times}x", work / f"store-{times}x"
    multiply(data, times)
    built = building.build(data, store)
    found = python(queries.__file__, "disk", "some", store=store).json.values()
    memory = python(__file__, "memory", store=store).json
    return Grown(
        times=times,
        quads=memory["quads"],
        build=built.cpu,
        build_mb=built.peak_mb,
        disk_mb=sum(path.stat().st_size for path in store.rglob("*") if path.is_file()) / 2**20,
        first=opening(store, 8),
        raw=sum(one["raw"] for one in found),
        ratio=geometric_mean([one["kg"] / one["raw"] for one in found]),
        copy=memory["copy"],
        resident_mb=memory["mb"],
    )


def multiply(folder: Path, times: int) -> None:
    """Write a data folder that says everything `times` times, each time by sources and about cohorts of their own."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DATA / "entities", folder / "entities")
    _multiply_table(DATA / "sources.csv", folder / "sources.csv", "key", times)
    for path in (DATA / "statements").rglob("*.csv"):
        _multiply_table(path, folder / path.relative_to(DATA), "source", times)


def _multiply_table(path: Path, out: Path, key: str, times: int) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with path.open(newline="", encoding="utf-8-sig") as read, out.open("w", newline="", encoding="utf-8") as written:
        rows = list(csv.DictReader(read))
        writer = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        for copy in range(1, times):
            writer.writerows(_copied(row, key, copy) for row in rows)


def _copied(row: dict[str, str], key: str, copy: int) -> dict[str, str]:
    own = {name: "|".join(f"{part} c{copy}" for part in row[name].split("|")) for name in _OWN if row.get(name)}
    return row | {key: f"{row[key]}_c{copy}"} | {name: "" for name in _UNIQUE if name in row} | own


def _memory() -> dict[str, float]:
    """As a notebook: pandas, the graph in memory, one question; resident megabytes after that."""
    import os
    import time

    import pandas  # noqa: F401

    import kg

    start = time.process_time()
    graph = kg.load(in_memory=True)
    copied = time.process_time() - start
    graph.query("SELECT ?cancer ?label WHERE { ?cancer a mkg:Cancer ; rdfs:label ?label }")
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return {"copy": copied, "mb": pages * os.sysconf("SC_PAGE_SIZE") / 2**20, "quads": len(graph.store)}


if __name__ == "__main__":
    print(json.dumps(_memory()))

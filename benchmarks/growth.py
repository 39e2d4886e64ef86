"""How figures grow: the shipped statements said again by new sources.

At 5 times the data, tables are multiplied, new cohorts too, and built as any others. Above, a whole build would take
longer than anyone waits for a benchmark: there the default graph alone is streamed into the engine, copy by copy, which
is what opening and most questions need.

As a script, in a process of its own: `growth.py memory`, `growth.py count` or `growth.py load FILE FOLDER TIMES`; it
prints JSON.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import building
import queries
from measure import Figure, Ran, at_most, geometric_mean, python, seconds
from pyoxigraph import RdfFormat, Store
from startup import opening

from kg.resources import DATA

WANTED = 500_000
"""Quads at which the resident size of a notebook is asked for."""
BUILT = (1, 5)
LOADED = (10, 50)
LARGEST_COPY = 5
"""Times the data that are copied into memory at most: of 50 it would take some 8 GB and five minutes."""
_UNIQUE = ("doi", "pmid")
_OWN = ("cohort", "patient_pools")
_OF_A_SOURCE = re.compile(rb"(<https://w3id\.org/metastasis-kg/(?:source|statement)/[^>]*)>")


class Grown(NamedTuple):
    """What was measured at one size; a notebook only where it was tried."""

    times: int
    quads: int
    made: Ran
    disk_mb: float
    first: float
    raw: dict[str, float]
    ratio: float
    copy: float | None
    resident_mb: float | None


def figures(work: Path, union: Path, large: bool) -> Iterator[Figure]:
    """Lines of the table; `union` is the union of all graphs as N-Triples."""
    grown: list[Grown] = []
    for times in (*BUILT, *(LOADED if large else ())):
        one = _measure(work, union, times)
        grown.append(one)
        yield from _lines(one, grown[0])
    five = next(one for one in grown if one.times == 5)
    yield at_most(
        "open and first query at 5x the data, against 1x",
        f"{seconds(five.first)} against {seconds(grown[0].first)}",
        five.first / grown[0].first,
        1.1,
    )
    sizes = [(one.quads, one.times, one.resident_mb) for one in grown if one.resident_mb is not None]
    below = max(size for size in sizes if size[0] <= WANTED)
    above = min(size for size in sizes if size[0] >= WANTED)
    share = (WANTED - below[0]) / max(1, above[0] - below[0])
    at = below[2] + share * (above[2] - below[2])
    yield at_most(f"notebook at {WANTED:,} quads, between {below[1]}x and {above[1]}x", f"{at:.0f} MB", at, 300, " MB")


def _lines(one: Grown, least: Grown) -> Iterator[Figure]:
    how = (
        "the default graph included: build" if one.times in BUILT else "the default graph alone: no build, a bulk load"
    )
    yield Figure(
        f"{one.times}x, {one.quads:,} quads, {how}; its peak; store on disk",
        f"{seconds(one.made.cpu)}; {one.made.peak_mb:.0f} MB; {one.disk_mb:.0f} MB",
        f"{one.made.cpu / least.made.cpu:.1f}x" if one.times in BUILT else "",
    )
    yield Figure("  open and first query above pandas", seconds(one.first), f"{one.first / least.first:.2f}x")
    spent = sum(one.raw.values())
    yield Figure(
        "  every sixth example, raw, added up",
        seconds(spent),
        f"{spent / sum(least.raw.values()):.1f}x",
    )
    yield Figure("  every sixth example: graph.query / raw, geometric mean", "", f"{one.ratio:.2f}x")
    if one.copy is not None and least.copy is not None:
        yield Figure("  copy into memory", seconds(one.copy), f"{one.copy / least.copy:.1f}x")
        yield Figure("  notebook, graph in memory and pandas loaded", f"{one.resident_mb:.0f} MB resident")


def _measure(work: Path, union: Path, times: int) -> Grown:
    data, store = work / f"data-{times}x", work / f"store-{times}x"
    if times in BUILT:
        multiply(data, times)
        made = building.build(data, store)
    else:
        made = python(__file__, "load", union, store, str(times))
    counted = python(__file__, "count", store=store).json["quads"]
    found = python(queries.__file__, "disk", "some", store=store).json
    memory = python(__file__, "memory", store=store).json if times <= LARGEST_COPY else {}
    grown = Grown(
        times=times,
        quads=counted,
        made=made,
        disk_mb=sum(path.stat().st_size for path in store.rglob("*") if path.is_file()) / 2**20,
        first=opening(store, 4),
        raw={name: one["raw"] for name, one in found.items()},
        ratio=geometric_mean([one["kg"] / one["raw"] for one in found.values() if "kg" in one]),
        copy=memory.get("copy"),
        resident_mb=memory.get("mb"),
    )
    shutil.rmtree(store)
    return grown


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


# --- In the child ------------------------------------------------------------------------------


def _load(union: Path, home: Path, times: int) -> dict[str, float]:
    """A store that `kg.load()` takes for a built one, since the folder of its data is not there to be newer."""
    store = home / "loaded"
    store.mkdir(parents=True)
    opened = Store(str(store))
    opened.bulk_load(input=_Stream(_copies(union, times)), format=RdfFormat.N_TRIPLES)  # type: ignore[call-overload]
    opened.flush()
    (store / "manifest.json").write_text(json.dumps({"data": str(home / "none"), "counts": {}}), encoding="utf-8")
    (home / "current").write_text("loaded", encoding="utf-8")
    return {"load": time.process_time()}


class _Stream:
    """What comes in pieces, as a file to read from."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int) -> bytes:
        if not self._left:
            self._left = next(self._pieces, b"")
        given, self._left = self._left[:size], self._left[size:]
        return given


def _copies(triples: Path, times: int) -> Iterator[bytes]:
    """The lines of a file, then what is said by sources again, each time by others."""
    for number in range(1, times + 1):
        own = b"_c%d>" % number
        with triples.open("rb") as file:
            while lines := file.readlines(1 << 16):
                if number == 1:
                    yield b"".join(lines)
                elif said := [
                    line for line in _OF_A_SOURCE.sub(rb"\1" + own, b"".join(lines)).splitlines(True) if own in line
                ]:
                    yield b"".join(said)


def _memory() -> dict[str, float]:
    """As a notebook: pandas, the graph in memory, one question; resident megabytes after that."""
    import os

    import pandas  # noqa: F401

    import kg

    start = time.process_time()
    graph = kg.load(in_memory=True)
    copied = time.process_time() - start
    graph.query("SELECT ?cancer ?label WHERE { ?cancer a mkg:Cancer ; rdfs:label ?label }")
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return {"copy": copied, "mb": pages * os.sysconf("SC_PAGE_SIZE") / 2**20}


def _count() -> dict[str, int]:
    import kg

    return {"quads": len(kg.load().store)}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["load", union, home, times]:
            print(json.dumps(_load(Path(union), Path(home), int(times))))
        case ["count"]:
            print(json.dumps(_count()))
        case _:
            print(json.dumps(_memory()))

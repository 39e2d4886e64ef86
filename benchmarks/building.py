"""CSV to opened store, step by step, against the same N-Quads loaded by pyoxigraph alone.

As a script, in a process of its own: `building.py kg DATA`, `building.py raw FILE` or `building.py dump FILE FILE`;
it prints JSON.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from measure import Figure, Ran, at_most, python, seconds
from pyoxigraph import DefaultGraph, RdfFormat, Store, parse, serialize

APART = ("importing", "deriving", "holding against shapes")
"""Steps that stand on lines of their own and are no part of the ratio."""


def figures(store: Path, quads: Path, rounds: int = 3) -> Iterator[Figure]:
    """Lines of the table; `quads` is the whole store, its default graph included, as N-Quads."""
    from kg.resources import DATA

    builds, raws = [], []
    for _ in range(rounds):
        builds.append(python(__file__, "kg", DATA, store=store))
        raws.append(python(__file__, "raw", quads).json)
    best = min(builds, key=lambda ran: ran.cpu)
    raw = min(raws, key=lambda times: times["load"])
    steps: dict[str, float] = best.json
    counted = sum(spent for step, spent in steps.items() if step not in APART)
    yield Figure("pyoxigraph: parse and bulk load the same N-Quads to disk", seconds(raw["load"]), "1x")
    yield Figure("  of this the parse", seconds(raw["parse"]))
    yield at_most("CSV to opened store", seconds(counted), counted / raw["load"], 3)
    for step, spent in steps.items():
        yield Figure(f"  {'beside it: ' if step in APART else ''}{step}", seconds(spent), f"{spent / raw['load']:.2f}x")
    yield at_most("the whole build, as a process", seconds(best.cpu), best.cpu, 15, " s")
    yield Figure("  its largest resident size", f"{best.peak_mb:.0f} MB")


def build(data: Path, store: Path) -> Ran:
    """A build of any data folder, with the seconds of its steps."""
    return python(__file__, "kg", data, store=store)


# --- In the child ------------------------------------------------------------------------------


def _steps(data: Path) -> dict[str, float]:
    started = time.process_time()
    from kg import build, store
    from kg.resources import store_home

    times = [("importing", started)]
    built = build.build(store_home(), data, fresh=True, tell=lambda step: times.append((step, time.process_time())))
    times.append(("opening", time.process_time()))
    store.open_store(built.folder)
    ends = [at for _, at in times[1:]] + [time.process_time()]
    return {step: end - at for (step, at), end in zip(times, ends, strict=True)}


def _raw(quads: Path) -> dict[str, float]:
    start = time.process_time()
    for _ in parse(path=str(quads), format=RdfFormat.N_QUADS):
        pass
    parsed = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        store.bulk_load(path=str(quads), format=RdfFormat.N_QUADS)
        store.flush()
        return {"parse": parsed - start, "load": time.process_time() - parsed}


def _dump(quads: Path, union: Path) -> dict[str, int]:
    import kg

    opened = kg.load().store
    serialize(opened, str(quads), format=RdfFormat.N_QUADS)
    triples = (quad.triple for quad in opened.quads_for_pattern(None, None, None, DefaultGraph()))
    serialize(triples, str(union), format=RdfFormat.N_TRIPLES)
    return {"quads": len(opened)}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["kg", data]:
            print(json.dumps(_steps(Path(data))))
        case ["raw", quads]:
            print(json.dumps(_raw(Path(quads))))
        case ["dump", quads, union]:
            print(json.dumps(_dump(Path(quads), Path(union))))

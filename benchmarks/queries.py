"""The example library through `graph.query`, typed into raw pyoxigraph, and in rdflib's own store.

As a script, in a process of its own: `queries.py disk|memory [some]` or `queries.py rdflib FILE`; it prints JSON.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from measure import Figure, at_least, at_most, geometric_mean, python, seconds

from kg import library

ROUNDS = 9
LONG = 0.3
"""CPU seconds after which a query is not asked again."""
ONCE = 3
"""CPU seconds after which a query is asked raw and once, what it reads from disk included; none of the shipped graph's."""
PATIENCE = 10
"""CPU seconds that rdflib has for one query."""
EVERY = 6
"""Where all examples would take too long, every sixth by name is asked; those with GRAPH are left out, since rdflib is
given the union of all graphs."""

Times = dict[str, dict[str, float]]


def figures(store: Path, quads: Path) -> Iterator[Figure]:
    """Lines of the table; `quads` is the union of all graphs as N-Triples."""
    times: dict[str, Times] = {where: python(__file__, where, store=store).json for where in ("disk", "memory")}
    for where, found in times.items():
        ratios = {name: one["kg"] / one["raw"] for name, one in found.items()}
        total = {way: sum(one[way] for one in found.values()) for way in ("kg", "raw")}
        spent = f"{seconds(total['kg'])} against {seconds(total['raw'])} in all"
        yield at_most(
            f"{len(found)} examples, {where}: graph.query / raw, geometric mean",
            spent,
            geometric_mean(list(ratios.values())),
            1.3,
        )
        yield Figure("  the same, all queries added up", spent, f"{total['kg'] / total['raw']:.2f}x")
        for way, what in (("values", "lists"), ("plain", "a pandas DataFrame without types")):
            ratio = geometric_mean([one["kg"] / one[way] for one in found.values()])
            yield Figure(f"  the same, raw reading each value into {what}", "", f"{ratio:.2f}x")
        worst = max(ratios, key=ratios.__getitem__)
        yield Figure(
            f"  worst: {worst}",
            f"{seconds(found[worst]['kg'])} against {seconds(found[worst]['raw'])}",
            f"{ratios[worst]:.2f}x",
        )
        above = sorted(one["kg"] - one["raw"] for one in found.values())
        yield Figure("  above raw, median query", seconds(above[len(above) // 2]))
    slow = python(__file__, "rdflib", quads).json
    ended = sum(one["ended"] for one in slow.values())
    for where, goal in (("disk", 10), ("memory", 30)):
        ratios_ = [one["rdflib"] / times[where][name]["kg"] for name, one in slow.items()]
        spent = f"{len(slow)} examples, {ended} ended after {PATIENCE} s"
        yield at_least(
            f"rdflib's own store / graph.query, {where}, geometric mean", spent, geometric_mean(ratios_), goal
        )
    yield Figure("  rdflib was asked: " + ", ".join(slow), "")


# --- In the child ------------------------------------------------------------------------------


def some() -> list[library.Example]:
    """Every sixth example."""
    return [one for _, one in sorted(library.examples().items()) if "GRAPH" not in one.query][::EVERY]


def ours(in_memory: bool, examples: Iterable[library.Example]) -> Times:
    """CPU seconds of each example, in turns: raw rows, raw values, raw and pandas, `graph.query` with its DataFrame."""
    import kg

    graph = kg.load(in_memory=in_memory)
    ask = graph.store.query
    ways: dict[str, Callable[[str], Any]] = {
        "raw": lambda text: _rows(ask(text)),
        "values": lambda text: _values(ask(text)),
        "plain": lambda text: _plain(ask(text)),
        "kg": graph.query,
    }
    graph.query("SELECT * {}")  # imports pandas
    graph.query("CONSTRUCT {} {}")  # imports rdflib
    order = list(ways)
    times: Times = {}
    for example in examples:
        best = times[example.name] = dict.fromkeys(ways, float("inf"))
        first = _cpu(ways["raw"], example.query)  # who asks first reads from disk for all
        if first > ONCE:
            times[example.name] = {"raw": first}
            continue
        for _ in range(ROUNDS):
            for way in order:
                best[way] = min(best[way], _cpu(ways[way], example.query))
            order.reverse()  # each is its own predecessor once: whoever follows pandas finds the processor's caches cold
            if sum(best.values()) > LONG:
                break
    return times


def _rows(answer: Any) -> None:
    if hasattr(answer, "__iter__"):
        for _ in answer:
            pass


def _values(answer: Any) -> list[Any] | bool:
    if not hasattr(answer, "__iter__"):
        return bool(answer)
    return [[getattr(term, "value", term) for term in row] for row in answer]


def _plain(answer: Any) -> Any:
    """Values in a DataFrame as pandas makes it of lists; of triples, which have no such form, lists."""
    import pandas as pd

    rows = _values(answer)
    return pd.DataFrame(rows, columns=[one.value for one in answer.variables]) if hasattr(answer, "variables") else rows


def _cpu(run: Callable[[str], Any], text: str) -> float:
    start = time.process_time()
    run(text)
    return time.process_time() - start


class _Ended(BaseException):
    """The time of a query is over; rdflib, which catches some errors, does not catch this one."""


def theirs(quads: Path) -> dict[str, dict[str, float]]:
    """CPU seconds of some examples in rdflib's own store; a query that takes too long is ended and counts as that long."""
    import rdflib

    graph = rdflib.Graph().parse(quads, format="nt")

    def end(*_: object) -> NoReturn:
        raise _Ended

    signal.signal(signal.SIGVTALRM, end)
    times = {}
    for example in some():
        signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
        start = time.process_time()
        ended = False
        try:
            list(graph.query(example.query))
        except _Ended:
            ended = True
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        times[example.name] = {"rdflib": time.process_time() - start, "ended": ended}
    return times


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["rdflib", quads]:
            print(json.dumps(theirs(Path(quads))))
        case [where, *which]:
            asked = some() if which else library.examples().values()
            print(json.dumps(ours(where == "memory", asked)))

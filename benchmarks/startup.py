"""What a start costs: imports, the command line, a first answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from measure import Figure, at_most, interleaved, python, seconds

FIRST = "SELECT ?label WHERE { MONDO:0008315 rdfs:label ?label }"
"""A first query whose answer does not grow with the data."""

_OPEN = f"""
import pandas, time
start = time.process_time()
import kg
kg.load().query({FIRST!r})
print(time.process_time() - start)
"""
_COMMAND = "import sys; from kg.cli import main; sys.argv = ['kg', {}]; main()"
_CODES = {
    "python": "pass",
    "rdflib": "import rdflib",
    "kg": "import kg",
    "kg.graph": "import kg; kg.Graph",
    "help": _COMMAND.format("'--help'"),
    "command": _COMMAND.format("'query', 'where-does-it-spread'"),
    "pandas": "import pandas",
}


def figures(store: Path, rounds: int = 6) -> Iterator[Figure]:
    """Lines of the table."""
    cpu = interleaved(_CODES, rounds, store)
    rdflib = cpu["rdflib"]
    yield Figure("python itself", seconds(cpu["python"]))
    yield Figure("import rdflib", seconds(rdflib), "1x")
    yield at_most("import kg", seconds(cpu["kg"]), cpu["kg"] / rdflib, 1.5)
    yield at_most(
        "import kg, with all that opens and asks a graph", seconds(cpu["kg.graph"]), cpu["kg.graph"] / rdflib, 1.5
    )
    yield at_most("kg --help", seconds(cpu["help"]), cpu["help"], 0.3, " s")
    yield Figure("kg query where-does-it-spread, its worker included", seconds(cpu["command"]))
    yield Figure("import pandas", seconds(cpu["pandas"]))
    above = opening(store, rounds)
    yield at_most("open a built store and answer a first query, above pandas", seconds(above), above, 0.15, " s")


def opening(store: Path, rounds: int) -> float:
    """CPU seconds from an interpreter with pandas loaded to the first answer of a built store."""
    return min(float(python("-c", _OPEN, store=store).said) for _ in range(rounds))

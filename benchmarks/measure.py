"""What all figures share: CPU seconds of child processes, and a line of the table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from math import exp, log
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent


class Figure(NamedTuple):
    """One line of the table; `met` is None where there is no goal."""

    what: str
    measured: str
    ratio: str = ""
    goal: str = ""
    met: bool | None = None


class Ran(NamedTuple):
    """A child process that ended: CPU seconds of it and its children, its largest resident size, what it printed."""

    cpu: float
    peak_mb: float
    said: str

    @property
    def json(self) -> Any:
        """The last line that was printed, read as JSON."""
        return json.loads(self.said.splitlines()[-1])


def python(*arguments: str | Path, store: Path | None = None) -> Ran:
    """Run Python with these arguments, on the stores in the folder `store`."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, HERE)))}
    if store:
        environment["KG_STORE"] = str(store)
    command = [sys.executable, *map(str, arguments)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # it is a pipe
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Ran(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, said)


def interleaved(codes: dict[str, str], rounds: int, store: Path | None = None) -> dict[str, float]:
    """The fewest CPU seconds of each piece of code, run one after the other, several times."""
    best = dict.fromkeys(codes, float("inf"))
    for _ in range(rounds + 1):  # the first round also compiles
        for name, code in codes.items():
            best[name] = min(best[name], python("-c", code, store=store).cpu)
    return best


def geometric_mean(ratios: list[float]) -> float:
    """The mean for ratios: twice as fast and twice as slow cancel out."""
    return exp(sum(map(log, ratios)) / len(ratios))


def at_most(what: str, measured: str, value: float, limit: float, unit: str = "") -> Figure:
    """A figure that should not be above its limit; a ratio where no unit is given."""
    return Figure(what, measured, "" if unit else f"{value:.2f}x", f"<= {limit:g}{unit or 'x'}", value <= limit)


def at_least(what: str, measured: str, value: float, limit: float) -> Figure:
    """A ratio that should not be below its limit."""
    return Figure(what, measured, f"{value:.0f}x", f">= {limit:g}x", value >= limit)


def seconds(value: float) -> str:
    """Seconds for people."""
    return (
        f"{value:.2f} s" if value >= 0.995 else f"{value * 1000:.0f} ms" if value >= 0.01 else f"{value * 1000:.2f} ms"
    )

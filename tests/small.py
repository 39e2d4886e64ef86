"""A small data folder that is right, and copies of it in which something is wrong.

tests/tables/good is an extract of data/: prostate and bladder cancer to bone, with a row or more of every table.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path

from kg.errors import DataError

TABLES = Path(__file__).parent / "tables"
GOOD = TABLES / "good"


def good(tmp_path: Path) -> Path:
    """A copy of the good folder that a test may change."""
    return Path(shutil.copytree(GOOD, tmp_path / "small"))


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, read without kg."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def write(path: Path, lines: Iterable[Iterable[str]]) -> None:
    """A CSV file of a header and rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def set_cell(path: Path, line: int, column: str, cell: str) -> None:
    """Put another value into one cell of a file whose records are a line each."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    lines[line - 1][lines[0].index(column)] = cell
    write(path, lines)


def told(error: DataError, folder: Path) -> list[str]:
    """The problems as lines, files named from the data folder."""
    return [str(problem).replace(f"{folder}/", "") for problem in error.problems]

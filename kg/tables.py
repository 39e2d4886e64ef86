"""A CSV file -> its rows, each with the line it begins in.

All that can be wrong with a file as a file is told here: encoding, quoting, line ends, columns, ragged rows.
"""

from __future__ import annotations

import csv
import re
import stat
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from kg.errors import Problem

_CELL = r'(?:[^",\r\n]*|"(?:[^"]|"")*")'
_RECORD = re.compile(rf"{_CELL}(?:,{_CELL})*\r?\n?")
LARGEST = 64 * 2**20


class Row(NamedTuple):
    """One record: the line of the file it begins in, and its cells in the order of the header."""

    line: int
    cells: list[str]


class Table(NamedTuple):
    """A file's name as problems print it, its header and its rows."""

    file: str
    header: list[str]
    rows: list[Row]


def find(folder: Path, name: str) -> list[Path]:
    """The files of a table: `NAME.csv`, or every `*.csv` of a folder `NAME/`, or both; none is an empty table."""
    return [path for path in (folder / f"{name}.csv", *sorted((folder / name).glob("*.csv"))) if _is_there(path)]


def _is_there(path: Path) -> bool:
    """True also for a link that leads nowhere: read() tells what is wrong with it."""
    return path.is_symlink() or path.exists()


def read(path: Path, file: str, required: Sequence[str], optional: Sequence[str]) -> tuple[Table, list[Problem]]:
    """Read one file; its problems stand beside the rows that could be read.

    Columns may come in any order. A column of `optional` may be absent; any other column is a problem.
    """
    table = Table(file, [], [])
    text, fault = _text(path)
    if fault:
        return table, [Problem(file, fault.line, "", fault.what)]
    records, problems = _records(text, file)
    if not records:
        return table, problems or [Problem(file, 1, "", f"is empty; allowed: a header row: {','.join(required)}")]
    header = records[0].cells
    if separator := _separator_problem(header, file):  # and what else is wrong follows from it
        return table, [separator]
    if wrong := list(_header_problems(header, file, required, optional)):
        return table, problems + wrong
    rows = []
    for row in records[1:]:
        if len(row.cells) == len(header):
            rows.append(row)
        else:
            what = f"{len(row.cells)} cells; allowed: {len(header)}, as in the header"
            problems.append(Problem(file, row.line, "", what))
    return Table(file, header, rows), problems


class _Fault(NamedTuple):
    line: int
    what: str


def _text(path: Path) -> tuple[str, _Fault | None]:
    """The file's text, or why it has none."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return "", _Fault(0, "is not a regular file; allowed: a CSV file")
        if status.st_size > LARGEST:
            return "", _Fault(0, f"has {status.st_size:,} bytes; allowed: up to {LARGEST:,}")
        raw = path.read_bytes()
    except OSError as error:
        return "", _Fault(0, f"cannot be read ({error.strerror}); allowed: a readable CSV file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        guess = "looks like UTF-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else f"byte 0x{raw[error.start]:02X}"
        return "", _Fault(raw.count(b"\n", 0, error.start) + 1, f"is not UTF-8 ({guess}); allowed: UTF-8")
    if (at := text.find("\0")) >= 0:
        return "", _Fault(text.count("\n", 0, at) + 1, "holds a NUL character; allowed: text in UTF-8")
    if bare := re.search(r"\r(?!\n)", text):
        what = "a line ends in a carriage return alone; allowed: line feed, or carriage return and line feed"
        return "", _Fault(text.count("\n", 0, bare.start()) + 1, what)
    return text, None


def _records(text: str, file: str) -> tuple[list[Row], list[Problem]]:
    """All records that can be parsed; blank lines are none."""
    lines = [line + "\n" for line in text.split("\n")]
    reader = csv.reader(lines, strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    begins = 1
    try:
        for cells in reader:
            if any('"' in cell for cell in cells) and not _RECORD.fullmatch(
                "".join(lines[begins - 1 : reader.line_num])
            ):
                what = "a quote inside an unquoted cell; allowed: the whole cell in quotes, quotes in it doubled"
                problems.append(Problem(file, begins, "", what))
            elif cells:
                rows.append(Row(begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(file, begins, "", _quoting(str(error))))
    return rows, problems


def _quoting(error: str) -> str:
    if "field larger" in error:
        return f"a cell is too long; allowed: {csv.field_size_limit():,} characters"
    if "unexpected end" in error:
        return "a quote opened in this record is never closed; allowed: quotes in pairs"
    return f"a quote is out of place ({error}); allowed: the whole cell in quotes, quotes in it doubled"


def _separator_problem(header: list[str], file: str) -> Problem | None:
    for mark, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            return Problem(file, 1, "", f"cells are separated by {name}; allowed: commas")
    return None


def shown(cell: str) -> str:
    """A cell as it can be shown on one line of a terminal, letters that only look like ASCII told apart."""
    short = cell if len(cell) <= 60 else cell[:57] + "..."
    return "".join(char if char.isascii() and char.isprintable() else f"\\u{ord(char):04x}" for char in short)


def _header_problems(
    header: list[str], file: str, required: Sequence[str], optional: Sequence[str]
) -> Iterator[Problem]:
    known = [*required, *optional]
    for name in sorted({a for a, b in pairwise(sorted(header)) if a == b}):
        yield Problem(file, 1, shown(name), "the column stands twice; allowed: once")
    for name in header:
        if name not in known:
            near = get_close_matches(name, known, 1)
            what = f"is no column of this table; {f'nearest: {near[0]}; ' if near else ''}allowed: {', '.join(known)}"
            yield Problem(file, 1, shown(name) or "(no name)", what)
    for name in required:
        if name not in header:
            yield Problem(file, 1, name, f"the column is missing; allowed: {', '.join(known)}")

"""The errors people meet.

KgError
├── DataError             tables were refused; .problems holds all that is wrong
│   └── ShapeError        the graph breaks its shapes
├── CountError            numbers that are no count of patients
├── UnknownName           no entity is called that; .nearest
├── AmbiguousName         several are; .senses
├── QueryError            a query was refused
│   ├── QuerySyntaxError  it does not parse; .line, .column
│   └── UnknownQuery      no example has that name
├── QueryFailed           a query was ended, or broke off
├── NothingToDraw         nobody counted or said what a picture would show
├── StoreError            no store can be opened or written
├── FormatError           no such format
└── MissingPackage        an extra is not installed
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass


class KgError(Exception):
    """A sentence that a user can act on."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place: what it is, and what is allowed."""

    file: str
    line: int
    column: str
    what: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line or None) if part)
        return f"{place}: {self.column}: {self.what}" if self.column else f"{place}: {self.what}"


class DataError(KgError):
    """Tables that were refused, with every problem found in them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(os.linesep.join(str(problem) for problem in self.problems))


class ShapeError(DataError):
    """A graph that breaks its shapes."""


class UnknownName(KgError):
    """A name that no entity has. `nearest` lists (label, CURIE) of the closest."""

    def __init__(self, name: str, kind: str, nearest: list[tuple[str, str]]) -> None:
        self.name, self.nearest = name, nearest
        found = ", ".join(f'"{label}" ({curie})' for label, curie in nearest)
        super().__init__(f'no {kind} is called "{name}"; ' + (f"nearest: {found}" if found else "nothing is near"))


class AmbiguousName(KgError):
    """A name that several entities have. `senses` lists (label, CURIE, note) of each."""

    def __init__(self, name: str, senses: list[tuple[str, str, str]]) -> None:
        self.name, self.senses = name, senses
        lines = [f'  "{label}" ({curie})' + (f": {note}" if note else "") for label, curie, note in senses]
        super().__init__("\n".join([f'"{name}" has {len(senses)} meanings; say which:', *lines]))


class QueryError(KgError):
    """A query that was refused."""


class QuerySyntaxError(QueryError):
    """A query that does not parse; `line` and `column` count from 1."""

    def __init__(self, what: str, line: int = 0, column: int = 0) -> None:
        self.what, self.line, self.column = what, line, column
        super().__init__(f"line {line}, column {column}: {what}" if line else what)


class UnknownQuery(QueryError):
    """No example query has that name."""


class QueryFailed(KgError):
    """A query that was ended, or broke off, before its answer was whole."""


class NothingToDraw(KgError):
    """A picture of what nobody counted or said."""


class StoreError(KgError):
    """No store that can be opened, or none that can be written."""


class FormatError(KgError):
    """A format that is not known here."""


class MissingPackage(KgError):
    """A package of an extra that is not installed."""


class CountError(KgError, ValueError):
    """Numbers that cannot be a count and its denominator."""

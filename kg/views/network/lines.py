"""The links that the drawing starts with; network.js does the same for what comes after."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, NamedTuple

from kg import chart
from kg.views.network.known import RELATIONS

THRESHOLD: Final = {"overview": 40, "local": 5}
"""Per cent of patients below which a counted line is not shown at first: all cancers at once start with the strongest."""
LEAST_SITES: Final = 10
"""Sites at which a cancer must be counted to stand in the overview."""


class Line(NamedTuple):
    """A link that is drawn: its ends, its relation, and the statement it is drawn by."""

    start: int
    end: int
    relation: int
    statement: list[Any]
    sources: int

    @property
    def share(self) -> float:
        """From 0 to 1; less than 0 where nothing was counted."""
        return _share(self.statement) if len(self.statement) > 3 else -1.0

    @property
    def is_usual(self) -> bool:
        """Whether it was counted in the way that widths stand for, of enough patients."""
        return len(self.statement) > 3 and self.statement[5] == 0 and self.statement[2] >= chart.SURE

    @property
    def rank(self) -> float:
        """What the order goes by: shares that can be compared first, then other counts, then what is said."""
        return self.share + 2 * self.is_usual


def _share(statement: list[Any]) -> float:
    _, cases, patients = statement[:3]
    return float(statement[8] / 1000 if cases is None else cases / patients)


def with_kinds(data: dict[str, Any], centres: list[int]) -> list[int]:
    """The centres, and of a cancer without symptoms or treatments of its own the narrower ones that have them."""
    of = {name: i for i, name in enumerate(RELATIONS)}
    described = {link[0] for link in data["links"] if link[2] == of["hasSymptom"]}
    described |= {link[1] for link in data["links"] if link[2] == of["treats"]}
    inner = [
        link[0]
        for link in data["links"]
        if link[2] == of["kindOf"] and link[1] in centres and link[1] not in described and link[0] in described
    ]
    return centres + [one for one in dict.fromkeys(inner) if one not in centres]


def first(data: dict[str, Any]) -> list[Line]:
    """The lines drawn at first: those that touch a centre, or without one those of the overview."""
    centres, least = set(data["centres"]), data["threshold"] / 100
    made = [
        Line(start, end, relation, statements[0] if statements else [], len(statements))
        for start, end, relation, part, statements in data["links"]
        if not part or start in centres
    ]
    if centres:
        return [line for line in made if centres & {line.start, line.end} and not 0 <= line.share < least]
    usual = [line for line in made if line.is_usual]
    sites = Counter(line.start for line in usual)
    return [line for line in usual if sites[line.start] >= LEAST_SITES and line.share >= least]

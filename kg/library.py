"""The library of questions: one Turtle file each in ontology/queries, as sib-swiss/sparql-examples write them."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import parse

from kg.errors import UnknownQuery
from kg.resources import ONTOLOGY
from kg.vocabulary import MKG, PREFIXES

_SH = PREFIXES["sh"]
_KINDS = {
    _SH + "select": "SELECT",
    _SH + "ask": "ASK",
    _SH + "construct": "CONSTRUCT",
    PREFIXES["spex"] + "describe": "DESCRIBE",
}


class Parameter(NamedTuple):
    """A variable the caller may bind, the class of what it stands for ("" for a plain value), and what it means."""

    name: str
    class_: str
    meaning: str


class Example(NamedTuple):
    """One question: its words, its query, and the answer an oracle found without the query."""

    name: str
    question: str
    keywords: tuple[str, ...]
    kind: str
    query: str
    parameters: tuple[Parameter, ...]
    expected: str
    oracle: str


@cache
def examples() -> dict[str, Example]:
    """All questions by name."""
    found = (_example(path) for path in sorted((ONTOLOGY / "queries").glob("*.ttl")))
    return {example.name: example for example in found}


def example(name: str) -> Example:
    """One question; raises UnknownQuery with the nearest names."""
    if name in examples():
        return examples()[name]
    near = get_close_matches(name, examples(), 3)
    raise UnknownQuery(
        f'no example is called "{name}"; ' + (f"nearest: {', '.join(near)}" if near else "`kg queries` lists all")
    )


class _Said(NamedTuple):
    """What one file says, by subject and predicate."""

    values: dict[tuple[str, str], list[str]]

    def all(self, subject: str, predicate: str) -> list[str]:
        return self.values.get((subject, predicate), [])

    def one(self, subject: str, predicate: str) -> str:
        return next(iter(self.all(subject, predicate)), "")


def _example(path: Path) -> Example:
    said = _Said({})
    for triple in parse(path=str(path)):
        key = (str(triple.subject), triple.predicate.value)
        said.values.setdefault(key, []).append(str(getattr(triple.object, "value", triple.object)))
    subject, kind = next(key for key in said.values if key[1] in _KINDS)
    return Example(
        name=path.stem,
        question=said.one(subject, PREFIXES["rdfs"] + "comment"),
        keywords=tuple(sorted(said.all(subject, PREFIXES["schema"] + "keywords"))),
        kind=_KINDS[kind],
        query=said.one(subject, kind).strip() + "\n",
        parameters=tuple(sorted(_parameter(said, f"_:{node}") for node in said.all(subject, _SH + "parameter"))),
        expected=said.one(subject, MKG + "expectedAnswer").lstrip("\n"),
        oracle=said.one(subject, MKG + "oracle"),
    )


def _parameter(said: _Said, node: str) -> Parameter:
    class_ = said.one(node, _SH + "class").removeprefix(MKG)
    return Parameter(said.one(node, _SH + "name"), class_, said.one(node, _SH + "description"))

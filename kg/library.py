"""The library of questions: one Turtle file each in ontology/queries, as sib-swiss/sparql-examples write them."""

from __future__ import annotations

from collections.abc import Iterable
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


def _example(path: Path) -> Example:
    triples = [(str(t.subject), t.predicate.value, t.object) for t in parse(path=str(path))]
    said = {}
    for subject, predicate, object_ in triples:
        said.setdefault((subject, predicate), []).append(object_)
    subject = next(s for s, p in said if p in _KINDS)

    def words(predicate: str, of: str = subject) -> list[str]:
        return [str(getattr(term, "value", term)) for term in said.get((of, predicate), ())]

    kind_iri = next(p for s, p in said if p in _KINDS)
    parameters = (_parameter(words, str(node)) for node in said.get((subject, _SH + "parameter"), ()))
    return Example(
        name=path.stem,
        question=words(PREFIXES["rdfs"] + "comment")[0],
        keywords=tuple(sorted(words(PREFIXES["schema"] + "keywords"))),
        kind=_KINDS[kind_iri],
        query=words(kind_iri)[0].strip() + "\n",
        parameters=tuple(sorted(parameters)),
        expected="".join(words(MKG + "expectedAnswer")).lstrip("\n"),
        oracle="".join(words(MKG + "oracle")),
    )


def _parameter(words: object, node: str) -> Parameter:
    def one(predicate: str) -> str:
        found: Iterable[str] = words(predicate, node)  # type: ignore[operator]
        return next(iter(found), "")

    return Parameter(one(_SH + "name"), one(_SH + "class").removeprefix(MKG), one(_SH + "description"))

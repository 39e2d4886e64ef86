"""Entities -> doubts about their identifiers, against an extract of the ontologies: ontology/groundings.tsv."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache

from kg.errors import Problem
from kg.records import Entity
from kg.resources import ONTOLOGY


def doubts(entities: Iterable[Entity]) -> Iterator[Problem]:
    """Identifiers that were never checked, are obsolete, or are called otherwise in their ontology."""
    for entity in entities:
        if not entity.id.startswith("mkg:") and (what := _doubt(entity)):
            yield Problem(*entity.place, "id", what)


def _doubt(entity: Entity) -> str:
    if entity.id not in _extract():
        return f"{entity.id} was not checked against its ontology; allowed: an identifier of ontology/groundings.tsv"
    label, obsolete = _extract()[entity.id]
    if obsolete == "true":
        return f"{entity.id} is obsolete in its ontology"
    if label.casefold() not in {name.casefold() for name in (entity.label, *entity.synonyms)}:
        return f'{entity.id} is called "{label}" in its ontology; allowed: that label, or it among the synonyms'
    return ""


@cache
def _extract() -> dict[str, tuple[str, str]]:
    with (ONTOLOGY / "groundings.tsv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: (row["label"], row["obsolete"]) for row in csv.DictReader(file, delimiter="\t")}

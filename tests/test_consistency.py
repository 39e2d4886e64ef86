"""`kg.consistency` sees what takes more than one row; what it refuses is tried in tests/tables, here what it lets pass.

Loose ends (sources nobody cites, entities nobody names, names that mean two things) are told, not refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kg import consistency, records
from kg.records import Entity, Place, SpreadObservation, Tables
from tests.small import GOOD

TABLES = records.read(GOOD)
HERE = Place("here.csv", 9)


def added(**more: list[Any]) -> Tables:
    return Tables(*(getattr(TABLES, name) + more.get(name, []) for name in TABLES._fields))


def entity(id_: str, label: str, class_: str, **other: Any) -> Entity:
    columns = {"parents": (), "part_of": (), "synonyms": (), "exact_match": (), "close_match": (), "note": ""}
    return Entity(HERE, id_, label, class_, **columns | other)


def test_the_good_folder_has_neither_problems_nor_loose_ends() -> None:
    assert consistency.problems(TABLES) == []
    assert consistency.loose_ends(TABLES) == []


def test_one_name_may_stand_for_two_kinds_but_not_for_two_of_a_kind() -> None:
    symptom = entity("HP:0002027", "Hypercalcemia", "Symptom")
    assert consistency.problems(added(entities=[symptom])) == []
    (problem,) = consistency.problems(added(entities=[replace(symptom, class_="Complication")]))
    assert (problem.line, problem.column) == (9, "label")


def test_a_sum_is_only_held_against_parts_that_stand_beside_it() -> None:
    total = next(s for s in TABLES.statements if isinstance(s, SpreadObservation) and s.sum_of)
    elsewhere = replace(total, place=HERE, cohort="another", cases=1)
    assert consistency.problems(added(statements=[elsewhere])) == []


def test_the_same_pair_may_be_counted_in_another_population_cohort_or_source() -> None:
    first = next(s for s in TABLES.statements if isinstance(s, SpreadObservation))
    others = [replace(first, place=HERE, **{name: "other"}) for name in ("population", "cohort", "stratum")]
    others.append(replace(first, place=HERE, source="oncotree"))
    assert consistency.problems(added(statements=others)) == []


def test_a_remark_may_be_about_a_term_of_the_ontology() -> None:
    remark = next(s for s in TABLES.statements if isinstance(s, records.Remark))
    assert consistency.problems(added(statements=[replace(remark, place=HERE, subject="mkg:Portal")])) == []


def test_loose_ends_are_told_with_their_place() -> None:
    source = replace(TABLES.sources[0], place=HERE, key="unread", doi="", pmid="")
    orphan = entity("HP:0002027", "abdominal pain", "Symptom")
    told = consistency.loose_ends(added(sources=[source], entities=[orphan]))
    assert [str(problem) for problem in told] == [
        'here.csv:9: key: no statement cites "unread"',
        'here.csv:9: id: no statement names "abdominal pain" (HP:0002027) or anything within it',
    ]


def test_an_entity_is_no_orphan_if_something_within_it_is_named() -> None:
    outer = entity("MONDO:0045024", "neoplasm", "Cancer")
    top = next(e for e in TABLES.entities if e.id == "MONDO:0004992")
    entities = [replace(e, parents=("MONDO:0045024",)) if e is top else e for e in TABLES.entities] + [outer]
    assert consistency.loose_ends(TABLES._replace(entities=entities)) == []


@pytest.mark.parametrize(("note", "told"), [("", 1), ("ambiguous: of two minds", 0)])
def test_a_name_of_two_things_is_told_unless_both_notes_say_that_it_is_ambiguous(note: str, told: int) -> None:
    metastasis = next(e for e in TABLES.entities if e.id == "NCIT:C3580")
    assert "ambiguous" in metastasis.note
    other = entity("MONDO:0002129", "primary bone cancer", "Cancer", synonyms=("Metastatic Bone Cancer",), note=note)
    found = [p for p in consistency.loose_ends(added(entities=[other])) if p.column == "synonyms"]
    assert len(found) == told

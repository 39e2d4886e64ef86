"""`kg.identity` names a statement by what it says: a corrected number renames nothing, another population does."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import records
from kg.identity import identity, statement_id, triple
from kg.vocabulary import curie, iri
from tests.small import GOOD, rows

STATEMENTS = records.read(GOOD).statements
OBSERVED = next(s for s in STATEMENTS if isinstance(s, records.SpreadObservation) and s.cases == 12794)
SAID = next(s for s in STATEMENTS if isinstance(s, records.Spread) and s.source == "gpnotebook")


def test_a_name_is_the_hash_of_its_identity_line_by_line() -> None:
    text = "\n".join([
        "table=spread_observations", "source=seer_prostate_bone_2018", "subject=MONDO:0008315",
        "predicate=mkg:spreadsTo", "object=UBERON:0001474", "population=all stages", "stratum=all_stages",
        "measure=mkg:Patients", "denominator=mkg:AllPatients", "ascertainment=mkg:AtDiagnosis", "cohort=SEER 2010-2014",
    ])  # fmt: skip
    name = f"mkgst:seer_prostate_bone_2018-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    assert statement_id(OBSERVED) == name
    assert curie(iri(name)) == name


def test_every_statement_has_a_name_of_its_own() -> None:
    assert len(STATEMENTS) == sum(len(rows(path)) for path in (GOOD / "statements").glob("*.csv"))
    assert len({statement_id(statement) for statement in STATEMENTS}) == len(STATEMENTS)


@given(
    cases=st.integers(0, 12794),
    patients=st.integers(12794, 10**6),
    percent=st.sampled_from(["", "5.1"]),
    words=st.text(max_size=20),
)
def test_a_corrected_number_a_note_or_a_place_renames_nothing(
    cases: int, patients: int, percent: str, words: str
) -> None:
    corrected: dict[str, Any] = {"cases": cases, "patients": patients, "percent": percent, "note": words}
    moved = replace(
        OBSERVED, place=records.Place("elsewhere.csv", 99), locator=words, selection="selected", **corrected
    )
    assert statement_id(moved) == statement_id(OBSERVED)


def test_a_column_that_is_added_renames_nothing() -> None:
    assert statement_id(replace(SAID, cases=5, percent_range="65-80", wording="often")) == statement_id(SAID)


@pytest.mark.parametrize(
    "field", ["source", "cancer", "site", "population", "stratum", "measure", "denominator", "ascertainment", "cohort"]
)
@given(other=st.text("abcdefgh:", min_size=1))
def test_any_part_of_the_identity_renames(field: str, other: str) -> None:
    changed: dict[str, Any] = {field: other}
    assert statement_id(replace(OBSERVED, **changed)) != statement_id(OBSERVED)


@pytest.mark.parametrize(
    ("record", "changed"),
    [(SAID, {"stance": "refutes"}), (SAID, {"route": ()}), (SAID, {"route": ("mkg:Portal", "mkg:VertebralPlexus")})],
)
def test_stance_and_route_are_part_of_the_identity(record: records.Spread, changed: dict[str, Any]) -> None:
    assert statement_id(replace(record, **changed)) != statement_id(record)


def test_routes_name_the_same_statement_in_any_order() -> None:
    there, back = (replace(SAID, route=routes) for routes in (("mkg:Portal", "mkg:Caval"), ("mkg:Caval", "mkg:Portal")))
    assert statement_id(there) == statement_id(back)


@given(st.text("éüñåö e\u0301u\u0308", min_size=1).map(str.strip).filter(bool))
def test_the_same_letters_in_another_normal_form_name_the_same_statement(population: str) -> None:
    composed, apart = (replace(OBSERVED, population=unicodedata.normalize(form, population)) for form in ("NFC", "NFD"))
    assert statement_id(composed) == statement_id(apart)


def test_the_same_words_in_two_tables_are_two_statements() -> None:
    fields = {name: getattr(OBSERVED, name) for name in OBSERVED.__dataclass_fields__}
    assert statement_id(records.OriginObservation(**fields)) != statement_id(OBSERVED)


def test_every_statement_says_a_triple_and_leaves_empty_parts_out() -> None:
    for statement in STATEMENTS:
        assert all(triple(statement))
        assert all(identity(statement).values())

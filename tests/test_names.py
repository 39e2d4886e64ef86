"""`kg.names` finds an entity by label, synonym or CURIE in any case, and says what else may have been meant."""

from __future__ import annotations

import csv
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import names
from kg.errors import AmbiguousName, UnknownName
from kg.graph import Graph
from kg.resources import DATA

SMALL = names.index([
    ("http://purl.obolibrary.org/obo/MONDO_0008315", "prostate cancer", "https://w3id.org/metastasis-kg/Cancer", None, "Prostatakrebs|prostatic cancer"),
    ("http://purl.obolibrary.org/obo/UBERON_0002367", "prostate", "https://w3id.org/metastasis-kg/Organ", "a gland", None),
    ("http://purl.obolibrary.org/obo/MONDO_0004980", "Müller's tumour", "https://w3id.org/metastasis-kg/Cancer", "", "node"),
    ("http://purl.obolibrary.org/obo/UBERON_0000029", "lymph node", "https://w3id.org/metastasis-kg/Organ", "", "node"),
    ("http://purl.obolibrary.org/obo/UBERON_0000030", "node", "https://w3id.org/metastasis-kg/Organ", "", ""),
])  # fmt: skip


def entity_rows() -> list[dict[str, str]]:
    found = []
    for path in sorted((DATA / "entities").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file))
    return found


ROWS = entity_rows()


@pytest.mark.parametrize(
    "name",
    [
        "prostate cancer", "PROSTATE CANCER", "  Prostate   Cancer ", "prostate-cancer", "Prostatakrebs", "prostatic cancer",
        "MONDO:0008315", "mondo:0008315", "http://purl.obolibrary.org/obo/MONDO_0008315", "prostaté cancer",
    ],
)  # fmt: skip
def test_one_entity_has_many_names(name: str) -> None:
    assert names.resolve(SMALL, name).id == "MONDO:0008315"


@pytest.mark.parametrize("name", ["Müller's tumour", "muller's tumour", "MÜLLER'S TUMOUR", "Mu\u0308ller's tumour"])
def test_accents_may_be_left_out_or_written_apart(name: str) -> None:
    assert names.resolve(SMALL, name).label == "Müller's tumour"


def test_a_label_wins_over_a_synonym() -> None:
    assert names.resolve(SMALL, "node").id == "UBERON:0000030"


def test_the_kind_that_is_asked_for_decides() -> None:
    assert names.resolve(SMALL, "node", "Cancer").id == "MONDO:0004980"
    with pytest.raises(UnknownName, match='no organ is called "prostate cancer"; nearest: "prostate"'):
        names.resolve(SMALL, "prostate cancer", "Organ")


def test_an_unknown_name_lists_the_nearest() -> None:
    with pytest.raises(UnknownName) as caught:
        names.resolve(SMALL, "prostat cancer")
    assert caught.value.nearest[0] == ("prostate cancer", "MONDO:0008315")
    assert str(caught.value).startswith(
        'no entity is called "prostat cancer"; nearest: "prostate cancer" (MONDO:0008315)'
    )


@pytest.mark.parametrize("name", ["zzzzzz", "", "   ", "\x1b[31m", "☃", "x" * 10_000])
def test_what_is_near_to_nothing_is_said_so(name: str) -> None:
    with pytest.raises(UnknownName, match="nothing is near"):
        names.resolve(SMALL, name)


@given(st.text())
def test_any_name_is_found_or_unknown(name: str) -> None:
    if names.fold(name) in SMALL:
        assert names.resolve(SMALL, name).label
    else:
        with pytest.raises(UnknownName):
            names.resolve(SMALL, name)


# --- The shipped names -------------------------------------------------------------------------


def test_every_entity_is_found_by_its_identifier_and_by_its_label(graph: Graph) -> None:
    assert len(ROWS) > 1_000
    for row in ROWS:
        assert graph.resolve(row["id"]).label == row["label"]
        assert graph.resolve(row["label"], row["class"]).id == row["id"]
        assert graph.resolve(row["label"].upper(), row["class"]).id == row["id"]
        assert graph.resolve(unicodedata.normalize("NFD", row["label"]), row["class"]).id == row["id"]


def test_every_synonym_leads_to_its_entity_or_to_all_it_may_mean(graph: Graph) -> None:
    tried = 0
    for row in ROWS:
        for synonym in filter(None, row["synonyms"].split("|")):
            tried += 1
            try:
                found = graph.resolve(synonym, row["class"])
                meant = {found.id} if names.fold(found.label) != names.fold(synonym) else {found.id, row["id"]}
            except AmbiguousName as error:
                meant = {id_ for _, id_, _ in error.senses}
            assert row["id"] in meant
    assert tried > 500


def test_metastatic_bone_cancer_explains_both_senses(graph: Graph) -> None:
    with pytest.raises(AmbiguousName) as caught:
        graph.resolve("Metastatic Bone Cancer")
    (one, id_one, note_one), (two, id_two, note_two) = caught.value.senses
    assert {id_one: one, id_two: two} == {"NCIT:C3580": "bone metastasis", "MONDO:0002129": "primary bone cancer"}
    notes = {id_one: note_one, id_two: note_two}
    assert "another organ" in notes["NCIT:C3580"]
    assert "has spread" in notes["MONDO:0002129"]
    assert str(caught.value).splitlines()[0] == '"Metastatic Bone Cancer" has 2 meanings; say which:'
    assert graph.resolve("metastatic bone cancer", "Cancer").id == "MONDO:0002129"
    assert graph.resolve("metastatic bone cancer", "Metastasis").id == "NCIT:C3580"


def test_an_unknown_name_of_the_shipped_graph_lists_real_ones(graph: Graph) -> None:
    with pytest.raises(UnknownName) as caught:
        graph.resolve("prostat cancer", "Cancer")
    assert ("prostate cancer", "MONDO:0008315") in caught.value.nearest

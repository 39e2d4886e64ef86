"""`kg.rdf` says in quads what a row says, in the graph of its source, with the edge that follows and no other."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize
from scipy.stats import binomtest

from kg import cells, rdf, records
from kg.identity import statement_id
from kg.proportions import wilson_interval
from kg.records import OriginObservation, SpreadObservation
from kg.vocabulary import PREFIXES, curie
from tests.oracle.answers import Data
from tests.small import GOOD, good, rows, set_cell

TABLES = records.read(GOOD)
QUADS = [quad for quad in rdf.to_quads(TABLES) if quad.graph_name != rdf.graph_of("ontology")]
EDGES = ("arisesIn", "spreadsTo", "locatedIn", "hasSymptom", "hasComplication", "treats", "relieves", "drainsTo")
PROSTATE, BONE = "MONDO:0008315", "UBERON:0001474"


def short(term: object) -> str:
    """A term as CURIE, or a literal's text and datatype."""
    if isinstance(term, Literal):
        datatype = curie(term.datatype.value)
        return term.value if datatype == "xsd:string" else f"{term.value}^^{datatype}"
    return curie(term.value) if isinstance(term, NamedNode) else str(term)


def about(subject: str, quads: list[Quad] = QUADS) -> set[tuple[str, str]]:
    return {(short(quad.predicate), short(quad.object)) for quad in quads if short(quad.subject) == subject}


def edges(quads: list[Quad]) -> dict[tuple[str, str, str], set[str]]:
    """Edges with the sources in whose graph they stand."""
    found: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for quad in quads:
        if (predicate := short(quad.predicate).removeprefix("mkg:")) in EDGES:
            key = short(quad.subject), predicate, short(quad.object)
            found[key].add(short(quad.graph_name).removeprefix("mkgg:"))
    return found


def test_a_counted_row_becomes_these_triples_in_the_graph_of_its_source() -> None:
    row = next(s for s in TABLES.statements if s.source == "seer_prostate_bone_2018")
    name = statement_id(row)
    bounds = binomtest(12794, 249331).proportion_ci(method="wilson")
    low, high = (short(Literal(wilson)) for wilson in wilson_interval(12794, 249331)[1:])
    assert (float(low.split("^")[0]), float(high.split("^")[0])) == pytest.approx((bounds.low, bounds.high))
    assert about(name) == {
        ("rdf:type", "mkg:Statement"), ("rdf:type", "mkg:SpreadObservation"), ("rdf:subject", PROSTATE),
        ("rdf:predicate", "mkg:spreadsTo"), ("rdf:object", BONE), ("prov:wasDerivedFrom", "mkgs:seer_prostate_bone_2018"),
        ("mkg:locator", "excerpt"), ("mkg:evidence", "ECO:0000180"), ("mkg:caseCount", "12794^^xsd:integer"),
        ("mkg:patientCount", "249331^^xsd:integer"), ("mkg:percentAsStated", "5.1"),
        ("mkg:proportion", f"{12794 / 249331}^^xsd:double"), ("mkg:lower95", low), ("mkg:upper95", high),
        ("mkg:measure", "mkg:Patients"),
        ("mkg:denominator", "mkg:AllPatients"), ("mkg:ascertainment", "mkg:AtDiagnosis"),
        ("mkg:selection", "unselected"), ("mkg:stratum", "all_stages"), ("mkg:population", "all stages"),
        ("mkg:cohort", "SEER 2010-2014"),
    }  # fmt: skip
    assert {short(quad.graph_name) for quad in QUADS if short(quad.subject) == name} == {"mkgg:seer_prostate_bone_2018"}


def test_a_percentage_without_a_count_gets_no_count() -> None:
    row = next(s for s in TABLES.statements if s.source == "gandaglia_2014_prostate_nis")
    said = dict(about(statement_id(row)))
    assert "mkg:caseCount" not in said
    assert (said["mkg:fromPercent"], said["mkg:percentAsStated"]) == ("true^^xsd:boolean", "84")
    assert said["mkg:proportion"] == "0.84^^xsd:double"
    assert float(said["mkg:lower95"].split("^")[0]) < 0.835 < 0.845 < float(said["mkg:upper95"].split("^")[0])


def test_a_percentage_that_no_whole_count_gives_says_so() -> None:
    row = next(s for s in TABLES.statements if s.source == "gandaglia_2014_prostate_nis")
    assert isinstance(row, SpreadObservation)
    quads = list(rdf.statement_quads(replace(row, percent="33", patients=10), lambda *_: False))
    assert ("mkg:note", "no whole number of 10 patients is 33 %") in about(statement_id(row), quads)


def test_a_series_that_starts_from_the_site_has_a_share_and_no_proportion() -> None:
    row = next(s for s in TABLES.statements if isinstance(s, OriginObservation) and s.cases)
    said = about(statement_id(row))
    assert {("rdf:type", "mkg:OriginObservation"), ("mkg:originShare", f"{16 / 83}^^xsd:double")} <= said
    assert not {predicate for predicate, _ in said} & {"mkg:proportion"}
    assert ("rdf:type", "mkg:SpreadObservation") not in said


def test_every_edge_stands_in_the_graphs_of_those_who_say_so_and_nowhere_else() -> None:
    expected = {
        (subject, predicate, object_): sources
        for predicate, pairs in Data(GOOD).edges.items()
        for (subject, object_), sources in pairs.items()
    }
    assert edges(QUADS) == expected
    assert len(expected) == 24
    assert expected[PROSTATE, "spreadsTo", BONE] == {
        "gpnotebook", "nci_bone_fs", "gandaglia_2014_prostate_nis", "seer_prostate_bone_2018",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cancer", "site", "why"),
    [
        ("MONDO:0005082", "UBERON:0000992", "none of 2,172 had it"),
        ("MONDO:0005082", "mkg:male-genital-tract-msk-met-site", "the site holds the cancer's own organ"),
        (PROSTATE, "mkg:AnyDistantSite", "any distant site is no organ"),
        (PROSTATE, "UBERON:0002528", "a curator inferred it"),
        ("MONDO:0007254", "UBERON:0002048", "an example of naming"),
        ("MONDO:0004953", "UBERON:0002369", "the source refutes it"),
    ],
)
def test_no_edge_comes_of_a_statement_that_does_not_say_so(cancer: str, site: str, why: str) -> None:
    statements = [s for s in TABLES.statements if getattr(s, "cancer", "") == cancer and getattr(s, "site", "") == site]
    assert statements, why
    assert (cancer, "spreadsTo", site) not in edges(QUADS)


@pytest.mark.parametrize(
    ("line", "column", "cell", "pair"),
    [
        (5, "percent", "0.0", ("MONDO:0005082", BONE)),
        (3, "stance", "refutes", (PROSTATE, BONE)),
        (3, "strength", "illustration", (PROSTATE, BONE)),
        (3, "evidence", "inferred", (PROSTATE, BONE)),
    ],
)
def test_a_source_that_says_so_no_more_loses_its_edge_and_no_other(
    tmp_path: Path, line: int, column: str, cell: str, pair: tuple[str, str]
) -> None:
    folder = good(tmp_path)
    table = folder / "statements/spread.csv"
    source = rows(table)[line - 2]["source"]
    set_cell(table, line, column, cell)
    key = pair[0], "spreadsTo", pair[1]
    changed = edges(list(rdf.to_quads(records.read(folder))))
    assert changed == edges(QUADS) | {key: edges(QUADS)[key] - {source}}
    assert source in edges(QUADS)[key]


def test_growth_and_spread_that_cannot_be_told_apart_are_marked_on_counts_alone() -> None:
    marked = {short(quad.subject) for quad in QUADS if short(quad.predicate) == "mkg:ownOrgan"}
    data = Data(GOOD)
    expected = {
        statement_id(s)
        for s in TABLES.statements
        if isinstance(s, SpreadObservation) and data.own_organ(s.cancer, s.site)
    }
    assert marked == expected
    assert len(marked) == 1


def test_what_stands_where() -> None:
    graphs = defaultdict(set)
    for quad in QUADS:
        graphs[short(quad.graph_name)].add(short(quad.subject))
    ids = {entity.id for entity in TABLES.entities}
    assert graphs.pop("mkgg:entities") == ids
    assert set(graphs) == {f"mkgg:{source.key}" for source in TABLES.sources}
    for name, subjects in graphs.items():
        key = name.removeprefix("mkgg:")
        own = {f"mkgs:{key}", name} | {s for s in subjects if s.startswith(f"mkgst:{key}-")}
        assert subjects - own <= ids


def test_an_entity_carries_names_matches_and_both_its_classes() -> None:
    assert about("NCIT:C3580") >= {
        ("rdf:type", "mkg:Metastasis"), ("rdf:type", "mkg:Condition"), ("rdf:type", "mkg:Entity"),
        ("rdfs:label", "bone metastasis"), ("skos:altLabel", "metastatic bone cancer"),
    }  # fmt: skip
    assert about("UBERON:0002367") >= {("BFO:0000050", "UBERON:0000079"), ("mkg:sex", "male")}
    assert about("MONDO:0005082") >= {("rdfs:subClassOf", PROSTATE), ("skos:exactMatch", "DOID:2526")}


# --- Nothing breaks out of a literal or an IRI -------------------------------------------------


HOSTILE = [
    'x" . <http://evil.example/> <http://evil.example/> "y', '"""', "\\", '\\" .', "<script>alert(1)</script>",
    "{{ 7*7 }}", "'; DROP TABLE x; --", "=cmd()", '"@en', '"^^<http://evil.example/>',
]  # fmt: skip


@given(st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_label_is_the_same_after_a_trip_through_a_file(label: str) -> None:
    entity = replace(TABLES.entities[0], label=label)
    quads = list(rdf.to_quads(records.Tables([], [entity], [])))
    text = serialize([quad for quad in quads if quad.graph_name == rdf.graph_of("entities")], format=RdfFormat.N_QUADS)
    read = rdflib.Dataset(default_union=True).parse(data=text, format="nquads")
    assert [str(o) for o in read.objects(None, rdflib.RDFS.label)] == [label]
    assert {str(s) for s in read.subjects(rdflib.RDFS.label, None)} == {rdf.node(entity.id).value}


@given(st.text("abz09AZ-._~:/?#[]@!$&'()*+,;=%<>\"{}|\\^` \u00e9", max_size=12))
def test_an_address_that_is_let_in_is_an_iri(rest: str) -> None:
    with contextlib.suppress(ValueError):
        url = cells.address(f"https://example.org/{rest}")
        source = replace(TABLES.sources[0], url=url)
        (found,) = [
            quad.object
            for quad in rdf.to_quads(records.Tables([source], [], []))
            if isinstance(quad.object, NamedNode) and quad.predicate.value == PREFIXES["rdfs"] + "seeAlso"
        ]
        assert found.value == url

"""`kg.graph` is the object people hold; the shipped graph in it says who says what, once, and no more than they say.

What should be there is read from the CSV files by tests/oracle/answers.py, which does not use kg.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
import rdflib

import kg
from kg.errors import KgError, QueryError, StoreError, UnknownName
from kg.graph import Graph
from kg.vocabulary import RESERVED_KEYS, curie
from tests.oracle.answers import Data

ROOT = Path(__file__).parent.parent
DATA = Data(ROOT / "data")
EDGES = ("arisesIn", "spreadsTo", "locatedIn", "hasSymptom", "hasComplication", "treats", "relieves", "drainsTo")


def rows(graph: Graph, text: str) -> list[tuple[object, ...]]:
    """A SELECT's rows, IRIs as CURIEs."""
    table = graph.query(text)
    assert isinstance(table, pd.DataFrame)
    return [
        tuple(curie(v) if isinstance(v, str) and v.startswith("http") else v for v in row) for row in table.to_numpy()
    ]


def says_so(graph: Graph, predicate: str) -> dict[tuple[object, object], set[str]]:
    """Subject and object -> the sources in whose graph the edge stands."""
    found: dict[tuple[object, object], set[str]] = defaultdict(set)
    for subject, object_, name in rows(graph, f"SELECT ?s ?o ?g {{ GRAPH ?g {{ ?s mkg:{predicate} ?o }} }}"):
        found[subject, object_].add(str(name).removeprefix("mkgg:"))
    return found


# --- Who says so -------------------------------------------------------------------------------


@pytest.mark.parametrize("predicate", EDGES)
def test_every_edge_has_a_statement_of_its_source_and_every_statement_that_says_so_its_edge(
    predicate: str, graph: Graph
) -> None:
    assert says_so(graph, predicate) == DATA.edges[predicate]
    assert len(DATA.edges[predicate]) > 20


def test_a_count_of_none_makes_no_edge(graph: Graph) -> None:
    """A pair of which every source counted none, or that only such a row names, has no edge."""
    found, looked_for = set(), set()
    for row in DATA.observations:
        (looked_for if row["cases"] == "0" else found).add((row["cancer"], row["site"]))
    for row in (*DATA.said, *DATA.table("origin_observations")):
        found.add((row["cancer"], row["site"]))
    none = looked_for - found
    assert len(none) > 100
    assert not none & set(says_so(graph, "spreadsTo"))
    known = rows(graph, "SELECT ?c ?o { ?s mkg:caseCount 0 ; rdf:subject ?c ; rdf:object ?o }")
    assert none <= set(known)


@pytest.mark.parametrize(
    "why",
    [
        "?s mkg:stance 'refutes'", "?s mkg:strength 'illustration'", "?s rdf:object mkg:AnyDistantSite",
        "?s mkg:ownOrgan true", "?s mkg:caseCount 0", "?s mkg:evidence ECO:0000205 ; rdf:predicate mkg:spreadsTo",
    ],
)  # fmt: skip
def test_no_source_has_an_edge_that_only_such_a_statement_could_give(why: str, graph: Graph) -> None:
    """Where a source says nothing else of a pair, its graph has no edge for it."""
    such = rows(graph, f"SELECT DISTINCT ?g ?c ?o {{ GRAPH ?g {{ ?s rdf:subject ?c ; rdf:object ?o . {why} }} }}")
    others = rows(
        graph,
        f"""SELECT DISTINCT ?g ?c ?o {{ GRAPH ?g {{ ?s rdf:subject ?c ; rdf:object ?o .
        FILTER NOT EXISTS {{ {why} }} }} }}""",
    )
    only = set(such) - set(others)
    assert only
    edges = {(f"mkgg:{key}", *pair) for pair, keys in says_so(graph, "spreadsTo").items() for key in keys}
    assert not only & edges


def test_anything_about_distant_sites_makes_no_edge_and_lies_within_nothing(graph: Graph) -> None:
    assert rows(graph, "SELECT ?s { ?s rdf:object mkg:AnyDistantSite } LIMIT 1")
    for predicate in (*EDGES, "within"):
        assert (
            graph.query(
                f"ASK {{ {{ ?s mkg:{predicate} mkg:AnyDistantSite }} UNION {{ mkg:AnyDistantSite mkg:{predicate} ?o }} }}"
            )
            is False
        )


# --- Graphs ------------------------------------------------------------------------------------


def test_each_graph_is_a_source_or_reserved(graph: Graph) -> None:
    found = {curie(str(name.value)).removeprefix("mkgg:") for name in graph.store.named_graphs()}
    assert found == set(DATA.sources) | set(RESERVED_KEYS)


def test_the_default_graph_is_the_union_and_counts_a_triple_once(graph: Graph) -> None:
    ((default,),) = rows(graph, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    ((named,),) = rows(graph, "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }")
    assert default == named > 150_000
    assert graph.query("ASK { ?s ?p ?o FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }") is False
    ((count,),) = rows(graph, "SELECT (COUNT(*) AS ?n) { MONDO:0008315 mkg:spreadsTo UBERON:0001474 }")
    assert count == 1
    assert len(says_so(graph, "spreadsTo")["MONDO:0008315", "UBERON:0001474"]) > 5


def test_the_closure_stands_in_the_derived_graph_and_is_that_of_the_tables(graph: Graph) -> None:
    found: dict[object, set[object]] = defaultdict(set)
    for inner, outer in rows(graph, "SELECT ?i ?o { GRAPH mkgg:derived { ?i mkg:within ?o } }"):
        found[inner].add(outer)
    assert found == DATA.above
    assert rows(graph, "SELECT ?g { GRAPH ?g { ?i mkg:within ?o } FILTER(?g != mkgg:derived) }") == []
    assert (
        rows(
            graph,
            "SELECT ?p { GRAPH mkgg:derived { ?s ?p ?o } FILTER(?p IN (rdfs:subClassOf, BFO:0000050, mkg:spreadsTo)) }",
        )
        == []
    )


def test_the_closure_is_asked_with_one_word(graph: Graph) -> None:
    bones = {inner for (inner,) in rows(graph, "SELECT ?i { ?i mkg:within UBERON:0001474 }")}
    assert bones == DATA.below("UBERON:0001474") > {"UBERON:0001474", "UBERON:0002412", "UBERON:0002371"}


def test_every_statement_has_one_name_one_source_and_stands_in_its_graph(graph: Graph) -> None:
    table = rows(
        graph,
        "SELECT ?g ?s ?source { GRAPH ?g { ?s a mkg:Statement ; prov:wasDerivedFrom ?source } FILTER(?g != mkgg:derived) }",
    )
    assert {(g, str(s).rpartition("-")[0]) for g, s, _ in table} == {
        (str(source).replace("mkgs:", "mkgg:"), str(source).replace("mkgs:", "mkgst:")) for _, _, source in table
    }
    names = [s for _, s, _ in table]
    assert len(names) == len(set(names)) == how_many_rows()


def how_many_rows() -> int:
    count = 0
    for path in (ROOT / "data" / "statements").rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            count += sum(1 for _ in csv.DictReader(file))
    return count


# --- The object --------------------------------------------------------------------------------


def test_the_dataset_is_the_same_data_for_rdflib(graph: Graph) -> None:
    dataset = graph.dataset
    assert isinstance(dataset, rdflib.Dataset)
    prostate, bone = (
        rdflib.URIRef(f"http://purl.obolibrary.org/obo/{name}") for name in ("MONDO_0008315", "UBERON_0001474")
    )
    spreads = rdflib.URIRef("https://w3id.org/metastasis-kg/spreadsTo")
    assert list(dataset.objects(prostate, spreads)).count(bone) == 1
    sources = {str(g) for _, _, _, g in dataset.quads((prostate, spreads, bone, None)) if g}
    assert {name.rpartition("/")[2] for name in sources} == {
        "urn:x-rdflib:default", *DATA.edges["spreadsTo"]["MONDO:0008315", "UBERON:0001474"],
    }  # fmt: skip


def test_statements_and_remarks_of_an_entity(graph: Graph) -> None:
    stated = graph.statements("NCIT:C3580")
    located = stated[(stated["predicate"] == "mkg:locatedIn") & (stated["direction"] == "out")]
    assert set(located["other"]) == {"bone"}
    assert set(located["source"]) == {"mkgs:nci_bone_fs", "mkgs:ncit"}
    assert "mkg:spreadsTo" not in set(stated["predicate"])
    assert "naming: other sense" in set(graph.remarks("NCIT:C3580")["aspect"])
    nothing = graph.statements("UBERON:9999999")
    assert len(nothing) == 0
    assert "emergency" in nothing.columns


@pytest.mark.parametrize("name", ["XYZ:1", "prostate cancer", "", "mkg:a b", "http://x/y"])
def test_statements_and_remarks_of_what_is_no_entity_are_refused_with_a_sentence(name: str, graph: Graph) -> None:
    for asked in (graph.statements, graph.remarks):
        with pytest.raises(QueryError, match=rf'^"{name}" is no CURIE; allowed: one like MONDO:0008315, prefix mkg, '):
            asked(name)


def test_sources_are_all_listed_with_the_rows_they_gave(graph: Graph) -> None:
    table = graph.sources().set_index("source")
    assert len(table) == len(DATA.sources)
    assert table["statements"].sum() == how_many_rows()
    assert table.loc["mkgs:msk_met_2021", "licence"] == "ODbL 1.0"
    (line,) = graph.citations(["msk_met_2021"])
    assert "doi:10.1016/j.cell.2022.01.003" in str(line)
    assert "ODbL 1.0" in str(line)


def test_an_example_is_asked_by_name_with_names_as_parameters(graph: Graph) -> None:
    by_label, by_id = (
        graph.example("where-does-it-spread", cancer=name) for name in ("prostate cancer", "MONDO:0008315")
    )
    assert isinstance(by_label, pd.DataFrame)
    assert isinstance(by_id, pd.DataFrame)
    assert by_label.equals(by_id)
    with pytest.raises(QueryError, match='has no parameter "organ"; allowed: '):
        graph.example("where-does-it-spread", organ="bone")
    with pytest.raises(UnknownName, match="no cancer is called"):
        graph.example("where-does-it-spread", cancer="bone")


@pytest.mark.parametrize("given", [None, b"ASK {}", 7])
def test_what_is_no_text_is_no_query(given: object, graph: Graph) -> None:
    with pytest.raises(QueryError, match=f"a query is a text; {type(given).__name__} was given"):
        graph.query(given)  # type: ignore[arg-type]


def test_a_construct_becomes_a_network_and_a_select_does_not(graph: Graph) -> None:
    network = graph.to_networkx(
        "CONSTRUCT { ?c mkg:spreadsTo ?o } WHERE { VALUES ?c { MONDO:0008315 } ?c mkg:spreadsTo ?o }"
    )
    assert set(network.successors("MONDO:0008315")) == {o for s, o in DATA.edges["spreadsTo"] if s == "MONDO:0008315"}
    assert network.nodes["MONDO:0008315"] == {"id": "MONDO:0008315", "label": "prostate cancer", "kind": "Cancer"}
    with pytest.raises(QueryError, match="allowed: CONSTRUCT or DESCRIBE"):
        graph.to_networkx("SELECT * { ?s ?p ?o } LIMIT 1")


def test_an_edge_of_the_network_is_a_statement_with_its_numbers(network: nx.MultiDiGraph[str]) -> None:
    assert {(s, a["predicate"].removeprefix("mkg:"), o) for s, o, a in network.edges(data=True)} <= {
        (s, predicate, o) for predicate in EDGES for s, o in DATA.edges[predicate]
    }
    (edge,) = [
        attributes
        for attributes in network["MONDO:0005082"]["UBERON:0001474"].values()
        if attributes["source"] == "mkgs:msk_met_2021" and attributes["denominator"] == "mkg:AllPatients"
    ]
    assert (edge["cases"], edge["patients"], round(edge["proportion"], 4)) == (1139, 2172, 0.5244)
    assert edge["lower95"] < edge["proportion"] < edge["upper95"]
    assert edge["ascertainment"] == "mkg:EverRecorded"
    assert all({"label", "kind", "id"} <= set(attributes) for _, attributes in network.nodes(data=True))


def test_an_endpoint_has_no_store_of_its_own() -> None:
    elsewhere = kg.connect("http://127.0.0.1:9/")
    with pytest.raises(StoreError, match="is an endpoint; allowed: a graph that was loaded here"):
        _ = elsewhere.store
    with pytest.raises(KgError):
        elsewhere.query("ASK {}")


def test_the_public_face_is_what_is_listed() -> None:
    assert sorted(kg.__all__) == dir(kg)
    assert {name: getattr(kg, name).__name__ for name in kg.__all__} == {name: name for name in kg.__all__}
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = kg.nothing

"""`kg.export` writes the graph in formats of other tools.

Each is read back here by the library it is for: nothing is dropped silently, and each states the terms of its sources.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
import rdflib

import kg
from kg import export, output
from kg.errors import FormatError
from kg.graph import Graph
from kg.store import DefaultGraph
from kg.vocabulary import PREFIXES, curie
from tests.conftest import ROOT, not_run
from tests.small import GOOD

LICENCE = rdflib.URIRef(PREFIXES["dcterms"] + "license")
FORMATS = ["turtle", "rdfxml", "trig", "nquads", "jsonld", "csv", "parquet", "graphml", "gexf", "cytoscape", "kgx"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The graph of the good folder; rdflib is slow on the whole."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_STORE", str(tmp_path_factory.mktemp("export")))
        return kg.load(GOOD)


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, Graph]:
    """The same folder, built a second time: from disk, and in memory, which keeps quads in another order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_STORE", str(tmp_path_factory.mktemp("again")))
        return kg.load(GOOD), kg.load(GOOD, in_memory=True)


def written(graph: Graph, name: str) -> bytes:
    out = io.BytesIO()
    assert export.export(graph, name, out)
    return out.getvalue()


def licences(graph: Graph) -> set[str]:
    """The terms that sources state."""
    return set(graph.sources()["licence"].dropna())


def test_every_format_is_read_back_here() -> None:
    assert sorted(export.FORMATS) == sorted(FORMATS)


def test_an_unknown_format_is_refused_with_what_is_allowed(small: Graph) -> None:
    with pytest.raises(FormatError, match='"tutrle" is no export format; allowed: turtle, rdfxml, trig, '):
        export.export(small, "tutrle", io.BytesIO())


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_says_what_it_holds(name: str, small: Graph) -> None:
    holds = export.export(small, name, io.BytesIO())
    everything = name in ("turtle", "rdfxml", "trig", "nquads", "jsonld")
    assert (holds == "everything") is everything
    assert everything or "nquads" in holds, "what holds the rest is named"


@pytest.mark.parametrize("name", FORMATS)
def test_an_export_is_the_same_byte_for_byte_after_another_build_and_from_memory(
    name: str, small: Graph, again: tuple[Graph, Graph]
) -> None:
    first = written(small, name)
    assert [written(other, name) == first for other in again] == [True, True]


# --- RDF, by rdflib ----------------------------------------------------------------------------


def terms(triples: Iterator[tuple[rdflib.term.Node, ...]]) -> Counter[tuple[object, ...]]:
    """Triples by value, since stores write one number in several ways."""
    return Counter(tuple(map(plain, row)) for row in triples)


def plain(node: rdflib.term.Node) -> str:
    """A literal by its value; a blank node, which has no name of its own, as any other."""
    if isinstance(node, rdflib.BNode):
        return "_:"
    return str(node.toPython() if isinstance(node, rdflib.Literal) else node)


def ours(small: Graph) -> Counter[tuple[object, ...]]:
    quads = small.store.quads_for_pattern(None, None, None, DefaultGraph())
    text = "\n".join(f"{quad.triple} ." for quad in quads)
    return terms(iter(rdflib.Graph().parse(data=text, format="nt")))


@pytest.mark.parametrize(("name", "syntax"), [("turtle", "turtle"), ("rdfxml", "xml")])
def test_rdflib_reads_every_triple(name: str, syntax: str, small: Graph) -> None:
    read = rdflib.Graph().parse(data=written(small, name), format=syntax)
    assert len(read) == len(list(small.store.quads_for_pattern(None, None, None, DefaultGraph())))
    assert terms(iter(read)) == ours(small)
    assert {str(terms) for terms in read.objects(None, LICENCE)} >= licences(small)


@pytest.mark.parametrize(("name", "syntax"), [("trig", "trig"), ("nquads", "nquads"), ("jsonld", "json-ld")])
def test_rdflib_reads_every_quad_in_its_graph(name: str, syntax: str, small: Graph) -> None:
    read = rdflib.Dataset()
    read.parse(data=written(small, name), format=syntax)
    expected = Counter(
        curie(graph.value)  # type: ignore[union-attr]
        for graph in small.store.named_graphs()
        for _ in small.store.quads_for_pattern(None, None, None, graph)
    )
    found = Counter(curie(str(graph)) for _, _, _, graph in read.quads((None, None, None, None)))
    assert found == expected
    assert sum(found.values()) == small.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")["n"][0]  # type: ignore[index]
    assert {str(terms) for _, _, terms, _ in read.quads((None, LICENCE, None, None))} >= licences(small)


@pytest.mark.parametrize("name", ["turtle", "trig"])
def test_what_people_read_uses_the_prefixes(name: str, small: Graph) -> None:
    text = written(small, name).decode()
    assert "@prefix mkg: <https://w3id.org/metastasis-kg/> ." in text
    assert "mkg:spreadsTo" in text


# --- Tables, by pandas -------------------------------------------------------------------------


def test_pandas_reads_the_csv_as_the_table_it_was(small: Graph) -> None:
    read = pd.read_csv(io.BytesIO(written(small, "csv")))
    table = small.spread()
    assert len(read) == len(table) > 0
    assert list(read.columns) == [*table.columns, "licence"]
    for column in ("cases", "patients", "proportion", "lower95", "upper95"):
        assert read[column].to_numpy(dtype=float, na_value=-1) == pytest.approx(
            table[column].to_numpy(dtype=float, na_value=-1)
        )
    for column in ("cancer_id", "site_id", "statement", "own_organ", "from_percent", "kind"):
        assert list(read[column]) == list(table[column])


def test_pandas_reads_the_parquet_as_the_table_it_was(small: Graph) -> None:
    pytest.importorskip("pyarrow", reason="not run: pyarrow is not installed")
    read, table = pd.read_parquet(io.BytesIO(written(small, "parquet"))), small.spread()
    pd.testing.assert_frame_equal(read.drop(columns="licence"), table, check_dtype=False)
    assert read.dtypes["cases"] == "Int64"
    assert read.dtypes["own_organ"] == "bool"


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_each_row_has_the_terms_of_its_source(name: str, small: Graph) -> None:
    reader = pd.read_csv if name == "csv" else pd.read_parquet
    read = reader(io.BytesIO(written(small, name)))
    terms = {
        source.removeprefix("mkgs:"): licence
        for source, licence in small.sources()[["source", "licence"]].itertuples(index=False)
    }
    stated = read[read["kind"] != "estimate"]
    assert list(stated["licence"].fillna("")) == [
        "" if pd.isna(terms[source]) else terms[source] for source in stated["source"]
    ]
    assert stated["licence"].notna().any()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_takes_no_text_for_a_formula(cell: str) -> None:
    frame = pd.DataFrame({"wording": pd.Series([cell, "plain", None], dtype="str"), "cases": [-1, 2, 3]})
    guarded = output.guarded(frame)
    assert list(guarded["wording"])[:2] == [f"'{cell}", "plain"]
    assert guarded["wording"].isna()[2]
    assert list(guarded["cases"]) == [-1, 2, 3], "a number stays one"
    assert frame["wording"][0] == cell, "what was given is unchanged"


def test_no_cell_of_the_csv_is_a_formula(graph: Graph) -> None:
    read = pd.read_csv(io.BytesIO(written(graph, "csv")), dtype=str, keep_default_na=False)
    assert len(read) == len(graph.spread())
    for column in ("cancer", "site", "population", "wording", "note", "locator", "stratum"):
        assert not read[column].str.match(r"[=+\-@\t\r]").any()


# --- Networks, by networkx ---------------------------------------------------------------------


def of_cytoscape(text: bytes) -> nx.MultiDiGraph[str]:
    """Cytoscape's `source` is a node, so who says so is `said_by`."""
    network = nx.cytoscape_graph(json.loads(text))
    for _, _, edge in network.edges(data=True):
        edge["source"] = edge.pop("said_by")
    return network


NETWORKS = {"graphml": nx.read_graphml, "gexf": nx.read_gexf, "cytoscape": lambda out: of_cytoscape(out.read())}


@pytest.mark.parametrize("name", NETWORKS)
def test_networkx_reads_every_edge_with_its_numbers(name: str, small: Graph) -> None:
    read, network = NETWORKS[name](io.BytesIO(written(small, name))), small.to_networkx()
    assert read.is_directed()
    assert set(read) == set(network)
    assert read.number_of_edges() == network.number_of_edges() > 0
    assert {n: (d["label"], d["kind"]) for n, d in read.nodes(data=True)} == {
        n: (d["label"], d["kind"]) for n, d in network.nodes(data=True)
    }
    found = {edge["statement"]: (subject, object_, edge) for subject, object_, edge in read.edges(data=True)}
    assert len(found) == network.number_of_edges()
    terms = dict(small.sources()[["source", "licence"]].fillna("").itertuples(index=False, name=None))
    for subject, object_, edge in network.edges(data=True):
        there = found[edge["statement"]]
        assert there[:2] == (subject, object_)
        assert {key: there[2][key] for key in edge} == edge
        assert there[2]["licence"] == terms[edge["source"]]


@pytest.mark.parametrize("name", NETWORKS)
def test_networkx_reads_the_whole_graph(name: str, graph: Graph, network: nx.MultiDiGraph[str]) -> None:
    """Kinds of values that the small folder has not meet here."""
    read = NETWORKS[name](io.BytesIO(written(graph, name)))
    assert (len(read), read.number_of_edges()) == (len(network), network.number_of_edges())
    values = {edge["statement"]: edge for _, _, edge in read.edges(data=True)}
    for _, _, edge in network.edges(data=True):
        assert all(values[edge["statement"]][key] == item for key, item in edge.items())


# --- KGX ---------------------------------------------------------------------------------------

CATEGORIES = {
    "Disease", "DiseaseOrPhenotypicFeature", "AnatomicalEntity", "PhenotypicFeature", "Treatment",
}  # fmt: skip
LEVELS = {
    "knowledge_assertion", "logical_entailment", "prediction", "statistical_association", "text_co_occurrence", "observation",
    "not_provided",
}  # fmt: skip
"""Biolink's KnowledgeLevelEnum; categories and levels were read in biolink-model 4.4.3."""


def kgx(graph: Graph) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Nodes and edges, as text."""
    with tarfile.open(fileobj=io.BytesIO(written(graph, "kgx"))) as archive:
        assert archive.getnames() == ["metastasis-kg_nodes.tsv", "metastasis-kg_edges.tsv"]
        files = [archive.extractfile(name) for name in archive.getnames()]
        nodes, edges = (pd.read_csv(file, sep="\t", dtype=str, keep_default_na=False) for file in files)  # type: ignore[arg-type]
    return nodes, edges


@pytest.fixture(scope="module")
def files(graph: Graph) -> tuple[pd.DataFrame, pd.DataFrame]:
    return kgx(graph)


def test_kgx_holds_every_node_and_edge(files: tuple[pd.DataFrame, pd.DataFrame], network: nx.MultiDiGraph[str]) -> None:
    nodes, edges = files
    assert dict(zip(nodes["id"], nodes["name"], strict=True)) == {n: d["label"] for n, d in network.nodes(data=True)}
    assert nodes["id"].is_unique
    assert edges["id"].is_unique
    assert sorted(zip(edges["subject"], edges["object"], edges["id"], strict=True)) == sorted(
        (subject, object_, edge["statement"]) for subject, object_, edge in network.edges(data=True)
    )


def test_kgx_follows_the_rules_of_biolink(files: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    nodes, edges = files
    assert set(nodes["category"]) <= {f"biolink:{name}" for name in CATEGORIES}
    for column in ("id", "subject", "predicate", "object", "primary_knowledge_source", "knowledge_level", "agent_type"):
        assert (edges[column] != "").all(), column
    assert set(edges["subject"]) | set(edges["object"]) <= set(nodes["id"]), "no edge hangs loose"
    assert nodes["id"].str.fullmatch(r"[A-Za-z]\w*:[^\s:]+").all(), "CURIEs"
    assert set(edges["predicate"]) == {"biolink:related_to"}
    assert edges["original_predicate"].str.match(r"mkg:\w+$").all()
    assert set(edges["knowledge_level"]) <= LEVELS
    assert set(edges["agent_type"]) == {"manual_agent"}
    publications = edges.loc[edges["publications"] != "", "publications"].str.split("|").explode()
    assert publications.str.match(r"(PMID:\d+|DOI:10\.\S+)$").all()
    assert (edges["publications"] != "").any()


def test_kgx_has_our_numbers_beside_biolinks_words(
    files: tuple[pd.DataFrame, pd.DataFrame], network: nx.MultiDiGraph[str]
) -> None:
    _, edges = files
    edges = edges.set_index("id")
    own = {column for column in edges if column.startswith("mkg_")}
    assert {"mkg_cases", "mkg_patients", "mkg_proportion", "mkg_licence", "mkg_denominator"} <= own
    for _, _, edge in network.edges(data=True):
        row = edges.loc[edge["statement"]]
        for key in set(edge) - set(export._SAME):
            told = row[f"mkg_{key}"]
            assert float(told) == edge[key] if isinstance(edge[key], float) else told == str(edge[key])
        assert row["original_predicate"] == edge["predicate"]
        assert row["primary_knowledge_source"] == edge["source"]


def test_kgx_states_counted_as_observed_and_said_as_asserted(
    files: tuple[pd.DataFrame, pd.DataFrame], network: nx.MultiDiGraph[str]
) -> None:
    edges = files[1].set_index("id")
    levels = {"counted": "observation", "stated": "knowledge_assertion", "inferred": "logical_entailment"}
    from kg.vocabulary import EVIDENCE

    words = {curie(iri): levels[word] for word, iri in EVIDENCE.items()}
    for _, _, edge in network.edges(data=True):
        assert edges.loc[edge["statement"], "knowledge_level"] == words[edge.get("evidence", curie(EVIDENCE["stated"]))]


def test_kgx_reads_and_validates_the_files_itself(
    graph: Graph, files: tuple[pd.DataFrame, pd.DataFrame], tmp_path: Path
) -> None:
    """Its graph in memory keeps one edge a pair and predicate, whatever the file holds; what it streams on is complete."""
    reader = Path(os.environ.get("KGX_PYTHON", ROOT / ".venv-kgx" / "bin" / "python"))
    if not reader.exists():
        not_run("KGX is not here: `make .venv-kgx/done`; or KGX_PYTHON names the Python that has it")
    with tarfile.open(fileobj=io.BytesIO(written(graph, "kgx"))) as archive:
        paths = [tmp_path / name for name in archive.getnames()]
        for path in paths:
            path.write_bytes(archive.extractfile(path.name).read())  # type: ignore[union-attr]
    done = subprocess.run(
        [reader, ROOT / "tests" / "kgx_reader.py", *paths], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    nodes, edges = files
    assert told["passed"] == {"nodes": len(nodes), "edges": len(edges)}
    assert told["counted"] == edges["knowledge_level"].value_counts().to_dict()
    assert told["numbers"] == (edges["mkg_patients"] != "").sum()
    assert (told["nodes"], told["edges"]) == (len(nodes), len(edges.drop_duplicates(["subject", "object"])))
    assert told["errors"]["reading"] == {}
    complaints = [found for kinds in told["errors"]["validating"].values() for found in kinds.values()]
    whose = {id_ for found in complaints for ids in found.values() for id_ in ids}
    assert whose
    assert all("mkg:" in id_ for id_ in whose), (
        "only our own: Biolink knows no such prefix, KGX no slash in what follows"
    )


def test_an_export_stops_where_its_reader_does(small: Graph, tmp_path: Path) -> None:
    """A file that is closed is told by an error, never by a shorter file."""
    with (tmp_path / "closed").open("wb") as out:
        pass
    with pytest.raises((ValueError, OSError)):
        export.export(small, "nquads", out)

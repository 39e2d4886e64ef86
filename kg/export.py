"""The graph -> a file in another format: one table, format -> writer. Each states the terms of its sources."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, Final

from pyoxigraph import RdfFormat, serialize

from kg.errors import FormatError, MissingPackage
from kg.output import guarded
from kg.store import union
from kg.vocabulary import EVIDENCE, PREFIXES, curie

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from kg.graph import Graph

Writer = Callable[["Graph", IO[bytes]], Any]


def export(graph: Graph, format_name: str, out: IO[bytes]) -> str:
    """Write the graph and return what of it the format holds; raises FormatError for one that is not in FORMATS."""
    if format_name not in FORMATS:
        raise FormatError(f'"{format_name}" is no export format; allowed: {", ".join(FORMATS)}')
    write, holds = FORMATS[format_name]
    write(graph, out)
    return holds


# --- RDF: every source carries dcterms:license ---


# Sorted, so that two exports of the same data are the same, byte for byte.


def _union(rdf_format: RdfFormat) -> Writer:
    """All triples as one graph: statements still name their sources, but who makes an edge is not kept."""

    def write(graph: Graph, out: IO[bytes]) -> None:
        serialize(sorted(union(graph.store), key=str), out, format=rdf_format, prefixes=PREFIXES)

    return write


def _named(rdf_format: RdfFormat) -> Writer:
    """All quads, each in the graph of its source; the union is left out, since it repeats them."""
    prefixes = None if rdf_format == RdfFormat.N_QUADS else PREFIXES

    def write(graph: Graph, out: IO[bytes]) -> None:
        names = sorted(graph.store.named_graphs(), key=str)
        found = (sorted(graph.store.quads_for_pattern(None, None, None, name), key=str) for name in names)
        serialize(chain.from_iterable(found), out, format=rdf_format, prefixes=prefixes)

    return write


# --- Tables: a column `licence` ---


def _spread(graph: Graph) -> pd.DataFrame:
    """All statements about spread, with the terms of their source."""
    terms = graph.sources()[["source", "licence"]]
    return graph.spread().merge(terms.assign(source=terms["source"].str.removeprefix("mkgs:")), on="source", how="left")


def _csv(graph: Graph, out: IO[bytes]) -> None:
    out.write(guarded(_spread(graph)).to_csv(index=False, lineterminator="\n").encode())


def _parquet(graph: Graph, out: IO[bytes]) -> None:
    try:
        _spread(graph).to_parquet(out, index=False)
    except ImportError:
        raise MissingPackage("Parquet needs pyarrow; install metastasis-kg[parquet]") from None


# --- Networks: an attribute `licence` on each edge ---


def _network(graph: Graph) -> nx.MultiDiGraph[str]:
    import networkx as nx

    made = graph.to_networkx()
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    network.add_nodes_from((node, made.nodes[node]) for node in sorted(made))
    for subject, object_, key in sorted(made.edges(keys=True)):
        network.add_edge(subject, object_, key, **made.edges[subject, object_, key])
    licences = dict(graph.sources()[["source", "licence"]].fillna("").itertuples(index=False, name=None))
    for _, _, edge in network.edges(data=True):
        edge["licence"] = licences[edge["source"]]
    return network


def _graphml(graph: Graph, out: IO[bytes]) -> None:
    import networkx as nx

    nx.write_graphml(_network(graph), out, encoding="utf-8", named_key_ids=True)


def _gexf(graph: Graph, out: IO[bytes]) -> None:
    import networkx as nx

    nx.write_gexf(_network(graph), out, encoding="utf-8")


def _cytoscape(graph: Graph, out: IO[bytes]) -> None:
    import networkx as nx

    network = _network(graph)
    for _, _, edge in network.edges(data=True):  # Cytoscape calls the node where an edge begins its source
        edge["said_by"] = edge.pop("source")
    out.write(json.dumps(nx.cytoscape_data(network), ensure_ascii=False).encode())


# --- KGX: Biolink's words, what Biolink has no word for as columns of our own ---

_CATEGORY: Final = {
    "Cancer": "biolink:Disease",
    "Metastasis": "biolink:Disease",
    "Complication": "biolink:DiseaseOrPhenotypicFeature",
    "Organ": "biolink:AnatomicalEntity",
    "Symptom": "biolink:PhenotypicFeature",
    "Treatment": "biolink:Treatment",
}
_LEVEL: Final = {
    "counted": "observation",
    "stated": "knowledge_assertion",
    "inferred": "logical_entailment",
}
_SAME: Final = ("statement", "subject", "object", "source", "predicate", "evidence")


def _kgx(graph: Graph, out: IO[bytes]) -> None:
    """An archive (tar.gz) of the node file and the edge file."""
    import pandas as pd

    network = _network(graph)
    nodes = pd.DataFrame(
        {"id": id_, "category": _CATEGORY[node["kind"]], "name": node["label"], "provided_by": "infores:metastasis-kg"}
        for id_, node in network.nodes(data=True)
    )
    publications = _publications(graph)
    edges = pd.DataFrame(
        _kgx_edge(subject, object_, edge, publications) for subject, object_, edge in network.edges(data=True)
    ).convert_dtypes()
    with gzip.GzipFile("", "wb", fileobj=out, mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w|") as archive:
        for name, table in (("nodes", nodes), ("edges", edges)):
            text = table.to_csv(sep="\t", index=False, lineterminator="\n").encode()
            info = tarfile.TarInfo(f"metastasis-kg_{name}.tsv")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))


def _kgx_edge(subject: str, object_: str, edge: dict[str, Any], publications: dict[str, str]) -> dict[str, Any]:
    level = next(
        word for word, iri in EVIDENCE.items() if curie(iri) == edge.get("evidence", curie(EVIDENCE["stated"]))
    )
    return {
        "id": edge["statement"],
        "subject": subject,
        "predicate": "biolink:related_to",
        "object": object_,
        "original_predicate": edge["predicate"],
        "primary_knowledge_source": edge["source"],
        "knowledge_level": _LEVEL[level],
        "agent_type": "manual_agent",
        "publications": publications[edge["source"]],
        **{f"mkg_{name}": item for name, item in edge.items() if name not in _SAME},
    }


def _publications(graph: Graph) -> dict[str, str]:
    """PMID and DOI of each source, as KGX joins them."""
    rows = graph.sources()[["source", "pmid", "doi"]].fillna("").itertuples(index=False, name=None)
    return {
        key: "|".join(f"{prefix}:{id_}" for prefix, id_ in (("PMID", pmid), ("DOI", doi)) if id_)
        for key, pmid, doi in rows
    }


_ALL = "everything"
_SPREAD = "the statements about spread; turtle, trig, nquads, jsonld and rdfxml hold everything"
_EDGES = "the statements that make an edge; turtle, trig, nquads, jsonld and rdfxml hold everything"

FORMATS: Final[dict[str, tuple[Writer, str]]] = {
    "turtle": (_union(RdfFormat.TURTLE), _ALL),
    "rdfxml": (_union(RdfFormat.RDF_XML), _ALL),
    "trig": (_named(RdfFormat.TRIG), _ALL),
    "nquads": (_named(RdfFormat.N_QUADS), _ALL),
    "jsonld": (_named(RdfFormat.JSON_LD), _ALL),
    "csv": (_csv, _SPREAD),
    "parquet": (_parquet, _SPREAD),
    "graphml": (_graphml, _EDGES),
    "gexf": (_gexf, _EDGES),
    "cytoscape": (_cytoscape, _EDGES),
    "kgx": (_kgx, _EDGES),
}
"""What `kg export` knows: a writer each, and what of the graph the format holds."""

"""The graph -> NetworkX: every statement an edge, or one edge a pair for algorithms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kg.vocabulary import curie

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib

    from kg.names import Named


def multigraph(names: list[str], rows: Iterable[list[Any]], entities: Mapping[str, Named]) -> nx.MultiDiGraph[str]:
    """A node an entity, an edge a statement, keyed by the statement.

    `names` holds subject, predicate, object and statement; whatever else a row holds becomes an attribute of the edge.
    Nodes carry id, label and kind.
    """
    import networkx as nx

    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for row in rows:
        edge = {name: _short(item) for name, item in zip(names, row, strict=True) if item is not None}
        network.add_edge(edge.pop("subject"), edge.pop("object"), key=edge["statement"], **edge)
    _name_nodes(network, entities)
    return network


def of_triples(triples: rdflib.Graph, entities: Mapping[str, Named]) -> nx.MultiDiGraph[str]:
    """A CONSTRUCT's triples: an edge where the object is a thing, an attribute of the node where it is a value.

    Several values of one attribute become a list.
    """
    import networkx as nx
    import rdflib

    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for subject, predicate, object_ in sorted(triples):
        node, name = curie(str(subject)), curie(str(predicate))
        network.add_node(node)
        if isinstance(object_, rdflib.Literal):
            attributes, found = network.nodes[node], object_.toPython()
            attributes[name] = [*_as_list(attributes[name]), found] if name in attributes else found
        else:
            network.add_edge(node, curie(str(object_)), key=name, predicate=name)
    _name_nodes(network, entities)
    return network


def digraph(observations: pd.DataFrame, entities: Mapping[str, Named]) -> nx.DiGraph[str]:
    """One edge a counted pair of cancer and site, for algorithms; `weight` is the proportion.

    `observations` are rows of a spread table, one a pair.
    """
    import networkx as nx

    network: nx.DiGraph[str] = nx.DiGraph()
    for row in observations.to_dict("records"):
        numbers = {str(name): row[name] for name in _NUMBERS if row[name] == row[name]}
        network.add_edge(row["cancer_id"], row["site_id"], weight=row["proportion"], **numbers)
    _name_nodes(network, entities)
    return network


_NUMBERS = (
    "cases",
    "patients",
    "lower95",
    "upper95",
    "denominator",
    "ascertainment",
    "own_organ",
    "source",
    "statement",
)


def _name_nodes(network: nx.Graph[str], entities: Mapping[str, Named]) -> None:
    for node, attributes in network.nodes.items():
        named = entities.get(node)
        attributes |= {"id": node, "label": named.label if named else node, "kind": named.class_ if named else ""}


def _short(item: Any) -> Any:
    """An IRI as CURIE; anything else as it is."""
    return curie(item) if isinstance(item, str) and item.startswith("http") else item


def _as_list(item: Any) -> list[Any]:
    return item if isinstance(item, list) else [item]

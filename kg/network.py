"""The graph -> NetworkX: every statement an edge, or one edge a pair for algorithms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.vocabulary import curie

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib

    from kg.names import Named


def multigraph(statements: pd.DataFrame, entities: dict[str, Named]) -> nx.MultiDiGraph:
    """A node an entity, an edge a statement, keyed by the statement.

    `statements` has the columns subject, predicate, object and statement; all columns that hold something become
    attributes of the edge. Nodes carry id, label and kind.
    """
    import networkx as nx

    network = nx.MultiDiGraph()
    for row in statements.to_dict("records"):
        ends = row.pop("subject"), row.pop("object")
        network.add_edge(
            *ends, key=row["statement"], **{name: item for name, item in row.items() if _is_something(item)}
        )
    _name_nodes(network, entities)
    return network


def of_triples(triples: rdflib.Graph, entities: dict[str, Named]) -> nx.MultiDiGraph:
    """A CONSTRUCT's triples: an edge where the object is a thing, an attribute of the node where it is a value.

    Several values of one attribute become a list.
    """
    import networkx as nx
    import rdflib

    network = nx.MultiDiGraph()
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


def spread_digraph(statements: pd.DataFrame, entities: dict[str, Named]) -> nx.DiGraph:
    """One edge a counted pair of cancer and site, for algorithms; `weight` is the proportion.

    `statements` are observations of one denominator and one ascertainment. Where several count a pair, the one with
    the most patients stands for it: which is chosen before its cases are looked at.
    """
    import networkx as nx

    ranked = statements.sort_values(["patients", "statement"], ascending=[False, True])
    network = nx.DiGraph()
    for row in ranked.drop_duplicates(["subject", "object"]).to_dict("records"):
        numbers = ("cases", "patients", "lower95", "upper95", "denominator", "ascertainment", "source", "statement")
        carried = {name: row[name] for name in numbers if _is_something(row[name])}
        network.add_edge(row["subject"], row["object"], weight=row["proportion"], **carried)
    _name_nodes(network, entities)
    return network


def _name_nodes(network: nx.Graph, entities: dict[str, Named]) -> None:
    for node, attributes in network.nodes.items():
        named = entities.get(node)
        attributes |= {"id": node, "label": named.label if named else node, "kind": named.class_ if named else ""}


def _as_list(item: object) -> list[object]:
    return item if isinstance(item, list) else [item]


def _is_something(item: object) -> bool:
    """False for what a table holds where there is nothing."""
    import pandas as pd

    return item is not None and item is not pd.NA and item == item

"""Tables -> the derived graph: what follows from the statements and is nobody's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Quad

from kg import hierarchy
from kg.rdf import graph_of, node
from kg.records import Entity, Tables


def derived_quads(tables: Tables) -> Iterator[Quad]:
    """The derived graph."""
    yield from within_quads(tables.entities)


def within_quads(entities: Iterable[Entity]) -> Iterator[Quad]:
    """`mkg:within`, for each entity and all it lies within, itself included."""
    predicate, graph = node("mkg:within"), graph_of("derived")
    for inner, outers in hierarchy.within(entities).items():
        for outer in sorted(outers):
            yield Quad(node(inner), predicate, node(outer), graph)

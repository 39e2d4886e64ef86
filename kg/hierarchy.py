"""What lies within what: the closure of subclass and part of, and what follows from it for a cancer's own organ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from kg.records import Entity, Location, Organ

Above = Mapping[str, frozenset[str]]
"""Each entity with all it lies within, itself included."""


def within(entities: Iterable[Entity]) -> Above:
    """The reflexive, transitive closure of parents and part_of; raises graphlib.CycleError on a cycle.

    >>> from kg.records import Place
    >>> def organ(id, part_of): return Organ(Place("", 0), id, id, "Organ", (), part_of, (), (), (), "", (), "")
    >>> above = within([organ("mkg:toe", ("mkg:foot",)), organ("mkg:foot", ("mkg:leg",)), organ("mkg:leg", ())])
    >>> sorted(above["mkg:toe"])
    ['mkg:foot', 'mkg:leg', 'mkg:toe']
    """
    next_up = {entity.id: (*entity.parents, *entity.part_of) for entity in entities}
    above: dict[str, frozenset[str]] = {}
    for node in TopologicalSorter(next_up).static_order():
        above[node] = frozenset({node}).union(*(above[up] for up in next_up.get(node, ())))
    return above


def cycles(entities: Iterable[Entity]) -> Iterator[list[str]]:
    """Cycles of parents and part_of: the identifiers along each, upwards from the smallest and back to it.

    When they are mended one by one, none is left; a cycle that shares a step with one of them may not be told.
    """
    next_up = {entity.id: [*entity.parents, *entity.part_of] for entity in entities}
    while True:
        try:
            TopologicalSorter(next_up).prepare()
        except CycleError as error:
            ring = error.args[1][:0:-1]
            first = ring.index(min(ring))
            ring = [*ring[first:], *ring[: first + 1]]
            yield ring
            next_up[ring[0]] = [up for up in next_up[ring[0]] if up != ring[1]]
        else:
            return


def origins(entities: Iterable[Entity], locations: Iterable[Location]) -> Mapping[str, frozenset[str]]:
    """The organs each cancer arises in: its own, else those of its nearest ancestors that have any."""
    own: dict[str, set[str]] = {}
    for location in locations:
        if location.predicate == "arisesIn" and location.stance != "refutes":
            own.setdefault(location.condition, set()).add(location.site)
    parents = {entity.id: entity.parents for entity in entities if entity.class_ == "Cancer"}
    return {cancer: _nearest(cancer, parents, own) for cancer in parents}


def _nearest(cancer: str, parents: Mapping[str, tuple[str, ...]], own: Mapping[str, set[str]]) -> frozenset[str]:
    level = {cancer}
    while level:
        if found := set().union(*(own.get(one, ()) for one in level)):
            return frozenset(found)
        level = {up for one in level for up in parents.get(one, ())}
    return frozenset()


def compounds(entities: Iterable[Entity]) -> Mapping[str, tuple[str, ...]]:
    """Compound sites, with the organs they include."""
    return {organ.id: organ.includes for organ in entities if isinstance(organ, Organ) and organ.includes}


def is_own_organ(site: str, origins: Iterable[str], above: Above, includes: Mapping[str, tuple[str, ...]]) -> bool:
    """True if local growth cannot be told from spread: the site, or an organ a compound site includes, and an
    organ of origin lie within one another."""
    sites = (site, *includes.get(site, ()))
    return any(one in above.get(origin, ()) or origin in above.get(one, ()) for one in sites for origin in origins)

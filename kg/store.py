"""Quads <-> a store on disk, and a store as rdflib's Dataset. The one module that knows pyoxigraph and rdflib."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.errors import StoreError
from kg.vocabulary import PREFIXES

if TYPE_CHECKING:
    import rdflib


def fill(store: Store, quads: Iterable[Quad]) -> int:
    """Write quads, as they come, and, as the default graph, the union of their triples; returns how many quads.

    The union is written because a query over a union made at query time counts a triple once for each graph it
    stands in. Raises OSError if the disk refuses.
    """
    store.bulk_extend(quads)
    count = len(store)
    store.bulk_extend(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in store)  # as it was before
    store.flush()
    return count


def union(store: Store) -> Iterator[Triple]:
    """The triples of the default graph."""
    return (quad.triple for quad in store.quads_for_pattern(None, None, None, DefaultGraph()))


def open_store(folder: Path) -> Store:
    """Open a store read-only; raises StoreError if it is missing or damaged."""
    try:
        return Store.read_only(str(folder))
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"{folder}: the store cannot be opened ({error}); `kg build --fresh` makes a new one"
        ) from error


def in_memory(store: Store) -> Store:
    """A copy in memory: slower to make, faster to ask."""
    copy, quads = Store(), iter(store)
    while some := list(islice(quads, 1000)):  # all at once would take more memory than it gives back
        copy.extend(some)
    return copy


def dataset(store: Store) -> rdflib.Dataset:
    """The same store as an rdflib Dataset; its default graph is the union of all graphs."""
    import rdflib
    from oxrdflib import OxigraphStore

    return rdflib.Dataset(store=OxigraphStore(store=store), default_union=False)


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Triples as an rdflib Graph that knows the project's prefixes.

    Raises ValueError for what RDF 1.2 has and rdflib has not: a triple as a term, a text with a direction.
    """
    import rdflib

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.store.bind(prefix, rdflib.URIRef(namespace))
    term = cache(_rdflib_term)  # subjects and predicates come many times
    for triple in triples:
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph


_STRING: Final = PREFIXES["xsd"] + "string"


def _rdflib_term(term: NamedNode | BlankNode | Literal | Triple) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Triple) or term.direction:
        raise ValueError(
            f"{term} is of RDF 1.2, and rdflib's graphs hold RDF 1.1; allowed: SELECT, which shows it as text"
        )
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    return rdflib.Literal(term.value, datatype=None if datatype == _STRING else rdflib.URIRef(datatype))

"""Quads <-> a store on disk, and a store as rdflib's Dataset. The one module that knows pyoxigraph and rdflib."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, Triple, serialize

from kg.errors import StoreError

if TYPE_CHECKING:
    import rdflib


def write(folder: Path, quads: Iterable[Quad], union: Iterable[Triple]) -> None:
    """Write quads and, as the default graph, the union of their triples into a new store.

    The union is written because a query over a union made at query time counts a triple once for each graph it
    stands in. Raises StoreError if the disk refuses.
    """
    try:
        store = Store(str(folder))
        store.bulk_extend(quads)
        store.bulk_extend(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in union)
        store.flush()
    except OSError as error:
        raise StoreError(
            f"{folder.parent}: the store cannot be written ({error}); free space or set KG_STORE"
        ) from error


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
    copy = Store()
    copy.bulk_extend(store)
    return copy


def dataset(store: Store) -> rdflib.Dataset:
    """The same store as an rdflib Dataset; its default graph is the union of all graphs."""
    import rdflib
    from oxrdflib import OxigraphStore

    return rdflib.Dataset(store=OxigraphStore(store=store), default_union=False)


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Triples as an rdflib Graph that knows the project's prefixes."""
    import rdflib

    from kg.vocabulary import PREFIXES

    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert text is not None  # no output was given, so the text comes back
    return graph.parse(data=text, format="nt")

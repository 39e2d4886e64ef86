"""The graph -> a file in another format: one table, format -> writer."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Final

from pyoxigraph import DefaultGraph, RdfFormat, Store, serialize

from kg.errors import FormatError

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

Writer = Callable[["Graph", IO[bytes]], None]


def export(graph: Graph, format_name: str, out: IO[bytes]) -> None:
    """Write the whole graph; raises FormatError for a format that is not in FORMATS."""
    if format_name not in FORMATS:
        raise FormatError(f'"{format_name}" is no export format; allowed: {", ".join(FORMATS)}')
    FORMATS[format_name](graph, out)


def _union(rdf_format: RdfFormat) -> Writer:
    """All triples as one graph: statements still name their sources, but who makes an edge is not kept."""

    def write(graph: Graph, out: IO[bytes]) -> None:
        graph.store.dump(out, format=rdf_format, from_graph=DefaultGraph(), prefixes=_prefixes(rdf_format))

    return write


def _named(rdf_format: RdfFormat) -> Writer:
    """All quads, each in the graph of its source; the union is left out, since it repeats them."""

    def write(graph: Graph, out: IO[bytes]) -> None:
        store: Store = graph.store
        quads = (quad for name in store.named_graphs() for quad in store.quads_for_pattern(None, None, None, name))
        serialize(quads, out, format=rdf_format, prefixes=_prefixes(rdf_format))

    return write


def _prefixes(rdf_format: RdfFormat) -> dict[str, str] | None:
    from kg.vocabulary import PREFIXES

    plain = (RdfFormat.N_QUADS, RdfFormat.N_TRIPLES)
    return None if rdf_format in plain else PREFIXES


def _csv(graph: Graph, out: IO[bytes]) -> None:
    """All statements about spread, a row each, with the terms of their source."""
    frame = graph.spread().merge(
        graph.sources()[["source", "licence"]].replace({"source": {r"^mkgs:": ""}}, regex=True), on="source"
    )
    out.write(guarded(frame).to_csv(index=False, lineterminator="\n").encode())


def guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose texts no spreadsheet takes for a formula: one that begins with = + - @ gets an apostrophe."""
    texts: list[str] = list(frame.select_dtypes("str"))
    return frame.assign(**{name: frame[name].str.replace(r"^([=+\-@\t\r])", r"'\1", regex=True) for name in texts})


FORMATS: Final[dict[str, Writer]] = {
    "turtle": _union(RdfFormat.TURTLE),
    "rdfxml": _union(RdfFormat.RDF_XML),
    "trig": _named(RdfFormat.TRIG),
    "nquads": _named(RdfFormat.N_QUADS),
    "jsonld": _named(RdfFormat.JSON_LD),
    "csv": _csv,
}
"""What `kg export` knows."""

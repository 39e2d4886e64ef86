"""The object people hold: a built store, or an endpoint elsewhere, asked in words, SPARQL, DataFrames and networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Store

from kg import build, library, limits, names, query, resources, spread, store
from kg.citations import Citation
from kg.errors import QueryError, StoreError
from kg.names import Index, Named
from kg.query import Answer
from kg.vocabulary import curie

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib

    from kg.page import Picture


class Graph:
    """The knowledge graph.

    Made by `kg.load()` or `kg.connect(url)`.
    """

    def __init__(self, ask: Callable[..., Answer], where: str, local: Store | None = None) -> None:
        self._ask = ask
        self._where = where
        self._local = local

    def __repr__(self) -> str:
        return f"<kg.Graph at {self._where}>"

    # --- SPARQL ---

    def query(
        self, text: str, timeout: float | None = None, allow_service: bool = False
    ) -> pd.DataFrame | bool | rdflib.Graph:
        """SELECT -> DataFrame, ASK -> bool, CONSTRUCT and DESCRIBE -> rdflib Graph.

        Prefixes of the project need no declaration. With a `timeout`, in seconds, the query runs in a process of its
        own and is ended when its time is over; without one it runs here, for as long and with as much memory as it takes.
        Raises QuerySyntaxError, QueryError, QueryFailed.
        """
        return query.answer(self.ask(text, timeout, allow_service))

    def ask(self, text: str, timeout: float | None = None, allow_service: bool = False) -> Answer:
        """The engine's own answer to a query, not yet made into a DataFrame or a Graph."""
        if not isinstance(text, str):
            raise QueryError(f"a query is a text; {type(text).__name__} was given")
        return self._ask(text, allow_service, timeout)

    def example(self, name: str, **parameters: str) -> pd.DataFrame | bool | rdflib.Graph:
        """Answer a question of the library; parameters are names of entities or plain values."""
        return self.query(self.fill(library.example(name), parameters))

    def fill(self, example: library.Example, parameters: dict[str, str]) -> str:
        """An example's query with its parameters put in; a name of an entity becomes its IRI."""
        declared = {parameter.name: parameter for parameter in example.parameters}
        for name in parameters:
            if name not in declared:
                raise QueryError(
                    f'"{example.name}" has no parameter "{name}"; allowed: {", ".join(declared) or "none"}'
                )
        terms = {
            name: query.iri_term(self.resolve(given, declared[name].class_).id)
            if declared[name].class_
            else query.term(given)
            for name, given in parameters.items()
        }
        return query.with_parameters(example.query, terms)

    @property
    def store(self) -> Store:
        """The pyoxigraph store below; raises StoreError for an endpoint."""
        if self._local is None:
            raise StoreError(f"{self._where} is an endpoint; allowed: a graph that was loaded here")
        return self._local

    @property
    def folder(self) -> str | None:
        """The folder of the store; none for an endpoint."""
        return self._where if self._local is not None else None

    @cached_property
    def dataset(self) -> rdflib.Dataset:
        """An rdflib Dataset over the same store."""
        return store.dataset(self.store)

    # --- Names ---

    @cached_property
    def names(self) -> Index:
        """Labels, synonyms and CURIEs, folded, with the entities they mean."""
        return names.index(query.select(self.ask(_own_query("names")))[1])

    @cached_property
    def entities(self) -> dict[str, Named]:
        """Every entity by its CURIE."""
        return {named.id: named for found in self.names.values() for named in found}

    def resolve(self, name: str, kind: str = "Entity") -> Named:
        """The entity a name means; raises UnknownName or AmbiguousName with what else was meant."""
        return names.resolve(self.names, name, kind)

    @cached_property
    def tiers(self) -> dict[str, str]:
        """The tier of every source by its key."""
        table = self._table("tiers")
        return dict(zip(table["source"].str.removeprefix("mkgs:"), table["tier"], strict=True))

    # --- Tables ---

    def spread(self, cancer: str | None = None, site: str | None = None, inferred: bool = False) -> pd.DataFrame:
        """What is counted, estimated and said of a cancer's spread, or of spread to a site, a row a statement.

        `inferred=True` adds what holds for anything within the cancer or the site, marked in the column `inferred`:
        such rows are listed, never added up. Proportions run from 0 to 1. Columns: kg.spread.COLUMNS.
        """
        if not (cancer or site):
            return self._spread.copy()
        asked = {
            "cancer_id": self.resolve(cancer, "Cancer").id if cancer else None,
            "site_id": self._site(site) if site else None,
        }
        return self._spread_of({name: self._terms(id_, inferred) for name, id_ in asked.items() if id_}, **asked)

    @cached_property
    def _spread(self) -> pd.DataFrame:
        """All of it, made once: every picture that compares cancers asks for it."""
        return self._spread_of({})

    def _spread_of(self, bound: dict[str, str], **asked: str | None) -> pd.DataFrame:
        _, properties = query.select(self.ask(query.with_parameters(_own_query("spread"), bound)))
        return spread.table(properties, self.entities, self.tiers, **asked)

    def _site(self, site: str) -> str:
        any_site = names.fold(site) in ("any distant site", "mkg:anydistantsite")
        return "mkg:AnyDistantSite" if any_site else self.resolve(site, "Organ").id

    def _terms(self, id_: str, with_inner: bool) -> str:
        """The entity, and with them all within it, as SPARQL writes them."""
        inner = set(self._table("within", {"outer": query.iri_term(id_)})["entity"]) if with_inner else set()
        return " ".join(query.iri_term(one) for one in sorted({id_} | inner))

    def statements(self, entity: str) -> pd.DataFrame:
        """All that is said of an entity except spread: symptoms, complications, treatments, places, drainage."""
        return self._table("statements", {"entity": query.iri_term(entity)})

    def remarks(self, entity: str) -> pd.DataFrame:
        """Definitions, names and qualifications of an entity."""
        return self._table("remarks", {"entity": query.iri_term(entity)})

    def sources(self) -> pd.DataFrame:
        """Every source with tier, terms, patient pools and number of statements."""
        return self._table("sources")

    def meanings(self, terms: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Label and definition of terms of the vocabulary, such as EverRecorded, by their names."""
        asked = " ".join(query.iri_term(f"mkg:{term}") for term in sorted(set(terms)))
        rows = self._table("meanings", {"term": asked}).itertuples(index=False) if asked else ()
        return {term.removeprefix("mkg:"): (label, meaning) for term, label, meaning in rows}

    def anatomy(self) -> pd.DataFrame:
        """What organs lie within or include, and the sex they belong to: organ, relation, other."""
        return self._table("anatomy")

    def drainage(self) -> pd.DataFrame:
        """Where blood and lymph of organs go: organ, target, medium, evidence, source."""
        return self._table("drainage")

    def origins(self, cancers: Iterable[str]) -> pd.DataFrame:
        """Where cancers arise, by their CURIEs, and where the broader ones that they belong to do."""
        return self._table("origins", {"cancer": " ".join(query.iri_term(cancer) for cancer in sorted(set(cancers)))})

    def from_site(self, site: str) -> pd.DataFrame:
        """Series that start from patients with a metastasis in a site: from which cancers it came."""
        return self._table("from_site", {"site": query.iri_term(site)})

    def incidence(self) -> pd.DataFrame:
        """New cases of cancers by population, year and sex."""
        return self._table("incidence")

    def citations(self, keys: Iterable[str]) -> list[Citation]:
        """The sources with these keys, as they are first named: each is a line as a text, and knows BibTeX and CSL."""
        return [self._sources[key] for key in dict.fromkeys(keys)]

    @cached_property
    def _sources(self) -> dict[str, Citation]:
        named = [field.name for field in fields(Citation) if field.name != "key"]
        table = self.sources().astype(object).fillna("").to_dict("records")
        sources = ((row["source"].removeprefix("mkgs:"), row) for row in table)
        return {key: Citation(key, **{name: str(row[name]) for name in named}) for key, row in sources}

    def _table(self, name: str, bound: dict[str, str] | None = None) -> pd.DataFrame:
        """The answer of one of the package's own queries, IRIs written as CURIEs."""
        names, found = query.select(self.ask(query.with_parameters(_own_query(name), bound or {})))
        return query.frame(names, [[curie(item) if _is_iri(item) else item for item in row] for row in found])

    # --- Networks and pictures ---

    def to_networkx(self, construct: str | None = None) -> nx.MultiDiGraph[str]:
        """A MultiDiGraph of all statements that make an edge, or of the triples of a CONSTRUCT query."""
        import rdflib

        from kg import network

        if construct is None:
            return network.multigraph(*query.select(self.ask(_own_query("network"))), self.entities)
        made = self.query(construct)
        if not isinstance(made, rdflib.Graph):
            raise QueryError("to_networkx takes a query that makes a graph; allowed: CONSTRUCT or DESCRIBE")
        return network.of_triples(made, self.entities)

    def to_digraph(
        self, denominator: str = "MetastaticPatients", ascertainment: str = "EverRecorded"
    ) -> nx.DiGraph[str]:
        """A simple DiGraph of spread counted in this way, one edge a pair, weighted by the proportion.

        Where several observations count a pair, the one with the most patients stands for it; what a sum of the same
        source already counts is left out.
        """
        from kg import network
        from kg.analyses.cohorts import without_summed
        from kg.analyses.profile import one_a_pair

        chosen = without_summed(one_a_pair(self.spread(), denominator, ascertainment))
        return network.digraph(chosen[chosen["cases"] != 0], self.entities)

    def view(self, kind: str, **options: Any) -> Picture:
        """A picture: it renders in a notebook, and `.save("spread.html")` writes it as one offline page."""
        from kg import views

        return views.draw(kind, self, **options)


def _is_iri(item: object) -> bool:
    return isinstance(item, str) and item.startswith("http")


def _own_query(name: str) -> str:
    """The text of one of the package's own queries."""
    return (resources.ASSETS / "sparql" / f"{name}.rq").read_text(encoding="utf-8")


def load(data: str | Path | None = None, in_memory: bool = False, tell: build.Tell = build.quiet) -> Graph:
    """The graph of a data folder, or of the one that was built last; it is built if it is missing or stale.

    `in_memory=True` copies the store into memory: it takes longer to open and answers faster after that.
    """
    built = build.ensure(resources.store_home(), Path(data) if data else None, tell)
    try:
        opened = store.open_store(built.folder)
    except StoreError:  # another build may just have swapped the folder away
        built = build.ensure(resources.store_home(), Path(data) if data else None, tell)
        opened = store.open_store(built.folder)
    return _local(built.folder, store.in_memory(opened) if in_memory else opened)


def open_folder(folder: str) -> Graph:
    """The graph of a built store, in memory, whether it is the current one or not."""
    return _local(Path(folder), store.in_memory(store.open_store(Path(folder))))


def _local(folder: Path, local: Store) -> Graph:
    def ask(text: str, allow_service: bool = False, timeout: float | None = None) -> Answer:
        if timeout is None:
            return query.ask(local, text, allow_service)
        if not folder.is_dir():
            raise StoreError(f"{folder}: a newer build took its place; load the graph again")
        return limits.ask(folder, text, timeout, allow_service)

    return Graph(ask, str(folder), local)


def connect(url: str) -> Graph:
    """The same graph at a SPARQL endpoint."""
    from kg import remote

    def ask(text: str, allow_service: bool = False, timeout: float | None = None) -> Answer:
        return remote.ask(url, text, timeout, allow_service)

    return Graph(ask, url)

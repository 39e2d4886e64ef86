"""The object people hold: a built store, or an endpoint elsewhere, asked in words, SPARQL, DataFrames and networks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Store

from kg import build, library, names, query, resources, store
from kg.errors import StoreError
from kg.vocabulary import curie

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    import rdflib

    from kg.page import Picture

SPREAD_COLUMNS: Final = (
    "cancer", "cancer_id", "site", "site_id", "cases", "patients", "proportion", "lower95", "upper95", "measure",
    "denominator", "ascertainment", "population", "source", "tier", "own_organ", "from_percent", "inferred", "kind",
    "statement", "stratum", "selection", "cohort", "percent", "percent_range", "strength", "wording", "stance",
    "evidence", "locator", "note",
)  # fmt: skip
"""Columns of `Graph.spread`: the first twenty are promised, the others say more of the same statement."""


class Graph:
    """The knowledge graph.

    Made by `kg.load()` or `kg.connect(url)`.
    """

    def __init__(self, ask: Callable[..., query.Answer], where: str, local: Store | None = None) -> None:
        self._ask = ask
        self._where = where
        self._local = local

    def __repr__(self) -> str:
        return f"<kg.Graph at {self._where}>"

    # --- SPARQL ---

    def query(self, text: str, **options: Any) -> pd.DataFrame | bool | rdflib.Graph:
        """SELECT -> DataFrame, ASK -> bool, CONSTRUCT and DESCRIBE -> rdflib Graph.

        Prefixes of the project need no declaration. Raises QuerySyntaxError, QueryError, QueryFailed.
        """
        return query.answer(self.ask(text, **options))

    def ask(self, text: str, **options: Any) -> query.Answer:
        """The engine's own answer to a query, not yet made into a DataFrame or a Graph."""
        return self._ask(text, **options)

    def example(self, name: str, **parameters: str) -> pd.DataFrame | bool | rdflib.Graph:
        """Answer a question of the library; parameters are names of entities or plain values."""
        return self.query(self.fill(library.example(name), parameters))

    def fill(self, example: library.Example, parameters: dict[str, str]) -> str:
        """An example's query with its parameters put in; a name of an entity becomes its IRI."""
        from kg.errors import QueryError

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

    @cached_property
    def dataset(self) -> rdflib.Dataset:
        """An rdflib Dataset over the same store."""
        return store.dataset(self.store)

    # --- Names ---

    @cached_property
    def names(self) -> names.Index:
        """Labels, synonyms and CURIEs, folded, with the entities they mean."""
        return names.index(query.to_rows(self.ask(_own_query("names"))))

    @cached_property
    def entities(self) -> dict[str, names.Named]:
        """Every entity by its CURIE."""
        return {named.id: named for found in self.names.values() for named in found}

    def resolve(self, name: str, kind: str = "Entity") -> names.Named:
        """The entity a name means; raises UnknownName or AmbiguousName with what else was meant."""
        return names.resolve(self.names, name, kind)

    # --- Tables ---

    def spread(self, cancer: str | None = None, site: str | None = None, inferred: bool = False) -> pd.DataFrame:
        """What is counted, estimated and said of a cancer's spread, or of spread to a site, a row a statement.

        `inferred=True` adds what holds for anything within the cancer or the site, marked in the column `inferred`:
        such rows are listed, never added up. Proportions run from 0 to 1. Columns: SPREAD_COLUMNS.
        """
        asked = {
            "cancer_id": self.resolve(cancer, "Cancer").id if cancer else None,
            "site_id": self._site(site) if site else None,
        }
        bound = {name: self._terms(id_, inferred) for name, id_ in asked.items() if id_}
        frame = self._table("spread", bound)
        frame["inferred"] = False
        for name, id_ in asked.items():
            frame["inferred"] |= (frame[name] != id_) if id_ else False
        for name in ("own_organ", "from_percent"):
            frame[name] = frame[name].astype("boolean").fillna(False).astype(bool)
        for name in ("measure", "denominator", "ascertainment"):
            frame[name] = frame[name].str.removeprefix("mkg:")
        frame["source"] = frame["source"].str.removeprefix("mkgs:")
        order = ["kind", "proportion", "patients", "cancer", "site", "statement"]
        rank = frame.assign(kind=frame["kind"].map({"estimate": 0, "observation": 1, "said": 2}))
        rows = rank.sort_values(order, ascending=[True, False, False, True, True, True]).index
        return frame.loc[rows, list(SPREAD_COLUMNS)].reset_index(drop=True)

    def _site(self, site: str) -> str:
        any_site = names.fold(site) in ("any distant site", "mkg:anydistantsite")
        return "mkg:AnyDistantSite" if any_site else self.resolve(site, "Organ").id

    def _terms(self, id_: str, with_inner: bool) -> str:
        """The entity, and with them all within it, as SPARQL writes them."""
        inner = self._table("within", {"outer": query.iri_term(id_)})["entity"] if with_inner else []
        return " ".join(query.iri_term(one) for one in sorted({id_, *inner}))

    def statements(self, entity: str) -> pd.DataFrame:
        """All that is said of an entity except spread: symptoms, complications, treatments, places, drainage."""
        return self._table("statements", {"entity": query.iri_term(entity)})

    def remarks(self, entity: str) -> pd.DataFrame:
        """Definitions, names and qualifications of an entity."""
        return self._table("remarks", {"entity": query.iri_term(entity)})

    def sources(self) -> pd.DataFrame:
        """Every source with tier, terms, patient pools and number of statements."""
        return self._table("sources")

    def sums(self) -> pd.DataFrame:
        """Cancers whose counts are sums (`whole`) with the cancers they add up (`part`)."""
        return self._table("sums")

    def citations(self, keys: Iterable[str]) -> list[str]:
        """A line for each source: title, publisher, year, identifier and terms."""
        table = self.sources().fillna("").set_index("source")
        return [_citation(key, table.loc[f"mkgs:{key}"]) for key in sorted(set(keys))]

    def _table(self, name: str, bound: dict[str, str] | None = None) -> pd.DataFrame:
        """The answer of one of the package's own queries, IRIs written as CURIEs."""
        answer = self.ask(query.with_parameters(_own_query(name), bound or {}))
        rows = [[curie(item) if _is_iri(item) else item for item in row] for row in query.to_rows(answer)]
        return query.frame([variable.value for variable in answer.variables], rows)

    # --- Networks and pictures ---

    def to_networkx(self, construct: str | None = None) -> nx.MultiDiGraph:
        """A MultiDiGraph of all statements that make an edge, or of the triples of a CONSTRUCT query."""
        from kg import network

        if construct is None:
            return network.multigraph(self._network_table(), self.entities)
        triples = self.query(construct)
        if not hasattr(triples, "triples"):
            from kg.errors import QueryError

            raise QueryError("to_networkx takes a query that makes a graph; allowed: CONSTRUCT or DESCRIBE")
        return network.of_triples(triples, self.entities)

    def to_digraph(self, denominator: str = "MetastaticPatients", ascertainment: str = "EverRecorded") -> nx.DiGraph:
        """A simple DiGraph of counted spread, weighted by proportion, of one denominator and one ascertainment."""
        from kg import network

        table = self._network_table()
        counted = (
            table["proportion"].notna()
            & (table["denominator"] == f"mkg:{denominator}")
            & (table["ascertainment"] == f"mkg:{ascertainment}")
            & (table["measure"] == "mkg:Patients")
        )
        return network.spread_digraph(table[counted], self.entities)

    def _network_table(self) -> pd.DataFrame:
        return self._table("network")

    def view(self, kind: str, **options: Any) -> Picture:
        """A picture: it renders in a notebook, and `.save("spread.html")` writes it as one offline page."""
        from kg import views

        return views.draw(kind, self, **options)


def _is_iri(item: object) -> bool:
    return isinstance(item, str) and item.startswith("http")


def _citation(key: str, source: pd.Series[Any]) -> str:
    identifier = f"doi:{source['doi']}" if source["doi"] else source["url"]
    parts = (
        source["title"],
        source["publisher"],
        str(source["year"]),
        identifier,
        source["population"],
        source["licence"],
    )
    return f"{key}: {'. '.join(part.rstrip('.') for part in parts if part)}."


def _own_query(name: str) -> str:
    """The text of one of the package's own queries."""
    return (resources.ASSETS / "sparql" / f"{name}.rq").read_text(encoding="utf-8")


def load(
    data: str | Path | None = None, in_memory: bool = False, tell: Callable[[str], None] = lambda step: None
) -> Graph:
    """The graph of a data folder, or of the one that was built last; it is built if it is missing or stale.

    `in_memory=True` copies the store into memory: it takes longer to open and answers faster after that.
    """
    built = build.ensure(resources.store_home(), Path(data) if data else None, tell)
    try:
        opened = store.open_store(built.folder)
    except StoreError:  # another build may just have swapped the folder away
        built = build.ensure(resources.store_home(), Path(data) if data else None, tell)
        opened = store.open_store(built.folder)
    local = store.in_memory(opened) if in_memory else opened

    def ask(text: str, allow_service: bool = False) -> query.Answer:
        return query.ask(local, text, allow_service)

    return Graph(ask, str(built.folder), local)


def connect(url: str, timeout: float | None = 60) -> Graph:
    """The same graph at a SPARQL endpoint; `timeout` is in seconds."""
    from kg import remote

    def ask(text: str, allow_service: bool = False) -> query.Answer:
        return remote.ask(url, text, timeout, allow_service)

    return Graph(ask, url)

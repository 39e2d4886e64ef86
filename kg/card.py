"""One entity -> what is known of it, a table a section."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg.names import Named

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph


class Card(NamedTuple):
    """An entity and its sections: a title each, and a table that is not empty."""

    entity: Named
    sections: dict[str, pd.DataFrame]


SECTIONS = {
    ("mkg:arisesIn", "out"): "Arises in",
    ("mkg:arisesIn", "in"): "Cancers that arise here",
    ("mkg:locatedIn", "out"): "Located in",
    ("mkg:locatedIn", "in"): "Metastasis of this site",
    ("mkg:hasSymptom", "out"): "Symptoms",
    ("mkg:hasSymptom", "in"): "Symptom of",
    ("mkg:hasComplication", "out"): "Complications",
    ("mkg:hasComplication", "in"): "Complication of",
    ("mkg:treats", "in"): "Treated with",
    ("mkg:treats", "out"): "Listed for",
    ("mkg:relieves", "in"): "Relieved by",
    ("mkg:relieves", "out"): "Relieves",
    ("mkg:drainsTo", "out"): "Drains to",
    ("mkg:drainsTo", "in"): "Receives from",
}
"""Titles for a predicate seen from its subject (out) or its object (in)."""


def card(graph: Graph, name: str) -> Card:
    """Everything the graph says of the entity that a name means, spread of its subtypes or parts marked inferred.

    Raises UnknownName and AmbiguousName.
    """
    entity = graph.resolve(name)
    sections = _spread_sections(graph, entity)
    stated = graph.statements(entity.id)
    for (predicate, direction), title in SECTIONS.items():
        rows = stated[(stated["predicate"] == predicate) & (stated["direction"] == direction)]
        sections[title] = _grouped(rows)
    sections["Remarks"] = graph.remarks(entity.id)
    return Card(entity, {title: table for title, table in sections.items() if len(table)})


def _spread_sections(graph: Graph, entity: Named) -> dict[str, pd.DataFrame]:
    if entity.class_ == "Cancer":
        table, other = graph.spread(cancer=entity.id, inferred=True), "Spreads to"
    elif entity.class_ == "Organ":
        table, other = graph.spread(site=entity.id, inferred=True), "Reached by"
    else:
        return {}
    counted = table["kind"] != "said"
    return {f"{other} (counted)": table[counted], f"{other} (said, not counted)": table[~counted]}


def _grouped(rows: pd.DataFrame) -> pd.DataFrame:
    """One row an entity at the other end, with all who say so."""
    if rows.empty:
        return rows
    columns = ["other", "other_id", "population", "kind", "emergency"]
    filled = rows.assign(source=rows["source"].str.removeprefix("mkgs:"))
    grouped = filled.groupby([c for c in columns if filled[c].notna().any()], dropna=False, sort=True)
    table = grouped["source"].agg(lambda keys: ", ".join(sorted(set(keys)))).reset_index()
    return table.assign(sources=table["source"].str.count(", ") + 1).sort_values(
        "sources", ascending=False, kind="stable"
    )

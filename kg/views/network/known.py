"""Every entity, every link and one statement a source for each, written so that a page can carry them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg import chart
from kg.analyses.cohorts import without_summed
from kg.resources import ASSETS

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

_USUAL: Final = ("EverRecorded", "MetastaticPatients")


class Kind(NamedTuple):
    """How a kind of entity looks: its heading, side, colour, shape for vis-network, and the same shape as a path."""

    heading: str
    side: str
    colour: str
    shape: str
    path: str


KINDS: Final = {
    "Cancer": Kind("Cancers", "left", "#b3410c", "dot", "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0Z"),
    "Symptom": Kind("Symptoms", "left", "#00664f", "diamond", "M0 -10L10 0L0 10L-10 0Z"),
    "Treatment": Kind("Treatments", "left", "#5b3f99", "hexagon", "M9 0L4.5 7.8L-4.5 7.8L-9 0L-4.5 -7.8L4.5 -7.8Z"),
    "Organ": Kind("Sites", "right", "#0b5a8f", "square", "M-7 -7H7V7H-7Z"),
    "Metastasis": Kind("Metastases", "right", "#a3195b", "star", "M0 -10L2.9 -3.5L9.5 -3.1L4.4 1.3L5.9 8.1L0 4.4L-5.9 8.1L-4.4 1.3L-9.5 -3.1L-2.9 -3.5Z"),
    "Complication": Kind("Complications", "right", "#6b5200", "triangle", "M0 -9L9 7H-9Z"),
}  # fmt: skip
RELATIONS: Final = {
    "spreadsTo": ("spreads to", "is reached by"),
    "arisesIn": ("arises in", "is where it starts:"),
    "locatedIn": ("is located in", "holds"),
    "hasSymptom": ("has the symptom", "is a symptom of"),
    "hasComplication": ("has the complication", "is a complication of"),
    "treats": ("is listed for", "is treated with"),
    "relieves": ("relieves", "is relieved by"),
    "drainsTo": ("drains to", "receives from"),
    "kindOf": ("is a kind or part of", "has the kind or part"),
}
"""A relation in words, seen from its subject and from its object."""


class _Words(list[Any]):
    """A list without repeats that tells each item's place."""

    def at(self, item: Any) -> int:
        if item not in self._place:
            self._place[item] = len(self)
            self.append(item)
        return self._place[item]

    def __init__(self) -> None:
        super().__init__()
        self._place: dict[Any, int] = {}


@lru_cache(maxsize=1)
def compact(graph: Graph) -> dict[str, Any]:
    """Every entity, every link and one statement a source for each, written so that a page can carry them.

    A statement is [source, words, words] where said, and [source, cases, patients, lower, upper, way, words, more] where
    counted: bounds in tenths of a per cent, the way an index, `more` the counts of the same source that are left out,
    and last, where no cases were printed, the share in tenths of a per cent.
    """
    sources, words = _Words(), _Words()
    words.at("")
    ways = _Words()
    ways.at(_way(*_USUAL))
    network = graph.to_networkx()
    making_edges = {statement for *_, statement in network.edges(keys=True)}
    spread = graph.spread()
    spread = spread[spread["statement"].isin(making_edges)]
    best, parts = _best(spread)
    links: dict[tuple[str, str, str], list[list[Any]]] = {}
    for row in best.to_dict("records"):
        key = (row["cancer_id"], "spreadsTo", row["site_id"])
        links.setdefault(key, []).append(_counted(row, sources, words, ways))
    for row in spread[~_is_counted(spread)].to_dict("records"):
        statement = [sources.at(row["source"]), words.at(_said(row)), words.at(_text(row["population"]))]
        links.setdefault((row["cancer_id"], "spreadsTo", row["site_id"]), []).append(statement)
    for subject, object_, edge in network.edges(data=True):
        relation = edge["predicate"].removeprefix("mkg:")
        if relation != "spreadsTo":
            said = words.at(edge.get("strength", "").replace("listed", "")), words.at(edge.get("population", ""))
            source = sources.at(edge["source"].removeprefix("mkgs:"))
            links.setdefault((subject, relation, object_), []).append([source, *said])
    kinds = graph.to_networkx((ASSETS / "sparql" / "kinds.rq").read_text(encoding="utf-8"))
    known = {end for subject, _, object_ in links for end in (subject, object_)}
    for subject, object_ in sorted(set(kinds.edges())):
        if subject != object_ and {subject, object_} <= known:
            links[subject, "kindOf", object_] = []
    entities = sorted((graph.entities[id_] for id_ in known), key=lambda entity: (entity.label.lower(), entity.id))
    place = {entity.id: i for i, entity in enumerate(entities)}
    of_kind, of_relation = list(KINDS), list(RELATIONS)
    cited = graph.citations(sources)
    line = {citation.key: f"{citation.title.rstrip('.')}. {citation.publisher.rstrip('.')}. {citation.year}. " + (f"doi:{citation.doi}" if citation.doi else citation.url) for citation in cited}  # fmt: skip
    return {
        "nodes": [[entity.id, entity.label, of_kind.index(entity.class_)] for entity in entities],
        "links": [
            [place[subject], place[object_], of_relation.index(relation), int((subject, object_) in parts), statements]
            for (subject, relation, object_), statements in links.items()
        ],
        "sources": [[key, graph.tiers[key], line[key]] for key in sources],
        "words": list(words),
        "ways": list(ways),
        "kinds": [[name, *kind] for name, kind in KINDS.items()],
        "relations": list(RELATIONS.values()),
        "further": int(best["more"].sum()),
    }


def _is_counted(spread: pd.DataFrame) -> pd.Series[bool]:
    """Shares of patients with the site; another measure, such as the only site, is said in words."""
    return (spread["kind"] == "observation") & (spread["measure"] == "Patients")


def _best(spread: pd.DataFrame) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """One observation a source for each pair, the one that stands for the pair first; and pairs that a sum counts.

    Ever recorded of metastatic patients before all else, a subgroup last, then by patients: chosen before cases are
    looked at.
    """
    pair = ["cancer_id", "site_id"]
    counted = spread[_is_counted(spread)]
    counted = counted.assign(
        usual=(counted["ascertainment"] == _USUAL[0]) & (counted["denominator"] == _USUAL[1]),
        part=counted["stratum"] == "subgroup",
        more=counted.groupby([*pair, "source"])["statement"].transform("count") - 1,
    ).sort_values(["usual", "part", "patients", "source", "statement"], ascending=[False, True, False, True, True])
    first = counted.drop_duplicates(pair)
    left_out = first.loc[~first.index.isin(without_summed(first).index), pair]
    return counted.drop_duplicates([*pair, "source"]), set(left_out.itertuples(index=False, name=None))


def _counted(row: Mapping[Any, Any], sources: _Words, words: _Words, ways: _Words) -> list[Any]:
    cases = None if chart.missing(row["cases"]) else int(row["cases"])
    way = ways.at(_way(row["ascertainment"], row["denominator"]))
    made = [
        sources.at(row["source"]),
        cases,
        int(row["patients"]),
        _tenths(row["lower95"]),
        _tenths(row["upper95"]),
        way,
    ]
    return [*made, words.at(_text(row["population"])), int(row["more"]), *([_tenths(row["proportion"])] if cases is None else [])]  # fmt: skip


def _way(ascertainment: str, denominator: str) -> tuple[str, str, str, str]:
    """How and among whom something was counted, in words, short, and by its terms."""
    words = f"{chart.HOW_FOUND[ascertainment]}, of {chart.OF_WHOM[denominator]}"
    return words, chart.AT[ascertainment], ascertainment, denominator


def _tenths(share: float) -> int:
    """A share in tenths of a per cent, rounded as it is written.

    >>> _tenths(0.52439)
    524
    """
    return int(f"{100 * share:.1f}".replace(".", ""))


def _said(row: Mapping[Any, Any]) -> str:
    number = row["percent"] if not chart.missing(row["percent"]) else row["percent_range"]
    wording = "" if chart.missing(row["wording"]) else f"“{row['wording']}”"
    measure = {"OnlySite": "as the only site", "Lesions": "of metastases", "CumulativeIncidence": "cumulative"}
    return chart.words(
        row["strength"],
        wording,
        measure.get(row["measure"], ""),
        "" if chart.missing(number) else f"{number} %, n not stated",
    )


def _text(cell: Any) -> str:
    return "" if chart.missing(cell) else str(cell)

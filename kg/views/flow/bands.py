"""What flows: the pairs of a cancer or a site, each with its count and the routes that are named or follow from drainage."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from kg import chart
from kg.analyses import routes
from kg.analyses.cohorts import without_summed
from kg.analyses.profile import one_a_pair
from kg.analyses.routes import Chain
from kg.analyses.series import all_series
from kg.analyses.ways import Pair, ways
from kg.errors import NothingToDraw

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph
    from kg.names import Named
    from kg.views.body.figure import Figure

USUAL: Final = ("MetastaticPatients", "EverRecorded")
MOST: Final = 18
"""So many bands to one site; routes that sources name go before those that only the drainage graph gives."""


class Flow(NamedTuple):
    """One end that all bands share, and the bands: `rows` hold a pair, its count and one of its routes each."""

    hub: str
    outward: bool
    rows: pd.DataFrame
    way: tuple[str, str]
    note: str
    chains: dict[Pair, Chain]
    left_out: list[str]


def from_cancer(
    graph: Graph, body: Figure, asked: Named, site: str | None, wanted: tuple[str | None, str | None]
) -> Flow:
    """The sites of a cancer, counted in the cancer itself or, where that is broader, in the kind the body map shows."""
    table = graph.spread(asked.id, site, inferred=True)
    table = table[table["site_id"] != "mkg:AnyDistantSite"] if site else table
    cancer, way = _series(table, asked.id, wanted)
    name = graph.entities[cancer].label
    counted = one_a_pair(table[table["cancer_id"] == cancer], *way)
    kinds = {asked.id, *graph.spread(cancer, inferred=True)["cancer_id"]}
    named = _named(table[table["cancer_id"].isin(kinds)], asked.label, None).assign(cancer_id=cancer)
    starts = _starts(graph, body, [cancer]).get(cancer, frozenset())
    rows, chains, left_out = _joined(body, counted, named, {cancer: starts})
    if rows.empty:
        raise NothingToDraw(f"nobody counted or named a route of {asked.label}; allowed: another cancer or site")
    note = (
        "" if cancer == asked.id else f"Counted in {name}, the kind of {asked.label} that was looked at most broadly."
    )
    return Flow(name, True, _sorted(rows, "site"), way, note, chains, left_out)


def _series(table: pd.DataFrame, asked: str, wanted: tuple[str | None, str | None]) -> tuple[str, tuple[str, str]]:
    """The cancer and the way of counting to show: the first series that is wanted, of the usual way if none is asked for."""
    found = all_series(table, asked)
    fits = [
        one
        for one in found
        if all(want in (None, got) for want, got in zip(wanted, (one.denominator, one.ascertainment), strict=True))
    ]
    if found and not fits:
        there = sorted({f"{one.ascertainment} of {one.denominator}" for one in found})
        raise NothingToDraw(f"nothing was counted as {_way(wanted)}; allowed: {'; '.join(there)}")
    usual = [one for one in fits if (one.denominator, one.ascertainment) == USUAL]
    best = next(iter([*usual, *fits]), None)
    return (best.cancer_id, (best.denominator, best.ascertainment)) if best else (asked, USUAL)


def _way(wanted: tuple[str | None, str | None]) -> str:
    denominator, ascertainment = wanted
    return f"{ascertainment or 'anything'} of {denominator or 'any patients'}"


def to_site(graph: Graph, body: Figure, asked: Named, way: tuple[str, str]) -> Flow:
    """The cancers whose route to a site is named or follows from drainage; named ones first, then the largest counts."""
    table = graph.spread(site=asked.id, inferred=True)
    counted = one_a_pair(table[table["site_id"] == asked.id], *way)
    named = _named(table, None, asked.label).assign(site_id=asked.id)
    starts = _starts(graph, body, counted["cancer_id"])
    said = counted["cancer_id"].isin(named["cancer_id"])
    counted = counted[said | counted["statement"].isin(without_summed(counted)["statement"])]
    rows, chains, left_out = _joined(body, counted, named, starts)
    known = rows[rows["how"] != "unstated"]
    if known.empty:
        raise NothingToDraw(
            f"no source names a route to {asked.label}, and none follows from drainage; allowed: another site"
        )
    first = known.assign(last=known["how"] == "drainage").sort_values(["last", "patients"], ascending=[True, False])
    shown = first.head(max(MOST, int((~first["last"]).sum())))
    gone = counted["cancer_id"].nunique() - shown.loc[shown["counted"], "cancer_id"].nunique() - len(left_out)
    note = f"{gone} more cancers were counted there without a route shown here." if gone > 0 else ""
    kinds = {
        cancer: set(graph.spread(cancer, asked.id, inferred=True)["cancer_id"]) & set(counted["cancer_id"])
        for cancer in shown.loc[~shown["counted"], "cancer_id"]
    }
    shown = shown.assign(
        missing=["only its kinds" if kinds.get(cancer) else "not counted" for cancer in shown["cancer_id"]]
    )
    return Flow(asked.label, False, _sorted(shown.drop(columns="last"), "cancer"), way, note, chains, left_out)


def _named(table: pd.DataFrame, cancer: str | None, site: str | None) -> pd.DataFrame:
    """Statements that name a route, each with what it speaks of where that is not the cancer or site asked for."""
    rows = table[table["route"].notna() & (table["stance"] != "refutes") & (table["strength"] != "illustration")]
    other = [
        chart.words(
            row.cancer if cancer not in (None, row.cancer) else "", row.site if site not in (None, row.site) else ""
        )
        for row in chart.rows(rows)
    ]
    return rows.assign(said_of=other)


def _starts(graph: Graph, body: Figure, cancers: Iterable[str]) -> dict[str, frozenset[str]]:
    """Where each cancer arises, itself or else the broader ones, with all that lies within."""
    origins = graph.origins(cancers)
    found: dict[str, frozenset[str]] = {}
    for cancer, rows in origins.groupby("cancer"):
        own = rows[rows["broader"] == cancer]
        organs = (own if len(own) else rows)["organ"]
        found[str(cancer)] = frozenset().union(*(routes.inside(organ, body.within) for organ in organs))
    return found


def _joined(
    body: Figure, counted: pd.DataFrame, named: pd.DataFrame, starts: dict[str, frozenset[str]]
) -> tuple[pd.DataFrame, dict[Pair, Chain], list[str]]:
    """A row a band with its count; what no band can stand for: the cancer's own organ, and 0 found."""
    kept = counted[~counted["own_organ"] & (counted["proportion"] > 0)]
    gone = counted.drop(index=kept.index)
    pairs = list(kept[["cancer_id", "site_id"]].itertuples(index=False, name=None))
    chains = {
        (cancer, site): way
        for cancer, site in pairs
        if (way := routes.chain(body.drains, starts.get(cancer, ()), _inner(body, site), body.beds))
    }
    found = ways(pairs, named, lambda site: _inner(body, site), chains)
    out = set(gone["cancer_id"] + gone["site_id"])
    found = found[found["counted"] | ~(found["cancer_id"] + found["site_id"]).isin(out)]
    columns = ["cancer_id", "site_id", "cases", "patients", "proportion", "lower95", "upper95", "from_percent",
               "population", "source", "tier"]  # fmt: skip
    rows = found.merge(kept[columns], on=["cancer_id", "site_id"], how="left")
    labels = [
        f"{chart.short(row.site if counted['cancer_id'].nunique() == 1 else row.cancer).rstrip('*')}"
        f" ({'its own organ' if row.own_organ else f'0 of {row.patients:,}'})"
        for row in chart.rows(gone)
    ]
    named_ends = {
        id_: body.graph.entities[id_].label
        for id_ in {*rows["cancer_id"], *rows["site_id"]}
        if id_ in body.graph.entities
    }
    return (
        rows.assign(
            cancer=rows["cancer_id"].map(named_ends),
            site=rows["site_id"].map(named_ends).fillna("any distant site"),
            source=rows["source"].astype(object),
            missing="not counted",
        ),
        chains,
        labels,
    )  # fmt: skip


def _inner(body: Figure, site: str) -> Collection[str]:
    """What a statement about a site may speak of: the site, its parts, what a compound site includes; a region only itself."""
    if site in body.drawn and body.drawn[site].kind == "region":
        return {site}
    return routes.inside(site, body.within) | body.includes.get(site, frozenset())


def _sorted(rows: pd.DataFrame, end: str) -> pd.DataFrame:
    """Bands by the first route of their pair, the route with the widest band first; counted before named only."""
    firsts = rows.drop_duplicates(["cancer_id", "site_id"]).assign(share=lambda one: one["proportion"].fillna(0))
    widest = dict(firsts.groupby("route")["share"].max())
    place = {route: i for i, route in enumerate(sorted(widest, key=lambda one: (one == "", -widest[one], one)))}
    keys = rows.assign(
        end=rows[end].map(chart.short),
        first=rows.groupby(["cancer_id", "site_id"])["route"].transform("first").map(place),
        unseen=~rows["counted"],
        less=-rows["proportion"].fillna(0),
        nth=rows.groupby(["cancer_id", "site_id"]).cumcount(),
    )
    keys = keys.sort_values(["first", "unseen", "less", "end", "site_id", "cancer_id", "nth"])
    return keys.drop(columns=["first", "unseen", "less"]).reset_index(drop=True)


def in_order(flow: Flow) -> list[str]:
    """The routes as the bands come to them."""
    return list(dict.fromkeys(flow.rows["route"]))

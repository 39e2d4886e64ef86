"""From a cancer by its routes to its sites, or from all cancers by their routes to one site; bands as wide as the share."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg import chart
from kg.analyses import routes
from kg.analyses.cohorts import without_summed
from kg.analyses.profile import one_a_pair
from kg.analyses.routes import Chain
from kg.analyses.series import ASCERTAINMENTS, DENOMINATORS, all_series
from kg.analyses.ways import Pair, route_of, ways
from kg.errors import KgError, NothingToDraw
from kg.output import percent
from kg.page import Picture
from kg.views.body.figure import Figure, figure

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph
    from kg.names import Named

USUAL: Final = ("MetastaticPatients", "EverRecorded")
WHOLE: Final = 100
"""Height of 100 % of the patients, the same in every picture of a cancer."""
_SMALL: Final = 56
"""The same in pictures of a site that more than _FEW cancers reach."""
_FEW: Final = 12
MOST: Final = 18
"""So many bands to one site; routes that sources name go before those that only the drainage graph gives."""
_SLOT: Final = 21
_TOP: Final = 46
_NAME: Final = 30
"""Room above the line of a route for its name."""
_THINNEST: Final = 1.4
_KNOWN: Final = {
    "stated": "stated",
    "inferred": "inferred by the source",
    "drainage": "inferred from drainage",
    "unstated": "not stated",
}


class Flow(NamedTuple):
    """One end that all bands share, and the bands: `rows` hold a pair, its count and one of its routes each."""

    hub: str
    outward: bool
    rows: pd.DataFrame
    way: tuple[str, str]
    note: str
    chains: dict[Pair, Chain]
    left_out: list[str]


def draw(
    graph: Graph,
    cancer: str | None = None,
    site: str | None = None,
    denominator: str | None = None,
    ascertainment: str | None = None,
) -> Picture:
    """A cancer's sites by route; with only a site, the cancers that reach it by a route; with both, one pair.

    Without `denominator` and `ascertainment`: ever recorded among metastatic patients, else the way that counted the
    most sites. Raises UnknownName, AmbiguousName, and KgError where nothing was counted in that way.
    """
    _refuse(denominator, ascertainment)
    body = figure(graph)
    if cancer:
        flow = _from_cancer(graph, body, graph.resolve(cancer, "Cancer"), site, (denominator, ascertainment))
    elif site:
        way = (denominator or USUAL[0], ascertainment or USUAL[1])
        flow = _to_site(graph, body, graph.resolve(site, "Organ"), way)
    else:
        raise KgError("a flow needs an end; allowed: cancer, site, or both")
    labels = graph.meanings({*flow.rows["route"], *flow.way} - {""})
    tips = [_tip(row, flow, labels, body) for row in chart.rows(flow.rows)]
    keys = [*flow.rows["source"].dropna(), *(key for cell in flow.rows["sources"] for key in cell.split("|") if key)]
    return Picture(
        title=_title(flow, labels),
        subtitle=_subtitle(flow),
        template="flow.html",
        scripts=("chart.js", "flow.js", "download.js"),
        alt=_alt(flow, labels),
        data=_drawing(flow, labels, tips),
        table=_table(flow, labels),
        legend=_legend(flow),
        words=[labels[term] for term in (*flow.way, *_in_order(flow)) if term],
        caveat=_caveat(flow),
        sources=graph.citations(keys),
    )


# --- What flows ---


def _refuse(denominator: str | None, ascertainment: str | None) -> None:
    for given, allowed in ((denominator, DENOMINATORS), (ascertainment, ASCERTAINMENTS)):
        if given is not None and given not in allowed:
            raise KgError(f'"{given}" is no way of counting; allowed: {", ".join(allowed)}')


def _from_cancer(
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


def _to_site(graph: Graph, body: Figure, asked: Named, way: tuple[str, str]) -> Flow:
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


def _in_order(flow: Flow) -> list[str]:
    return list(dict.fromkeys(flow.rows["route"]))


# --- Words ---


def _share(row: Any) -> str:
    return chart.share(row.cases, row.patients, row.proportion)


def _route(name: str, labels: dict[str, tuple[str, str]]) -> str:
    return labels[name][0] if name else "route not stated"


def _title(flow: Flow, labels: dict[str, tuple[str, str]]) -> str:
    rows, name = flow.rows, chart.capital(flow.hub)
    if not flow.outward:
        return _title_of_site(name, rows[rows["how"].isin(["stated", "inferred"])], labels)
    said = rows[rows["counted"] & rows["how"].isin(["stated", "inferred"])]
    firm = said[said["patients"] >= chart.SURE]
    if firm.empty:
        ends = rows.loc[rows["counted"], "end"].nunique()
        return (
            f"{name}: no source names a route to any of {ends} counted sites"
            if ends
            else f"{name}: routes are named, nothing was counted"
        )
    top = max(chart.rows(firm), key=lambda row: row.proportion)
    pair = rows[(rows["cancer_id"] == top.cancer_id) & (rows["site_id"] == top.site_id)]
    named = chart.listed([labels[route][0] for route in pair["route"]])
    how = "named" if top.how == "stated" else "inferred by a source"
    route = f"route{'s' if len(pair) > 1 else ''} {how}: {named}"
    return f"{name} to {chart.short(top.site).rstrip('*')}: {_share(top)}, {route}"


def _title_of_site(name: str, said: pd.DataFrame, labels: dict[str, tuple[str, str]]) -> str:
    """From how many cancers sources name a route, and the route they name for the most."""
    if said.empty:
        return f"{name}: no source names a route, some follow from drainage"
    most = said.groupby("route")["cancer_id"].nunique().sort_index().sort_values(ascending=False, kind="stable")
    cancers = said["cancer_id"].nunique()
    of = f"from {cancers} cancers" if cancers > 1 else f"from {said['cancer'].iloc[0]}"
    return f"{name}: sources name or infer a route {of}; {labels[str(most.index[0])][0]} for {'it' if cancers == 1 else most.iloc[0]}"


def _subtitle(flow: Flow) -> str:
    whose = chart.OF_WHOM[flow.way[0]]
    return (
        f"Band width: share of {whose} in whom the site was {chart.HOW_FOUND[flow.way[1]]}. "
        "Bands do not add up to patients."
    )


def _caveat(flow: Flow) -> str:
    rows = flow.rows
    several = rows.loc[rows["counted"] & (rows["of"] > 1), "end"].nunique()
    parts = [
        "Bands do not add up to patients: one patient can have several sites.",
        flow.note,
        "Nobody counted patients by route: a band's width belongs to its site, never to a route, and the length of a route's line "
        "is no number.",
        f"Where several routes are named ({several} here), each is outlined at the full width and nothing is divided among them."
        if several
        else "",
        "A dashed band's route is inferred, by a source or from the drainage of the organ, not observed."
        if rows["how"].isin(["inferred", "drainage"]).any()
        else "",
        "A dotted line is a route that a source names to where nobody counted in this way."
        if (~rows["counted"]).any()
        else "",
        "The largest count stands for a pair; bands may come from different sources and patients."
        if rows.loc[rows["counted"], "source"].nunique() > 1 or not flow.outward
        else "",
        "Intervals (Wilson 95 %) cover sampling only, not how patients came to be counted.",
        f"Without a band: {chart.listed(flow.left_out)}." if flow.left_out else "",
    ]
    return " ".join(part for part in parts if part)


def _alt(flow: Flow, labels: dict[str, tuple[str, str]]) -> str:
    said = []
    for route, rows in flow.rows.groupby("route", sort=False):
        ends = [f"{row.end} {_share(row) if row.counted else 'not counted'}" for row in chart.rows(rows.head(6))]
        more = f" and {len(rows) - 6} more" if len(rows) > 6 else ""
        said.append(f"{_route(str(route), labels)}: {', '.join(ends)}{more}")
    what = f"from {flow.hub} by route to site" if flow.outward else f"from cancers by route to {flow.hub}"
    return f"Flow {what}. {'; '.join(said)}. Bands do not add up to patients."


def _legend(flow: Flow) -> list[tuple[str, str]]:
    rows = flow.rows
    counted = rows["counted"]
    whole = "100 % of the patients: bands overlap in it" if flow.outward else "100 % of each cancer's patients"
    present = {
        ("flow-whole", whole): counted.any(),
        ("flow-band", "route stated by a source"): (counted & (rows["how"] == "stated") & (rows["of"] == 1)).any(),
        ("flow-several", "one of several routes named, not divided"): (counted & (rows["of"] > 1)).any(),
        ("flow-inferred", "route inferred"): (counted & rows["how"].isin(["inferred", "drainage"])).any(),
        ("flow-unstated", "route not stated"): (counted & (rows["how"] == "unstated")).any(),
        ("flow-dotted", "route named, site not counted in this way"): (~counted).any(),
    }
    return [mark for mark, there in present.items() if there]


def _tip(row: Any, flow: Flow, labels: dict[str, tuple[str, str]], body: Figure) -> str:
    route = _route(row.route, labels)
    lines = [f"{row.cancer} → {route} → {row.site}"]
    if row.counted:
        counted = chart.words(
            "percentage printed, no count" if row.from_percent else "", row.population, f"{row.source}, tier {row.tier}"
        )
        lines += [f"{_share(row)}, {chart.bounds(row.lower95, row.upper95)}", f"counted: {counted}"]
    else:
        lines.append("not counted in this way")
    if row.how != "unstated":
        lines.append(f"route {_KNOWN[row.how]}: {row.who}")
    if row.of > 1:
        lines.append(
            f"one of {row.of} routes named: patients were not counted by route, each band is as wide as the whole"
        )
    way = flow.chains.get((row.cancer_id, row.site_id))
    if way and row.route == route_of(way):
        steps = " → ".join(map(body.label, way.organs))
        lines.append(f"drainage: {steps} ({'partly inferred; ' if way.inferred else ''}{', '.join(way.sources)})")
    return "\n".join(lines)


def _table(flow: Flow, labels: dict[str, tuple[str, str]]) -> pd.DataFrame:
    rows = flow.rows
    numbers = rows[["cases", "patients", "proportion", "lower95", "upper95"]]
    frequency = [
        percent(*row) if there else "not counted in this way"
        for there, row in zip(rows["counted"], numbers.itertuples(index=False), strict=True)
    ]
    table = rows.assign(
        route=[_route(route, labels) for route in rows["route"]],
        frequency=frequency,
        known=[
            _KNOWN[how] + (f"; one of {of}, not divided" if of > 1 else "")
            for how, of in rows[["how", "of"]].itertuples(index=False)
        ],
    ).rename(columns={"known": "route is", "who": "route from", "source": "counted by"})
    columns = ["cancer", "route", "site", "frequency", "route is", "route from", "population", "counted by"]
    return table[columns].astype(object).fillna("")


# --- Places ---


def _drawing(flow: Flow, labels: dict[str, tuple[str, str]], tips: list[str]) -> dict[str, Any]:
    rows, whole = flow.rows, WHOLE if flow.outward or len(flow.rows) <= _FEW else _SMALL
    x = {"hub": 204, "gate": 484, "end": 760} if flow.outward else {"end": 468, "gate": 730, "hub": 960}
    widths = [max(_THINNEST, float(share) * whole) if there else 0.0
              for share, there in rows[["proportion", "counted"]].fillna({"proportion": 0}).itertuples(index=False)]  # fmt: skip
    ends = _ends(rows, widths)
    gates = _gates(rows, widths, ends, labels)
    bottom = max(
        [
            *(end["y"] + end["height"] / 2 for end in ends.values()),
            *(gate["bottom"] for gate in gates.values()),
            _TOP + whole + 60,
        ]
    )
    middle = (_TOP + bottom) / 2
    hub = _at_hub(rows, widths, gates, middle - whole / 2, whole)
    keys = list(zip(rows["cancer_id"], rows["site_id"], strict=True))
    bands = []
    for i, row in enumerate(chart.rows(rows)):
        end, gate = ends[keys[i]], gates[row.route]
        stops = [(x["hub"], hub[i]), (x["gate"], gate["places"][i]), (x["end"], end["y"])]
        kind = (
            "dotted"
            if not row.counted
            else "several"
            if row.of > 1
            else "unstated"
            if row.how == "unstated"
            else "plain"
        )
        bands.append(
            {
                "d": chart.ribbon(sorted(stops), widths[i]), "line": chart.ribbon(sorted(stops), 0),
                "kind": kind, "guess": row.how in ("inferred", "drainage"), "route": row.route, "colour": gate["colour"],
                "y": round(end["y"], 1), "bar": round(widths[i], 1), "first": keys.index(keys[i]) == i,
                "name": chart.fit(row.end.rstrip("*"), 250, 15), "number": _share(row) if row.counted else row.missing,
            }
        )  # fmt: skip
    nth = rows.groupby(["cancer_id", "site_id"]).cumcount()
    lines = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    legend = chart.legend(_legend(flow), 0)
    patients = rows.loc[rows["counted"], "patients"]
    return {
        "total": round(bottom + 34 + legend[-1]["y"]), "outward": flow.outward, "x": x, "whole": whole, "middle": round(middle, 1),
        "hub": textwrap.wrap(flow.hub, 20)[:5], "patients": _patients(patients, flow.way[0]) if flow.outward else [],
        "counted": bool(rows["counted"].any()),
        "bands": bands,
        "marks": [{"row": lines[key], "col": int(n), "tip": tip} for key, n, tip in zip(keys, nth, tips, strict=True)],
        "gates": [{k: gate[k] for k in ("route", "name", "top", "bottom", "colour")} for gate in gates.values()],
        "legend": legend, "legend_top": round(bottom + 22),
    }  # fmt: skip


def _patients(patients: pd.Series, denominator: str) -> list[str]:
    if patients.empty:
        return []
    least, most = int(patients.min()), int(patients.max())
    n = f"n = {most:,}" if least == most else f"n = {least:,} to {most:,}"
    return [n, *textwrap.wrap(chart.OF_WHOM[denominator], 26)]


def _ends(rows: pd.DataFrame, widths: list[float]) -> dict[Pair, dict[str, float]]:
    """Where each pair ends, one below the other, as high as its band or its name."""
    made: dict[Pair, dict[str, float]] = {}
    top = float(_TOP)
    for key, width in zip(zip(rows["cancer_id"], rows["site_id"], strict=True), widths, strict=True):
        if key not in made:
            height = max(float(_SLOT), width + 4)
            made[key] = {"y": top + height / 2, "height": height}
            top += height
    return made


def _gates(
    rows: pd.DataFrame, widths: list[float], ends: dict[Pair, dict[str, float]], labels: dict[str, tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    """The line of each route with the places of its bands on it, beside their ends where there is room."""
    keys = list(zip(rows["cancer_id"], rows["site_id"], strict=True))
    members = {route: [i for i, one in enumerate(rows["route"]) if one == route] for route in _order_of_gates(rows)}
    room = {route: [max(widths[i], 3.0) + 1.5 for i in inside] for route, inside in members.items()}
    wanted = [
        sum(ends[keys[i]]["y"] for i in inside) / len(inside) - sum(room[route]) / 2
        for route, inside in members.items()
    ]
    last = max(end["y"] + end["height"] / 2 for end in ends.values())
    tops = chart.apart(wanted, [sum(each) for each in room.values()], float(_TOP), last, _NAME)
    made: dict[str, dict[str, Any]] = {}
    for top, (route, inside) in zip(tops, members.items(), strict=True):
        at = list(accumulate(room[route], initial=top))
        made[route] = {
            "route": route, "name": _route(route, labels), "top": round(top - 4, 1), "bottom": round(at[-1] + 4, 1),
            "places": {i: y + each / 2 for i, y, each in zip(inside, at, room[route], strict=False)},
            "colour": COLOURS.get(route, "other") if route else "none",
        }  # fmt: skip
    return made


def _order_of_gates(rows: pd.DataFrame) -> list[str]:
    """Routes by where their bands end, on average; the one that nobody states last."""
    where = rows.assign(at=range(len(rows))).groupby("route")["at"].mean()
    return sorted((str(route) for route in where.index), key=lambda route: (route == "", where[route]))


def _at_hub(
    rows: pd.DataFrame, widths: list[float], gates: dict[str, dict[str, Any]], top: float, whole: float
) -> dict[int, float]:
    """Where bands leave the shared end: spread over its height, overlapping, none outside."""
    order = sorted(range(len(rows)), key=lambda i: gates[rows["route"].iloc[i]]["places"][i])
    steps = [n / (len(order) - 1) for n in range(len(order))] if len(order) > 1 else [0.5]
    return {i: top + widths[i] / 2 + (whole - widths[i]) * step for i, step in zip(order, steps, strict=True)}


COLOURS: Final = {
    "Portal": "blue", "Caval": "sky", "Hematogenous": "red", "VertebralPlexus": "orange", "PulmonaryVenous": "red",
    "Arterial": "red", "VenousGrowth": "sky", "Lymphatic": "green", "ThoracicDuct": "green", "Transcoelomic": "purple",
}  # fmt: skip
"""The colours of routes; those of blood that are no vein of their own share one. The name beside each line says which."""

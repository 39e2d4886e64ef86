"""What a flow says in words: title, caveat, alternative text, legend, tips, table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg import chart
from kg.analyses.ways import route_of
from kg.output import percent
from kg.views.flow.bands import Flow

if TYPE_CHECKING:
    import pandas as pd

    from kg.views.body.figure import Figure

_KNOWN: Final = {
    "stated": "stated",
    "inferred": "inferred by the source",
    "drainage": "inferred from drainage",
    "unstated": "not stated",
}


def share(row: Any) -> str:
    """A row's share as pictures write it."""
    return chart.share(row.cases, row.patients, row.proportion)


def route_name(name: str, labels: dict[str, tuple[str, str]]) -> str:
    """A route in words."""
    return labels[name][0] if name else "route not stated"


def title(flow: Flow, labels: dict[str, tuple[str, str]]) -> str:
    """The finding: the largest share whose route a source names."""
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
    return f"{name} to {chart.short(top.site).rstrip('*')}: {share(top)}, {route}"


def _title_of_site(name: str, said: pd.DataFrame, labels: dict[str, tuple[str, str]]) -> str:
    """From how many cancers sources name a route, and the route they name for the most."""
    if said.empty:
        return f"{name}: no source names a route, some follow from drainage"
    most = said.groupby("route")["cancer_id"].nunique().sort_index().sort_values(ascending=False, kind="stable")
    cancers = said["cancer_id"].nunique()
    of = f"from {cancers} cancers" if cancers > 1 else f"from {said['cancer'].iloc[0]}"
    return f"{name}: sources name or infer a route {of}; {labels[str(most.index[0])][0]} for {'it' if cancers == 1 else most.iloc[0]}"


def subtitle(flow: Flow) -> str:
    """What a band's width is."""
    whose = chart.OF_WHOM[flow.way[0]]
    return (
        f"Band width: share of {whose} in whom the site was {chart.HOW_FOUND[flow.way[1]]}. "
        "Bands do not add up to patients."
    )


def caveat(flow: Flow) -> str:
    """What widths and lines must not be read as, and what has no band."""
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


def alt(flow: Flow, labels: dict[str, tuple[str, str]]) -> str:
    """The bands by route, for who does not see them."""
    said = []
    for route, rows in flow.rows.groupby("route", sort=False):
        ends = [f"{row.end} {share(row) if row.counted else 'not counted'}" for row in chart.rows(rows.head(6))]
        more = f" and {len(rows) - 6} more" if len(rows) > 6 else ""
        said.append(f"{route_name(str(route), labels)}: {', '.join(ends)}{more}")
    what = f"from {flow.hub} by route to site" if flow.outward else f"from cancers by route to {flow.hub}"
    return f"Flow {what}. {'; '.join(said)}. Bands do not add up to patients."


def legend(flow: Flow) -> list[tuple[str, str]]:
    """Marks that the drawing has, with what they mean."""
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


def tip(row: Any, flow: Flow, labels: dict[str, tuple[str, str]], body: Figure) -> str:
    """All that is known of a band."""
    route = route_name(row.route, labels)
    lines = [f"{row.cancer} → {route} → {row.site}"]
    if row.counted:
        counted = chart.words(
            "percentage printed, no count" if row.from_percent else "", row.population, f"{row.source}, tier {row.tier}"
        )
        lines += [f"{share(row)}, {chart.bounds(row.lower95, row.upper95)}", f"counted: {counted}"]
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


def table(flow: Flow, labels: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """A row a band."""
    rows = flow.rows
    numbers = rows[["cases", "patients", "proportion", "lower95", "upper95"]]
    frequency = [
        percent(*row) if there else "not counted in this way"
        for there, row in zip(rows["counted"], numbers.itertuples(index=False), strict=True)
    ]
    table = rows.assign(
        route=[route_name(route, labels) for route in rows["route"]],
        frequency=frequency,
        known=[
            _KNOWN[how] + (f"; one of {of}, not divided" if of > 1 else "")
            for how, of in rows[["how", "of"]].itertuples(index=False)
        ],
    ).rename(columns={"known": "route is", "who": "route from", "source": "counted by"})
    columns = ["cancer", "route", "site", "frequency", "route is", "route from", "population", "counted by"]
    return table[columns].astype(object).fillna("")

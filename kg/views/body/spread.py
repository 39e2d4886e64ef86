"""Where a cancer spreads: its series of observations on a body."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from kg.analyses import routes
from kg.analyses.series import Series, all_series, fitting
from kg.chart import SURE, whole_percent
from kg.errors import NothingToDraw
from kg.output import percent
from kg.page import Picture
from kg.views.body.figure import BINS, CREDIT, FRONT, RAMP, Figure, bodies, figure
from kg.views.body.still import Item, still
from kg.views.body.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

THRESHOLD: Final = 5
"""Per cent of patients from which a site gets an arrow at first."""
MOST_SOURCES: Final = 8
"""So many sources are named for what is said of a site; `Graph.spread` names all."""
CAVEAT: Final = (
    "An arrow says that the cancer was found there, not which way it took or in what order. A patient can have several "
    "sites: shares do not add up to 100. Intervals (Wilson, 95 %) cover sampling only, not how patients came to be counted. "
    f"Of fewer than {SURE} patients no percentage is printed. A site that is the cancer's own organ gets no arrow: growth "
    f"cannot be told from spread there. {FRONT} {CREDIT}"
)
_LEGEND: Final = [
    ("home", "where the cancer starts"),
    ("arrow", "found there, wider where more often"),
    ("few", "dashed bar or arrow: fewer than 20 patients"),
    ("none", "0 of n: looked for, not found"),
    ("unseen", "never looked for in this source"),
    ("way", "vein on the way (routes), dashed where a step is inferred"),
    ("lymph", "lymph node or duct on the way"),
]
_COLUMNS: Final = ["site", "frequency", "cancer", "denominator", "ascertainment", "population", "source"]


def draw(graph: Graph, cancer: str, wanted: tuple[str, str], sex: str | None) -> Picture:
    """The map of a cancer, at first the series with the wanted denominator and ascertainment."""
    asked = graph.resolve(cancer, "Cancer")
    table = graph.spread(asked.id, inferred=True)
    every, said = all_series(table, asked.id), _said(table)
    found = fitting(every, asked.id)
    if not found and said.empty:
        raise NothingToDraw(f"nobody counted or said where {asked.label} spreads; allowed: another cancer")
    body, words = figure(graph), Words(asked.label, graph)
    counted = _stacked(found)
    sites = list(dict.fromkeys([*counted["site_id"], *said["site_id"]]))
    home = body.home(_origins(graph, asked.id, [one.cancer_id for one in found]))
    views = [words.view(one) for one in found] or [words.silence(len(said))]
    first = next((i for i, one in enumerate(found) if (one.denominator, one.ascertainment) == wanted), 0)
    keys = [*counted["source"], *(key for keys in said["source"] for key in keys.split(", "))]
    terms = {term for one in found for term in (one.denominator, one.ascertainment)}
    meanings = graph.meanings(terms)
    placed = [body.site(id_) for id_ in sites]
    numbers = _numbers(counted, sites, home["sex"], body)
    start = _placed(views)[first]
    return Picture(
        title=views[first]["title"],
        subtitle=views[first]["subtitle"],
        template="body.html",
        scripts=("body.js", "download.js"),
        alt=views[first]["alt"],
        data={
            "mode": "spread",
            "sexes": bodies(home["sex"], sex),
            "threshold": THRESHOLD,
            "few": SURE,
            "first": first,
            "home": home,
            "sites": placed,
            "ramp": RAMP,
            "bins": BINS,
            "still": still(_items(numbers[start["first"] :][: start["count"]], placed), shaded=True),
            "views": _placed(views),
            "rows": numbers,
            "said": [[sites.index(row["site_id"]), row["words"], row["source"]] for row in said.to_dict("records")],
            "routes": _routes(table, home["organs"], sites, body),
            "names": {term: label for term, (label, _) in meanings.items()},
        },
        table=_table(counted, said),
        legend=_LEGEND,
        caveat=CAVEAT + _left_out(asked.label, len(every) - len(found)),
        sources=graph.citations(keys),
        words=sorted(meanings.values()),
    )


def _left_out(cancer: str, series: int) -> str:
    kinds = (
        f"The observations of {series} more series of kinds of {cancer} are not in this page: ask for the kind itself."
    )
    return f" {kinds}" if series else ""


def _stacked(found: Sequence[Series]) -> pd.DataFrame:
    """The rows of all series one below the other, as the table and the drawing count them."""
    import pandas as pd

    from kg.spread import COLUMNS

    return pd.concat([one.rows for one in found], ignore_index=True) if found else pd.DataFrame(columns=list(COLUMNS))


def _placed(views: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Views with the number of their first row in the table."""
    firsts = [sum(view["count"] for view in views[:i]) for i in range(len(views))]
    return [{**view, "first": first} for view, first in zip(views, firsts, strict=True)]


def _said(spread: pd.DataFrame) -> pd.DataFrame:
    """What is said without being counted, a row a site: how strongly, and by whom."""
    import pandas as pd

    rows = spread[(spread["kind"] == "said") & (spread["site_id"] != "mkg:AnyDistantSite")]
    rows = rows[(rows["strength"] != "illustration") & (rows["stance"] != "refutes")]
    listed = [
        {
            "site": group["site"].iloc[0],
            "site_id": site,
            "words": ", ".join(sorted(set(group["strength"].dropna()))) or "said",
            "source": ", ".join(sorted(set(group["source"]))[:MOST_SOURCES]),
        }
        for site, group in rows.groupby("site_id", sort=False)
    ]
    return pd.DataFrame(listed, columns=["site", "site_id", "words", "source"])


def _origins(graph: Graph, cancer_id: str, kinds: list[str]) -> list[str]:
    """Organs the cancer arises in: its own, else those of broader cancers, else those of its kinds."""
    rows = graph.origins({cancer_id, *kinds})
    above = rows[rows["cancer"] == cancer_id]
    own = above[above["broader"] == cancer_id]
    return next((list(part["organ"]) for part in (own, above, rows) if len(part)), [])


def _numbers(counted: pd.DataFrame, sites: list[str], sex: str, body: Figure) -> list[list[Any]]:
    """A list a row: site, k, n, proportion, bounds, own organ, from percent, one sex's site among both, source."""
    import pandas as pd

    index = {id_: i for i, id_ in enumerate(sites)}
    columns = [
        "site_id",
        "cases",
        "patients",
        "proportion",
        "lower95",
        "upper95",
        "own_organ",
        "from_percent",
        "source",
    ]
    return [
        [
            index[site],
            None if pd.isna(k) else int(k),
            int(n),
            *(round(float(x), 4) for x in (share, low, high)),
            int(own),
            int(rounded),
            int(not sex and site in body.sexes),
            source,
        ]
        for site, k, n, share, low, high, own, rounded, source in counted[columns].itertuples(index=False)
    ]


def _items(numbers: list[list[Any]], sites: list[dict[str, Any]]) -> Iterator[Item]:
    """Sites of a series as a still drawing lists them: a percentage never without n, and none of few patients."""
    for index, k, n, share, _, _, own, *_ in numbers:
        counted = (f"{k:,} of {n:,}" if n < SURE else f"{k:,}/{n:,}") if k is not None else f"of {n:,}"
        counted += " · own organ" if own else ""
        headline, count = (counted, "") if n < SURE else (f"{whole_percent(share)} %", counted)
        site = sites[index]
        yield Item(site["name"], headline, count, share, n < SURE, site["shapes"] if site["how"] != "inside" else ())


def _table(counted: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    numbers = counted[["cases", "patients", "proportion", "lower95", "upper95"]]
    rows = counted.assign(frequency=[percent(*row) for row in numbers.itertuples(index=False)])
    spoken = said.assign(frequency="said, not counted: " + said["words"]).reindex(columns=_COLUMNS)
    return pd.concat([rows[_COLUMNS].astype(object), spoken.astype(object)], ignore_index=True).fillna("")


def _routes(spread: pd.DataFrame, origins: list[str], sites: list[str], body: Figure) -> list[dict[str, Any]]:
    """The way to each site: a chain of vessels that the graph holds, and the routes that sources name."""
    drains, beds = body.drains, body.beds
    starts = sorted({part for organ in origins for part in routes.inside(organ, body.within)})
    named = spread[spread["route"].notna() & (spread["stance"] != "refutes")]
    labels = body.graph.meanings({route.removeprefix("mkg:") for cell in named["route"] for route in cell.split("|")})
    listed = []
    for i, site in enumerate(sites):
        region = site in body.drawn and body.drawn[site].kind == "region"
        targets = {site} if region else routes.inside(site, body.within) | body.includes.get(site, frozenset())
        rows = named.loc[named["site_id"].isin(targets), ["route", "source"]]
        names = sorted({route.removeprefix("mkg:") for cell in rows["route"] for route in cell.split("|")})
        way = routes.chain(drains, starts, targets, beds) or routes.along(drains, starts, site, names, beds)
        if way or len(rows):
            listed.append({"site": i, **_way(way, body), "named": _named(rows, labels)})
    return listed


def _way(way: routes.Chain | None, body: Figure) -> dict[str, Any]:
    if way is None:
        return {"shapes": [], "steps": "", "inferred": False, "medium": ""}
    steps = " → ".join(map(body.label, way.organs))
    text = f"{steps} ({'partly inferred; ' if way.inferred else ''}{', '.join(way.sources)})"
    return {"shapes": way.organs[1:], "steps": text, "inferred": way.inferred, "medium": way.medium}


def _named(rows: pd.DataFrame, labels: dict[str, tuple[str, str]]) -> list[str]:
    """Routes that sources name for a site, each with who does."""
    by_route: dict[str, set[str]] = {}
    for cell, source in rows.itertuples(index=False):
        for route in cell.split("|"):
            by_route.setdefault(route.removeprefix("mkg:"), set()).add(source)
    return [f"{labels[route][0]} ({', '.join(sorted(by_route[route]))})" for route in sorted(by_route)]

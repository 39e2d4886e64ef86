"""Which cancers come to a site: ranked by incidence and spread, arrows from where they start."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from kg.analyses.reverse import Factors, amounts, largest, populations, ranking
from kg.chart import SURE
from kg.errors import NothingToDraw
from kg.page import Picture
from kg.views.body.figure import BINS, CREDIT, FRONT, RAMP, Figure, bodies, capital, figure, short
from kg.views.body.still import Item, still

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

CAVEAT: Final = (
    "Rank = incidence × any distant spread among all patients × the site among patients whose cancer had spread. It is an order, not "
    "a frequency, and has no interval: the factors come from different patients. Mixed: the two shares were found out in different "
    "ways (at diagnosis, ever recorded). A cancer that lacks a factor is not ranked; it may well come before those that are. "
    f"Observations of fewer than 5 cases rank nothing. {FRONT} {CREDIT}"
)
_COLUMNS: Final = [
    "rank", "cancer", "incidence", "any distant spread", "site", "population", "note", "incidence source", "spread source",
    "share source",
]  # fmt: skip
_SEXES: Final = ("both", "female", "male")
_UNITS: Final = {"cases": "new cases a year", "rate": "new cases a year of 100,000 people"}
_LEGEND: Final = [
    ("home", "the site"),
    ("arrow", "comes here, wider for a higher rank"),
    ("unranked", "not ranked: a factor is missing"),
]


def draw(graph: Graph, site: str, sex: str | None) -> Picture:
    """The map of a site, at first for the population with most cancers."""
    asked = graph.resolve(site, "Organ")
    body = figure(graph)
    home = body.home([asked.id]) | {"diffuse": False}
    to_site = graph.spread(site=asked.id)
    if to_site.empty:
        raise NothingToDraw(f"nobody counted or said which cancers come to {asked.label}; allowed: another site")
    sexes = [home["sex"]] if home["sex"] else list(_SEXES)
    shares = largest(to_site, "MetastaticPatients")
    spreads, asked_of = _elsewhere(graph)
    made = [(part, one, ranking(new, spreads, shares)) for part, one, new in asked_of if one in sexes]
    some = [one for one in made if one[2]["rank"].notna().any()] or [one for one in made if len(one[2])][:1]
    if not some:
        raise NothingToDraw(
            f"no cancer can be ranked for {asked.label}: no population counts new cases by sex; allowed: another graph"
        )
    chosen, tables = [(part, one) for part, one, _ in some], [table for *_, table in some]
    origins = _origins(graph, tables)
    views, first = [], 0
    for (part, one), table in zip(chosen, tables, strict=True):
        views.append({**_words(asked.label, part, one, table), "first": first, "count": len(table)})
        views[-1]["items"] = [_item(row, origins, body, table["weight"].max()) for row in table.to_dict("records")]
        first += len(table)
    twin = _table(tables, chosen)
    keys = [key for name in ("share source", "spread source", "incidence source") for key in twin[name] if key]
    checks = graph.from_site(asked.id)
    return Picture(
        title=views[0]["title"],
        subtitle=views[0]["subtitle"],
        template="body.html",
        scripts=("body.js", "download.js"),
        alt=views[0]["alt"],
        data={
            "mode": "reverse",
            "sexes": bodies(home["sex"], sex),
            "threshold": 0,
            "first": 0,
            "home": home,
            "views": views,
            "uncounted": _uncounted(to_site, tables),
            "checks": _checks(checks),
            "names": {},
            "ramp": RAMP,
            "bins": BINS,
            "still": still(map(_still, views[0]["items"]), shaded=False),
        },
        table=twin,
        legend=_LEGEND,
        caveat=CAVEAT,
        sources=graph.citations([*keys, *checks["source"].str.removeprefix("mkgs:")]),
    )


@lru_cache(maxsize=1)
def _elsewhere(graph: Graph) -> tuple[Factors, list[tuple[pd.DataFrame, str, Factors]]]:
    """Factors that are the same for every site: any distant spread, and new cases by population and sex."""
    asked = [(part, sex, amounts(part, sex)) for part in populations(graph.incidence()) for sex in _SEXES]
    return largest(graph.spread(site="any distant site"), "AllPatients"), asked


def _origins(graph: Graph, tables: list[pd.DataFrame]) -> dict[str, list[str]]:
    """Organs that the cancers arise in, their own before those of broader ones."""
    rows = graph.origins({cancer for table in tables for cancer in table["cancer_id"]})
    found: dict[str, list[str]] = {}
    for cancer, group in rows.groupby("cancer"):
        own = group[group["broader"] == cancer]
        found[str(cancer)] = list((own if len(own) else group)["organ"])
    return found


def _words(site: str, part: pd.DataFrame, sex: str, table: pd.DataFrame) -> dict[str, Any]:
    first = part.iloc[0]
    ranked = table[table["rank"].notna()]
    among = {"both": "both sexes"}.get(sex, f"{sex} patients")
    where = f"{first['population']}, {first['year']}"
    if ranked.empty:
        title = f"Which cancers come to {short(site)} cannot be ranked: no cancer has all three factors"
    else:
        title = f"{capital(ranked['cancer'].iloc[0])} comes to {short(site)} most often, of {len(ranked)} cancers that can be ranked"
    return {
        "denominator": "", "ascertainment": "", "source": f"{where}, {among}", "title": title, "rest": "not ranked: a factor is missing",
        "subtitle": f"Incidence × any distant spread × {short(site)} among those. {where}: {_UNITS[table['unit'].iloc[0]]}, {among}.",
        "alt": f"Body map of the cancers that come to {site}. {title}. {len(table)} cancers, listed in the table.",
    }  # fmt: skip


def _item(row: dict[Any, Any], origins: dict[str, list[str]], body: Figure, top: float) -> dict[str, Any]:
    """A cancer with its rank, its place and its factors in words."""
    import pandas as pd

    ranked = not pd.isna(row["rank"])
    factors = [
        f"{row['incidence']:,.0f}" if row["unit"] == "cases" else f"{row['incidence']:.1f}",
        _percent(row["spread"]),
        _percent(row["share"]),
    ]
    where = body.home(origins.get(row["cancer_id"], []))
    return {
        "name": capital(row["cancer"]),
        "headline": f"{row['rank']}." if ranked else "",
        "count": " × ".join(factors),
        "notes": [],
        "weight": round(row["weight"] / top, 4) if ranked else 0,
        "shapes": where["shapes"],
        "diffuse": where["diffuse"],
        "own": 0,
        "few": False,
        "tip": _tip(row, ranked),
    }


def _still(item: dict[str, Any]) -> Item:
    return Item(item["name"], item["headline"], item["count"], item["weight"], False, item["shapes"])


def _tip(row: dict[Any, Any], ranked: bool) -> str:
    lines = [
        f"{capital(row['cancer'])}: " + (f"rank {row['rank']}" if ranked else f"not ranked, missing: {row['missing']}"),
        f"incidence {row['incidence']:,.1f} {_UNITS[row['unit']]} ({row['incidence_source']})",
        f"any distant spread {_percent(row['spread'])} ({_found(row['spread_source'], row['spread_how'])})",
        f"the site {_percent(row['share'])} of {_whole(row['patients'])} ({_found(row['share_source'], row['share_how'])})",
    ]
    if ranked and row["spread_how"] != row["share_how"]:
        lines.append("mixed: the shares were found out in different ways")
    return "\n".join(lines)


def _found(source: Any, how: Any) -> str:
    return f"{source}, {how}" if source == source and source else "no observation"


def _percent(share: Any) -> str:
    return f"{100 * share:.1f} %" if share == share and share is not None else "?"


def _whole(n: Any) -> str:
    import pandas as pd

    return "?" if pd.isna(n) else f"{int(n):,}"


def _table(tables: list[pd.DataFrame], chosen: list[tuple[pd.DataFrame, str]]) -> pd.DataFrame:
    """All rankings, one below the other."""
    import pandas as pd

    rows = [
        {
            "rank": "" if pd.isna(row["rank"]) else str(row["rank"]),
            "cancer": row["cancer"],
            "incidence": f"{row['incidence']:,.1f}",
            "any distant spread": _percent(row["spread"]),
            "site": f"{_percent(row['share'])} of {_whole(row['patients'])}",
            "population": f"{part['population'].iloc[0]}, {part['year'].iloc[0]}, {sex}: {_UNITS[row['unit']]}",
            "note": f"missing: {row['missing']}" if row["missing"] else "mixed" if row["spread_how"] != row["share_how"] else "",
            "incidence source": row["incidence_source"],
            "spread source": row["spread_source"],
            "share source": row["share_source"],
        }
        for table, (part, sex) in zip(tables, chosen, strict=True)
        for row in table.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS).astype(object).fillna("")


def _uncounted(to_site: pd.DataFrame, tables: list[pd.DataFrame]) -> list[str]:
    """Cancers that are counted or said to come here, but of whose incidence no population tells."""
    listed = {cancer for table in tables for cancer in table["cancer_id"]}
    rows = to_site[
        ~to_site["cancer_id"].isin(listed) & (to_site["cases"].fillna(1) > 0) & (to_site["stance"] != "refutes")
    ]
    return sorted(set(rows["cancer"]), key=str.casefold)


def _checks(rows: pd.DataFrame) -> list[str]:
    """Series that start from the site, to compare the ranking with."""
    return [
        f"{row['cancer']}: {100 * row['share']:.0f} % of {row['patients']:,} patients with this site involved ({row['source'].removeprefix('mkgs:')})"
        for row in rows.to_dict("records")
        if row["patients"] >= SURE
    ]

"""Two profiles of spread back to back: two cancers, or one cancer looked at in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg import chart
from kg.analyses.cohorts import counted, widest
from kg.errors import NothingToDraw
from kg.output import percent
from kg.page import Picture
from kg.proportions import Interval, newcombe_interval

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

ROW: Final = 26
BOTH: Final = "Autopsy,EverRecorded"
_NAMES: Final = (456, 736)
"""The strip between the profiles, for the names of sites."""
_ROOM: Final = 158
"""Room outside the bars for k/n."""
_MOST: Final = 24


class Side(NamedTuple):
    """A profile: what it is called, and one observation a site."""

    name: str
    rows: dict[str, Any]


def draw(
    graph: Graph,
    cancer: str,
    other: str | None = None,
    ascertainments: str | None = None,
    denominator: str | None = None,
) -> Picture:
    """Two cancers side by side, ever recorded; or one cancer under two ascertainments, autopsy and ever recorded.

    `ascertainments` names one (two cancers) or two (one cancer), joined by a comma; without `denominator` the one that
    counts the most sites on both sides. Raises UnknownName, AmbiguousName, and KgError where a side has no counts.
    """
    ways = [way.strip() for way in (ascertainments or ("EverRecorded" if other else BOTH)).split(",")]
    if len(ways) != (1 if other else 2):
        raise NothingToDraw(
            f'"{ascertainments}" is no choice; allowed: one ascertainment for two cancers, two (A,B) for one cancer'
        )
    first, second = (cancer, ways[0]), (other or cancer, ways[-1])
    whom = denominator or max(chart.OF_WHOM, key=lambda each: _shared(graph, first, second, each))
    left, right = _side(graph, *first, whom, bool(other)), _side(graph, *second, whom, bool(other))
    sites = _sites(left, right)
    differences = {site: _difference(left.rows.get(site), right.rows.get(site)) for site in sites}
    terms = graph.meanings([*ways, whom])
    return Picture(
        title=_title(left, right, differences, other is not None),
        subtitle=_subtitle(ways, whom, other is not None),
        template="compare.html",
        scripts=("chart.js", "download.js"),
        alt=_alt(left, right, differences),
        data=_drawing(left, right, differences),
        table=_table(left, right, differences),
        legend=_legend(left, right, differences),
        words=[terms[term] for term in dict.fromkeys([*ways, whom])],
        caveat=_caveat(left, right, other is not None),
        sources=graph.citations(row.source for side in (left, right) for row in side.rows.values()),
    )


# --- What is compared ---


def _rows(graph: Graph, cancer: str, how: str, whom: str) -> pd.DataFrame:
    return widest(counted(graph.spread(cancer), whom, how))


def _shared(graph: Graph, one: tuple[str, str], two: tuple[str, str], whom: str) -> tuple[int, int]:
    """How many sites both sides count, and how many either counts."""
    a, b = (set(_rows(graph, *side, whom)["site"]) for side in (one, two))
    return len(a & b), len(a | b)


def _side(graph: Graph, cancer: str, how: str, whom: str, cancers: bool) -> Side:
    rows = _rows(graph, cancer, how, whom)
    label = graph.resolve(cancer, "Cancer").label
    if rows.empty:
        there = counted_ways(graph, cancer)
        raise NothingToDraw(
            f"{label} was not counted as {how} of {whom}; allowed: {there or 'nothing was counted of it'}"
        )
    name = label if cancers else graph.meanings([how])[how][0]
    return Side(name, {str(row.site): row for row in rows.itertuples()})


def counted_ways(graph: Graph, cancer: str) -> str:
    """The ascertainments and denominators a cancer was counted by, in words."""
    rows = graph.spread(cancer)
    pairs = rows.loc[rows["kind"] == "observation", ["ascertainment", "denominator"]].drop_duplicates()
    return "; ".join(sorted(f"{how} of {whom}" for how, whom in pairs.itertuples(index=False)))


def _sites(left: Side, right: Side) -> list[str]:
    """Sites that both sides counted, then those of one; by the larger share; sites of both always fit."""

    def rank(site: str) -> tuple[bool, float]:
        there = [side.rows[site].proportion for side in (left, right) if site in side.rows]
        return len(there) < 2, -max(there)

    sites = sorted({*left.rows, *right.rows}, key=lambda site: (rank(site), site))
    both = sum(not rank(site)[0] for site in sites)
    return sites[: max(_MOST, both)]


def _difference(one: Any, two: Any) -> Interval | None:
    """Left minus right, where both sides counted spread."""
    if one is None or two is None or one.own_organ or two.own_organ:
        return None
    cases = [float(row.proportion * row.patients if chart.missing(row.cases) else row.cases) for row in (one, two)]
    return newcombe_interval(cases[0], int(one.patients), cases[1], int(two.patients))


def _differs(interval: Interval | None) -> bool:
    return interval is not None and (interval.lower > 0 or interval.upper < 0)


# --- Words ---


def _title(left: Side, right: Side, differences: dict[str, Interval | None], cancers: bool) -> str:
    firm = {
        site: interval
        for site, interval in differences.items()
        if interval and _differs(interval) and min(left.rows[site].patients, right.rows[site].patients) >= chart.SURE
    }
    label = "" if cancers else f"{next(iter(left.rows.values())).cancer}, "
    if not firm:
        return f"{chart.capital(label + left.name)} and {right.name}: no site differs by more than chance"
    site = max(firm, key=lambda each: abs(firm[each].proportion))
    one, two = (
        f"{_share(side.rows[site])} {f'in {side.name}' if cancers else chart.AT[side.rows[site].ascertainment]}"
        for side in (left, right)
    )
    return f"{chart.capital(label + chart.short(site).rstrip('*'))}: {one}, {two}"


def _share(row: Any) -> str:
    return chart.share(row.cases, row.patients, row.proportion)


def _subtitle(ways: list[str], whom: str, cancers: bool) -> str:
    how = (
        chart.HOW_FOUND[ways[0]]
        if cancers
        else f"{chart.HOW_FOUND[ways[0]]} (left) and {chart.HOW_FOUND[ways[1]]} (right)"
    )
    return f"Share of {chart.OF_WHOM[whom]} in whom the site was {how}."


def _alt(left: Side, right: Side, differences: dict[str, Interval | None]) -> str:
    differing = [
        f"{site} {_share(left.rows[site])} and {_share(right.rows[site])}"
        for site, interval in differences.items()
        if _differs(interval)
    ]
    return (
        f"Bars back to back: {left.name} on the left, {right.name} on the right, {len(differences)} sites. The interval of the "
        f"difference excludes zero for {'; '.join(differing) or 'none'}."
    )


def _caveat(left: Side, right: Side, cancers: bool) -> str:
    return " ".join(
        (
            f"Each side is one cohort of one source: {_source(left)} and {_source(right)}. Intervals are Wilson 95 %, of differences",
            "Newcombe's; they cover sampling only, not how patients came to be counted, and many sites are compared at once.",
            "A patient can have several sites, so a side adds up to more than 100 %."
            if cancers
            else "The two sides are other patients or other looks at some of the same: a difference mixes how hard one looked with how "
            "late the disease was.",
        )
    )


def _source(side: Side) -> str:
    row = next(iter(side.rows.values()))
    return f"{row.source} ({row.population})" if row.population else str(row.source)


def _legend(left: Side, right: Side, differences: dict[str, Interval | None]) -> list[tuple[str, str]]:
    rows = [*left.rows.values(), *right.rows.values()]
    present = {
        ("bar-left", left.name): True,
        ("bar-right", right.name): True,
        ("whisker", "95 % interval"): True,
        ("bar-percent", "percentage printed, no count"): any(row.from_percent for row in rows),
        ("bar-own", "its own organ"): any(row.own_organ for row in rows),
        ("differs", "interval of the difference excludes 0"): any(map(_differs, differences.values())),
    }
    return [(mark, chart.fit(meaning, 330)) for (mark, meaning), there in present.items() if there]


def _table(left: Side, right: Side, differences: dict[str, Interval | None]) -> pd.DataFrame:
    import pandas as pd

    names = [left.name, right.name] if left.name != right.name else [f"{left.name} (left)", f"{right.name} (right)"]
    rows = []
    for site, interval in differences.items():
        one, two = left.rows.get(site), right.rows.get(site)
        points = (
            f"{100 * interval.proportion:+.1f} (95 % {100 * interval.lower:+.1f} to {100 * interval.upper:+.1f})"
            if interval
            else ""
        )
        sources = ", ".join(dict.fromkeys(row.source for row in (one, two) if row))
        rows.append([site, _cell(one), _cell(two), points, sources])
    return pd.DataFrame(rows, columns=["site", *names, "difference, percentage points", "source"])


def _cell(row: Any) -> str:
    if row is None:
        return "not looked for"
    own = "; own organ" if row.own_organ else ""
    return percent(row.cases, row.patients, row.proportion, row.lower95, row.upper95) + own


# --- Places ---


def _drawing(left: Side, right: Side, differences: dict[str, Interval | None]) -> dict[str, Any]:
    high = chart.top_of(
        [row.upper95 for side in (left, right) for site, row in side.rows.items() if site in differences]
    )
    axes = (chart.Axis(_NAMES[0], _ROOM, high), chart.Axis(_NAMES[1], chart.WIDTH - _ROOM, high))
    names = [
        {
            "name": chart.fit(chart.short(site), _NAMES[1] - _NAMES[0] - 12, 15),
            "y": 50 + i * ROW,
            "differs": _differs(interval),
        }
        for i, (site, interval) in enumerate(differences.items())
    ]
    bars = [
        _bar(row, site, column, axis, i, chart.missing(row.cases))
        for column, (side, axis) in enumerate(zip((left, right), axes, strict=True))
        for i, site in enumerate(differences)
        if (row := side.rows.get(site)) is not None
    ]
    gaps = [
        {"x": axis.at(0) + (8 if column else -8), "y": 50 + i * ROW, "right": not column}
        for column, (side, axis) in enumerate(zip((left, right), axes, strict=True))
        for i, site in enumerate(differences)
        if site not in side.rows
    ]
    bottom = 50 + len(names) * ROW
    places = chart.legend(_legend(left, right, differences), 0)
    return {
        "total": bottom + 44 + places[-1]["y"],
        "bottom": bottom - 14,
        "sides": [
            {"name": chart.fit(side.name, 440, 17), "ticks": axis.ticks(), "zero": axis.at(0)}
            for side, axis in zip((left, right), axes, strict=True)
        ],
        "names": names,
        "gaps": gaps,
        "bars": bars,
        "marks": [{"row": bar["line"], "col": bar["side"], "tip": bar.pop("tip")} for bar in bars],
        "legend": places,
        "legend_top": bottom + 6,
    }  # fmt: skip


def _bar(row: Any, site: str, column: int, axis: chart.Axis, line: int, hollow: bool) -> dict[str, Any]:
    end, low, high = (axis.at(value) for value in (row.proportion, row.lower95, row.upper95))
    zero = axis.at(0)
    tip = (
        f"{row.cancer} → {site}",
        f"{_share(row)}, {chart.bounds(row.lower95, row.upper95)}",
        chart.words(
            "its own organ: growth and spread cannot be told apart" if row.own_organ else "", row.population, row.source
        ),
    )
    return {
        "side": column, "line": line, "y": 50 + line * ROW, "x": min(zero, end), "width": round(abs(end - zero), 1),
        "low": low, "high": high, "text": high + (8 if column else -8), "kind": "own" if row.own_organ else "hollow" if hollow else "",
        "label": f"0 of {row.patients:,}" if row.proportion == 0 else _share(row), "tip": "\n".join(tip),
    }  # fmt: skip

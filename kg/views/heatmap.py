"""The map of all spread: a row a cancer, a column a site, a cell as blue as its share of patients; like beside like."""

from __future__ import annotations

import textwrap
from math import cos, radians, sin
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg import chart
from kg.analyses.clusters import Tree, tree
from kg.analyses.cohorts import counted, widest, without_summed
from kg.errors import NothingToDraw
from kg.output import percent
from kg.page import Picture

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

ROW: Final = 19
TREE: Final = 84
_N: Final = 58
_TURN: Final = 50
"""Degrees by which the names of sites are turned."""
_TEXT_FROM: Final = 0.045
"""Share from which a cell carries its number."""
_OFTEN: Final = 0.2


class Grid(NamedTuple):
    """Rows of observations with the names of their cancers and sites, each in the order of a tree."""

    rows: pd.DataFrame
    cancers: list[str]
    sites: list[str]
    cancer_tree: Tree
    site_tree: Tree
    left_out: list[str]


def draw(graph: Graph, denominator: str = "MetastaticPatients", ascertainment: str = "EverRecorded") -> Picture:
    """All cancers by all sites, clustered; one cohort a cancer, sums instead of their parts.

    Raises KgError where nothing was counted in that way.
    """
    rows = without_summed(widest(counted(graph.spread(), denominator, ascertainment)))
    if rows.empty:
        raise NothingToDraw(f"nothing was counted as {ascertainment} of {denominator}; allowed: {_allowed(graph)}")
    grid = _grid(rows)
    sexes = _sexes(graph)
    legend = _legend(grid, sexes)
    terms = graph.meanings([ascertainment, denominator])
    return Picture(
        title=_often(grid)[0],
        subtitle=f"Of 100 {chart.OF_WHOM[denominator]}, how many had the site {chart.HOW_FOUND[ascertainment]}.{_often(grid)[1]}",
        template="heatmap.html",
        scripts=("chart.js", "heatmap.js", "download.js"),
        alt=_alt(grid),
        data=_drawing(grid, legend, sexes),
        table=_table(_in_order(grid)),
        legend=legend,
        words=list(terms.values()),
        caveat=_caveat(graph, grid),
        sources=graph.citations(grid.rows["source"]),
    )


def _allowed(graph: Graph) -> str:
    rows = graph.spread()
    pairs = rows[rows["kind"] == "observation"][["ascertainment", "denominator"]].drop_duplicates()
    return "; ".join(sorted(f"{how} of {whom}" for how, whom in pairs.itertuples(index=False)))


def _grid(rows: pd.DataFrame) -> Grid:
    """The cancers counted at enough sites to be compared: a third of what the one with the most has."""
    sites = rows.groupby("cancer_id")["site_id"].transform("nunique")
    enough = sites >= max(2, sites.max() / 3) if sites.max() > 1 else sites > 0
    left_out = sorted(rows.loc[~enough, "cancer"].unique(), key=str.lower)
    kept = rows[enough]
    shares = kept.assign(share=kept["proportion"].mask(kept["own_organ"])).pivot(
        index="cancer", columns="site", values="share"
    )
    cancers, columns = tree(shares), tree(shares.T)
    return Grid(
        kept,
        [shares.index[i] for i in cancers.order],
        [shares.columns[i] for i in columns.order],
        cancers,
        columns,
        left_out,
    )


def _in_order(grid: Grid) -> pd.DataFrame:
    """The observations, row after row of the drawing."""
    place = {name: i for names in (grid.cancers, grid.sites) for i, name in enumerate(names)}
    return grid.rows.sort_values(["cancer", "site"], key=lambda names: names.map(place)).reset_index(drop=True)


# --- Words ---


def _often(grid: Grid) -> tuple[str, str]:
    """The sites that the most cancers reach in one of five patients, as a title, and in how many cancers."""
    firm = grid.rows[(grid.rows["patients"] >= chart.SURE) & ~grid.rows["own_organ"]]
    often = firm[firm["proportion"] >= _OFTEN].groupby("site")["cancer"].nunique().sort_values(ascending=False).head(3)
    often = often[often > 1]
    if often.empty:
        return f"No site is reached in 1 of 5 patients by any of {len(grid.cancers)} cancers", ""
    names = chart.listed([chart.short(str(site)).rstrip("*") for site in often.index])
    counts = chart.listed([str(n) for n in often])
    sparse = len(grid.rows) < 0.7 * len(grid.cancers) * len(grid.sites)
    return (
        f"{chart.capital(names)}: the sites that the most cancers reach" + (", of those looked at" if sparse else ""),
        f" At least 1 in 5 patients in {counts} of {len(grid.cancers)} cancers.",
    )


def _alt(grid: Grid) -> str:
    top = grid.rows[~grid.rows["own_organ"] & (grid.rows["patients"] >= chart.FEW)].nlargest(3, "proportion")
    said = [f"{row.cancer} to {row.site} {_share(row)}" for row in top.itertuples()]
    none = int((grid.rows["cases"] == 0).sum())
    gaps = len(grid.cancers) * len(grid.sites) - len(grid.rows)
    return (
        f"Heatmap of {len(grid.cancers)} cancers by {len(grid.sites)} sites. Darkest: {'; '.join(said) or 'none'}. "
        f"Looked for and not found: {none} cells; never looked for: {gaps} cells."
    )


def _share(row: Any) -> str:
    return chart.share(row.cases, row.patients, row.proportion)


def _caveat(graph: Graph, grid: Grid) -> str:
    main = grid.rows.groupby("source")["cancer"].nunique().sort_values(ascending=False)
    key, rows = str(main.index[0]), int(main.iloc[0])
    populations = graph.sources().set_index("source")["population"].dropna().to_dict()
    whose = populations.get(f"mkgs:{key}")
    parts = [
        f"{rows} of {len(grid.cancers)} rows come from {key}: {whose}."
        if rows > len(grid.cancers) / 2 and whose
        else f"The rows come from {len(main)} sources.",
        "Observations are never pooled; sites share patients, so a row adds up to more than 100 %. Intervals (Wilson 95 %) cover "
        "sampling only, not how patients came to be counted. Trees join rows and columns with similar shares.",
    ]
    if grid.left_out:
        parts.append(f"Left out, counted at too few sites: {chart.listed(grid.left_out)}.")
    return " ".join(parts)


def _legend(grid: Grid, sexes: dict[str, str]) -> list[tuple[str, str]]:
    few = [("few", f"fewer than {chart.FEW} patients")] if (grid.rows["patients"] < chart.FEW).any() else []
    own = [("own", "its own organ: growth or spread?")] if grid.rows["own_organ"].any() else []
    star = (
        [("star", "group of a source, wider than the organ")] if any("*" in chart.short(s) for s in grid.sites) else []
    )
    sex = [("sex", "one sex only; n counts both")] if set(sexes) & set(grid.sites) else []
    return [
        ("ramp", "per cent; number from 5 up"),
        ("zero", "looked for, 0 found"),
        ("gap", "never looked for"),
        *own, *few, *star,
        *sex,
    ]  # fmt: skip


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = rows[["cases", "patients", "proportion", "lower95", "upper95"]]
    marks = [
        chart.words(
            "own organ" if own else "", "few patients" if n < chart.FEW else "", "from a percentage" if p else ""
        )
        for own, n, p in rows[["own_organ", "patients", "from_percent"]].itertuples(index=False)
    ]
    frequency = [percent(*row) for row in numbers.itertuples(index=False)]
    columns = ["cancer", "site", "frequency", "population", "marks", "source"]
    table = rows.assign(frequency=frequency, marks=marks)[columns].fillna("")
    return table.loc[:, (table != "").any()]


# --- Places ---


def _sexes(graph: Graph) -> dict[str, str]:
    """Sites that only one sex has."""
    found: Any = graph.query("SELECT ?label ?sex WHERE { ?site mkg:sex ?sex ; rdfs:label ?label }")
    return dict(found.itertuples(index=False))


def _drawing(grid: Grid, legend: list[tuple[str, str]], sexes: dict[str, str]) -> dict[str, Any]:
    rows = _in_order(grid)
    left = min(380.0, max(chart.wide(name, 15) for name in grid.cancers)) + _N + 14
    names = [_column_name(site, sexes) for site in grid.sites]
    lengths = [max(chart.wide(line, 15) for line in lines) for lines in names]
    top = max(max(lengths) * sin(radians(_TURN)) + 26, 20 * len(legend) + 34)
    hangs = max(length * cos(radians(_TURN)) - 30 * i for i, length in enumerate(reversed(lengths)))
    width = min(64.0, (chart.WIDTH - left - max(TREE + 10, hangs)) / len(names))
    cells = _cells(rows, grid, width)
    height = len(grid.cancers) * ROW
    return {
        "total": round(top + height + TREE - 12),
        "left": round(left), "top": round(top), "cell": round(width, 2), "row": ROW, "height": height, "turn": _TURN,
        "nx": _N, "tree": TREE,
        "sites": [{"lines": name, "x": round((i + 0.5) * width, 1)} for i, name in enumerate(names)],
        "marks": _marks(cells),
        "rows": _rows(grid, cells, left),
        "patients": [int(grid.rows.loc[grid.rows["cancer"] == name, "patients"].max()) for name in grid.cancers],
        "cancer_tree": {"order": grid.cancer_tree.order, "merges": grid.cancer_tree.merges},
        "row_paths": paths(grid.cancer_tree, ROW, TREE),
        "site_paths": paths(grid.site_tree, width, TREE - 30),
        "legend": [{"mark": mark, "meaning": text, "x": 0, "y": 20 * i} for i, (mark, text) in enumerate(legend)],
    }  # fmt: skip


def _column_name(site: str, sexes: dict[str, str]) -> list[str]:
    """A site's name in one line or two, with the sign of the sex that alone has it."""
    sign = {"female": "\u00a0♀", "male": "\u00a0♂"}.get(sexes.get(site, ""), "")
    return textwrap.wrap(chart.fit(chart.short(site), 320, 15) + sign, 24)[:2]


def _rows(grid: Grid, cells: list[list[dict[str, Any]]], left: float) -> list[dict[str, Any]]:
    rows = []
    for i, name in enumerate(grid.cancers):
        patients = grid.rows.loc[grid.rows["cancer"] == name, "patients"]
        least, most = int(patients.min()), int(patients.max())
        n = f"{most:,}" if least == most else f"≤ {most:,}"
        rows.append(
            {
                "name": chart.fit(name, left - _N - 14, 15),
                "n": n,
                "few": most < chart.FEW,
                "y": i * ROW,
                "cells": cells[i],
            }
        )
    return rows


def _cells(rows: pd.DataFrame, grid: Grid, width: float) -> list[list[dict[str, Any]]]:
    """A list a cancer, a cell a site; counted cells are numbered first, as the rows of the table are."""
    found = {(row.cancer, row.site): (i, row) for i, row in enumerate(rows.itertuples())}
    gaps = iter(range(len(rows), len(grid.cancers) * len(grid.sites)))
    made = []
    for y, cancer in enumerate(grid.cancers):
        line = []
        for x, site in enumerate(grid.sites):
            mark, row = found.get((cancer, site), (None, None))
            cell = _cell(row) if row else {"kind": "gap", "tip": f"{cancer} → {site}\nnever looked for in this cohort"}
            number = next(gaps) if mark is None else mark
            line.append({**cell, "mark": number, "row": y, "col": x, "x": round(x * width, 1)})
        made.append(line)
    return made


def _marks(cells: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What the script says of each cell, in the order of their numbers."""
    flat = sorted((cell for line in cells for cell in line), key=lambda cell: cell["mark"])
    return [{"row": cell["row"], "col": cell["col"], "tip": cell.pop("tip")} for cell in flat]


def _cell(row: Any) -> dict[str, Any]:
    tip = "\n".join(
        (
            f"{row.cancer} → {row.site}",
            f"{_share(row)}, {chart.bounds(row.lower95, row.upper95)}",
            chart.words(
                "its own organ: growth and spread cannot be told apart" if row.own_organ else "",
                row.population,
                row.source,
            ),
        )
    )
    if row.own_organ:
        return {"kind": "own", "tip": tip}
    if row.proportion == 0:
        return {"kind": "zero", "tip": tip}
    fill, ink = chart.shade(row.proportion)
    sure = row.patients >= chart.SURE
    text = chart.whole_percent(row.proportion) if sure else chart.count(row.cases, row.patients)
    return {
        "kind": "found",
        "fill": fill,
        "dark": ink == "#fff",
        "text": text if row.proportion >= _TEXT_FROM else "",
        "tip": tip,
    }


def paths(joined: Tree, step: float, depth: float) -> list[str]:
    """The brackets of a tree, leaves `step` apart from y = 0 downwards, the root at x = `depth`.

    >>> paths(Tree([1, 0], [(0, 1, 0.4)]), 10, 100)
    ['M0 15H100V5H0']
    """
    place = {leaf: ((i + 0.5) * step, 0.0) for i, leaf in enumerate(joined.order)}
    highest = max((height for *_, height in joined.merges), default=1.0) or 1.0
    made = []
    for i, (one, two, height) in enumerate(joined.merges):
        (y1, x1), (y2, x2) = place[one], place[two]
        x = depth * height / highest
        place[len(joined.order) + i] = ((y1 + y2) / 2, x)
        made.append(f"M{x1:.4g} {y1:.5g}H{x:.4g}V{y2:.5g}H{x2:.4g}")
    return made

"""What the knowledge stands on: every study that counts spread, by year and size, how it looked, and whose patients it shares."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg import chart
from kg.analyses.studies import studies
from kg.errors import NothingToDraw
from kg.page import Picture

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

LABELLED: Final = 9
"""So many of the largest studies get their name, where there is room for it."""
_PLOT: Final = (74, 1034)
_NO_YEAR: Final = (1062, 1184)
"""The strip for studies whose year is not known."""
_HEIGHT: Final = (88, 416)
_NO_N: Final = 446
"""The first line for studies that do not say of how many patients."""
_STEP: Final = 9.5
_ASIDE: Final = [(sign * step * _STEP / 2, 0.0) for step in range(400) for sign in (1, -1)]
"""Ways to move a mark whose height says its n: to the sides."""
_DOWN: Final = [(dx, row * _STEP) for row in range(400) for dx in (0.0, _STEP / 2, -_STEP / 2)]
"""Ways to move a mark without n: into the next line, hardly aside."""
_CORNER: Final = [(dx * _STEP, row * _STEP) for row in range(400) for dx in (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5)]
"""Ways to move a mark with neither year nor n: anywhere in the strip, line by line."""
_WAYS: Final = ("AtDiagnosis", "EverRecorded", "Autopsy", "SampledSite", "Recurrence", "FirstMetastasis", "")
_NOT_STATED: Final = "not stated"
_CROWD: Final = 40
"""More lines than this are drawn faintly."""


class Axes(NamedTuple):
    """First and last year, and the logarithms between which the patients stand."""

    first: int
    last: int
    low: int
    high: float

    def x(self, year: float) -> float:
        """Where a year stands."""
        return _PLOT[0] + 14 + (year - self.first) / max(1, self.last - self.first) * (_PLOT[1] - _PLOT[0] - 28)

    def y(self, patients: float) -> float:
        """Where a number of patients stands: equal ratios take equal room."""
        part = (log10(max(patients, 1)) - self.low) / (self.high - self.low)
        return _HEIGHT[1] - part * (_HEIGHT[1] - _HEIGHT[0])


def draw(graph: Graph, cancer: str | None = None, site: str | None = None) -> Picture:
    """Every source of counts in the graph, or of a cancer, of a site, or of both, with its kinds and parts.

    Raises UnknownName, AmbiguousName, and KgError where nobody counted.
    """
    rows = graph.spread(cancer, site, inferred=True)
    what = _what(graph, cancer, site)
    table = studies(rows, graph.sources())
    if table.empty:
        raise NothingToDraw(
            f"nobody counted {what or 'anything'}; allowed: a cancer or site that `kg show` lists as counted"
        )
    terms = graph.meanings({way for cell in table["ascertainments"] for way in cell.split("|")} - {""})
    titles = dict(zip(graph.sources()["source"].str.removeprefix("mkgs:"), graph.sources()["title"], strict=True))
    return Picture(
        title=_title(table, what),
        subtitle="A mark is one source: its year, and the patients in its largest count. Its shape says how it looked for spread.",
        template="evidence.html",
        scripts=("chart.js", "evidence.js", "download.js"),
        alt=_alt(table, what, terms),
        data=_drawing(table, terms, titles),
        table=_table(table, terms, titles),
        legend=_legend(table, terms),
        words=[terms[way] for way in _WAYS if way in terms],
        caveat=_caveat(table),
        sources=graph.citations(table["source"]),
    )


def _what(graph: Graph, cancer: str | None, site: str | None) -> str:
    parts = [
        graph.resolve(cancer, "Cancer").label if cancer else "",
        graph.resolve(site, "Organ").label if site else "",
    ]
    return " in ".join(part for part in reversed(parts) if part) if all(parts) else "".join(parts)


# --- Words ---


def _label(way: str, terms: dict[str, tuple[str, str]]) -> str:
    return terms[way][0] if way else _NOT_STATED


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _sources(count: int) -> str:
    return _many(count, "source")


def _title(table: pd.DataFrame, what: str) -> str:
    """How many sources there are, and how much hangs on one of them."""
    name = f"{chart.capital(what)}: " if what else ""
    observations = int(table["observations"].sum())
    if len(table) == 1:
        return f"{name}one source says how often, {table['source'].iloc[0]}"
    if not observations:
        return f"{name}{_sources(len(table))} print percentages, none of them a count"
    top = max(chart.rows(table), key=lambda row: row.observations)
    part = chart.whole_percent(top.observations / observations)
    return (
        f"{name}{_sources(len(table))} say how often; {part} % of {observations:,} observations are from {top.source}"
    )


def _alt(table: pd.DataFrame, what: str, terms: dict[str, tuple[str, str]]) -> str:
    ways = [f"{_label(str(way), terms)} {n}" for way, n in table["ascertainment"].value_counts().items()]
    facts = "; ".join(f"{value} {name}" for value, name in _facts(table))
    top = [f"{row.source} {row.patients:,}" for row in chart.rows(table.dropna(subset=["patients"]).head(3))]
    return (
        f"Sources{f' on {what}' if what else ''} by year and by patients in the largest count: {facts}. "
        f"By how they looked: {', '.join(ways)}. Largest: {', '.join(top) or 'none states n'}."
    )


def _facts(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Numbers about the whole, each with its name; patients are never added."""
    patients, years = table["patients"].dropna(), table["year"].dropna()
    spans = f"{years.min()} to {years.max()}" if len(years) else "none"
    sizes = f"{patients.min():,} to {patients.max():,}" if len(patients) else "none"
    groups = table.loc[table["shared"] != "", "shared"]
    return [
        (f"{len(table):,}", "sources"),
        (f"{table['observations'].sum():,}", "observations"),
        (sizes, f"patients in one count, median {int(patients.median()):,}" if len(patients) else "patients stated"),
        (spans, f"years; {len(table) - len(years)} without a year"),
        (f"{len(groups):,}", f"share patients, in {groups.nunique()} group{'' if groups.nunique() == 1 else 's'}"),
    ]


def _caveat(table: pd.DataFrame) -> str:
    tiers = table["tier"].value_counts().sort_index()
    no_year, no_n = int(table["year"].isna().sum()), int(table["patients"].isna().sum())
    alone = int(table["pools"].isna().sum())
    parts = [
        "Patients are not added up: counts of one source share patients, and sources joined by a line draw on one patient pool or "
        "registry, so they are not independent.",
        f"Of {_sources(alone)} no pool is known, which does not make them independent." if alone else "",
        f"{_sources(no_year).capitalize()} without a year stand in a strip at the right." if no_year else "",
        f"{_sources(no_n).capitalize()} print a percentage without saying of how many patients, and stand below."
        if no_n
        else "",
        "Marks of the same year are moved aside to be seen. A source that looked in several ways has the shape of the one it used most.",
        f"Tiers: {', '.join(f'{tier} {n}' for tier, n in tiers.items())} (A government or guideline, B journal, society or hospital, "
        "C copy). Size is not quality: a referral centre or a trial sees other patients than a registry.",
    ]
    return " ".join(part for part in parts if part)


def _legend(table: pd.DataFrame, terms: dict[str, tuple[str, str]]) -> list[tuple[str, str]]:
    there = set(table["ascertainment"])
    marks = [(f"study-{way or 'None'}", _label(way, terms)) for way in _WAYS if way in there]
    return marks + ([("study-link", "may share patients")] if (table["shared"] != "").any() else [])


def _size(row: Any) -> str:
    return "n not stated" if chart.missing(row.patients) else f"{row.patients:,} patients in its largest count"


def _tip(row: Any, terms: dict[str, tuple[str, str]], title: str) -> str:
    ways = ", ".join(_label(way, terms) for way in row.ascertainments.split("|"))
    counts = chart.words(
        _many(row.observations, "observation") if row.observations else "",
        _many(row.without_count, "number") + " without k or n" if row.without_count else "",
        _many(row.pairs, "pair") + " of cancer and site",
    )
    shares = f"may share patients with others here ({row.shared})" if row.shared else ""
    return "\n".join(
        line
        for line in (
            f"{row.source}, {'year not known' if chart.missing(row.year) else row.year}",
            title,
            f"{_size(row)}; {ways}",
            counts,
            chart.words(row.population, f"tier {row.tier}"),
            shares,
        )
        if line
    )


def _table(table: pd.DataFrame, terms: dict[str, tuple[str, str]], titles: dict[str, str]) -> pd.DataFrame:
    ways = [", ".join(_label(way, terms) for way in cell.split("|")) for cell in table["ascertainments"]]
    blank = table[["year", "patients"]].astype(object)
    shown = table.assign(
        title=table["source"].map(titles),
        year=blank["year"].where(table["year"].notna(), "not known"),
        patients=[f"{n:,}" if not chart.missing(n) else "not stated" for n in table["patients"]],
        ascertainment=ways,
    )
    shown = shown.rename(
        columns={
            "patients": "patients, largest count",
            "without_count": "numbers without k or n",
            "shared": "shares patients by",
        }
    )
    columns = ["source", "title", "year", "patients, largest count", "observations", "numbers without k or n",
               "ascertainment", "population", "tier", "shares patients by"]  # fmt: skip
    return shown[columns].astype(object).fillna("")


# --- Places ---


def _drawing(table: pd.DataFrame, terms: dict[str, tuple[str, str]], titles: dict[str, str]) -> dict[str, Any]:
    axes = _axes(table)
    points = _places(table, axes)
    bare = bool(table["patients"].isna().any())
    bottom = max(y for _, y in points) + 14 if bare else _HEIGHT[1] + 10
    studies_ = [
        {"x": x, "y": y, "way": row.ascertainment or "None", "shared": row.shared, "source": row.source}
        for (x, y), row in zip(points, chart.rows(table), strict=True)
    ]
    legend = chart.legend(_legend(table, terms), 0)
    groups = (
        table.loc[table["shared"] != "", "shared"]
        .value_counts()
        .sort_index()
        .sort_values(ascending=False, kind="stable")
    )
    ranks = {i: n for n, i in enumerate(sorted(range(len(points)), key=lambda i: points[i]))}
    return {
        "total": round(bottom + 46 + legend[-1]["y"]), "left": _PLOT[0], "right": _PLOT[1], "top": _HEIGHT[0] - 14, "bottom": bottom,
        "strip": _NO_YEAR if table["year"].isna().any() else None, "bare": _NO_N if bare else None,
        "years": [(round(axes.x(year), 1), year) for year in _years(axes)],
        "sizes": [(round(axes.y(10**power), 1), f"{10**power:,}") for power in range(axes.low, floor(axes.high) + 1)],
        "facts": _facts(table), "studies": studies_, "names": _names(table, points),
        "crowd": int((table["shared"] != "").sum()) > _CROWD,
        "links": [{"shared": group, "d": _star(table, points, str(group))} for group in groups.index],
        "groups": [(str(group), int(n)) for group, n in groups.items()],
        "ways": [(way or "None", _label(way, terms)) for way in _WAYS if way in set(table["ascertainment"])],
        "legend": legend, "legend_top": round(bottom + 36),
        "marks": [
            {"row": 0, "col": ranks[i], "tip": _tip(row, terms, titles[row.source])} for i, row in enumerate(chart.rows(table))
        ],
    }  # fmt: skip


def _axes(table: pd.DataFrame) -> Axes:
    years, patients = table["year"].dropna(), table["patients"].dropna()
    first, last = (int(years.min()), int(years.max())) if len(years) else (0, 0)
    low, high = (floor(log10(patients.min())), log10(patients.max())) if len(patients) else (0, 1.0)
    return Axes(first, last, low, max(high, low + 1.0) + 0.1)


def _years(axes: Axes) -> list[int]:
    """Years that the axis names: every tenth, fifth or single one, as there is room."""
    span = axes.last - axes.first
    step = 10 if span > 30 else 5 if span > 10 else 1
    return [year for year in range(axes.first, axes.last + 1) if year % step == 0 and year > 0] or (
        [axes.first] if axes.first else []
    )


def _places(table: pd.DataFrame, axes: Axes) -> list[tuple[float, float]]:
    """Where each source stands; what would lie on another moves aside, at first by little, the larger study less."""
    middle = sum(_NO_YEAR) / 2
    taken: list[tuple[float, float]] = []
    for row in chart.rows(table):
        x = middle if chart.missing(row.year) else axes.x(row.year)
        steps = _ASIDE if not chart.missing(row.patients) else _CORNER if chart.missing(row.year) else _DOWN
        y = float(_NO_N) if chart.missing(row.patients) else axes.y(row.patients)
        spots = ((x + dx, y + dy) for dx, dy in steps)
        taken.append(next(spot for spot in spots if not any(_covers(spot, other) for other in taken)))
    return [(round(x, 1), round(y, 1)) for x, y in taken]


def _covers(one: tuple[float, float], two: tuple[float, float]) -> bool:
    return abs(one[0] - two[0]) < _STEP and abs(one[1] - two[1]) < _STEP


def _star(table: pd.DataFrame, points: list[tuple[float, float]], group: str) -> str:
    """Lines from the largest study of a group to the others: only that some share patients is said, not which."""
    (x, y), *others = (point for point, name in zip(points, table["shared"], strict=True) if name == group)
    return "".join(f"M{x} {y}L{a} {b}" for a, b in others)


def _names(table: pd.DataFrame, points: list[tuple[float, float]]) -> list[dict[str, Any]]:
    """Names of the largest studies, right or left of their mark, where they cover neither a mark nor another name."""
    made: list[dict[str, Any]] = []
    boxes = [(x - 5, y - 5, x + 5, y + 5) for x, y in points]
    for i, row in enumerate(chart.rows(table)):
        if len(made) == LABELLED or chart.missing(row.patients):
            break
        text = f"{chart.fit(row.source, 210, 13)} {row.patients:,}"
        (x, y), width = points[i], chart.wide(text, 13)
        for left, anchor in ((x + 9, "start"), (x - 9 - width, "end")):
            box = (left, y - 7, left + width, y + 7)
            others = [one for n, one in enumerate(boxes) if n != i]
            if box[0] > _PLOT[0] and box[2] < chart.WIDTH and not any(_meet(box, one) for one in others):
                made.append(
                    {
                        "x": round(x + (9 if anchor == "start" else -9), 1),
                        "y": y + 4.5,
                        "anchor": anchor,
                        "text": text,
                        "mark": i,
                    }
                )
                boxes.append(box)
                break
    return made


def _meet(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]

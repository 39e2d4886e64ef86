"""One entity on one page: where it spreads, what is said, symptoms, treatments, drainage, remarks, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg import chart, output
from kg.analyses.cohorts import counted, without_summed
from kg.analyses.profile import one_a_pair
from kg.card import card
from kg.page import Picture

if TYPE_CHECKING:
    import pandas as pd

    from kg.card import Card
    from kg.graph import Graph

ROW: Final = 25
_START: Final = 290
_MOST: Final = 12
"""Bars, and lines of a section, that the page shows before it points to the table."""
_KINDS: Final = {"Cancer": "cancer", "Organ": "body site", "Metastasis": "secondary tumour"}


def draw(graph: Graph, name: str) -> Picture:
    """One entity as a page: spread, said, symptoms, complications, treatments, drainage, remarks, sources.

    Raises UnknownName and AmbiguousName.
    """
    found = card(graph, name)
    bars = _bars(found)
    sections = {title: rows for title, rows in found.sections.items() if len(rows)}
    asked = [] if bars.empty else [bars["ascertainment"].iloc[0], bars["denominator"].iloc[0]]
    return Picture(
        title=_title(found, bars),
        subtitle=_subtitle(found),
        template="card.html",
        scripts=("chart.js", "download.js"),
        alt=_alt(found, bars),
        data={
            **_drawing(found, bars),
            "note": found.entity.note,
            "sections": [
                _section(title, rows, _other(found)) for title, rows in sections.items() if "(counted)" not in title
            ],
            "counted": sum(len(rows) for title, rows in sections.items() if "(counted)" in title),
        },
        table=_table(sections),
        legend=_legend(bars),
        words=list(graph.meanings(asked).values()),
        caveat=_caveat(found, bars),
        sources=graph.citations(_keys(sections)),
    )


# --- Spread ---


def _bars(found: Card) -> pd.DataFrame:
    """One observation a site (or a cancer) in enough patients, of the way of counting that most are counted by.

    Ever recorded among metastatic patients wins if half as many are counted by it as by any other.
    """
    import pandas as pd

    spread = next((rows for title, rows in found.sections.items() if "(counted)" in title), None)
    if spread is None:
        return pd.DataFrame()
    spread = spread[~spread["inferred"]]
    other = f"{_other(found)}_id"
    ways = {
        (whom, how): counted(spread, whom, how)[other].nunique() * (2 if (whom, how) == _DEFAULT else 1)
        for whom in chart.OF_WHOM
        for how in chart.HOW_FOUND
        if how != "SampledSite"
    }
    whom, how = max(ways, key=lambda way: ways[way])
    rows = one_a_pair(without_summed(counted(spread, whom, how)), whom, how)
    found_there = rows[(rows["cases"] != 0) & (rows["patients"] >= chart.SURE)]
    return found_there.sort_values("proportion", ascending=False)


_DEFAULT: Final = ("MetastaticPatients", "EverRecorded")


def _other(found: Card) -> str:
    return "site" if found.entity.class_ == "Cancer" else "cancer"


# --- Words ---


def _title(found: Card, bars: pd.DataFrame) -> str:
    label, class_ = chart.capital(found.entity.label), found.entity.class_
    firm = bars[(bars["patients"] >= chart.FEW) & ~bars["own_organ"]] if len(bars) else bars
    if len(firm):
        top: Any = next(firm.itertuples())
        share = chart.share(top.cases, top.patients, top.proportion)
        return (
            f"{label} spreads most often to {top.site}: {share}"
            if class_ == "Cancer"
            else f"{label}: reached most often by {top.cancer}, {share}"
        )
    for title, rows in found.sections.items():
        if "other" in rows:
            first = rows["other"].iloc[0]
            return f"{label}: {title.lower()} {first}" + (f" and {len(rows) - 1} more" if len(rows) > 1 else "")
    return label


def _subtitle(found: Card) -> str:
    entity = found.entity
    kind = _KINDS.get(entity.class_, entity.class_.lower())
    return chart.words(
        f"{kind}, {entity.id}", f"also called {', '.join(entity.synonyms[:6])}" if entity.synonyms else ""
    )


def _alt(found: Card, bars: pd.DataFrame) -> str:
    drawn: list[Any] = list(bars.head(_MOST).itertuples())
    shares = [f"{getattr(row, _other(found))} {chart.share(row.cases, row.patients, row.proportion)}" for row in drawn]
    parts = [f"{title}: {len(rows)}" for title, rows in found.sections.items()]
    return f"Card of {found.entity.label}. " + (f"Bars: {'; '.join(shares)}. " if shares else "") + "; ".join(parts)


def _caveat(found: Card, bars: pd.DataFrame) -> str:
    parts = ["What is listed is what a source says; a listed treatment is not a treatment that works for everybody."]
    if len(bars):
        parts.append(
            "Each bar is the observation with the most patients; nothing is pooled or added, and a patient can have several sites. "
            "Intervals (Wilson 95 %) cover sampling only, not how patients came to be counted."
        )
    if found.entity.class_ == "Organ" and len(bars):
        parts.append(
            "A bar is the share of that cancer's patients; it does not say which cancer most tumours here come from."
        )
    return " ".join(parts)


def _legend(bars: pd.DataFrame) -> list[tuple[str, str]]:
    if bars.empty:
        return []
    present = {
        ("bar-left", "share of patients"): True,
        ("whisker", "95 % interval"): True,
        ("bar-percent", "percentage printed, no count"): bars["from_percent"].any(),
        ("bar-own", "its own organ: growth or spread?"): bars["own_organ"].any(),
    }
    return [mark for mark, there in present.items() if there]


def _section(title: str, rows: pd.DataFrame, pair: str) -> dict[str, Any]:
    """A section as short lines, the first dozen of them."""
    lines = _said(rows, pair) if "stance" in rows else [_line(row) for row in rows.to_dict("records")]
    return {"title": title, "lines": lines[:_MOST], "rest": max(0, len(lines) - _MOST)}


def _said(rows: pd.DataFrame, pair: str) -> list[dict[str, str]]:
    """A line for each site (or cancer) that is said and not counted, first the one that most sources name."""
    lines = []
    for (name, stance), group in rows.groupby([pair, "stance"], sort=False):
        sources = sorted(group["source"].unique())
        strengths = ", ".join(sorted(group["strength"].dropna().unique()))
        refutes = "says it does not" if stance == "refutes" else ""
        lines.append((-len(sources), {"what": str(name), "more": chart.words(refutes, strengths, _few(sources))}))
    return [line for _, line in sorted(lines, key=lambda line: (line[0], line[1]["what"]))]


def _line(row: dict[Any, Any]) -> dict[str, str]:
    if "text" in row:
        return {"what": row["text"], "more": f"{row['aspect']}; {_key(row['source'])}"}
    emergency = "" if chart.missing(row.get("emergency")) or str(row["emergency"]).lower() != "true" else "emergency"
    more = chart.words(emergency, row.get("kind"), row.get("population"), _few(str(row["source"]).split(", ")))
    return {"what": row["other"], "more": more}


def _few(sources: list[str]) -> str:
    """The first sources, and how many more."""
    return ", ".join(sources[:2]) + (f" and {len(sources) - 2} more" if len(sources) > 2 else "")


def _key(source: str) -> str:
    return source.removeprefix("mkgs:")


def _keys(sections: dict[str, pd.DataFrame]) -> list[str]:
    """Keys of all sources that a section names."""
    named = (str(source) for rows in sections.values() for source in rows["source"])
    return [_key(key) for keys in named for key in keys.split(", ")]


def _table(sections: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """All rows of all sections, under the columns that they share."""
    import pandas as pd

    columns = {"aspect": "what", "other": "what", "text": "says", "frequency": "frequency", "marks": "marks"}
    tables = []
    for title, section in sections.items():
        rows = output.readable(title, section).astype(object)
        if "site" in rows:
            rows = rows.assign(what=rows["cancer"] + " → " + rows["site"])
        rows = rows.rename(columns={old: new for old, new in columns.items() if old in rows})
        rows = rows.assign(source=rows["source"].map(_key), section=title)
        tables.append(rows)
    if not tables:
        return pd.DataFrame({"section": ["nothing is known of it"]})
    whole = pd.concat(tables, ignore_index=True)
    order = (
        "section",
        "what",
        "says",
        "frequency",
        "ascertainment",
        "denominator",
        "strength",
        "kind",
        "population",
        "marks",
        "source",
    )
    shown = whole[[name for name in order if name in whole and whole[name].notna().any()]]
    return shown.where(shown.notna(), "")


# --- Places ---


def _drawing(found: Card, bars: pd.DataFrame) -> dict[str, Any]:
    shown = bars.head(_MOST)
    if shown.empty:
        return {"bars": [], "marks": [], "total": 0}
    axis = chart.Axis(_START, chart.WIDTH - 330, chart.top_of(list(shown["upper95"])))
    made = [_bar(row, found, axis, i) for i, row in enumerate(shown.itertuples())]
    bottom = len(made) * ROW + 4
    how, whom = shown["ascertainment"].iloc[0], shown["denominator"].iloc[0]
    return {
        "heading": f"Share of {chart.OF_WHOM[whom]} in whom the site was {chart.HOW_FOUND[how]}",
        "rest": len(bars) - len(shown),
        "bars": made,
        "marks": [{"row": i, "col": 0, "tip": bar.pop("tip")} for i, bar in enumerate(made)],
        "ticks": axis.ticks(),
        "bottom": bottom,
        "total": bottom + 54,
        "legend": chart.legend(_legend(shown), 0),
    }


def _bar(row: Any, found: Card, axis: chart.Axis, i: int) -> dict[str, Any]:
    end, low, high = (axis.at(value) for value in (row.proportion, row.lower95, row.upper95))
    own = "its own organ: growth and spread cannot be told apart" if row.own_organ else ""
    tip = (
        f"{row.cancer} → {row.site}",
        f"{chart.share(row.cases, row.patients, row.proportion)}, {chart.bounds(row.lower95, row.upper95)}",
        chart.words(own, row.population, row.source),
    )
    return {
        "name": chart.fit(chart.short(getattr(row, _other(found))), _START - 12, 15), "y": i * ROW + 18,
        "width": round(end - _START, 1), "low": low, "high": high,
        "label": chart.share(row.cases, row.patients, row.proportion),
        "source": chart.fit(row.source, 150, 13),
        "kind": "own" if row.own_organ else "hollow" if row.from_percent else "",
        "tip": "\n".join(tip),
    }  # fmt: skip

"""All counts of one pair of cancer and site with their intervals, by how and among whom they were counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from kg import chart
from kg.errors import KgError, NothingToDraw
from kg.output import percent
from kg.page import Picture

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

ORDER: Final = ("Autopsy", "EverRecorded", "AtDiagnosis", "FirstMetastasis", "Recurrence", "SampledSite")
"""From looking hardest to what is no frequency at all."""
ROW: Final = 25
_PLOT: Final = (536, 884)
_LEAST: Final = 0.001
"""Where the logarithmic axis starts."""


def draw(graph: Graph, cancer: str, site: str, axis: str = "linear") -> Picture:
    """Every observation of a cancer in a site with its interval; subtypes and parts of the site in a group below.

    `axis` is linear or log. Raises UnknownName, AmbiguousName, and KgError where nothing was counted of the pair.
    """
    if axis not in ("linear", "log"):
        raise KgError(f'"{axis}" is no axis; allowed: linear, log')
    rows = graph.spread(cancer, site, inferred=True)
    pair = (graph.resolve(cancer, "Cancer").label, graph.resolve(site, "Organ").label)
    drawn = _sorted(rows[rows["proportion"].notna() & (rows["measure"] == "Patients")])
    if drawn.empty:
        raise NothingToDraw(
            f"no source counted {pair[1]} in {pair[0]}; allowed: a pair that `kg show` lists as counted"
        )
    said = rows.drop(index=drawn.index)
    terms = graph.meanings({*drawn["ascertainment"], *drawn["denominator"]})
    return Picture(
        title=_title(drawn, pair),
        subtitle="Each mark is one source's share of patients with its 95 % interval, by how it was looked for and among whom.",
        template="forest.html",
        scripts=("chart.js", "forest.js", "download.js"),
        alt=_alt(drawn, pair, terms),
        data=_drawing(graph, drawn, pair, terms) | {"axis": axis, "said": [_said(row) for row in _records(said)]},
        table=_table(drawn, said),
        legend=_legend(drawn),
        words=[terms[term] for term in _used(drawn)],
        caveat=(
            "Sources are never pooled here: they counted other patients in other ways, and some share patients. Intervals (Wilson "
            "95 %) cover sampling only, not how patients came to be counted: a referral centre sees other patients than a registry. "
            "Rows of subtypes and of parts of the site are listed, never added up."
        ),
        sources=graph.citations(rows["source"]),
    )


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries, empty cells as None."""
    return [{str(k): None if chart.missing(v) else v for k, v in row.items()} for row in rows.to_dict("records")]


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    """Estimates and own rows first, by ascertainment, denominator and number of patients; sums and parts stay apart."""
    place = {name: i for i, name in enumerate(ORDER)}
    rows = rows.assign(inner=[a or b for a, b in zip(rows["inferred"], _rest_of_a_sum(rows), strict=True)])
    keys = rows.assign(
        how=rows["ascertainment"].map(place).fillna(len(place)),
        derived=(rows["kind"] != "estimate"),
        fewest=-rows["patients"].fillna(0).astype(int),
    )
    index = keys.sort_values(["inner", "how", "denominator", "derived", "fewest", "statement"]).index
    return rows.loc[index]


def _rest_of_a_sum(rows: pd.DataFrame) -> list[bool]:
    """Whether a row counts the other types of a group whose sum, of the same source, stands among the rows too."""
    way = ["source", "denominator", "ascertainment", "cancer_id"]
    sums = {tuple(row) for *row, parts in rows[[*way, "sum_of"]].dropna().to_numpy() if row[-1] in parts.split("|")}
    return [tuple(row) in sums and chart.missing(parts) for *row, parts in rows[[*way, "sum_of"]].to_numpy()]


# --- Words ---


def _used(rows: pd.DataFrame) -> list[str]:
    how = [name for name in ORDER if (rows["ascertainment"] == name).any()]
    return how + sorted(rows["denominator"].unique())


def _firm(rows: pd.DataFrame) -> pd.DataFrame:
    """Frequencies that a title may name: of enough patients, of the pair itself if there are any, not of biopsies."""
    firm = rows[(rows["patients"] >= chart.SURE) & (rows["ascertainment"] != "SampledSite")]
    return firm[~firm["inner"]] if not firm["inner"].all() else firm


def _title(rows: pd.DataFrame, pair: tuple[str, str]) -> str:
    name, firm = f"{chart.capital(pair[0])} in {pair[1]}", _firm(rows)
    if rows["own_organ"].all():
        return f"{name}: its own organ, where growth and spread cannot be told apart"
    if firm.empty:
        return f"{name}: counted in {len(rows)} ways, none of them a firm share of patients"
    ranked = _records(firm.sort_values("proportion"))
    low, high = ranked[0], ranked[-1]
    if len(firm) == 1 or low["proportion"] == high["proportion"]:
        return f"{name}: {_share(high)} {_how(high)}"
    return f"{name}: {_share(low)} {_how(low)}, {_share(high)} {_how(high)}"


def _how(row: Any) -> str:
    return chart.AT.get(row["ascertainment"] or "", "")


def _share(row: Any) -> str:
    return chart.share(row["cases"], row["patients"], row["proportion"])


def _alt(rows: pd.DataFrame, pair: tuple[str, str], terms: dict[str, tuple[str, str]]) -> str:
    groups = [
        f"{terms[str(how)][0]} of {terms[str(whom)][0]}: {len(group)}, {100 * group['proportion'].min():.0f} to "
        f"{100 * group['proportion'].max():.0f} % of {group['patients'].min():,} to {group['patients'].max():,} patients"
        for (how, whom), group in rows[~rows["inner"] & (rows["patients"] >= chart.SURE)].groupby(
            ["ascertainment", "denominator"], sort=False
        )
    ]
    inner = int(rows["inner"].sum())
    return (
        f"Forest plot of {pair[0]} in {pair[1]}. {'; '.join(groups)}. Of subtypes and parts of the site: {inner} rows."
    )


def _legend(rows: pd.DataFrame) -> list[tuple[str, str]]:
    present = {
        ("counted", "counted, with its 95 % interval"): True,
        ("percent-only", "source prints a percentage, no count"): rows["from_percent"].any(),
        ("estimate", "estimate from three or more sources"): (rows["kind"] == "estimate").any(),
        ("own-point", "its own organ: growth or spread?"): rows["own_organ"].any(),
        ("beyond", "goes on to 0 (on the log axis)"): (rows["lower95"] < _LEAST).any(),
    }
    return [mark for mark, there in present.items() if there]


def _said(row: dict[str, Any]) -> str:
    """What a source says without a count that could be drawn."""
    stance = "Says it does not: " if row["stance"] == "refutes" else ""
    number = row["percent"] or row["percent_range"]
    numbers = chart.words(
        f"{number} %" if number else None,
        f"of {row['patients']:,} patients" if row["patients"] else ("n not stated" if number else None),
        {"OnlySite": "as the only site", "Lesions": "of metastases", "CumulativeIncidence": "cumulative"}.get(
            row["measure"] or ""
        ),
        row["denominator"] and chart.OF_WHOM.get(row["denominator"]),
        _how(row),
    ).replace(";", ",")
    said = chart.words(row["strength"], row["wording"] and f"“{row['wording']}”", numbers, row["population"])
    return f"{stance}{row['cancer']} → {row['site']}: {said or 'mentioned'} ({row['source']}, tier {row['tier']})"


def _table(drawn: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    rows = pd.concat([drawn, said]) if len(said) else drawn
    numbers = rows[["cases", "patients", "proportion", "lower95", "upper95"]].assign(printed=rows["percent"].fillna(""))
    marks = [
        chart.words(
            "" if row["kind"] == "observation" else row["kind"],
            "own organ" if row["own_organ"] else "",
            "from a percentage" if row["from_percent"] else "",
            "inferred" if row["inferred"] else "",
            "refutes" if row["stance"] == "refutes" else "",
            row["strength"],
        )
        for row in rows.to_dict("records")
    ]
    table = rows.assign(frequency=[percent(*row) for row in numbers.itertuples(index=False)], marks=marks)
    return table[
        ["cancer", "site", "frequency", "ascertainment", "denominator", "population", "marks", "source", "tier"]
    ].fillna("")  # fmt: skip


# --- Places ---


def _drawing(
    graph: Graph, rows: pd.DataFrame, pair: tuple[str, str], terms: dict[str, tuple[str, str]]
) -> dict[str, Any]:
    years = dict(zip(graph.sources()["source"].str.removeprefix("mkgs:"), graph.sources()["year"], strict=True))
    high = chart.top_of(list(rows["upper95"]))
    axes = {"linear": chart.Axis(*_PLOT, high), "log": chart.Axis(*_PLOT, high, _LEAST)}
    lines = list(_lines(rows, pair, terms, axes, years))
    top = 44
    for line in lines:
        top += 16 if line.get("big") else 0
        line["y"] = top
        top += ROW
    marks = [line for line in lines if "tip" in line]
    places = chart.legend(_legend(rows), 0)
    return {
        "total": top + 30 + places[-1]["y"],
        "bottom": top - ROW + 8,
        "plot": _PLOT,
        "heads": [line for line in lines if "tip" not in line],
        "points": marks,
        "marks": [
            {"row": i, "col": 0, "tip": mark.pop("tip"), "x": mark.pop("places")} for i, mark in enumerate(marks)
        ],
        "ticks": {name: axis_.ticks() for name, axis_ in axes.items()},
        "legend": places,
        "legend_top": top + 10,
        "inferred": int(rows["inner"].sum()),
    }


def _lines(
    rows: pd.DataFrame,
    pair: tuple[str, str],
    terms: dict[str, tuple[str, str]],
    axes: dict[str, chart.Axis],
    years: dict[str, Any],
) -> Iterator[dict[str, Any]]:
    """Headings and marks, line after line."""
    inner = False
    for (inferred, how, whom), group in rows.groupby(["inner", "ascertainment", "denominator"], sort=False):
        if inferred and not inner:
            inner = True
            yield {"head": "Subtypes of the cancer, or parts of the site", "inferred": True, "big": True}
        head = f"{chart.capital(terms[str(how)][0])}, of {terms[str(whom)][0]}"
        head += ": what was biopsied, not how often it is involved" if how == "SampledSite" else ""
        yield {"head": head, "inferred": bool(inferred), "big": False}
        for row in _records(group):
            yield _line(row, pair, axes, years)


def _line(
    row: dict[str, Any], pair: tuple[str, str], axes: dict[str, chart.Axis], years: dict[str, Any]
) -> dict[str, Any]:
    what = chart.words(*(row[name] for name, whole in zip(("cancer", "site"), pair, strict=True) if row[name] != whole))
    kind = (
        "estimate" if row["kind"] == "estimate"
        else "own" if row["own_organ"]
        else "percent-only" if row["from_percent"]
        else "counted"
    )  # fmt: skip
    year = years.get(row["source"])
    return {
        "kind": kind,
        "inferred": bool(row["inner"]),
        "label": chart.fit(chart.words(what, row["population"]) or "all patients of the source", 290),
        "source": chart.fit(row["source"], 155, 13) + ("" if chart.missing(year) else f", {year}"),
        "number": _share(row),
        "bounds": chart.bounds(row["lower95"], row["upper95"]).removeprefix("95 % ") if row["patients"] >= chart.SURE else "",
        "places": {name: [axis.at(row[end]) for end in ("proportion", "lower95", "upper95")] for name, axis in axes.items()},
        "beyond": row["lower95"] < _LEAST,
        "tip": "\n".join(
            (
                f"{row['cancer']} → {row['site']}",
                f"{_share(row)}, {chart.bounds(row['lower95'], row['upper95'])}",
                chart.words(
                    "estimate of several sources" if kind == "estimate" else "",
                    "its own organ: growth and spread cannot be told apart" if row["own_organ"] else "",
                    "the source prints a percentage, no count" if row["from_percent"] else "",
                    row["population"],
                    row["cohort"],
                    f"{row['source']}, tier {row['tier']}",
                ),
            )
        ),
    }  # fmt: skip

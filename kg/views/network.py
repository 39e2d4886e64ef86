"""The spread network: cancers on the left, sites on the right, a line as wide as the share of patients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg.analyses.cohorts import without_summed
from kg.analyses.profile import one_a_pair
from kg.errors import KgError
from kg.page import Picture

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

CANCER_COLOUR: Final = "#b3410c"
SITE_COLOUR: Final = "#0b5a8f"
THRESHOLD: Final = {"overview": 40, "local": 5}
"""Per cent of patients below which a line is not shown at first: a picture of all cancers starts with the strongest."""
_ROW: Final = 28
_SIDE: Final = 240
_LEAST_SITES: Final = 10


def draw(graph: Graph, cancer: str | None = None, site: str | None = None) -> Picture:
    """Cancers and the sites they spread to, ever recorded among patients whose cancer had spread.

    Without a cancer or a site: all cancers counted at ten sites or more, sums instead of their parts.
    """
    rows = without_summed(one_a_pair(graph.spread(cancer, site, inferred=True)))
    rows = rows[(rows["cases"] != 0) & ~rows["own_organ"]]
    if not cancer:
        sites = rows.groupby("cancer_id")["site_id"].transform("nunique")
        rows = rows[sites >= _LEAST_SITES] if not site else rows
    if rows.empty:
        raise KgError(
            "nothing was counted of that, ever recorded among metastatic patients; allowed: another cancer or site"
        )
    rows = rows.sort_values(["cancer", "proportion"], ascending=[True, False]).reset_index(drop=True)
    return Picture(
        title=_title(rows),
        subtitle="A line's width is the share of patients with that site ever recorded, of patients whose cancer had spread.",
        template="network.html",
        scripts=("vis-network.min.js", "network.js"),
        alt=f"{rows['cancer'].nunique()} cancers on the left joined to {rows['site'].nunique()} sites on the right by {len(rows)} lines",
        data=_drawing(rows),
        table=_table(rows),
        legend=[("cancer", "cancer"), ("site", "site"), ("wide", "many patients"), ("thin", "few patients")],
        caveat=(
            "Each line is one observation, the one with the most patients; observations are never pooled or added. A patient can have "
            "several sites. Sites that are the cancer's own organ are left out: local growth cannot be told from spread there. "
            "Most figures come from one referral hospital and were recovered from published correlations."
        ),
        sources=graph.citations(rows["source"]),
    )


def _title(rows: pd.DataFrame) -> str:
    top = rows.iloc[int(rows["proportion"].argmax())]
    cancers = rows["cancer"].nunique()
    if cancers == 1:
        return f"{_capital(top['cancer'])} spreads most often to {top['site']}: {_share(top)}"
    return f"Where {cancers} cancers spread: {top['cancer']} to {top['site']} most often, {_share(top)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _share(row: Any) -> str:
    count = f"{row['cases']:,}/{row['patients']:,}" if row["cases"] == row["cases"] else f"of {row['patients']:,}"
    return f"{100 * row['proportion']:.0f} % ({count})"


def _drawing(rows: pd.DataFrame) -> dict[str, Any]:
    """What the script draws, made with pyvis' model of a network."""
    from pyvis.network import Network

    cancers = sorted(
        rows["cancer_id"].unique(), key=lambda id_: rows.loc[rows["cancer_id"] == id_, "cancer"].iloc[0].lower()
    )
    weights = rows.groupby("site_id")["proportion"].sum()
    sites = sorted(rows["site_id"].unique(), key=lambda id_: -weights[id_])
    height = _ROW * max(len(cancers), len(sites)) + 60
    net = Network(directed=True)
    for side, ids, name, kind, shape, colour in (
        ("left", cancers, "cancer", "cancer", "dot", CANCER_COLOUR),
        ("right", sites, "site", "site", "square", SITE_COLOUR),
    ):
        names = dict(zip(rows[f"{name}_id"], rows[name], strict=True))
        for i, id_ in enumerate(ids):
            y = (i + 0.5) * (height - 40) / len(ids) - (height - 40) / 2
            x = -_SIDE if side == "left" else _SIDE
            net.add_node(
                id_,
                label=names[id_],
                name=names[id_],
                kind=kind,
                side=side,
                x=x,
                y=y,
                shape=shape,
                size=8,
                color=colour,
                physics=False,
            )
    for i, row in enumerate(rows.to_dict("records")):
        percent = 100 * row["proportion"]
        net.add_edge(
            row["cancer_id"], row["site_id"], id=i, width=0.6 + percent / 8, arrows="", share=_share(row), percent=percent,
            tip=f"{row['cancer']} to {row['site']}: {_share(row)}, 95 % {100 * row['lower95']:.1f}-{100 * row['upper95']:.1f} ({row['source']})",
            color={"color": CANCER_COLOUR, "opacity": round(0.15 + 0.7 * min(1.0, percent / 65), 2)},
        )  # fmt: skip
    nodes = [node | {"tip": f"{node['name']} ({node['kind']})"} for node in net.nodes]
    return {
        "nodes": nodes,
        "edges": net.edges,
        "threshold": THRESHOLD["local" if len(cancers) == 1 or len(sites) == 1 else "overview"],
        "options": _options(height, rows),
    }


def _options(height: int, rows: pd.DataFrame) -> dict[str, Any]:
    """Options of vis-network, and a width that leaves room for the longest name on each side."""
    left, right = (8 * rows[name].str.len().max() + room for name, room in (("cancer", 40), ("site", 170)))
    smooth = {"enabled": True, "type": "cubicBezier", "forceDirection": "horizontal", "roundness": 0.55}
    return {
        "height": height,
        "width": int(2 * _SIDE + left + right),
        "centre": int(right - left) // 2,
        "font": 15,
        "vis": {
            "physics": {"enabled": False},
            "edges": {"smooth": smooth},
            "interaction": {"hover": True, "tooltipDelay": 80, "dragNodes": False, "zoomView": False},
        },
    }


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    from kg.output import percent

    numbers = rows[["cases", "patients", "proportion", "lower95", "upper95"]]
    return rows.assign(frequency=[percent(*row) for row in numbers.itertuples(index=False)])[
        ["cancer", "site", "frequency", "ascertainment", "denominator", "population", "source"]
    ].fillna("")

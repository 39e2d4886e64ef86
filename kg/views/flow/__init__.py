"""From a cancer by its routes to its sites, or from all cancers by their routes to one site; bands as wide as the share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import chart
from kg.analyses import series
from kg.errors import KgError
from kg.page import Picture
from kg.views.body.figure import figure
from kg.views.flow import bands, places, words

if TYPE_CHECKING:
    from kg.graph import Graph


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
    series.check(denominator, ascertainment)
    body = figure(graph)
    if cancer:
        flow = bands.from_cancer(graph, body, graph.resolve(cancer, "Cancer"), site, (denominator, ascertainment))
    elif site:
        way = (denominator or bands.USUAL[0], ascertainment or bands.USUAL[1])
        flow = bands.to_site(graph, body, graph.resolve(site, "Organ"), way)
    else:
        raise KgError("a flow needs an end; allowed: cancer, site, or both")
    labels = graph.meanings({*flow.rows["route"], *flow.way} - {""})
    tips = [words.tip(row, flow, labels, body) for row in chart.rows(flow.rows)]
    keys = [*flow.rows["source"].dropna(), *(key for cell in flow.rows["sources"] for key in cell.split("|") if key)]
    return Picture(
        title=words.title(flow, labels),
        subtitle=words.subtitle(flow),
        template="flow.html",
        scripts=("chart.js", "flow.js", "download.js"),
        alt=words.alt(flow, labels),
        data=places.drawing(flow, labels, tips),
        table=words.table(flow, labels),
        legend=words.legend(flow),
        words=[labels[term] for term in (*flow.way, *bands.in_order(flow)) if term],
        caveat=words.caveat(flow),
        sources=graph.citations(keys),
    )

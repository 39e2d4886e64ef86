"""The map of spread: a body with arrows from where a cancer starts to where it goes, or from all cancers to one site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.analyses import series
from kg.errors import FormatError
from kg.views.body import reverse, spread
from kg.views.body.figure import SEXES

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.page import Picture


def draw(
    graph: Graph,
    cancer: str | None = None,
    site: str | None = None,
    denominator: str = "MetastaticPatients",
    ascertainment: str = "EverRecorded",
    sex: str | None = None,
) -> Picture:
    """Where a cancer spreads; with a site and no cancer: which cancers come there.

    Shows one series of observations at first, of the given denominator and ascertainment where there is one; the page
    holds all others. Raises FormatError for a denominator, ascertainment or sex that does not exist.
    """
    series.check(denominator, ascertainment)
    if sex not in (None, *SEXES):
        raise FormatError(f'"{sex}" is no sex that is drawn; allowed: {", ".join(SEXES)}')
    if cancer:
        return spread.draw(graph, cancer, (denominator, ascertainment), sex)
    if site:
        return reverse.draw(graph, site, sex)
    raise FormatError("the body needs a cancer or a site; allowed: --cancer NAME, --site NAME")

"""The network: one entity and all it is joined to, or all cancers and their sites, opened hop by hop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import NothingToDraw
from kg.page import Picture
from kg.views.network import lines, places, words
from kg.views.network.known import compact

if TYPE_CHECKING:
    from kg.graph import Graph


def draw(graph: Graph, cancer: str | None = None, site: str | None = None, name: str | None = None) -> Picture:
    """The network: conditions, organs, symptoms and treatments around a cancer, a site or any name, hop by hop.

    Without a name: all cancers counted at ten sites or more and where they go, sums instead of their parts. A cancer
    without symptoms and treatments of its own brings those of its kinds that have them, as what they are.
    """
    asked = ((cancer, "Cancer"), (site, "Organ"), (name, "Entity"))
    data = compact(graph) | {"most": places.MOST, "thresholds": lines.THRESHOLD}
    ids = [node[0] for node in data["nodes"]]
    wanted = [graph.resolve(given, kind) for given, kind in asked if given]
    for entity in wanted:
        if entity.id not in ids:
            raise NothingToDraw(f'nothing is joined to "{entity.label}"; allowed: an entity that a statement names')
    data["centres"] = centres = lines.with_kinds(data, [ids.index(entity.id) for entity in wanted])
    data["threshold"] = lines.THRESHOLD["local" if centres else "overview"]
    drawn = lines.first(data)
    if not drawn:
        raise NothingToDraw(
            "nothing was counted at ten sites, ever recorded among metastatic patients; allowed: a name"
        )
    data["still"] = places.drawing(data, drawn)
    used = {data["sources"][line.statement[0]][0] for line in drawn if line.statement}
    return Picture(
        title=words.title(data, drawn),
        subtitle=(
            "Width: share of patients with the site ever recorded, of those whose cancer had spread. "
            "Figures beside names belong to the name in bold."
            if centres
            else "Width: share of patients with the site ever recorded, of those whose cancer had spread."
        ),
        template="network.html",
        scripts=("vis-network.min.js", "network.js", "download.js"),
        alt=words.alt(data, drawn),
        data=data,
        table=words.table(data, drawn),
        words=list(graph.meanings([term for way in data["ways"] for term in way[2:]]).values()),
        caveat=(
            "A line is drawn by one observation, that with the most patients; observations are never pooled or added. A patient can "
            "have several sites. Sites that are the cancer's own organ are left out: local growth cannot be told from spread there. "
            "Being listed for a condition is not proof of effect. Wilson intervals cover sampling only, not how patients came to be "
            "counted: most figures come from one referral hospital and were recovered from published correlations. * a source's own group of sites. "
            f"Of {data['further']:,} further counts of other patients by the same sources the panel says how many; `kg show NAME --all` lists them."
        ),
        sources=graph.citations(used),
    )

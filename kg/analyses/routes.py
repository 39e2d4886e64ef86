"""By which vessels can a cancer reach a site? The shortest chain of drainage from where it arises."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from kg.analyses.places import Pairs

MOST_STEPS: Final = 6
_INFERRED: Final = "ECO:0000205"
_INFERRED_WEIGHT: Final = 3
"""An inferred step is taken only where naming the vessels would take more than three stated ones."""


VESSELS: Final = {
    "Portal": "UBERON:0001639",
    "Caval": "UBERON:0001072",
    "VertebralPlexus": "UBERON:0039259",
    "ThoracicDuct": "UBERON:0001631",
}
"""The vessel that a named route is called after."""


class Chain(NamedTuple):
    """Organs along a way, whether a step of it is inferred, and who states the steps."""

    organs: tuple[str, ...]
    medium: str
    inferred: bool
    sources: tuple[str, ...]


def network(drainage: pd.DataFrame) -> nx.DiGraph[str]:
    """Drainage as a network, an edge an organ and its target; a step is inferred where nobody states it."""
    import networkx as nx

    made: nx.DiGraph[str] = nx.DiGraph()
    for (organ, target), rows in drainage.groupby(["organ", "target"], sort=True):
        stated = rows[rows["evidence"] != _INFERRED]
        shown = stated if len(stated) else rows
        made.add_edge(
            str(organ),
            str(target),
            weight=1 if len(stated) else _INFERRED_WEIGHT,
            inferred=not len(stated),
            medium=str(shown["medium"].iloc[0]),
            sources=sorted(set(shown["source"].str.removeprefix("mkgs:"))),
        )
    return made


def chain(
    drains: nx.DiGraph[str], origins: Iterable[str], targets: Collection[str], beds: Collection[str]
) -> Chain | None:
    """The lightest chain from an origin to a target that passes through no capillary bed, where cells would lodge.

    >>> import pandas as pd
    >>> steps = pd.DataFrame(
    ...     [("colon", "portal", "vein", "ECO:0000204", "a"), ("portal", "liver", "capillary_bed", "ECO:0000204", "b")],
    ...     columns=["organ", "target", "medium", "evidence", "source"])
    >>> chain(network(steps), ["colon"], {"liver"}, {"liver"})
    Chain(organs=('colon', 'portal', 'liver'), medium='vein', inferred=False, sources=('a', 'b'))
    """
    import networkx as nx

    starts = {one for one in origins if one in drains}
    if not starts or starts & set(targets):
        return None
    shut = set(beds) - set(targets) - starts
    open_ways = drains.subgraph(set(drains) - shut)
    far = nx.multi_source_dijkstra_path_length(open_ways, starts)
    nearest = min((one for one in targets if one in far), key=lambda one: (far[one], one), default=None)
    if nearest is None:
        return None
    _, way = nx.multi_source_dijkstra(open_ways, starts, target=nearest)
    if len(way) > MOST_STEPS + 1:
        return None
    steps = [drains.edges[pair] for pair in pairwise(way)]
    return Chain(
        organs=tuple(way),
        medium=steps[0]["medium"],
        inferred=any(step["inferred"] for step in steps),
        sources=tuple(sorted({source for step in steps for source in step["sources"]})),
    )


def along(
    drains: nx.DiGraph[str], origins: Iterable[str], site: str, named: Iterable[str], beds: Collection[str]
) -> Chain | None:
    """A chain to the vessel of a route that sources name, and on to the site: that last step is inferred."""
    for route in named:
        way = chain(drains, origins, {VESSELS[route]}, beds) if route in VESSELS else None
        if way:
            return way._replace(organs=(*way.organs, site), inferred=True)
    return None


def beds(drainage: pd.DataFrame) -> frozenset[str]:
    """Organs that are the next capillary bed of another."""
    return frozenset(drainage.loc[drainage["medium"] == "capillary_bed", "target"])


def inside(organ: str, within: Pairs) -> frozenset[str]:
    """An organ and all that lies within it."""
    return frozenset({organ, *(part for part, above in within.items() if organ in above)})

"""The whole graph: every entity and relation on one map, to be zoomed into like one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from math import cos, pi, sin, sqrt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg import chart
from kg.errors import NothingToDraw
from kg.page import Picture
from kg.views.network.known import KINDS, RELATIONS

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from kg.citations import Citation
    from kg.graph import Graph

WIDTH: Final = 876
HEIGHT: Final = 520
FOOT: Final = 30
"""Room for the legend."""
_STEPS: Final = 900
_FILLED: Final = 0.22
"""Part of the frame that discs cover."""
LEAST: Final = 5
"""Cancers that make their most frequent site a group of its own."""
MOST: Final = 14
"""Sites that have a group of their own."""
_SIDES: Final = {
    "treatments": (-420, -130),
    "metastases, complications": (-420, 150),
    "symptoms": (420, -130),
    "other sites": (420, 160),
    "cancers of other sites": (-90, 220),
    "cancers, no site said": (90, 220),
}
"""Where the groups are drawn to that are no site."""
_STATEMENTS: Final = tuple(RELATIONS)[:-1]
_BUNDLES: Final = 70
"""Bundles of relations between groups that are drawn from afar."""
_USUAL: Final = ("mkg:EverRecorded", "mkg:MetastaticPatients")
_GOLDEN: Final = pi * (3 - sqrt(5))


class Group(NamedTuple):
    """What stands together on the map: a site with the cancers that reach it most, or a kind of entity."""

    name: str
    members: list[str]


def draw(graph: Graph) -> Picture:
    """The whole graph: every entity and every relation, far away as groups, nearer with names and lines."""
    return picture(graph.to_networkx(), graph.citations)


def picture(network: nx.MultiDiGraph[str], cited: Callable[[Iterable[str]], list[Citation]]) -> Picture:
    """The map of any network whose nodes have label and kind, and whose edges have predicate and source.

    Raises KgError for one without edges.
    """
    if not network.number_of_edges():
        raise NothingToDraw("the network has no relation; allowed: a graph with statements")
    links = _links(network)
    groups = grouped(network)
    discs = _apart(groups)
    places = {one: place for group, disc in zip(groups, discs, strict=True) for one, place in _sunflower(group, disc)}
    order = sorted(network, key=lambda one: (network.nodes[one]["label"].lower(), one))
    number = {one: i for i, one in enumerate(order)}
    sources = sorted({source for found in links.values() for source in found})
    of_source = {source: i for i, source in enumerate(sources)}
    of_kind = {name: i for i, name in enumerate(KINDS)}
    table = _table(network, links, order)
    return Picture(
        title=_title(network, links, groups),
        subtitle="A cancer stands at the site with the largest share of its patients, or else the site most statements name.",
        template="whole.html",
        scripts=("whole.js", "download.js"),
        alt=(
            f"Map of {network.number_of_nodes():,} entities in {len(groups)} groups joined by {len(links):,} relations: "
            + chart.listed([f"{group.name} ({len(group.members)})" for group in groups])
        ),
        data={
            "nodes": [
                [one, network.nodes[one]["label"], of_kind[network.nodes[one]["kind"]], *places[one]] for one in order
            ],
            "links": [
                [number[start], number[end], _STATEMENTS.index(relation), *(of_source[source] for source in found)]
                for (start, relation, end), found in links.items()
            ],
            "sources": [str(citation).split(": ", 1)[-1] for citation in cited(sources)],
            "keys": sources,
            "kinds": [[name, *kind] for name, kind in KINDS.items()],
            "relations": list(RELATIONS.values())[:-1],
            "groups": [
                [_named(group), round(x), round(y), round(r), round(min(max(x, _half(group)), WIDTH - _half(group)))]
                for group, (x, y, r) in zip(groups, discs, strict=True)
            ],
            "size": [WIDTH, HEIGHT],
            "still": _still(network, groups, discs, places, links),
        },
        table=table,
        caveat=(
            "A relation is what at least one source says or counts of a pair; thickness between groups is the number of relations, not of "
            "patients. Counts, intervals and who said what of whom: the network and the cards. `kg export` writes every "
            "relation with its statements; the table counts them for each entity."
        ),
        sources=cited(sources),
    )


Link = tuple[str, str, str]


def _links(network: nx.MultiDiGraph[str]) -> dict[Link, list[str]]:
    """A relation of a pair once, with the sources that state it."""
    found: dict[Link, set[str]] = defaultdict(set)
    for start, end, edge in network.edges(data=True):
        found[start, edge["predicate"].removeprefix("mkg:"), end].add(edge["source"].removeprefix("mkgs:"))
    return {link: sorted(sources) for link, sources in sorted(found.items())}


# --- Who stands where ---


def grouped(network: nx.MultiDiGraph[str]) -> list[Group]:
    """Sites with the cancers that reach them most, and what is left by kind; the largest group first.

    "Most" is the largest share of patients, ever recorded among those whose cancer had spread, of at least twenty; of
    a cancer that was not counted so, the site that most statements name.
    """
    of_site: dict[str, list[str]] = defaultdict(list)
    rest: dict[str, list[str]] = defaultdict(list)
    degree, kinds = dict(network.degree()), _kinds(network)
    for one in sorted(network, key=lambda one: (-degree[one], one)):
        kind = kinds[one]
        if kind == "Cancer":
            site = _most(network, one)
            (of_site[site] if site else rest["cancers, no site said"]).append(one)
        elif kind != "Organ":
            rest["metastases, complications" if kind in ("Metastasis", "Complication") else f"{kind.lower()}s"].append(
                one
            )
    large = sorted(of_site, key=lambda site: (-len(of_site[site]), site))[:MOST]
    hubs = {site for site in large if len(of_site[site]) >= LEAST}
    rest["cancers of other sites"] = [one for site, cancers in of_site.items() if site not in hubs for one in cancers]
    rest["other sites"] = [one for one in network if kinds[one] == "Organ" and one not in hubs]
    groups = [Group(network.nodes[site]["label"], [site, *of_site[site]]) for site in hubs]
    groups += [Group(name, members) for name, members in rest.items() if members]
    return sorted(groups, key=lambda group: (-len(group.members), group.name))


def _kinds(network: nx.MultiDiGraph[str]) -> dict[str, str]:
    return {one: attributes["kind"] for one, attributes in network.nodes.items()}


def _most(network: nx.MultiDiGraph[str], cancer: str) -> str | None:
    """The site that a cancer reaches most."""
    shares: dict[str, float] = defaultdict(float)
    named: Counter[str] = Counter()
    for _, site, edge in network.out_edges(cancer, data=True):
        if edge["predicate"] == "mkg:spreadsTo":
            named[site] += 1
            way = edge.get("ascertainment"), edge.get("denominator")
            if way == _USUAL and "proportion" in edge and edge["patients"] >= chart.SURE:
                shares[site] = max(shares[site], edge["proportion"])
    return max(named, key=lambda site: (shares[site], named[site], site), default=None)


def _between(groups: list[Group], links: Iterable[Link]) -> Iterator[tuple[int, int]]:
    """Each relation as the two groups it joins."""
    of = {one: i for i, group in enumerate(groups) for one in group.members}
    for start, _, end in links:
        if of[start] != of[end]:
            yield min(of[start], of[end]), max(of[start], of[end])


Disc = tuple[float, float, float]


def _apart(groups: list[Group]) -> list[Disc]:
    """Discs as large as their groups, kinds at the sides, sites between them, all in the frame, no name on another.

    Without chance: a site starts on a spiral, the largest in the middle.
    """
    each = sqrt(_FILLED * WIDTH * HEIGHT / pi / sum(len(group.members) for group in groups))
    radii = [each * sqrt(len(group.members)) + 10 for group in groups]
    halves = [(max(r, _half(group)) + 3, r + 12) for group, r in zip(groups, radii, strict=True)]
    middle, ends = (WIDTH / 2, (HEIGHT - FOOT) / 2), (WIDTH, HEIGHT - FOOT)
    spiral = ((90 * sqrt(i) * cos(i * _GOLDEN), 50 * sqrt(i) * sin(i * _GOLDEN)) for i in range(len(groups)))
    homes = [_SIDES.get(group.name) or next(spiral) for group in groups]
    places = [[middle[0] + x, middle[1] + y] for x, y in homes]
    for step in range(_STEPS):
        pull = 0.02 * max(0.0, 1 - 1.5 * step / _STEPS)
        for a, place in enumerate(places):
            for axis in (0, 1):
                home = middle[axis] + (homes[a][axis] if groups[a].name in _SIDES else 0)
                place[axis] += pull * (home - place[axis])
            for b in range(a):
                gaps = [abs(place[axis] - places[b][axis]) - halves[a][axis] - halves[b][axis] for axis in (0, 1)]
                if max(gaps) < 0:
                    axis = gaps.index(max(gaps))
                    move = gaps[axis] / (2 if place[axis] < places[b][axis] else -2)
                    place[axis] += move
                    places[b][axis] -= move
        for place, half in zip(places, halves, strict=True):
            place[:] = (min(max(place[axis], half[axis]), ends[axis] - half[axis]) for axis in (0, 1))
    return [(x, y + 8, r) for (x, y), r in zip(places, radii, strict=True)]


def _named(group: Group) -> str:
    return f"{chart.fit(chart.short(group.name), 205, 15)} ({len(group.members)})"


def _half(group: Group) -> float:
    """Half the width of a group's name."""
    return chart.wide(_named(group), 16) / 2


def _sunflower(group: Group, disc: Disc) -> Iterator[tuple[str, tuple[float, float]]]:
    """The members of a group spread evenly over its disc, the first in the middle."""
    x, y, radius = disc
    step = 0.86 * radius / sqrt(len(group.members))
    for i, one in enumerate(group.members):
        far = step * sqrt(i)
        yield one, (round(x + far * cos(i * _GOLDEN), 1), round(y + far * sin(i * _GOLDEN), 1))


# --- What is drawn from afar ---


def _still(
    network: nx.MultiDiGraph[str],
    groups: list[Group],
    discs: list[Disc],
    places: dict[str, tuple[float, float]],
    links: Iterable[Link],
) -> dict[str, Any]:
    bundles = Counter(_between(groups, links)).most_common(_BUNDLES)
    most = bundles[0][1] if bundles else 1
    dots = {
        name: "".join(f"M{places[one][0]:g} {places[one][1]:g}h0" for one in network if network.nodes[one]["kind"] == name)
        for name in KINDS
    }  # fmt: skip
    room = sqrt(sum(r * r for _, _, r in discs) / max(1, len(places)))
    return {
        "dot": round(min(9.0, max(2.5, 0.9 * room)), 1),
        "dots": dots,
        "legend": [
            item | {"y": HEIGHT - 12}
            for item in chart.legend(
                [(name, name.lower() if name != "Organ" else "site") for name in KINDS if dots[name]], 0, 10_000
            )
        ],
        "bundles": [
            {"d": _bow(discs[a], discs[b]), "width": round(1 + 15 * count / most, 1), "count": count, "pair": [a, b]}
            for (a, b), count in bundles
        ],
    }


def _bow(start: Disc, end: Disc) -> str:
    (x1, y1, _), (x2, y2, _) = start, end
    middle = (x1 + x2) / 2 + 0.12 * (y2 - y1), (y1 + y2) / 2 - 0.12 * (x2 - x1)
    return f"M{x1:.0f} {y1:.0f}Q{middle[0]:.0f} {middle[1]:.0f} {x2:.0f} {y2:.0f}"


# --- Words ---


def _title(network: nx.MultiDiGraph[str], links: Iterable[Link], groups: list[Group]) -> str:
    kinds = _kinds(network)
    size = f"{network.number_of_nodes():,} entities, {len(list(links)):,} relations"
    hubs = [group for group in groups if kinds[group.members[0]] == "Organ" and group.name != "other sites"]
    if len(hubs) < 2:
        return f"The whole graph: {size}"
    cancers = sum(kind == "Cancer" for kind in kinds.values())
    names = [(len(group.members) - 1, chart.short(group.name).removesuffix("*")) for group in hubs[:2]]
    return f"{size}: {names[0][0]} of {cancers} cancers reach {names[0][1]} most, {names[1][0]} {names[1][1]}"


def _table(network: nx.MultiDiGraph[str], links: Iterable[Link], order: list[str]) -> pd.DataFrame:
    import pandas as pd

    counts: Counter[tuple[str, str]] = Counter()
    for start, relation, end in links:
        counts.update({(start, relation), (end, relation)})
    titles = ["spread", "origin", "location", "symptoms", "complications", "treatment", "relief", "drainage"]
    rows = [
        [network.nodes[one]["label"], network.nodes[one]["kind"], sum(row), *(count or "" for count in row)]
        for one in order
        for row in [[counts[one, relation] for relation in _STATEMENTS]]
    ]
    return pd.DataFrame(rows, columns=["name", "kind", "relations", *titles])

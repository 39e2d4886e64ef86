"""All pictures of all cancers and sites -> one page, with a search and an address for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg import book
from kg.errors import NothingToDraw
from kg.page import render

if TYPE_CHECKING:
    from kg.graph import Graph

OVERVIEWS: Final = ("heatmap", "network", "whole", "evidence", "quiz")
"""Pictures of everything, which belong to no cancer and no site."""
FOREST: Final = 5
"""Sources that must count a pair before it gets a forest of its own here."""
ALL: Final = "all"


class Wanted(NamedTuple):
    """A picture: the chapter it stands in, its name there, and what is asked for."""

    chapter: str
    name: str
    kind: str
    options: dict[str, str]


def wanted(graph: Graph) -> list[Wanted]:
    """Pictures to try; what nobody counted or said has none."""
    spread = graph.spread()
    observed = spread[(spread["kind"] == "observation") & (spread["site_id"] != "mkg:AnyDistantSite")]
    sources = observed.groupby(["cancer_id", "site_id"])["source"].nunique()
    pairs = list(sources[sources >= FOREST].index)
    ways = observed.drop_duplicates(["cancer_id", "denominator", "ascertainment"])["cancer_id"].value_counts()
    entities = sorted(graph.entities.values(), key=lambda one: (one.label.casefold(), one.id))
    cancers = [one.id for one in entities if one.class_ == "Cancer"]
    reached = set(spread["site_id"])
    sites = [one.id for one in entities if one.class_ == "Organ" and one.id in reached]
    return [
        *(Wanted(ALL, kind, kind, {}) for kind in OVERVIEWS),
        *(Wanted(one, kind, kind, {"cancer": one}) for one in cancers for kind in ("body", "flow")),
        *(Wanted(one, "compare", "compare", {"cancer": one}) for one in cancers if ways.get(one, 0) > 1),
        *(Wanted(one, "card", "card", {"name": one}) for one in cancers),
        *(Wanted(one, f"forest {site}", "forest", {"cancer": one, "site": site}) for one, site in pairs),
        *(Wanted(one, "body", "body", {"site": one}) for one in sites),
        *(Wanted(one, "card", "card", {"name": one}) for one in sites),
    ]


def draw(graph: Graph, pictures: list[Wanted], tell: Callable[[str], None]) -> str:
    """The page. `tell` hears the name of each picture when it is done."""
    chapters: dict[str, dict[str, str]] = {}
    for one, page in zip(pictures, _pages(graph, pictures), strict=True):
        tell(f"{one.kind} {one.chapter}")
        if page:
            chapters.setdefault(one.chapter, {})[one.name] = page
    bound = book.bind(chapters)
    index = [_entry(graph, chapter, list(pages)) for chapter, pages in chapters.items()]
    return render("atlas.html", inside=bound.scripts, book=bound, index=index, sources=len(graph.tiers))


def _entry(graph: Graph, chapter: str, names: list[str]) -> dict[str, Any]:
    """A chapter in the list that is searched."""
    if chapter == ALL:
        return {"id": ALL, "kind": ALL, "label": "all cancers", "also": [], "views": names}
    entity = graph.entities[chapter]
    forests = {name: graph.entities[name.split()[1]].label for name in names if name.startswith("forest ")}
    kind = "cancer" if entity.class_ == "Cancer" else "site"
    return {
        "id": chapter,
        "kind": kind,
        "label": entity.label,
        "also": entity.synonyms,
        "views": names,
        "forests": forests,
    }


# --- Drawing, on all processors ---


def _pages(graph: Graph, pictures: Iterable[Wanted]) -> Iterator[str]:
    """Pages in the order asked for, empty where nothing is to be drawn."""
    if graph.folder is None:
        yield from map(partial(_page, graph), pictures)
        return
    spawned = get_context("spawn")  # a fork would copy the store's threads
    with ProcessPoolExecutor(os.cpu_count(), spawned, initializer=_open, initargs=(graph.folder,)) as pool:
        yield from pool.map(_page_here, pictures, chunksize=4)


def _page(graph: Graph, one: Wanted) -> str:
    try:
        return graph.view(one.kind, **one.options).html()
    except NothingToDraw:
        return ""


_here: dict[str, Graph] = {}
"""The graph of this worker process."""


def _open(folder: str) -> None:
    from kg.graph import open_folder

    _here["graph"] = open_folder(folder)


def _page_here(one: Wanted) -> str:
    return _page(_here["graph"], one)

"""Where on a drawing does a site belong? By identifier or by part of, never by name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

Pairs = Mapping[str, frozenset[str]]
"""An organ with others: all it lies within, or all that it includes."""

_SHAPE: Final = re.compile(r'<(g|path) class="(\w+)" data-uberon="([^"]+)"')


class Shape(NamedTuple):
    """What a shape of a drawing is (organ, bone, node, region, vessel ...), and whether it is a group of others."""

    kind: str
    group: bool


class Place(NamedTuple):
    """Shapes that show a site, and how they do: `same` as the site, its `parts`, or the site lies `inside` them."""

    shapes: tuple[str, ...]
    how: str


NOWHERE: Final = Place((), "nowhere")


def shapes(drawing: str) -> dict[str, Shape]:
    """The shapes of a drawing by their ids; of several with one id the first counts.

    >>> shapes('<g class="bone" data-uberon="UBERON:1 mkg:x"><path class="bone" data-uberon="UBERON:2" d="M0 0"/></g>')["mkg:x"]
    Shape(kind='bone', group=True)
    """
    found: dict[str, Shape] = {}
    for tag, kind, ids in _SHAPE.findall(drawing):
        for id_ in ids.split():
            found.setdefault(id_, Shape(kind, tag == "g"))
    return found


def pairs(anatomy: pd.DataFrame, relation: str) -> Pairs:
    """One relation of `Graph.anatomy()` as a mapping from organ to the others."""
    rows = anatomy[anatomy["relation"] == relation]
    return {str(organ): frozenset(others) for organ, others in rows.groupby("organ")["other"]}


def place(site: str, drawn: Mapping[str, Shape], within: Pairs, includes: Pairs) -> Place:
    """The place of a site on a drawing whose shapes are `drawn`.

    A shape of that very id; else all shapes of things within it, or within what a compound site includes; else the
    narrowest single shape that holds the site, which then marks a spot and takes no colour. A group of shapes marks no
    spot: what is somewhere among the lymph nodes is nowhere in particular.

    >>> drawn = {name: Shape("organ", False) for name in ("lung", "larynx", "thorax")}
    >>> within = {"vocal-cord": frozenset({"vocal-cord", "larynx"}), "lung": frozenset({"lung", "airways", "thorax"})}
    >>> place("airways", drawn, within, {})
    Place(shapes=('lung',), how='parts')
    >>> place("vocal-cord", drawn, within, {})
    Place(shapes=('larynx',), how='inside')
    """
    if site in drawn:
        return Place((site,), "same")
    wholes = {site, *includes.get(site, ())}
    parts = [shape for shape in drawn if wholes & {shape, *within.get(shape, ())}]
    if parts:
        return Place(tuple(parts), "parts")
    around = [shape for shape in within.get(site, ()) if shape in drawn and not drawn[shape].group]
    if around:
        return Place((max(sorted(around), key=lambda shape: len(within.get(shape, ()))),), "inside")
    return NOWHERE


def narrowest(organs: Iterable[str], within: Pairs) -> list[str]:
    """Organs without those that hold another of them.

    >>> narrowest(["bowel", "colon"], {"colon": frozenset({"colon", "bowel"}), "bowel": frozenset({"bowel"})})
    ['colon']
    """
    listed = list(dict.fromkeys(organs))
    return [one for one in listed if not any(one in _above(other, within) for other in listed if other != one)]


def _above(organ: str, within: Pairs) -> Collection[str]:
    return within.get(organ, frozenset())

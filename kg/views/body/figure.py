"""What the drawings hold, and where on them an organ has its place."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.analyses import places, routes
from kg.resources import ASSETS

if TYPE_CHECKING:
    import networkx as nx

    from kg.graph import Graph

SEXES: Final = ("female", "male")
CREDIT: Final = (
    "Body outline and organs adapted from the EMBL-EBI Expression Atlas anatomograms "
    "(github.com/ebi-gene-expression-group/anatomogram), CC BY 4.0; changed. Skeleton, bowel, lymph nodes and vessels: this project."
)
BINS: Final = (1, 5, 15, 30, 50)
"""Per cent at which a darker shade begins."""
RAMP: Final = ("#ffffff", "#e3eef7", "#bfd8ec", "#8fbfe0", "#529ecc", "#2272b4", "#084a8c")
"""White for none found, then a shade for each bin."""
FRONT: Final = "Schematic, seen from the front: the patient's right is on your left."
DIFFUSE: Final = frozenset({"UBERON:0002097", "UBERON:0002072", "UBERON:0001630", "UBERON:0014892", "mkg:soft-tissue"})
"""Tissues that are all over the body: what starts there starts from the outline."""


class Figure(NamedTuple):
    """The drawings' shapes, and how the graph's organs relate."""

    graph: Graph
    drawn: dict[str, places.Shape]
    within: places.Pairs
    includes: places.Pairs
    sexes: dict[str, str]
    drains: nx.DiGraph[str]
    beds: frozenset[str]

    def place(self, organ: str) -> places.Place:
        """Where an organ is drawn."""
        return places.place(organ, self.drawn, self.within, self.includes)

    def label(self, organ: str) -> str:
        """What an organ is called."""
        return self.graph.entities[organ].label

    def home(self, organs: Iterable[str]) -> dict[str, Any]:
        """The end that all arrows share: where a cancer starts, or the site that cancers come to."""
        listed = sorted(places.narrowest(organs, self.within), key=self.label)
        sexes = {self.sexes.get(organ, "") for organ in listed}
        return {
            "name": ", ".join(map(self.label, listed)) or "no single organ",
            "organs": listed,
            "shapes": [shape for organ in listed for shape in self.place(organ).shapes],
            "diffuse": not listed or bool(DIFFUSE & set(listed)),
            "sex": sexes.pop() if len(sexes) == 1 else "",
        }

    def site(self, organ: str) -> dict[str, Any]:
        """A site and its place, as the page needs them."""
        found = self.place(organ)
        return {
            "name": short(self.label(organ)),
            "full": self.label(organ),
            "shapes": found.shapes,
            "how": found.how,
            "sex": self.sexes.get(organ, ""),
        }


@lru_cache(maxsize=1)
def figure(graph: Graph) -> Figure:
    """The drawings, the part-of closure of the graph's organs, and its drainage; the same for every picture of a graph."""
    anatomy = graph.anatomy()
    sexes = anatomy[anatomy["relation"] == "sex"]
    within, includes = (places.pairs(anatomy, relation) for relation in ("within", "includes"))
    drainage = graph.drainage()
    return Figure(
        graph=graph,
        drawn=_drawn(),
        within=within,
        includes=includes,
        sexes=dict(zip(sexes["organ"], sexes["other"], strict=True)),
        drains=routes.network(drainage),
        beds=routes.beds(drainage),
    )


@cache
def _drawn() -> dict[str, places.Shape]:
    files = (ASSETS / "drawings" / f"{sex}.svg" for sex in SEXES)
    return {id_: shape for file in files for id_, shape in places.shapes(file.read_text(encoding="utf-8")).items()}


def bodies(only: str, wanted: str | None) -> list[str]:
    """Which bodies a page holds, the one to show first in front.

    >>> bodies("", "male"), bodies("female", "male")
    (['male', 'female'], ['female'])
    """
    return [only] if only else sorted(SEXES, key=lambda sex: sex != (wanted or SEXES[0]))


def short(label: str) -> str:
    """A site's name without the note on whose site it is."""
    return label.removesuffix(" (MSK-MET site)")


def capital(text: str) -> str:
    """A text that starts a sentence."""
    return text[:1].upper() + text[1:]

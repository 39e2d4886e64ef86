"""A label, a synonym or a CURIE -> the entity it means; the nearest ones where it means none."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from kg.errors import AmbiguousName, UnknownName
from kg.vocabulary import curie, subclasses


class Named(NamedTuple):
    """An entity and what it is called."""

    id: str
    label: str
    class_: str
    note: str
    synonyms: tuple[str, ...]


Index = dict[str, list[Named]]
"""Folded names, each with the entities it means."""


def fold(name: str) -> str:
    """A name without case, accents, hyphens and doubled spaces.

    >>> fold("  Müller's  Tumour-X ")
    "muller's tumour x"
    """
    bare = unicodedata.normalize("NFKD", name.replace("-", " ").replace("_", " ")).casefold()
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())


def index(rows: Iterable[Sequence[str | None]]) -> Index:
    """An index of the rows that names.rq answers: IRI, label, class IRI, note, synonyms joined by |."""
    found: Index = {}
    for row in rows:
        entity, label, class_, note, synonyms = (cell or "" for cell in row)
        others = tuple(name for name in synonyms.split("|") if name)
        named = Named(curie(entity), label, curie(class_).removeprefix("mkg:"), note, others)
        for name in {fold(label), *map(fold, others), fold(named.id), fold(entity)}:
            found.setdefault(name, []).append(named)
    return found


def resolve(names: Index, name: str, kind: str = "Entity") -> Named:
    """The one entity of a kind that a name means.

    A label wins over a synonym. Raises UnknownName with the nearest, AmbiguousName with every sense.
    """
    allowed = subclasses(kind)
    senses = [named for named in names.get(fold(name), ()) if named.class_ in allowed]
    labelled = [named for named in senses if fold(named.label) == fold(name)]
    if len(senses) == 1 or len(labelled) == 1:
        return (labelled or senses)[0]
    if senses:
        raise AmbiguousName(name, sorted((s.label, s.id, s.note) for s in senses))
    raise UnknownName(name, kind.lower(), nearest(names, name, kind))


def nearest(names: Index, name: str, kind: str = "Entity", most: int = 5) -> list[tuple[str, str]]:
    """Labels and CURIEs of the entities whose names look most like a name."""
    allowed = subclasses(kind)
    known = [key for key, found in names.items() if any(one.class_ in allowed for one in found)]
    wanted = fold(name)
    keys = get_close_matches(wanted, known, 2 * most, cutoff=0.6)
    keys += [key for key in known if wanted and wanted in key][: most - len(keys)]
    entities = {named.id: named.label for key in keys for named in names[key] if named.class_ in allowed}
    return [(label, id_) for id_, label in entities.items()][:most]

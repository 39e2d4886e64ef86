"""By which routes do sources say that a cancer came where it was counted? A row a way: a pair and one route."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from kg.analyses.routes import VESSELS, Chain

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("cancer_id", "site_id", "counted", "route", "how", "of", "who", "sources")
HOW: Final = ("stated", "inferred", "drainage", "unstated")
"""A source states the route; a source infers it; the drainage graph alone gives it; nobody names one."""
_INFERRED: Final = "ECO:0000205"

Pair = tuple[str, str]
"""A cancer and a site, by their identifiers."""


def ways(
    pairs: Collection[Pair],
    named: pd.DataFrame,
    inner: Callable[[str], Collection[str]],
    chains: Mapping[Pair, Chain],
) -> pd.DataFrame:
    """A row for each route of each pair, and one for a pair without a route; pairs that are named but not counted last.

    `named` are statements with a route: cancer_id and site_id as the question sees them, said_of what they say it of
    (empty where it is the pair itself). A statement holds for every counted pair whose site it lies in, by `inner`.
    `of` is the number of routes of the pair: its patients were not counted route by route, so no share is ever divided.
    A chain of drainage stands in only where nobody names a route.
    """
    import pandas as pd

    apart = named.assign(route=named["route"].str.split("|")).explode("route")
    rows: list[tuple[Any, ...]] = []
    taken: set[Any] = set()
    for cancer, site in pairs:
        own = apart[(apart["cancer_id"] == cancer) & apart["site_id"].isin({site, *inner(site)})]
        taken |= set(own.index)
        rows += [(cancer, site, True, *way) for way in _ways(own, chains.get((cancer, site)))]
    left = apart.drop(index=list(taken))
    for pair, own in left.groupby(["cancer_id", "site_id"], sort=True):
        rows += [(*pair, False, *way) for way in _ways(own, None)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _ways(named: pd.DataFrame, chain: Chain | None) -> Iterator[tuple[str, str, int, str, str]]:
    """Route, how it is known, how many routes there are, who says it of what, sources; the best known route first."""
    if named.empty:
        how = "drainage" if chain else "unstated"
        sources = chain.sources if chain else ()
        yield route_of(chain) if chain else "", how, 1, ", ".join(sources), "|".join(sources)
        return
    found = []
    for route, rows in named.groupby("route", sort=True):
        stated = (rows["evidence"] != _INFERRED).any()
        said = sorted(set(rows["source"]))
        found.append((str(route).removeprefix("mkg:"), "stated" if stated else "inferred", _who(rows), said))
    for route, how, who, said in sorted(found, key=lambda way: (HOW.index(way[1]), -len(way[3]), way[0])):
        yield route, how, len(found), who, "|".join(said)


def _who(rows: pd.DataFrame) -> str:
    """Sources, and of what they say it where that is not the pair itself."""
    said = [
        (f"of {of}: " if of else "") + ", ".join(sorted(set(part["source"])))
        for of, part in ((str(of), part) for of, part in rows.groupby("said_of", sort=True))
    ]
    return "; ".join(said)


def route_of(chain: Chain) -> str:
    """The route that a chain of drainage takes: that of the first vessel a route is called after, else blood or lymph.

    >>> route_of(Chain(("colon", "UBERON:0001639", "liver"), "vein", False, ()))
    'Portal'
    >>> route_of(Chain(("breast", "axillary node"), "lymph", False, ()))
    'Lymphatic'
    """
    names = {vessel: route for route, vessel in VESSELS.items()}
    vessel = next((names[organ] for organ in chain.organs if organ in names), None)
    return vessel or ("Lymphatic" if chain.medium == "lymph" else "Hematogenous")

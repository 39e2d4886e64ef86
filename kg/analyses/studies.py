"""What do counts stand on? A row a source, and which sources may have counted the same patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "source", "patients", "observations", "without_count", "pairs", "ascertainment", "ascertainments", "year", "tier",
    "population", "pools", "shared",
)  # fmt: skip


def studies(spread: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Sources that count spread or print a percentage of it, the one with the most patients in one count first.

    `spread` is a table of kg.spread, `sources` one of `Graph.sources`. patients: the largest denominator of any one count;
    nothing is added, for a source's counts share patients. observations: rows with n, without_count: percentages and
    ranges that no n or k belongs to. ascertainment: the one of the most rows, among equals the first by name.
    shared: the name of the group of sources that may share patients, empty where the source stands alone here.
    """
    import pandas as pd

    rows = spread[(spread["kind"] == "observation") | _prints(spread)]
    rows = rows.assign(how=rows["ascertainment"].astype(object).fillna(""), counted=rows["kind"] == "observation")
    rows = rows.assign(pair=rows["cancer_id"] + " " + rows["site_id"])
    about = sources.assign(source=sources["source"].str.removeprefix("mkgs:")).set_index("source")
    made = []
    for source, part in rows.groupby("source", sort=True):
        ways = part["how"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        said = about.loc[source]
        made.append(
            (
                source, part["patients"].max(), int(part["counted"].sum()), int((~part["counted"]).sum()), part["pair"].nunique(),
                ways.index[0], "|".join(ways.index), said["year"], said["tier"], said["population"], said["pools"], "",
            )
        )  # fmt: skip
    table = pd.DataFrame(made, columns=list(COLUMNS))
    table["patients"] = table["patients"].astype("Int64")
    table["year"] = pd.to_numeric(table["year"], errors="coerce").astype("Int64")
    pools = {key: cell.split("|") for key, cell in table[["source", "pools"]].dropna().itertuples(index=False) if cell}
    groups = shared(pools)
    table["shared"] = [groups.get(source, "") for source in table["source"]]
    return table.sort_values(["patients", "source"], ascending=[False, True], na_position="last", ignore_index=True)


def _prints(spread: pd.DataFrame) -> pd.Series:
    """Whether a row says how often without being an observation: a percentage, a range, or patients."""
    numbers = spread["percent"].notna() | spread["percent_range"].notna() | spread["patients"].notna()
    return (spread["kind"] == "said") & numbers


def shared(pools: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The group of each source that has a patient pool in common with another, also by way of a third.

    >>> shared({"a": ["MSK"], "b": ["MSK", "TCGA"], "c": ["TCGA"], "d": ["SEER"]})
    {'a': 'MSK, TCGA', 'b': 'MSK, TCGA', 'c': 'MSK, TCGA'}
    """
    groups: list[tuple[set[str], list[str]]] = []
    for source, named in pools.items():
        names, members = set(named), [source]
        for group in [group for group in groups if group[0] & names]:
            groups.remove(group)
            names |= group[0]
            members += group[1]
        groups.append((names, members))
    found = {one: ", ".join(sorted(names)) for names, members in groups if len(members) > 1 for one in members}
    return dict(sorted(found.items()))

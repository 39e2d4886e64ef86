"""Which cancers come to a site? Ranked by incidence x any distant spread x the site among patients with distant spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

Factors = dict[str, dict[str, Any]]
"""One factor of each cancer, by its CURIE: a number with where it comes from."""
_FACTOR: Final = ("proportion", "cases", "patients", "source", "ascertainment")
LEAST_CASES: Final = 5
"""An observation of fewer cases ranks nothing."""
COMPARABLE: Final = ("AtDiagnosis", "EverRecorded")
ALL_CANCERS: Final = "MONDO:0004992"
"""The class of all cancers: a total beside its parts would come first everywhere."""
COLUMNS: Final = (
    "rank", "cancer", "cancer_id", "incidence", "unit", "incidence_source", "spread", "spread_source", "spread_how",
    "share", "cases", "patients", "share_source", "share_how", "weight", "missing",
)  # fmt: skip


def weight(incidence: float, any_distant: float, site: float) -> float:
    """New cases (or their rate) that will have the site involved, were all three factors of one population.

    >>> round(weight(1000, 0.5, 0.1))
    50
    """
    return incidence * any_distant * site


def largest(observations: pd.DataFrame, denominator: str) -> Factors:
    """For each cancer the observation with the most patients, at diagnosis or ever recorded, of enough cases.

    Chosen by size, never by result: only observations too small to rank anything are left out beforehand.
    """
    cases = (
        observations["cases"]
        .astype("float64")
        .fillna(observations["proportion"] * observations["patients"].astype("float64"))
    )
    rows = observations[
        (observations["kind"] == "observation")
        & (observations["measure"] == "Patients")
        & (observations["denominator"] == denominator)
        & observations["ascertainment"].isin(COMPARABLE)
        & (cases >= LEAST_CASES - 0.5)
        & ~observations["own_organ"]
    ]
    ranked = rows.sort_values(["patients", "source", "statement"], ascending=[False, True, True])
    first = ranked.drop_duplicates("cancer_id")[["cancer_id", *_FACTOR]].to_dict("records")
    return {str(row["cancer_id"]): {str(name): item for name, item in row.items()} for row in first}


def populations(incidence: pd.DataFrame) -> list[pd.DataFrame]:
    """Incidences of all ages that one source gives of one population and year, the one with most cancers first.

    Only populations that are counted by sex: an organ of one sex could not be asked for in the others.
    """
    ages = incidence["ages"].fillna("all").isin(("all", "all ages"))
    rows = incidence[ages & incidence["year"].notna() & (incidence["cancer_id"] != ALL_CANCERS)]
    parts = [part for _, part in rows.groupby(["source", "population", "year"], sort=True)]
    by_sex = [part for part in parts if {"female", "male"} <= set(part["sex"])]
    return sorted(by_sex, key=lambda part: (-part["cancer_id"].nunique(), str(part["source"].iloc[0])))


def amounts(incidence: pd.DataFrame, sex: str = "both") -> Factors:
    """New cases of each cancer of one population, one of `populations`, in one sex or in both."""
    found = {str(cancer_id): _amount(group, sex) for cancer_id, group in incidence.groupby("cancer_id", sort=True)}
    return {cancer_id: amount for cancer_id, amount in found.items() if amount}


def ranking(incidences: Factors, spreads: Factors, shares: Factors) -> pd.DataFrame:
    """Cancers of one population that come to a site, ranked; those that lack a factor stand behind, unranked.

    `incidences` are `amounts` of the population, `spreads` the `largest` observations of any distant site among all
    patients, `shares` those of the site among metastatic ones. Frequencies are not by sex, incidence is. A row names the
    source of each factor, and what is missing.
    """
    import pandas as pd

    rows = [_factors(cancer_id, amount, shares, spreads) for cancer_id, amount in incidences.items()]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table = table.sort_values(["weight", "incidence", "cancer"], ascending=[False, False, True], na_position="last")
    ranked = int(table["weight"].notna().sum())
    table["rank"] = pd.array([*range(1, ranked + 1), *[None] * (len(table) - ranked)], dtype="Int64")
    return table.reset_index(drop=True)


def _amount(group: pd.DataFrame, sex: str) -> dict[str, Any] | None:
    """Incidence of one cancer in one sex or in both: new cases where they are given, else the rate.

    Of both sexes: as the source gives it, else cases added up; rates of two sexes are averaged. None where it is not given.
    """
    unit = "cases" if group["cases"].notna().any() else "rate"
    by_sex = group[group[unit].notna()].drop_duplicates("sex").set_index("sex")[unit]
    if sex != "both":
        amount = by_sex.get(sex)
    elif "both" in by_sex:
        amount = by_sex["both"]
    else:
        amount = by_sex.sum() if unit == "cases" else by_sex.reindex(["female", "male"]).fillna(0).mean()
    if amount is None or amount <= 0:
        return None
    first = group.iloc[0]
    return {
        "cancer": first["cancer"],
        "incidence": float(amount),
        "unit": unit,
        "incidence_source": first["source"].removeprefix("mkgs:"),
    }


def _factors(cancer_id: str, amount: dict[str, Any], shares: Factors, spreads: Factors) -> dict[str, Any]:
    """The three factors of one cancer with their sources, and the names of those that are missing."""
    row: dict[str, Any] = {"cancer_id": cancer_id, **amount}
    share, spread = shares.get(cancer_id), spreads.get(cancer_id)
    if share is not None:
        row |= {"share": share["proportion"], "cases": share["cases"], "patients": share["patients"]}
        row |= {"share_source": share["source"], "share_how": share["ascertainment"]}
    if spread is not None:
        row |= {
            "spread": spread["proportion"],
            "spread_source": spread["source"],
            "spread_how": spread["ascertainment"],
        }
    gaps = {"any distant spread": spread, "the site": share}
    row["missing"] = " and ".join(name for name, factor in gaps.items() if factor is None)
    if share is not None and spread is not None:
        row["weight"] = weight(amount["incidence"], row["spread"], row["share"])
    return row

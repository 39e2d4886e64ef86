"""Which cohort stands for a cancer, where a picture has one row or one side for it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

_COHORT: Final = ["cancer_id", "source", "population", "stratum"]


def counted(spread: pd.DataFrame, denominator: str, ascertainment: str) -> pd.DataFrame:
    """Observations of patients with a site, of one denominator and one ascertainment; any distant site is no site."""
    return spread[
        (spread["kind"] == "observation")
        & (spread["measure"] == "Patients")
        & (spread["denominator"] == denominator)
        & (spread["ascertainment"] == ascertainment)
        & (spread["site_id"] != "mkg:AnyDistantSite")
    ]


def widest(observations: pd.DataFrame) -> pd.DataFrame:
    """Of each cancer the cohort that was counted at the most sites, and of those the one with the most patients.

    A cohort is a population of a source. It is chosen before its cases are looked at, so that one row of a picture
    has one denominator and its cells can be compared; nothing is pooled or added.
    """
    rows = observations.assign(**{name: observations[name].fillna("") for name in _COHORT})
    cohorts = rows.groupby(_COHORT, as_index=False).agg(sites=("site_id", "nunique"), most=("patients", "max"))
    best = cohorts.sort_values(["sites", "most", "source", "population"], ascending=[False, False, True, True])
    chosen = rows.merge(best.drop_duplicates("cancer_id")[_COHORT], on=_COHORT)
    return chosen.sort_values("patients", ascending=False, kind="stable").drop_duplicates(["cancer_id", "site_id"])


def without_summed(observations: pd.DataFrame) -> pd.DataFrame:
    """Leave out what a sum of the same source already counts: a list holds the sum or its parts, never both."""
    sums = observations[observations["sum_of"].notna()][["source", "cancer_id", "sum_of"]].drop_duplicates()
    inside = {
        (source, part)
        for source, whole, parts in sums.itertuples(index=False)
        for part in parts.split("|")
        if part != whole
    }
    pairs = zip(observations["source"], observations["cancer_id"], strict=True)
    return observations.loc[[pair not in inside for pair in pairs]]

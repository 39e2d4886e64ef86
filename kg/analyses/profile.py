"""Which observation stands for a pair, where a picture or a list has room for one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def one_a_pair(
    spread: pd.DataFrame, denominator: str = "MetastaticPatients", ascertainment: str = "EverRecorded"
) -> pd.DataFrame:
    """The observation with the most patients for each pair of cancer and site, of one denominator and ascertainment.

    Chosen before its cases are looked at; among equals the source's key decides. Never pooled, never added.
    """
    rows = spread[
        (spread["kind"] == "observation")
        & (spread["measure"] == "Patients")
        & (spread["denominator"] == denominator)
        & (spread["ascertainment"] == ascertainment)
    ]
    ranked = rows.sort_values(["patients", "source", "statement"], ascending=[False, True, True])
    return ranked.drop_duplicates(["cancer_id", "site_id"])


def without_parts(observations: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Leave out cancers that a sum among the rows already counts: a list holds the sum or its parts, never both.

    `sums` has the columns whole and part; a whole that names itself among its parts (the rest of its group) stays.
    """
    inside = sums[sums["whole"].isin(observations["cancer_id"]) & (sums["whole"] != sums["part"])]
    parts = set(inside["part"])
    return observations[~observations["cancer_id"].isin(parts)]

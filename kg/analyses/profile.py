"""Which observation stands for a pair, where a picture or a list has room for one?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def one_a_pair(
    spread: pd.DataFrame, denominator: str = "MetastaticPatients", ascertainment: str = "EverRecorded"
) -> pd.DataFrame:
    """The observation with the most patients for each pair of cancer and site, of one denominator and ascertainment.

    Chosen before its cases are looked at; a subgroup stands for a pair only where nothing else does, and among equals
    the source's key decides. Never pooled, never added.
    """
    rows = spread[
        (spread["kind"] == "observation")
        & (spread["measure"] == "Patients")
        & (spread["denominator"] == denominator)
        & (spread["ascertainment"] == ascertainment)
    ]
    ranked = rows.assign(part=rows["stratum"] == "subgroup").sort_values(
        ["part", "patients", "source", "statement"], ascending=[True, False, True, True]
    )
    return ranked.drop_duplicates(["cancer_id", "site_id"]).drop(columns="part")


def brief(counted: pd.DataFrame) -> pd.DataFrame:
    """One observation a pair, for a list that has room for one: of metastatic patients, ever recorded, if there is one.

    Then the one with the most patients, chosen before its cases are looked at. `counts` says how many there are.
    """
    usual = (counted["denominator"] == "MetastaticPatients") & (counted["ascertainment"] == "EverRecorded")
    ranked = counted.assign(
        usual=usual,
        part=counted["stratum"] == "subgroup",
        counts=counted.groupby(["cancer_id", "site_id"])["statement"].transform("count"),
    ).sort_values(["usual", "part", "patients", "statement"], ascending=[False, True, False, True])
    chosen = ranked.drop_duplicates(["cancer_id", "site_id"]).drop(columns=["usual", "part"])
    return chosen.sort_values(["inferred", "proportion"], ascending=[True, False])

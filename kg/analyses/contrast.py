"""At which sites do two cancers differ, where one source looked at both in the same way?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg.errors import KgError
from kg.proportions import holm, newcombe_interval
from kg.query import frame

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = (
    "site", "site_id", "cases", "patients", "proportion", "other_cases", "other_patients", "other_proportion",
    "difference", "lower95", "upper95", "p", "p_holm", "own_organ",
)  # fmt: skip
ALPHA: Final = 0.05
"""Up to this corrected p-value a difference is called found."""
_ALIKE: Final = ["source", "measure", "denominator", "ascertainment", "population", "stratum"]


def contrast(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """The sites that both cancers were counted at, a 2x2 table of patients each, the clearest difference first.

    Both are rows of a spread table: the observations of one cancer by one source, of the same denominator,
    ascertainment, population and stratum, each with its cases. The patients of the two must be different people.
    `difference` is the proportion of the first less that of the other, from -1 to 1, with Newcombe's interval; `p` is
    Fisher's exact test, two-sided; `p_holm` is corrected for all sites of the answer. Columns: COLUMNS.
    Raises KgError for rows that cannot be set side by side.
    """
    _check(one, other)
    columns = ["site_id", "cases", "patients", "own_organ"]
    pairs = one[["site", *columns]].merge(other[columns], on="site_id", suffixes=("", "_other"))
    rows = [_row(pair) for pair in pairs.to_dict("records")]
    corrected = holm([row["p"] for row in rows])
    rows = [{**row, "p_holm": p} for row, p in zip(rows, corrected, strict=True)]
    rows.sort(key=lambda row: (row["p"], -abs(row["difference"]), row["site"]))
    return frame(list(COLUMNS), [[row[name] for name in COLUMNS] for row in rows])


def _check(one: pd.DataFrame, other: pd.DataFrame) -> None:
    for rows in (one, other):
        if rows["cancer_id"].nunique() != 1 or rows["site_id"].duplicated().any():
            raise KgError("a contrast takes one cancer a side; allowed: one observation of it a site")
        if rows["cases"].isna().any():
            raise KgError("a contrast takes counted cases; allowed: rows that are no bare percentages")
    for name in _ALIKE:
        found = sorted({*one[name].fillna(""), *other[name].fillna("")})
        if len(found) != 1:
            raise KgError(f"the two sides differ in {name} ({', '.join(found)}); allowed: the same on every row")


def _row(pair: dict[Any, Any]) -> dict[str, Any]:
    import numpy as np
    from scipy.stats import fisher_exact

    cases, patients, other_cases, other_patients = (
        int(pair[name]) for name in ("cases", "patients", "cases_other", "patients_other")
    )
    difference = newcombe_interval(cases, patients, other_cases, other_patients)
    tested = fisher_exact(np.array([[cases, other_cases], [patients - cases, other_patients - other_cases]]))
    return {
        "site": pair["site"],
        "site_id": pair["site_id"],
        "cases": cases,
        "patients": patients,
        "proportion": cases / patients,
        "other_cases": other_cases,
        "other_patients": other_patients,
        "other_proportion": other_cases / other_patients,
        "difference": difference.proportion,
        "lower95": difference.lower,
        "upper95": difference.upper,
        "p": float(tested.pvalue),
        "own_organ": bool(pair["own_organ"] or pair["own_organ_other"]),
    }


def sentence(row: Any, one: str, other: str) -> str:
    """A row of `contrast` in words; `one` and `other` say whose patients they are, such as "lobular"."""
    p = "p < 0.001" if row.p_holm < 0.001 else f"p = {row.p_holm:.3f}"
    return (
        f"{row.site}: {100 * row.proportion:.1f} % of {row.patients:,} {one} ({row.cases:,}), "
        f"{100 * row.other_proportion:.1f} % of {row.other_patients:,} {other} ({row.other_cases:,}); "
        f"difference {100 * row.difference:+.1f} points (95 % {100 * row.lower95:+.1f} to {100 * row.upper95:+.1f}), {p}"
    )

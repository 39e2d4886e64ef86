"""Which observations may stand side by side on one picture? Those of one cancer, source, population and way of counting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from kg.analyses.profile import one_a_pair
from kg.errors import FormatError

if TYPE_CHECKING:
    import pandas as pd

ENOUGH_SITES: Final = 10
"""From so many sites on, a series of the cancer itself goes before one of its subtypes, and size before breadth."""
MOST_ROWS: Final = 450
"""A page holds so many observations of the kinds of a broad cancer; those of the cancer itself it holds all."""
DENOMINATORS: Final = ("MetastaticPatients", "AllPatients")
ASCERTAINMENTS: Final = ("EverRecorded", "AtDiagnosis", "FirstMetastasis", "Autopsy", "Recurrence", "SampledSite")
_SAME: Final = ["denominator", "ascertainment", "cancer_id", "source", "population", "cohort", "stratum"]


class Series(NamedTuple):
    """Observations that share cancer, source and patients, a row a site; `source` is empty where several are mixed."""

    cancer_id: str
    denominator: str
    ascertainment: str
    source: str
    rows: pd.DataFrame


def check(denominator: str | None, ascertainment: str | None) -> None:
    """Raise FormatError for a way of counting that does not exist; None is any."""
    for given, allowed in ((denominator, DENOMINATORS), (ascertainment, ASCERTAINMENTS)):
        if given not in (None, *allowed):
            raise FormatError(f'"{given}" is no way of counting; allowed: {", ".join(allowed)}')


def all_series(spread: pd.DataFrame, cancer_id: str) -> list[Series]:
    """Every series of a cancer and its subtypes, the one to show first in front.

    The order looks at how many sites and how many patients were looked at, never at what was found. Last in each way of
    counting stands the mixture of the largest study for each site, where more than one source counted the cancer itself.
    """
    counted = spread[
        (spread["kind"] == "observation") & (spread["measure"] == "Patients") & spread["proportion"].notna()
    ]
    counted = counted[
        counted["denominator"].isin(DENOMINATORS)
        & counted["ascertainment"].isin(ASCERTAINMENTS)
        & (counted["site_id"] != "mkg:AnyDistantSite")
    ]
    found = [*_single(counted), *_mixed(counted[counted["cancer_id"] == cancer_id])]
    return sorted(found, key=lambda one: _order(one, cancer_id))


def fitting(found: list[Series], cancer_id: str) -> list[Series]:
    """All series of the cancer itself, and of its kinds the foremost that together stay within MOST_ROWS."""
    kept, rows = [], 0
    for one in found:
        rows += 0 if one.cancer_id == cancer_id else len(one.rows)
        if one.cancer_id == cancer_id or rows <= MOST_ROWS:
            kept.append(one)
    return kept


def _single(counted: pd.DataFrame) -> Iterator[Series]:
    largest = counted.sort_values(["patients", "statement"], ascending=[False, True])
    largest = _ranked(largest.drop_duplicates([*_SAME, "site_id"]))
    for key, rows in largest.groupby(_SAME, dropna=False, sort=True):
        denominator, ascertainment, cancer, source, *_ = key
        yield Series(str(cancer), str(denominator), str(ascertainment), str(source), rows)


def _mixed(counted: pd.DataFrame) -> Iterator[Series]:
    for key, rows in counted.groupby(["denominator", "ascertainment"], sort=True):
        denominator, ascertainment = map(str, key)
        if rows["source"].nunique() > 1:
            chosen = _ranked(one_a_pair(rows, denominator, ascertainment))
            yield Series(str(chosen["cancer_id"].iloc[0]), denominator, ascertainment, "", chosen)


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["proportion", "patients", "site"], ascending=[False, False, True])


def _order(one: Series, cancer_id: str) -> tuple[int | str, ...]:
    """What was biopsied last; the way of counting; breadth up to what is enough, the cancer itself, breadth, size."""
    sites, patients = len(one.rows), int(one.rows["patients"].max())
    return (
        one.ascertainment == "SampledSite",
        DENOMINATORS.index(one.denominator),
        ASCERTAINMENTS.index(one.ascertainment),
        not one.source,
        -min(sites, ENOUGH_SITES),
        one.cancer_id != cancer_id,
        -sites,
        -patients,
        one.source,
        str(one.rows["statement"].min()),
    )

"""`kg.analyses.contrast` sets two cancers of one source side by side, and nothing that does not belong there."""

from __future__ import annotations

from math import comb
from pathlib import Path

import pandas as pd
import pytest

from kg.analyses.contrast import COLUMNS, contrast, sentence
from kg.errors import KgError
from kg.proportions import newcombe_interval
from tests.small import rows

ROOT = Path(__file__).parent.parent
LOBULAR, DUCTAL = "MONDO:0005051", "MONDO:0004953"


def of(spread: pd.DataFrame, cancer: str, denominator: str = "MetastaticPatients") -> pd.DataFrame:
    counted = spread[(spread["source"] == "msk_met_2021") & (spread["kind"] == "observation")]
    return counted[
        (counted["cancer_id"] == cancer)
        & (counted["denominator"] == denominator)
        & (counted["site_id"] != "mkg:AnyDistantSite")
    ]


def fisher(table: tuple[int, int, int, int]) -> float:
    """Fisher's exact test by its definition: all tables of these margins that are no likelier than this one."""
    a, n, b, m = table
    ways = {x: comb(n, x) * comb(m, a + b - x) for x in range(max(0, a + b - m), min(n, a + b) + 1)}
    return sum(count for count in ways.values() if count <= ways[a]) / sum(ways.values())


def test_every_count_is_that_of_the_table_and_every_p_that_of_the_definition(spread: pd.DataFrame) -> None:
    found = contrast(of(spread, LOBULAR), of(spread, DUCTAL))
    assert tuple(found.columns) == COLUMNS
    said: dict[str, dict[str, tuple[int, int]]] = {LOBULAR: {}, DUCTAL: {}}
    for row in rows(ROOT / "data/statements/spread_observations/msk_met.csv"):
        if row["cancer"] in said and row["denominator"] == "MetastaticPatients" and row["site"] != "mkg:AnyDistantSite":
            said[row["cancer"]][row["site"]] = int(row["cases"]), int(row["patients"])
    assert len(found) == len(said[LOBULAR]) == len(said[DUCTAL]) == 20
    for row in found.itertuples():
        one, other = said[LOBULAR][row.site_id], said[DUCTAL][row.site_id]
        assert (row.cases, row.patients, row.other_cases, row.other_patients) == (*one, *other)
        assert row.p == pytest.approx(fisher((*one, *other)), rel=1e-6)
        assert (row.difference, row.lower95, row.upper95) == newcombe_interval(*one, *other)
        assert row.p <= row.p_holm <= min(1, 20 * row.p + 1e-12)
    assert found["p"].is_monotonic_increasing
    assert found["p_holm"].is_monotonic_increasing
    assert found["p_holm"].iloc[0] == pytest.approx(20 * found["p"].iloc[0])


def test_turned_round_only_the_signs_change(spread: pd.DataFrame) -> None:
    one, other = (
        contrast(*sides).set_index("site")
        for sides in (
            (of(spread, LOBULAR), of(spread, DUCTAL)),
            (of(spread, DUCTAL), of(spread, LOBULAR)),
        )
    )
    other = other.loc[one.index]
    assert one["difference"].tolist() == pytest.approx((-other["difference"]).tolist())
    assert one["lower95"].tolist() == pytest.approx((-other["upper95"]).tolist())
    assert one["p"].tolist() == pytest.approx(other["p"].tolist())


def test_a_row_is_said_with_both_counts(spread: pd.DataFrame) -> None:
    found = contrast(of(spread, LOBULAR), of(spread, DUCTAL)).set_index("site", drop=False)
    assert sentence(found.loc["lung"], "lobular", "ductal") == (
        "lung: 9.8 % of 285 lobular (28), 34.0 % of 1,711 ductal (581); "
        "difference -24.1 points (95 % -27.9 to -19.6), p < 0.001"
    )
    assert sentence(found.loc["male genital tract (MSK-MET site)"], "lobular", "ductal").endswith("p = 1.000")


def test_what_was_counted_otherwise_is_refused(spread: pd.DataFrame) -> None:
    one, other = of(spread, LOBULAR), of(spread, DUCTAL)
    with pytest.raises(KgError, match=r"differ in denominator \(AllPatients, MetastaticPatients\)"):
        contrast(one, of(spread, DUCTAL, "AllPatients"))
    with pytest.raises(KgError, match="one cancer a side"):
        contrast(pd.concat([one, other]), other)
    with pytest.raises(KgError, match="one cancer a side"):
        contrast(one, pd.concat([other, other]))
    with pytest.raises(KgError, match="counted cases"):
        contrast(one.assign(cases=pd.NA), other)

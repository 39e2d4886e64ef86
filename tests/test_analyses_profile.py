"""`kg.analyses.profile` chooses one observation a pair, and keeps a sum and its parts apart."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kg.analyses.profile import one_a_pair, without_parts
from kg.graph import Graph
from tests.oracle.answers import Data
from tests.small import rows

ROOT = Path(__file__).parent.parent
TOTALS = {
    row["label"]: int(row["value"])
    for row in rows(ROOT / "tests/oracle/msk_met_totals.csv")
    if row["attribute"] == "Distant Mets = Yes"
}
SITES = {row["site"]: row["id"] for row in rows(ROOT / "data/make/msk_met_sites.csv")}


def test_a_pair_is_stood_for_by_its_largest_observation_whatever_it_found(spread: pd.DataFrame) -> None:
    chosen = one_a_pair(spread, "AllPatients", "AtDiagnosis")
    assert not chosen.duplicated(["cancer_id", "site_id"]).any()
    assert set(chosen["kind"]) == {"observation"}
    assert set(chosen["measure"]) == {"Patients"}
    best: dict[tuple[str, str], tuple[bool, int]] = {}
    for row in Data(ROOT / "data").observations:
        if (row["measure"], row["denominator"], row["ascertainment"]) == ("Patients", "AllPatients", "AtDiagnosis"):
            pair, rank = (row["cancer"], row["site"]), (row["stratum"] != "subgroup", int(row["patients"]))
            best[pair] = max(best.get(pair, rank), rank)
    columns = ["cancer_id", "site_id", "stratum", "patients"]
    assert {(c, s): (t != "subgroup", n) for c, s, t, n in chosen[columns].itertuples(index=False)} == best
    assert len(best) > 100


@pytest.fixture(scope="module")
def msk(spread: pd.DataFrame) -> pd.DataFrame:
    return spread[spread["source"] == "msk_met_2021"]


def sums_of(table: pd.DataFrame) -> pd.DataFrame:
    """The sums of a table alone, as columns whole and part."""
    sums = table[table["sum_of"].notna()][["cancer_id", "sum_of"]].drop_duplicates()
    parts = [(whole, part) for whole, members in sums.itertuples(index=False) for part in members.split("|")]
    return pd.DataFrame(parts, columns=["whole", "part"])


@pytest.mark.parametrize("denominator", ["AllPatients", "MetastaticPatients"])
def test_a_sum_never_stands_beside_its_parts(denominator: str, msk: pd.DataFrame) -> None:
    """Sums and single types of MSK-MET together count each patient once: the totals that the study prints."""
    kept = without_parts(one_a_pair(msk, denominator), sums_of(msk))
    total = {"AllPatients": 25_771, "MetastaticPatients": 21_545}[denominator]
    for label, site in SITES.items():
        if site:
            there = kept[kept["site_id"] == site]
            assert (there["cases"].sum(), there["patients"].sum()) == (TOTALS[label], total)


def test_a_whole_that_is_not_there_leaves_its_parts(msk: pd.DataFrame) -> None:
    parts = one_a_pair(msk[msk["sum_of"].isna()])
    assert len(without_parts(parts, sums_of(msk))) == len(parts)


@pytest.mark.xfail(strict=True, reason="graph.sums() mixes sources: a sum of one takes parts out of another's list")
def test_the_sum_of_one_source_takes_nothing_from_another(graph: Graph, msk: pd.DataFrame) -> None:
    kept = without_parts(one_a_pair(msk), graph.sums())
    assert set(kept["cancer_id"]) == set(without_parts(one_a_pair(msk), sums_of(msk))["cancer_id"])


def test_the_rest_of_a_group_is_not_lost(graph: Graph) -> None:
    sums = graph.sums()
    itself = sums[sums["whole"] == sums["part"]]
    assert len(itself) > 0
    one = pd.DataFrame({"cancer_id": [itself["whole"].iloc[0]]})
    assert len(without_parts(one, sums)) == 1


@pytest.mark.xfail(strict=True, reason="graph.to_digraph takes every pair, of sums and of their parts")
def test_a_simple_network_holds_no_sum_beside_its_parts(graph: Graph) -> None:
    network = graph.to_digraph()
    sums = graph.sums()
    beside = [
        (whole, part)
        for whole, part in sums.itertuples(index=False)
        if whole != part
        and whole in network
        and part in network
        and network.out_degree(part)
        and network.out_degree(whole)
    ]
    assert beside == []

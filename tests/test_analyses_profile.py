"""`kg.analyses.profile` chooses one observation a pair, and keeps a sum and its parts apart."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from kg.analyses.profile import one_a_pair, without_parts
from kg.graph import Graph
from tests.small import rows

ROOT = Path(__file__).parent.parent
TOTALS = {
    row["label"]: int(row["value"])
    for row in rows(ROOT / "tests/oracle/msk_met_totals.csv")
    if row["attribute"] == "Distant Mets = Yes"
}
SITES = {row["site"]: row["id"] for row in rows(ROOT / "data/make/msk_met_sites.csv")}


@pytest.fixture(scope="module")
def spread(graph: Graph) -> pd.DataFrame:
    return graph.spread()


def test_a_pair_is_stood_for_by_its_largest_observation_whatever_it_found(spread: pd.DataFrame) -> None:
    chosen = one_a_pair(spread, "AllPatients", "AtDiagnosis")
    assert not chosen.duplicated(["cancer_id", "site_id"]).any()
    assert set(chosen["kind"]) == {"observation"}
    assert set(chosen["measure"]) == {"Patients"}
    with (ROOT / "data/statements/spread_observations/literature.csv").open(encoding="utf-8", newline="") as file:
        read = [r for r in csv.DictReader(file) if r["measure"] == "Patients" and r["denominator"] == "AllPatients"]
    largest: dict[tuple[str, str], int] = {}
    for row in (r for r in read if r["ascertainment"] == "AtDiagnosis"):
        pair = row["cancer"], row["site"]
        largest[pair] = max(largest.get(pair, 0), int(row["patients"]))
    found = {(c, s): n for c, s, n in chosen[["cancer_id", "site_id", "patients"]].itertuples(index=False)}
    assert len(largest) > 100
    assert all(found[pair] >= n for pair, n in largest.items())


@pytest.mark.parametrize("denominator", ["AllPatients", "MetastaticPatients"])
def test_a_sum_never_stands_beside_its_parts(denominator: str, graph: Graph, spread: pd.DataFrame) -> None:
    """Sums and single types of MSK-MET together count each patient once: the totals that the study prints."""
    own = spread[spread["source"] == "msk_met_2021"]
    kept = without_parts(one_a_pair(own, denominator), graph.sums())
    total = {"AllPatients": 25_771, "MetastaticPatients": 21_545}[denominator]
    assert len(kept) < len(one_a_pair(own, denominator))
    for label, site in SITES.items():
        if site:
            there = kept[kept["site_id"] == site]
            assert (there["cases"].sum(), there["patients"].sum()) == (TOTALS[label], total)


def test_a_whole_that_is_not_there_leaves_its_parts(graph: Graph, spread: pd.DataFrame) -> None:
    sums = graph.sums()
    parts = one_a_pair(spread[(spread["source"] == "msk_met_2021") & spread["sum_of"].isna()])
    assert len(without_parts(parts, sums)) == len(parts)


def test_the_rest_of_a_group_is_not_lost(graph: Graph) -> None:
    sums = graph.sums()
    itself = sums[sums["whole"] == sums["part"]]
    assert len(itself) > 0
    one = pd.DataFrame({"cancer_id": [itself["whole"].iloc[0]]})
    assert len(without_parts(one, sums)) == 1


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

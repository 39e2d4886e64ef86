"""`kg.analyses.profile` chooses one observation a pair, and keeps a sum and its parts apart."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kg.analyses.cohorts import without_summed
from kg.analyses.profile import one_a_pair
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


@pytest.mark.parametrize("denominator", ["AllPatients", "MetastaticPatients"])
def test_a_sum_never_stands_beside_its_parts(denominator: str, msk: pd.DataFrame) -> None:
    """Sums and single types of MSK-MET together count each patient once: the totals that the study prints."""
    kept = without_summed(one_a_pair(msk, denominator))
    total = {"AllPatients": 25_771, "MetastaticPatients": 21_545}[denominator]
    for label, site in SITES.items():
        if site:
            there = kept[kept["site_id"] == site]
            assert (there["cases"].sum(), there["patients"].sum()) == (TOTALS[label], total)


def test_a_whole_that_is_not_there_leaves_its_parts(msk: pd.DataFrame) -> None:
    parts = one_a_pair(msk[msk["sum_of"].isna()])
    assert len(without_summed(parts)) == len(parts)


def test_the_sum_of_one_source_takes_nothing_from_another(spread: pd.DataFrame, msk: pd.DataFrame) -> None:
    everything = without_summed(spread)
    assert len(everything[everything["source"] == "msk_met_2021"]) == len(without_summed(msk))


def test_the_rest_of_a_group_is_not_lost(spread: pd.DataFrame) -> None:
    sums = spread[spread["sum_of"].notna()]
    itself = sums[[cancer in parts.split("|") for cancer, parts in zip(sums["cancer_id"], sums["sum_of"], strict=True)]]
    assert len(itself) > 0
    assert set(itself["statement"]) <= set(without_summed(spread)["statement"])


def counted_twice(drawn: set[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Sums that stand beside their parts among (source, cancer), by the tables themselves."""
    sums = {(row["source"], row["cancer"], row["sum_of"]) for row in Data(ROOT / "data").observations if row["sum_of"]}
    return [
        (source, whole, part)
        for source, whole, parts in sorted(sums)
        for part in parts.split("|")
        if part != whole and {(source, whole), (source, part)} <= drawn
    ]


def test_a_simple_network_holds_no_sum_beside_its_parts(graph: Graph) -> None:
    drawn = {(edge["source"], cancer) for cancer, _, edge in graph.to_digraph().edges(data=True)}
    assert len(drawn) > 40
    assert counted_twice(drawn) == []


def test_the_network_page_holds_no_sum_beside_its_parts(graph: Graph) -> None:
    picture = graph.view("network")
    ids = {label: id_ for id_, label, _ in picture.data["nodes"]}
    rows = picture.table.to_dict("records")
    drawn = {(row["source"].split(" and ")[0], ids[row["from"]]) for row in rows}
    assert len(drawn) > 20
    assert counted_twice(drawn) == []

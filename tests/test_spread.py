"""`kg.spread` makes one typed table of all that is counted, estimated or said of spread, a row a statement."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from kg.graph import Graph
from kg.spread import COLUMNS
from tests.oracle.answers import Data

DATA = Data(Path(__file__).parent.parent / "data")
PROMISED = {
    "cancer": "str", "cancer_id": "str", "site": "str", "site_id": "str", "cases": "Int64", "patients": "Int64",
    "proportion": "float64", "lower95": "float64", "upper95": "float64", "measure": "str", "denominator": "str",
    "ascertainment": "str", "population": "str", "source": "str", "tier": "str", "own_organ": "bool",
    "from_percent": "bool", "inferred": "bool", "kind": "str", "statement": "str",
}  # fmt: skip


def with_rows(table: pd.DataFrame, **where: object) -> pd.DataFrame:
    for column, value in where.items():
        table = table[table[column] == value]
    return table


def test_the_promised_columns_come_first_and_have_their_types(spread: pd.DataFrame) -> None:
    assert list(spread.columns) == list(COLUMNS)
    assert list(COLUMNS[:20]) == list(PROMISED)
    assert {name: str(spread[name].dtype) for name in PROMISED} == PROMISED


def test_columns_and_types_stay_where_nothing_is_known(graph: Graph) -> None:
    spoken = {row["cancer"] for row in (*DATA.observations, *DATA.said)}
    table = graph.spread(
        cancer=next(name for name, row in DATA.entities.items() if row["class"] == "Cancer" and name not in spoken)
    )
    assert len(table) == 0
    assert {name: str(table[name].dtype) for name in PROMISED} == PROMISED


def test_every_row_of_both_tables_is_one_row_with_its_numbers(spread: pd.DataFrame) -> None:
    """All of them, against the CSV files read without kg."""
    expected = Counter(
        (
            row["source"],
            row["cancer"],
            row["site"],
            row["population"],
            row["cases"],
            row["patients"],
            row["percent"],
            kind,
        )
        for kind, table in (("observation", DATA.observations), ("said", DATA.said))
        for row in table
    )
    told = spread[spread["kind"] != "estimate"]
    columns = ["source", "cancer_id", "site_id", "population", "cases", "patients", "percent", "kind"]
    found = Counter(tuple("" if pd.isna(v) else str(v) for v in row) for row in told[columns].itertuples(index=False))
    assert found == expected
    assert found.total() > 8_900


def test_a_well_known_row(spread: pd.DataFrame) -> None:
    (row,) = with_rows(
        spread, cancer="prostate adenocarcinoma", site="bone", source="msk_met_2021", denominator="AllPatients"
    ).to_dict("records")
    assert (row["cases"], row["patients"], row["cancer_id"], row["site_id"]) == (
        1139,
        2172,
        "MONDO:0005082",
        "UBERON:0001474",
    )
    assert (round(row["proportion"], 4), round(row["lower95"], 4), round(row["upper95"], 4)) == (0.5244, 0.5034, 0.5453)
    assert (row["measure"], row["ascertainment"], row["tier"], row["kind"]) == (
        "Patients",
        "EverRecorded",
        "B",
        "observation",
    )
    assert (row["own_organ"], row["from_percent"], row["inferred"]) == (False, False, False)
    assert row["statement"].startswith("mkgst:msk_met_2021-")


def test_a_percentage_without_a_count_has_bounds_and_no_cases(spread: pd.DataFrame) -> None:
    rows = spread[spread["from_percent"]]
    assert rows["cases"].isna().all()
    assert rows["percent"].notna().all()
    assert (rows["lower95"] <= rows["proportion"]).all()
    assert (rows["proportion"] <= rows["upper95"]).all()
    assert len(rows) == sum(row["cases"] == "" for row in DATA.observations)


def test_what_is_only_said_has_no_proportion_and_what_is_counted_has_one(spread: pd.DataFrame) -> None:
    assert with_rows(spread, kind="said")["proportion"].isna().all()
    assert with_rows(spread, kind="observation")[["patients", "proportion", "lower95", "upper95"]].notna().all().all()


def test_series_that_start_from_the_site_never_stand_beside_the_others(spread: pd.DataFrame) -> None:
    assert "PatientsWithSite" not in set(with_rows(spread, kind="observation")["denominator"])
    assert not spread["statement"].duplicated().any()


def test_own_organ_marks_are_those_of_an_independent_reading(spread: pd.DataFrame) -> None:
    counted = with_rows(spread, kind="observation")
    marked = counted[counted["own_organ"]]
    assert set(zip(marked["cancer_id"], marked["site_id"], strict=True)) == {
        (row["cancer"], row["site"]) for row in DATA.observations if DATA.own_organ(row["cancer"], row["site"])
    }
    assert not with_rows(spread, kind="said")["own_organ"].any()
    assert len(with_rows(marked, cancer="prostate adenocarcinoma", site="male genital tract (MSK-MET site)")) == 2


def test_a_cancer_and_a_site_are_found_by_name_and_both_may_be_given(graph: Graph, spread: pd.DataFrame) -> None:
    by_cancer = graph.spread(cancer="Prostate-Cancer")
    assert set(by_cancer["cancer_id"]) == {"MONDO:0008315"}
    assert len(by_cancer) == len(with_rows(spread, cancer_id="MONDO:0008315"))
    both = graph.spread(cancer="prostate cancer", site="bone element")
    assert set(both["statement"]) == set(with_rows(by_cancer, site_id="UBERON:0001474")["statement"])


def test_any_distant_site_is_a_number_of_its_own(graph: Graph, spread: pd.DataFrame) -> None:
    table = graph.spread(site="any distant site")
    assert set(table["site"]) == {"any distant site"}
    assert len(table) == len(with_rows(spread, site_id="mkg:AnyDistantSite")) > 50
    assert not graph.spread(site="bone", inferred=True)["site_id"].eq("mkg:AnyDistantSite").any()


@pytest.mark.parametrize(("end", "name"), [("cancer", "MONDO:0005233"), ("site", "UBERON:0001474")])
def test_inferred_rows_are_marked_and_leave_the_asserted_ones_as_they_are(end: str, name: str, graph: Graph) -> None:
    asked = {end: name}
    asserted, both = graph.spread(**asked), graph.spread(**asked, inferred=True)
    assert not asserted["inferred"].any()
    assert set(both[~both["inferred"]]["statement"]) == set(asserted["statement"])
    below = DATA.below(name)
    assert set(both[f"{end}_id"]) <= below
    assert set(both[both["inferred"]][f"{end}_id"]) <= below - {name}
    assert both["inferred"].any()


def test_rows_come_by_kind_then_proportion(spread: pd.DataFrame) -> None:
    kinds = spread["kind"].map({"estimate": 0, "observation": 1, "said": 2})
    assert kinds.is_monotonic_increasing
    assert with_rows(spread, kind="observation")["proportion"].is_monotonic_decreasing

"""kg/views/evidence: a mark for every source that says how often, where year and n put it; no patients are added."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kg.analyses.studies import shared, studies
from kg.errors import KgError
from kg.graph import Graph
from kg.page import Picture
from tests import small
from tests.conftest import ROOT, load_apart
from tests.pages import Opened, axe_finds, saved

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ASKED: dict[str, dict[str, str]] = {
    "all": {},
    "breast": {"cancer": "breast cancer"},
    "bone": {"site": "bone"},
    "prostate to bone": {"cancer": "prostate cancer", "site": "bone"},
}


@pytest.fixture(scope="session")
def boards(graph: Graph) -> dict[str, Picture]:
    return {name: graph.view("evidence", **options) for name, options in ASKED.items()}


@pytest.fixture(scope="session")
def board_files(boards: dict[str, Picture], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("boards")
    return {name: picture.save(folder / f"{name}.html") for name, picture in boards.items()}


def _tables(name: str) -> list[dict[str, str]]:
    """The rows of a statements table, one file or a folder of them, read without kg."""
    place = ROOT / "data/statements"
    files = sorted((place / name).glob("*.csv")) or [place / f"{name}.csv"]
    return [row for file in files for row in small.rows(file)]


# --- Against the tables themselves ---


def test_every_source_that_counts_or_prints_a_number_is_there(boards: dict[str, Picture]) -> None:
    counted = {row["source"] for row in _tables("spread_observations")}
    printed = {row["source"] for row in _tables("spread") if row.get("percent") or row.get("patients")}
    there = set(boards["all"].table["source"])
    assert counted | printed <= there
    assert len(boards["all"].data["studies"]) == len(there) == len(boards["all"].table)


def test_observations_and_largest_counts_are_those_of_the_tables(boards: dict[str, Picture]) -> None:
    rows = [row for row in _tables("spread_observations") if row["source"] == "zhang_2020_gastric_stage4"]
    shown = boards["all"].table.set_index("source").loc["zhang_2020_gastric_stage4"]
    assert shown["observations"] == len(rows)
    assert shown["patients, largest count"] == f"{max(int(row['patients']) for row in rows):,}"


def test_years_are_those_of_the_sources(boards: dict[str, Picture]) -> None:
    years = {row["key"]: row["year"] for row in small.rows(ROOT / "data/sources.csv")}
    for source, year in boards["all"].table[["source", "year"]].itertuples(index=False):
        assert str(year) == (years[source] or "not known")


def test_what_hangs_on_one_source_is_in_the_title(graph: Graph, boards: dict[str, Picture]) -> None:
    asked = graph.query(
        """SELECT ?source (COUNT(*) AS ?n) WHERE {
          ?o a mkg:SpreadObservation ; prov:wasDerivedFrom ?source } GROUP BY ?source ORDER BY DESC(?n)"""
    )
    assert isinstance(asked, pd.DataFrame)
    total, top = int(asked["n"].sum()), int(asked["n"].iloc[0])
    assert (
        f"{100 * top / total:.0f} % of {total:,} observations are from {asked['source'].iloc[0].rsplit('/')[-1]}"
        in (boards["all"].title)
    )
    assert boards["all"].table["observations"].sum() == total


# --- Rules ---


def test_sources_are_joined_over_a_third() -> None:
    assert shared({"a": ["MSK"], "b": ["TCGA", "MSK"], "c": ["TCGA"], "d": ["SEER"], "e": []}) == dict.fromkeys(
        "abc", "MSK, TCGA"
    )


def test_patients_are_the_largest_count_and_never_a_sum(graph: Graph, spread: pd.DataFrame) -> None:
    table = studies(spread, graph.sources()).set_index("source")
    rows = spread[spread["source"] == "msk_met_2021"]
    assert table.loc["msk_met_2021", "patients"] == rows["patients"].max() < rows["patients"].sum()


@pytest.mark.parametrize("name", ASKED)
def test_a_board_has_all_that_must_stand_beside_it(name: str, boards: dict[str, Picture]) -> None:
    picture = boards[name]
    page = picture.html()
    assert picture.alt
    assert "Patients are not added up" in picture.caveat
    assert "Not medical advice" in page
    assert len(picture.sources) == len(picture.table) == page.count('data-mark="')
    assert picture.words
    assert len(page.encode()) < (600_000 if name == "all" else 400_000)
    assert not re.search(r"<[^>]+\s(?:src|href|action)=", page)


def test_no_mark_hides_another_and_higher_is_more(boards: dict[str, Picture]) -> None:
    for picture in boards.values():
        points = [(one["x"], one["y"]) for one in picture.data["studies"]]
        near = [
            (a, b) for i, a in enumerate(points) for b in points[:i] if max(abs(a[0] - b[0]), abs(a[1] - b[1])) < 9.3
        ]
        assert near == []
        assert all(0 < x < 1192 for x, _ in points)
        heights = [one["y"] for one in picture.data["studies"]]
        assert heights == sorted(heights) or picture.data["bare"]
        stated = (picture.table["patients, largest count"] != "not stated").sum()
        assert heights[:stated] == sorted(heights[:stated])


def test_what_has_no_year_or_no_n_stands_apart_and_is_counted(boards: dict[str, Picture]) -> None:
    picture = boards["all"]
    for one, year, n in zip(
        picture.data["studies"], picture.table["year"], picture.table["patients, largest count"], strict=True
    ):
        assert (one["x"] > picture.data["right"]) == (year == "not known")
        assert (one["y"] >= picture.data["bare"]) == (n == "not stated")
    assert f"{(picture.table['year'] == 'not known').sum()} sources without a year" in picture.caveat
    assert (
        f"{(picture.table['patients, largest count'] == 'not stated').sum()} sources print a percentage"
        in picture.caveat
    )


def test_a_line_joins_every_source_of_a_shared_pool(boards: dict[str, Picture]) -> None:
    picture = boards["all"]
    sizes = picture.table["shares patients by"].value_counts().drop("")
    assert {link["shared"]: link["d"].count("M") + 1 for link in picture.data["links"]} == sizes.to_dict()
    assert all(size > 1 for size in sizes)


def test_nothing_counted_is_refused(graph: Graph) -> None:
    with pytest.raises(KgError, match="allowed: a cancer or site"):
        graph.view("evidence", cancer="melanoma", site="sacral lymph node")


# --- In a browser ---


@pytest.mark.browser
@pytest.mark.parametrize("name", ["all", "breast"])
def test_a_board_opens_offline_and_axe_finds_nothing(name: str, browser: Browser, board_files: dict[str, Path]) -> None:
    with Opened(browser, board_files[name]) as opened:
        assert opened.wrong == []
    assert axe_finds(browser, board_files[name]) == []


@pytest.mark.browser
def test_sources_can_be_chosen_by_how_they_looked_and_whose_patients_they_share(
    browser: Browser, board_files: dict[str, Path], boards: dict[str, Picture]
) -> None:
    studies_ = boards["all"].data["studies"]
    with Opened(browser, board_files["all"]) as opened:
        page = opened.page
        page.select_option("#way", "Autopsy")
        autopsies = sum(one["way"] == "Autopsy" for one in studies_)
        assert page.locator("[data-way]:not([hidden])").count() == autopsies
        assert page.locator("#twin tbody tr:not([hidden])").count() == autopsies
        assert page.locator("#said").inner_text() == f"{autopsies} of {len(studies_)} sources shown"
        page.select_option("#way", "*")
        page.select_option("#group", index=1)
        group = page.locator("#group").input_value()
        assert page.locator("[data-way]:not([hidden])").count() == sum(one["shared"] == group for one in studies_)
        assert page.locator("[data-link]:not([hidden])").count() == 1
        assert opened.wrong == []


@pytest.mark.browser
def test_keys_go_through_all_sources_in_the_order_of_years(browser: Browser, board_files: dict[str, Path]) -> None:
    with Opened(browser, board_files["prostate to bone"]) as opened:
        page = opened.page
        page.locator("[data-mark][tabindex='0']").focus()
        heard = []
        for _ in range(page.locator("[data-mark]").count()):
            heard.append(page.locator("#tip").inner_text().splitlines()[0])
            page.keyboard.press("ArrowRight")
        assert len(set(heard)) == page.locator("[data-mark]").count()
        years = [int(year) for line in heard for year in re.findall(r", (\d{4})$", line)]
        assert years == sorted(years)


@pytest.mark.browser
@pytest.mark.parametrize("ending", ["SVG", "PNG", "CSV"])
def test_a_board_is_saved(ending: str, browser: Browser, board_files: dict[str, Path], tmp_path: Path) -> None:
    with Opened(browser, board_files["breast"]) as opened:
        assert saved(opened.page, ending, tmp_path).stat().st_size > 1000
        assert opened.wrong == []


@pytest.mark.browser
def test_markup_in_sources_stays_text(browser: Browser, tmp_path: Path) -> None:
    folder = small.good(tmp_path)
    for line, row in enumerate(small.rows(folder / "sources.csv"), start=2):
        small.set_cell(
            folder / "sources.csv", line, "title", f"</script><img src=x onerror=alert({line})> 🦀 Ä {{{{ 7*7 }}}}"
        )
        if row["population"]:
            small.set_cell(folder / "sources.csv", line, "population", "'\"><svg onload=alert(1)><b>")
    picture = load_apart(folder, tmp_path / "store").view("evidence")
    text = picture.html()
    assert not re.search(r"<img|<svg onload|🦀 Ä 49", text)
    json.loads(text.split('id="data">', 1)[1].split("</script>", 1)[0])
    with Opened(browser, picture.save(tmp_path / "hostile.html")) as opened:
        assert opened.page.locator("img, b, svg svg").count() == 0
        assert "🦀 Ä {{ 7*7 }}" in opened.page.locator("main").inner_text()
        for mark in opened.page.locator("[data-mark]").all():
            mark.focus()
        assert opened.wrong == []

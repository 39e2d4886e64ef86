"""kg/views/flow: bands are the query's rows, no share is divided among routes, and nothing in the data is markup."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kg import chart
from kg.analyses.routes import Chain
from kg.analyses.ways import ways
from kg.errors import KgError
from kg.graph import Graph
from kg.page import Picture
from kg.views.flow.places import WHOLE
from tests import small
from tests.conftest import load_apart
from tests.pages import Opened, axe_finds, saved

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ASKED: dict[str, dict[str, str]] = {
    "colorectal": {"cancer": "colorectal cancer"},
    "ovarian": {"cancer": "ovarian cancer"},
    "prostate": {"cancer": "prostate cancer"},
    "melanoma": {"cancer": "melanoma"},
    "autopsies": {"cancer": "breast cancer", "denominator": "AllPatients", "ascertainment": "Autopsy"},
    "bone": {"site": "bone"},
    "liver": {"site": "liver"},
    "one pair": {"cancer": "colorectal cancer", "site": "liver"},
}
HOSTILE = {
    "MONDO:0008315": "</script><script>alert(1)</script>",
    "MONDO:0001187": "'\"><svg onload=alert(2)> 🦀 Ä {{ 7*7 }} & <b>",
    "UBERON:0001474": "--></style></svg><img src=x onerror=alert(3)>",
}
USUAL = """SELECT ?site (MAX(?patients) AS ?most) WHERE {{
  ?o a mkg:SpreadObservation ; rdf:subject <{cancer}> ; rdf:object ?s ; mkg:measure mkg:Patients ; mkg:proportion ?p ;
    mkg:denominator mkg:MetastaticPatients ; mkg:ascertainment mkg:EverRecorded ; mkg:patientCount ?patients .
  ?s rdfs:label ?site . FILTER (?p > 0) FILTER NOT EXISTS {{ ?o mkg:ownOrgan true }}
}} GROUP BY ?site"""
PURL = "http://purl.obolibrary.org/obo/"


@pytest.fixture(scope="session")
def flows(graph: Graph) -> dict[str, Picture]:
    return {name: graph.view("flow", **options) for name, options in ASKED.items()}


@pytest.fixture(scope="session")
def flow_files(flows: dict[str, Picture], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("flows")
    return {name: picture.save(folder / f"{name}.html") for name, picture in flows.items()}


@pytest.fixture(scope="session")
def hostile_flow(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A graph whose labels, populations and titles hold markup."""
    folder = small.good(tmp_path_factory.mktemp("hostile-flow"))
    for table in ("entities/conditions.csv", "entities/organs.csv"):
        for line, row in enumerate(small.rows(folder / table), start=2):
            if row["id"] in HOSTILE:
                small.set_cell(folder / table, line, "label", HOSTILE[row["id"]])
    small.set_cell(folder / "statements/spread_observations.csv", 7, "population", "<img src=x onerror=alert(6)>")
    small.set_cell(folder / "sources.csv", 14, "title", "<iframe src=javascript:alert(8)>")
    return load_apart(folder, folder.parent / "store")


# --- Which ways there are ---


NAMED = pd.DataFrame(
    [
        ("crc", "liver", "mkg:Portal", "ECO:0000204", "a", ""),
        ("crc", "liver", "mkg:Caval|mkg:Portal", "ECO:0000204", "b", "rectal cancer"),
        ("crc", "spine", "mkg:VertebralPlexus", "ECO:0000205", "c", "spine"),
        ("crc", "nerves", "mkg:Perineural", "ECO:0000204", "d", ""),
    ],
    columns=["cancer_id", "site_id", "route", "evidence", "source", "said_of"],
)


def test_each_named_route_is_a_way_and_none_is_lost() -> None:
    chains = {("crc", "lung"): Chain(("rectum", "UBERON:0001072", "lung"), "vein", False, ("e",))}
    pairs = [("crc", "liver"), ("crc", "bone"), ("crc", "lung"), ("crc", "skin")]
    inner = {"bone": {"bone", "spine"}}
    found = ways(pairs, NAMED, lambda site: inner.get(site, {site}), chains)
    assert [tuple(row) for row in found.drop(columns=["cancer_id"]).to_numpy().tolist()] == [
        ("liver", True, "Portal", "stated", 2, "a; of rectal cancer: b", "a|b"),
        ("liver", True, "Caval", "stated", 2, "of rectal cancer: b", "b"),
        ("bone", True, "VertebralPlexus", "inferred", 1, "of spine: c", "c"),
        ("lung", True, "Caval", "drainage", 1, "e", "e"),
        ("skin", True, "", "unstated", 1, "", ""),
        ("nerves", False, "Perineural", "stated", 1, "d", "d"),
    ]


# --- Without a browser ---


@pytest.mark.parametrize("name", ASKED)
def test_a_flow_has_all_that_must_stand_beside_it(name: str, flows: dict[str, Picture]) -> None:
    picture = flows[name]
    page = picture.html()
    assert picture.title
    assert picture.alt
    assert "do not add up to patients" in picture.subtitle
    assert "one patient can have several sites" in picture.caveat
    assert "Not medical advice" in page
    assert picture.sources
    assert picture.words
    assert len(page.encode()) < 400_000
    assert not re.search(r"<[^>]+\s(?:src|href|action)=", page)


@pytest.mark.parametrize("name", ASKED)
def test_a_row_of_the_table_is_a_band(name: str, flows: dict[str, Picture]) -> None:
    data = flows[name].data
    assert len(flows[name].table) == len(data["bands"]) == len(data["marks"]) > 0
    assert flows[name].html().count('data-mark="') == len(data["bands"])


@pytest.mark.parametrize(
    ("name", "cancer"), [("colorectal", "MONDO_0005575"), ("ovarian", "MONDO_0008170"), ("melanoma", "MONDO_0005105")]
)
def test_every_counted_site_has_its_band_and_its_largest_n(
    name: str, cancer: str, graph: Graph, flows: dict[str, Picture]
) -> None:
    asked = graph.query(USUAL.format(cancer=PURL + cancer))
    assert isinstance(asked, pd.DataFrame)
    table = flows[name].table
    counted = table[table["frequency"] != "not counted in this way"]
    assert set(counted["site"]) == set(asked["site"])
    most: dict[str, int] = dict(asked.itertuples(index=False))
    for site, frequency in counted[["site", "frequency"]].itertuples(index=False):
        n = re.search(r"(?:/|of )([\d,]+);", frequency)
        assert n
        assert int(n.group(1).replace(",", "")) == int(most[site])


def test_routes_are_those_that_sources_name(graph: Graph, flows: dict[str, Picture]) -> None:
    asked = graph.query(
        """SELECT ?route ?source WHERE {
          ?s rdf:subject/mkg:within <http://purl.obolibrary.org/obo/MONDO_0005575> ; rdf:predicate mkg:spreadsTo ;
            rdf:object <http://purl.obolibrary.org/obo/UBERON_0002107> ; mkg:viaRoute/rdfs:label ?route ; prov:wasDerivedFrom ?source
        }"""
    )
    assert isinstance(asked, pd.DataFrame)
    table = flows["colorectal"].table
    liver = table[table["site"] == "liver"]
    assert set(liver["route"]) == set(asked["route"])
    for route, said in liver[["route", "route from"]].itertuples(index=False):
        keys = {iri.rsplit("/", 1)[1] for iri in asked.loc[asked["route"] == route, "source"]}
        assert keys == set(re.findall(r"\b\w+_\w+\b", said))


def test_several_routes_are_each_as_wide_as_the_whole(flows: dict[str, Picture]) -> None:
    picture = flows["colorectal"]
    bands = [band for band, site in zip(picture.data["bands"], picture.table["site"], strict=True) if site == "liver"]
    assert len(bands) == 2
    assert {band["bar"] for band in bands} == {round(2026 / 3223 * WHOLE, 1)}
    assert {band["kind"] for band in bands} == {"several"}
    assert "nothing is divided" in picture.caveat
    assert picture.table.loc[picture.table["site"] == "liver", "frequency"].nunique() == 1


def test_what_nobody_names_is_said_to_be_unstated(flows: dict[str, Picture]) -> None:
    table = flows["melanoma"].table
    assert set(table["route"]) == {"route not stated"}
    assert "no source names a route" in flows["melanoma"].title


def test_a_site_that_is_named_but_not_counted_is_a_line_without_width(flows: dict[str, Picture]) -> None:
    for band, frequency in zip(flows["ovarian"].data["bands"], flows["ovarian"].table["frequency"], strict=True):
        assert (band["kind"] == "dotted") == (frequency == "not counted in this way")
        assert (band["bar"] == 0) == (band["kind"] == "dotted")
    assert "omentum" in set(flows["ovarian"].table.query("frequency == 'not counted in this way'")["site"])


def test_inferred_routes_are_dashed(flows: dict[str, Picture]) -> None:
    for picture in flows.values():
        known = picture.table["route is"].str.startswith("inferred")
        assert [band["guess"] for band in picture.data["bands"]] == list(known)
    assert any(band["guess"] for band in flows["bone"].data["bands"])


def test_a_title_says_whether_its_route_is_stated_or_inferred(graph: Graph, flows: dict[str, Picture]) -> None:
    assert flows["prostate"].title.endswith("route named: vertebral plexus")
    assert graph.view("flow", cancer="breast cancer").title.endswith("route inferred by a source: vertebral plexus")


def test_a_kind_stands_in_only_under_its_own_name(flows: dict[str, Picture]) -> None:
    assert flows["prostate"].title.startswith("Prostate adenocarcinoma to bone")
    assert "the kind of prostate cancer" in flows["prostate"].caveat


def test_own_organs_and_zeros_have_no_band_but_are_told(flows: dict[str, Picture]) -> None:
    assert "male genital tract (its own organ)" in flows["prostate"].caveat
    assert "ovary (0 of" in flows["prostate"].caveat


def test_no_band_leaves_the_hub_outside_of_it(flows: dict[str, Picture]) -> None:
    data = flows["colorectal"].data
    low, high = data["middle"] - data["whole"] / 2, data["middle"] + data["whole"] / 2
    for band in data["bands"]:
        top = float(band["d"].split()[1].split("C")[0])
        assert low - 0.11 <= top
        assert top + band["bar"] <= high + 0.11


def test_no_percentage_stands_without_n_or_for_fewer_than_twenty(flows: dict[str, Picture]) -> None:
    for picture in flows.values():
        for text in [picture.title, *(mark["tip"] for mark in picture.data["marks"])]:
            for n in re.findall(r"% \((?:[\d,]+/|of )([\d,]+)\)", text):
                assert int(n.replace(",", "")) >= chart.SURE


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "allowed: cancer, site, or both"),
        (
            {"cancer": "breast cancer", "denominator": "Some"},
            '"Some" is no way of counting; allowed: MetastaticPatients',
        ),
        (
            {"cancer": "melanoma", "ascertainment": "Recurrence"},
            "nothing was counted as Recurrence of any patients; allowed: AtDiagnosis of MetastaticPatients",
        ),
        ({"site": "breast"}, "no source names a route to breast"),
    ],
)
def test_a_flow_that_cannot_be_drawn_says_what_is_allowed(graph: Graph, options: dict[str, str], told: str) -> None:
    with pytest.raises(KgError, match=re.escape(told)):
        graph.view("flow", **options)


# --- In a browser ---


@pytest.mark.browser
@pytest.mark.parametrize("name", ["colorectal", "ovarian", "bone"])
def test_a_flow_opens_offline_and_axe_finds_nothing(name: str, browser: Browser, flow_files: dict[str, Path]) -> None:
    with Opened(browser, flow_files[name]) as opened:
        assert opened.wrong == []
    assert axe_finds(browser, flow_files[name]) == []


@pytest.mark.browser
def test_a_flow_is_whole_without_scripts(
    browser: Browser, flow_files: dict[str, Path], flows: dict[str, Picture]
) -> None:
    context = browser.new_context(offline=True, java_script_enabled=False, viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(flow_files["colorectal"].as_uri())
    assert page.locator("#chart .ribbon").count() == len(flows["colorectal"].data["bands"])
    assert page.locator("#chart .gate-name").first.is_visible()
    context.close()


@pytest.mark.browser
def test_keys_and_pointer_tell_share_interval_and_sources(browser: Browser, flow_files: dict[str, Path]) -> None:
    with Opened(browser, flow_files["colorectal"]) as opened:
        page = opened.page
        page.locator("[data-mark][tabindex='0']").focus()
        first = page.locator("#tip").inner_text()
        assert re.search(r"2,026/3,223\), 95 % [\d.]+-[\d.]+", first)
        assert "msk_met_2021" in first
        assert "crc_pjr" in first
        page.keyboard.press("ArrowRight")
        assert "caval" in page.locator("#tip").inner_text()
        page.keyboard.press("ArrowDown")
        assert "liver" not in page.locator("#tip").inner_text().splitlines()[0]
        assert opened.wrong == []


@pytest.mark.browser
def test_one_route_can_be_shown_alone(browser: Browser, flow_files: dict[str, Path], flows: dict[str, Picture]) -> None:
    table = flows["colorectal"].table
    with Opened(browser, flow_files["colorectal"]) as opened:
        page = opened.page
        page.select_option("#route", label="caval")
        caval = int((table["route"] == "caval").sum())
        assert page.locator("#chart [data-mark]:not([hidden])").count() == caval
        assert page.locator("#twin tbody tr:not([hidden])").count() == caval
        assert page.locator("#said").inner_text() == f"{caval} of {len(table)} bands shown"


@pytest.mark.browser
@pytest.mark.parametrize("ending", ["SVG", "PNG", "CSV"])
def test_a_flow_is_saved(ending: str, browser: Browser, flow_files: dict[str, Path], tmp_path: Path) -> None:
    with Opened(browser, flow_files["bone"]) as opened:
        assert saved(opened.page, ending, tmp_path).stat().st_size > 1000
        assert opened.wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("options", [{"cancer": "MONDO:0008315"}, {"site": "UBERON:0001474"}])
def test_markup_in_the_data_of_a_flow_stays_text(
    options: dict[str, str], hostile_flow: Graph, browser: Browser, tmp_path: Path
) -> None:
    picture = hostile_flow.view("flow", **options)
    page_text = picture.html()
    assert not re.search(r"<img|<iframe|<script>alert|<svg onload|🦀 Ä 49 ", page_text)
    json.loads(page_text.split('id="data">', 1)[1].split("</script>", 1)[0])
    with Opened(browser, picture.save(tmp_path / "hostile.html")) as opened:
        assert opened.page.locator("img, iframe, b, svg svg").count() == 0
        assert any(label in opened.page.locator("main").inner_text() for label in HOSTILE.values())
        for mark in opened.page.locator("[data-mark]").all():
            mark.focus()
        assert opened.wrong == []

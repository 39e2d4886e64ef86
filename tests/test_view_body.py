"""kg/views/body: every site of the data has its place or its entry in the gutter, and nothing in the data is markup."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.analyses import places, reverse
from kg.errors import FormatError, KgError
from kg.graph import Graph
from kg.page import Picture
from kg.resources import ASSETS
from kg.views.body.figure import figure
from tests import small
from tests.conftest import load_apart
from tests.pages import Opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CANCERS = (
    "colorectal cancer",
    "prostate cancer",
    "breast cancer",
    "ovarian cancer",
    "osteosarcoma",
    "melanoma",
    "lymphoma",
)
HOSTILE = {
    "MONDO:0008315": "</script><script>window.taken = 1</script>",
    "MONDO:0001187": "<img src=x onerror='window.taken = 2'> {{ 7*7 }}",
    "UBERON:0001474": "</text></svg><script>window.taken = 3</script>",
}  # fmt: skip
Open = Callable[[Picture], "Page"]


@pytest.fixture(scope="session")
def pictures(graph: Graph) -> dict[str, Picture]:
    maps = {name: graph.view("body", cancer=name) for name in CANCERS}
    return maps | {"to bone": graph.view("body", site="bone"), "to ovary": graph.view("body", site="ovary")}


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a picture without network; at the end nothing may have been asked for, and nothing may have gone wrong."""
    pages: list[Opened] = []

    def open_(picture: Picture) -> Page:
        pages.append(Opened(browser, picture.save(tmp_path / "body.html")))
        return pages[-1].page

    yield open_
    for one in pages:
        one.context.close()
        assert one.wrong == []


def shown(page: Page) -> list[str]:
    """Sites that the table shows as counted."""
    rows = page.locator("#twin tbody tr:not([hidden])").all_inner_texts()
    return [row.split("\t")[0] for row in rows if "said, not counted" not in row]


# --- The drawings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sex", ["female", "male"])
def test_a_drawing_is_small_and_every_shape_has_an_id(sex: str) -> None:
    text = (ASSETS / "drawings" / f"{sex}.svg").read_text(encoding="utf-8")
    assert len(text) < 60_000
    root = ElementTree.fromstring(text)
    inside = {path for group in root.iter() if group.get("data-uberon") for path in group.iter()}
    bare = [path.get("class") for path in root.iter() if path.tag.endswith("path") and path not in inside]
    assert bare == ["flesh"]


def test_every_site_of_the_data_has_a_place_or_is_known_to_have_none(graph: Graph) -> None:
    body = figure(graph)
    sites = set(graph.spread()["site_id"]) - {"mkg:AnyDistantSite"}
    nowhere = {body.label(site) for site in sites if body.place(site) == places.NOWHERE}
    assert len(sites) > 150
    relations = {"regional lymph nodes", "sentinel lymph node", "peripheral lymph nodes", "viscus"}
    assert len(nowhere - relations) < len(sites) / 10, sorted(nowhere)
    counted_at_msk = graph.spread(cancer="colorectal cancer").query("source == 'msk_met_2021'")
    assert not nowhere & set(counted_at_msk["site"])


def test_data_binds_by_identifier_or_part_of(graph: Graph) -> None:
    body = figure(graph)
    assert body.place("UBERON:0002107") == places.Place(("UBERON:0002107",), "same")
    assert "UBERON:0001255" in body.place("mkg:bladder-or-urinary-tract-msk-met-site").shapes
    assert body.place("UBERON:0003706").how == "inside"  # vocal cords: a spot on the larynx, which takes no colour


# --- Without a browser -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*CANCERS, "to bone", "to ovary"])
def test_a_picture_has_all_that_must_stand_beside_it(name: str, pictures: dict[str, Picture]) -> None:
    picture = pictures[name]
    page = picture.html()
    assert len(page.encode()) <= 400_000
    assert "Not medical advice" in page
    assert "CC BY 4.0; changed" in picture.caveat
    assert picture.alt.startswith("Body map")
    assert picture.sources
    assert not re.search(r"<[^>]+\s(?:src|href|action)=", page)


@pytest.mark.parametrize("name", CANCERS)
def test_the_page_holds_every_observation_once_in_a_series(
    name: str, graph: Graph, pictures: dict[str, Picture]
) -> None:
    data, spread = pictures[name].data, graph.spread(name, inferred=True)
    assert len(data["rows"]) == sum(view["count"] for view in data["views"])
    counted = spread[(spread["kind"] == "observation") & (spread["measure"] == "Patients")]
    placed = {data["sites"][row[0]]["full"] for row in data["rows"]} | {
        data["sites"][row[0]]["full"] for row in data["said"]
    }
    assert set(counted["site"]) - {"any distant site"} <= placed


def test_the_default_is_ever_recorded_among_metastatic_patients(pictures: dict[str, Picture]) -> None:
    picture = pictures["colorectal cancer"]
    view = picture.data["views"][picture.data["first"]]
    assert (view["denominator"], view["ascertainment"], view["count"]) == ("MetastaticPatients", "EverRecorded", 20)
    assert picture.title == "Colorectal cancer spreads most often to liver: 63 % (2,026/3,223)"
    assert picture.subtitle.startswith("Of 100 patients whose cancer had spread")
    assert "one referral centre" in picture.subtitle


def test_a_kind_stands_in_for_its_cancer_in_words(pictures: dict[str, Picture]) -> None:
    picture = pictures["prostate cancer"]
    assert picture.title.startswith("Prostate adenocarcinoma spreads most often to bone: 65 %")
    assert "Prostate adenocarcinoma is a kind of prostate cancer." in picture.subtitle
    assert picture.data["sexes"] == ["male"]


def test_no_percentage_in_a_title_is_of_fewer_than_twenty(pictures: dict[str, Picture]) -> None:
    titles = [view["title"] + view["alt"] for picture in pictures.values() for view in picture.data["views"]]
    patients = [
        int(n.replace(",", "")) for title in titles for n in re.findall(r"% \((?:[\d,]+/|of )([\d,]+)\)", title)
    ]
    assert len(patients) > 100
    assert min(patients) >= 20


def test_the_portal_vein_leads_from_colon_to_liver(pictures: dict[str, Picture]) -> None:
    data = pictures["colorectal cancer"].data
    (liver,) = [route for route in data["routes"] if data["sites"][route["site"]]["full"] == "liver"]
    assert liver["steps"].startswith("colon → hepatic portal vein → liver (")
    assert not liver["inferred"]
    assert any(name.startswith("portal (") for name in liver["named"])


def test_a_site_in_reverse_is_ranked_by_all_three_factors(graph: Graph, pictures: dict[str, Picture]) -> None:
    first = reverse.populations(graph.incidence())[0]
    spreads = reverse.largest(graph.spread(site="any distant site"), "AllPatients")
    shares = reverse.largest(graph.spread(site="bone"), "MetastaticPatients")
    table = reverse.ranking(reverse.amounts(first), spreads, shares)
    ranked, unranked = table[table["rank"].notna()], table[table["rank"].isna()]
    assert list(ranked["rank"]) == list(range(1, len(ranked) + 1))
    product = ranked["incidence"] * ranked["spread"] * ranked["share"]
    assert list(product) == pytest.approx(sorted(product, reverse=True))
    assert (unranked["missing"] != "").all()
    assert (ranked["cases"].fillna(ranked["share"] * ranked["patients"]) >= 5).all()
    assert "it may well come before those that are" in pictures["to bone"].caveat


def test_an_organ_of_one_sex_is_ranked_for_that_sex_alone(pictures: dict[str, Picture]) -> None:
    views = pictures["to ovary"].data["views"]
    assert views
    assert all(view["source"].endswith("female patients") for view in views)
    assert pictures["to ovary"].data["sexes"] == ["female"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs a cancer or a site"),
        ({"cancer": "osteosarcoma", "sex": "both"}, "female, male"),
        ({"cancer": "osteosarcoma", "ascertainment": "Sometimes"}, "EverRecorded"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(options: dict[str, str], message: str, graph: Graph) -> None:
    with pytest.raises(FormatError, match=message):
        graph.view("body", **options)


def test_a_cancer_of_which_nobody_speaks_is_refused(graph: Graph) -> None:
    silent = next(
        one.id
        for one in graph.entities.values()
        if one.class_ == "Cancer" and graph.spread(one.id, inferred=True).empty
    )
    with pytest.raises(KgError, match="nobody counted or said"):
        graph.view("body", cancer=silent)


# --- In a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("name", CANCERS)
def test_its_marks_are_the_rows_of_the_table(name: str, pictures: dict[str, Picture], opened: Open) -> None:
    page = opened(pictures[name])
    marks = page.locator("#over .item")
    names = [
        data_name(pictures[name], row) for row in marks.evaluate_all("all => all.map(one => Number(one.dataset.row))")
    ]
    assert names == shown(page)
    assert page.locator("#over .spread").count() <= 8


def data_name(picture: Picture, row: int) -> str:
    return str(picture.data["sites"][picture.data["rows"][row][0]]["full"])


@pytest.mark.browser
def test_it_is_ready_within_a_second_and_shows_no_bare_percentage(pictures: dict[str, Picture], opened: Open) -> None:
    page = opened(pictures["colorectal cancer"])
    assert (
        page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd") < 3000
    )  # 1 s when idle
    for text in page.locator("#over .item").all_text_contents():
        assert re.search(r"\d %|<1 %", text) is None or re.search(r"[\d,]+/[\d,]+|of [\d,]+", text), text


@pytest.mark.browser
def test_choices_change_title_marks_and_table_together(pictures: dict[str, Picture], opened: Open) -> None:
    page = opened(pictures["breast cancer"])
    before = page.inner_text("h1")
    page.select_option("#found", "SampledSite")
    assert page.inner_text("h1") != before
    assert "biopsied" in page.inner_text("h1")
    assert page.locator("#over .item").count() == len(shown(page))
    page.fill("#threshold", "101")
    assert page.locator("#over .spread").count() == 0
    assert page.locator("#over .item").count() == len(shown(page))


@pytest.mark.browser
def test_one_tab_stop_and_arrow_keys_reach_every_site(pictures: dict[str, Picture], opened: Open) -> None:
    page = opened(pictures["colorectal cancer"])
    items = page.locator("#over .item")
    assert page.locator("#over .item[tabindex='0']").count() == 1
    items.first.focus()
    reached = []
    for _ in range(items.count()):
        reached.append(page.evaluate("document.activeElement.dataset.row"))
        assert "source: msk_met_2021" in page.inner_text("#tip")
        page.keyboard.press("ArrowDown")
    assert len(set(reached)) == items.count() == 20
    assert page.locator("#over .item[tabindex='0']").count() == 1


@pytest.mark.browser
def test_a_lecture_goes_from_the_primary_arrow_by_arrow(pictures: dict[str, Picture], opened: Open) -> None:
    page = opened(pictures["colorectal cancer"])
    arrows = page.locator("#over .spread:not(.later)")
    seen = []
    for _ in range(4):
        page.keyboard.press("PageDown")
        seen.append((arrows.count(), page.inner_text("#step")))
    assert [count for count, _ in seen] == [0, 1, 2, 3]
    assert seen[1][1] == "1 of 9: liver, 63 %"
    page.keyboard.press("PageUp")
    assert arrows.count() == 2


@pytest.mark.browser
def test_three_marks_tell_found_from_none_from_never_looked_for(pictures: dict[str, Picture], opened: Open) -> None:
    page = opened(pictures["prostate cancer"])
    assert page.locator("#over .item .nought").count() == 2  # ovary, female genital tract: 0 of 1,762
    liver = page.locator("#body-male [data-uberon='UBERON:0002107']")
    spleen = page.locator("#body-male [data-uberon='UBERON:0002106']")
    assert dashes(liver) == "none"
    assert dashes(spleen) != "none"


def dashes(shape: Locator) -> str:
    return str(shape.evaluate("one => getComputedStyle(one).strokeDasharray"))


@pytest.mark.browser
def test_routes_draw_the_vessels_that_the_graph_holds(pictures: dict[str, Picture], opened: Open) -> None:
    page = opened(pictures["colorectal cancer"])
    assert page.locator("path.way").count() == 0
    page.check("#routes")
    assert page.locator("#body-female path.way:not(.inferred)[data-uberon='UBERON:0001639']").count() == 1
    assert "hepatic portal vein" in page.inner_text("#notes")


@pytest.mark.browser
@pytest.mark.parametrize("name", ["colorectal cancer", "to bone"])
def test_downloads_are_not_blank(name: str, pictures: dict[str, Picture], opened: Open, tmp_path: Path) -> None:
    page = opened(pictures[name])
    saved = {}
    for label, ending in (("Save as SVG", "svg"), ("Save as PNG", "png")):
        with page.expect_download() as download:
            page.get_by_role("button", name=label).first.click()
        saved[ending] = tmp_path / f"saved.{ending}"
        download.value.save_as(saved[ending])
    words = "".join(ElementTree.fromstring(saved["svg"].read_text(encoding="utf-8")).itertext())
    assert "CC BY 4.0; changed" in re.sub(r"\s+", " ", words) or "CC BY 4.0;" in words
    assert saved["png"].read_bytes()[:4] == b"\x89PNG"
    assert saved["png"].stat().st_size > 200_000


@pytest.mark.browser
@pytest.mark.parametrize("name", ["to bone", "to ovary"])
def test_in_reverse_its_marks_are_the_ranking(name: str, pictures: dict[str, Picture], opened: Open) -> None:
    page = opened(pictures[name])
    rows = page.locator("#twin tbody tr:not([hidden])")
    assert page.locator("#over .item").count() == rows.count() == pictures[name].data["views"][0]["count"]
    ranked = [row for row in rows.all_inner_texts() if row[0].isdigit()]
    assert page.locator("#over .spread").count() == min(8, len(ranked))


def _count_new_cases(path: Path) -> None:
    """The small data has no incidence by sex; without it nothing ranks."""
    (row,) = small.rows(path)[:1]
    women, men = (
        {**row, "cancer": "MONDO:0008315", "year": "2020", "sex": sex, "age_group": "all", "count": "9", "locator": sex}
        for sex in ("female", "male")
    )
    small.write(path, [list(row), *(list(one.values()) for one in (row, women, men))])


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A graph whose labels, populations and titles hold markup."""
    folder = small.good(tmp_path_factory.mktemp("hostile_body"))
    for table in ("entities/conditions.csv", "entities/organs.csv"):
        for line, row in enumerate(small.rows(folder / table), start=2):
            if row["id"] in HOSTILE:
                small.set_cell(folder / table, line, "label", HOSTILE[row["id"]])
    small.set_cell(
        folder / "statements/spread_observations.csv", 7, "population", "<img src=x onerror='window.taken = 6'>"
    )
    small.set_cell(folder / "sources.csv", 14, "title", "<iframe srcdoc='<script>parent.taken = 7</script>'>")
    _count_new_cases(folder / "statements" / "incidence.csv")
    return load_apart(folder, folder.parent / "store")


@pytest.mark.browser
@pytest.mark.parametrize(
    "options", [{"cancer": "MONDO:0008315"}, {"cancer": "MONDO:0001187"}, {"site": "UBERON:0001474"}]
)
def test_nothing_in_the_data_is_taken_for_markup(options: dict[str, str], hostile: Graph, opened: Open) -> None:
    picture = hostile.view("body", **options)
    page = opened(picture)
    page.locator("#over .item").first.focus()
    assert page.evaluate("window.taken") is None
    assert page.locator("main img, main iframe, main script, svg script").count() == 0
    assert page.inner_text("h1") == picture.title
    read = page.evaluate("JSON.parse(document.getElementById('data').textContent)")
    assert read == json.loads(json.dumps(picture.data))

"""The network opens offline, shows what its table shows, goes from name to name by key, and takes no label for markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg.errors import FormatError
from kg.page import Picture
from tests import small
from tests.conftest import load_apart
from tests.pages import HOSTILE, axe_finds, colours, opened, saved

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def picture(graph: kg.Graph) -> Picture:
    return graph.view("network")


@pytest.fixture(scope="module")
def colorectal(graph: kg.Graph) -> Picture:
    return graph.view("network", cancer="colorectal cancer")


@pytest.fixture
def page(browser: Browser, picture: Picture, tmp_path: Path) -> Iterator[Page]:
    yield from opened(browser, picture.save(tmp_path / "network.html"))


def drawn(page: Page) -> int:
    return page.locator("#still .line:not(#legend *)").count()


def shown_rows(page: Page) -> int:
    return page.locator("#twin tbody tr:not([hidden])").count()


def names(page: Page, side: str) -> list[str]:
    return [text or "" for text in page.locator(f"#still .node.{side} text").all_text_contents()]


# --- Without a browser ---


def test_every_line_is_a_row_of_the_table(picture: Picture, colorectal: Picture) -> None:
    for one in (picture, colorectal):
        assert len(one.data["still"]["lines"]) == len(one.table) > 30


def test_every_counted_row_carries_its_numbers(picture: Picture, colorectal: Picture) -> None:
    whole = r"([\d.]+ % \([\d,/of ]+; 95 % [\d.]+-[\d.]+\)|[\d,/of ]+)"
    assert picture.table["how often"].str.fullmatch(whole).all()
    counted = colorectal.table[colorectal.table["how and among whom"] != ""]
    assert counted["how often"].str.fullmatch(whole).all()
    assert len(counted) > 10


def test_a_line_is_as_wide_as_the_share_and_what_is_only_said_has_no_width(spread: Any, colorectal: Picture) -> None:
    pair = spread[(spread["cancer"] == "colorectal cancer") & (spread["site"] == "liver")]
    usual = pair[(pair["ascertainment"] == "EverRecorded") & (pair["denominator"] == "MetastaticPatients")]
    share = usual.sort_values("patients")["proportion"].iloc[-1]
    widths = {line["width"] for line in colorectal.data["still"]["lines"] if line["kind"] == "counted"}
    assert max(widths) == pytest.approx(1 + 11 * share, abs=0.05)
    assert {line["width"] for line in colorectal.data["still"]["lines"] if line["kind"] != "counted"} == {1.5}


def test_all_kinds_of_entity_are_told_apart_by_shape_and_colour(picture: Picture) -> None:
    kinds = picture.data["kinds"]
    assert {kind[0] for kind in kinds} == {"Cancer", "Symptom", "Treatment", "Organ", "Metastasis", "Complication"}
    assert all(len({kind[i] for kind in kinds}) == len(kinds) for i in (3, 4, 5))


def test_every_statement_that_makes_an_edge_is_there_or_counted(
    network: nx.MultiDiGraph[str], picture: Picture
) -> None:
    edges = list(network.edges(data=True))
    pairs = {(start, edge["predicate"], end) for start, end, edge in edges}
    links = [link for link in picture.data["links"] if link[2] < len(picture.data["relations"]) - 1]
    assert len(links) == len(pairs)
    assert sum(len(link[4]) for link in links) + picture.data["further"] == len(edges)


def test_a_cancer_brings_its_symptoms_or_those_of_its_kinds(graph: kg.Graph, colorectal: Picture) -> None:
    assert {"hasSymptom", "treats", "spreadsTo", "arisesIn"} <= {
        name for name, (words, _) in relations().items() if words in set(colorectal.table["relation"])
    }
    symptoms = colorectal.table[colorectal.table["relation"] == "has the symptom"]
    assert "colorectal cancer" not in set(symptoms["from"])
    assert graph.view("network", name="breast cancer").data["centres"].__len__() == 1


def relations() -> dict[str, tuple[str, str]]:
    from kg.views.network.known import RELATIONS

    return RELATIONS


@pytest.mark.parametrize(
    "options", [{"name": "pain"}, {"name": "chemotherapy"}, {"name": "bone metastasis"}, {"site": "liver"}]
)
def test_anything_with_a_name_has_a_neighbourhood(graph: kg.Graph, options: dict[str, str]) -> None:
    picture = graph.view("network", **options)
    (name,) = options.values()
    assert ((picture.table["from"] == name) | (picture.table["to"] == name)).all()
    for side in ("left", "right"):
        assert sum(node["side"] == side for node in picture.data["still"]["nodes"]) <= 26


def test_the_page_stays_small_and_holds_no_address_of_another_host(picture: Picture) -> None:
    import pyvis

    page = picture.html()
    assert re.findall(r'(?:src|href)\s*=\s*["\']?(https?:[^"\'>\s]+)', page) == []
    library = max(Path(pyvis.__file__).parent.glob("lib/vis-*/vis-network.min.js")).stat().st_size
    assert len(page.encode()) - library < 600_000


def test_an_unknown_picture_and_an_unknown_option_are_refused(graph: kg.Graph) -> None:
    with pytest.raises(FormatError, match=r"allowed: .*network"):
        graph.view("hairball")
    with pytest.raises(FormatError, match="allowed: cancer, site, name"):
        graph.view("network", colour="red")


def test_the_still_drawing_is_there_without_a_script(colorectal: Picture) -> None:
    drawing = colorectal.svg()
    assert drawing.count('class="line') > 70
    assert "63 % (2,026/3,223)" in drawing


# --- In a browser ---


@pytest.mark.browser
@pytest.mark.parametrize("name", ["picture", "colorectal"])
def test_the_script_draws_what_the_server_drew(
    name: str, browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    picture: Picture = request.getfixturevalue(name)
    for page in opened(browser, picture.save(tmp_path / "network.html")):
        still = picture.data["still"]
        assert page.locator("#network canvas").count() == 1
        texts = page.locator("#names-drawn .node text").evaluate_all("all => all.map(one => one.textContent)")
        assert sorted(texts) == sorted(node["name"] + node["figure"] for node in still["nodes"])
        places = page.locator("#names-drawn .node").evaluate_all("all => all.map(one => one.getAttribute('transform'))")
        assert sorted(places) == sorted(f"translate({node['x']} {node['y']})" for node in still["nodes"])
        widths = page.locator("#lines path").evaluate_all(
            "all => all.map(one => Number(one.getAttribute('stroke-width')))"
        )
        assert sorted(widths) == sorted(line["width"] for line in still["lines"])
        rows = page.locator("#twin tbody tr").evaluate_all(
            "all => all.map(row => [...row.cells].map(cell => cell.textContent))"
        )
        assert sorted(rows) == sorted(picture.table.to_numpy().tolist())


@pytest.mark.browser
def test_the_threshold_hides_lines_and_rows(page: Page, picture: Picture) -> None:
    page.fill("#threshold", "70")
    expected = picture.table["how often"].str.extract(r"^([\d.]+) %")[0].astype(float).ge(70).sum()
    assert drawn(page) == shown_rows(page) == expected


@pytest.mark.browser
def test_filters_by_kind_source_and_wording_keep_the_table_in_step(
    browser: Browser, colorectal: Picture, tmp_path: Path
) -> None:
    for page in opened(browser, colorectal.save(tmp_path / "network.html")):
        page.locator("#filters summary").click()
        page.get_by_role("checkbox", name="Symptoms").uncheck()
        assert drawn(page) == shown_rows(page) == (colorectal.table["relation"] != "has the symptom").sum()
        page.uncheck("#unsaid")
        assert drawn(page) == shown_rows(page) == (colorectal.table["how and among whom"] != "").sum()
        page.select_option("#source", label="msk_met_2021")
        assert 0 < drawn(page) == shown_rows(page)
        assert set(page.locator("#twin tbody td:last-child").all_inner_texts()) == {"msk_met_2021"}


@pytest.mark.browser
def test_keys_isolate_expand_and_go_back(page: Page) -> None:
    page.locator("#still [tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    name = page.evaluate("document.activeElement.getAttribute('aria-label')").split(",")[0]
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == name
    assert name in names(page, "middle")
    assert page.evaluate("location.hash").startswith("#node=")
    page.keyboard.press("ArrowRight")
    other = page.evaluate("document.activeElement.getAttribute('aria-label')").split(",")[0]
    before = drawn(page)
    page.keyboard.press("e")
    assert page.locator("#panel h2").inner_text() == other
    assert drawn(page) > before
    page.keyboard.press("Backspace")
    assert page.locator("#panel h2").inner_text() == name
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    page.get_by_role("button", name="Start again").click()
    assert page.evaluate("location.hash") == ""


@pytest.mark.browser
def test_the_panel_says_each_statement_with_its_source(browser: Browser, picture: Picture, tmp_path: Path) -> None:
    for page in opened(browser, picture.save(tmp_path / "network.html"), "#node=MONDO:0005575"):
        panel = page.locator("#panel").inner_text()
        assert "62.9 % (2,026/3,223; 95 % 61.2-64.5)" in panel
        assert "recorded at any time, of patients whose cancer had spread" in panel
        assert "msk_met_2021, tier B" in panel
        assert "doi:" in panel
        assert page.locator("h1").inner_text() == "Colorectal cancer spreads most often to liver: 63 % (2,026/3,223)"
        page.locator("#panel .end", has_text=re.compile("^liver$")).first.press("Enter")
        assert page.locator("#panel h2").inner_text() == "liver"


@pytest.mark.browser
def test_find_goes_to_a_name_of_any_kind(page: Page) -> None:
    page.fill("#find", "hypercalcemia")
    page.keyboard.press("Enter")
    assert page.locator("#panel h2").inner_text() == "hypercalcemia"
    page.fill("#find", "no such thing")
    page.keyboard.press("Enter")
    assert "nothing here is called" in page.locator("#said").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_what_is_saved_is_what_is_seen(browser: Browser, picture: Picture, ending: str, tmp_path: Path) -> None:
    for page in opened(browser, picture.save(tmp_path / "network.html"), "#node=MONDO:0005575"):
        path = saved(page, ending, tmp_path)
        assert len(colours(browser, path)) > 8
        if ending == "svg":
            text = path.read_text(encoding="utf-8")
            assert "colorectal cancer</text>" in text
            assert text.count('class="line counted"') > 10


@pytest.mark.browser
@pytest.mark.parametrize("at", ["", "#node=MONDO:0005575"])
def test_axe_finds_nothing(browser: Browser, picture: Picture, at: str, tmp_path: Path) -> None:
    assert axe_finds(browser, picture.save(tmp_path / "network.html"), at) == []


@pytest.mark.browser
def test_a_hostile_label_stays_text(browser: Browser, tmp_path: Path) -> None:
    folder = small.good(tmp_path)
    table = folder / "entities" / "conditions.csv"
    small.set_cell(table, line_of(table, "MONDO:0005082"), "label", HOSTILE)
    small.set_cell(folder / "statements/spread_observations.csv", 2, "population", HOSTILE)
    picture = load_apart(folder, tmp_path / "store").view("network", site="bone")
    for page in opened(browser, picture.save(tmp_path / "hostile.html")):
        assert HOSTILE in page.locator("#twin").inner_text()
        page.locator(f"[data-node='{[node[1] for node in picture.data['nodes']].index(HOSTILE)}'] .press").press(
            "Enter"
        )
        assert page.locator("#panel h2").inner_text() == HOSTILE
        assert page.evaluate("window.hit") is None
        assert page.locator("main img, main script, main svg svg").count() == 0


def line_of(table: Path, id_: str) -> int:
    return next(i for i, row in enumerate(small.rows(table), start=2) if row["id"] == id_)


def test_the_data_block_is_json_that_no_markup_can_leave(graph: kg.Graph) -> None:
    page = graph.view("network", site="bone").html()
    block: Any = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert "<" not in block[1]
    assert json.loads(block[1])["nodes"]

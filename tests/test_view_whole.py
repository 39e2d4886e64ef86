"""The whole graph as a map: everything has a place, near it has names, and thousands of nodes stay usable."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg.citations import Citation
from kg.errors import KgError
from kg.page import Picture
from kg.views import whole
from tests.pages import HOSTILE, axe_finds, colours, opened, saved

if TYPE_CHECKING:
    import networkx as nx
    from playwright.sync_api import Browser, Page

SIZES = {"Cancer": 1700, "Organ": 900, "Symptom": 1200, "Treatment": 900, "Metastasis": 150, "Complication": 150}
WAYS = (
    ("spreadsTo", "Cancer", "Organ"), ("hasSymptom", "Cancer", "Symptom"), ("treats", "Treatment", "Cancer"),
    ("hasComplication", "Cancer", "Complication"), ("locatedIn", "Metastasis", "Organ"),
)  # fmt: skip


@pytest.fixture(scope="module")
def picture(graph: kg.Graph) -> Picture:
    return graph.view("whole")


@pytest.fixture(scope="module")
def large() -> Picture:
    return whole.picture(synthetic(20_000), cite)


@pytest.fixture
def page(browser: Browser, picture: Picture, tmp_path: Path) -> Iterator[Page]:
    yield from opened(browser, picture.save(tmp_path / "whole.html"))


def synthetic(edges: int, label: str = "number") -> nx.MultiDiGraph[str]:
    """A graph of 5,000 nodes in which a few have most of the edges, as in the real one."""
    import networkx as nx

    chance = random.Random(7)
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    of = {kind: [f"mkg:{kind}-{i}" for i in range(size)] for kind, size in SIZES.items()}
    for kind, members in of.items():
        network.add_nodes_from((one, {"label": f"{kind} {label} {one}", "kind": kind}) for one in members)
    pairs: set[tuple[str, str]] = set()
    while len(pairs) < edges:
        relation, start, end = chance.choice(WAYS)
        far = min(int(chance.paretovariate(0.5)) - 1, SIZES[end] - 1)
        ends = chance.choice(of[start]), of[end][far]
        if ends not in pairs:
            pairs.add(ends)
            network.add_edge(*ends, predicate=f"mkg:{relation}", source="mkgs:made_up")
    return network


def cite(keys: Iterable[str]) -> list[Citation]:
    return [Citation(key, "Made up for a test") for key in keys]


def shown_rows(page: Page) -> int:
    return page.locator("#twin tbody tr:not([hidden])").count()


# --- Without a browser ---


def test_every_entity_and_every_relation_is_there_once(network: nx.MultiDiGraph[str], picture: Picture) -> None:
    pairs = {(start, edge["predicate"], end) for start, end, edge in network.edges(data=True)}
    nodes = picture.data["nodes"]
    assert {node[0] for node in nodes} == {end for start, _, other in pairs for end in (start, other)}
    assert len(picture.data["links"]) == len(pairs)
    assert len(picture.table) == len(nodes)
    assert picture.table["relations"].sum() == 2 * len(pairs) - sum(start == end for start, _, end in pairs)


def test_a_cancer_stands_at_the_site_with_its_largest_share(graph: kg.Graph, network: nx.MultiDiGraph[str]) -> None:
    groups = {group.name: set(group.members) for group in whole.grouped(network)}
    assert graph.resolve("colorectal cancer").id in groups["liver"]
    assert graph.resolve("prostate cancer").id in groups["bone"]
    assert sum(map(len, groups.values())) == len(set().union(*groups.values()))


def test_no_place_depends_on_chance(graph: kg.Graph, picture: Picture) -> None:
    assert graph.view("whole").data["nodes"] == picture.data["nodes"]


@pytest.mark.parametrize("name", ["picture", "large"])
def test_discs_lie_in_the_frame(name: str, request: pytest.FixtureRequest) -> None:
    data = request.getfixturevalue(name).data
    width, height = data["size"]
    assert all(r <= x + 1 <= width - r + 2 and r <= y + 1 <= height - r + 2 for _, x, y, r, _ in data["groups"])


def test_no_disc_lies_on_another(picture: Picture) -> None:
    discs = [(x, y, r) for _, x, y, r, _ in picture.data["groups"]]
    for i, (x, y, r) in enumerate(discs):
        assert all((x - u) ** 2 + (y - v) ** 2 > (0.95 * (r + s)) ** 2 for u, v, s in discs[:i])


def test_a_large_graph_keeps_its_size_down(large: Picture) -> None:
    assert len(large.data["nodes"]) == 5_000
    assert len(large.data["links"]) == 20_000
    assert len(large.html()) < 1_500_000


def test_a_network_without_relations_is_refused(graph: kg.Graph) -> None:
    import networkx as nx

    with pytest.raises(KgError, match="no relation"):
        whole.picture(nx.MultiDiGraph(), cite)


def test_the_still_drawing_has_a_mark_for_every_entity(picture: Picture) -> None:
    drawing = picture.html().split("<figure>")[1].split("</figure>")[0]
    dots = drawing[drawing.index('id="dots"') : drawing.index('id="groups"')]
    assert len(re.findall(r"M[\d. -]+h0", dots)) == len(picture.data["nodes"])
    assert picture.svg().startswith("<svg")


# --- In a browser ---


@pytest.mark.browser
def test_the_map_opens_offline_with_names_of_groups(page: Page, picture: Picture) -> None:
    assert page.locator("#groups text").count() == len(picture.data["groups"])
    assert page.locator("#names-drawn text").count() == 0
    assert shown_rows(page) == len(picture.table)


@pytest.mark.browser
def test_keys_go_nearer_until_names_and_lines_appear(page: Page) -> None:
    page.focus("#map")
    for _ in range(4):
        page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    page.locator("#names-drawn text").nth(5).wait_for(state="attached")
    page.locator("#near path:first-child:not([d=''])").wait_for(state="attached")
    page.keyboard.press("0")
    page.locator("#names-drawn text").first.wait_for(state="detached")
    assert page.locator("#map").get_attribute("viewBox") == "0 0 876 520"


@pytest.mark.browser
def test_the_wheel_and_a_drag_move_the_map(page: Page) -> None:
    box: Any = page.locator("#map").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.wheel(0, -100)
    page.locator("#map:not([viewBox='0 0 876 520'])").wait_for()
    before = page.locator("#map").get_attribute("viewBox")
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 170, steps=4)
    page.mouse.up()
    page.locator(f"#map:not([viewBox='{before}'])").wait_for()


@pytest.mark.browser
def test_find_shows_what_a_name_is_joined_to_and_who_says_so(page: Page, graph: kg.Graph, picture: Picture) -> None:
    page.fill("#find", "colorectal cancer")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel h2:text-is('colorectal cancer')")
    id_ = graph.resolve("colorectal cancer").id
    expected = picture.table.query("name == 'colorectal cancer'")["relations"].iloc[0]
    assert page.locator("#panel li").count() == expected
    assert "msk_met_2021" in page.locator("#panel").inner_text()
    assert page.evaluate("decodeURIComponent(location.hash)") == f"#node={id_}"
    page.locator("#panel li button", has_text=re.compile("^liver$")).press("Enter")
    assert page.locator("#panel h2").inner_text() == "liver"


@pytest.mark.browser
def test_a_click_on_a_mark_chooses_it(page: Page, picture: Picture) -> None:
    x, y = next(node[3:5] for node in picture.data["nodes"] if node[1] == "lung")
    box: Any = page.locator("#map").bounding_box()
    page.mouse.click(box["x"] + x * box["width"] / 876, box["y"] + y * box["height"] / 520)
    assert page.locator("#panel h2").inner_text() == "lung"


@pytest.mark.browser
def test_filters_by_kind_and_relation_hide_marks_and_rows(page: Page, picture: Picture) -> None:
    kinds = Counter(picture.table["kind"])
    page.get_by_role("checkbox", name="Symptoms").uncheck()
    assert shown_rows(page) == len(picture.table) - kinds["Symptom"]
    assert page.locator("#dots path[hidden]").count() == 1
    page.select_option("#relation", label="drains to")
    assert shown_rows(page) == (picture.table["drainage"] != "").sum()


@pytest.mark.browser
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_what_is_saved_is_what_is_seen(page: Page, browser: Browser, ending: str, tmp_path: Path) -> None:
    page.fill("#find", "colorectal cancer")
    page.keyboard.press("Enter")
    path = saved(page, ending, tmp_path)
    assert len(colours(browser, path)) > 8
    if ending == "svg":
        assert ">colorectal cancer</text>" in path.read_text(encoding="utf-8")


@pytest.mark.browser
def test_axe_finds_nothing(browser: Browser, picture: Picture, tmp_path: Path) -> None:
    assert axe_finds(browser, picture.save(tmp_path / "whole.html"), "#node=MONDO:0005575") == []


@pytest.mark.browser
def test_a_large_graph_opens_and_can_be_walked(browser: Browser, large: Picture, tmp_path: Path) -> None:
    for page in opened(browser, large.save(tmp_path / "large.html")):
        assert page.locator("#said").inner_text().startswith("5000 entities, 20000 relations")
        page.focus("#map")
        for _ in range(2):
            page.keyboard.press("+")
        page.locator("#names-drawn text").nth(5).wait_for(state="attached")


@pytest.mark.browser
def test_a_hostile_label_stays_text(browser: Browser, tmp_path: Path) -> None:
    picture = whole.picture(synthetic(300, HOSTILE), cite)
    for page in opened(browser, picture.save(tmp_path / "hostile.html")):
        page.focus("#find")
        page.focus("#map")
        for _ in range(2):
            page.keyboard.press("+")
        page.locator("#names-drawn text").first.wait_for(state="attached")
        page.locator("#panel li button").first.click()
        assert page.evaluate("window.hit") is None
        assert page.locator("main img, main script, main svg svg").count() == 0
        assert HOSTILE in page.locator("#panel h2").inner_text()

"""kg/views heatmap, forest, compare and card: their marks are the query's rows, and nothing in the data is markup."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from kg import chart
from kg.analyses.clusters import tree
from kg.errors import FormatError, KgError
from kg.graph import Graph
from kg.page import Picture
from kg.proportions import newcombe_interval
from tests import small
from tests.conftest import load_apart
from tests.pages import Opened, axe_finds, colours, saved

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ASKED: dict[str, tuple[str, dict[str, str]]] = {
    "heatmap": ("heatmap", {}),
    "heatmap of autopsies": ("heatmap", {"denominator": "AllPatients", "ascertainment": "Autopsy"}),
    "forest": ("forest", {"cancer": "breast cancer", "site": "bone"}),
    "forest of an own organ": ("forest", {"cancer": "breast cancer", "site": "breast"}),
    "compare": ("compare", {"cancer": "colorectal cancer", "other": "pancreatic cancer"}),
    "compare two ways": ("compare", {"cancer": "breast cancer"}),
    "card of a cancer": ("card", {"name": "breast cancer"}),
    "card of a site": ("card", {"name": "bone"}),
    "card of a symptom": ("card", {"name": "pain"}),
}
ONE_OF_EACH = ["heatmap", "forest of an own organ", "compare", "card of a cancer"]
HOSTILE = {
    "MONDO:0005082": "<img src=x onerror=alert(1)>",
    "MONDO:0008315": "</script><script>alert(2)</script>",
    "MONDO:0001187": "'\"><svg onload=alert(3)> 🦀 {{ 7*7 }} & <b>",
    "UBERON:0001474": "--></style></svg><script>alert(4)</script>",
}
HOSTILE_ASKED: list[tuple[str, dict[str, str]]] = [
    ("heatmap", {}),
    ("forest", {"cancer": "MONDO:0008315", "site": "UBERON:0001474"}),
    ("compare", {"cancer": "MONDO:0005082", "other": "MONDO:0001187"}),
    ("card", {"name": "MONDO:0008315"}),
    ("card", {"name": "UBERON:0001474"}),
]


@pytest.fixture(scope="session")
def pictures(graph: Graph) -> dict[str, Picture]:
    return {name: graph.view(kind, **options) for name, (kind, options) in ASKED.items()}


@pytest.fixture(scope="session")
def files(pictures: dict[str, Picture], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    return {name: picture.save(folder / f"{name}.html") for name, picture in pictures.items()}


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """A graph whose labels, populations, words and titles hold markup."""
    folder = small.good(tmp_path_factory.mktemp("hostile"))
    for table in ("entities/conditions.csv", "entities/organs.csv"):
        for line, row in enumerate(small.rows(folder / table), start=2):
            if row["id"] in HOSTILE:
                small.set_cell(folder / table, line, "label", HOSTILE[row["id"]])
                small.set_cell(folder / table, line, "note", "<script>alert(5)</script>")
    small.set_cell(folder / "statements/spread_observations.csv", 7, "population", "<img src=x onerror=alert(6)>")
    small.set_cell(folder / "statements/spread.csv", 3, "wording", "</li><script>alert(7)</script>")
    small.set_cell(folder / "sources.csv", 14, "title", "<iframe src=javascript:alert(8)>")
    return load_apart(folder, folder.parent / "store")


# --- Without a browser ---


@pytest.mark.parametrize("name", ASKED)
def test_a_picture_has_all_that_must_stand_beside_it(name: str, pictures: dict[str, Picture]) -> None:
    picture = pictures[name]
    assert picture.title
    assert picture.alt
    assert picture.subtitle
    assert "Not medical advice" in picture.html()
    assert len(picture.sources) > 0
    assert len(picture.table) >= len({mark["row"] for mark in picture.data["marks"]})
    assert picture.words or picture.data["marks"] == []


@pytest.mark.parametrize("name", ASKED)
def test_a_page_asks_for_nothing(name: str, pictures: dict[str, Picture]) -> None:
    page = pictures[name].html()
    assert not re.search(r"<[^>]+\s(?:src|href|action)=", page)
    assert "url(http" not in page
    assert "unsafe-inline' http" not in page
    assert len(page) < 500_000


@pytest.mark.parametrize("name", ASKED)
def test_no_percentage_stands_without_n_or_for_fewer_than_twenty(name: str, pictures: dict[str, Picture]) -> None:
    data = pictures[name].data
    labels = [point["number"] for point in data.get("points", [])] + [bar["label"] for bar in data.get("bars", [])]
    assert all(re.search(r"/[\d,]+|of [\d,]+", label) for label in labels)
    for text in [*labels, *(mark["tip"] for mark in data["marks"]), pictures[name].title]:
        for n in re.findall(r"% \((?:[\d,]+/|of )([\d,]+)\)", text):
            assert int(n.replace(",", "")) >= chart.SURE


def test_words_are_explained_where_they_are_used(pictures: dict[str, Picture]) -> None:
    assert {word for word, _ in pictures["compare two ways"].words} == {"autopsy", "ever recorded", "all patients"}


@pytest.mark.parametrize("share", [i / 100 for i in range(101)])
def test_numbers_can_be_read_on_every_shade(share: float) -> None:
    def light(colour: str) -> float:
        full = "".join(2 * c for c in colour[1:]) if len(colour) == 4 else colour[1:]
        return chart._luminance(*bytes.fromhex(full))

    fill, ink = map(light, chart.shade(share))
    assert (max(fill, ink) + 0.05) / (min(fill, ink) + 0.05) >= 4.5


def test_rows_that_are_alike_stand_together() -> None:
    shares = pd.DataFrame([[0.9, 0.1], [0.1, 0.9], [0.8, None], [None, 0.8]], index=list("abcd"))
    order = "".join(shares.index[i] for i in tree(shares).order)
    assert order in ("acbd", "cabd", "acdb", "cadb", "bdac", "dbac", "bdca", "dbca")


def test_one_row_is_a_tree() -> None:
    assert tree(pd.DataFrame([[0.5]])) == ([0], [])


def test_a_heatmap_tells_found_none_and_never_looked_for_apart(pictures: dict[str, Picture]) -> None:
    cells = [cell for row in pictures["heatmap of autopsies"].data["rows"] for cell in row["cells"]]
    assert {cell["kind"] for cell in cells} >= {"found", "gap"}
    assert "zero" in {cell["kind"] for row in pictures["heatmap"].data["rows"] for cell in row["cells"]}
    assert all("fill" not in cell for cell in cells if cell["kind"] != "found")


def test_an_own_organ_is_marked_and_not_coloured(pictures: dict[str, Picture]) -> None:
    picture = pictures["heatmap"]
    own = [cell for row in picture.data["rows"] for cell in row["cells"] if cell["kind"] == "own"]
    assert len(own) == picture.table["marks"].str.contains("own organ").sum() > 0
    assert all("fill" not in cell for cell in own)


def test_a_heatmap_shows_every_count_of_its_cohorts(graph: Graph, pictures: dict[str, Picture]) -> None:
    picture = pictures["heatmap"]
    rows = graph.spread()
    for cancer, source in picture.table[["cancer", "source"]].drop_duplicates().itertuples(index=False):
        asked = rows[
            (rows["cancer"] == cancer)
            & (rows["source"] == source)
            & (rows["kind"] == "observation")
            & (rows["denominator"] == "MetastaticPatients")
            & (rows["ascertainment"] == "EverRecorded")
        ]
        assert set(asked["site"]) - {"any distant site"} == set(picture.table.query("cancer == @cancer")["site"])


def test_a_sum_never_stands_beside_its_parts(pictures: dict[str, Picture]) -> None:
    shown = set(pictures["heatmap"].table["cancer"])
    assert {"breast cancer", "prostate adenocarcinoma"} <= shown
    assert not shown & {"breast invasive ductal carcinoma", "colon adenocarcinoma"}
    bars = {bar["name"] for bar in pictures["card of a site"].data["bars"]}
    assert not {"breast cancer", "breast invasive ductal carcinoma"} <= bars


def test_a_forest_has_a_mark_for_every_count_and_none_for_what_is_said(
    graph: Graph, pictures: dict[str, Picture]
) -> None:
    rows = graph.spread("breast cancer", "bone", inferred=True)
    counted = rows["proportion"].notna() & (rows["measure"] == "Patients")
    data = pictures["forest"].data
    assert len(data["points"]) == counted.sum()
    assert len(data["said"]) == (~counted).sum()
    assert sum(point["inferred"] for point in data["points"]) == data["inferred"] >= rows[counted]["inferred"].sum()
    outer = [mark["tip"] for point, mark in zip(data["points"], data["marks"], strict=True) if not point["inferred"]]
    assert not any("other types of the group" in tip for tip in outer)
    assert sum(point["kind"] == "percent-only" for point in data["points"]) == rows[counted]["from_percent"].sum()


def test_a_forest_is_sorted_by_patients_in_its_groups(pictures: dict[str, Picture]) -> None:
    ends = [int(point["number"].split("/")[-1].split("of ")[-1].rstrip(")").replace(",", ""))
            for point in pictures["forest"].data["points"]]  # fmt: skip
    starts = sorted(head["y"] for head in pictures["forest"].data["heads"])
    group = [sum(point["y"] > start for start in starts) for point in pictures["forest"].data["points"]]
    for one in set(group):
        inside = [n for n, g in zip(ends, group, strict=True) if g == one]
        assert inside == sorted(inside, reverse=True)


def test_an_estimate_is_a_diamond(hostile: Graph) -> None:
    from kg.views import forest

    row = (
        hostile.spread("MONDO:0005082", "UBERON:0001474").query("kind == 'observation'").head(1).assign(kind="estimate")
    )
    pair = (row["cancer"].iloc[0], row["site"].iloc[0])
    drawn = forest._drawing(
        hostile, forest._sorted(row), pair, hostile.meanings(["EverRecorded", "AllPatients", "MetastaticPatients"])
    )
    assert [point["kind"] for point in drawn["points"]] == ["estimate"]


def test_differences_have_newcombes_interval(pictures: dict[str, Picture]) -> None:
    row = pictures["compare"].table.query("site == 'lung'").iloc[0]
    counts = [int(n.replace(",", "")) for cell in row.iloc[1:3] for n in re.search(r"([\d,]+)/([\d,]+)", cell).groups()]  # type: ignore[union-attr]
    difference, low, high = newcombe_interval(*counts)
    assert row.iloc[3] == f"{100 * difference:+.1f} (95 % {100 * low:+.1f} to {100 * high:+.1f})"


def test_both_sides_of_a_comparison_are_shown_whole(pictures: dict[str, Picture]) -> None:
    data = pictures["compare two ways"].data
    assert len(data["bars"]) + len(data["gaps"]) == 2 * len(data["names"])
    assert {bar["kind"] for bar in data["bars"]} >= {"own", "hollow", ""}


def test_a_card_lists_every_statement(graph: Graph, pictures: dict[str, Picture]) -> None:
    from kg.card import card

    sections = card(graph, "breast cancer").sections
    assert pictures["card of a cancer"].table["section"].value_counts().to_dict() == {
        title: len(rows) for title, rows in sections.items()
    }


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        ("forest", {"cancer": "breast cancer"}, 'needs "site"; it takes: cancer, site, axis'),
        ("forest", {"cancer": "breast cancer", "site": "bone", "axis": "round"}, "allowed: linear, log"),
        ("heatmap", {"ascertainment": "Guess"}, "allowed: AtDiagnosis of AllPatients"),
        ("compare", {"cancer": "breast cancer", "ascertainments": "Autopsy"}, "two (A,B) for one cancer"),
        ("compare", {"cancer": "appendiceal cancer"}, "was not counted as Autopsy"),
        ("card", {"site": "bone"}, 'needs "name"'),
    ],
)
def test_a_picture_that_cannot_be_drawn_says_what_is_allowed(
    graph: Graph, kind: str, options: dict[str, str], told: str
) -> None:
    with pytest.raises((FormatError, KgError), match=re.escape(told)):
        graph.view(kind, **options)


@pytest.mark.parametrize(("kind", "options"), HOSTILE_ASKED)
def test_markup_in_the_data_is_escaped(kind: str, options: dict[str, str], hostile: Graph) -> None:
    page = hostile.view(kind, **options).html()
    assert not re.search(r"<img|<iframe|<script>alert|<svg onload|🦀 49 ", page)
    assert page.count("<script") == page.count("</script>")
    json.loads(page.split('id="data">', 1)[1].split("</script>", 1)[0])


# --- In a browser ---


@pytest.mark.browser
@pytest.mark.parametrize("name", ASKED)
def test_a_page_opens_offline_with_a_mark_for_every_row(
    name: str, browser: Browser, files: dict[str, Path], pictures: dict[str, Picture]
) -> None:
    with Opened(browser, files[name]) as opened:
        assert opened.page.locator("[data-mark]").count() == len(pictures[name].data["marks"])
        assert opened.page.locator("#twin tbody tr").count() == len(pictures[name].table)
        assert opened.wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("name", [*ONE_OF_EACH, "card of a symptom"])
def test_axe_finds_nothing(name: str, browser: Browser, files: dict[str, Path]) -> None:
    assert axe_finds(browser, files[name]) == []


@pytest.mark.browser
def test_arrow_keys_go_from_cell_to_cell_and_say_what_each_holds(browser: Browser, files: dict[str, Path]) -> None:
    with Opened(browser, files["heatmap"]) as opened:
        page = opened.page
        page.locator("[data-mark][tabindex='0']").focus()
        first = page.locator("#tip").inner_text()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        then = page.locator("#tip").inner_text()
        assert first != then
        assert then.replace("\n", "; ") == page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert re.search(r"\d+/[\d,]+\), 95 % [\d.]+-[\d.]+", then) or "95 %" in then
        page.keyboard.press("Escape")
        assert page.locator("#tip").is_hidden()
        assert page.locator("[data-mark][tabindex='0']").count() == 1


@pytest.mark.browser
def test_a_pointer_sees_what_the_keyboard_hears(browser: Browser, files: dict[str, Path]) -> None:
    with Opened(browser, files["compare"]) as opened:
        mark = opened.page.locator("[data-mark='0']")
        mark.hover()
        assert opened.page.locator("#tip").inner_text().replace("\n", "; ") == mark.get_attribute("aria-label")


@pytest.mark.browser
def test_rows_with_few_patients_can_be_hidden(
    browser: Browser, files: dict[str, Path], pictures: dict[str, Picture]
) -> None:
    data = pictures["heatmap"].data
    expected = sum(patients >= 500 for patients in data["patients"])
    with Opened(browser, files["heatmap"]) as opened:
        page = opened.page
        page.fill("#least", "500")
        assert page.locator(".row:not([hidden])").count() == expected
        assert (
            page.locator("#twin tbody tr:not([hidden])").count()
            == page.locator(".row:not([hidden]) [data-mark]").count()
        )
        assert page.locator("[data-merge]:not([d=''])").count() == expected - 1
        page.fill("#least", "0")
        paths = page.locator("[data-merge]").evaluate_all("all => all.map(path => path.getAttribute('d'))")
        numbers = [[float(x) for x in re.findall(r"[\d.]+", path)] for path in paths]
        drawn = [[float(x) for x in re.findall(r"[\d.]+", path)] for path in data["row_paths"]]
        assert all(a == pytest.approx(b, rel=1e-2, abs=0.1) for a, b in zip(numbers, drawn, strict=True))


@pytest.mark.browser
def test_a_forest_changes_its_axis_and_hides_what_is_inferred(browser: Browser, files: dict[str, Path]) -> None:
    with Opened(browser, files["forest"]) as opened:
        page = opened.page
        place = "() => document.querySelector('[data-mark] .point').getAttribute('transform')"
        before = page.evaluate(place)
        page.select_option("#axis", "log")
        assert page.evaluate(place) != before
        assert page.locator("[data-axis='log'] .tick").first.is_visible()
        assert page.locator("[data-axis='linear'] .tick").first.is_hidden()
        page.uncheck("#inferred")
        assert page.locator("[data-mark][data-inferred]").first.is_hidden()
        assert page.locator("[data-mark]:not([data-inferred])").first.is_visible()
        assert opened.wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ONE_OF_EACH)
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_an_export_opens_and_is_not_blank(
    name: str, ending: str, browser: Browser, files: dict[str, Path], tmp_path: Path
) -> None:
    with Opened(browser, files[name]) as opened:
        path = saved(opened.page, ending, tmp_path)
        title = opened.page.title()
    assert len(colours(browser, path)) > 8
    if ending == "svg":
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:href|src)=|url\(http", text)
        assert title.split()[0] in text


@pytest.mark.browser
def test_the_table_is_saved_as_it_is_shown(
    browser: Browser, files: dict[str, Path], pictures: dict[str, Picture], tmp_path: Path
) -> None:
    with Opened(browser, files["compare"]) as opened:
        table = pd.read_csv(saved(opened.page, "csv", tmp_path), dtype=str, keep_default_na=False)
    assert table.to_numpy().tolist() == pictures["compare"].table.astype(str).to_numpy().tolist()


@pytest.mark.browser
@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_picture_draws_in_a_sandboxed_frame(name: str, browser: Browser, pictures: dict[str, Picture]) -> None:
    with Opened(browser, None, pictures[name]._repr_mimebundle_()["text/html"]) as opened:
        frame = opened.page.frame_locator("iframe")
        frame.locator("html[data-ready]").wait_for(state="attached")
        assert frame.locator("h1").inner_text() == pictures[name].title
        assert opened.wrong == []


@pytest.mark.browser
@pytest.mark.parametrize(("kind", "options"), HOSTILE_ASKED)
def test_markup_in_the_data_shows_as_text(
    kind: str, options: dict[str, str], hostile: Graph, browser: Browser, tmp_path: Path
) -> None:
    path = hostile.view(kind, **options).save(tmp_path / "hostile.html")
    with Opened(browser, path) as opened:
        page = opened.page
        assert page.locator("img, iframe, b, svg svg").count() == 0
        assert page.locator("script:not([type])").count() == len(hostile.view(kind, **options).scripts)
        body = page.locator("main").inner_text()
        assert any(label in body for label in HOSTILE.values())
        for mark in page.locator("[data-mark]").all()[:3]:
            mark.hover(force=True)
        if page.get_by_role("button", name="SVG").count():
            with page.expect_download() as download:
                page.get_by_role("button", name="SVG").click()
            download.value.save_as(tmp_path / "hostile.svg")
            page.goto((tmp_path / "hostile.svg").as_uri())
            assert page.evaluate("document.querySelectorAll('script, img, iframe').length") == 0
        assert opened.wrong == []


@pytest.mark.browser
def test_a_card_prints_on_pages_without_controls(browser: Browser, files: dict[str, Path]) -> None:
    with Opened(browser, files["card of a cancer"]) as opened:
        opened.page.emulate_media(media="print")
        assert opened.page.locator(".downloads").is_hidden()
        assert opened.page.locator(".twin").is_hidden()
        assert opened.page.locator(".card-section").first.is_visible()
        assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
@pytest.mark.parametrize(("paper", "width"), [("A4", 688), ("Letter", 710)])
def test_a_card_prints_as_a_handout(paper: str, width: int, browser: Browser, files: dict[str, Path]) -> None:
    with Opened(browser, files["card of a cancer"]) as opened:
        page = opened.page
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper))) >= 2
        page.emulate_media(media="print")
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing is cut off at the edge"
        assert page.locator("figure svg").is_visible()
        assert page.locator(".sources").is_visible()
        assert not page.locator(".downloads").is_visible()

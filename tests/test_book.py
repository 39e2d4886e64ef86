"""Pages bound into one: atlas and lectures open offline, turn to what an address names, print, and take no text for markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import atlas, book, lecture
from kg.errors import FormatError
from kg.graph import Graph
from tests import small
from tests.conftest import ROOT, load_apart
from tests.pages import Opened, axe_finds, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LECTURES = sorted((ROOT / "docs" / "lectures").glob("*.md"))
HOSTILE = '<img src=x onerror="window.hit=1"></script><script>window.hit=1</script> "quoted" ümläut 😀 <?0?>'


# --- Binding ---


@given(st.lists(st.lists(st.sampled_from(["a", "<style>s</style>", "<script>1</script>", "<li>who</li>", "ü<b>"]))))
def test_what_is_bound_comes_out_as_it_went_in(chapters: list[list[str]]) -> None:
    pages = {str(i): {"page": "".join(pieces)} for i, pieces in enumerate(chapters)}
    bound = book.bind(pages)
    parts: Any = book.unpack(bound.parts)
    for chapter, packed in bound.chapters.items():
        texts: Any = book.unpack(packed)
        assert re.sub(r"<\?(\d+)\?>", lambda found: parts[int(found[1])], texts["page"]) == pages[chapter]["page"]


def test_a_book_is_the_same_each_time_it_is_bound() -> None:
    pages = {"one": {"page": "<style>a</style>x"}, "two": {"page": "<style>a</style>y"}}
    assert book.bind(pages) == book.bind(pages)


# --- Atlas ---


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """The small graph; one of its cancers has a hostile name."""
    folder = small.good(tmp_path_factory.mktemp("atlas"))
    table = folder / "entities" / "conditions.csv"
    line = next(i for i, row in enumerate(small.rows(table), start=2) if row["id"] == "MONDO:0001187")
    small.set_cell(table, line, "label", HOSTILE)
    return load_apart(folder, folder.parent / "store")


@pytest.fixture(scope="module")
def bound(little: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    told: list[str] = []
    wanted = atlas.wanted(little)
    page = tmp_path_factory.mktemp("page") / "atlas.html"
    page.write_text(atlas.draw(little, wanted, told.append), encoding="utf-8")
    assert len(told) == len(wanted) > 10
    return page


@pytest.fixture
def opened(browser: Browser, bound: Path) -> Iterator[Page]:
    with Opened(browser, bound) as one:
        yield one.page
        assert one.wrong == []


def turned(page: Page, do: str) -> None:
    """Do something that turns to another picture, and wait for it."""
    page.evaluate(f"() => {{ delete document.documentElement.dataset.ready; {do} }}")
    page.wait_for_selector("html[data-ready]", state="attached")


def heading(page: Page, frame: int = 0) -> str:
    return page.frame_locator(f"#frames iframe >> nth={frame}").locator("h1").inner_text()


def test_an_atlas_of_the_shipped_graph_wants_every_cancer_and_every_site(graph: Graph) -> None:
    wanted = atlas.wanted(graph)
    cancers = {one.id for one in graph.entities.values() if one.class_ == "Cancer"}
    assert {one.chapter for one in wanted if one.kind == "body" and "cancer" in one.options} == cancers
    assert len({one.chapter for one in wanted if "site" in one.options and one.kind == "body"}) > 100
    assert len(wanted) == len({(one.chapter, one.name) for one in wanted}), "no picture is wanted twice"


@pytest.mark.browser
def test_an_address_lands_on_its_cancer_and_its_picture(opened: Page) -> None:
    for address, words in (
        ("#cancer=MONDO:0008315&view=body", "rostate"),
        ("#cancer=MONDO:0008315&view=card", "rostate"),
        ("#site=UBERON:0001474&view=card", "Bone"),
    ):
        turned(opened, f"location.hash = {address!r}")
        assert words in heading(opened)
    assert opened.frame_locator("#frames iframe").locator("svg").count() > 0


@pytest.mark.browser
def test_a_name_is_found_and_an_unknown_one_is_said_to_be_unknown(opened: Page) -> None:
    opened.fill("#find", "prostate cancer")
    opened.press("#find", "Enter")
    opened.wait_for_function("location.hash.includes('MONDO:0008315')")
    opened.fill("#find", "no such thing")
    opened.press("#find", "Enter")
    assert "nothing" in opened.locator("#said").inner_text()


@pytest.mark.browser
def test_two_pictures_stand_side_by_side(opened: Page) -> None:
    turned(opened, "location.hash = '#cancer=MONDO:0008315&view=card'")
    turned(opened, "document.getElementById('beside').click()")
    turned(opened, "location.hash = '#site=UBERON:0001474&view=card'")
    assert "rostate" in heading(opened, 0)
    assert "Bone" in heading(opened, 1)


@pytest.mark.browser
def test_slide_mode_shows_one_picture_and_escape_ends_it(opened: Page) -> None:
    turned(opened, "location.hash = '#cancer=MONDO:0008315&view=body'")
    turned(opened, "document.getElementById('slide').click()")
    frame = opened.locator("#frames iframe").bounding_box()
    assert frame
    assert round(frame["width"] / frame["height"], 2) == round(16 / 9, 2)
    inside = opened.frame_locator("#frames iframe")
    assert not inside.locator(".sources").is_visible()
    assert not opened.locator(".bar").is_visible()
    turned(opened, "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))")
    assert opened.locator(".bar").is_visible()
    assert inside.locator(".sources").is_visible()


@pytest.mark.browser
def test_the_dark_theme_reaches_the_pictures(opened: Page) -> None:
    turned(opened, "document.getElementById('theme').click()")
    shade = "getComputedStyle(document.body).backgroundColor"
    assert opened.evaluate(shade) == opened.frames[1].evaluate(shade) != "rgb(255, 255, 255)"


@pytest.mark.browser
def test_a_hostile_name_stays_text_in_the_atlas(opened: Page) -> None:
    turned(opened, "location.hash = '#cancer=MONDO:0001187&view=card'")
    assert HOSTILE in opened.frame_locator("#frames iframe").locator("main").inner_text()
    assert opened.input_value("#find") == HOSTILE
    assert [frame.evaluate("window.hit") for frame in opened.frames] == [None] * len(opened.frames)


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_atlas(theme: str, browser: Browser, bound: Path) -> None:
    with Opened(browser, bound, csp=False) as one:
        if theme == "dark":
            turned(one.page, "document.getElementById('theme').click()")
        assert violations(one.page) == []


# --- Lectures ---


def test_two_lectures_are_shipped() -> None:
    assert len(LECTURES) == 2


@pytest.fixture(scope="module")
def talks(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("lectures")
    made = {}
    for file in LECTURES:
        made[file.stem] = folder / f"{file.stem}.html"
        made[file.stem].write_text(lecture.draw(graph, file), encoding="utf-8")
    return made


@pytest.mark.browser
@pytest.mark.parametrize("name", [file.stem for file in LECTURES])
def test_a_lecture_goes_step_by_step_to_its_end(name: str, browser: Browser, talks: dict[str, Path]) -> None:
    with Opened(browser, talks[name]) as one:
        page = one.page
        steps = int(page.locator("#where").inner_text().split(" of ")[1])
        blocks = re.split(r"\n\s*\n", (ROOT / "docs" / "lectures" / f"{name}.md").read_text(encoding="utf-8").strip())
        assert steps == sum(not block.startswith("#") for block in blocks) > 8
        seen = set()
        for step in range(1, steps + 1):
            assert page.locator("#where").inner_text() == f"{step} of {steps}"
            seen.add(page.locator("#text").inner_text())
            assert heading(page)
            if step < steps:
                turned(page, "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown' }))")
        assert len(seen) == steps
        assert one.wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_lecture_prints_as_a_handout_without_its_screen(paper: str, browser: Browser, talks: dict[str, Path]) -> None:
    with Opened(browser, talks["two-meanings-of-metastatic-bone-cancer"]) as one:
        printed = one.page.pdf(format=paper)
        scenes = one.page.locator(".handout article").count()
        one.page.emulate_media(media="print")
        assert one.page.locator(".handout").is_visible()
        assert not one.page.locator("#frames").is_visible()
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= scenes > 3


@pytest.mark.browser
def test_axe_finds_nothing_in_a_lecture(browser: Browser, talks: dict[str, Path]) -> None:
    assert axe_finds(browser, talks[LECTURES[0].stem]) == []


def test_the_lecture_on_two_meanings_lists_the_page_fact_by_fact(talks: dict[str, Path]) -> None:
    text = talks["two-meanings-of-metastatic-bone-cancer"].read_text(encoding="utf-8")
    tables = ("locations", "spread", "symptoms", "treatments", "remarks")
    rows = [row for table in tables for row in small.rows(ROOT / "data" / "statements" / table / "seed.csv")]
    facts = [row for row in rows if row["source"] == "ctca_seed"]
    assert len(facts) > 40
    assert all(f"<td>{row['locator']}</td>" in text for row in facts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "needs a title"),
        ("# A title", "needs a title"),
        ("# A title\n\nToo early.", ":3: a text stands before the first picture"),
        ("# A title\n\n## hairball", ':3: "hairball" is no picture; allowed: body'),
        ('# A title\n\n## body --cancer "no such cancer"', ":3: no cancer is called"),
        ("# A title\n\n## body --cancer", ":3: unexpected: --cancer"),
        ('# A title\n\n## body --cancer "bone', ":3: No closing quotation"),
        ("# A title\n\n## body --site bone\n\n```query\nno-such-example\n```", ":5: no example"),
        ("# A title\n\n## body --site bone\n\n```query\nASK { ?s ?p ?o }\n```", ":5: the query makes no table"),
    ],
)
def test_a_lecture_that_cannot_be_shown_is_refused_with_its_line(
    text: str, said: str, graph: Graph, tmp_path: Path
) -> None:
    file = tmp_path / "talk.md"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=r"talk\.md") as refused:
        lecture.draw(graph, file)
    assert said in str(refused.value)


@pytest.mark.browser
def test_markup_in_a_lecture_stays_text(graph: Graph, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "talk.md"
    file.write_text(
        f"# {HOSTILE}\n\n## card --name bone\n\n{HOSTILE} [x](javascript:alert(1)) ![y](http://x/y.png)\n",
        encoding="utf-8",
    )
    page = tmp_path / "talk.html"
    page.write_text(lecture.draw(graph, file), encoding="utf-8")
    with Opened(browser, page) as one:
        assert one.page.evaluate("window.hit") is None
        assert "window.hit=1" in one.page.locator("#text").inner_text()
        assert one.page.locator("#text a[href^='javascript']").count() == 0
        assert one.wrong == []

"""The network page opens offline, shows what its table shows, and takes no label for markup."""

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

from . import small
from .conftest import load_apart

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = (
    '<img src=x onerror="window.hit=1"></script><script>window.hit=1</script> "quoted" \u00fcml\u00e4ut \U0001f600'
)


@pytest.fixture(scope="module")
def picture(graph: kg.Graph) -> Picture:
    return graph.view("network")


@pytest.fixture
def page(browser: Browser, picture: Picture, tmp_path: Path) -> Iterator[Page]:
    yield from opened(browser, picture.save(tmp_path / "network.html"))


def opened(browser: Browser, path: Path) -> Iterator[Page]:
    """A page of a browser that has no network; it fails on any request, error or warning."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 720})
    page, complaints = context.new_page(), []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if request.url.startswith("http") else None)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    yield page
    assert complaints == []
    context.close()


def shown_rows(page: Page) -> int:
    return page.locator("#twin tbody tr:not([hidden])").count()


def test_every_line_is_a_row_of_the_table(picture: Picture) -> None:
    assert len(picture.data["edges"]) == len(picture.table) > 300


def test_every_row_carries_its_numbers(picture: Picture) -> None:
    assert picture.table["frequency"].str.fullmatch(r"[\d.]+ % \([\d,/of ]+; 95 % [\d.]+-[\d.]+\)").all()


def test_the_page_holds_no_address_of_another_host(picture: Picture) -> None:
    loading = re.findall(r'(?:src|href)\s*=\s*["\']?(https?:[^"\'>\s]+)', picture.html())
    assert loading == []


def test_an_unknown_picture_and_an_unknown_option_are_refused(graph: kg.Graph) -> None:
    with pytest.raises(FormatError, match=r"allowed: .*network"):
        graph.view("hairball")
    with pytest.raises(FormatError, match="allowed: cancer, site"):
        graph.view("network", colour="red")


@pytest.mark.browser
def test_the_page_opens_offline_and_draws(page: Page) -> None:
    assert page.locator("#network canvas").count() == 1
    assert shown_rows(page) > 30


@pytest.mark.browser
def test_the_threshold_hides_lines_and_rows(page: Page) -> None:
    before = shown_rows(page)
    page.fill("#threshold", "70")
    assert 0 < shown_rows(page) < before


@pytest.mark.browser
def test_choosing_a_cancer_by_keyboard_isolates_it(page: Page) -> None:
    page.focus("#pick")
    page.keyboard.type("colorectal")
    page.keyboard.press("Enter")
    cancers = set(page.locator("#twin tbody tr:not([hidden]) td:first-child").all_inner_texts())
    assert cancers == {"colorectal cancer"}


@pytest.mark.browser
def test_a_hostile_label_stays_text(browser: Browser, tmp_path: Path) -> None:
    folder = small.good(tmp_path)
    table = folder / "entities" / "conditions.csv"
    small.set_cell(table, line_of(table, "MONDO:0005082"), "label", HOSTILE)
    picture = load_apart(folder, tmp_path / "store").view("network", site="bone")
    for page in opened(browser, picture.save(tmp_path / "hostile.html")):
        assert page.evaluate("window.hit") is None
        assert HOSTILE in page.locator("#twin").inner_text()


def line_of(table: Path, id_: str) -> int:
    return next(i for i, row in enumerate(small.rows(table), start=2) if row["id"] == id_)


def test_the_data_block_is_json_that_no_markup_can_leave(graph: kg.Graph) -> None:
    page = graph.view("network", site="bone").html()
    block: Any = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert "<" not in block[1]
    assert json.loads(block[1])["nodes"]

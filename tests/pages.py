"""A page in a real browser, as tests open it: without network, with all that goes wrong on it."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.conftest import not_run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = (
    '<img src=x onerror="window.hit=1"></script><script>window.hit=1</script> "quoted" \u00fcml\u00e4ut \U0001f600'
)


class Opened:
    """A page with all that went wrong on it."""

    def __init__(self, browser: Browser, path: Path | None, content: str = "", csp: bool = True, at: str = "") -> None:
        self.context = browser.new_context(
            offline=True, viewport={"width": 1280, "height": 720}, accept_downloads=True, bypass_csp=not csp
        )
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        self.page.on(
            "request", lambda r: None if r.url.startswith(("file:", "data:", "blob:")) else self.wrong.append(r.url)
        )
        if path:
            self.page.goto(path.as_uri() + at)
            self.page.wait_for_selector("html[data-ready]", state="attached")
        else:
            self.page.set_content(content)

    def __enter__(self) -> Opened:
        return self

    def __exit__(self, *error: object) -> None:
        self.context.close()


def opened(browser: Browser, path: Path, at: str = "") -> Iterator[Page]:
    """A page on which nothing may go wrong."""
    with Opened(browser, path, at=at) as one:
        yield one.page
        assert one.wrong == []


def axe_finds(browser: Browser, path: Path, at: str = "") -> list[Any]:
    """What axe-core has against a page."""
    with Opened(browser, path, csp=False, at=at) as one:
        return violations(one.page)


def saved(page: Page, ending: str, folder: Path) -> Path:
    """The file that the page's own button saves: the drawing as SVG or PNG, the table as CSV."""
    with page.expect_download() as download:
        page.get_by_role("button", name=ending.upper()).click()
    assert download.value.suggested_filename.endswith(f".{ending.lower()}")
    path = folder / f"saved.{ending}"
    download.value.save_as(path)
    return path


def colours(browser: Browser, image: Path) -> list[int]:
    """The colours of an image, as a browser shows it."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(image.as_uri())
    shot = base64.b64encode(page.screenshot()).decode()
    found: list[int] = page.evaluate(
        """async shot => {
            const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${shot}`)).blob());
            const pen = new OffscreenCanvas(image.width, image.height).getContext("2d");
            pen.drawImage(image, 0, 0);
            return [...new Set(new Uint32Array(pen.getImageData(0, 0, image.width, image.height).data.buffer))];
        }""",
        shot,
    )
    context.close()
    return found


def violations(page: Page) -> list[Any]:
    """What axe-core objects to on a page that was opened without its policy; of the rows of its table, which are alike, the first."""
    axe = Path(os.environ.get("AXE_CORE", "node_modules/axe-core/axe.min.js"))
    if not axe.is_file():
        not_run("axe-core is not here; AXE_CORE names its axe.min.js")
    page.evaluate("document.querySelectorAll('#twin tbody > tr:nth-child(n+20)').forEach((row) => row.remove())")
    page.evaluate(axe.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("() => axe.run(document, { resultTypes: ['violations'], iframes: false })")
    return [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]

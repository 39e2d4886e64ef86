"""Pictures in a notebook: a library stands there once, whichever cells are run again, and every frame that needs it gets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg import notebook
from kg.graph import Graph
from kg.page import Picture

if TYPE_CHECKING:
    from jupyter_client import BlockingKernelClient
    from playwright.sync_api import Browser

LIBRARY = "window.shared = 1;"
PAGE = f"<!DOCTYPE html><title>x</title><script>{LIBRARY}</script><script>window.own = shared;</script>"
CARRIER = 'type="text/plain" data-kg-library='


@pytest.fixture(scope="module")
def kernel() -> Iterator[BlockingKernelClient]:
    """A real kernel that has drawn nothing yet."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3", extra_arguments=["--log-level=ERROR"])
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str, cell: str | None = None) -> str:
    """What a cell shows as HTML, asked as a notebook asks: JupyterLab and VS Code name the cell, others do not."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
    client.shell_channel.send(message)
    shown = []
    while True:
        answer = client.get_iopub_msg(timeout=60)
        if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        match answer["msg_type"], answer["content"]:
            case "error", {"traceback": lines}:
                pytest.fail("\n".join(lines))
            case "execute_result" | "display_data", {"data": {"text/html": text}}:
                shown.append(text)
            case "status", {"execution_state": "idle"}:
                return "".join(shown)


def asks(library: str) -> str:
    """A cell that shows a page with a library."""
    page = PAGE.replace(LIBRARY, library)
    return f"from kg.notebook import frame\nfrom IPython.display import HTML\nHTML(frame('x', {page!r}, {library!r}))"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # of the kernel's client
def test_the_first_cell_brings_the_library_and_brings_it_again_when_it_is_run_again(
    kernel: BlockingKernelClient,
) -> None:
    brought = [CARRIER in run(kernel, asks(LIBRARY), cell) for cell in ("a", "b", "a", "b", "a")]
    assert brought == [True, False, True, False, True]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_where_cells_have_no_name_the_first_brings_it(kernel: BlockingKernelClient) -> None:
    assert [CARRIER in run(kernel, asks("window.shared = 2;")) for _ in range(3)] == [True, False, False]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_cell_with_two_pictures_brings_it_once(kernel: BlockingKernelClient) -> None:
    code = asks("window.shared = 3;").replace("HTML(frame", "for _ in range(2): display(HTML(frame") + ")"
    assert run(kernel, code, "c").count(CARRIER) == 1
    assert run(kernel, code, "c").count(CARRIER) == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_where_each_output_is_a_page_of_its_own_each_brings_it(kernel: BlockingKernelClient) -> None:
    run(kernel, "import sys\nsys.modules['google.colab'] = sys")
    brought = [CARRIER in run(kernel, asks("window.shared = 4;"), cell) for cell in ("a", "b")]
    run(kernel, "del sys.modules['google.colab']")
    assert brought == [True, True]


def test_without_a_kernel_every_frame_brings_its_own() -> None:
    assert all(CARRIER in notebook.frame("x", PAGE, LIBRARY) for _ in range(2))


def test_a_page_that_shares_nothing_is_a_frame_alone(graph: Graph) -> None:
    shown = graph.view("forest", cancer="breast cancer", site="bone")._repr_mimebundle_()["text/html"]
    assert shown.startswith("<iframe ")
    assert shown.endswith("</iframe>")
    assert shown.count("<script") == 0


# --- In a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def networks(graph: Graph) -> list[str]:
    """Three networks as outputs of one notebook: only the first has the library."""
    pictures: list[Picture] = [graph.view("network", cancer=name) for name in ("breast cancer", "melanoma", "ovarian cancer")]  # fmt: skip
    first, *others = [picture._repr_mimebundle_()["text/html"] for picture in pictures]
    return [first, *(one[: one.index("<script type=")] + one[one.rindex("<script>") :] for one in others)]


def test_networks_of_a_notebook_do_not_repeat_the_library(networks: list[str]) -> None:
    first, *others = map(len, networks)
    assert sum(CARRIER in one for one in networks) == 1
    assert first - max(others) > 450_000  # the library has some 480 KB


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 2, 0)], ids=["first-first", "first-last"])
def test_every_frame_gets_the_library_in_whatever_order_outputs_are_shown(
    order: tuple[int, ...], networks: list[str], browser: Browser, tmp_path: Path
) -> None:
    """As a notebook shows its outputs: each set as markup, its scripts then made anew so that they run."""
    path = tmp_path / "notebook.html"
    path.write_text("<!DOCTYPE html><title>notebook</title><main></main>", encoding="utf-8")
    page = browser.new_context(offline=True).new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(path.as_uri())
    for i in order:
        page.evaluate(
            """(text) => {
              const output = document.querySelector("main").appendChild(document.createElement("div"));
              output.innerHTML = text;
              for (const old of output.querySelectorAll("script")) {
                const made = document.createElement("script");
                for (const { name, value } of old.attributes) made.setAttribute(name, value);
                made.textContent = old.textContent;
                old.replaceWith(made);
              }
            }""",
            networks[i],
        )
    for element in page.query_selector_all("iframe"):
        frame = element.content_frame()
        assert frame is not None
        frame.wait_for_selector("html[data-ready=true]", state="attached", timeout=20_000)
        assert frame.evaluate("typeof vis") == "object"
        assert frame.evaluate("[...document.querySelectorAll('#still .node')].length") > 10
        assert element.get_attribute("sandbox") == "allow-downloads allow-scripts"
    page.context.close()
    # A frame that waits is told so of each script that it holds.
    assert not [line for line in told if not line.startswith("Blocked script execution in 'about:srcdoc'")]


def test_without_the_library_a_frame_shows_its_drawing_and_says_what_to_do(
    networks: list[str], browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_context(offline=True).new_page()
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.set_content(networks[1])
    frame = page.query_selector("iframe").content_frame()  # type: ignore[union-attr]
    frame.wait_for_selector("#still .node >> nth=5")
    assert "run all cells" in frame.inner_text("noscript")
    assert frame.locator("#twin tbody tr").count() > 10
    page.context.close()
    assert not told


def test_the_policy_of_a_page_lets_no_other_script_take_the_place_of_the_library(
    networks: list[str], browser: Browser
) -> None:
    page = browser.new_context(offline=True).new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.set_content("<main></main>")
    name = networks[1].split('data-kg-needs="')[1].split('"')[0]
    page.evaluate(f"window.metastasisKg = {{ {json.dumps(name)}: 'window.taken = true; var vis;' }}")
    page.evaluate("(text) => { document.querySelector('main').innerHTML = text; }", networks[1])
    page.evaluate(networks[1].rsplit("<script>", 1)[1].removesuffix("</script>"))
    frame = page.query_selector("iframe").content_frame()  # type: ignore[union-attr]
    frame.wait_for_selector("#twin")
    page.wait_for_timeout(500)
    assert frame.evaluate("window.taken") is None
    assert any("Content Security Policy" in line for line in refused)
    page.context.close()

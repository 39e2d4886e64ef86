"""The notebooks run from clean, say what their committed outputs say, and can be read where nothing runs."""

from __future__ import annotations

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

from kg.graph import Graph

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_BYTES = 600_000
SVG = "{http://www.w3.org/2000/svg}"
PRIVATE = re.compile(r"/(?:home|root|tmp|work|Users|var|opt)/|[A-Z]:\\\\|localhost|127\.0\.0\.1|file://")

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def run() -> ModuleType:
    """notebooks/run.py, which is a script beside the notebooks and in no package."""
    spec = spec_from_file_location("notebooks_run", ROOT / "notebooks" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outputs(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", ())]


def drawings(path: Path) -> list[str]:
    return [
        "".join(output["data"]["image/svg+xml"])
        for output in outputs(path)
        if "image/svg+xml" in output.get("data", {})
    ]


def unstyled(notebook: dict[str, Any]) -> dict[str, Any]:
    """A notebook whose drawings are one text each, without stylesheets: all views share those."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/svg+xml" in data:
                data["image/svg+xml"] = re.sub(
                    r"<style>.*?</style>", "", "".join(data["image/svg+xml"]), flags=re.DOTALL
                )
    return notebook


def test_there_are_three_notebooks() -> None:
    assert [path.name for path in NOTEBOOKS] == [
        "01_first_steps.ipynb",
        "02_lecture_on_spread.ipynb",
        "03_lobular_against_ductal.ipynb",
    ]


@each
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")  # of the kernel's client
def test_run_from_clean_it_is_the_committed_file(path: Path, run: ModuleType, graph: Graph) -> None:
    """Words, numbers and shapes; the colours of a stylesheet may change. `graph` has built the store that the kernels open."""
    again = unstyled(json.loads(run.written(run.executed(path))))
    committed = unstyled(json.loads(path.read_text(encoding="utf-8")))
    for cell, fresh in zip(committed["cells"], again["cells"], strict=True):
        assert fresh == cell, f"{path.name}, cell {cell['id']}: run `python notebooks/run.py` and read what changed"
    assert again == committed


@each
def test_it_was_run_in_order_and_without_error(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    counts = [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert not [
        output for output in outputs(path) if output["output_type"] == "error" or output.get("name") == "stderr"
    ]


@each
def test_its_pictures_can_be_seen_where_no_script_runs(path: Path) -> None:
    found = drawings(path)
    assert found
    for drawing in found:
        root = ElementTree.fromstring(drawing)
        assert root.tag == f"{SVG}svg"
        assert len(list(root.iter(f"{SVG}text"))) > 20
        assert not list(root.iter(f"{SVG}script"))
        assert "Not medical advice" in "".join(root.itertext())
    assert not any(
        "image/svg+xml" in output.get("data", {}) and "text/html" in output["data"] for output in outputs(path)
    )


@each
def test_it_is_small_and_tells_nothing_of_the_machine_it_ran_on(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    assert not PRIVATE.findall(text)
    assert set(json.loads(text)["metadata"]) == {"kernelspec"}


@each
def test_it_says_what_it_is_not(path: Path) -> None:
    assert "Not medical advice" in json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"][-1]


@each
def test_words_between_the_cells_hold_no_result(path: Path) -> None:
    """Every share is computed: none stands in the text that somebody typed."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            assert not re.search(r"\d ?%(?! interval)|\d+\.\d|\d,\d{3}", "".join(cell["source"])), cell["source"]

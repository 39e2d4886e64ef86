"""What tests share: one built graph, one browser, and an honest count of what could not run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

import kg
from kg.graph import Graph

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
CHROMIUM += ["--disable-component-update", "--disable-sync"]
REQUIRE_ALL = "KG_REQUIRE_ALL"
"""Set to 1, tests that cannot run fail instead of being counted."""

settings.register_profile("untimed", deadline=None, print_blob=True)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def _own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the store of the user who runs them; processes that run tests side by side share one."""
    before = os.environ.get("KG_STORE")
    mine = tmp_path_factory.getbasetemp()
    os.environ["KG_STORE"] = str((mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "store")
    yield
    if before is None:
        del os.environ["KG_STORE"]
    else:
        os.environ["KG_STORE"] = before


@pytest.fixture(scope="session")
def graph(_own_store: None) -> Graph:
    """The graph of the shipped data, in memory: tests ask it a thousand times."""
    return kg.load(in_memory=True)


@pytest.fixture(scope="session")
def network(graph: Graph) -> nx.MultiDiGraph[str]:
    """Its statements that make an edge; no test may change it."""
    return graph.to_networkx()


@pytest.fixture(scope="session")
def spread(graph: Graph) -> pd.DataFrame:
    """All that the shipped graph says of spread; no test may change it."""
    return graph.spread()


def load_apart(folder: Path, home: Path) -> Graph:
    """The graph of a folder, in memory, built in a store of its own: the one that tests share stays as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_STORE", str(home))
        return kg.load(folder, in_memory=True)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the shipped data that a test may change."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("make", "*.md")))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        not_run("playwright is not installed")
    # The shell is the same engine without a window's furniture, and takes much less of the processor's time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        not_run("no Chromium is installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
        yield chromium
        chromium.close()


def not_run(why: str) -> Any:
    """Count a test as not run; where everything is required, fail."""
    if os.environ.get(REQUIRE_ALL) == "1":
        pytest.fail(f"{why}, and {REQUIRE_ALL}=1 allows no test to be left out")
    pytest.skip(f"not run: {why}")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The last line says how many tests could not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    left_out = sum("not run:" in str(report.longrepr) for report in skipped)
    if left_out:
        terminalreporter.write_line(
            f"{left_out} tests not run: they need a browser, a server or a reader that is not here"
        )

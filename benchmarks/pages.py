"""What pictures of the same graph weigh and how long they take to open: pyvis' default page, and ours, in one run.

A page counts as interactive when it has drawn what it starts with and a frame has come after that: ours say so, pyvis'
when its layout has settled. Needs Chromium and playwright.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from statistics import median
from typing import TYPE_CHECKING, Any

from measure import Figure, at_most, python, seconds

if TYPE_CHECKING:
    import networkx as nx

CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]  # fmt: skip
PATIENCE = 60.0
"""Seconds after which a page that is not interactive is given up: the ratio is then a lower bound."""
ROUNDS = 3
SIZES = {"Cancer": 1700, "Organ": 900, "Symptom": 1200, "Treatment": 900, "Metastasis": 150, "Complication": 150}
WAYS = (
    ("spreadsTo", "Cancer", "Organ"), ("hasSymptom", "Cancer", "Symptom"), ("treats", "Treatment", "Cancer"),
    ("hasComplication", "Cancer", "Complication"), ("locatedIn", "Metastasis", "Organ"),
)  # fmt: skip
OURS = "document.documentElement.dataset.ready === 'true'"
# What pyvis opens with is a layout on the move: it can be used when vis-network says that it stands still.
THEIRS = "window.network !== undefined && window.network.physics.stabilized"


SHOWN: dict[str, tuple[str, dict[str, str]]] = {
    "body, colorectal cancer": ("body", {"cancer": "colorectal cancer"}),
    "body, breast cancer": ("body", {"cancer": "breast cancer"}),
    "body, what comes to bone": ("body", {"site": "bone"}),
    "heatmap": ("heatmap", {}),
    "forest, breast cancer to bone": ("forest", {"cancer": "breast cancer", "site": "bone"}),
    "compare, colorectal and pancreatic cancer": ("compare", {"cancer": "colorectal cancer", "other": "pancreatic cancer"}),
    "flow, colorectal cancer": ("flow", {"cancer": "colorectal cancer"}),
    "evidence, all sources": ("evidence", {}),
    "card, breast cancer": ("card", {"name": "breast cancer"}),
    "quiz": ("quiz", {}),
}  # fmt: skip
SOON = {"atlas, ours": 2.5}
"""Seconds in which a page should open; 1 for all others."""


def figures(store: Path) -> Iterator[Figure]:
    """Lines of the table: for each graph pyvis' page, and ours with its ratio."""
    with tempfile.TemporaryDirectory(prefix="kg-pages-") as folder:
        pages = python(__file__, folder, store=store).json
        opened = times({name: Path(path) for name, path in pages.items()})
        for name, theirs, ours in (
            ("the whole graph as kg view network", "real, pyvis", "network, ours"),
            ("the whole graph as kg view whole", "real, pyvis", "real, ours"),
            ("5,000 nodes and 20,000 edges as kg view whole", "large, pyvis", "large, ours"),
        ):
            yield at_most(name, _said(pages, opened, ours), opened[ours] / opened[theirs], 0.2)
            yield Figure("  the same graph as pyvis' default page", _said(pages, opened, theirs), "1x")
        for name in [*(f"{shown}, ours" for shown in SHOWN), "atlas, ours"]:
            yield at_most(
                name.removesuffix(", ours"), _said(pages, opened, name), opened[name], SOON.get(name, 1.0), " s"
            )
        drawn = "drawn, pyvis"
        yield Figure("  only what kg view network draws at first, as pyvis' page", _said(pages, opened, drawn))


def _said(pages: dict[str, str], opened: dict[str, float], name: str) -> str:
    size = Path(pages[name]).stat().st_size / 1e6
    return f"{'over ' if opened[name] >= PATIENCE else ''}{seconds(opened[name])}, {size:.2f} MB"


def times(pages: dict[str, Path]) -> dict[str, float]:
    """Seconds from navigation to interactive, the median of several rounds in turns; of one round where it is given up."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))))
    taken: dict[str, list[float]] = {name: [] for name in pages}
    with sync_playwright() as playwright:
        for _ in range(ROUNDS):
            for name, path in pages.items():
                if PATIENCE not in taken[name]:
                    # A browser of its own, so that a page that never ends can be ended.
                    browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM)
                    taken[name].append(_opening(browser, path, OURS if name.endswith("ours") else THEIRS))
                    browser.close()
    return {name: median(those) if PATIENCE not in those else PATIENCE for name, those in taken.items()}


def _opening(browser: Any, path: Path, ready: str) -> float:
    from playwright.sync_api import Error

    page = browser.new_context(viewport={"width": 1280, "height": 720}, bypass_csp=True).new_page()
    page.route("http**", lambda route: route.abort())
    # The page itself notes when it is ready, so that nobody's asking is part of the time.
    watch = f"(() => {{ const look = () => {{ if (document.body && ({ready})) requestAnimationFrame(() => {{ window.openedAfter = performance.now(); }}); else setTimeout(look, 5); }}; look(); }})()"
    page.add_init_script(watch)
    try:
        page.goto(path.as_uri(), wait_until="commit", timeout=1000 * PATIENCE)
        page.wait_for_function("window.openedAfter > 0", timeout=1000 * PATIENCE, polling=100)
        return float(page.evaluate("window.openedAfter")) / 1000
    except Error:
        return PATIENCE


def synthetic(edges: int = 20_000) -> nx.MultiDiGraph[str]:
    """A graph of 5,000 nodes in which a few have most of the edges."""
    import networkx as nx

    chance = random.Random(7)
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    of = {kind: [f"mkg:{kind}-{i}" for i in range(size)] for kind, size in SIZES.items()}
    for kind, members in of.items():
        network.add_nodes_from((one, {"label": f"{kind} {one}", "kind": kind}) for one in members)
    pairs: set[tuple[str, str]] = set()
    while len(pairs) < edges:
        relation, start, end = chance.choice(WAYS)
        ends = chance.choice(of[start]), of[end][min(int(chance.paretovariate(0.5)) - 1, SIZES[end] - 1)]
        if ends not in pairs:
            pairs.add(ends)
            network.add_edge(*ends, predicate=f"mkg:{relation}", source="mkgs:made_up")
    return network


def write(folder: Path) -> dict[str, str]:
    """All pages to be opened, in a folder; run in a process of its own, on the store that is measured."""
    import networkx as nx

    import kg
    from kg import atlas
    from kg.citations import Citation
    from kg.views import whole

    graph = kg.load(in_memory=True)
    real, large = graph.to_networkx(), synthetic()
    network = graph.view("network")
    drawn: nx.DiGraph[str] = nx.DiGraph(zip(network.table["from"], network.table["to"], strict=True))
    made = {
        "network, ours": network.html(),
        "drawn, pyvis": _pyvis(drawn),
        "real, ours": whole.picture(real, graph.citations).html(),
        "real, pyvis": _pyvis(real),
        "large, ours": whole.picture(large, lambda keys: [Citation(key, "Made up") for key in keys]).html(),
        "large, pyvis": _pyvis(large),
        "atlas, ours": atlas.draw(graph, atlas.wanted(graph), lambda _: None),
        **{f"{name}, ours": graph.view(kind, **options).html() for name, (kind, options) in SHOWN.items()},
    }
    paths = {name: folder / f"{i}.html" for i, name in enumerate(made)}
    for name, page in made.items():
        paths[name].write_text(page, encoding="utf-8")
    return {name: str(path) for name, path in paths.items()}


def _pyvis(network: Any) -> str:
    """The page that pyvis makes unasked, its library inside: one edge a pair, as it cannot tell parallel ones apart."""
    import networkx as nx
    from pyvis.network import Network

    plain = nx.DiGraph(network.edges())
    page = Network(directed=True, cdn_resources="in_line")
    labels = {node: str(network.nodes[node].get("label", node)) for node in plain}
    page.add_nodes(list(labels), label=list(labels.values()))
    page.add_edges(plain.edges())
    return str(page.generate_html())


if __name__ == "__main__":
    print(json.dumps(write(Path(sys.argv[1]))))

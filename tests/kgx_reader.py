"""KGX's own reader and validator on a node and an edge file, run in an environment that has KGX: prints JSON.

KGX loads the Biolink model from the internet while it is imported. Here it is given the same files by packages it
depends on: the model by biolink-model, the prefixes that the model refers to by prefixcommons. What is not in a package,
the mapping of other vocabularies' predicates, is empty; reading and validating do not use it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections import Counter
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread


class Nothing(BaseHTTPRequestHandler):
    """Answers with a mapping of no predicates."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"predicate mappings: []\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def prepare() -> None:
    """Point KGX to the files of packages."""
    import biolink_model
    import bmt.toolkit
    import yaml
    from prefixcommons.curie_util import read_biocontext

    model = Path(next(iter(biolink_model.__path__))) / "schema" / "biolink_model.yaml"
    server = HTTPServer(("127.0.0.1", 0), Nothing)
    Thread(target=server.serve_forever, daemon=True).start()
    bmt.toolkit.Toolkit.__init__.__defaults__ = (str(model), f"http://127.0.0.1:{server.server_port}/")

    import kgx.config

    told = yaml.safe_load(model.read_text(encoding="utf-8"))
    context = {name: iri for more in told["default_curi_maps"] for name, iri in read_biocontext(more).items()}
    kgx.config.jsonld_context_map["biolink"] = context | told["prefixes"]


def read(nodes: str, edges: str) -> dict[str, object]:
    """What KGX holds in memory, what it complains about, and how many lines it passes on when it streams."""
    prepare()
    from kgx.transformer import Transformer
    from kgx.validator import Validator

    logging.disable(logging.INFO)
    files = {"filename": [nodes, edges], "format": "tsv"}
    held = Transformer(stream=False)
    held.transform(files.copy())  # which it empties
    validator = Validator()
    validator.validate(held.store.graph)
    with TemporaryDirectory() as folder:
        Transformer(stream=True).transform(files.copy(), {"filename": f"{folder}/passed", "format": "jsonl"})
        passed = {part: [json.loads(line) for line in (Path(folder) / f"passed_{part}.jsonl").open(encoding="utf-8")] for part in ("nodes", "edges")}  # fmt: skip
    return {
        "nodes": held.store.graph.number_of_nodes(),
        "edges": held.store.graph.number_of_edges(),
        "passed": {part: len(lines) for part, lines in passed.items()},
        "counted": Counter(line["knowledge_level"] for line in passed["edges"]),
        "numbers": sum("mkg_patients" in line for line in passed["edges"]),
        "errors": {"reading": held.get_errors(), "validating": validator.get_errors()},
    }


if __name__ == "__main__":
    answer = read(*sys.argv[1:])
    print(json.dumps(answer, default=list))

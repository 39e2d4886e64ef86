"""Run the notebooks from clean and write them back with outputs that stay small and the same: `python notebooks/run.py`.

Beside a picture's still drawing its interactive page is left out: a reader on a code host sees the drawing, whoever
runs the notebook gets the page. What differs from machine to machine (times, versions, paths) is not kept.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat

HERE = Path(__file__).parent
_KEPT = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def executed(path: Path) -> Any:
    """A notebook as it comes out of a new kernel that knows nobody's settings, in an empty folder.

    Raises CellExecutionError at the first cell that fails.
    """
    from nbclient import NotebookClient

    notebook = emptied(nbformat.read(path, as_version=4))
    with TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=300,
            kernel_name="python3",
            extra_arguments=["--log-level=ERROR"],
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        client.execute(env=os.environ | {"IPYTHONDIR": folder})
    return tidied(notebook)


def emptied(notebook: Any) -> Any:
    """The notebook without any output."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def tidied(notebook: Any) -> Any:
    """The notebook with what another run would give again: outputs that are small, no versions, no times."""
    notebook.metadata = nbformat.from_dict(_KEPT)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/svg+xml" in data:
                data.pop("text/html", None)
    return notebook


def written(notebook: Any) -> str:
    """The notebook as its file holds it."""
    text: str = nbformat.writes(notebook, version=4)
    return text.rstrip("\n") + "\n"


def main(paths: Iterable[Path]) -> None:
    """Run each notebook and write it back; says what it weighs."""
    for path in paths:
        text = written(executed(path))
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.name}: {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("*.ipynb")))

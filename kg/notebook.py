"""A page -> its place in a notebook: a sandboxed frame that shares a large library with the frames of other outputs."""

from __future__ import annotations

import hashlib
import html
import sys
from typing import Any, Final

from kg.resources import ASSETS

_carriers: Final[dict[str, tuple[str, str]]] = {}
"""By library: the cell, and the run of it, whose output brought the library to the notebook of this kernel."""


def frame(title: str, page: str, library: str = "") -> str:
    """The page in a sandboxed frame.

    `library` is a script of the page that other pictures need too. It is taken out of the page, stands in one output of
    the notebook, and is put back in the reader's browser, where the page's policy lets no other script in its place.
    Until then the frame runs no script and shows the page as it is: drawing, table and sources.
    """
    rights, needs, beside = "allow-scripts allow-downloads", "", ""
    if library:
        name = hashlib.sha256(library.encode()).hexdigest()[:16]
        page = page.replace(library, f"/* {name} */", 1)
        rights, needs = "allow-downloads", f' data-kg-needs="{name}"'
        beside = f"<script>{(ASSETS / 'static' / 'notebook.js').read_text(encoding='utf-8')}</script>"
        if _brings(name):
            beside = f'<script type="text/plain" data-kg-library="{name}">{library}</script>{beside}'
    return (
        f'<iframe title="{html.escape(title)}" sandbox="{rights}"{needs} width="100%" height="720" style="border:0" '
        f'srcdoc="{html.escape(page)}"></iframe>{beside}'
    )


def _brings(name: str) -> bool:
    """Whether this output brings the library: the first that needs it, and that cell's when it is run again."""
    here = _running()
    if here is None or "google.colab" in sys.modules:  # there each output is a page of its own
        return True
    cell, run = here
    known = _carriers.get(name)
    if known and (not cell or known[0] != cell or known[1] == run):
        return False
    _carriers[name] = here
    return True


def _running() -> tuple[str, str] | None:
    """The cell that is run, empty where the front end does not name it, and the run; None where there is no kernel."""
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    request = shell.get_parent() if hasattr(shell, "get_parent") else None
    if not request:
        return None
    return str(request["metadata"].get("cellId", "")), str(request["header"]["msg_id"])

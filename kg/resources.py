"""Where data, ontology, assets and the store lie, in a checkout or installed from a wheel."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).parent

# A wheel carries the two folders inside the package; a checkout has them beside it.
_HOME = PACKAGE / "_shipped" if (PACKAGE / "_shipped").is_dir() else PACKAGE.parent

DATA = _HOME / "data"
ONTOLOGY = _HOME / "ontology"
ASSETS = PACKAGE / "assets"


def store_home() -> Path:
    """The folder that holds the built stores: $KG_STORE, else a folder of this installation in the user's cache.

    Two checkouts do not share a store, and a read-only installation has one.
    """
    if named := os.environ.get("KG_STORE"):
        return Path(os.path.expanduser(named)).absolute()  # noqa: PTH111 - "~nobody" is left as it is
    installation = blake2b(str(PACKAGE).encode(), digest_size=4).hexdigest()
    return Path(platformdirs.user_cache_dir("metastasis-kg", appauthor=False)) / installation

"""The left half in order: a data folder -> checked, validated store, made beside the old one and swapped in whole.

<home>/current           a text file that names the folder in use
<home>/<digest>-<time>/  a store that is never written again, with its manifest.json
<home>/lock              held by whoever builds
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import blake2b
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Quad, Store

from kg import consistency, derive, groundings, rdf, records, store, tables, validate
from kg.errors import DataError, Problem, ShapeError, StoreError
from kg.resources import DATA, ONTOLOGY, PACKAGE

Tell = Callable[[str], None]


def quiet(step: str) -> None:
    """Tell nobody."""


STEPS = (
    "waiting for the lock",
    "reading tables",
    "checking rows",
    "deriving",
    "writing the store",
    "holding against shapes",
)
"""What `tell` hears, in order."""

MODULES = (
    "build", "cells", "consistency", "derive", "groundings", "hierarchy", "identity", "pooling", "proportions", "rdf", "records", "store", "tables", "vocabulary",
)  # fmt: skip
"""The code that decides what a store holds: a change in one of these makes a store stale."""


class Built(NamedTuple):
    """A store that can be opened, what its manifest says, and the warnings of the build that made it."""

    folder: Path
    manifest: dict[str, Any]
    warnings: list[Problem]


def build(home: Path, data: Path = DATA, fresh: bool = False, tell: Tell = quiet) -> Built:
    """Build from a data folder and make the result current; what is current and not stale is left as it is.

    Raises DataError or ShapeError with all problems, StoreError where the store cannot be written. Whatever happens,
    the store that was current before stays whole.
    """
    from filelock import FileLock

    data = data.absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        tell(STEPS[0])
        with FileLock(home / "lock"):
            built, digest = current(home), digest_of(data)
            _sweep(home, built)
            if fresh or built is None or _digest(built) != digest:
                made = home / f".tmp-{time.time_ns()}"  # the engine takes no name twice in one process
                try:
                    warnings = _make(made, data, tell)
                    target = made.rename(home / f"{digest}-{time.time_ns():x}")
                    _point(home, target.name)
                finally:
                    shutil.rmtree(made, ignore_errors=True)
                built = Built(target, _manifest(target), warnings)
                _sweep(home, built)
        return built
    except OSError as error:
        raise StoreError(
            f"{home}: cannot be written ({error.strerror or error}); free space there or set KG_STORE to another folder"
        ) from error


def current(home: Path) -> Built | None:
    """The store in use, if there is one."""
    try:
        folder = home / (home / "current").read_text(encoding="utf-8").strip()
        return Built(folder, _manifest(folder), [])
    except (OSError, ValueError, RecursionError):
        return None


def is_stale(built: Built) -> bool:
    """True if the data, the ontology or the code is no longer what the store was built from."""
    data = Path(built.manifest["data"])
    return data.is_dir() and _stamp(data) != built.manifest.get("stamp") and digest_of(data) != _digest(built)


def ensure(home: Path, data: Path | None = None, tell: Tell = quiet) -> Built:
    """The current store, built first if there is none or if what it was built from has changed."""
    found = current(home)
    if found and (data is None or Path(found.manifest["data"]) == data.absolute()) and not is_stale(found):
        return found
    if data is None:
        data = Path(found.manifest["data"]) if found else DATA
    return build(home, data, tell=tell)


class Checked(NamedTuple):
    """The tables of a data folder, how many quads they make with all that follows from them, and the warnings."""

    tables: records.Tables
    quads: int
    warnings: list[Problem]


def check(data: Path, tell: Tell = quiet, into: Callable[[], Store] = Store) -> Checked:
    """Read, derive and check a data folder; raises DataError or ShapeError with all problems.

    The shapes are held against a store that is filled on the way: one in memory, if `into` makes no other.
    """
    tell(STEPS[1])
    tables, problems, complete = records.scan(data)
    tell(STEPS[2])
    if complete:  # else a row that refers to one that could not be read would be told too
        problems += consistency.problems(tables)
    if problems:
        raise DataError(problems)
    tell(STEPS[3])
    derived = list(derive.derived_quads(tables))
    quads, findings = _fill(into(), chain(rdf.to_quads(tables), derived), tables, tell)
    if findings.violations:
        raise ShapeError(findings.violations)
    warnings = sorted({*findings.warnings, *consistency.loose_ends(tables), *_doubts(tables, data)})
    return Checked(tables, quads, warnings)


def _fill(into: Store, quads: Iterable[Quad], tables: records.Tables, tell: Tell) -> tuple[int, validate.Findings]:
    """Fill a store and hold it against the shapes; when this is left, whatever was found, the store is closed."""
    tell(STEPS[4])
    count = store.fill(into, quads)
    tell(STEPS[5])
    return count, validate.check_shapes(store.union(into), tables)


def _doubts(tables: records.Tables, data: Path) -> Iterator[Problem]:
    yield from groundings.doubts(tables.entities)
    yield from consistency.miscounted(tables, data / "counts.csv")


def _make(folder: Path, data: Path, tell: Tell) -> list[Problem]:
    stamp = _stamp(data)  # taken first: what changes from here on makes the store stale
    checked = check(data, tell, lambda: Store(str(folder)))
    manifest = {
        "data": str(data),
        "stamp": stamp,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": version("metastasis-kg"),
        "counts": counts(checked.tables) | {"quads": checked.quads},
        "warnings": len(checked.warnings),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return checked.warnings


def counts(tables: records.Tables) -> dict[str, int]:
    """How many entities of each class, statements of each table, and sources there are."""
    entities = Counter(entity.class_ for entity in tables.entities)
    statements = Counter(records.TABLE_OF[type(statement)] for statement in tables.statements)
    return {
        **dict(sorted(entities.items())),
        **{name: statements[name] for name in records.STATEMENT_TABLES},
        "statements": len(tables.statements),
        "sources": len(tables.sources),
    }


def digest_of(data: Path) -> str:
    """A name for what a store is built from: the data, the ontology, the code, and the engine that writes it."""
    digest = blake2b(version("pyoxigraph").encode(), digest_size=10)
    digest.update(os.fsencode(data))
    for path in _made_from(data):
        digest.update(b"\0" + os.fsencode(path) + b"\0")
        with suppress(PermissionError):  # reading the tables tells, as it tells of a file that is too large
            digest.update(path.read_bytes() if path.stat().st_size <= tables.LARGEST else b"too large")
    return digest.hexdigest()


def _stamp(data: Path) -> str:
    """Sizes and times of the same files: while it is the same, none of them need be read to know that none changed."""
    files = [(str(path), *_size_and_time(path)) for path in _made_from(data)]
    return blake2b(repr((version("pyoxigraph"), files)).encode(errors="surrogateescape"), digest_size=10).hexdigest()


def _size_and_time(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _made_from(data: Path) -> list[Path]:
    code = [PACKAGE / f"{name}.py" for name in MODULES]
    return [*_files(data, "*.csv"), ONTOLOGY / "metastasis.ttl", ONTOLOGY / "shapes.ttl", *code]


def _digest(built: Built) -> str:
    """What a store was built from, as its folder's name says."""
    return built.folder.name.partition("-")[0]


def _files(folder: Path, pattern: str) -> list[Path]:
    """Regular files below a folder; a link that goes round, a pipe or a device is not followed."""
    return sorted(path for path in folder.rglob(pattern) if path.is_file())


def _point(home: Path, name: str) -> None:
    """Make a store current in one step, which is done whole or not at all."""
    beside = home / f".current-{os.getpid()}"
    beside.write_text(name + "\n", encoding="utf-8")
    beside.replace(home / "current")


_OURS = re.compile(r"[0-9a-f]{20}-[0-9a-f]+|\.(tmp|current)-\d+")


def _sweep(home: Path, keep: Built | None) -> None:
    """Remove what dead builds left behind and all stores but one; what is not ours stays.

    The lock is held, so every `.tmp-*` is a dead builder's. A reader that has opened an old store goes on.
    """
    for path in home.iterdir():
        if _OURS.fullmatch(path.name) and not (keep and path.name == keep.folder.name):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _manifest(folder: Path) -> dict[str, Any]:
    """What a store says of itself; raises ValueError if that is damaged."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if not isinstance(manifest, dict) or not {"data", "counts"} <= manifest.keys():
        raise ValueError(f"{folder}: the manifest is damaged")
    return manifest

"""The package as others get it: quick to import, its public face listed, and whole in a wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import kg
from kg import cli, resources
from tests.conftest import not_run

ROOT = Path(__file__).parent.parent
HEAVY = (
    "pandas",
    "networkx",
    "scipy",
    "numpy",
    "pyvis",
    "rdflib",
    "jinja2",
    "starlette",
    "shacl",
    "pyarrow",
    "IPython",
)


def loaded(code: str) -> set[str]:
    """Which packages a piece of code has loaded."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "code", ["import kg", "import kg.cli", "import kg.errors", "from kg import KgError", "dir(__import__('kg'))"]
)
def test_an_import_loads_nothing_heavy(code: str) -> None:
    assert loaded(code).isdisjoint(HEAVY)


def test_a_graph_loads_what_is_heavy_only_when_it_is_used() -> None:
    assert loaded("from kg import load, connect, Graph").isdisjoint(HEAVY)


def test_an_import_says_nothing_writes_nothing_and_asks_nobody(tmp_path: Path) -> None:
    code = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('a connection')\n"
        "socket.socket.connect = refuse\n"
        "import kg, kg.cli, kg.graph, kg.remote, kg.export, kg.limits, kg.views\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "KG_STORE": str(tmp_path / "store"), "HOME": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_what_is_exported_is_what_is_listed() -> None:
    assert dir(kg) == sorted(kg.__all__)
    for name in kg.__all__:
        assert getattr(kg, name).__doc__
    with pytest.raises(AttributeError, match="module 'kg' has no attribute 'lod'"):
        _ = kg.lod


def test_the_package_is_typed() -> None:
    assert (resources.PACKAGE / "py.typed").is_file()


def test_every_public_method_says_what_it_does() -> None:
    for name, thing in vars(kg.Graph).items():
        if not name.startswith("_"):
            assert thing.__doc__ or getattr(thing, "func", thing).__doc__, name
    for name, command in cli.commands.commands.items():
        assert command.help, name


# --- The wheel ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    try:
        import hatchling  # noqa: F401
    except ImportError:
        not_run("hatchling is not installed")
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked by pip in a folder of its own."""
    target = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--disable-pip-version-check",
         "--target", str(target), str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    return target


def test_a_wheel_holds_tables_and_ontology_and_no_scripts(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.removeprefix("kg/_shipped/") for name in names if name.startswith("kg/_shipped/")}
    for folder, pattern in (("data", "*.csv"), ("ontology", "*")):
        ours = {
            str(path.relative_to(ROOT))
            for path in (ROOT / folder).rglob(pattern)
            if path.is_file() and "make" not in path.parts and path.name != "counts.csv"
        }
        assert ours <= shipped
    assert not [name for name in names if "data/make" in name or name.startswith(("tests", "docs", "benchmarks"))]
    assert not [name for name in names if name.endswith((".sst", ".pyc", ".nq"))], "tables, never a merged store"
    assert "kg/py.typed" in names
    assert [name for name in names if name.endswith("/LICENSE")]
    for path in (ROOT / "kg" / "assets").rglob("*"):
        if path.is_file():
            assert str(path.relative_to(ROOT)) in names


def test_a_wheel_answers_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """Without the checkout: its modules and its data are those of the wheel."""
    (tmp_path / "empty").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(installed), "KG_STORE": str(tmp_path / "store")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=tmp_path / "empty",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    where = run("-c", "import kg.resources as r; print(r.DATA)")
    assert where.stdout.strip() == str(installed / "kg" / "_shipped" / "data")
    query = "SELECT (COUNT(*) AS ?n) { ?s a mkg:SpreadObservation }"
    done = run("-m", "kg", "query", query, "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[1]) > 1000
    assert run("-m", "kg", "queries", "where-does-it-spread").stdout.startswith("# ")
    assert list((tmp_path / "empty").iterdir()) == []

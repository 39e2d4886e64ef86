"""`kg.build` makes a store beside the old one and swaps it in whole.

Whatever happens meanwhile - a second builder, a kill, a full disk, a folder that cannot be written - the store that was
current answers on, the next build needs no repair, and what went wrong is told in a sentence.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg import build, resources, store, validate
from kg.errors import DataError, KgError, Problem, ShapeError, StoreError
from tests.conftest import not_run
from tests.small import GOOD, good, set_cell

CODE = """
import sys
from pathlib import Path
from kg import build
print(build.build(Path(sys.argv[1]), Path(sys.argv[2]), fresh="fresh" in sys.argv).folder)
"""
KILLS = 20
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
STORE = re.compile(r"[0-9a-f]{20}-[0-9a-f]+")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where stores of one test lie; `kg.load` looks there too."""
    made = tmp_path / "home"
    monkeypatch.setenv("KG_STORE", str(made))
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a store of the good folder, which tests copy."""
    home = tmp_path_factory.mktemp("made")
    build.build(home, GOOD)
    return home


@pytest.fixture
def built(home: Path, made: Path) -> build.Built:
    """The store of the good folder in a home of the test's own."""
    shutil.copytree(made, home)
    found = build.current(home)
    assert found
    return found


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 300 KiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k,mode=0777", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        not_run("a small file system can be mounted by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def builder(home: Path, data: Path, *options: str) -> subprocess.Popen[str]:
    """A build in a process of its own."""
    command = [sys.executable, "-c", CODE, str(home), str(data), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`kg` as people call it."""
    return subprocess.run(
        [sys.executable, "-m", "kg", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def quads(folder: Path) -> int:
    """How many quads a store holds, asked of the store itself."""
    return sum(1 for _ in store.open_store(folder).quads_for_pattern(None, None, None, None))


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a command that was refused."""
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


# --- One builder -------------------------------------------------------------------------------


def test_a_build_tells_its_steps_in_order_and_leaves_one_store(home: Path) -> None:
    steps: list[str] = []
    made = build.build(home, GOOD, tell=steps.append)
    assert steps == list(build.STEPS)
    assert STORE.fullmatch(made.folder.name)
    assert {path.name for path in home.iterdir()} == {"current", "lock", made.folder.name}
    assert (home / "current").read_text() == made.folder.name + "\n"
    assert made.manifest["counts"]["quads"] <= quads(made.folder)


def test_nothing_in_a_home_is_a_link(built: build.Built) -> None:
    assert not [path for path in built.folder.parent.rglob("*") if path.is_symlink()]


def test_a_second_build_does_nothing(home: Path, built: build.Built) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.name != "lock"}
    again = build.build(home, GOOD)
    assert again == built
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.name != "lock"} == before


def test_a_fresh_build_makes_the_same_store_anew(home: Path, built: build.Built) -> None:
    again = build.build(home, GOOD, fresh=True)
    assert again.folder != built.folder
    assert not built.folder.exists()
    assert again.manifest["counts"] == built.manifest["counts"]
    assert quads(again.folder) == again.manifest["counts"]["quads"] + len(
        set(store.open_store(again.folder).quads_for_pattern(None, None, None, store.DefaultGraph()))
    )


def test_a_refused_build_leaves_the_old_store(home: Path, built: build.Built, tmp_path: Path) -> None:
    wrong = good(tmp_path)
    set_cell(wrong / "sources.csv", 2, "tier", "Z")
    with pytest.raises(DataError):
        build.build(home, wrong)
    assert build.current(home) == built
    assert {path.name for path in home.iterdir()} == {"current", "lock", built.folder.name}


def test_a_build_refused_for_its_shapes_leaves_the_old_store_and_the_next_one_in_the_process_needs_no_repair(
    home: Path, built: build.Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shapes are held against what is written already, and who catches the error keeps that store open."""
    with monkeypatch.context() as patch:
        wrong = Problem("sources.csv", 2, "tier", "is no tier")
        patch.setattr(build.validate, "check_shapes", lambda *_: validate.Findings([wrong], []))
        with pytest.raises(ShapeError) as refused:
            build.build(home, GOOD, fresh=True)
    assert build.current(home) == built
    assert {path.name for path in home.iterdir()} == {"current", "lock", built.folder.name}
    again = build.build(home, GOOD, fresh=True)
    assert quads(again.folder) > 0
    assert refused.value.problems == [wrong]


@pytest.mark.usefixtures("built")
def test_a_home_keeps_what_others_put_there(home: Path) -> None:
    """KG_STORE may name a folder that holds something else."""
    (home / "thesis").mkdir()
    (home / "thesis" / "chapter.txt").write_text("years of work")
    (home / ".tmp-notes").write_text("mine")
    (home / ("a" * 20)).mkdir()
    build.build(home, GOOD, fresh=True)
    assert (home / "thesis" / "chapter.txt").read_text() == "years of work"
    assert (home / ".tmp-notes").exists()
    assert (home / ("a" * 20)).exists()


def test_leftovers_of_dead_builders_are_swept(home: Path, built: build.Built) -> None:
    for name in (".tmp-1", f"{'a' * 20}-b"):
        (home / name).mkdir()
        (home / name / "000001.sst").write_text("half")
    (home / ".current-1").write_text("half")
    build.build(home, GOOD)
    assert {path.name for path in home.iterdir()} == {"current", "lock", built.folder.name}


def test_an_older_store_is_never_taken_for_a_new_one(home: Path, made: Path) -> None:
    """A store that a kill left half deleted is not made current again when its data comes back."""
    shutil.copytree(made, home)
    old = build.current(home)
    assert old
    next(old.folder.glob("*.sst")).unlink()
    (home / "current").unlink()
    new = build.build(home, GOOD)
    assert new.folder != old.folder
    assert quads(new.folder) > 0


# --- Stale stores ------------------------------------------------------------------------------


def test_changed_data_is_built_again(home: Path, tmp_path: Path) -> None:
    data = good(tmp_path)
    first = build.ensure(home, data)
    assert build.ensure(home, data) == first
    set_cell(data / "sources.csv", 2, "title", "Another title")
    assert build.is_stale(first)
    second = build.ensure(home)
    assert second.folder != first.folder
    assert kg.load().query("ASK { ?source dcterms:title 'Another title' }")


def test_a_new_file_makes_a_store_stale(home: Path, tmp_path: Path) -> None:
    data = good(tmp_path)
    first = build.ensure(home, data)
    remarks = data / "statements" / "remarks.csv"
    (data / "statements" / "remarks").mkdir()
    (data / "statements" / "remarks" / "more.csv").write_text(remarks.read_text().splitlines()[0] + "\n")
    assert build.is_stale(first)


@pytest.mark.parametrize("changed", ["ontology/metastasis.ttl", "ontology/shapes.ttl", "kg/rdf.py", "kg/derive.py"])
def test_a_changed_ontology_or_code_makes_a_store_stale(changed: str, tmp_path: Path) -> None:
    """Asked of a copy of the package, since that is what changes."""
    root = tmp_path / "copy"
    for name in ("kg", "ontology", "tests/tables/good"):
        shutil.copytree(resources.PACKAGE.parent / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    code = (
        "from pathlib import Path; from kg import build; build.version = lambda name: '1';"
        "print(build.digest_of(Path('tests/tables/good').absolute()), build.__file__)"
    )

    def digest() -> str:
        done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
        assert str(root) in done.stdout, "the copy is what ran"
        return done.stdout

    before = digest()
    assert digest() == before
    with (root / changed).open("a") as file:
        file.write("\n# changed\n")
    assert digest() != before


def test_every_room_left_of_the_store_can_make_it_stale() -> None:
    """What build.py imports, and what that imports, decides what a store holds."""
    seen, todo = set[str](), {"build"}
    while todo:
        name = todo.pop()
        seen.add(name)
        text = (resources.PACKAGE / f"{name}.py").read_text()
        found = re.findall(r"^from kg\.(\w+) import", text, re.MULTILINE)
        for names in re.findall(r"^from kg import ([\w, ]+)", text, re.MULTILINE):
            found += [word.split(" as ")[0] for word in names.split(", ")]
        todo |= set(found) - seen
    told_only = {"errors", "resources", "validate"}  # words, places, and a yes or no
    assert seen - told_only == set(build.MODULES) - told_only


# --- Killed, and many at once ------------------------------------------------------------------


@pytest.mark.usefixtures("built")
def test_a_build_killed_at_any_moment_leaves_the_old_store_and_needs_no_repair(home: Path, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    moments = random.Random(seed)
    data = good(tmp_path)
    begun = time.monotonic()
    first = builder(home, data, "fresh")
    first.communicate()
    assert first.returncode == 0
    lasts = time.monotonic() - begun
    expected, killed = {quads(path) for path in home.iterdir() if path.is_dir()}.pop(), 0
    for _ in range(KILLS):
        process = builder(home, data, "fresh")
        time.sleep(moments.uniform(0, lasts))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        found = build.current(home)
        assert found, "a store is current"
        assert quads(found.folder) == expected, "and whole"
    assert killed >= KILLS // 2, "most builds were under way"
    after = build.ensure(home, data)
    assert quads(after.folder) == expected
    after = build.build(home, data)
    assert {path.name for path in home.iterdir()} == {"current", "lock", after.folder.name}


@pytest.mark.parametrize("many", [2, 5])
def test_builds_at_once_do_not_corrupt_each_other(many: int, home: Path, built: build.Built, tmp_path: Path) -> None:
    """Half of them build the same folder, half another one."""
    other = good(tmp_path)
    set_cell(other / "sources.csv", 2, "title", "Another title")
    processes = [builder(home, other if number % 2 else GOOD, "fresh") for number in range(many)]
    for process in processes:
        out, err = process.communicate()
        assert process.returncode == 0, err
        assert STORE.fullmatch(Path(out.strip()).name)
    found = build.current(home)
    assert found
    assert {path.name for path in home.iterdir()} == {"current", "lock", found.folder.name}
    assert quads(found.folder) == quads(built.folder) if built.folder.exists() else quads(found.folder) > 0


def test_builds_of_one_folder_at_once_make_one_store(home: Path) -> None:
    processes = [builder(home, GOOD) for _ in range(3)]
    told = {process.communicate()[0] for process in processes}
    assert len(told) == 1, "who comes later finds what the first has made"


def test_a_reader_of_the_old_store_goes_on(home: Path, built: build.Built) -> None:
    graph = kg.load(GOOD)
    before = graph.query(COUNT)
    build.build(home, GOOD, fresh=True)
    assert not built.folder.exists()
    assert graph.query(COUNT).equals(before)  # type: ignore[union-attr]
    with pytest.raises(StoreError, match="a newer build took its place; load the graph again"):
        graph.query(COUNT, timeout=30)
    assert kg.load().query(COUNT, timeout=30).equals(before)  # type: ignore[union-attr]


def test_readers_come_and_go_while_builds_run(home: Path, built: build.Built) -> None:
    builds = [builder(home, GOOD, "fresh") for _ in range(2)]
    answers = set()
    while any(process.poll() is None for process in builds):
        answers.add(int(kg.load().query(COUNT)["n"][0]))  # type: ignore[index]
    for process in builds:
        process.communicate()
    assert answers == {built.manifest["counts"]["quads"]}


# --- What disks do -----------------------------------------------------------------------------


def test_a_full_disk_is_told_and_nothing_is_left_on_it(tiny_disk: Path) -> None:
    done = command("build", "--data", str(GOOD), KG_STORE=str(tiny_disk))
    assert "free space" in refused(done)
    assert "KG_STORE" in done.stderr
    assert {path.name for path in tiny_disk.iterdir()} <= {"lock"}


def test_a_disk_that_fills_up_leaves_the_old_store(home: Path, built: build.Built) -> None:
    """The limit on the size of a file makes every write fail, as a full disk does."""
    limit = (
        "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", limit + CODE, str(home), str(GOOD), "fresh"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "kg.errors.StoreError" in done.stderr
    assert "free space" in done.stderr
    assert build.current(home) == built
    assert quads(built.folder) > 0
    assert {path.name for path in home.iterdir()} == {"current", "lock", built.folder.name}


@pytest.fixture
def read_only(tmp_path: Path, made: Path) -> Iterator[Path]:
    """A file system that holds a built store and cannot be written."""
    folder = tmp_path / "read_only"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, check=False).returncode:
        not_run("a file system can be mounted by root only")
    shutil.copytree(made, folder / "home")
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    yield folder / "home"
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_read_only_install_answers(read_only: Path) -> None:
    done = command("query", COUNT, "--format", "csv", KG_STORE=str(read_only))
    assert (done.returncode, done.stderr) == (0, "")
    found = build.current(read_only)
    assert found
    assert done.stdout.split() == ["n", str(found.manifest["counts"]["quads"])]


def test_a_read_only_file_system_is_told(read_only: Path) -> None:
    done = command("build", "--data", str(GOOD), "--fresh", KG_STORE=str(read_only))
    assert refused(done) == (
        f"{read_only}: cannot be written (Read-only file system); free space there or set KG_STORE to another folder\n"
    )


AS_NOBODY = """
import os, sys, tempfile
from pathlib import Path
from kg import build
build.build(Path(tempfile.mkdtemp()), Path(sys.argv[2]))  # all that it imports is imported now
os.setuid(65534)
try:
    build.build(Path(sys.argv[1]), Path(sys.argv[3]), fresh=True)
except build.StoreError as error:
    print("StoreError", error)
except build.DataError as error:
    print("DataError", error)
"""


def as_nobody(home: Path, data: Path) -> str:
    """What a build says to a user who owns nothing."""
    if os.name != "posix" or os.getuid() != 0:
        not_run("only root can become another user")
    for folder in (home, data, *data.rglob("*"), *home.parents):
        if folder.is_dir() and folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(folder.stat().st_mode | 0o055)
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(home), str(GOOD), str(data)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_folder_of_somebody_else_is_told(home: Path) -> None:
    home.mkdir()
    assert as_nobody(home, GOOD) == (
        f"StoreError {home}: cannot be written (Permission denied); free space there or set KG_STORE to another folder"
    )


def test_tables_of_somebody_else_are_told_by_name(home: Path, tmp_path: Path) -> None:
    data = good(tmp_path)
    home.mkdir()
    home.chmod(0o777)
    (data / "sources.csv").chmod(0)
    said = as_nobody(home, data)
    assert said.startswith("DataError")
    assert "sources.csv: cannot be read (Permission denied)" in said


@pytest.mark.parametrize("place", ["file", "below a file", "nowhere"])
def test_a_home_that_can_be_none_is_told(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    home = {"file": tmp_path / "file", "below a file": tmp_path / "file" / "x", "nowhere": Path("/proc/nothing")}[place]
    with pytest.raises(StoreError, match=r"cannot be written .*; free space there or set KG_STORE"):
        build.build(home, GOOD)


def test_a_home_of_a_user_who_is_not_there_is_a_folder_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE", "~nobody-of-that-name/x")
    assert resources.store_home() == Path.cwd() / "~nobody-of-that-name" / "x"


# --- Damage ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["", "\n", "nothing-there\n", "..\n", "/\n", "\0\n", "lock\n", "x" * 5000],
    ids=["empty", "blank", "missing", "above", "root", "NUL", "a file", "long"],
)
def test_a_pointer_to_no_store_is_set_right(text: str, home: Path, built: build.Built) -> None:
    (home / "current").write_text(text)
    assert build.current(home) is None
    graph = kg.load(GOOD)
    assert graph.query(COUNT)["n"][0] == built.manifest["counts"]["quads"]  # type: ignore[index]
    assert STORE.fullmatch((home / "current").read_text().strip())


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"{}", b'{"data": 1}', b"\xff\xfe", b'"text"', b"[" * 100_000]
)
def test_a_damaged_manifest_is_built_again(content: bytes, home: Path, built: build.Built) -> None:
    (built.folder / "manifest.json").write_bytes(content)
    assert build.current(home) is None
    again = build.ensure(home, GOOD)
    assert again.folder != built.folder
    assert again.manifest["counts"] == built.manifest["counts"]


def test_a_manifest_is_complete_only_where_the_store_is(built: build.Built) -> None:
    """It is written last, so a folder with a manifest holds a whole store."""
    manifest = json.loads((built.folder / "manifest.json").read_text())
    newest = max((path.stat().st_mtime_ns, path.name) for path in built.folder.iterdir())
    assert manifest["counts"]["quads"] > 0
    assert newest[1] == "manifest.json"


def test_a_missing_store_folder_is_built_again(built: build.Built) -> None:
    shutil.rmtree(built.folder)
    assert kg.load(GOOD).query(COUNT)["n"][0] == built.manifest["counts"]["quads"]  # type: ignore[index]


DAMAGE = {
    "missing CURRENT": lambda folder: (folder / "CURRENT").unlink(),
    "empty CURRENT": lambda folder: (folder / "CURRENT").write_text(""),
    "missing table": lambda folder: _largest(folder).unlink(),
    "truncated table": lambda folder: os.truncate(_largest(folder), 1000),
    "emptied table": lambda folder: os.truncate(_largest(folder), 0),
    "truncated MANIFEST": lambda folder: os.truncate(next(folder.glob("MANIFEST-*")), 50),
}


def _largest(folder: Path) -> Path:
    return max(folder.glob("*.sst"), key=lambda path: path.stat().st_size)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_store_is_told_and_a_fresh_build_is_the_cure(damage: str, home: Path, built: build.Built) -> None:
    DAMAGE[damage](built.folder)
    with pytest.raises(KgError, match=r"`kg build --fresh` makes a new one"):
        kg.load().query(COUNT)
    done = command("query", COUNT)
    assert "`kg build --fresh` makes a new one" in refused(done)
    build.build(home, GOOD, fresh=True)
    assert kg.load().query(COUNT)["n"][0] == built.manifest["counts"]["quads"]  # type: ignore[index]


def test_a_byte_changed_inside_a_store_is_told_when_it_is_read(built: build.Built) -> None:
    for path in built.folder.glob("*.sst"):
        raw = bytearray(path.read_bytes())
        for at in range(0, len(raw) // 2, 997):
            raw[at] ^= 0xFF
        path.write_bytes(raw)
    done = command("query", "SELECT * { ?s ?p ?o }")
    assert "`kg build --fresh` makes a new one" in refused(done)

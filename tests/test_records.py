"""`kg.records` lets in rows that are right and refuses, all at once and each with its place, what is not.

Each file of tests/tables/bad takes the place of one file of the good folder; beside it stands, line by line, what must
be said. tests/tables/bad_cells.csv does the same a cell at a time. Everything comes in through the door people use,
`kg.build`, so a case may be caught by any room behind it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad

from kg import build, consistency, rdf, records, tables
from kg.errors import DataError, Problem
from tests.small import GOOD, TABLES, good, rows, set_cell, told, write

BAD = sorted((TABLES / "bad").glob("*.csv"))
BAD_CELLS = rows(TABLES / "bad_cells.csv")
HEADERS = {name: list(records.columns_of(record)) for name, record in records.STATEMENT_TABLES.items()}


def refused(folder: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        build.check(folder)
    return told(caught.value, folder)


def said(folder: Path) -> set[Quad]:
    """All that a folder says, the vocabulary apart."""
    return {quad for quad in rdf.to_quads(records.read(folder)) if quad.graph_name != rdf.graph_of("ontology")}


# --- The good folder ---------------------------------------------------------------------------


def test_the_good_folder_is_let_in_without_a_warning() -> None:
    checked = build.check(GOOD)
    assert checked.warnings == []
    assert {type(statement) for statement in checked.tables.statements} == set(records.STATEMENT_TABLES.values())


def test_a_real_row_becomes_a_record() -> None:
    (found,) = [s for s in records.read(GOOD).statements if s.source == "seer_prostate_bone_2018"]
    assert isinstance(found, records.SpreadObservation)
    assert (found.cancer, found.site, found.cases, found.patients) == ("MONDO:0008315", "UBERON:0001474", 12794, 249331)
    assert (found.percent, found.measure, found.denominator) == ("5.1", "mkg:Patients", "mkg:AllPatients")
    assert (found.sum_of, found.locator, found.note, found.place.line) == ((), "excerpt", "", 7)


def test_every_row_of_every_table_becomes_one_record() -> None:
    read = records.read(GOOD)
    files = list(GOOD.rglob("*.csv"))
    assert len(files) == 15
    assert len(read.sources) + len(read.entities) + len(read.statements) == sum(len(rows(file)) for file in files)


@pytest.mark.parametrize("rewritten", [b"\xef\xbb\xbf", b"\r\n"], ids=["byte order mark", "carriage returns"])
def test_a_byte_order_mark_and_carriage_returns_change_nothing(tmp_path: Path, rewritten: bytes) -> None:
    folder = good(tmp_path)
    for file in folder.rglob("*.csv"):
        raw = file.read_bytes()
        file.write_bytes(raw.replace(b"\n", b"\r\n") if rewritten == b"\r\n" else rewritten + raw)
    assert said(folder) == said(GOOD)


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    folder = good(tmp_path)
    for file in folder.rglob("*.csv"):
        found = rows(file)
        write(file, [list(found[0])[::-1], *(list(row.values())[::-1] for row in found)])
    assert said(folder) == said(GOOD)


def test_a_table_may_be_a_folder_of_files(tmp_path: Path) -> None:
    folder = good(tmp_path)
    for name in ("statements/spread", "entities/organs"):
        whole, parts = folder / f"{name}.csv", folder / name
        parts.mkdir()
        header, *lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
        (parts / "first.csv").write_text(header + "".join(lines[:3]), encoding="utf-8")
        whole.write_text(header + "".join(lines[3:]), encoding="utf-8")
    (folder / "statements/spread/README.md").write_text("Where the rows come from.", encoding="utf-8")
    assert said(folder) == said(GOOD)


def test_an_absent_statements_table_is_empty_and_an_added_column_may_be_absent(tmp_path: Path) -> None:
    folder = good(tmp_path)
    shutil.rmtree(folder / "statements")
    (folder / "statements").mkdir()
    spread = rows(GOOD / "statements/spread.csv")
    kept = [name for name in spread[0] if name not in ("cases", "percent_range", "wording")]
    write(folder / "statements/spread.csv", [kept, *([row[name] for name in kept] for row in spread)])
    read = records.read(folder)
    assert len(read.statements) == len(spread)
    assert {(s.cases, s.percent_range, s.wording) for s in read.statements if isinstance(s, records.Spread)} == {
        (None, "", "")
    }


# --- Bad tables --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the good folder, which no refusal may touch."""
    made = tmp_path_factory.mktemp("home")
    build.build(made, GOOD)
    return made


@pytest.mark.parametrize("table", BAD, ids=lambda path: path.stem)
def test_a_bad_table_is_refused_with_its_places_and_nothing_is_written(table: Path, home: Path, tmp_path: Path) -> None:
    folder = good(tmp_path)
    target = folder / f"{table.stem.partition('--')[0].replace('.', '/')}.csv"
    assert target.is_file()
    shutil.copyfile(table, target)
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.name != "lock"}
    with pytest.raises(DataError) as caught:
        build.build(home, folder)
    expected = table.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert sorted(told(caught.value, folder)) == sorted(expected)
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*") if path.name != "lock"} == before


def test_every_bad_table_was_tried() -> None:
    assert len(BAD) == 39
    assert {path.stem for path in BAD} == {path.stem for path in (TABLES / "bad").glob("*.txt")}


@pytest.mark.parametrize("case", BAD_CELLS, ids=lambda case: f"{case['column']}: {case['what']}")
def test_a_bad_cell_is_refused_with_its_place(case: dict[str, str], tmp_path: Path) -> None:
    folder = good(tmp_path)
    cell = case["cell"].encode("ascii").decode("unicode_escape")
    set_cell(folder / case["file"], int(case["line"]), case["column"], cell)
    assert refused(folder) == [f"{case['file']}:{case['line']}: {case['column']}: {case['problem']}"]


def test_every_bad_cell_was_tried() -> None:
    assert len(BAD_CELLS) == 128
    assert len({(case["column"], case["what"], case["file"]) for case in BAD_CELLS}) == 128


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = good(tmp_path)
    (folder / "entities/organs.csv").write_bytes(b"\xff\xfe")
    set_cell(folder / "sources.csv", 2, "tier", "D")
    set_cell(folder / "statements/spread.csv", 3, "stance", "denies")
    (folder / "statements/anatomy.csv").write_text("", encoding="utf-8")
    assert [line.split(": ")[0] for line in refused(folder)] == [
        "entities/organs.csv:1", "sources.csv:2", "statements/anatomy.csv:1", "statements/spread.csv:3",
    ]  # fmt: skip


def test_bad_cells_and_unknown_references_are_told_at_once(tmp_path: Path) -> None:
    folder = good(tmp_path)
    set_cell(folder / "statements/spread.csv", 3, "stance", "denies")
    set_cell(folder / "statements/anatomy.csv", 2, "source", "pacs_batsen")
    source, stance = refused(folder)
    assert source.startswith('statements/anatomy.csv:2: source: "pacs_batsen" is unknown; allowed: ')
    assert stance.startswith('statements/spread.csv:3: stance: "denies" is not in the list; allowed: ')


def test_what_refers_to_a_row_that_could_not_be_read_is_not_told_too(tmp_path: Path) -> None:
    folder = good(tmp_path)
    set_cell(folder / "sources.csv", 2, "tier", "Z")
    assert len(refused(folder)) == 1


def test_a_disagreement_is_let_in_where_a_note_explains_it(tmp_path: Path) -> None:
    folder = good(tmp_path)
    for column, cell in (("percent", "6.1"), ("note", "the source prints 6.1 in its abstract")):
        set_cell(folder / "statements/spread_observations.csv", 7, column, cell)
    assert build.check(folder).tables


# --- Files that are none -----------------------------------------------------------------------


def test_a_needed_table_that_is_missing_is_told(tmp_path: Path) -> None:
    for name in ("sources", "entities/conditions", "entities/organs", "entities/symptoms", "entities/treatments"):
        folder = good(tmp_path / name)
        (folder / f"{name}.csv").unlink()
        assert refused(folder)[0] == f"{name}.csv: is missing; allowed: a table, at least its header"


def test_a_file_that_no_table_would_read_is_not_passed_over(tmp_path: Path) -> None:
    folder = good(tmp_path)
    strangers = [
        "entities/organ.csv", "statements/Spread.csv", "statements/spread.tsv", "statements/spread.csv.bak",
        "statements/symptoms/extra.xlsx", "statements/symptoms/deeper/extra.csv",
    ]  # fmt: skip
    for name in strangers:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    strangers[-1] = "statements/symptoms/deeper"
    assert sorted(line.partition(": is no table; allowed: ")[0] for line in refused(folder)) == sorted(strangers)


def test_a_link_that_goes_round_a_pipe_a_device_and_a_folder_are_no_tables(tmp_path: Path) -> None:
    folder = good(tmp_path)
    statements = folder / "statements"
    for name in ("spread", "symptoms", "anatomy", "remarks", "incidence"):
        (statements / f"{name}.csv").unlink()
    (statements / "anatomy.csv").symlink_to("anatomy.csv")
    (statements / "incidence.csv").symlink_to("/dev/zero")
    (statements / "remarks.csv").mkdir()
    os.mkfifo(statements / "spread.csv")
    (statements / "symptoms.csv").symlink_to("nowhere.csv")
    (statements / "round").symlink_to(".")
    assert {line.split(": ")[0]: line.split(": ")[1].partition(" (")[0] for line in refused(folder)} == {
        "statements/anatomy.csv": "cannot be read",
        "statements/incidence.csv": "is not a regular file; allowed",
        "statements/remarks.csv": "is not a regular file; allowed",
        "statements/round": "is no table; allowed",
        "statements/spread.csv": "is not a regular file; allowed",
        "statements/symptoms.csv": "cannot be read",
    }
    home = tmp_path / "home"
    with pytest.raises(DataError):
        build.build(home, folder)
    assert not (home / "current").exists()


def test_a_link_to_a_table_is_read(tmp_path: Path) -> None:
    folder = good(tmp_path)
    (folder / "sources.csv").rename(tmp_path / "elsewhere.csv")
    (folder / "sources.csv").symlink_to(tmp_path / "elsewhere.csv")
    assert len(records.read(folder).sources) == len(records.read(GOOD).sources)


@pytest.mark.parametrize("quote", ["", '"'], ids=["bare", "quoted"])
def test_a_cell_of_ten_megabytes_is_refused_in_its_line(tmp_path: Path, quote: str) -> None:
    folder = good(tmp_path)
    with (folder / "statements/remarks.csv").open("a", encoding="utf-8") as file:
        file.write(f"NCIT:C3580,aspect,{quote}{'x' * 10_000_000}{quote},nci_bone_fs,,\n")
    assert refused(folder) == ["statements/remarks.csv:5: a cell is too long; allowed: 131,072 characters"]


def test_a_file_beyond_all_measure_is_not_read(tmp_path: Path) -> None:
    folder = good(tmp_path)
    os.truncate(folder / "statements/remarks.csv", 1 << 40)
    assert refused(folder) == ["statements/remarks.csv: has 1,099,511,627,776 bytes; allowed: up to 67,108,864"]


# --- What is written is read back --------------------------------------------------------------

LETTERS = "abcxyzABCXYZ019 äöüÄÖÜßéèñçøłœæåßκ中文²½×–’“”€µ≥" + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
TEXT = st.text(LETTERS, max_size=40).map(str.strip)
WORD = st.text(LETTERS.replace("|", ""), min_size=1, max_size=20).map(str.strip).filter(bool)
COUNTS = st.integers(1, 999_999_999).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read_back(tmp_path: Path, name: str, columns: dict[str, str]) -> records.Statement:
    """The one record of a statements table that holds one row."""
    folder = tmp_path / "written"
    if not folder.exists():
        shutil.copytree(GOOD, folder)
        shutil.rmtree(folder / "statements")
        (folder / "statements").mkdir()
    write(folder / f"statements/{name}.csv", [HEADERS[name], [columns.get(column, "") for column in HEADERS[name]]])
    (statement,) = records.read(folder).statements
    return statement


@QUICK
@given(aspect=WORD, text=WORD, locator=TEXT, note=TEXT)
def test_words_are_read_back(tmp_path: Path, aspect: str, text: str, locator: str, note: str) -> None:
    row = {"subject": "NCIT:C3580", "aspect": aspect, "text": text, "source": "oncotree", "locator": locator}
    read = read_back(tmp_path, "remarks", row | {"note": note})
    assert isinstance(read, records.Remark)
    assert (read.aspect, read.text, read.locator, read.note) == (aspect, text, locator, note)


OBSERVED = {
    "cancer": "MONDO:0008315", "site": "UBERON:0001474", "source": "oncotree", "selection": "selected",
    "measure": "Patients", "denominator": "AllPatients", "ascertainment": "Autopsy",
}  # fmt: skip


@QUICK
@given(counts=COUNTS, members=st.lists(st.integers(0, 9999999), min_size=1, max_size=4, unique=True))
def test_counts_and_lists_are_read_back(tmp_path: Path, counts: tuple[int, int], members: list[int]) -> None:
    cases, patients = counts
    sum_of = [f"MONDO:{member:07}" for member in members]
    row = OBSERVED | {"cases": str(cases), "patients": str(patients), "sum_of": "|".join(sum_of)}
    read = read_back(tmp_path, "spread_observations", row)
    assert isinstance(read, records.SpreadObservation)
    assert (read.cases, read.patients, list(read.sum_of)) == (cases, patients, sum_of)


@QUICK
@given(context=st.lists(WORD, min_size=1, max_size=4, unique=True))
def test_lists_of_words_are_read_back(tmp_path: Path, context: list[str]) -> None:
    row = {"treatment": "MAXO:0000004", "predicate": "treats", "target": "NCIT:C3580", "source": "oncotree"}
    read = read_back(tmp_path, "treatments", row | {"context": "|".join(context)})
    assert isinstance(read, records.TreatmentUse)
    assert list(read.context) == context


@given(st.text())
@settings(max_examples=300)
def test_a_cell_is_read_or_refused_with_a_sentence(cell: str) -> None:
    refusals = []
    for record in (records.Source, records.Organ, *records.STATEMENT_TABLES.values()):
        for column in records.columns_of(record).values():
            try:
                column.parse(cell)
            except ValueError as error:
                refusals.append(error)
    assert {type(error) for error in refusals} == {ValueError}
    assert all(str(error).isprintable() and "allowed: " in str(error) for error in refusals)


# --- Any bytes ---------------------------------------------------------------------------------

GOOD_FILES = sorted(path.relative_to(GOOD) for path in GOOD.rglob("*.csv"))
NASTY = st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b"|", b";", b"\xff", b"\xc3", "а".encode(), b"-", b"9" * 12])


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Path, bytes]:
    """A file of the good folder, cut and patched somewhere, or made of any bytes."""
    file = draw(st.sampled_from(GOOD_FILES))
    raw = (GOOD / file).read_bytes()
    if draw(st.integers(0, 9)) == 0:
        return file, draw(st.binary(max_size=200))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(NASTY | st.binary(max_size=6)) + raw[at + draw(st.integers(0, 12)) :]
    return file, raw


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=damaged())
def test_any_bytes_are_read_or_refused_and_nothing_else(tmp_path: Path, case: tuple[Path, bytes]) -> None:
    file, raw = case
    folder = tmp_path / "damaged"
    if not folder.exists():
        shutil.copytree(GOOD, folder)
    (folder / file).write_bytes(raw)
    try:
        read = records.read(folder)
        problems: list[Problem] = consistency.problems(read)
    except DataError as error:
        problems = error.problems
    else:
        if not problems:
            assert list(rdf.to_quads(read))
    finally:
        shutil.copyfile(GOOD / file, folder / file)
    assert all(str(problem).isprintable() and "allowed: " in problem.what for problem in problems)


def test_a_file_is_read_whole_or_told_of(tmp_path: Path) -> None:
    """A record that cannot be parsed never takes a row with it unseen."""
    path = tmp_path / "t.csv"
    path.write_text('a,b\n1,2\n3,"4\n5,6\n', encoding="utf-8")
    table, problems = tables.read(path, "t.csv", ["a", "b"], [])
    assert [row.line for row in table.rows] == [2]
    assert [problem.line for problem in problems] == [3]

"""`kg.tables` reads a CSV file row by row, each with the line it begins in, and passes nothing over."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import tables

ANY_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=12)
QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(tmp_path: Path, text: str) -> tuple[tables.Table, list[str]]:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8", newline="")
    table, problems = tables.read(path, "t.csv", ["a", "b"], ["c"])
    return table, [str(problem) for problem in problems]


@QUICK
@given(rows=st.lists(st.tuples(ANY_CELL, ANY_CELL), max_size=5))
def test_what_a_csv_writer_writes_is_read_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([("a", "b"), *rows])
    table, problems = read(tmp_path, out.getvalue())
    assert problems == []
    assert [tuple(row.cells) for row in table.rows] == rows


def test_a_row_is_numbered_by_the_line_it_begins_in(tmp_path: Path) -> None:
    table, problems = read(tmp_path, 'a,b\n"one\ntwo",x\n\n3,4\r\n"5\r\n6",7\n8,9')
    assert problems == []
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ["one\ntwo", "x"]), (5, ["3", "4"]), (6, ["5\r\n6", "7"]), (8, ["8", "9"]),
    ]  # fmt: skip


def test_a_quote_that_is_never_closed_is_told_where_its_record_began(tmp_path: Path) -> None:
    table, problems = read(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert [row.line for row in table.rows] == [2]
    assert problems == ["t.csv:3: a quote opened in this record is never closed; allowed: quotes in pairs"]


def test_ragged_rows_are_all_told_beside_the_rows_that_can_be_read(tmp_path: Path) -> None:
    table, problems = read(tmp_path, "a,b\n1\n2,3\n4,5,6\n")
    assert [row.cells for row in table.rows] == [["2", "3"]]
    assert problems == [f"t.csv:{line}: {n} cells; allowed: 2, as in the header" for line, n in ((2, 1), (4, 3))]


def test_an_optional_column_may_be_there_or_not(tmp_path: Path) -> None:
    assert read(tmp_path, "c,b,a\n1,2,3\n")[0].header == ["c", "b", "a"]
    assert read(tmp_path, "b,a\n2,3\n")[0].header == ["b", "a"]


def test_a_table_is_a_file_or_the_files_of_a_folder_in_order(tmp_path: Path) -> None:
    (tmp_path / "spread").mkdir()
    for name in ("spread.csv", "spread/b.csv", "spread/a.csv", "spread/notes.md", "other.csv"):
        (tmp_path / name).touch()
    (tmp_path / "spread/gone.csv").symlink_to("nowhere")
    found = [str(path.relative_to(tmp_path)) for path in tables.find(tmp_path, "spread")]
    assert found == ["spread.csv", "spread/a.csv", "spread/b.csv", "spread/gone.csv"]
    assert tables.find(tmp_path, "absent") == []

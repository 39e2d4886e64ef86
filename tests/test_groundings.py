"""Identifiers are held against the ontologies' own labels, and rows against their counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import build
from tests import small


def warnings_of(folder: Path) -> list[str]:
    return [warning.what for warning in build.check(folder).warnings]


def line_of(table: Path, id_: str) -> int:
    return next(i for i, row in enumerate(small.rows(table), start=2) if row["id"] == id_)


def test_the_small_folder_raises_no_doubt(tmp_path: Path) -> None:
    assert warnings_of(small.good(tmp_path)) == []


@pytest.mark.parametrize(
    ("column", "cell", "doubt"),
    [
        ("label", "kidney of the moon", 'is called "bone element" in its ontology'),
        ("id", "UBERON:9999999", "was not checked against its ontology"),
    ],
)
def test_a_wrong_label_and_an_unknown_identifier_are_doubted(
    column: str, cell: str, doubt: str, tmp_path: Path
) -> None:
    folder = small.good(tmp_path)
    table = folder / "entities" / "organs.csv"
    line = line_of(table, "UBERON:0001474")
    small.set_cell(table, line, "synonyms", "")
    small.set_cell(table, line, column, cell)
    if column == "id":
        for other in [table, *folder.rglob("statements/**/*.csv")]:
            other.write_text(other.read_text(encoding="utf-8").replace("UBERON:0001474", cell), encoding="utf-8")
    assert any(doubt in warning for warning in warnings_of(folder))


def test_a_lost_row_is_told(tmp_path: Path) -> None:
    folder = small.good(tmp_path)
    small.write(folder / "counts.csv", [("source", "table", "rows"), ("nonesuch", "spread", "1")])
    told = warnings_of(folder)
    assert "0 rows in spread; held: 1; data/make/counts.py counts anew" in told

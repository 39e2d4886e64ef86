"""The shipped tables: every rule loops over all rows, and a failure names the row and, where there is one, the cure."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import consistency, records
from kg.names import fold
from tests.conftest import not_run
from tests.small import rows

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"
FILES = sorted(path for path in DATA.rglob("*.csv") if "make" not in path.parts)
STATEMENTS = sorted((DATA / "statements").rglob("*.csv"))
ENTITIES = {row["id"]: row for path in sorted((DATA / "entities").rglob("*.csv")) for row in rows(path)}
SOURCES = {row["key"]: row for row in rows(DATA / "sources.csv")}
SSSOM = ROOT / "ontology" / "mappings.sssom.tsv"


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def statements() -> Iterator[tuple[str, dict[str, str]]]:
    """Every row of every statements table, with its place."""
    for path in STATEMENTS:
        for line, row in enumerate(rows(path), 2):
            yield place(path, line), row


def tracked() -> list[Path]:
    """The files that are committed, or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        not_run("this is no git checkout")
    return [path for name in listed.stdout.decode().splitlines() if (path := ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    """The text files that are committed, with their paths; this file, which names what it forbids, is left out."""
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" not in raw and path != Path(__file__):
            yield str(path.relative_to(ROOT)), raw.decode("utf-8", "replace")


# --- Sources -----------------------------------------------------------------------------------


def test_every_source_is_cited_and_every_cited_source_is_there() -> None:
    cited = {row["source"] for _, row in statements()}
    assert set(SOURCES) == cited
    assert len(SOURCES) > 600


@pytest.mark.parametrize("column", ["doi", "pmid"])
def test_one_article_has_one_key(column: str) -> None:
    keys = defaultdict(list)
    for key, row in SOURCES.items():
        if row[column]:
            keys[row[column].lower()].append(key)
    assert {value: found for value, found in keys.items() if len(found) > 1} == {}


def test_every_source_has_terms_a_tier_and_a_title() -> None:
    assert [key for key, row in SOURCES.items() if not (row["licence"] and row["tier"] and row["title"])] == []


def test_rows_under_share_alike_are_never_in_a_file_with_odbl_and_lydata_has_its_own() -> None:
    lydata = {key for key in SOURCES if key.startswith("lydata")}
    assert {SOURCES[key]["licence"] for key in lydata} == {"CC BY-SA 4.0"}
    for path in STATEMENTS:
        keys = {row["source"] for row in rows(path)}
        terms = " ".join(SOURCES[key]["licence"] for key in keys)
        assert "spread_observations" not in path.parts or not ("BY-SA" in terms and "ODbL" in terms), path
        assert path.stem.endswith("_cc_by_sa") == bool(keys & lydata), path
        assert keys <= lydata or not keys & lydata, path


# --- Entities ----------------------------------------------------------------------------------


def test_labels_are_unique_within_a_kind() -> None:
    labels = Counter((row["class"], fold(row["label"])) for row in ENTITIES.values())
    assert {name: n for name, n in labels.items() if n > 1} == {}
    assert len(ENTITIES) > 1_000


def test_there_are_no_loose_ends() -> None:
    """No orphan, no source without rows, no name of two things that its notes do not explain."""
    assert [str(problem) for problem in consistency.loose_ends(records.read(DATA))] == []


def test_an_identifier_of_our_own_says_why() -> None:
    assert [id_ for id_, row in ENTITIES.items() if id_.startswith("mkg:") and not row["note"]] == []


def test_every_grounding_is_in_the_extract_not_obsolete_and_under_a_name_of_its_entity() -> None:
    path = ROOT / "ontology" / "groundings.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    extract = {row["id"]: row for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}
    assert lines[0].split("\t") == ["id", "label", "obsolete", "release"]
    assert [line.split("\t")[0] for line in lines[1:]] == sorted(extract)
    used = defaultdict(list)
    for row in ENTITIES.values():
        for id_ in (row["id"], *f"{row['exact_match']}|{row['close_match']}".split("|")):
            if id_ and not id_.startswith("mkg:"):
                used[id_].append(row)
    assert set(used) == set(extract), "write it anew as data/README.md says"
    for id_, grounding in extract.items():
        assert grounding["obsolete"] == "false", id_
        assert re.search(r"\d", grounding["release"]), id_
    unnamed = [
        (id_, grounding["label"], row["label"])
        for id_, grounding in extract.items()
        for row in used[id_]
        if fold(grounding["label"]) not in {fold(name) for name in (row["label"], *row["synonyms"].split("|"))}
    ]
    assert unnamed == []


def test_one_term_is_the_exact_match_of_one_entity() -> None:
    matched = Counter(match for row in ENTITIES.values() for match in row["exact_match"].split("|") if match)
    assert {match: n for match, n in matched.items() if n > 1} == {}
    assert not set(matched) & set(ENTITIES)


# --- Rows --------------------------------------------------------------------------------------


def test_the_rows_of_every_source_are_counted() -> None:
    """data/counts.csv; the cure: python data/make/counts.py, and a look at what it changed."""
    counted = {(row["source"], row["table"]): int(row["rows"]) for row in rows(DATA / "counts.csv")}
    found = Counter(
        (row["source"], path.relative_to(DATA / "statements").parts[0].removesuffix(".csv"))
        for path in STATEMENTS
        for row in rows(path)
    )
    assert counted == found
    assert list(counted) == sorted(counted)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DATA)))
def test_a_table_is_written_in_one_way(path: Path) -> None:
    """UTF-8, line feeds, quotes only where needed, so that a difference shows what changed and nothing else."""
    text = path.read_bytes().decode("utf-8")
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(csv.reader(io.StringIO(text), strict=True))
    assert text == out.getvalue()


def test_all_tables_were_looked_at() -> None:
    assert len(FILES) == len(STATEMENTS) + 4 + 2
    assert {path.relative_to(DATA / "statements").parts[0].removesuffix(".csv") for path in STATEMENTS} == set(
        records.STATEMENT_TABLES
    )


def test_facts_are_carried_over_and_sentences_stay_behind() -> None:
    for path in FILES:
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert not {"quote", "quotation", "excerpt", "sentence_text", "abstract", "verbatim"} & {
            c.lower() for c in header
        }, path


def test_no_cell_is_long_enough_to_be_a_copied_paragraph() -> None:
    long = {where: max(map(len, row.values())) for where, row in statements() if max(map(len, row.values())) > 600}
    assert long == {}


# --- Mappings ----------------------------------------------------------------------------------


def test_the_mappings_are_sssom() -> None:
    lines = SSSOM.read_text(encoding="utf-8").splitlines()
    head = [line.removeprefix("#") for line in lines if line.startswith("#")]
    prefixes = {m[1] for line in head if (m := re.fullmatch(r"   (\w+): '?(\S+?)'?", line))}
    keys = {m[1] for line in head if (m := re.match(r" (\w+):", line))}
    assert {"curie_map", "license", "mapping_set_id", "mapping_set_version"} <= keys
    body = [line for line in lines if not line.startswith("#")]
    table = list(csv.DictReader(body, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))
    required = {"subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification"}
    assert required <= set(table[0])
    predicates = {f"skos:{kind}Match" for kind in ("close", "broad", "narrow", "related", "exact")}
    for line, row in enumerate(table, len(head) + 2):
        where = place(SSSOM, line)
        assert None not in row, where
        assert row["subject_id"] in ENTITIES, where
        assert row["subject_label"] == ENTITIES[row["subject_id"]]["label"], where
        assert row["predicate_id"] in predicates, where
        assert row["mapping_justification"].startswith("semapv:"), where
        assert {row[c].partition(":")[0] for c in ("subject_id", "object_id")} <= prefixes, where
    keys_of = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in table]
    assert len(keys_of) == len(set(keys_of)) > 400
    assert [row["subject_id"] for row in table] == sorted(row["subject_id"] for row in table)


# --- What must not be committed ----------------------------------------------------------------


def test_no_patient_is_in_the_repository() -> None:
    """Neither identifiers of patients or samples nor a column of them."""
    column = re.compile(r"(?im)^.*\b(patient|sample|bcr_patient)_?(id|barcode|uuid)\b.*[,\t]")
    code = re.compile(r"\b(TCGA-\w\w-\w{4}|P-\d{7}(-T\d\d)?|MO_\d{4}|s_C_\w{6})\b")
    looked_at = 0
    for name, text in texts():
        if name.endswith((".csv", ".tsv", ".json")):
            looked_at += 1
            assert not column.match(text), name
            assert not code.search(text), name
    assert looked_at > 50


def test_no_path_of_a_machine_and_no_package_index_is_in_the_repository() -> None:
    machine = re.compile(r"(?<![\w.~-])/(?:work|root|home|Users)/\w")
    index = re.compile(r"--(?:extra-)?index-url|registry\.npmjs\.org|pypi\.org/simple|files\.pythonhosted\.org")
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match[0]}"
        for name, text in texts()
        for match in (*machine.finditer(text), *index.finditer(text))
    ]
    assert found == []


def test_no_file_is_large() -> None:
    large = {str(path): size for path in tracked() if (size := path.stat().st_size) > 2_000_000}
    assert large == {}


def test_scripts_that_made_the_tables_and_oracles_use_nothing_of_kg() -> None:
    scripts = [*(DATA / "make").glob("*.py"), *(ROOT / "tests" / "oracle").glob("*.py")]
    assert len(scripts) > 10
    for path in scripts:
        assert not re.search(r"(?m)^\s*(from|import) kg\b", path.read_text(encoding="utf-8")), path

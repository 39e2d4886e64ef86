"""The library of questions: each query runs as pasted and gives the answer that an oracle found without it."""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import QueryBoolean, QuerySolutions
from rdflib.plugins.sparql import prepareQuery

import kg
from kg import library, query
from kg.graph import Graph
from kg.library import Example
from kg.vocabulary import PREFIXES, closed_list, curie, subclasses
from tests.oracle import answers

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "ontology" / "queries").glob("*.ttl"))
EXAMPLES = list(library.examples().values())
HOW_MANY = 86


def name_of(item: Path | Example) -> str:
    return item.stem if isinstance(item, Path) else item.name


def every(items: list[Path] | list[Example]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("one", items, ids=name_of)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def shown(value: object) -> str:
    """A value as the expected answers write it: IRIs as CURIEs, decimals to four places."""
    if value is None:
        return ""
    text = curie(value) if isinstance(value, str) and value.startswith("http") else value
    return answers.shown(text)


def answered(graph: Graph, text: str, columns: list[str]) -> list[list[str]]:
    """The answer to a query with no prefix supplied, in the columns that are expected."""
    answer = graph.store.query(text)
    if isinstance(answer, QueryBoolean):
        return [[shown(bool(answer))]]
    if isinstance(answer, QuerySolutions):
        return [columns, *([shown(query.value(row[column])) for column in columns] for row in answer)]
    triples = ([shown(query.value(term)) for term in triple] for triple in answer)
    return [columns, *sorted(triples)]


@cache
def shipped() -> answers.Data:
    return answers.Data(ROOT / "data")


def test_the_library_holds_what_we_think() -> None:
    assert len(FILES) == HOW_MANY
    assert {path.stem for path in FILES} == set(library.examples()) == set(answers.ANSWERS)


@every(FILES)
def test_a_file_follows_the_convention(one: Path) -> None:
    file = rdflib.Graph().parse(one, format="turtle")
    sh, spex, schema = (rdflib.Namespace(PREFIXES[prefix]) for prefix in ("sh", "spex", "schema"))
    subject = rdflib.URIRef(PREFIXES["mkgq"] + one.stem)
    kind = library.example(one.stem).kind.title()
    executable = spex.SPARQLDescribeExecutable if kind == "Describe" else sh[f"SPARQL{kind}Executable"]
    assert {sh.SPARQLExecutable, executable} == set(file.objects(subject, rdflib.RDF.type))
    assert [comment.language for comment in file.objects(subject, rdflib.RDFS.comment)] == ["en"]  # type: ignore[attr-defined]
    assert list(file.objects(subject, schema.target)) == [rdflib.URIRef(PREFIXES["mkg"] + "sparql")]
    assert library.example(one.stem).keywords
    assert prepareQuery(library.example(one.stem).query), "another engine reads it too"


@every(EXAMPLES)
def test_a_question_has_an_answer_and_names_its_oracle(one: Example) -> None:
    assert one.oracle == f"tests/oracle/answers.py: {one.name.replace('-', '_')}"
    expected = rows_of(one.expected)
    assert (len(expected) == 1) == (one.kind == "ASK"), "a header and at least one row, or true or false"
    assert len(expected) <= (41 if one.kind == "SELECT" else 80), "ask more precisely"


@every(EXAMPLES)
def test_a_pasted_query_gives_the_expected_answer(graph: Graph, one: Example) -> None:
    expected = rows_of(one.expected)
    assert answered(graph, one.query, expected[0]) == expected


@every(EXAMPLES)
def test_the_oracle_gives_the_expected_answer(one: Example) -> None:
    assert answers.as_text(answers.ANSWERS[one.name](shipped())) == one.expected, "tests/oracle/answers.py --write"


@every(EXAMPLES)
def test_a_select_tells_its_rows_in_full_order(one: Example) -> None:
    """Else rows of one rank could change places, and a LIMIT could cut between them."""
    if one.kind == "SELECT":
        assert "ORDER BY" in one.query


@every([example for example in EXAMPLES if example.parameters])
def test_parameters_are_declared_once_and_put_in(one: Example) -> None:
    assert {parameter.class_ for parameter in one.parameters} <= subclasses("Entity") | {""}
    for parameter in one.parameters:
        assert parameter.meaning
        changed = query.with_parameters(one.query, {parameter.name: "mkg:nothing"})
        assert re.sub(r"\s+", " ", changed) != re.sub(r"\s+", " ", one.query)
        assert re.search(rf"VALUES \?{parameter.name} {{ mkg:nothing }}", changed)


@pytest.mark.parametrize(
    ("name", "parameters", "column", "value"),
    [
        ("where-does-it-spread", {"cancer": "breast invasive ductal carcinoma"}, "cases", 847),
        ("what-would-the-patient-feel", {"condition": "bone metastasis"}, "symptom", "pain"),
        ("what-comes-to-a-site", {"site": "liver", "at_least": "1000"}, "cancer", "pancreatic adenocarcinoma"),
        ("how-common-is-the-cancer", {"population": "United Kingdom", "year": "2022"}, "cancer", "breast cancer"),
        ("which-cancers-take-the-route", {"route": "vertebral plexus"}, "cancer", "prostate cancer"),
    ],
)
def test_a_question_can_be_asked_of_something_else(
    graph: Graph, name: str, parameters: dict[str, str], column: str, value: object
) -> None:
    default, asked = graph.example(name), graph.example(name, **parameters)
    assert value in set(asked[column])  # type: ignore[index]
    assert asked.to_csv() != default.to_csv()  # type: ignore[union-attr]


def test_a_changed_row_is_seen(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE", str(tmp_path / "store"))
    table = data / "statements" / "spread_observations" / "msk_met.csv"
    text = table.read_text(encoding="utf-8")
    row = "MONDO:0005082,UBERON:0001474,,metastatic_ever,selected,msk_met_2021,1139,1762,"
    assert text.count(row) == 1
    table.write_text(text.replace(row, row.replace("1139", "1138")), encoding="utf-8")
    changed, example = kg.load(data), library.example("where-does-it-spread")
    expected = rows_of(example.expected)
    got = answered(changed, example.query, expected[0])
    assert got != expected
    assert got[0] == expected[0]
    assert got[2:] == expected[2:]


def test_words_of_the_oracle_are_those_of_the_vocabulary() -> None:
    """The oracle knows the vocabulary by heart; here it is held against it."""
    assert {f"mkg:{route}" for route in answers.ROUTES} == closed_list("Route")
    for name in ("Ascertainment", "Denominator", "Measure"):
        assert {term.removeprefix("mkg:") for term in closed_list(name)} <= set(answers.WORDS)

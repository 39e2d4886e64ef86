"""`kg.validate` holds the graph against its shapes; a problem stands at the row it comes from.

tests/shapes holds a negative example for each shape, by its name: the node `mkg:focus` breaks all that the shape asks
for. pySHACL, another implementation, is the referee.
"""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import DefaultGraph, RdfFormat, Store, Triple, parse, serialize
from rdflib import RDF, SH, URIRef

from kg import build, records, store, validate
from kg.graph import Graph
from kg.resources import ONTOLOGY
from kg.vocabulary import MKG, curie
from tests.small import GOOD

EXAMPLES = sorted((Path(__file__).parent / "shapes").glob("*.ttl"))
SHAPES = rdflib.Graph().parse(ONTOLOGY / "shapes.ttl")
NAMES = sorted(str(s).removeprefix(f"{MKG}shape/") for s in SHAPES.subjects(RDF.type, SH.NodeShape))
NOTHING = records.Tables([], [], [])
FOCUS = "mkg:focus"


def messages_of(shape: str) -> set[str]:
    """All that a shape may say, its own message and those of its parts."""
    found, todo = set(), [URIRef(f"{MKG}shape/{shape}")]
    while todo:
        node = todo.pop()
        found |= {str(message) for message in SHAPES.objects(node, SH.message)}
        todo += [*SHAPES.objects(node, SH.property), *SHAPES.objects(node, SH.sparql)]
    return found


def said_by_us(triples: list[Triple]) -> set[tuple[str, str]]:
    findings = validate.check_shapes(triples, NOTHING)
    return {(p.column, p.what.partition(" (found: ")[0]) for p in (*findings.violations, *findings.warnings)}


@pytest.fixture(scope="module")
def referee() -> set[tuple[str, str]]:
    """What pySHACL says of all examples at once, their focus nodes told apart by the name of the file."""
    together = rdflib.Graph()
    for path in EXAMPLES:
        together.parse(data=path.read_text(encoding="utf-8").replace(FOCUS, f"{FOCUS}-{path.stem}"), format="turtle")
    return said_by_pyshacl(together)


def said_by_pyshacl(data: rdflib.Graph) -> set[tuple[str, str]]:
    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES, meta_shacl=True, allow_warnings=False)
    assert isinstance(report, rdflib.Graph)
    results = report.subjects(RDF.type, SH.ValidationResult)
    return {(curie(str(report.value(r, SH.focusNode))), str(report.value(r, SH.resultMessage))) for r in results}


def test_every_shape_has_its_negative_example() -> None:
    assert [path.stem for path in EXAMPLES] == NAMES
    assert len(EXAMPLES) == 26


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_negative_example_is_caught_in_all_it_breaks_by_us_and_by_the_referee(
    path: Path, referee: set[tuple[str, str]]
) -> None:
    expected = messages_of(path.stem)
    assert expected
    assert said_by_us([quad.triple for quad in parse(path=str(path))]) == {(FOCUS, message) for message in expected}
    assert {message for focus, message in referee if focus == f"{FOCUS}-{path.stem}"} == expected


def test_the_referee_finds_nothing_else(referee: set[tuple[str, str]]) -> None:
    assert {focus for focus, _ in referee} == {f"{FOCUS}-{name}" for name in NAMES}


@pytest.mark.parametrize("name", ["Grounding", "Origin"])
def test_what_is_only_unfinished_is_a_warning(name: str) -> None:
    (path,) = [path for path in EXAMPLES if path.stem == name]
    findings = validate.check_shapes([quad.triple for quad in parse(path=str(path))], NOTHING)
    assert (len(findings.violations), len(findings.warnings)) == (0, 1)


def test_a_problem_stands_at_the_row_it_comes_from() -> None:
    filled = Store()
    checked = build.check(GOOD, into=lambda: filled)
    row = next(s for s in checked.tables.statements if s.source == "seer_prostate_bone_2018")
    left = [t for t in store.union(filled) if "seer_prostate_bone" not in str(t.object)]
    findings = validate.check_shapes(left, checked.tables)
    (problem,) = findings.violations
    assert (problem.file, problem.line) == row.place
    assert problem.what == "A statement needs a source."


def test_the_small_graph_conforms_also_for_the_referee() -> None:
    filled = Store()
    build.check(GOOD, into=lambda: filled)
    union = list(store.union(filled))
    text = serialize(union, format=RdfFormat.N_TRIPLES)
    assert text
    assert said_by_us(list(union)) == set()
    assert said_by_pyshacl(rdflib.Graph().parse(data=text, format="nt")) == set()


def test_the_shipped_graph_conforms_without_a_warning(graph: Graph) -> None:
    union = [quad.triple for quad in graph.store.quads_for_pattern(None, None, None, DefaultGraph())]
    assert validate.check_shapes(union, NOTHING) == ([], [])
    assert len(union) > 150_000

"""Triples -> problems with file and line: what the shapes, in ontology/shapes.ttl, find wrong with the graph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import RdfFormat, Triple, serialize

from kg.errors import Problem
from kg.identity import statement_id
from kg.records import Place, Tables
from kg.resources import ONTOLOGY
from kg.vocabulary import curie


class Findings(NamedTuple):
    """Violations stop a build; warnings stop only a strict validation."""

    violations: list[Problem]
    warnings: list[Problem]


def check_shapes(union: Iterable[Triple], tables: Tables) -> Findings:
    """Hold all triples, taken as one graph, against the shapes."""
    import shacl

    text = serialize(union, format=RdfFormat.N_TRIPLES)
    assert text is not None  # no output was given, so the text comes back
    report = shacl.Shapes.from_file(str(ONTOLOGY / "shapes.ttl")).validate_text(text.decode(), format="ntriples")
    findings = Findings([], [])
    places = _places(tables) if len(report) else {}
    for result in report.results:
        focus = curie(result.focus_node.strip("<>"))
        place = places.get(focus, Place("the graph", 0))
        value = (
            f" (found: {result.value_plain})"
            if result.value_plain and result.value_plain != result.focus_node.strip("<>")
            else ""
        )
        problem = Problem(*place, focus, f"{result.message}{value}")
        (findings.warnings if result.severity == "Warning" else findings.violations).append(problem)
    return Findings(sorted(set(findings.violations)), sorted(set(findings.warnings)))


def _places(tables: Tables) -> dict[str, Place]:
    """Where the row stands that an entity, a source or a statement comes from."""
    return {
        **{entity.id: entity.place for entity in tables.entities},
        **{f"mkgs:{source.key}": source.place for source in tables.sources},
        **{statement_id(statement): statement.place for statement in tables.statements},
    }

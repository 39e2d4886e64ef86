"""`kg.hierarchy` closes parents and part-of, finds every circle, and tells where growth may look like spread."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from kg import hierarchy, records
from kg.records import Entity, Location, Place
from tests.small import GOOD

TABLES = records.read(GOOD)
LOCATIONS = [s for s in TABLES.statements if isinstance(s, Location)]
ABOVE = hierarchy.within(TABLES.entities)
NODES = "abcdefg"
STEPS = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=12, unique=True)


def entities(steps: list[tuple[str, str]]) -> list[Entity]:
    """Entities a to g; a step leads up, every other one by part-of."""
    above: dict[str, tuple[list[str], list[str]]] = {node: ([], []) for node in NODES}
    for i, (inner, outer) in enumerate(steps):
        above[inner][i % 2].append(outer)
    return [
        Entity(Place("", 0), node, node, "Organ", tuple(parents), tuple(part_of), (), (), (), "")
        for node, (parents, part_of) in above.items()
    ]


@given(STEPS.map(lambda steps: [(a, b) for a, b in steps if a < b]))
def test_within_is_the_reflexive_transitive_closure(steps: list[tuple[str, str]]) -> None:
    network = nx.DiGraph(steps)
    network.add_nodes_from(NODES)
    expected = {node: {node, *nx.descendants(network, node)} for node in NODES}
    assert hierarchy.within(entities(steps)) == expected
    assert list(hierarchy.cycles(entities(steps))) == []


@given(STEPS)
def test_every_circle_is_real_and_without_their_first_steps_none_is_left(steps: list[tuple[str, str]]) -> None:
    rings = list(hierarchy.cycles(entities(steps)))
    assert bool(rings) == (not nx.is_directed_acyclic_graph(nx.DiGraph(steps)))
    for ring in rings:
        assert ring[0] == ring[-1] == min(ring)
        assert set(pairwise(ring)) <= set(steps)
    mended = set(steps) - {(ring[0], ring[1]) for ring in rings}
    assert nx.is_directed_acyclic_graph(nx.DiGraph(mended))


def test_organs_go_up_by_part_of_and_cancers_by_parents() -> None:
    assert {"UBERON:0002371", "UBERON:0001474", "UBERON:0001434"} == ABOVE["UBERON:0002371"]  # bone marrow
    assert "MONDO:0008315" in ABOVE["MONDO:0005082"]
    assert "MONDO:0005082" not in ABOVE["MONDO:0008315"]


def test_a_cancer_without_an_origin_has_that_of_its_nearest_ancestor() -> None:
    origins = hierarchy.origins(TABLES.entities, LOCATIONS)
    assert origins["MONDO:0008315"] == {"UBERON:0002367"}
    assert origins["MONDO:0005082"] == {"UBERON:0002367"}  # prostate adenocarcinoma, by prostate cancer
    assert origins["MONDO:0005611"] == {"UBERON:0001255", "UBERON:0001008"}  # two parents, equally near
    assert origins["MONDO:0004992"] == frozenset()


def test_an_origin_that_is_refuted_is_none() -> None:
    refuted = [replace(location, stance="refutes") for location in LOCATIONS]
    assert not any(hierarchy.origins(TABLES.entities, refuted).values())


def test_growth_may_look_like_spread_within_around_and_in_a_compound_of_the_origin() -> None:
    includes = hierarchy.compounds(TABLES.entities)
    assert set(includes) == {"mkg:male-genital-tract-msk-met-site"}

    def own(site: str, origin: str) -> bool:
        return hierarchy.is_own_organ(site, [origin], ABOVE, includes)

    assert own("UBERON:0002367", "UBERON:0002367")
    assert own("UBERON:0002355", "UBERON:0002367")  # pelvis holds prostate
    assert own("UBERON:0002371", "UBERON:0001474")  # bone marrow lies in bone
    assert own("mkg:male-genital-tract-msk-met-site", "UBERON:0002367")  # a billing group that includes it
    assert not own("UBERON:0001474", "UBERON:0002367")
    assert not own("UBERON:0000992", "UBERON:0002367")  # ovary and prostate: both in the pelvis, neither in the other

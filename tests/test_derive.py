"""The derived graph: the closure, and an estimate only where enough independent patients were counted alike."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Quad

from kg import build, derive, records
from kg.errors import ShapeError
from kg.pooling import pool
from kg.rdf import graph_of, node
from kg.records import Tables
from kg.vocabulary import curie
from tests.conftest import load_apart

CANCER, BONE, BREAST = "MONDO:0007254", "UBERON:0001474", "UBERON:0000310"
POOLS = {"one": "A", "two": "B", "three": "C", "four": "D", "five": "E"}
COUNTS = {"one": (20, 400), "two": (90, 1000), "three": (30, 900), "four": (12, 300), "five": (60, 800)}


def row(source: str, **changed: Any) -> dict[str, Any]:
    cases, patients = COUNTS.get(source, (5, 100))
    return {
        "cancer": CANCER, "site": BONE, "stratum": "all_stages", "selection": "unselected", "source": source,
        "cases": cases, "patients": patients, "measure": "Patients", "denominator": "AllPatients",
        "ascertainment": "AtDiagnosis", **changed,
    }  # fmt: skip


def three(**changed: Any) -> list[dict[str, Any]]:
    """Rows of three registries, the last of them changed."""
    return [row("one"), row("two"), row("three", **changed)]


def write(path: Path, record: type, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(records.columns_of(record)), restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


def folder(path: Path, rows: list[dict[str, Any]], **pools: str) -> Path:
    """A data folder of one cancer, two organs and these observations; a source's pools are its letter or as told."""
    named = POOLS | pools
    keys = {one["source"]: named.get(one["source"], "") for one in rows}
    sources = [{"key": key, "title": key, "tier": "B", "patient_pools": names} for key, names in keys.items()]
    organs = [(BONE, "bone"), (BREAST, "breast")]
    origin = {"condition": CANCER, "predicate": "arisesIn", "site": BREAST, "source": rows[0]["source"]}
    write(path / "sources.csv", records.Source, sources)
    entities: dict[str, tuple[type, list[dict[str, str]]]] = {
        "conditions": (records.Entity, [{"id": CANCER, "label": "breast cancer", "class": "Cancer"}]),
        "organs": (records.Organ, [{"id": id_, "label": label, "class": "Organ"} for id_, label in organs]),
        "symptoms": (records.Entity, []),
        "treatments": (records.Entity, []),
    }
    for name, (record, found) in entities.items():
        write(path / "entities" / f"{name}.csv", record, found)
    write(path / "statements" / "locations.csv", records.Location, [origin])
    write(path / "statements" / "spread_observations.csv", records.SpreadObservation, rows)
    return path


def read(path: Path, rows: list[dict[str, Any]], **pools: str) -> Tables:
    return records.read(folder(path, rows, **pools))


def members(tables: Tables) -> list[list[str]]:
    return [[member.source for member in found] for found in derive.estimates(tables)]


def by_predicate(quads: list[Quad]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for quad in quads:
        found.setdefault(curie(quad.predicate.value), []).append(quad.object)
    return found


def test_three_independent_registries_make_one_estimate(tmp_path: Path) -> None:
    tables = read(tmp_path, three())
    quads = list(derive.estimate_quads(tables))
    assert {quad.graph_name for quad in quads} == {graph_of("derived")}
    assert len({quad.subject for quad in quads}) == 1
    assert str(quads[0].subject).startswith("<https://w3id.org/metastasis-kg/statement/derived-")
    found = by_predicate(quads)
    assert found["rdf:type"] == [node("mkg:Statement"), node("mkg:SpreadEstimate")]
    assert (found["rdf:subject"], found["rdf:object"]) == ([node(CANCER)], [node(BONE)])
    assert [curie(one.value).rsplit("-", 1)[0] for one in found["prov:wasDerivedFrom"]] == [
        "mkgst:two", "mkgst:three", "mkgst:one",
    ]  # fmt: skip
    pooled = pool([COUNTS["two"], COUNTS["three"], COUNTS["one"]])
    for predicate, number in (
        ("mkg:proportion", pooled.proportion), ("mkg:lower95", pooled.lower), ("mkg:upper95", pooled.upper),
        ("mkg:tauSquared", pooled.tau_squared), ("mkg:poolCount", 3), ("mkg:patientCount", 2300),
    ):  # fmt: skip
        assert [float(one.value) for one in found[predicate]] == [number]
    assert "mkg:predictionLower95" not in found
    assert not [quad for quad in quads if quad.predicate == node("mkg:spreadsTo")]


def test_five_registries_tell_where_the_next_may_lie(tmp_path: Path) -> None:
    found = by_predicate(list(derive.estimate_quads(read(tmp_path, [row(name) for name in POOLS]))))
    low, proportion, high = (
        float(found[f"mkg:{name}"][0].value) for name in ("predictionLower95", "proportion", "predictionUpper95")
    )
    assert low < proportion < high


@pytest.mark.parametrize(
    "changed",
    [
        {"stratum": "nonmetastatic_at_diagnosis"},
        {"selection": "selected"},
        {"denominator": "MetastaticPatients"},
        {"ascertainment": "EverRecorded"},
        {"measure": "OnlySite"},
        {"population": "men"},
        {"site": BREAST},
        {"cases": "", "percent": "3.3"},
        {"sum_of": CANCER},
    ],
    ids=lambda changed: "-".join(changed),
)
def test_what_was_not_counted_alike_is_not_pooled(tmp_path: Path, changed: dict[str, str]) -> None:
    assert members(read(tmp_path, three(**changed))) == []


@pytest.mark.parametrize("stratum", ["", "subgroup", "one_stage"])
def test_a_stratum_that_is_not_told_or_differs_is_not_pooled(tmp_path: Path, stratum: str) -> None:
    assert members(read(tmp_path, [row(name, stratum=stratum) for name in POOLS])) == []


def test_spread_to_its_own_organ_is_not_pooled(tmp_path: Path) -> None:
    assert members(read(tmp_path, [row(name, site=BREAST) for name in POOLS])) == []


def test_any_distant_site_is_pooled_as_a_number_of_its_own(tmp_path: Path) -> None:
    rows = [{**one, "site": "mkg:AnyDistantSite"} for one in three()]
    assert members(read(tmp_path, rows)) == [["two", "three", "one"]]


def test_sources_with_a_pool_in_common_are_one(tmp_path: Path) -> None:
    assert members(read(tmp_path, three(), three="C|A")) == []


def test_pools_are_joined_by_way_of_a_third_wherever_it_stands(tmp_path: Path) -> None:
    rows = [row("one"), row("two"), row("three"), row("four")]
    pools = {"one": "A", "two": "B", "four": "A|B"}
    for turn in range(4):
        tables = read(tmp_path / str(turn), rows[turn:] + rows[:turn], **pools)
        assert members(tables) == []
    assert members(read(tmp_path / "without", rows[:3], **pools)) == [["two", "three", "one"]]


def test_rows_of_one_source_are_one(tmp_path: Path) -> None:
    rows = [row("one"), row("two"), row("two", cohort="later years", cases=1)]
    assert members(read(tmp_path, rows)) == []


def test_the_most_patients_stand_for_a_pool_whatever_was_found(tmp_path: Path) -> None:
    for cases in (0, 40, 500):
        rows = [*three(), row("four", cases=cases, patients=500), row("five", cases=cases, patients=500)]
        tables = read(tmp_path / str(cases), rows, four="A", five="A")
        assert members(tables) == [["two", "three", "five"]]


def test_without_a_pool_the_cohort_must_name_a_place_and_its_years(tmp_path: Path) -> None:
    for cohort in ("", "1990-2001", "Yonsei Cancer Center", "single centre 1990-2001"):
        rows = [row("one"), row("two"), row("unknown", cohort=cohort)]
        assert members(read(tmp_path / f"not {cohort}", rows)) == []
    rows = [row("one"), row("two"), row("unknown", cohort="Ontario Cancer Registry, 2010-2018")]
    assert members(read(tmp_path / "named", rows)) == [["two", "one", "unknown"]]


def test_a_place_named_twice_is_one_pool_whatever_the_years(tmp_path: Path) -> None:
    rows = [row("one"), row("x", cohort="Hospital X 1990-2001"), row("y", cohort="Hospital X, 1995-2005")]
    assert members(read(tmp_path / "twice", rows)) == []
    assert members(read(tmp_path / "a pool's name", [*rows[:2], row("z", cohort="A, 1990-1999")])) == []


def test_an_estimate_follows_its_sources(tmp_path: Path) -> None:
    """A source withdrawn takes its share along; the estimate keeps its name while it stands."""
    four = list(derive.estimate_quads(read(tmp_path / "four", [*three(), row("four")])))
    less = list(derive.estimate_quads(read(tmp_path / "three", three())))
    assert {quad.subject for quad in four} == {quad.subject for quad in less}
    assert len(by_predicate(four)["prov:wasDerivedFrom"]) == 4
    assert by_predicate(four)["mkg:proportion"] != by_predicate(less)["mkg:proportion"]
    assert members(read(tmp_path / "two", three()[:2])) == []


def test_each_population_has_an_estimate_of_its_own(tmp_path: Path) -> None:
    women = [{**one, "population": "women"} for one in three()]
    tables = read(tmp_path, [*three(), *women])
    assert members(tables) == [["two", "three", "one"]] * 2
    assert len({quad.subject for quad in derive.estimate_quads(tables)}) == 2


def test_a_built_graph_shows_the_estimate(tmp_path: Path) -> None:
    graph = load_apart(folder(tmp_path, [row(name) for name in POOLS]), tmp_path / "store")
    table = graph.spread("breast cancer", "bone")
    assert list(table["kind"]) == ["estimate"] + ["observation"] * 5
    estimate = table.iloc[0]
    assert (estimate["source"], estimate["pools"], estimate["patients"]) == ("derived", 5, 3400)
    assert estimate[["tier", "cases"]].isna().all()
    assert estimate["prediction_lower95"] < estimate["lower95"] < estimate["proportion"] < estimate["upper95"]
    assert estimate["tau_squared"] > 0
    assert estimate["members"].split("|") == sorted(table["statement"][1:])
    assert table.loc[1:, ["pools", "members", "tau_squared"]].isna().all(axis=None)


def test_an_estimate_of_two_breaks_its_shape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = folder(tmp_path, three())
    monkeypatch.setattr(derive, "_independent", lambda found, _: [[one] for one in found[:2]])
    monkeypatch.setattr(derive, "LEAST_STUDIES", 2)
    monkeypatch.setattr(derive, "pool", lambda _: pool([(1, 10)] * 3)._replace(lower=0.9, tau_squared=-1.0))
    with pytest.raises(ShapeError) as refused:
        build.check(tables)
    for part in ("three or more spread observations", "three or more independent", "lower bound", "tau squared"):
        assert part in str(refused.value)


def test_within_is_reflexive_and_reaches_the_top(tmp_path: Path) -> None:
    tables = read(tmp_path, three())
    bone = next(entity for entity in tables.entities if entity.id == BONE)
    assert list(derive.within_quads([bone])) == [
        Quad(node(BONE), node("mkg:within"), node(BONE), graph_of("derived")),
    ]

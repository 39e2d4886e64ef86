"""The built graph says what the sources say, as it was read a second time without kg (tests/oracle).

Each comparison gives the rows of an oracle that the graph does not hold, so none may be left; on a graph with changed
rows the same comparisons must find just these.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pyoxigraph import Quad, Store

from kg import names, query, rdf, records
from kg.graph import Graph
from kg.names import Index
from kg.vocabulary import curie, iri
from tests.small import rows, set_cell

ROOT = Path(__file__).parent.parent
ORACLE = ROOT / "tests" / "oracle"
MAKE = ROOT / "data" / "make"
MSK_SAMPLE = rows(ORACLE / "msk_met_sample.csv")
MSK_TOTALS = rows(ORACLE / "msk_met_totals.csv")
COHORTS = rows(ORACLE / "cohort_totals.csv")
LITERATURE = rows(ORACLE / "literature_sample.csv")
CLINICAL = rows(ORACLE / "clinical_sample.csv")
SEED = rows(ORACLE / "seed_facts.csv")
TYPES = {row["type"]: row["id"] for row in rows(MAKE / "msk_met_types.csv")}
SITES = {row["site"]: row["id"] for row in rows(MAKE / "msk_met_sites.csv")}
GROUPS = {row["type"]: row["group"] for row in rows(MAKE / "msk_met_types.csv")}
Row = dict[str, str]


class Asked(NamedTuple):
    """A graph as the comparisons see it: rows of a SELECT, IRIs as CURIEs, and what a name means."""

    store: Store
    index: Index

    def __call__(self, text: str) -> list[list[Any]]:
        found = query.select(query.ask(self.store, text))[1]
        return [[curie(v) if isinstance(v, str) and v.startswith("http") else v for v in row] for row in found]


@pytest.fixture(scope="module")
def shipped(graph: Graph) -> Asked:
    return Asked(graph.store, graph.names)


# --- Comparisons -------------------------------------------------------------------------------


def msk_counts(ask: Asked, sums: bool = False) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(cancer, site, denominator) -> cases and patients of MSK-MET, of types or of groups."""
    exists = "EXISTS" if sums else "NOT EXISTS"
    found = ask(f"""SELECT ?cancer ?site ?denominator ?cases ?patients {{
      ?s prov:wasDerivedFrom mkgs:msk_met_2021 ; a mkg:SpreadObservation ; rdf:subject ?cancer ; rdf:object ?site ;
         mkg:denominator ?denominator ; mkg:caseCount ?cases ; mkg:patientCount ?patients .
      FILTER {exists} {{ ?s mkg:sumOf ?part }} }}""")
    return {(cancer, site, denominator): (cases, patients) for cancer, site, denominator, cases, patients in found}


def msk_sample_differences(ask: Asked) -> list[Row]:
    counts = msk_counts(ask)
    return [
        row
        for row in MSK_SAMPLE
        if counts.get((TYPES[row["cancer_label"]], SITES[row["site_label"]], f"mkg:{row['denominator']}"))
        != (int(row["cases"]), int(row["patients"]))
    ]


def msk_total_differences(ask: Asked) -> list[Row]:
    """Totals that the notebook prints, against sums over the types; means and deviations per patient are not there."""
    counts = msk_counts(ask)
    everyone = {(cancer, site): count for (cancer, site, d), count in counts.items() if d == "mkg:AllPatients"}
    patients = {cancer: n for (cancer, _), (_, n) in everyone.items()}
    metastatic = {cancer: n for (cancer, _, d), (_, n) in counts.items() if d == "mkg:MetastaticPatients"}
    by_group = Counter(dict.fromkeys(GROUPS.values(), 0))
    for type_, group in GROUPS.items():
        by_group[group] += patients[TYPES[type_]]
    by_site = Counter[str]()
    for (_, site), (cases, _) in everyone.items():
        by_site[site] += cases
    marks = sum(by_site.values()) + UNSPECIFIED
    total, spread = sum(patients.values()), sum(metastatic.values())
    found: dict[tuple[str, str], float] = {
        **{("Cancer Type Detailed", type_): patients.get(id_, 0) for type_, id_ in TYPES.items()},
        **{("Cancer Type", group): n for group, n in by_group.items()},
        **{("Distant Mets = Yes", site): by_site[id_] for site, id_ in SITES.items() if id_},
        ("Metastatic patient", "TRUE"): spread,
        ("Metastatic patient", "FALSE"): total - spread,
        ("Met Count", "n"): total,
        ("Met Site Count", "n"): total,
        ("Met Site Count", "mean"): round(marks / total, 6),
    }
    return [row for row in MSK_TOTALS if found.get((row["attribute"], row["label"])) != float(row["value"])]


UNSPECIFIED = next(int(row["value"]) for row in MSK_TOTALS if row["label"] == "Unspecified")
NOT_IN_THE_GRAPH = {
    ("Distant Mets = Yes", "Unspecified"), ("Met Count", "mean"), ("Met Count", "sd"), ("Met Site Count", "sd"),
}  # fmt: skip


def cohort_differences(ask: Asked) -> list[Row]:
    found = ask("""SELECT ?cohort ?cancer ?site ?cases ?patients ?sum {
      ?s mkg:cohort ?cohort ; rdf:subject ?cancer ; rdf:object ?site ; mkg:caseCount ?cases ; mkg:patientCount ?patients .
      BIND(EXISTS { ?s mkg:sumOf ?part } AS ?sum) }""")
    counts = {(cohort, cancer, site, str(k), str(n)) for cohort, cancer, site, k, n, _ in found}
    of_all = Counter[tuple[str, str]]()
    for cohort, _, site, cases, _, is_sum in found:
        of_all[cohort, site] += 0 if is_sum else cases
    return [
        row
        for row in COHORTS
        if (
            (row["cohort"], row["cancer"], row["site"], row["cases"], row["patients"]) not in counts
            if row["cancer"]
            else of_all[row["cohort"], row["site"]] != int(row["cases"])
        )
    ]


def literature_differences(ask: Asked) -> list[Row]:
    """A row is there if a statement of its source has its pair, by name, and all its numbers and words."""
    found = ask("""SELECT ?source ?cancer ?site ?k ?n ?p ?measure ?denominator ?ascertainment {
      ?s prov:wasDerivedFrom ?source ; rdf:predicate mkg:spreadsTo ; rdf:subject ?cancer ; rdf:object ?site .
      OPTIONAL { ?s mkg:caseCount ?k } OPTIONAL { ?s mkg:patientCount ?n } OPTIONAL { ?s mkg:percentAsStated ?p }
      OPTIONAL { ?s mkg:measure ?measure } OPTIONAL { ?s mkg:denominator ?denominator }
      OPTIONAL { ?s mkg:ascertainment ?ascertainment } }""")
    said = {tuple("" if cell is None else str(cell).removeprefix("mkg:") for cell in row) for row in found}
    numbers = ("cases", "patients", "percent", "measure", "denominator", "ascertainment")

    def there(row: Row) -> bool:
        site = "mkg:AnyDistantSite" if row["site"] == "any distant site" else named(ask, row["site"], "Organ")
        pair = (
            f"mkgs:{row['source']}",
            named(ask, row["cancer"], "Cancer").removeprefix("mkg:"),
            site.removeprefix("mkg:"),
        )
        return (*pair, *(row[column] for column in numbers)) in said

    return [row for row in LITERATURE if not there(row)]


def clinical_differences(ask: Asked) -> list[Row]:
    """A row is there if a statement of its source has its pair, by name, and says no less of the population."""
    found = ask("""SELECT ?source ?subject ?object ?population {
      ?s prov:wasDerivedFrom ?source ; rdf:subject ?subject ; rdf:object ?object .
      OPTIONAL { ?s mkg:population ?population } }""")
    said: dict[tuple[str, str, str], list[str]] = {}
    for source, subject, object_, population in found:
        said.setdefault((source, subject, object_), []).append(population or "")

    def there(row: Row) -> bool:
        ends = (named(ask, row[end], "Entity") for end in ("subject", "object"))
        return any(row["population"] in population for population in said.get((f"mkgs:{row['source']}", *ends), []))

    return [row for row in CLINICAL if not there(row)]


def named(ask: Asked, name: str, kind: str) -> str:
    return names.resolve(ask.index, name, kind).id


# --- The shipped graph -------------------------------------------------------------------------


def test_a_sample_of_100_counts_of_msk_met_is_in_the_graph(shipped: Asked) -> None:
    assert len(MSK_SAMPLE) == 100
    assert msk_sample_differences(shipped) == []


def test_the_totals_that_the_study_prints_are_those_of_the_graph(shipped: Asked) -> None:
    left = {(row["attribute"], row["label"]) for row in msk_total_differences(shipped)}
    assert left == NOT_IN_THE_GRAPH
    assert len(MSK_TOTALS) - len(left) == 136


def test_totals_counted_from_the_files_of_the_cohorts_are_in_the_graph(shipped: Asked) -> None:
    assert len(COHORTS) == 37
    assert cohort_differences(shipped) == []


def test_a_sample_of_100_published_frequencies_is_in_the_graph(shipped: Asked) -> None:
    assert len(LITERATURE) == 100
    assert literature_differences(shipped) == []


def test_a_sample_of_60_clinical_facts_is_in_the_graph(shipped: Asked) -> None:
    assert len(CLINICAL) == 60
    assert clinical_differences(shipped) == []


def test_the_groups_of_msk_met_are_the_sums_of_their_types(shipped: Asked) -> None:
    types, sums = msk_counts(shipped), msk_counts(shipped, sums=True)
    members: dict[str, list[str]] = {}
    for row in rows(MAKE / "msk_met_types.csv"):
        if row["group_id"]:
            members.setdefault(row["group_id"], []).append(row["id"])
    groups = {group: ids for group, ids in members.items() if len(ids) > 1}
    assert len(groups) == 19
    assert {cancer for cancer, _, _ in sums} == set(groups)
    for (group, site, denominator), total in sums.items():
        parts = [types[member, site, denominator] for member in groups[group] if (member, site, denominator) in types]
        assert tuple(map(sum, zip(*parts, strict=True))) == total
    assert len(sums) == 19 * 20 * 2


def test_msk_met_holds_84_types_by_20_sites_under_both_denominators(shipped: Asked) -> None:
    counts = msk_counts(shipped)
    assert len({cancer for cancer, _, _ in counts}) == len(TYPES) == 84
    assert len({site for _, site, _ in counts}) == 20
    assert len(counts) == 3_340
    assert sum(cases == 0 for cases, _ in counts.values()) > 500


def test_the_four_totals_of_the_study_hold_in_the_committed_rows() -> None:
    """Against the table itself, read without kg: 25,771 patients, 21,545 metastatic, 77,633 marks, 15,919 unspecified."""
    with (ROOT / "data/statements/spread_observations/msk_met.csv").open(encoding="utf-8", newline="") as file:
        table = [row for row in csv.DictReader(file) if not row["sum_of"]]
    of = {
        denominator: {row["cancer"]: int(row["patients"]) for row in table if row["denominator"] == denominator}
        for denominator in ("AllPatients", "MetastaticPatients")
    }
    assert sum(of["AllPatients"].values()) == 25_771
    assert sum(of["MetastaticPatients"].values()) == 21_545
    marks = sum(int(row["cases"]) for row in table if row["denominator"] == "AllPatients")
    assert (UNSPECIFIED, marks + UNSPECIFIED) == (15_919, 77_633)
    assert set(of["AllPatients"]) == set(TYPES.values())


# --- The seed page, fact by fact ---------------------------------------------------------------


@pytest.mark.parametrize(
    "fact",
    [row for row in SEED if row["subject"]],
    ids=lambda row: f"{row['fact']} {row['predicate'] or row['aspect']}",
)
def test_a_fact_of_the_seed_page_is_answered_with_its_sentence(fact: Row, shipped: Asked) -> None:
    if fact["predicate"]:
        what = f"rdf:predicate mkg:{fact['predicate']} ; rdf:object <{iri(fact['object'])}>"
    else:
        what = f"a mkg:Remark ; mkg:text ?text ; mkg:aspect {query.term(fact['aspect'])}"
    found = shipped(f"""SELECT ?locator ?population {{
      GRAPH mkgg:{fact["source"]} {{ ?s rdf:subject <{iri(fact["subject"])}> ; {what} . }}
      OPTIONAL {{ ?s mkg:locator ?locator }} OPTIONAL {{ ?s mkg:population ?population }} }}""")
    sentences = {n for locator, population in found for n in numbers_of(locator, population, fact)}
    assert found
    assert not fact["sentence"] or fact["sentence"] in sentences


def numbers_of(locator: str | None, population: str | None, fact: Row) -> list[str]:
    """The sentences a statement names, if it is about the population of the fact."""
    return re.findall(r"\d+", locator or "") if (population or "") == fact["population"] else []


def test_all_47_facts_and_the_gap_were_asked_and_what_is_editorial_is_nowhere(shipped: Asked) -> None:
    kinds = {kind: {row["fact"] for row in SEED if row["kind"] == kind} for kind in {row["kind"] for row in SEED}}
    assert {kind: len(facts) for kind, facts in kinds.items()} == {
        "fact": 47,
        "gap": 1,
        "editorial": 2,
        "other source": 2,
    }
    assert kinds["editorial"] == {"S017", "S050"}
    assert not [row for row in SEED if row["kind"] == "editorial" and row["subject"]]
    (gap,) = shipped("SELECT ?text { ?s mkg:aspect 'gap: treatment' ; mkg:text ?text }")
    assert "after surgery" in gap[0]


def test_symptoms_and_treatments_of_the_seed_page_belong_to_the_primary_cancer_that_has_spread(shipped: Asked) -> None:
    found = shipped("""SELECT ?subject ?predicate ?object ?population { GRAPH mkgg:ctca_seed {
      ?s rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object } OPTIONAL { ?s mkg:population ?population }
      FILTER(?predicate IN (mkg:hasSymptom, mkg:treats)) }""")
    conditions = {row[0] if row[1] == "mkg:hasSymptom" else row[2] for row in found}
    assert len(found) == 12
    assert conditions == {"MONDO:0002129"}
    assert all("has spread" in row[3] for row in found)


# --- A changed row is seen ---------------------------------------------------------------------


def test_every_changed_row_is_seen_by_the_comparison_it_belongs_to(data: Path, graph: Graph) -> None:
    statements = data / "statements"
    msk, literature, clinical = MSK_SAMPLE[1], LITERATURE[1], CLINICAL[0]
    change(statements / "spread_observations/msk_met.csv", "cases", plus_one, cancer=TYPES[msk["cancer_label"]],
           site=SITES[msk["site_label"]], denominator=msk["denominator"])  # fmt: skip
    change(statements / "spread_observations/literature.csv", "cases", plus_one, source=literature["source"],
           cancer=graph.resolve(literature["cancer"], "Cancer").id, cases=literature["cases"])  # fmt: skip
    change(statements / "spread_observations/crc_msk_2017.csv", "cases", plus_one, site=COHORTS[8]["site"])
    change(statements / "symptoms/by_cancer.csv", "source", lambda _: "pdq_36_1", source=clinical["source"],
           condition=graph.resolve(clinical["subject"]).id, symptom=graph.resolve(clinical["object"]).id)  # fmt: skip
    store = Store()
    made = (quad for one in records.read(data).statements for quad in rdf.statement_quads(one, lambda *_: False))
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in made)
    changed = Asked(store, graph.names)
    assert msk_sample_differences(changed) == [msk]
    assert {row["label"] for row in msk_total_differences(changed)} >= {msk["site_label"]}
    assert literature_differences(changed) == [literature]
    assert cohort_differences(changed) == [COHORTS[8]]
    assert clinical_differences(changed) == [clinical]


def plus_one(cell: str) -> str:
    return str(int(cell) + 1)


def change(path: Path, column: str, how: Callable[[str], str], **where: str) -> None:
    """Change one cell of the only row that is so."""
    found = [
        (line, row)
        for line, row in enumerate(rows(path), 2)
        if all(row[name] == value for name, value in where.items())
    ]
    assert len(found) == 1, (path, where, len(found))
    line, row = found[0]
    set_cell(path, line, column, how(row[column]))

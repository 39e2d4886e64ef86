"""Answers to the library of questions, found in the tables without the graph: answers.py [--write] [--data DIR] [NAME ...]

One function a question, named after the file in ontology/queries (where_does_it_spread answers where-does-it-spread.ttl).
Each reads the CSV tables and gives a header and the rows in order. Nothing of kg or data/make is imported, so a mistake
in the package, or in a query, shows as a difference. Without --write the differences are listed and the exit code is 1 if
there are any; with --write the expected answers in the Turtle files are replaced. DIR is data/ unless given.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from hashlib import sha256
from math import floor, sqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ROOT / "ontology" / "queries"
Row = dict[str, str]
Rows = list[list[object]]

# --- What the tables hold ----------------------------------------------------------------------

ANY_SITE = "mkg:AnyDistantSite"
Z = 1.959963984540054  # standard normal quantile at 0.975
ENDS = {  # table -> columns of subject, predicate and object; a predicate in capitals is the same for every row
    "spread_observations": ("cancer", "SPREADSTO", "site"),
    "origin_observations": ("cancer", "SPREADSTO", "site"),
    "spread": ("cancer", "SPREADSTO", "site"),
    "locations": ("condition", "predicate", "site"),
    "symptoms": ("condition", "HASSYMPTOM", "symptom"),
    "complications": ("condition", "HASCOMPLICATION", "complication"),
    "treatments": ("treatment", "predicate", "target"),
    "anatomy": ("organ", "DRAINSTO", "target"),
}
PREDICATES = {
    "SPREADSTO": "spreadsTo",
    "HASSYMPTOM": "hasSymptom",
    "HASCOMPLICATION": "hasComplication",
    "DRAINSTO": "drainsTo",
}
WORDS = {  # labels of the vocabulary that are not its names in small letters
    "spreadsTo": "spreads to", "hasSymptom": "has symptom", "hasComplication": "has complication", "drainsTo": "drains to",
    "arisesIn": "arises in", "locatedIn": "located in", "treats": "treats", "relieves": "relieves",
    "EverRecorded": "ever recorded", "AtDiagnosis": "at diagnosis", "FirstMetastasis": "first metastasis",
    "SampledSite": "sampled site", "Autopsy": "autopsy", "Recurrence": "recurrence",
    "AllPatients": "all patients", "MetastaticPatients": "metastatic patients",
    "PatientsWithSite": "patients with the site involved", "Patients": "patients", "OnlySite": "only site",
    "Lesions": "lesions", "CumulativeIncidence": "cumulative incidence",
    "Hematogenous": "by blood", "Portal": "portal", "Caval": "caval", "PulmonaryVenous": "pulmonary venous",
    "Arterial": "arterial", "VertebralPlexus": "vertebral plexus", "VenousGrowth": "growth along a vein",
    "Lymphatic": "lymphatic", "ThoracicDuct": "thoracic duct", "Transcoelomic": "transcoelomic",
    "DirectExtension": "direct extension", "Perineural": "perineural", "CerebrospinalFluid": "cerebrospinal fluid",
    "Implantation": "implantation", "AnyDistantSite": "any distant site", "Metastasis": "metastasis",
}  # fmt: skip
ROUTES = {  # route -> the wider one it is a kind of
    "Hematogenous": "", "Portal": "Hematogenous", "Caval": "Hematogenous", "PulmonaryVenous": "Hematogenous",
    "Arterial": "Hematogenous", "VertebralPlexus": "Hematogenous", "VenousGrowth": "Hematogenous",
    "Lymphatic": "", "ThoracicDuct": "Lymphatic", "Transcoelomic": "", "DirectExtension": "", "Perineural": "",
    "CerebrospinalFluid": "", "Implantation": "",
}  # fmt: skip


class Data:
    """A data folder: rows of every table, and what follows from the rows by the rules of data/README.md."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources = {row["key"]: row for row in read([folder / "sources.csv"])}
        names = ("conditions", "organs", "symptoms", "treatments")
        self.entities = {row["id"]: row for row in read([folder / "entities" / f"{name}.csv" for name in names])}

    def table(self, name: str) -> list[Row]:
        """The rows of a statements table, of one file or of all files of its folder."""
        folder = self.folder / "statements"
        return read(
            [path for path in (folder / f"{name}.csv", *sorted((folder / name).glob("*.csv"))) if path.is_file()]
        )

    @cached_property
    def observations(self) -> list[Row]:
        return self.table("spread_observations")

    @cached_property
    def said(self) -> list[Row]:
        return self.table("spread")

    @cached_property
    def statements(self) -> list[tuple[str, str, str, Row]]:
        """Subject, predicate, object and row of every statement that has all three."""
        return [
            (row[ends[0]], PREDICATES.get(ends[1]) or row[ends[1]], row[ends[2]], row | {"table": name})
            for name, ends in ENDS.items()
            for row in (self.observations if name == "spread_observations" else self.table(name))
        ]

    @cached_property
    def edges(self) -> dict[str, dict[tuple[str, str], set[str]]]:
        """Predicate -> subject and object -> the sources that give the edge."""
        found: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
        for subject, predicate, object_, row in self.statements:
            if self.makes_edge(row, subject, object_):
                found[predicate][subject, object_].add(row["source"])
        return found

    def makes_edge(self, row: Row, subject: str, object_: str) -> bool:
        """No edge comes of no cases, a refutation, a naming example, any distant site, a count in the own organ, or
        spread that was only inferred."""
        if row["table"] == "spread" and row["evidence"] == "inferred":
            return False
        if object_ == ANY_SITE or row.get("stance") == "refutes" or row.get("strength") == "illustration":
            return False
        counts = row["table"] in ("spread_observations", "origin_observations")
        if (counts or row["table"] == "spread") and nothing_found(row):
            return False
        return not (counts and self.own_organ(subject, object_))

    def label(self, name: str) -> str:
        """The label of an entity or a term of the vocabulary."""
        return self.entities[name]["label"] if name in self.entities else WORDS[name.removeprefix("mkg:")]

    def tier(self, source: str) -> str:
        return self.sources[source]["tier"]

    # --- hierarchy

    @cached_property
    def above(self) -> dict[str, set[str]]:
        """Each entity with all it lies within by parents and part_of, itself included."""
        up = {name: split(row["parents"]) + split(row["part_of"]) for name, row in self.entities.items()}
        found = {}
        for name in up:
            seen, todo = {name}, [name]
            while todo:
                todo = [higher for one in todo for higher in up[one] if higher not in seen]
                seen.update(todo)
            found[name] = seen
        return found

    def below(self, name: str) -> set[str]:
        """All that lies within an entity, itself included."""
        return {inner for inner, outer in self.above.items() if name in outer}

    @cached_property
    def origins(self) -> dict[str, set[str]]:
        """The organs each cancer arises in: its own, else those of its nearest ancestors that have any."""
        own: dict[str, set[str]] = defaultdict(set)
        for row in self.table("locations"):
            if row["predicate"] == "arisesIn" and row["stance"] != "refutes":
                own[row["condition"]].add(row["site"])
        found = {}
        for name, row in self.entities.items():
            level = {name} if row["class"] == "Cancer" else set()
            while level and not any(one in own for one in level):
                level = {parent for one in level for parent in split(self.entities[one]["parents"])}
            found[name] = {organ for one in level for organ in own.get(one, ())}
        return found

    def own_organ(self, cancer: str, site: str) -> bool:
        """True if the site, or what a compound site includes, and an organ of origin lie within one another."""
        sites = (site, *split(self.entities.get(site, {}).get("includes", "")))
        above = self.above
        return any(
            one in above.get(origin, ()) or origin in above.get(one, ())
            for one in sites
            for origin in self.origins.get(cancer, ())
        )


def read(paths: Iterable[Path]) -> list[Row]:
    rows = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows += list(csv.DictReader(file))
    return rows


def split(cell: str) -> list[str]:
    return cell.split("|") if cell else []


def nothing_found(row: Row) -> bool:
    return row["cases"] == "0" or (row["cases"] == "" and row["percent"] != "" and float(row["percent"]) == 0)


# --- Numbers -----------------------------------------------------------------------------------


def tenths(share: float) -> float:
    """A share as a percentage with one decimal."""
    return floor(1000 * share + 0.5) / 10


def wilson(cases: float, patients: int) -> tuple[float, float]:
    """Bounds of the 95 % score interval."""
    p, n, z2 = cases / patients, patients, Z * Z
    middle, half = p + z2 / (2 * n), Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low, high = (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)
    return (0.0 if cases == 0 else max(0.0, low), 1.0 if cases == patients else min(1.0, high))


def share(row: Row) -> float:
    return int(row["cases"]) / int(row["patients"]) if row["cases"] else float(row["percent"]) / 100


def bounds(row: Row) -> tuple[float, float]:
    """Wilson bounds; of a percentage without a count from half a printed unit below to half a unit above."""
    n = int(row["patients"])
    if row["cases"]:
        return wilson(int(row["cases"]), n)
    half = 0.5 * 10.0 ** -(2 + len(row["percent"].partition(".")[2]))
    p = float(row["percent"]) / 100
    return wilson(max(0.0, p - half) * n, n)[0], wilson(min(1.0, p + half) * n, n)[1]


def whole(cell: str) -> int | str:
    return int(cell) if cell else ""


# --- Choosing rows -----------------------------------------------------------------------------


def counted(data: Data, **wanted: str) -> Iterator[Row]:
    """Observations whose cells are as wanted."""
    return (row for row in data.observations if all(row[column] == value for column, value in wanted.items()))


METASTATIC = {"measure": "Patients", "denominator": "MetastaticPatients", "ascertainment": "EverRecorded"}


def found_elsewhere(data: Data, row: Row) -> bool:
    """Something found, at an organ that is not the cancer's own."""
    return not nothing_found(row) and row["site"] != ANY_SITE and not data.own_organ(row["cancer"], row["site"])


def with_interval(row: Row) -> list[object]:
    """Cases, patients, percent, low, high."""
    low, high = bounds(row)
    return [whole(row["cases"]), int(row["patients"]), tenths(share(row)), tenths(low), tenths(high)]


def ranked(rows: Iterable[list[object]], by: Callable[[list[object]], object], limit: int | None = None) -> Rows:
    return sorted(rows, key=by)[:limit]  # type: ignore[type-var, arg-type]


def unique(rows: Iterable[list[object]]) -> list[list[object]]:
    return [list(row) for row in dict.fromkeys(map(tuple, rows))]


def sources_of(edges: dict[tuple[str, str], set[str]], pairs: Iterable[tuple[str, str]]) -> int:
    """How many sources give an edge for one of the pairs."""
    return len(set().union(*(edges.get(pair, ()) for pair in pairs)))


# --- The questions -----------------------------------------------------------------------------

Answer = Callable[[Data], Rows]
ANSWERS: dict[str, Answer] = {}


def question(answer: Answer) -> Answer:
    """Enter a function under the name of its question."""
    ANSWERS[answer.__name__.replace("_", "-")] = answer
    return answer


@question
def where_does_it_spread(data: Data) -> Rows:
    rows = [row for row in counted(data, cancer="MONDO:0005082", **METASTATIC) if found_elsewhere(data, row)]
    rows.sort(key=lambda row: (-share(row), data.label(row["site"]), row["source"], row["population"]))
    return [
        ["site", "cases", "patients", "percent", "low", "high", "population", "source"],
        *([data.label(row["site"]), *with_interval(row), row["population"], row["source"]] for row in rows[:25]),
    ]


@question
def where_is_it_said_to_spread(data: Data) -> Rows:
    rows = [
        [data.label(row["site"]), row["strength"], row["source"], data.tier(row["source"])]
        for row in data.said
        if row["cancer"] == "MONDO:0005575" and row["stance"] != "refutes" and row["strength"] != "illustration"
    ]
    return [["site", "strength", "source", "tier"], *ranked(unique(rows), lambda r: (r[0], r[3], r[2], r[1]), 40)]


@question
def where_does_any_kind_spread(data: Data) -> Rows:
    lung_cancer, edges = "MONDO:0008903", data.edges["spreadsTo"]
    kinds: dict[str, set[str]] = defaultdict(set)
    for cancer, site in edges:
        if lung_cancer in data.above[cancer]:
            kinds[site].add(cancer)
    rows = [[data.label(site), lung_cancer not in found, len(found)] for site, found in kinds.items()]
    return [["site", "inferred", "kinds"], *ranked(rows, lambda r: (-r[2], r[0]), 25)]


@question
def does_any_kind_reach_any_part(data: Data) -> Rows:
    lung_cancer, bone = "MONDO:0008903", "UBERON:0001474"
    return [[any(lung_cancer in data.above[c] and bone in data.above[s] for c, s in data.edges["spreadsTo"])]]


@question
def what_comes_to_a_site(data: Data) -> Rows:
    rows = [
        row
        for row in counted(data, site="UBERON:0002369", sum_of="", **METASTATIC)
        if found_elsewhere(data, row) and int(row["patients"]) >= 100
    ]
    rows.sort(key=lambda row: (-share(row), data.label(row["cancer"]), row["source"], int(row["patients"])))
    return [
        ["cancer", "population", "cases", "patients", "percent", "low", "high", "source"],
        *([data.label(row["cancer"]), row["population"], *with_interval(row), row["source"]] for row in rows[:15]),
    ]


@question
def which_cancers_are_known_to_reach_it(data: Data) -> Rows:
    brain = "UBERON:0000955"
    rows = [[data.label(cancer), len(by)] for (cancer, site), by in data.edges["spreadsTo"].items() if site == brain]
    return [["cancer", "sources"], *ranked(rows, lambda r: (-r[1], r[0]), 30)]


@question
def how_sure_are_we(data: Data) -> Rows:
    rows = []
    for row in counted(data, cancer="MONDO:0005082", site="UBERON:0001474", measure="Patients"):
        low, high = bounds(row)
        how, of_whom = WORDS[row["ascertainment"]], WORDS[row["denominator"]]
        rows.append([*with_interval(row), tenths(high - low), how, of_whom, row["population"], row["source"]])
    return [
        ["cases", "patients", "percent", "low", "high", "width", "how", "of_whom", "population", "source"],
        *ranked(rows, lambda r: (-r[1], r[6], r[7], r[9], r[8]), 30),
    ]


@question
def who_says_so(data: Data) -> Rows:
    by = data.edges["spreadsTo"]["MONDO:0008315", "UBERON:0001474"]
    rows = [[key, data.tier(key), data.sources[key]["title"]] for key in by]
    return [["source", "tier", "title"], *ranked(rows, lambda r: (r[1], r[0]))]


@question
def looked_for_and_not_found(data: Data) -> Rows:
    rows = [
        [data.label(row["site"]), int(row["patients"]), tenths(bounds(row)[1]), row["source"]]
        for row in counted(data, cancer="MONDO:0006486", cases="0", denominator="MetastaticPatients")
    ]
    return [["site", "patients", "at_most", "source"], *ranked(rows, lambda r: (-r[1], r[0], r[3]), 30)]


@question
def never_looked_for(data: Data) -> Rows:
    retinoblastoma = "MONDO:0008380"
    cancers: dict[str, set[str]] = defaultdict(set)
    for row in data.observations:
        cancers[row["site"]].add(row["cancer"])
    known = {object_ for subject, _, object_, _ in data.statements if subject == retinoblastoma}
    rows = [
        [data.label(site), len(found)]
        for site, found in cancers.items()
        if len(found) >= 60 and site not in known and site != ANY_SITE
    ]
    return [["site", "cancers"], *ranked(rows, lambda r: (-r[1], r[0]))]


@question
def what_can_the_phrase_mean(data: Data) -> Rows:
    phrase, rows = "metastatic bone cancer", []
    for name, entity in data.entities.items():
        if phrase in (entity["label"], *split(entity["synonyms"])):
            for predicate in ("arisesIn", "locatedIn"):
                sites = {o for s, o in data.edges[predicate] if s == name}
                rows += [
                    [entity["label"], entity["class"].lower(), WORDS[predicate], data.label(site)] for site in sites
                ]
    return [["meaning", "kind", "relation", "site"], *ranked(rows, lambda r: (r[1], r[3]))]


@question
def what_spreads_from_an_organ(data: Data) -> Rows:
    bone = "UBERON:0001474"
    cancers = {cancer for cancer, organ in data.edges["arisesIn"] if bone in data.above[organ]}
    rows = [
        [data.label(cancer), data.label(site), len(by)]
        for (cancer, site), by in data.edges["spreadsTo"].items()
        if cancer in cancers
    ]
    return [["cancer", "site", "sources"], *ranked(rows, lambda r: (-r[2], r[0], r[1]), 30)]


@question
def what_spreads_to_an_organ(data: Data) -> Rows:
    bone, edges = "UBERON:0001474", data.edges["spreadsTo"]
    sites: dict[str, set[str]] = defaultdict(set)
    for cancer, site in edges:
        if bone in data.above[site]:
            sites[cancer].add(site)
    rows = [
        [data.label(cancer), bone not in found, sources_of(edges, ((cancer, site) for site in found))]
        for cancer, found in sites.items()
    ]
    return [["cancer", "inferred", "sources"], *ranked(rows, lambda r: (-r[2], r[0]), 30)]


def symptoms_with_sources(data: Data, condition: str) -> list[list[object]]:
    return [[data.label(o), len(by)] for (s, o), by in data.edges["hasSymptom"].items() if s == condition]


@question
def what_would_the_patient_feel(data: Data) -> Rows:
    rows = symptoms_with_sources(data, "MONDO:0008903")
    return [["symptom", "sources"], *ranked(rows, lambda r: (-r[1], r[0]), 30)]


@question
def what_does_a_metastasis_there_feel_like(data: Data) -> Rows:
    there = {condition for condition, site in data.edges["locatedIn"] if site == "UBERON:0002107"}
    rows = [[data.label(one), *row] for one in there for row in symptoms_with_sources(data, one)]
    return [["metastasis", "symptom", "sources"], *ranked(rows, lambda r: (-r[2], r[0], r[1]), 30)]


@question
def what_is_an_emergency(data: Data) -> Rows:
    rows = [
        [data.label(row["complication"]), data.label(row["condition"]), row["source"]]
        for row in data.table("complications")
        if row["emergency"] == "yes"
    ]
    rows += [
        [data.label(row["subject"]), "", row["source"]] for row in data.table("remarks") if row["aspect"] == "emergency"
    ]
    return [["complication", "of", "source"], *ranked(unique(rows), lambda r: (r[0], r[1], r[2]), 40)]


@question
def what_can_go_wrong_there(data: Data) -> Rows:
    there = {condition for condition, site in data.edges["locatedIn"] if site == "UBERON:0001474"}
    rows = [
        [data.label(row["complication"]), row["source"], data.tier(row["source"])]
        for row in data.table("complications")
        if row["condition"] in there and row["stance"] != "refutes"
    ]
    return [["complication", "source", "tier"], *ranked(unique(rows), lambda r: (r[0], r[2], r[1]), 40)]


@question
def what_is_done_about_it(data: Data) -> Rows:
    by: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in data.table("treatments"):
        if (
            row["predicate"] == "treats"
            and row["target"] == "NCIT:C3580"
            and row["stance"] != "refutes"
            and row["kind"]
        ):
            by[data.label(row["treatment"]), row["kind"]].add(row["source"])
    rows = [[*key, len(found)] for key, found in by.items()]
    return [["treatment", "kind", "sources"], *ranked(rows, lambda r: (-r[2], r[0], r[1]), 40)]


@question
def what_relieves_it(data: Data) -> Rows:
    rows = [
        [data.label(row["treatment"]), row["kind"], row["population"], row["source"]]
        for row in data.table("treatments")
        if row["predicate"] == "relieves" and row["target"] == "HP:0012531" and row["stance"] != "refutes"
    ]
    return [
        ["treatment", "kind", "population", "source"],
        *ranked(unique(rows), lambda r: (r[0], r[1], r[3], r[2]), 40),
    ]


@question
def by_which_route(data: Data) -> Rows:
    rows = [
        [data.label(row["site"]), data.label(route), row["evidence"] or "stated", row["source"]]
        for row in data.said
        if row["cancer"] == "MONDO:0006519"
        for route in split(row["route"])
    ]
    return [["site", "route", "evidence", "source"], *ranked(rows, lambda r: (r[0], r[1], r[3], r[2]), 30)]


@question
def which_cancers_take_the_route(data: Data) -> Rows:
    rows = [
        [data.label(row["cancer"]), data.label(row["site"]), row["evidence"] or "stated", row["source"]]
        for row in data.said
        if "mkg:Portal" in split(row["route"])
    ]
    return [["cancer", "site", "evidence", "source"], *ranked(rows, lambda r: (r[0], r[1], r[3], r[2]), 40)]


@question
def which_veins_lead_away(data: Data) -> Rows:
    drains: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in data.table("anatomy"):
        drains[row["organ"], row["medium"]].add(row["target"])
    rows = [
        [*(data.label(name) if name else "" for name in (vein, second, third))]
        for vein in drains["UBERON:0001052", "vein"]
        for second in drains.get((vein, "flow"), {""})
        for third in drains.get((second, "flow"), {""})
    ]
    return [["vein", "opens_into", "then"], *ranked(rows, lambda r: (r[0], r[1], r[2]), 40)]


@question
def which_capillaries_come_first(data: Data) -> Rows:
    rows = [
        [data.label(row["organ"]), data.label(row["target"]), row["evidence"] or "stated", row["source"]]
        for row in data.table("anatomy")
        if row["medium"] == "capillary_bed"
    ]
    return [["organ", "bed", "evidence", "source"], *ranked(rows, lambda r: (r[1], r[0], r[3], r[2]), 40)]


@question
def where_does_lymph_go(data: Data) -> Rows:
    rows = [
        [data.label(row["target"]), row["source"], row["note"]]
        for row in data.table("anatomy")
        if row["organ"] == "UBERON:0000310" and row["medium"] == "lymph"
    ]
    return [["nodes", "source", "note"], *ranked(unique(rows), lambda r: (r[0], r[1], r[2]), 40)]


@question
def which_edges_rest_on_weak_sources(data: Data) -> Rows:
    rows = [
        [data.label(cancer), data.label(site), len(by)]
        for (cancer, site), by in data.edges["spreadsTo"].items()
        if {data.tier(source) for source in by} == {"C"}
    ]
    return [["cancer", "site", "sources"], *ranked(rows, lambda r: (r[0], r[1]), 40)]


@question
def which_sources_say_most(data: Data) -> Rows:
    tables = (*ENDS, "remarks", "incidence")
    statements = Counter(row["source"] for name in tables for row in data.table(name))
    rows = [[key, data.tier(key), number] for key, number in statements.items()]
    return [["source", "tier", "statements"], *ranked(rows, lambda r: (-r[2], r[0]), 20)]


@question
def which_sites_rest_on_one_source(data: Data) -> Rows:
    rows = [
        [data.label(site), *by, *map(data.tier, by)]
        for (cancer, site), by in data.edges["spreadsTo"].items()
        if cancer == "MONDO:0005105" and len(by) == 1
    ]
    return [["site", "source", "tier"], *ranked(rows, lambda r: r[0], 40)]


def seed_facts(data: Data) -> Iterator[tuple[str, str, str, str]]:
    """Sentence, subject, relation and object of what the page says that the graph started from."""
    for subject, predicate, object_, row in data.statements:
        if row["source"] == "ctca_seed":
            yield row["locator"], data.label(subject), WORDS[predicate], data.label(object_)
    for row in data.table("remarks"):
        if row["source"] == "ctca_seed":
            yield row["locator"], data.label(row["subject"]), row["aspect"], row["text"]


@question
def what_does_the_page_say_sentence_by_sentence(data: Data) -> Rows:
    relations = {
        WORDS[predicate] for predicate in ("arisesIn", *PREDICATES.values(), "treats", "relieves", "locatedIn")
    }
    facts = Counter((sentence, what if what in relations else "remark") for sentence, _, what, _ in seed_facts(data))
    rows = [[sentence, kind, number] for (sentence, kind), number in facts.items()]
    return [["sentence", "kind", "facts"], *ranked(rows, lambda r: (int(str(r[0]).split()[1]), r[1]))]


@question
def what_does_one_sentence_say(data: Data) -> Rows:
    rows = [
        [subject, relation, object_] for where, subject, relation, object_ in seed_facts(data) if where == "sentence 24"
    ]
    return [["subject", "relation", "object"], *ranked(rows, lambda r: (r[0], r[1], r[2]))]


@question
def describe_it(data: Data) -> Rows:
    """Triples with the subject, by predicate; CURIEs."""
    name = "NCIT:C3580"
    entity = data.entities[name]
    rows = [[name, "rdf:type", f"mkg:{kind}"] for kind in ("Metastasis", "Condition", "Entity")]
    rows += [[name, "rdfs:label", entity["label"]], [name, "mkg:note", entity["note"]]]
    rows += [[name, "skos:altLabel", synonym] for synonym in split(entity["synonyms"])]
    rows += [[name, "skos:exactMatch", match] for match in split(entity["exact_match"])]
    rows += [[name, "skos:closeMatch", match] for match in split(entity["close_match"])]
    rows += [[name, "rdfs:subClassOf", parent] for parent in split(entity["parents"])]
    rows += [[name, "mkg:within", outer] for outer in data.above[name]]
    for predicate, edges in data.edges.items():
        rows += [[name, f"mkg:{predicate}", object_] for subject, object_ in edges if subject == name]
    return [["subject", "predicate", "object"], *ranked([row for row in rows if row[2]], lambda r: (r[0], r[1], r[2]))]


@question
def draw_its_network(data: Data) -> Rows:
    name = "MONDO:0002129"
    rows = [[name, "rdfs:label", data.label(name)]]
    for predicate in ("arisesIn", "spreadsTo"):
        for organ in [object_ for subject, object_ in data.edges[predicate] if subject == name]:
            rows += [[name, f"mkg:{predicate}", organ], [organ, "rdfs:label", data.label(organ)]]
    return [["subject", "predicate", "object"], *ranked(unique(rows), lambda r: (r[0], r[1], r[2]))]


@question
def of_all_patients_or_of_those_whose_cancer_had_spread(data: Data) -> Rows:
    wanted = {
        "cancer": "MONDO:0004953",
        "site": "UBERON:0002107",
        "measure": "Patients",
        "ascertainment": "EverRecorded",
    }
    rows = [[WORDS[row["denominator"]], *with_interval(row)[:3], row["source"]] for row in counted(data, **wanted)]
    return [["of_whom", "cases", "patients", "percent", "source"], *ranked(rows, lambda r: (r[4], r[0], r[2], r[3]))]


@question
def what_does_a_sum_add_up(data: Data) -> Rows:
    rows_there = list(counted(data, source="msk_met_2021", site="UBERON:0002107", denominator="AllPatients"))
    own = {row["cancer"]: int(row["cases"]) for row in rows_there if not row["sum_of"]}
    rows = [
        [data.label(row["cancer"]), int(row["cases"]), sum(own[part] for part in parts), len(parts)]
        for row in rows_there
        if (parts := split(row["sum_of"]))
    ]
    return [["group", "cases", "parts_cases", "parts"], *ranked(rows, lambda r: (-r[1], r[0]))]


@question
def where_does_growth_look_like_spread(data: Data) -> Rows:
    rows = [
        [data.label(row["cancer"]), data.label(row["site"]), int(row["cases"]), int(row["patients"]), row["source"]]
        for row in counted(data, denominator="MetastaticPatients", ascertainment="EverRecorded", sum_of="")
        if "MONDO:0002516" in data.above[row["cancer"]]
        and data.own_organ(row["cancer"], row["site"])
        and row["cases"]
        and int(row["cases"]) >= 20
    ]
    return [
        ["kind", "site", "cases", "patients", "source"],
        *ranked(rows, lambda r: (-r[2], r[0], r[1], r[4], r[3]), 30),
    ]


@question
def which_sites_only_one_sex_has(data: Data) -> Rows:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in counted(data, denominator="MetastaticPatients", ascertainment="EverRecorded", sum_of=""):
        if found_elsewhere(data, row) and row["cases"] and data.entities[row["site"]]["sex"]:
            found[row["site"]].append(row)
    rows = [
        [
            data.label(site),
            data.entities[site]["sex"],
            len({r["cancer"] for r in rows}),
            sum(int(r["cases"]) for r in rows),
        ]
        for site, rows in found.items()
    ]
    return [["site", "sex", "cancers", "patients_there"], *ranked(rows, lambda r: (-r[3], r[0]))]


@question
def which_kind_goes_there_most(data: Data) -> Rows:
    rows = [
        row
        for row in counted(data, site="UBERON:0001017", sum_of="", **METASTATIC)
        if "MONDO:0007254" in data.above[row["cancer"]]
    ]
    rows.sort(key=lambda row: (-share(row), data.label(row["cancer"]), row["source"], int(row["patients"])))
    return [
        ["kind", "cases", "patients", "percent", "low", "high", "source"],
        *([data.label(row["cancer"]), *with_interval(row), row["source"]] for row in rows[:30]),
    ]


@question
def where_do_metastases_there_come_from(data: Data) -> Rows:
    rows = [row for row in data.table("origin_observations") if row["site"] == "UBERON:0000992"]
    rows.sort(
        key=lambda row: (
            row["source"],
            row["population"],
            -share(row),
            data.label(row["cancer"]),
            WORDS[row["ascertainment"]],
        )
    )
    return [
        ["cancer", "cases", "patients", "percent", "how", "population", "source"],
        *(
            [
                data.label(row["cancer"]),
                *with_interval(row)[:3],
                WORDS[row["ascertainment"]],
                row["population"],
                row["source"],
            ]
            for row in rows[:40]
        ),
    ]


@question
def seen_from_both_ends(data: Data) -> Rows:
    rows = [
        [
            start, *with_interval(row)[:3], WORDS[row["denominator"]], WORDS[row["ascertainment"]],
            row["population"], row["source"],
        ]
        for start, table in (("from the cancer", data.observations), ("from the site", data.table("origin_observations")))
        for row in table
        if row["cancer"] == "MONDO:0005575" and row["site"] == "UBERON:0000992"
    ]  # fmt: skip
    return [
        ["start", "cases", "patients", "percent", "of_whom", "how", "population", "source"],
        *ranked(rows, lambda r: (r[0], -r[2], r[4], r[5], r[7], r[6], r[3]), 40),
    ]


@question
def autopsy_against_clinic(data: Data) -> Rows:
    of_cancer = list(counted(data, cancer="MONDO:0007254"))
    autopsied = {row["site"] for row in of_cancer if row["ascertainment"] == "Autopsy"}
    alive = {row["site"] for row in of_cancer if row["ascertainment"] in ("AtDiagnosis", "EverRecorded")}
    rows = [
        [
            data.label(row["site"]),
            WORDS[row["ascertainment"]],
            WORDS[row["denominator"]],
            *with_interval(row)[:3],
            row["source"],
        ]
        for row in of_cancer
        if row["site"] in autopsied & alive
        and row["measure"] == "Patients"
        and row["ascertainment"] in ("Autopsy", "AtDiagnosis", "EverRecorded")
    ]
    return [
        ["site", "how", "of_whom", "cases", "patients", "percent", "source"],
        *ranked(rows, lambda r: (r[0], r[1], r[2], r[6], r[4], r[5]), 40),
    ]


@question
def which_percentages_have_no_count(data: Data) -> Rows:
    rows = [
        [
            data.label(row["site"]), row["percent"], int(row["patients"]), *map(tenths, bounds(row)),
            row["population"], row["source"],
        ]
        for row in counted(data, cancer="MONDO:0007254", cases="")
    ]  # fmt: skip
    return [
        ["site", "stated", "patients", "low", "high", "population", "source"],
        *ranked(rows, lambda r: (r[0], r[6], r[5], r[1], r[2]), 40),
    ]


@question
def who_disagrees(data: Data) -> Rows:
    by: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in data.said:
        by[row["cancer"], row["site"], row["strength"]].append(row["source"])
    rows = [
        [data.label(cancer), data.label(site), one, two]
        for cancer, site, strength in list(by)
        if strength == "common"
        for one in by[cancer, site, "common"]
        for two in by.get((cancer, site, "uncommon"), ())
    ]
    return [["cancer", "site", "says_common", "says_uncommon"], *ranked(rows, lambda r: tuple(r), 40)]


@question
def who_says_no(data: Data) -> Rows:
    rows = [
        [
            data.label(row["cancer"]), data.label(row["site"]), row["population"], row["source"],
            sources_of(data.edges["spreadsTo"], [(row["cancer"], row["site"])]),
        ]
        for row in data.said
        if row["stance"] == "refutes"
    ]  # fmt: skip
    return [
        ["cancer", "site", "population", "source", "but_said_by"],
        *ranked(rows, lambda r: (r[0], r[1], r[3], r[2]), 40),
    ]


@question
def said_but_counted_as_none(data: Data) -> Rows:
    texts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in data.said:
        if row["strength"] not in ("", "illustration") and row["stance"] != "refutes":
            texts[row["cancer"], row["site"]].add(row["source"])
    rows = []
    for row in counted(data, cases="0", denominator="MetastaticPatients"):
        said_by = sources_of(texts, ((general, row["site"]) for general in data.above[row["cancer"]]))
        if int(row["patients"]) >= 20 and said_by:
            pair = [data.label(row["cancer"]), data.label(row["site"])]
            rows.append([*pair, int(row["patients"]), tenths(bounds(row)[1]), row["source"], said_by])
    return [
        ["cancer", "site", "patients", "at_most", "counted_by", "said_by"],
        *ranked(rows, lambda r: (-r[2], r[0], r[1], r[4]), 30),
    ]


@question
def what_has_nobody_counted(data: Data) -> Rows:
    counted_ones = {outer for row in data.observations for outer in data.above[row["cancer"]]}
    sites = Counter(cancer for cancer, _ in data.edges["spreadsTo"] if cancer not in counted_ones)
    rows = [[data.label(cancer), number] for cancer, number in sites.items()]
    return [["cancer", "sites_said"], *ranked(rows, lambda r: (-r[1], r[0]), 40)]


@question
def which_pairs_were_counted_in_many_places(data: Data) -> Rows:
    pools: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in data.observations:
        pools[row["cancer"], row["site"]].update(split(data.sources[row["source"]]["patient_pools"]))
    rows = [
        [data.label(cancer), data.label(site), len(found)]
        for (cancer, site), found in pools.items()
        if found and site != ANY_SITE
    ]
    return [["cancer", "site", "pools"], *ranked(rows, lambda r: (-r[2], r[0], r[1]), 20)]


@question
def which_sources_share_patients(data: Data) -> Rows:
    observations = Counter(row["source"] for row in data.observations)
    rows = [
        [key, observations[key]]
        for key, source in data.sources.items()
        if "SEER" in split(source["patient_pools"]) and observations[key]
    ]
    return [["source", "observations"], *ranked(rows, lambda r: (-r[1], r[0]), 30)]


@question
def which_percentages_rest_on_few_patients(data: Data) -> Rows:
    rows = [
        [data.label(row["cancer"]), data.label(row["site"]), k, n, *map(tenths, bounds(row)), row["source"]]
        for row in counted(data, denominator="MetastaticPatients", ascertainment="EverRecorded", sum_of="")
        if row["cases"]
        and row["site"] != ANY_SITE
        and (n := int(row["patients"])) < 15
        and 2 * (k := int(row["cases"])) >= n
        and not data.own_organ(row["cancer"], row["site"])
    ]
    return [
        ["cancer", "site", "cases", "patients", "low", "high", "source"],
        *ranked(rows, lambda r: (r[3], -r[2], r[0], r[1], r[6]), 30),
    ]


@question
def which_site_comes_first(data: Data) -> Rows:
    rows = list(counted(data, cancer="MONDO:0005008", ascertainment="FirstMetastasis"))
    rows.sort(key=lambda row: (-share(row), data.label(row["site"]), row["source"], row["population"]))
    return [
        ["site", "cases", "patients", "percent", "population", "source"],
        *([data.label(row["site"]), *with_interval(row)[:3], row["population"], row["source"]] for row in rows[:30]),
    ]


@question
def sampled_is_not_involved(data: Data) -> Rows:
    of_cancer = {"cancer": "MONDO:0005082", "denominator": "MetastaticPatients", "sum_of": ""}
    rows = [
        [data.label(ever["site"]), tenths(share(ever)), tenths(share(taken))]
        for ever in counted(data, source="msk_met_2021", **of_cancer)
        for taken in counted(
            data, source="msk_impact_2017", ascertainment="SampledSite", site=ever["site"], **of_cancer
        )
    ]
    return [["site", "involved", "sampled"], *ranked(rows, lambda r: (-r[1], r[0], r[2]))]


@question
def how_many_have_spread_at_diagnosis(data: Data) -> Rows:
    wanted = {
        "denominator": "AllPatients",
        "ascertainment": "AtDiagnosis",
        "selection": "unselected",
        "stratum": "all_stages",
    }
    rows = [
        [data.label(row["cancer"]), *with_interval(row)[:3], row["population"], row["source"]]
        for row in counted(data, site=ANY_SITE, **wanted)
    ]
    return [
        ["cancer", "cases", "patients", "percent", "population", "source"],
        *ranked(rows, lambda r: (-r[2], r[0], r[5], r[4]), 25),
    ]


def drained(data: Data, *media: str) -> dict[str, set[str]]:
    """Organ -> where it drains to; all media unless some are named."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in data.table("anatomy"):
        if row["stance"] != "refutes" and (not media or row["medium"] in media):
            found[row["organ"]].add(row["target"])
    return found


def reached(drains: dict[str, set[str]], start: str, steps: int) -> set[str]:
    """What is reached from a start in at most so many steps, the start included."""
    found = {start}
    for _ in range(steps):
        found |= {target for one in found for target in drains.get(one, ())}
    return found


@question
def does_anatomy_explain_the_route(data: Data) -> Rows:
    veins, drains = drained(data, "vein"), drained(data)
    cancers = {row["cancer"] for row in data.said if "mkg:Portal" in split(row["route"])}
    rows = [
        [data.label(cancer), data.label(part), data.label(vein)]
        for cancer, organ in data.edges["arisesIn"]
        if cancer in cancers
        for part in data.below(organ)
        for vein in veins.get(part, ())
        if "UBERON:0001639" in reached(drains, vein, 3)
    ]
    return [["cancer", "starts_in", "vein"], *ranked(unique(rows), lambda r: tuple(r), 40)]


@question
def does_its_blood_get_there(data: Data) -> Rows:
    return [["UBERON:0002107" in reached(drained(data), "UBERON:0001159", len(data.entities))]]


@question
def which_organs_drain_two_ways(data: Data) -> Rows:
    veins, drains = drained(data, "vein"), drained(data)
    rows = [
        [data.label(organ)]
        for organ, found in veins.items()
        if any("UBERON:0001639" in reached(drains, vein, 2) for vein in found)
        and any({"UBERON:0001072", "UBERON:0001585"} & reached(drains, vein, 3) for vein in found)
    ]
    return [["organ"], *ranked(rows, lambda r: r[0])]


@question
def what_drains_to_it(data: Data) -> Rows:
    node, drains = "UBERON:8480056", drained(data)
    rows = [
        [data.label(organ)]
        for organ, first in drains.items()
        if any(node in reached(drains, one, len(data.entities)) for one in first)
    ]
    return [["organ"], *ranked(rows, lambda r: r[0], 40)]


@question
def what_can_a_symptom_point_to(data: Data) -> Rows:
    rows = [
        [data.entities[condition]["class"].lower(), data.label(condition), len(by)]
        for (condition, symptom), by in data.edges["hasSymptom"].items()
        if symptom == "HP:0000952"
    ]
    return [["kind", "condition", "sources"], *ranked(rows, lambda r: (-r[2], r[0], r[1]), 40)]


@question
def which_symptoms_are_named_most(data: Data) -> Rows:
    edges = data.edges["hasSymptom"]
    cancers = Counter(symptom for condition, symptom in edges if data.entities[condition]["class"] == "Cancer")
    rows = [[data.label(symptom), number] for symptom, number in cancers.items()]
    return [["symptom", "cancers"], *ranked(rows, lambda r: (-r[1], r[0]), 15)]


@question
def when_is_it_silent(data: Data) -> Rows:
    rows = [
        [data.label(row["subject"]), row["text"], row["source"]]
        for row in data.table("remarks")
        if row["aspect"] == "may be without symptoms"
    ]
    return [["metastasis", "text", "source"], *ranked(rows, lambda r: (r[0], r[2], r[1]))]


@question
def what_would_be_felt_once_it_has_spread(data: Data) -> Rows:
    common = {
        row["site"]
        for row in data.said
        if row["cancer"] == "MONDO:0005575" and row["strength"] == "common" and row["stance"] != "refutes"
    }
    rows = [
        [data.label(site), data.label(row["symptom"])]
        for metastasis, site in data.edges["locatedIn"]
        if site in common
        for row in data.table("symptoms")
        if row["condition"] == metastasis and row["strength"] == "common" and row["stance"] != "refutes"
    ]
    return [["site", "symptom"], *ranked(unique(rows), lambda r: tuple(r), 40)]


@question
def what_could_it_come_to(data: Data) -> Rows:
    rows = [
        [data.label(complication), data.label(metastasis), data.label(site)]
        for cancer, site in data.edges["spreadsTo"]
        if cancer == "MONDO:0008315"
        for metastasis, region in data.edges["locatedIn"]
        if region in data.above[site]
        for condition, complication in data.edges["hasComplication"]
        if condition == metastasis
    ]
    return [["complication", "metastasis", "site"], *ranked(unique(rows), lambda r: tuple(r), 40)]


@question
def what_is_done_in_an_emergency(data: Data) -> Rows:
    dangers = {row["complication"] for row in data.table("complications") if row["emergency"] == "yes"}
    dangers |= {row["subject"] for row in data.table("remarks") if row["aspect"] == "emergency"}
    by: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in data.table("treatments"):
        if row["target"] in dangers and row["predicate"] == "treats" and row["stance"] != "refutes" and row["kind"]:
            by[data.label(row["target"]), data.label(row["treatment"]), row["kind"]].add(row["source"])
    rows = [[*key, len(found)] for key, found in by.items()]
    return [
        ["complication", "treatment", "kind", "sources"],
        *ranked(rows, lambda r: (r[0], -r[3], r[1], r[2]), 40),
    ]


@question
def for_what_is_there_palliative_care(data: Data) -> Rows:
    by: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in data.table("treatments"):
        if row["kind"] in ("palliative", "supportive") and row["stance"] != "refutes":
            by[data.label(row["target"]), row["kind"]].add(row["treatment"])
    rows = [[*key, len(found)] for key, found in by.items()]
    return [["target", "kind", "treatments"], *ranked(rows, lambda r: (-r[2], r[0], r[1]), 30)]


@question
def what_is_this_treatment_for(data: Data) -> Rows:
    rows = [
        [row["predicate"], data.label(row["target"]), row["kind"], role, row["source"]]
        for row in data.table("treatments")
        if row["treatment"] == "MAXO:0000954" and row["stance"] != "refutes"
        for role in split(row["role"]) or [""]
    ]
    return [
        ["end", "target", "kind", "role", "source"],
        *ranked(unique(rows), lambda r: (r[0], r[1], r[4], r[2], r[3]), 40),
    ]


@question
def which_treatments_are_listed_most(data: Data) -> Rows:
    conditions = Counter(treatment for treatment, _ in data.edges["treats"])
    rows = [[data.label(treatment), number] for treatment, number in conditions.items()]
    return [["treatment", "conditions"], *ranked(rows, lambda r: (-r[1], r[0]), 15)]


@question
def what_is_done_once_it_has_spread(data: Data) -> Rows:
    rows = [
        [row["population"], data.label(row["treatment"]), row["kind"], row["source"]]
        for row in data.table("treatments")
        if row["target"] == "MONDO:0021063"
        and row["predicate"] == "treats"
        and row["population"]
        and row["stance"] != "refutes"
    ]
    return [["population", "treatment", "kind", "source"], *ranked(unique(rows), lambda r: tuple(r), 40)]


@question
def which_kinds_of_it_are_there(data: Data) -> Rows:
    observations = Counter(row["cancer"] for row in data.observations)
    rows = [[data.label(kind), observations[kind]] for kind in data.below("MONDO:0008903")]
    return [["kind", "observations"], *ranked(rows, lambda r: (-r[1], r[0]), 40)]


@question
def what_belongs_to_an_organ(data: Data) -> Rows:
    cancers = Counter(site for _, site in data.edges["spreadsTo"])
    rows = [[data.label(part), cancers[part]] for part in data.below("UBERON:0001474")]
    return [["part", "cancers"], *ranked(rows, lambda r: (-r[1], r[0]), 40)]


@question
def how_well_is_it_grounded(data: Data) -> Rows:
    kinds: dict[str, Counter[bool]] = defaultdict(Counter)
    for name, entity in data.entities.items():
        kinds[entity["class"].lower()][name.startswith("mkg:")] += 1
    rows = [[kind, found[False], found[True]] for kind, found in kinds.items()]
    return [["kind", "public", "own"], *ranked(rows, lambda r: r[0])]


@question
def which_cancers_have_no_public_identifier(data: Data) -> Rows:
    rows = [
        [entity["label"], entity["note"]]
        for name, entity in data.entities.items()
        if entity["class"] == "Cancer" and name.startswith("mkg:") and entity["note"]
    ]
    return [["cancer", "note"], *ranked(rows, lambda r: r[0], 25)]


@question
def which_names_are_ambiguous(data: Data) -> Rows:
    meanings: dict[str, set[str]] = defaultdict(set)
    for name, entity in data.entities.items():
        for word in (entity["label"], *split(entity["synonyms"])):
            meanings[word].add(name)
    rows = [[word, len(found)] for word, found in meanings.items() if len(found) > 1]
    return [["name", "meanings"], *ranked(rows, lambda r: (-r[1], r[0]), 40)]


@question
def which_examples_of_naming_make_no_edge(data: Data) -> Rows:
    rows = [
        [data.label(row["cancer"]), data.label(row["site"])]
        for row in data.said
        if row["strength"] == "illustration" and (row["cancer"], row["site"]) not in data.edges["spreadsTo"]
    ]
    return [["cancer", "site"], *ranked(unique(rows), lambda r: tuple(r), 40)]


@question
def what_would_be_lost_without_a_source(data: Data) -> Rows:
    rows = [[data.label(c), data.label(s)] for (c, s), by in data.edges["spreadsTo"].items() if by == {"emedtv"}]
    return [["cancer", "site"], *ranked(rows, lambda r: tuple(r), 40)]


@question
def how_common_is_the_cancer(data: Data) -> Rows:
    rows = [
        [data.label(row["cancer"]), row["sex"], float(row["count"]), row["source"]]
        for row in data.table("incidence")
        if row["population"] == "World" and row["year"] == "2022" and row["count"]
    ]
    return [["cancer", "sex", "new_cases", "source"], *ranked(rows, lambda r: (r[1], -r[2], r[0], r[3]), 40)]


@question
def what_is_true_of_any_cancer(data: Data) -> Rows:
    general = {f"mkg:{route}" for route in ROUTES} | {"mkg:Metastasis"}
    rows = [
        [data.label(row["subject"]), row["aspect"], row["text"], row["source"]]
        for row in data.table("remarks")
        if row["subject"] in general
    ]
    return [["subject", "aspect", "text", "source"], *ranked(rows, lambda r: (r[0], r[1], r[3]), 40)]


@question
def does_a_count_of_none_make_an_edge(data: Data) -> Rows:
    """An edge is of a count of 0 where its source has nothing else on the pair."""
    everything: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for subject, _, object_, row in data.statements:
        everything[row["source"], subject, object_].append(row.get("cases", ""))
    edges = data.edges["spreadsTo"]
    return [[any(set(found) == {"0"} and s in edges.get((c, o), ()) for (s, c, o), found in everything.items())]]


@question
def what_stands_behind_a_number(data: Data) -> Rows:
    wanted = {"cancer": "MONDO:0005082", "site": "UBERON:0001474", "source": "msk_met_2021"}
    (row,) = counted(data, denominator="MetastaticPatients", **wanted)
    low, high = bounds(row)
    facts = [
        ("rdf:type", "mkg:Statement"), ("rdf:type", "mkg:SpreadObservation"), ("rdf:subject", row["cancer"]),
        ("rdf:predicate", "mkg:spreadsTo"), ("rdf:object", row["site"]), ("prov:wasDerivedFrom", f"mkgs:{row['source']}"),
        ("mkg:evidence", "ECO:0000180"), ("mkg:caseCount", int(row["cases"])), ("mkg:patientCount", int(row["patients"])),
        ("mkg:proportion", share(row)), ("mkg:lower95", low), ("mkg:upper95", high),
        *((f"mkg:{name}", f"mkg:{row[name]}") for name in ("measure", "denominator", "ascertainment")),
        *((f"mkg:{name}", row[name]) for name in ("stratum", "selection", "population", "cohort", "locator", "note")),
    ]  # fmt: skip
    name = f"mkgst:{row['source']}-{digest('spread_observations', row)}"
    return [["subject", "predicate", "object"], *sorted([name, p, shown(o)] for p, o in facts if o != "")]


def digest(table: str, row: Row) -> str:
    """The identity of a counted statement: its names and values, hashed."""
    parts = {
        "table": table,
        "source": row["source"],
        "subject": row["cancer"],
        "predicate": "mkg:spreadsTo",
        "object": row["site"],
    }
    parts |= {name: row[name] for name in ("population", "stratum")}
    parts |= {name: f"mkg:{row[name]}" for name in ("measure", "denominator", "ascertainment")} | {
        "cohort": row["cohort"]
    }
    text = "\n".join(f"{name}={value}" for name, value in parts.items() if value)
    return sha256(text.encode()).hexdigest()[:16]


def everything_with_source(data: Data) -> Iterator[Row]:
    """The rows of all statements tables."""
    for name in (*ENDS, "remarks", "incidence"):
        yield from data.table(name)


@question
def under_which_terms(data: Data) -> Rows:
    statements, sources = Counter[str](), defaultdict(set)
    for row in everything_with_source(data):
        if terms := data.sources[row["source"]]["licence"]:
            statements[terms] += 1
            sources[terms].add(row["source"])
    rows = [[terms, len(sources[terms]), number] for terms, number in statements.items()]
    return [["terms", "sources", "statements"], *ranked(rows, lambda r: (-r[2], r[0]), 15)]


@question
def how_good_are_the_sources(data: Data) -> Rows:
    statements = Counter(row["source"] for row in everything_with_source(data))
    rows = [
        [
            tier,
            sum(data.tier(key) == tier for key in statements),
            sum(n for key, n in statements.items() if data.tier(key) == tier),
        ]
        for tier in sorted({data.tier(key) for key in statements})
    ]
    return [["tier", "sources", "statements"], *rows]


@question
def which_numbers_are_no_shares_of_patients(data: Data) -> Rows:
    by: dict[str, list[str]] = defaultdict(list)
    for row in [*data.said, *data.observations, *data.table("origin_observations")]:
        if row["measure"] not in ("", "Patients"):
            by[WORDS[row["measure"]]].append(row["source"])
    rows = [[measure, len(found), len(set(found))] for measure, found in by.items()]
    return [["share_of", "statements", "sources"], *ranked(rows, lambda r: r[0])]


@question
def which_numbers_are_ranges(data: Data) -> Rows:
    rows = [
        [data.label(row["cancer"]), data.label(row["site"]), row["percent_range"], row["source"]]
        for row in data.said
        if row["percent_range"]
    ]
    return [["cancer", "site", "range", "source"], *ranked(rows, lambda r: (r[0], r[1], r[3], r[2]), 40)]


@question
def which_routes_are_there(data: Data) -> Rows:
    statements = Counter(route for row in data.said for route in split(row["route"]))
    rows = [[WORDS[route], wider and WORDS[wider], statements[f"mkg:{route}"]] for route, wider in ROUTES.items()]
    return [["route", "kind_of", "statements"], *ranked(rows, lambda r: (-r[2], r[0]))]


@question
def which_counts_are_of_everyone(data: Data) -> Rows:
    rows = [
        [
            data.label(row["cancer"]), data.label(row["site"]), *with_interval(row)[:3],
            WORDS[row["denominator"]], WORDS[row["ascertainment"]], row["source"],
        ]
        for row in counted(data, selection="unselected")
        if row["site"] != ANY_SITE
    ]  # fmt: skip
    return [
        ["cancer", "site", "cases", "patients", "percent", "of_whom", "how", "source"],
        *ranked(rows, lambda r: (-r[3], r[0], r[1], r[7], r[5], r[6], r[4]), 25),
    ]


@question
def what_is_known_of_children(data: Data) -> Rows:
    statements, conditions = Counter[str](), defaultdict(set)
    for subject, predicate, object_, row in data.statements:
        if "child" in row["population"] or "infant" in row["population"]:
            statements[WORDS[predicate]] += 1
            conditions[WORDS[predicate]].add(object_ if predicate in ("treats", "relieves") else subject)
    rows = [[relation, number, len(conditions[relation])] for relation, number in statements.items()]
    return [["relation", "statements", "conditions"], *ranked(rows, lambda r: r[0])]


@question
def which_sites_do_most_cancers_reach(data: Data) -> Rows:
    cancers = Counter(site for _, site in data.edges["spreadsTo"])
    rows = [[data.label(site), number] for site, number in cancers.items()]
    return [["site", "cancers"], *ranked(rows, lambda r: (-r[1], r[0]), 20)]


@question
def a_body_map_of_a_cancer(data: Data) -> Rows:
    rows = []
    for row in counted(data, cancer="MONDO:0005061", source="msk_met_2021", denominator="MetastaticPatients"):
        site, k, n = row["site"], int(row["cases"]), int(row["patients"])
        if 10 * k >= n and not data.own_organ(row["cancer"], site):
            facts = (("rdfs:label", data.label(site)), ("mkg:caseCount", k), ("mkg:patientCount", n))
            rows += [[site, predicate, shown(value)] for predicate, value in facts]
    return [["subject", "predicate", "object"], *sorted(rows)]


@question
def which_pairs_come_near_a_pooled_estimate(data: Data) -> Rows:
    pools, sources = defaultdict(set), defaultdict(set)
    for row in counted(data, selection="unselected", measure="Patients"):
        if row["stratum"]:
            how = (WORDS[row["denominator"]], WORDS[row["ascertainment"]], row["stratum"])
            key = (data.label(row["cancer"]), data.label(row["site"]), *how)
            pools[key].update(split(data.sources[row["source"]]["patient_pools"]))
            sources[key].add(row["source"])
    rows = [[*key, len(pools[key]), len(found)] for key, found in sources.items()]
    return [
        ["cancer", "site", "of_whom", "how", "stratum", "pools", "sources"],
        *ranked(rows, lambda r: (-r[5], -r[6], *r[:5]), 20),
    ]


@question
def what_comes_to_a_site_most_often(data: Data) -> Rows:
    """Each factor is the largest count with 5 cases or more, at diagnosis or ever recorded; ties by name."""

    def largest(rows: Iterable[Row]) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for row in sorted(
            rows, key=lambda row: (int(row["patients"]), f"{row['source']}-{digest('spread_observations', row)}")
        ):
            if row["ascertainment"] in ("AtDiagnosis", "EverRecorded") and share(row) * int(row["patients"]) > 4.5:
                found[row["cancer"]] = row
        return found

    lung = "UBERON:0002048"
    anywhere = largest(counted(data, site=ANY_SITE, denominator="AllPatients", measure="Patients"))
    there = largest(
        row
        for row in counted(data, site=lung, denominator="MetastaticPatients", measure="Patients")
        if not data.own_organ(row["cancer"], lung)
    )
    wanted = {"population": "United States (SEER)", "year": "2012-2016", "sex": "female", "age_group": "all"}
    rows = []
    for row in data.table("incidence"):
        if row["rate_per_100k"] and all(row[column] == value for column, value in wanted.items()):
            p, q = anywhere.get(row["cancer"]), there.get(row["cancer"])
            rate = float(row["rate_per_100k"])
            weight = rate * share(p) * share(q) if p and q else 0.0
            factors = [cell for one in (p, q) for cell in ([tenths(share(one)), one["source"]] if one else ["", ""])]
            how = ("same" if p["ascertainment"] == q["ascertainment"] else "mixed") if p and q else ""
            rows.append((weight, [data.label(row["cancer"]), bool(p and q), rate, *factors, how]))
    rows.sort(key=lambda found: (-found[0], -found[1][2], found[1][0]))
    return [
        ["cancer", "ranked", "rate", "any_percent", "any_source", "site_percent", "site_source", "ascertainment"],
        *(row for _, row in rows[:40]),
    ]


# --- Expected answers in the Turtle files ------------------------------------------------------

_EXPECTED = re.compile(r'(mkg:expectedAnswer """)(.*?)(""" ;)', re.DOTALL)


def shown(value: object) -> str:
    """A value as the expected answers write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(round(value, 4)) if isinstance(value, float) else str(value)


def as_text(rows: Rows) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([shown(value) for value in row] for row in rows)
    return text.getvalue()


def expected_in(turtle: str) -> str:
    """The expected answer that a Turtle file holds."""
    match = _EXPECTED.search(turtle)
    return re.sub(r"\\(.)", r"\1", match[2]) if match else ""


def with_expected(turtle: str, text: str) -> str:
    """A Turtle file with another expected answer."""
    escaped = re.sub(r'"{3,}', lambda quotes: '\\"' * len(quotes[0]), text.replace("\\", "\\\\"))
    return _EXPECTED.sub(lambda match: match[1] + escaped + match[3], turtle)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--data", type=Path, default=ROOT / "data")
    parser.add_argument("names", nargs="*", default=[*ANSWERS])
    chosen = parser.parse_args(arguments)
    data, wrong = Data(chosen.data), 0
    for name in chosen.names:
        path = QUERIES / f"{name}.ttl"
        turtle, text = path.read_text(encoding="utf-8"), as_text(ANSWERS[name](data))
        if expected_in(turtle) == text:
            continue
        wrong += 1
        print(f"{name}: {'written' if chosen.write else 'differs'}")
        if chosen.write:
            path.write_text(with_expected(turtle, text), encoding="utf-8")
    print(f"{len(chosen.names)} answers, {wrong} {'written' if chosen.write else 'different'}")
    return int(bool(wrong) and not chosen.write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the makers of counted tables share: read a study's file, name its labels, count patients, write rows.

Every maker beside this file turns one data set into one table of data/statements/spread_observations: `python data/make/NAME.py
FOLDER`, FOLDER being where the files of the data set lie. Only counts leave that folder, never a patient. Labels become entities by
the mapping tables *_sites.csv and *_types.csv; a label that no table holds stops the run, a label that a table leaves out is counted
and printed. A total that a study or a second reading of its files gave is asserted, so a changed file cannot pass unseen.
"""

import csv
import gzip
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLES = HERE.parent / "statements" / "spread_observations"
COLUMNS = (
    "cancer", "site", "population", "stratum", "selection", "source", "cases", "patients", "percent", "measure",
    "denominator", "ascertainment", "cohort", "sum_of", "locator", "note",
)  # fmt: skip
ORDER = ("source", "cancer", "site", "population", "cohort")
FEW = 5  # a type with fewer patients has no rows of its own where its group has some

Row = dict[str, str]


class CohortError(Exception):
    """A total is not the expected one, or a label stands in no mapping table."""


@dataclass(frozen=True)
class About:
    """What all observations of one study have in common."""

    source: str
    cohort: str
    ascertainment: str
    population: str
    locator: str
    stratum: str = "metastatic_ever"
    denominator: str = "MetastaticPatients"

    def row(self, cancer: str, site: str, cases: int, patients: int, note: str = "", sum_of: str = "") -> Row:
        """One observation; every cohort here is `selected`: sequenced, operated or referred."""
        return {
            "cancer": cancer,
            "site": site,
            "population": self.population,
            "stratum": self.stratum,
            "selection": "selected",
            "source": self.source,
            "cases": str(cases),
            "patients": str(patients),
            "percent": "",
            "measure": "Patients",
            "denominator": self.denominator,
            "ascertainment": self.ascertainment,
            "cohort": self.cohort,
            "sum_of": sum_of,
            "locator": self.locator,
            "note": note,
        }


@dataclass(frozen=True)
class Sample:
    """A sampled metastasis: whose it is, the cancer's group and type (names of the study, then entities), OncoTree code, place."""

    patient: str
    group: str
    type: str
    code: str
    site: str


@dataclass(frozen=True)
class Patient:
    """All sampled metastases of one patient with a cancer of one group: the first one's type, the entities of the sites."""

    type: str
    code: str
    sites: frozenset[str]


def read(path: Path, delimiter: str = "\t") -> list[Row]:
    """The rows of a packed or plain table; lines that open with # are cBioPortal's second header."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter=delimiter))


def mapping(name: str) -> list[Row]:
    """The rows of a mapping table beside this file."""
    return read(HERE / name, ",")


def expect(what: str, found: int, expected: int) -> None:
    """Raise CohortError unless the two are one number."""
    if found != expected:
        raise CohortError(f"{what}: {found:,} counted, {expected:,} expected")


def first_rows(rows: Iterable[Row], column: str = "PATIENT_ID") -> list[Row]:
    """The first row of each patient, in the order of the file."""
    kept: dict[str, Row] = {}
    for row in rows:
        kept.setdefault(row[column], row)
    return list(kept.values())


def patients_by(pairs: Iterable[tuple[str, Hashable]]) -> dict[Hashable, int]:
    """How many patients have each thing, of pairs of a patient and a thing."""
    having: defaultdict[Hashable, set[str]] = defaultdict(set)
    for patient, thing in pairs:
        having[thing].add(patient)
    return {thing: len(patients) for thing, patients in having.items()}


def say(text: str) -> None:
    """A line for the person who runs the maker."""
    print(text, file=sys.stderr)


def correct(study: str, samples: Iterable[Sample]) -> list[Sample]:
    """The samples with misspelt site labels put right by cohort_corrections.csv."""
    fixes = {row["label"]: row["corrected"] for row in mapping("cohort_corrections.csv") if row["study"] == study}
    return [replace(sample, site=fixes.get(sample.site, sample.site)) for sample in samples]


def tally(samples: list[Sample]) -> dict[str, dict[str, Patient]]:
    """The patients of each group who have a sampled metastasis with a named site.

    A sample without a named site says nothing of where, a local recurrence is no spread: neither makes a patient of the denominator.
    A named site without an entity does: that patient's metastasis was looked at and lay elsewhere.
    """
    sites = {row["label"]: row for row in mapping("cohort_sites.csv")}
    if unknown := {sample.site for sample in samples} - sites.keys():
        raise CohortError(f"sites in no mapping table: {sorted(unknown)}")
    lost = Counter((sites[s.site]["left_out"], s.site) for s in samples if sites[s.site]["left_out"])
    for reason in sorted({reason for reason, _ in lost}):
        labels = ", ".join(f"{site or '(blank)'} {n}" for (why, site), n in sorted(lost.items()) if why == reason)
        say(f"  samples, {reason}: {labels}")
    groups: defaultdict[str, dict[str, Patient]] = defaultdict(dict)
    for sample in samples:
        if sites[sample.site]["left_out"] not in ("not stated", "not spread"):
            known = groups[sample.group].get(sample.patient, Patient(sample.type, sample.code, frozenset()))
            here = {site for site in sites[sample.site]["id"].split("|") if site}
            groups[sample.group][sample.patient] = replace(known, sites=known.sites | here)
    return groups


def counted(about: About, cancer: str, patients: Iterable[Patient], note: str = "", sum_of: str = "") -> Iterator[Row]:
    """One row a site that some patient has; sites nobody was sampled from are not listed by the studies, so there is no zero."""
    patients = list(patients)
    cases = Counter(site for patient in patients for site in patient.sites)
    for site, k in cases.items():
        yield about.row(cancer, site, k, len(patients), note, sum_of)


def codes(patients: Iterable[Patient]) -> str:
    """The OncoTree codes of some patients, for a note."""
    return "OncoTree " + " ".join(sorted({patient.code for patient in patients if patient.code}))


def named(samples: Iterable[Sample]) -> list[Sample]:
    """The samples with the entities of cohort_types.csv for the names of group and type; empty where there is none."""
    ids = {(row["kind"], row["label"]): row["id"] for row in mapping("cohort_types.csv")} | {("cancer_type", ""): ""}
    samples = list(samples)
    asked = {("cancer_type", s.group) for s in samples} | {("cancer_type_detailed", s.type) for s in samples}
    if unknown := asked - ids.keys():
        raise CohortError(f"cancers in no mapping table: {sorted(unknown)}")
    return [replace(s, group=ids["cancer_type", s.group], type=ids["cancer_type_detailed", s.type]) for s in samples]


def sampled_sites(about: About, samples: Iterable[Sample]) -> list[Row]:
    """The rows of a study of sampled metastases: types with an entity, the other types of a group together, and their sum.

    A patient has one type in a group, so parts and rest are disjoint, and their sum is marked by sum_of. A type of fewer than five
    patients is counted with the rest, unless it is the whole group or the group has no entity; so is a type counted before in another
    group.
    """
    say(f"{about.source}:")
    samples = named(samples)
    groups = tally(samples)
    asked = patients_by((sample.patient, sample.group) for sample in samples)
    loose = groups.pop("", {}).values()
    rows: list[Row] = []
    done: set[str] = set()
    for cancer, members in groups.items():
        everyone = list(members.values())
        unnamed = asked[cancer] - len(everyone)
        note = f"site named for {len(everyone)} of {asked[cancer]} patients with a metastasis sample" if unnamed else ""
        by_type = grouped(everyone)
        enough = {t for t, patients in by_type.items() if len(patients) >= FEW or len(by_type) == 1}
        parts = {t: by_type[t] for t in enough - done - {"", cancer}}
        rest = [patient for patient in everyone if patient.type not in parts]
        done |= parts.keys()
        for part, patients in parts.items():
            rows += counted(about, part, patients, codes(patients) if rest or len(parts) > 1 else note)
        if not parts:
            rows += counted(about, cancer, rest, joined(codes(rest), note))
        elif rest or len(parts) > 1:
            others = replace(about, population=f"{about.population}; other types of the group")
            rows += counted(others, cancer, rest, codes(rest))
            members_of_sum = "|".join(sorted([*parts, *([cancer] if rest else [])]))
            whole = replace(about, population=f"{about.population}; whole group")
            rows += counted(whole, cancer, everyone, note, members_of_sum)
    for cancer, patients in grouped(loose).items():
        if cancer:
            rows += counted(about, cancer, patients, codes(patients))
        else:
            say(f"  patients of a cancer without an entity: {len(patients)} ({codes(patients)})")
    return rows


def grouped(patients: Iterable[Patient]) -> dict[str, list[Patient]]:
    """Patients by their type."""
    groups: defaultdict[str, list[Patient]] = defaultdict(list)
    for patient in patients:
        groups[patient.type].append(patient)
    return groups


def joined(*notes: str) -> str:
    """Notes as one."""
    return "; ".join(note for note in notes if note)


def write(name: str, rows: Iterable[Row]) -> None:
    """Write a statements table in its order; two rows of one identity are refused."""
    ordered = sorted(rows, key=lambda row: [row[column] for column in ORDER])
    twice = [key for key, n in Counter(tuple(row[c] for c in (*ORDER, "stratum")) for row in ordered).items() if n > 1]
    if twice:
        raise CohortError(f"two rows say the same: {twice[:5]}")
    for row in ordered:
        if not 0 <= int(row["cases"]) <= int(row["patients"]):
            raise CohortError(f"more cases than patients: {row}")
    target = TABLES / name
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(ordered)
    say(f"{len(ordered):,} rows written to {target.name}")


def run(name: str, make: Callable[[Path], Iterable[Row]], usage: str | None) -> None:
    """Make the table `name` from the folder that the command line names."""
    if len(sys.argv) != 2:
        sys.exit(usage)
    try:
        write(name, make(Path(sys.argv[1])))
    except CohortError as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")

"""Recover the organ counts of MSK-MET from its published correlations: msk_met.py FOLDER [TABLE]

MSK-MET (Nguyen et al., Cell 2022) recorded for 25,771 patients in which of 20 organs a metastasis was ever found. The
matrix of patients by organs was not at hand, but a public notebook prints the Pearson correlation of every pair of
its 0/1 columns with six decimals, and how many patients have each. Two columns with totals a and b of N patients
share

    n = (phi * sqrt(a (N - a) b (N - b)) + a b) / N

patients, and a printed phi is at most 0.0000005 from the true one, which moves n by 0.0032 or less: one integer is
left. In the same way the correlation with a count column gives the sum of that count over the patients of a type. The
notebook left out one type (Cutaneous Melanoma) and the site "Unspecified"; the first is the total less the other
types, the second the number of sites less the other sites. A number farther from an integer than rounding allows ends
the run.

FOLDER holds source_pearson_correlation_matrix.csv.gz, source_value_counts.csv and source_numeric_summary.csv. The
tables msk_met_types.csv and msk_met_sites.csv beside this file say which entity a label of the study means. TABLE is
written, if not given data/statements/spread_observations/msk_met.csv. Where the files come from: data/README.md.
"""

import csv
import gzip
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE.parent / "statements" / "spread_observations" / "msk_met.csv"
COLUMNS = [
    "cancer",
    "site",
    "population",
    "stratum",
    "selection",
    "source",
    "cases",
    "patients",
    "percent",
    "measure",
    "denominator",
    "ascertainment",
    "cohort",
    "sum_of",
    "locator",
    "note",
]
HALF_UNIT = 0.5e-6  # every number is printed with six decimals
LEFT_OUT = "Cutaneous Melanoma"  # the one type without a column of its own
METASTATIC, SITES_PER_PATIENT, NO_ORGAN = "Metastatic patient", "Met Site Count", "Unspecified"
TOTALS = {"patients": 25_771, "metastatic": 21_545, "site marks": 77_633, "unspecified": 15_919}

Row = dict[str, str]


class RecoveryError(Exception):
    """A recovered number is no integer within rounding, or a total is not the published one."""


@dataclass(frozen=True)
class Published:
    """What the notebook prints: correlations, patients of each type, marks of each site, and the sites per patient."""

    phi: dict[str, dict[str, float]]
    types: dict[str, int]
    marks: dict[str, int]
    metastatic: int
    mean: float
    sd: float

    @property
    def patients(self) -> int:
        """Everyone in the matrix."""
        return sum(self.types.values())


@dataclass(frozen=True)
class Tally:
    """What is known of a type, or of a group of types: its patients, the metastatic ones, and those with each site."""

    patients: int
    metastatic: int
    with_site: dict[str, int]


def rows(path: Path) -> list[Row]:
    """The rows of a CSV file, packed or not."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def whole(value: float, bound: float, what: str) -> int:
    """The integer that `value` stands for, or RecoveryError where it lies farther off than `bound`."""
    nearest = round(value)
    if bound >= 0.5 or abs(value - nearest) > bound or nearest < 0:
        raise RecoveryError(f"{what}: {value:.4f} is no count within its rounding bound of {bound:.4f}")
    return nearest


def shared(phi: float, a: int, b: int, n: int, what: str) -> int:
    """How many of `n` patients are in both of two 0/1 columns with totals `a` and `b`, from their correlation."""
    scale = sqrt(a * (n - a) * b * (n - b)) / n
    return whole(phi * scale + a * b / n, HALF_UNIT * scale + 1e-9, what)


def summed(phi: float, a: int, mean: float, sd: float, n: int, what: str) -> int:
    """The sum of a count column (`mean`, sample `sd`) over the `a` patients of a 0/1 column, from their correlation."""
    scale = sqrt(a * (n - a) * (n - 1) / n)
    bound = HALF_UNIT * (a + scale * (sd + abs(phi) + HALF_UNIT))
    return whole(a * mean + phi * sd * scale, bound + 1e-9, what)


def expect(name: str, value: int) -> None:
    """Raise RecoveryError unless `value` is the published total called `name`."""
    if value != TOTALS[name]:
        raise RecoveryError(f"{name}: {value:,} recovered, {TOTALS[name]:,} published")


def read_published(folder: Path) -> Published:
    """The published numbers in `folder`, checked against the totals above."""
    phi = {
        row.pop(""): {name: float(value) for name, value in row.items()}
        for row in rows(folder / "source_pearson_correlation_matrix.csv.gz")
    }
    totals: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows(folder / "source_value_counts.csv"):
        totals[row["attribute"]][row["value"]] = int(row["n"])
    summary = {row["attribute"]: row for row in rows(folder / "source_numeric_summary.csv")}[SITES_PER_PATIENT]
    found = Published(
        phi=phi,
        types=totals["Cancer Type Detailed"],
        marks=totals["Distant Mets = Yes"],
        metastatic=totals[METASTATIC]["TRUE"],
        mean=float(summary["mean"]),
        sd=float(summary["sd"]),
    )
    expect("patients", found.patients)
    expect("metastatic", found.metastatic)
    expect("unspecified", found.marks[NO_ORGAN])
    expect("site marks", sum(found.marks.values()))
    expect("site marks", whole(found.patients * found.mean, found.patients * HALF_UNIT, SITES_PER_PATIENT))
    return found


def recover(published: Published, sites: list[str]) -> dict[str, Tally]:
    """The tally of each of the 84 types."""
    n, marks = published.patients, published.marks
    tallies: dict[str, Tally] = {}
    unspecified = 0
    for name, patients in published.types.items():
        if name == LEFT_OUT:
            continue
        phi = published.phi[name]
        with_site = {s: shared(phi[f"Distant Mets: {s}"], patients, marks[s], n, f"{name}, {s}") for s in sites}
        spread = shared(phi[METASTATIC], patients, published.metastatic, n, f"{name}, metastatic")
        sums = summed(phi[SITES_PER_PATIENT], patients, published.mean, published.sd, n, f"{name}, sites")
        tallies[name] = checked(name, Tally(patients, spread, with_site), sums - sum(with_site.values()))
        unspecified += sums - sum(with_site.values())
    others = added(list(tallies.values()), sites)
    rest = Tally(
        published.types[LEFT_OUT],
        published.metastatic - others.metastatic,
        {s: marks[s] - others.with_site[s] for s in sites},
    )
    tallies[LEFT_OUT] = checked(LEFT_OUT, rest, marks[NO_ORGAN] - unspecified)
    return tallies


def checked(name: str, tally: Tally, unspecified: int) -> Tally:
    """The tally itself, or RecoveryError where a site, or no organ, has more patients than are metastatic."""
    if not all(0 <= k <= tally.metastatic <= tally.patients for k in (unspecified, *tally.with_site.values())):
        raise RecoveryError(f"{name}: a site has a negative count, or more patients than are metastatic")
    return tally


def added(tallies: list[Tally], sites: list[str]) -> Tally:
    """The tally of several types together; they are disjoint, since a patient has one type."""
    return Tally(
        sum(t.patients for t in tallies),
        sum(t.metastatic for t in tallies),
        {s: sum(t.with_site[s] for t in tallies) for s in sites},
    )


def observations(cancer: str, tally: Tally, sites: list[Row], about: Row) -> Iterator[Row]:
    """One row a site and denominator, zero cases included; of no patients nothing was observed."""
    for stratum, denominator, patients in (
        ("all_stages", "AllPatients", tally.patients),
        ("metastatic_ever", "MetastaticPatients", tally.metastatic),
    ):
        for site in sites if patients else []:
            yield {
                "cancer": cancer,
                "site": site["id"],
                "stratum": stratum,
                "selection": "selected",
                "source": "msk_met_2021",
                "cases": str(tally.with_site[site["site"]]),
                "patients": str(patients),
                "percent": "",
                "measure": "Patients",
                "denominator": denominator,
                "ascertainment": "EverRecorded",
                "cohort": "MSK-MET",
                "locator": "recovered from printed correlations, not read",
                **about,
                "note": "; ".join(note for note in (site["note"], about["note"]) if note),
            }


def table(folder: Path) -> list[Row]:
    """Every row of the statements table: each type, then each group of two types or more as a sum."""
    types, sites = rows(HERE / "msk_met_types.csv"), rows(HERE / "msk_met_sites.csv")
    names = [site["site"] for site in sites]
    tallies = recover(read_published(folder), names)
    if unmapped := tallies.keys() ^ {row["type"] for row in types}:
        raise RecoveryError(f"types without an entity, or entities without a type: {sorted(unmapped)}")
    found: list[Row] = []
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in types:
        found += observations(
            row["id"], tallies[row["type"]], sites, {"population": "", "sum_of": "", "note": row["note"]}
        )
        if row["group_id"]:
            groups[row["group_id"]].append(row)
    for cancer, members in groups.items():
        whole_group = added([tallies[m["type"]] for m in members], names)
        about = {
            "population": "study group: " + " + ".join(sorted(m["type"] for m in members)),
            "sum_of": "|".join(sorted(m["id"] for m in members)),
            "note": "",
        }
        found += observations(cancer, whole_group, sites, about)
    return sorted(found, key=lambda row: [row[c] for c in ("cancer", "site", "population", "stratum")])


def main(arguments: list[str]) -> None:
    """Write the table that the folder of published files gives."""
    if len(arguments) not in (1, 2):
        sys.exit(__doc__)
    target = Path(arguments[1]) if len(arguments) == 2 else TABLE
    try:
        found = table(Path(arguments[0]))
    except RecoveryError as error:
        sys.exit(f"msk_met.py: {error}")
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    print(f"{len(found):,} rows written to {target}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])

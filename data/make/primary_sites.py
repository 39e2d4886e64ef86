"""Say where cancers arise, from the primary site of sequenced patients: primary_sites.py FOLDER

Two studies record for each patient the organ of the primary, often finer than OncoTree's tissue: MSK-IMPACT and the uveal melanomas of
QIMR. A site counts for a cancer if five patients and a tenth of those with a named site have it; fewer may be slips of the file. Labels
become organs by primary_sites.csv; a label that reaches the threshold and stands in no row stops the run. A cancer of
primary_site_groups.csv has no type of its own in the study: what holds for the types below it is said of it as inferred. FOLDER
holds sampled_sites_long.tsv.gz; locations/primary_sites_odbl.csv is written.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from cohorts import CohortError, Row, expect, first_rows, mapping, read, say

TARGET = Path(__file__).resolve().parent.parent / "statements" / "locations" / "primary_sites_odbl.csv"
COLUMNS = (
    "condition", "predicate", "site", "source", "population", "strength", "wording", "stance", "evidence", "locator", "note",
)  # fmt: skip
STUDIES = {
    "msk_impact_2017": (10_336, ("cancer_type", "cancer_type_detailed")),
    "um_qimr_2016": (28, ("cancer_type_detailed",)),
}
"""Patients, and which columns name a cancer that the study stands for: one of uveal melanomas says nothing of all melanomas."""
UNNAMED = ("", "Cancer of Unknown Primary", "NA", "Not available", "Unknown")
LEAST = 5
SHARE = 0.1


def primaries(rows: list[Row], kinds: tuple[str, ...]) -> Iterator[tuple[str, str, Counter[str]]]:
    """Each cancer of a study, the evidence, and how many of its patients have each primary site: the study's types and groups, and
    the cancers that stand for several of its types."""
    ids = {(row["kind"], row["label"]): row["id"] for row in mapping("cohort_types.csv")}
    groups = {row["id"]: row["codes"].split("|") for row in mapping("primary_site_groups.csv")}
    sites: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["primary_site"] not in UNNAMED:
            named = {ids.get((kind, row[kind]), "") for kind in kinds}
            for cancer in named - {""}:
                sites[cancer, "stated"][row["primary_site"]] += 1
            for cancer, codes in groups.items():
                if row["oncotree_code"] in codes and cancer not in named:
                    sites[cancer, "inferred"][row["primary_site"]] += 1
    for (cancer, evidence), count in sites.items():
        yield cancer, evidence, count


def make(folder: Path) -> list[Row]:
    """The rows of both studies."""
    everything = read(folder / "sampled_sites_long.tsv.gz")
    organs = {row["label"]: row for row in mapping("primary_sites.csv")}
    codes = {row["id"]: row["codes"] for row in mapping("primary_site_groups.csv")}
    rows: list[Row] = []
    for study, (patients, kinds) in STUDIES.items():
        first = first_rows([row for row in everything if row["study_id"] == study], "patient_id")
        expect(f"patients of {study}", len(first), patients)
        for cancer, evidence, count in primaries(first, kinds):
            total = count.total()
            by_organ: defaultdict[str, Counter[str]] = defaultdict(Counter)
            for label, n in count.items():
                if label not in organs and n >= LEAST and n >= SHARE * total:
                    raise CohortError(f"primary site in no row of primary_sites.csv: {label}")
                if label in organs and organs[label]["id"] and cancer not in organs[label]["except"].split("|"):
                    by_organ[organs[label]["id"]][label] += n
            for organ, labels in by_organ.items():
                if (n := labels.total()) >= LEAST and n >= SHARE * total:
                    named = ", ".join(f"{label} {k}" for label, k in labels.most_common())
                    types = f"; types OncoTree {codes[cancer].replace('|', ' ')}" if evidence == "inferred" else ""
                    rows.append(
                        dict.fromkeys(COLUMNS, "")
                        | {
                            "condition": cancer,
                            "predicate": "arisesIn",
                            "site": organ,
                            "source": study,
                            "strength": "listed",
                            "stance": "supports",
                            "evidence": evidence,
                            "locator": "PRIMARY_SITE of the sample table",
                            "note": f"{n} of {total} sequenced patients with a named primary site ({named}){types}",
                        }
                    )
    return sorted(rows, key=lambda row: (row["condition"], row["site"], row["source"]))


def main() -> None:
    """Write the table."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        rows = make(Path(sys.argv[1]))
    except CohortError as error:
        sys.exit(f"primary_sites.py: {error}")
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    say(f"{len(rows):,} rows written to {TARGET.name}")


if __name__ == "__main__":
    main()

"""Draw the MSK-MET observations that the tests look up in the built graph: sample_observations.py FOLDER

The graph is checked against numbers that did not pass through our code. This script imports nothing of kg or
data/make; it reads from FOLDER another recovery of the counts by type and site, and the totals that the notebook
prints (where both come from: data/README.md), and writes beside itself

    msk_met_sample.csv   100 cells of the table of counts, drawn by SEED, each with the file and line it was read from
    msk_met_totals.csv   the totals that the notebook prints: patients, sites, cancer types, detailed types

Both are committed, so that a test needs no FOLDER. Labels are the study's.
"""

import csv
import random
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = 20261124
SIZE = 100
COUNTS = "site_counts_by_cancer_type_detailed.csv"
PRINTED, SUMMARY = "source_value_counts.csv", "source_numeric_summary.csv"
FIRST_SITE, NO_SITE = "Adrenal Gland", "Unspecified"
PATIENTS = {"AllPatients": "n_patients", "MetastaticPatients": "n_metastatic_patients"}
TOTALS = {"Metastatic patient", "Distant Mets = Yes", "Cancer Type", "Cancer Type Detailed"}


def numbered(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file, each with its line; the header is line 1."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [(reader.line_num, row) for row in reader]


def write(name: str, columns: list[str], rows: Sequence[tuple[object, ...]]) -> None:
    """Write a table beside this script."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows")


def main(folder: Path) -> None:
    """Write the sample and the totals."""
    lines = numbered(folder / COUNTS)
    columns = list(lines[0][1])
    sites = [site for site in columns[columns.index(FIRST_SITE) :] if site != NO_SITE]
    cells = [
        (SEED, COUNTS, line, row["cancer_type_detailed"], site, denominator, row[site], row[patients])
        for line, row in lines
        for site in sites
        for denominator, patients in PATIENTS.items()
        if int(row[patients])
    ]
    drawn = random.Random(SEED).sample(cells, SIZE)
    print(f"seed {SEED}: {SIZE} of {len(cells)} cells")
    write(
        "msk_met_sample.csv",
        ["seed", "file", "line", "cancer_label", "site_label", "denominator", "cases", "patients"],
        sorted(drawn, key=lambda cell: (cell[2], cell[4], cell[5])),
    )
    printed = [
        (row["attribute"], row["value"], row["n"], PRINTED, line)
        for line, row in numbered(folder / PRINTED)
        if row["attribute"] in TOTALS
    ]
    for line, row in numbered(folder / SUMMARY):
        printed += [(row["attribute"], what, row[what], SUMMARY, line) for what in ("n", "mean", "sd")]
    write("msk_met_totals.csv", ["attribute", "label", "value", "file", "line"], printed)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

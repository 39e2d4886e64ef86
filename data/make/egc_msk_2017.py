"""Count the metastases of esophagogastric cancer in egc_msk_2017 (Janjigian et al., Cancer Discov 2018): egc_msk_2017.py FOLDER

Three sites have a column of YES and NO; when it was filled in is not stated. The first row of a patient counts. The free text of
other sites is not counted: what it does not name was perhaps not looked for. FOLDER holds data_clinical_sample.txt.gz.
"""

from dataclasses import replace
from pathlib import Path

from cohorts import About, Row, expect, first_rows, mapping, read, run

ABOUT = About(
    source="egc_msk_2017",
    cohort="egc_msk_2017",
    ascertainment="EverRecorded",
    population="sequenced, metastatic",
    locator="data_clinical_sample.txt: MET_LIVER, MET_LUNG, MET_PERITONEUM",
)
SITES = {"MET_LIVER": "UBERON:0002107", "MET_LUNG": "UBERON:0002048", "MET_PERITONEUM": "UBERON:0002358"}
TOGETHER = "MONDO:0850130"  # all three types are adenocarcinomas of esophagus or stomach
TOTALS = {"MET_LIVER": 139, "MET_LUNG": 59, "MET_PERITONEUM": 95}


def make(folder: Path) -> list[Row]:
    """The rows of the three types and of their sum."""
    samples = read(folder / "data_clinical_sample.txt.gz")
    expect("samples", len(samples), 341)
    patients = first_rows(samples)
    expect("patients", len(patients), 305)
    types = mapping("egc_msk_2017_types.csv")
    rows = []
    for column, site in SITES.items():
        marked = [row["ONCOTREE_CODE"] for row in patients if row[column] == "YES"]
        expect(column, len(marked), TOTALS[column])
        for cancer in types:
            of_type = sum(row["ONCOTREE_CODE"] == cancer["label"] for row in patients)
            expect(cancer["label"], of_type, int(cancer["patients"]))
            cases = marked.count(cancer["label"])
            expect(f"{cancer['label']}, {column}", cases, int(cancer[column]))
            rows.append(ABOUT.row(cancer["id"], site, cases, of_type))
        group = replace(ABOUT, population=f"{ABOUT.population}; whole group")
        parts = "|".join(sorted(cancer["id"] for cancer in types))
        rows.append(group.row(TOGETHER, site, len(marked), len(patients), sum_of=parts))
    return rows


if __name__ == "__main__":
    run("egc_msk_2017.csv", make, __doc__)

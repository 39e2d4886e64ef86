"""Count the first metastases of colorectal cancer in crc_msk_2017 (Yaeger et al., Cancer Cell 2018): crc_msk_2017.py FOLDER

The study marks eight sites, and a patient can have several at first. Of 1,099 patients the 979 that are not "Early Stage Primary" had
metastases; the first row of a patient counts. FOLDER holds data_clinical_sample.txt.gz.
"""

from pathlib import Path

from cohorts import About, Row, expect, first_rows, mapping, read, run

ABOUT = About(
    source="crc_msk_2017",
    cohort="crc_msk_2017",
    ascertainment="FirstMetastasis",
    population="sequenced, metastatic",
    locator="data_clinical_sample.txt: METASTASES_SITE_FIRST_*",
)
CANCER = "MONDO:0005008"  # every sample is coded COADREAD, colorectal adenocarcinoma


def make(folder: Path) -> list[Row]:
    """The rows of the study, sites without a patient included."""
    samples = read(folder / "data_clinical_sample.txt.gz")
    expect("samples", len(samples), 1_134)
    expect("samples of colorectal adenocarcinoma", sum(row["ONCOTREE_CODE"] == "COADREAD" for row in samples), 1_134)
    patients = first_rows(samples)
    expect("patients", len(patients), 1_099)
    metastatic = [row for row in patients if row["MCRC_TYPE"] != "Early Stage Primary"]
    expect("metastatic patients", len(metastatic), 979)
    rows = []
    for site in mapping("crc_msk_2017_sites.csv"):
        expect(f"{site['label']}, all patients", sum(row[site["label"]] == "1" for row in patients), int(site["all"]))
        cases = sum(row[site["label"]] == "1" for row in metastatic)
        expect(f"{site['label']}, metastatic patients", cases, int(site["metastatic"]))
        rows.append(ABOUT.row(CANCER, site["id"], cases, len(metastatic), site["note"]))
    return rows


if __name__ == "__main__":
    run("crc_msk_2017.csv", make, __doc__)

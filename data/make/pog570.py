"""Count the sampled metastases of POG570 (Pleasance et al., Nat Cancer 2020): pog570.py FOLDER

One biopsy a patient; local recurrences (122) and samples of unknown type (10) are no spread and left out. FOLDER holds
data_clinical_sample.txt.gz.
"""

from pathlib import Path

from cohorts import About, Row, Sample, correct, expect, patients_by, read, run, sampled_sites

ABOUT = About(
    source="pog570",
    cohort="POG570",
    ascertainment="SampledSite",
    population="sequenced, a metastasis sampled",
    locator="data_clinical_sample.txt: SAMPLE_TYPE Metastatic, BIOPSY_SITE",
)
OF_ALL = {"Liver": 201, "Lymph Node": 102, "Lung": 55, "Brain": 13}
METASTATIC = {"Liver": 198, "Lymph Node": 87, "Lung": 34, "lung": 1, "Brain": 3}


def make(folder: Path) -> list[Row]:
    """The rows of the study."""
    rows = read(folder / "data_clinical_sample.txt.gz")
    expect("patients", len({row["PATIENT_ID"] for row in rows}), 570)
    metastatic = [row for row in rows if row["SAMPLE_TYPE"] == "Metastatic"]
    expect("patients with a metastasis sample", len(metastatic), 438)
    for kept, totals in ((rows, OF_ALL), (metastatic, METASTATIC)):
        found = patients_by((row["PATIENT_ID"], row["BIOPSY_SITE"]) for row in kept)
        for label, patients in totals.items():
            expect(label, found[label], patients)
    samples = [
        Sample(r["PATIENT_ID"], r["CANCER_TYPE"], r["CANCER_TYPE_DETAILED"], r["ONCOTREE_CODE"], r["BIOPSY_SITE"])
        for r in metastatic
    ]
    return sampled_sites(ABOUT, correct("pog570_bcgsc_2020", samples))


if __name__ == "__main__":
    run("pog570.csv", make, __doc__)

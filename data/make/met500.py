"""Count the sampled metastases of MET500 (Robinson et al., Nature 2017): met500.py FOLDER

One biopsy a patient. Tumours of liver or brain sampled in liver or brain are primaries in the site column and left out; other
samples from the primary's own organ stay. FOLDER holds data_clinical_sample.txt.gz.
"""

from pathlib import Path

from cohorts import About, Row, Sample, correct, expect, patients_by, read, run, sampled_sites, say

ABOUT = About(
    source="met500",
    cohort="MET500",
    ascertainment="SampledSite",
    population="sequenced, a metastasis sampled",
    locator="data_clinical_sample.txt: BIOPSY_SITE",
)
AT_SITE = {"Liver": 132, "Lymph Node": 112, "Lung": 42, "Bone": 40, "Brain": 14}
PRIMARY = {"Prostate": 92, "Breast": 92, "Unknown": 37, "Lung": 27}
OWN = ("Liver", "Brain")


def make(folder: Path) -> list[Row]:
    """The rows of the study."""
    rows = read(folder / "data_clinical_sample.txt.gz")
    expect("patients", len({row["PATIENT_ID"] for row in rows}), 500)
    expect("metastasis samples", sum(row["SAMPLE_TYPE"] == "Metastasis" for row in rows), 500)
    for column, totals in (("BIOPSY_SITE", AT_SITE), ("PRIMARY_SITE", PRIMARY)):
        found = patients_by((row["PATIENT_ID"], row[column]) for row in rows)
        for label, patients in totals.items():
            expect(f"{column} {label}", found[label], patients)
    primaries = [row for row in rows if row["PRIMARY_SITE"] == row["BIOPSY_SITE"] in OWN]
    say(f"primaries in the site column: {len(primaries)}")
    samples = [
        Sample(r["PATIENT_ID"], r["CANCER_TYPE"], r["CANCER_TYPE_DETAILED"], r["ONCOTREE_CODE"], r["BIOPSY_SITE"])
        for r in rows
        if r not in primaries
    ]
    return sampled_sites(ABOUT, correct("metastatic_solid_tumors_mich_2017", samples))


if __name__ == "__main__":
    run("met500.csv", make, __doc__)

"""Count the sampled metastases of MSK-IMPACT (Zehir et al., Nat Med 2017): msk_impact_2017.py FOLDER

Only samples of type Metastasis count; a patient with several of them is one patient of the denominator and one at each site.
The site is where tissue was taken, not all the places a cancer had reached. FOLDER holds data_clinical_sample.txt.gz.
"""

from pathlib import Path

from cohorts import About, Row, Sample, correct, expect, patients_by, read, run, sampled_sites

ABOUT = About(
    source="msk_impact_2017",
    cohort="MSK-IMPACT 2017",
    ascertainment="SampledSite",
    population="sequenced, a metastasis sampled",
    locator="data_clinical_sample.txt: SAMPLE_TYPE Metastasis, METASTATIC_SITE",
)
PATIENTS = {"Prostate Cancer": 289, "Colorectal Cancer": 480, "Non-Small Cell Lung Cancer": 648, "Breast Cancer": 785}
AT_SITE = {
    ("Prostate Cancer", "Lymph Node"): 120,
    ("Prostate Cancer", "Bone"): 60,
    ("Colorectal Cancer", "Liver"): 288,
    ("Colorectal Cancer", "Lung"): 58,
    ("Non-Small Cell Lung Cancer", "Lymph Node"): 228,
    ("Non-Small Cell Lung Cancer", "Brain"): 62,
    ("Breast Cancer", "Liver"): 210,
    ("Breast Cancer", "Bone"): 117,
}


def make(folder: Path) -> list[Row]:
    """The rows of the study."""
    rows = read(folder / "data_clinical_sample.txt.gz")
    expect("samples", len(rows), 10_945)
    expect("patients", len({row["PATIENT_ID"] for row in rows}), 10_336)
    samples = [
        Sample(r["PATIENT_ID"], r["CANCER_TYPE"], r["CANCER_TYPE_DETAILED"], r["ONCOTREE_CODE"], r["METASTATIC_SITE"])
        for r in rows
        if r["SAMPLE_TYPE"] == "Metastasis"
    ]
    expect("metastasis samples", len(samples), 4_732)
    expect("patients with one", len({sample.patient for sample in samples}), 4_538)
    groups = patients_by((s.patient, s.group) for s in samples)
    for group, patients in PATIENTS.items():
        expect(group, groups[group], patients)
    places = patients_by((s.patient, (s.group, s.site)) for s in samples)
    for place, patients in AT_SITE.items():
        expect(" to ".join(place), places[place], patients)
    return sampled_sites(ABOUT, correct("msk_impact_2017", samples))


if __name__ == "__main__":
    run("msk_impact_2017.csv", make, __doc__)

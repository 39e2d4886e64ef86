"""Count the sampled metastases of the smaller cBioPortal studies, each for itself: cbioportal_sampled_sites.py FOLDER

Which of the 33 studies are used, and why others are not, says cbioportal_studies.csv. Many share patients with one another, with
MSK-IMPACT and with MSK-MET: no number of one is ever added to that of another. FOLDER holds sampled_sites_long.tsv.gz.
"""

from collections import defaultdict
from pathlib import Path

from cohorts import About, CohortError, Row, Sample, correct, expect, mapping, read, run, sampled_sites, say


def make(folder: Path) -> list[Row]:
    """The rows of every study in use."""
    everything = read(folder / "sampled_sites_long.tsv.gz")
    expect("samples", len(everything), 26_464)
    expect("samples with a site", sum(row["sampled_site"] != "" for row in everything), 13_495)
    by_study: defaultdict[str, list[Row]] = defaultdict(list)
    for row in everything:
        by_study[row["study_id"]].append(row)
    studies = {row["study"]: row for row in mapping("cbioportal_studies.csv")}
    if unknown := studies.keys() ^ by_study.keys():
        raise CohortError(f"studies in one place only: {sorted(unknown)}")
    expect("studies", len(studies), 33)
    rows: list[Row] = []
    for study, how in sorted(studies.items()):
        if how["use"] == "no":
            say(f"{study}: left out, {how['reason']}")
            continue
        about = About(
            source=study,
            cohort=study,
            ascertainment="SampledSite",
            population=how["population"],
            stratum=how["stratum"],
            locator=f"{by_study[study][0]['sampled_site_column']} of metastasis samples",
        )
        metastases = [row for row in by_study[study] if row["sample_type"] == "Metastasis"]
        if other := sum(how["only"] not in ("", row["cancer_type"]) for row in metastases):
            say(f"{study}: {other} samples left out, {how['reason']}")
        samples = [
            Sample(
                patient=row["patient_id"],
                group=row["cancer_type"],
                type=row["cancer_type_detailed"] or row["oncotree_code"],
                code=row["oncotree_code"],
                site=row["sampled_site"],
            )
            for row in metastases
            if how["only"] in ("", row["cancer_type"])
        ]
        rows += sampled_sites(about, correct(study, samples))
    return rows


if __name__ == "__main__":
    run("cbioportal_sampled_sites.csv", make, __doc__)

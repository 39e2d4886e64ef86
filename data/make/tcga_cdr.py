"""Count the sites of a first distant event in TCGA (Liu et al., Cell 2018): tcga_cdr.py FOLDER

The clinical data resource names one new tumour event a patient: a distant metastasis, a recurrence or a new primary. Counted are
patients with a distant event whose site is named; an empty site is no negative. A cell may hold several events and sites, joined by
bars: where the bars of both agree, only the sites of distant events count; where one site stands for a distant and another event,
the patient is left out. FOLDER holds tcga_cdr.csv.gz.
"""

from collections import Counter, defaultdict
from pathlib import Path

from cohorts import About, CohortError, Row, expect, mapping, read, run, say

ABOUT = About(
    source="tcga_cdr",
    cohort="TCGA",
    ascertainment="FirstMetastasis",
    population="sequenced primary, first event distant with a named site",
    locator="TCGA-CDR sheet: new_tumor_event_type, new_tumor_event_site, new_tumor_event_site_other",
)
TYPE, SITE, OTHER = "new_tumor_event_type", "new_tumor_event_site", "new_tumor_event_site_other"
DISTANT = ("Distant Metastasis", "Metastatic")
BLANK = ("", "[Not Available]", "[Not Applicable]")
UNSAID = ("Other, specify", "Other, Specify", "Distant Metastasis")  # says that the second column holds the site
WITH_SITE = {"BRCA": 64, "SARC": 66, "SKCM": 121}  # before those are left out whose event is not clear
AT_SITE = {
    ("BRCA", "Bone"): 33,
    ("BRCA", "Lung"): 13,
    ("SARC", "Lung"): 52,
    ("SKCM", "Lung"): 46,
    ("SKCM", "Brain"): 31,
}


def labels(row: Row) -> list[str] | None:
    """The site labels of a patient's distant events, of both columns; None where they may belong to another event."""
    events, sites, others = (row[column].split("|") for column in (TYPE, SITE, OTHER))
    if len(others) == 1:
        others *= len(sites)
    if len(events) == 1:
        distant = [True] * len(sites)
    elif len(events) == len(sites):
        distant = [event in DISTANT for event in events]
    elif all(event in DISTANT for event in events):
        distant = [True] * len(sites)
    else:
        return None
    found = []
    for site, other, counts in zip(sites, others, distant, strict=True):
        if counts and site not in (*BLANK, *UNSAID):
            found.append(site)
        if counts and other not in BLANK:
            found.append(other)
        elif counts and site in UNSAID:
            found.append(site)
    return found


def make(folder: Path) -> list[Row]:
    """The rows of every type of cancer with a named site."""
    everyone = read(folder / "tcga_cdr.csv.gz", ",")
    expect("patients", len(everyone), 11_160)
    expect("redacted patients", sum(row["Redaction"] == "Redacted" for row in everyone), 57)
    expect("patients with an event site", sum(row[SITE] not in BLANK for row in everyone), 1_324)
    distant = [row for row in everyone if any(word in row[TYPE] for word in ("Distant", "Metastatic"))]
    expect("patients with a distant event", len(distant), 820)
    expect("redacted ones among them", sum(row["Redaction"] != "" for row in distant), 0)
    expect("those with a site", sum(row[SITE] != "" for row in distant), 672)
    for cancer, known in WITH_SITE.items():
        expect(cancer, sum(row["type"] == cancer and row[SITE] != "" for row in distant), known)
    for (cancer, site), known in AT_SITE.items():
        found = sum(row["type"] == cancer and site in row[SITE].split("|") for row in distant)
        expect(f"{cancer} to {site}", found, known)

    sites = {row["label"]: row for row in mapping("tcga_cdr_sites.csv")}
    cancers = {row["label"]: row for row in mapping("tcga_cdr_types.csv")}
    patients_of: defaultdict[str, list[set[str]]] = defaultdict(list)
    left: Counter[str] = Counter()
    for row in distant:
        places = labels(row)
        if unknown := set(places or ()) - sites.keys():
            raise CohortError(f"sites in no mapping table: {sorted(unknown)}")
        named = [label for label in places or () if sites[label]["left_out"] != "not stated"]
        if row[SITE] == row[OTHER] == "":
            left["no site"] += 1
        elif places is None:
            left["one site of a distant and another event"] += 1
        elif not named:
            left["site not stated"] += 1
        else:
            without = [label for label in named if sites[label]["left_out"]]
            left.update(f"(kept) site without an entity: {label}" for label in without)
            patients_of[row["type"]].append({site for label in named for site in sites[label]["id"].split("|") if site})
    for reason, n in sorted(left.items()):
        say(f"  {reason}: {n}")

    rows = []
    for cancer, patients in patients_of.items():
        counts = Counter(site for with_sites in patients for site in with_sites)
        for site, cases in counts.items():
            rows.append(ABOUT.row(cancers[cancer]["id"], site, cases, len(patients), cancers[cancer]["note"]))
    return rows


if __name__ == "__main__":
    run("tcga_cdr.csv", make, __doc__)

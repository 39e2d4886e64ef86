"""Count the involved neck levels of lyDATA, head and neck squamous cell carcinoma: lydata.py FOLDER

Of five data sets: for every location of the tumour and every level of the neck on its own side, patients whose level pathology saw,
and those where it was involved. A level that was not seen is no negative, and which levels were cut out is a choice of the surgeon:
patients are operated ones. These are regional nodes, not distant spread. Level I and the halves of II and V are not counted, since
Ia and Ib, II and V are; nor is a level that was seen in fewer than five patients of a location. FOLDER holds the five *.csv.gz.
"""

import csv
import gzip
from collections import Counter
from dataclasses import replace
from pathlib import Path

from cohorts import FEW, About, CohortError, Row, expect, mapping, run, say

ABOUT = About(
    source="",
    cohort="",
    ascertainment="AtDiagnosis",
    population="neck dissected; pathology, side of the tumor, level seen",
    locator="data.csv: pathology, ipsi",
    stratum="subgroup",
    denominator="AllPatients",
)
PATIENTS = {
    "2021-clb-oropharynx": 263,
    "2021-usz-oropharynx": 287,
    "2023-clb-multisite": 373,
    "2023-isb-multisite": 332,
    "2025-hvh-oropharynx": 164,
}
ARTICLE = {  # the source that describes a data set; each set is a cohort of its own
    "2021-clb-oropharynx": "lydata_2023",
    "2021-usz-oropharynx": "lydata_2022",
    "2023-clb-multisite": "lydata_2023",
    "2023-isb-multisite": "lydata_2023",
    "2025-hvh-oropharynx": "lydata_2025",
}
CHECKS = {("2021-clb-oropharynx", "II"): (178, 260), ("2021-clb-oropharynx", "III"): (75, 260)}

Column = tuple[str, str, str]


def patients(path: Path) -> list[dict[Column, str]]:
    """The patients of a data set; a column is named by three header lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        first, second, third, *rows = csv.reader(file)
    header = list(zip(first, second, third, strict=True))
    return [dict(zip(header, row, strict=True)) for row in rows]


def make(folder: Path) -> list[Row]:
    """The rows of the five data sets."""
    types = {row["label"]: row["id"] for row in mapping("lydata_types.csv")}
    levels = {row["label"]: row["id"] for row in mapping("lydata_sites.csv")}
    rows = []
    for data_set, n in PATIENTS.items():
        everyone = patients(folder / f"{data_set}.csv.gz")
        expect(data_set, len(everyone), n)
        seen: Counter[tuple[str, str]] = Counter()
        involved: Counter[tuple[str, str]] = Counter()
        left: Counter[str] = Counter()
        for patient in everyone:
            location = patient["tumor", "1", "location"] or patient["tumor", "1", "subsite"][:3]
            if location not in types:
                raise CohortError(f"{data_set}: location in no mapping table: {location}")
            for level in levels:
                finding = patient.get(("pathology", "ipsi", level), "").lower()
                if finding and not types[location]:
                    left[f"{location}, level {level}"] += 1
                elif finding:
                    seen[types[location], level] += 1
                    involved[types[location], level] += finding == "true"
        about = replace(ABOUT, source=ARTICLE[data_set], cohort=f"lyDATA {data_set}")
        for (cancer, level), number in seen.items():
            if number < FEW:
                left[f"{cancer}, level {level} seen in few"] += number
                continue
            if (data_set, level) in CHECKS:
                cases, of = CHECKS[data_set, level]
                expect(f"{data_set}, level {level}", involved[cancer, level], cases)
                expect(f"{data_set}, level {level} seen", number, of)
            rows.append(about.row(cancer, levels[level], involved[cancer, level], number, "regional, not distant"))
        say(f"{data_set}: left out " + (", ".join(f"{what}: {n}" for what, n in sorted(left.items())) or "nothing"))
    return rows


if __name__ == "__main__":
    run("lydata_cc_by_sa.csv", make, __doc__)

"""Draw 100 rows of the collected frequencies, for comparison with the built graph by names.

    python tests/oracle/literature_sample.py FOLDER

FOLDER holds `literature/spread_frequencies.tsv` and `ontologies/entities_proposal.tsv`. Lines are drawn among all
rows by a fixed seed, before any is looked at; a drawn line whose row was left out of the tables is skipped. Written
to `literature_sample.csv` beside this script. Names are looked up here a second time, from the list of entities alone
and a few spellings below: nothing of `data/` is read.
"""

import csv
import random
import re
import sys
from pathlib import Path

SEED = 20261124
WANTED = 100
FILE = "spread_frequencies.tsv"
HEADER = (
    "seed", "file", "line", "source", "cancer", "site", "cases", "patients", "percent", "measure", "denominator",
    "ascertainment",
)  # fmt: skip
KEYS = {"mao2020adrenal": "adr_mao"}
"""An article that stood under another key already."""

LINES_LEFT_OUT = """
8 42 51 67 74 79 80 112 113 114 121 123 133 135 142 154 163 183 184 185 186 193 194 195 196 197 198 206 264
275 276 279 280 286 290 291 293 294 307 308 315 347 350 361 362 363 364 365 366 367 368 369 370 371 396 413
417 421 426 427 442 443 452 456 457 466 469 500 501 507 517 522 527 543 544 545 564 571 573 574 603 617 646
647 650 712 756 757 758 768 779 782 784 791 795 796 797 798 829 856 857 858 859 873 888 900 907 908 915 935
939 975 976 991 994 1023 1044 1055 1056 1057 1058 1059 1120 1157 1176 1177 1178 1184 1195 1204 1205 1215 1293
1303
"""
LEFT_OUT = frozenset(map(int, LINES_LEFT_OUT.split()))
"""Lines of the file (the header is line 1) without a row in data/statements; data/README.md says why."""

NAMES = {
    ("cancer", "breast cancer, HR-positive HER2-negative"): "hormone receptor-positive breast cancer",
    ("cancer", "bronchial carcinoma"): "lung cancer",
    ("cancer", "non-gastrointestinal adenocarcinoma"): "adenocarcinoma",
    ("cancer", "pancreatic carcinoma"): "pancreatic cancer",
    ("cancer", "bronchioloalveolar carcinoma"): "lung adenocarcinoma",
    ("cancer", "papillary and follicular thyroid carcinoma"): "differentiated thyroid carcinoma",
    ("organ", "intra-abdominal"): "abdominal cavity",
    ("organ", "heart (with or without pericardium)"): "heart",
    ("organ", "skin and subcutaneous tissue"): "skin and subcutaneous tissue",
    ("organ", "non-regional cutaneous/subcutaneous"): "skin and subcutaneous tissue",
    ("organ", "distant recurrence"): "any distant site",
    ("organ", "distant recurrence (any)"): "any distant site",
    ("organ", "metastasis (any, histologically confirmed)"): "any distant site",
}
"""What the list of entities does not settle."""

PLACELESS = frozenset({"Other"})
UNCLEAR = frozenset({"Unclear"})
NO_DENOMINATOR = frozenset({53, 428, 506, 1182, 372, 373} | set(range(85, 97)))
"""Lines whose denominator is not said in the tables: not patients with the site's primary, or readers differed."""

NO_PATIENTS = frozenset(range(85, 97))
PUBLISHED_CASES = frozenset({474, 722, 723, 724})
LESIONS = frozenset({853})


def rows_of(path: Path) -> list[dict[str, str]]:
    """Rows of a tab-separated file without quoting."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))


def names_of(entities: list[dict[str, str]]) -> dict[tuple[str, str], str]:
    """(kind, spelling) -> label; a label or synonym before a name that is only attached."""
    names: dict[tuple[str, str], str] = {}
    for columns in (("label", "synonyms"), ("attached",)):
        for entity in entities:
            for column in columns:
                for name in filter(None, entity[column].split("|")):
                    names.setdefault((entity["kind"], name.strip().lower()), entity["label"])
    return names


def label(kind: str, words: str, norm: str, names: dict[tuple[str, str], str]) -> str:
    """The label an entity goes by, of the source's words or of their normal form."""
    if (kind, words) in NAMES:
        return NAMES[kind, words]
    if kind == "organ" and norm == "any distant site":
        return norm
    bare = re.sub(r"( only)?( \(.*\))?$", "", words)
    for name in (words, norm, bare):
        if found := names.get((kind, name.lower())):
            return found
    return words


def sample(folder: Path) -> list[dict[str, str]]:
    """The drawn rows, in the order of the file."""
    rows = rows_of(folder / "literature" / FILE)
    names = names_of(rows_of(folder / "ontologies" / "entities_proposal.tsv"))
    lines = list(range(2, len(rows) + 2))
    random.Random(SEED).shuffle(lines)
    kept = sorted([line for line in lines if line not in LEFT_OUT][:WANTED])
    drawn = []
    for line in kept:
        row = rows[line - 2]
        denominator = "" if line in NO_DENOMINATOR or row["denominator"] in PLACELESS else row["denominator"]
        drawn.append(
            {
                "seed": str(SEED),
                "file": FILE,
                "line": str(line),
                "source": KEYS.get(row["source_key"], re.sub("[^a-z0-9_]", "_", row["source_key"].lower())),
                "cancer": label("cancer", row["cancer"], row["cancer_norm"], names),
                "site": label("organ", row["site"], row["site_norm"], names),
                "cases": row["cases"],
                "patients": "" if line in NO_PATIENTS else row["patients"],
                "percent": row["percent"],
                "measure": "Lesions" if line in LESIONS else row["measure"],
                "denominator": "PatientsWithSite" if line in PUBLISHED_CASES else denominator,
                "ascertainment": "" if row["ascertainment"] in UNCLEAR else row["ascertainment"],
            }
        )
    return drawn


def main(arguments: list[str]) -> None:
    """Write the sample beside the script; print the seed and how many rows."""
    drawn = sample(Path(arguments[0]))
    target = Path(__file__).with_name("literature_sample.csv")
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(drawn)
    print(f"seed {SEED}: {len(drawn)} rows in {target.name}")


if __name__ == "__main__":
    main(sys.argv[1:])

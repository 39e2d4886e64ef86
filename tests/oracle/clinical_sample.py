"""Draw a sample of rows straight from the clinical fact tables, to hold against the built graph.

    python tests/oracle/clinical_sample.py FOLDER [OUT.csv]

FOLDER holds the folders clinical/ and ontologies/ of the source material. Standard library only and nothing of kg: the
tables are read here a second time, by another way than the curated tables were made. A row is drawn if its source was
compared with the page a second time, it is not of the seed page, and both names lead to one entity each by label,
synonym or attached name of the proposed entity list. Names that join several things are not drawn: how they were
split is a matter of curation. Each line of the output stands for one statement that the graph must hold:

    file, line (as an editor counts, header = 1), subject, object (the names to look up, by label or synonym), source, population

A site of metastasis is named as the metastasis there, a row about a complication as the complication. A treatment is
the subject, what it is for the object. population is what the row itself says: the graph may say more, never less.
"""

import csv
import pathlib
import random
import sys

SEED = 20261124
SIZE = 60
SITE = {  # the condition that rows about a site speak of
    "bone": "bone metastasis",
    "vertebrae": "spine metastasis",
    "liver": "liver metastasis",
    "lung": "lung metastasis",
    "brain": "brain metastasis",
    "leptomeninges": "leptomeningeal metastasis",
    "peritoneum": "peritoneal metastasis",
    "lymph nodes": "lymph node metastasis",
    "skin": "skin metastasis",
    "bone marrow": "bone marrow metastasis",
    "choroid (eye)": "choroid metastasis",
    "ovary": "ovary metastasis",
    "umbilicus": "umbilicus metastasis",
    "adrenal gland": "adrenal metastasis",
    "digestive tract": "digestive tract metastasis",
    "spinal cord": "spinal cord compression",
    "pericardium": "pericardial effusion",
    "mediastinum / superior vena cava": "superior vena cava syndrome",
    "hypercalcemia (complication)": "hypercalcemia",
    "ascites (complication)": "ascites",
}
TARGET = {site: name for site, name in SITE.items() if name.endswith("metastasis")}
TARGET["central nervous system"] = "central nervous system metastasis"
# not statements of their own: remarks, or names whose attached entity is another thing
NOT_DRAWN = {
    "no symptoms",
    "unexplained cytopenia",
    "infection",
    "infections",
    "anal itching or discharge",
    "treating the underlying cancer",
    "zoledronate or denosumab",
    "watchful waiting or active surveillance",
    "hoarseness or voice change",
    "loss of balance or trouble walking",
    "change in personality or behavior",
    "pain or fullness below the ribs",
    "pain or fullness below the left ribs",
    "abdominal or back discomfort",
    "motor weakness progressing to paralysis",
    "lymphedema",
    "swelling",
}
NOT_DRAWN_PAIR = {("bowel", "bowel obstruction"), ("pleura", "pleural effusion")}


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def names(folder):
    """name, lower case -> {kind: set of labels}"""
    found = {}
    for row in rows(folder / "ontologies" / "entities_proposal.tsv"):
        own = [row["label"], *row["synonyms"].split("|")]
        for name in own + row["attached"].split("|"):
            if name.strip():
                found.setdefault(name.strip().lower(), {}).setdefault(row["kind"], set()).add(row["label"])
    return found


def one(found, name, kinds):
    labels = set().union(*(found.get(name.lower(), {}).get(kind, set()) for kind in kinds))
    return labels.pop() if len(labels) == 1 else None


def eligible(folder):
    checked = {row["key"] for row in rows(folder / "clinical" / "sources.tsv") if row["checked"] == "yes"}
    found = names(folder)
    complaint = ("symptom", "complication")
    for name, subject, value in (
        ("symptoms_by_cancer.tsv", "cancer", "symptom"),
        ("symptoms_by_site.tsv", "site", "symptom_or_complication"),
        ("treatments.tsv", "treatment", "applies_to"),
    ):
        for line, row in enumerate(rows(folder / "clinical" / name), 2):
            if row["source_key"] not in checked or row["source_key"] == "ctca_seed":
                continue
            if {row[subject], row[value]} & NOT_DRAWN or (row[subject], row[value]) in NOT_DRAWN_PAIR:
                continue
            population = row.get("population", "not stated")
            population = "" if population == "not stated" else population
            if name == "treatments.tsv":
                if row["role"] == "preventive" or row["kind"] == "investigational":
                    continue
                left = one(found, row[subject], ("treatment",))
                kind = row["applies_to_type"]
                if kind == "metastatic_site":
                    if "pain" in row["context"]:  # said of the pain, not of the tumour
                        continue
                    right = TARGET.get(row[value])
                elif kind == "cancer":
                    right = one(found, row[value], ("cancer",))
                else:
                    right = one(found, row[value], complaint)
                if "childhood summary" in row["context"] or row[value].endswith("(child)"):
                    population = "child"
            else:
                if "syndrome" in row[subject] or row.get("strength", "") == "with adrenal insufficiency":
                    continue
                left = one(found, row[subject], ("cancer",)) if subject == "cancer" else SITE.get(row[subject])
                right = one(found, row[value], complaint)
                if row[value].endswith("(infants)"):
                    population = "infants"
            if left and right:
                yield {
                    "file": name,
                    "line": line,
                    "subject": left,
                    "object": right,
                    "source": row["source_key"],
                    "population": population,
                }


def main(argv):
    folder = pathlib.Path(argv[0])
    out = pathlib.Path(argv[1]) if len(argv) > 1 else pathlib.Path(__file__).with_suffix(".csv")
    pool = list(eligible(folder))
    drawn = sorted(random.Random(SEED).sample(pool, SIZE), key=lambda row: (row["file"], row["line"]))
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(pool[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(drawn)
    print(f"seed {SEED}: {SIZE} of {len(pool)} rows drawn")


if __name__ == "__main__":
    main(sys.argv[1:])

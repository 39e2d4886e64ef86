"""Count the rows of every source in every statements table: counts.py [--check]

Writes data/counts.csv (source, table, rows). With --check nothing is written: the exit code is 1 where the file differs, and the
difference is shown, so that no row is lost unseen.
"""

import csv
import difflib
import io
import sys
from collections import Counter
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent
TARGET = DATA / "counts.csv"


def tables() -> dict[str, list[Path]]:
    """The files of each statements table: NAME.csv, every file of a folder NAME/, or both."""
    found: dict[str, list[Path]] = {}
    for path in sorted((DATA / "statements").glob("**/*.csv")):
        found.setdefault(path.relative_to(DATA / "statements").parts[0].removesuffix(".csv"), []).append(path)
    return found


def rows_by_source() -> Counter[tuple[str, str]]:
    """How many rows a source has in a table."""
    counts: Counter[tuple[str, str]] = Counter()
    for table, paths in tables().items():
        for path in paths:
            with path.open(encoding="utf-8", newline="") as file:
                counts.update((row["source"], table) for row in csv.DictReader(file))
    return counts


def text() -> str:
    """The file as it should be."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("source", "table", "rows"))
    writer.writerows((source, table, n) for (source, table), n in sorted(rows_by_source().items()))
    return out.getvalue()


def main() -> None:
    """Write the file, or check it."""
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    if sys.argv[1:] == []:
        TARGET.write_text(text(), encoding="utf-8", newline="\n")
        return
    there = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
    changed = list(
        difflib.unified_diff(there.splitlines(), text().splitlines(), "counts.csv", "the tables", lineterm="")
    )
    if changed:
        print("\n".join(changed))
        sys.exit(1)


if __name__ == "__main__":
    main()

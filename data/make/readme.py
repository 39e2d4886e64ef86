"""Write the lists of data/README.md that follow from the tables: readme.py [--check]

Between the markers of "files" stands every statements file with its rows and sources, between those of "sources" every source with
title, tier, terms and statements. With --check nothing is written: the exit code is 1 where a list is out of date.
"""

import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent
TARGET = DATA / "README.md"


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    cells = [head, tuple("---" for _ in head), *lines]
    return "\n".join("| " + " | ".join(escaped(cell) for cell in line) + " |" for line in cells)


def escaped(cell: str) -> str:
    """Text that cannot end a cell or open a tag."""
    return cell.replace("|", "\\|").replace("<", "&lt;")


def lists() -> dict[str, str]:
    """What belongs between the markers of each list."""
    counts: Counter[str] = Counter()
    by_file: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted((DATA / "statements").glob("**/*.csv")):
        by_file[str(path.relative_to(DATA / "statements").as_posix())].update(row["source"] for row in rows(path))
    for cited in by_file.values():
        counts += cited
    files = [(name, f"{cited.total():,}", str(len(cited))) for name, cited in by_file.items()]
    files.append(("all", f"{counts.total():,}", str(len(counts))))
    sources = [
        (row["key"], row["title"], row["tier"], row["licence"], str(counts[row["key"]]))
        for row in sorted(rows(DATA / "sources.csv"), key=lambda row: row["key"])
    ]
    return {
        "files": table(("file", "rows", "sources"), files),
        "sources": table(("key", "title", "tier", "terms", "statements"), sources),
    }


def filled(text: str) -> str:
    """The text with its lists as they should be."""
    for name, body in lists().items():
        pattern = re.compile(f"(<!-- {name}: begin .*?-->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        found = list(pattern.finditer(text))
        if len(found) != 1:
            sys.exit(f"readme.py: the markers of {name} stand {len(found)} times in {TARGET.name}, not once")
        text = text[: found[0].end(1)] + f"{body}\n" + text[found[0].start(2) :]
    return text


def main() -> None:
    """Write the lists, or check them."""
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    there = TARGET.read_text(encoding="utf-8")
    wanted = filled(there)
    if sys.argv[1:] == []:
        TARGET.write_text(wanted, encoding="utf-8", newline="\n")
    elif wanted != there:
        sys.exit("readme.py: a list in data/README.md is out of date; python data/make/readme.py writes it")


if __name__ == "__main__":
    main()

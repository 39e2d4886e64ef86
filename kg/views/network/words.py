"""What a network says in words: title, alternative text, legend, figures beside names, table."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from kg import chart
from kg.output import percent
from kg.views.network.known import KINDS, RELATIONS
from kg.views.network.lines import Line

if TYPE_CHECKING:
    import pandas as pd


def figure(line: Line, centre: int) -> str:
    """What stands beside the name of a centre's neighbour."""
    relation = list(RELATIONS)[line.relation]
    if line.share < 0:
        return {"arisesIn": "origin", "kindOf": "kind or part" if line.end == centre else "broader"}.get(relation, "")
    return chart.share(line.statement[1], line.statement[2], line.share) + ("" if line.is_usual else " !")


def legend() -> list[tuple[str, str]]:
    """All marks with what they mean."""
    return [(name, "site" if name == "Organ" else name.lower()) for name in KINDS] + [
        ("counted", "ever recorded: 10, 50, 90 % of patients"),
        ("otherwise", "! counted otherwise, or of fewer than 20"),
        ("said", "said, not counted"),
    ]


def used(data: dict[str, Any], lines: list[Line]) -> set[str]:
    """Marks of the legend that the drawing has."""
    kinds = {list(KINDS)[data["nodes"][end][2]] for line in lines for end in (line.start, line.end)}
    return kinds | {"counted" if line.is_usual else "otherwise" if line.share >= 0 else "said" for line in lines}


def title(data: dict[str, Any], lines: list[Line]) -> str:
    """The finding: the largest share that the drawing shows."""
    names = [chart.short(node[1]).removesuffix("*") for node in data["nodes"]]
    usual = sorted((line for line in lines if line.is_usual), key=lambda line: -line.share)
    if not data["centres"]:
        top, cancers = usual[0], len({line.start for line in usual})
        return f"Where {cancers} cancers spread: {names[top.start]} to {names[top.end]} most often, {figure(top, top.start)}"
    first = data["centres"][0]
    name = chart.capital(names[first])
    for top in usual:
        if top.start == first:
            return f"{name} spreads most often to {names[top.end]}: {figure(top, first)}"
        if top.end == first:
            return f"{name}: the largest share of patients is in {names[top.start]}, {figure(top, first)}"
    joined = sum(first in (line.start, line.end) for line in lines)
    return f"{name} and what is said of it: {joined} links"


def alt(data: dict[str, Any], lines: list[Line]) -> str:
    """What is drawn, counted, for who does not see it."""
    shown = Counter(data["nodes"][one][2] for one in {end for line in lines for end in (line.start, line.end)})
    kinds = [f"{count} {list(KINDS.values())[i].heading.lower()}" for i, count in sorted(shown.items())]
    centres = chart.listed([data["nodes"][one][1] for one in data["centres"]])
    around = f"around {centres}" if centres else "cancers on the left, sites on the right"
    return f"Network of {chart.listed(kinds)}, {around}, joined by {len(lines)} lines; the table holds the same."


def table(data: dict[str, Any], lines: list[Line]) -> pd.DataFrame:
    """A row a line that is drawn."""
    import pandas as pd

    drawn = {node["index"] for node in data["still"]["nodes"]}
    order = sorted((line for line in lines if {line.start, line.end} <= drawn), key=lambda line: (-line.rank, line.start, line.end, line.relation))  # fmt: skip
    columns = ["from", "relation", "to", "how often", "how and among whom", "population", "source"]
    return pd.DataFrame([_row(data, line) for line in order], columns=columns)


def _row(data: dict[str, Any], line: Line) -> list[str]:
    names, words, statement = data["nodes"], data["words"], line.statement
    ends = [names[line.start][1], data["relations"][line.relation][0], names[line.end][1]]
    if not statement:
        return [*ends, "", "", "", "entity tables"]
    more = f" and {line.sources - 1} more" if line.sources > 1 else ""
    source = data["sources"][statement[0]][0] + more
    if line.share < 0:
        return [*ends, words[statement[1]] or "said, not counted", "", words[statement[2]], source]
    _, cases, patients, lower, upper, way, population, *_ = statement
    often = (
        percent(cases, patients, line.share, lower / 1000, upper / 1000)
        if patients >= chart.SURE
        else chart.count(cases, patients)
    )
    return [*ends, often, data["ways"][way][0], words[population], source]

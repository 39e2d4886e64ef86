"""The network: one entity and all it is joined to, or all cancers and their sites, opened hop by hop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg import chart
from kg.analyses.cohorts import without_summed
from kg.errors import NothingToDraw
from kg.output import percent
from kg.page import Picture
from kg.resources import ASSETS

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

LARGE: Final = 500
"""Nodes above which nothing could be read: the picture starts local and says so."""
MOST: Final = 26
"""Names on one side of the drawing; the heading of a group says how many it leaves out."""
THRESHOLD: Final = {"overview": 40, "local": 5}
"""Per cent of patients below which a counted line is not shown at first: all cancers at once start with the strongest."""
LEAST_SITES: Final = 10
"""Sites at which a cancer must be counted to stand in the overview."""

_ROW: Final = 21
_APART: Final = 32
_TOP: Final = 16
_LETTERS: Final = 15
_CURVE: Final = 0.55
_USUAL: Final = ("EverRecorded", "MetastaticPatients")


class Kind(NamedTuple):
    """How a kind of entity looks: its heading, side, colour, shape for vis-network, and the same shape as a path."""

    heading: str
    side: str
    colour: str
    shape: str
    path: str


KINDS: Final = {
    "Cancer": Kind("Cancers", "left", "#b3410c", "dot", "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0 -16 0Z"),
    "Symptom": Kind("Symptoms", "left", "#00664f", "diamond", "M0 -10L10 0L0 10L-10 0Z"),
    "Treatment": Kind("Treatments", "left", "#5b3f99", "hexagon", "M9 0L4.5 7.8L-4.5 7.8L-9 0L-4.5 -7.8L4.5 -7.8Z"),
    "Organ": Kind("Sites", "right", "#0b5a8f", "square", "M-7 -7H7V7H-7Z"),
    "Metastasis": Kind("Metastases", "right", "#a3195b", "star", "M0 -10L2.9 -3.5L9.5 -3.1L4.4 1.3L5.9 8.1L0 4.4L-5.9 8.1L-4.4 1.3L-9.5 -3.1L-2.9 -3.5Z"),
    "Complication": Kind("Complications", "right", "#6b5200", "triangle", "M0 -9L9 7H-9Z"),
}  # fmt: skip
_KINDS: Final = list(KINDS.values())
RELATIONS: Final = {
    "spreadsTo": ("spreads to", "is reached by"),
    "arisesIn": ("arises in", "is where it starts:"),
    "locatedIn": ("is located in", "holds"),
    "hasSymptom": ("has the symptom", "is a symptom of"),
    "hasComplication": ("has the complication", "is a complication of"),
    "treats": ("is listed for", "is treated with"),
    "relieves": ("relieves", "is relieved by"),
    "drainsTo": ("drains to", "receives from"),
    "kindOf": ("is a kind or part of", "has the kind or part"),
}
"""A relation in words, seen from its subject and from its object."""


def draw(graph: Graph, cancer: str | None = None, site: str | None = None, name: str | None = None) -> Picture:
    """The network: conditions, organs, symptoms and treatments around a cancer, a site or any name, hop by hop.

    Without a name: all cancers counted at ten sites or more and where they go, sums instead of their parts. A cancer
    without symptoms and treatments of its own brings those of its kinds that have them, as what they are.
    """
    asked = ((cancer, "Cancer"), (site, "Organ"), (name, "Entity"))
    data = dict(_compact(graph))
    ids = [node[0] for node in data["nodes"]]
    wanted = [graph.resolve(given, kind) for given, kind in asked if given]
    for entity in wanted:
        if entity.id not in ids:
            raise NothingToDraw(f'nothing is joined to "{entity.label}"; allowed: an entity that a statement names')
    data["centres"] = centres = _with_kinds(data, [ids.index(entity.id) for entity in wanted])
    data["threshold"] = THRESHOLD["local" if centres else "overview"]
    lines = _lines(data)
    if not lines:
        raise NothingToDraw(
            "nothing was counted at ten sites, ever recorded among metastatic patients; allowed: a name"
        )
    data["still"] = _places(data, lines)
    used = {data["sources"][line.statement[0]][0] for line in lines if line.statement}
    table = _table(data, lines)
    return Picture(
        title=_title(data, lines),
        subtitle=(
            "Width: share of patients with the site ever recorded, of those whose cancer had spread. "
            "Figures beside names belong to the name in bold."
            if centres
            else "Width: share of patients with the site ever recorded, of those whose cancer had spread."
        ),
        template="network.html",
        scripts=("vis-network.min.js", "network.js", "download.js"),
        alt=_alt(data, lines),
        data=data,
        table=table,
        words=list(graph.meanings([term for way in data["ways"] for term in way[2:]]).values()),
        caveat=(
            "A line is drawn by one observation, that with the most patients; observations are never pooled or added. A patient can "
            "have several sites. Sites that are the cancer's own organ are left out: local growth cannot be told from spread there. "
            "Being listed for a condition is not proof of effect. Wilson intervals cover sampling only, not how patients came to be "
            "counted: most figures come from one referral hospital and were recovered from published correlations. * a source's own group of sites. "
            f"Of {data['further']:,} further counts of other patients by the same sources the panel says how many; `kg show NAME --all` lists them."
        ),
        sources=graph.citations(used),
    )


# --- What is known, once, short ---


class _Words(list[Any]):
    """A list without repeats that tells each item's place."""

    def at(self, item: Any) -> int:
        if item not in self._place:
            self._place[item] = len(self)
            self.append(item)
        return self._place[item]

    def __init__(self) -> None:
        super().__init__()
        self._place: dict[Any, int] = {}


@lru_cache(maxsize=1)
def _compact(graph: Graph) -> dict[str, Any]:
    """Every entity, every link and one statement a source for each, written so that a page can carry them.

    A statement is [source, words, words] where said, and [source, cases, patients, lower, upper, way, words, more] where
    counted: bounds in tenths of a per cent, the way an index, `more` the counts of the same source that are left out,
    and last, where no cases were printed, the share in tenths of a per cent.
    """
    sources, words = _Words(), _Words()
    words.at("")
    ways = _Words()
    ways.at(_way(*_USUAL))
    network = graph.to_networkx()
    making_edges = {statement for *_, statement in network.edges(keys=True)}
    spread = graph.spread()
    spread = spread[spread["statement"].isin(making_edges)]
    best, parts = _best(spread)
    links: dict[tuple[str, str, str], list[list[Any]]] = {}
    for row in best.to_dict("records"):
        key = (row["cancer_id"], "spreadsTo", row["site_id"])
        links.setdefault(key, []).append(_counted(row, sources, words, ways))
    for row in spread[~_is_counted(spread)].to_dict("records"):
        statement = [sources.at(row["source"]), words.at(_said(row)), words.at(_text(row["population"]))]
        links.setdefault((row["cancer_id"], "spreadsTo", row["site_id"]), []).append(statement)
    for subject, object_, edge in network.edges(data=True):
        relation = edge["predicate"].removeprefix("mkg:")
        if relation != "spreadsTo":
            said = words.at(edge.get("strength", "").replace("listed", "")), words.at(edge.get("population", ""))
            source = sources.at(edge["source"].removeprefix("mkgs:"))
            links.setdefault((subject, relation, object_), []).append([source, *said])
    kinds = graph.to_networkx((ASSETS / "sparql" / "kinds.rq").read_text(encoding="utf-8"))
    known = {end for subject, _, object_ in links for end in (subject, object_)}
    for subject, object_ in sorted(set(kinds.edges())):
        if subject != object_ and {subject, object_} <= known:
            links[subject, "kindOf", object_] = []
    entities = sorted((graph.entities[id_] for id_ in known), key=lambda entity: (entity.label.lower(), entity.id))
    place = {entity.id: i for i, entity in enumerate(entities)}
    of_kind, of_relation = list(KINDS), list(RELATIONS)
    cited = graph.citations(sources)
    line = {citation.key: f"{citation.title.rstrip('.')}. {citation.publisher.rstrip('.')}. {citation.year}. " + (f"doi:{citation.doi}" if citation.doi else citation.url) for citation in cited}  # fmt: skip
    return {
        "nodes": [[entity.id, entity.label, of_kind.index(entity.class_)] for entity in entities],
        "links": [
            [place[subject], place[object_], of_relation.index(relation), int((subject, object_) in parts), statements]
            for (subject, relation, object_), statements in links.items()
        ],
        "sources": [[key, graph.tiers[key], line[key]] for key in sources],
        "words": list(words),
        "ways": list(ways),
        "kinds": [[name, *kind] for name, kind in KINDS.items()],
        "relations": list(RELATIONS.values()),
        "further": int(best["more"].sum()),
        "most": MOST,
        "thresholds": THRESHOLD,
    }


def _is_counted(spread: pd.DataFrame) -> pd.Series[bool]:
    """Shares of patients with the site; another measure, such as the only site, is said in words."""
    return (spread["kind"] == "observation") & (spread["measure"] == "Patients")


def _best(spread: pd.DataFrame) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """One observation a source for each pair, the one that stands for the pair first; and pairs that a sum counts.

    Ever recorded of metastatic patients before all else, a subgroup last, then by patients: chosen before cases are
    looked at.
    """
    pair = ["cancer_id", "site_id"]
    counted = spread[_is_counted(spread)]
    counted = counted.assign(
        usual=(counted["ascertainment"] == _USUAL[0]) & (counted["denominator"] == _USUAL[1]),
        part=counted["stratum"] == "subgroup",
        more=counted.groupby([*pair, "source"])["statement"].transform("count") - 1,
    ).sort_values(["usual", "part", "patients", "source", "statement"], ascending=[False, True, False, True, True])
    first = counted.drop_duplicates(pair)
    left_out = first.loc[~first.index.isin(without_summed(first).index), pair]
    return counted.drop_duplicates([*pair, "source"]), set(left_out.itertuples(index=False, name=None))


def _counted(row: Mapping[Any, Any], sources: _Words, words: _Words, ways: _Words) -> list[Any]:
    cases = None if chart.missing(row["cases"]) else int(row["cases"])
    way = ways.at(_way(row["ascertainment"], row["denominator"]))
    made = [
        sources.at(row["source"]),
        cases,
        int(row["patients"]),
        _tenths(row["lower95"]),
        _tenths(row["upper95"]),
        way,
    ]
    return [*made, words.at(_text(row["population"])), int(row["more"]), *([_tenths(row["proportion"])] if cases is None else [])]  # fmt: skip


def _way(ascertainment: str, denominator: str) -> tuple[str, str, str, str]:
    """How and among whom something was counted, in words, short, and by its terms."""
    words = f"{chart.HOW_FOUND[ascertainment]}, of {chart.OF_WHOM[denominator]}"
    return words, chart.AT[ascertainment], ascertainment, denominator


def _tenths(share: float) -> int:
    """A share in tenths of a per cent, rounded as it is written.

    >>> _tenths(0.52439)
    524
    """
    return int(f"{100 * share:.1f}".replace(".", ""))


def _said(row: Mapping[Any, Any]) -> str:
    number = row["percent"] if not chart.missing(row["percent"]) else row["percent_range"]
    wording = "" if chart.missing(row["wording"]) else f"“{row['wording']}”"
    measure = {"OnlySite": "as the only site", "Lesions": "of metastases", "CumulativeIncidence": "cumulative"}
    return chart.words(
        row["strength"],
        wording,
        measure.get(row["measure"], ""),
        "" if chart.missing(number) else f"{number} %, n not stated",
    )


def _text(cell: Any) -> str:
    return "" if chart.missing(cell) else str(cell)


# --- What is drawn at first; network.js does the same for what comes after ---


class _Line(NamedTuple):
    """A link that is drawn: its ends, its relation, and the statement it is drawn by."""

    start: int
    end: int
    relation: int
    statement: list[Any]
    sources: int

    @property
    def share(self) -> float:
        """From 0 to 1; less than 0 where nothing was counted."""
        return _share(self.statement) if len(self.statement) > 3 else -1.0

    @property
    def is_usual(self) -> bool:
        """Whether it was counted in the way that widths stand for, of enough patients."""
        return len(self.statement) > 3 and self.statement[5] == 0 and self.statement[2] >= chart.SURE

    @property
    def rank(self) -> float:
        """What the order goes by: shares that can be compared first, then other counts, then what is said."""
        return self.share + 2 * self.is_usual


def _share(statement: list[Any]) -> float:
    _, cases, patients = statement[:3]
    return float(statement[8] / 1000 if cases is None else cases / patients)


def _with_kinds(data: dict[str, Any], centres: list[int]) -> list[int]:
    """The centres, and of a cancer without symptoms or treatments of its own the narrower ones that have them."""
    of = {name: i for i, name in enumerate(RELATIONS)}
    described = {link[0] for link in data["links"] if link[2] == of["hasSymptom"]}
    described |= {link[1] for link in data["links"] if link[2] == of["treats"]}
    inner = [
        link[0]
        for link in data["links"]
        if link[2] == of["kindOf"] and link[1] in centres and link[1] not in described and link[0] in described
    ]
    return centres + [one for one in dict.fromkeys(inner) if one not in centres]


def _lines(data: dict[str, Any]) -> list[_Line]:
    centres, least = set(data["centres"]), data["threshold"] / 100
    made = [
        _Line(start, end, relation, statements[0] if statements else [], len(statements))
        for start, end, relation, part, statements in data["links"]
        if not part or start in centres
    ]
    if centres:
        return [line for line in made if centres & {line.start, line.end} and not 0 <= line.share < least]
    usual = [line for line in made if line.is_usual]
    sites = Counter(line.start for line in usual)
    return [line for line in usual if sites[line.start] >= LEAST_SITES and line.share >= least]


def _places(data: dict[str, Any], lines: list[_Line]) -> dict[str, Any]:
    """The drawing: names in two columns by kind, the centres between them, a curve a line."""
    nodes, centres = data["nodes"], data["centres"]
    columns = {side: _column(data, lines, side) for side in ("left", "right")}
    if not centres:
        _untangle(columns, lines)
    shown = {*centres, *(one for groups in columns.values() for _, _, group in groups for one in group)}
    drawn = [line for line in lines if {line.start, line.end} <= shown]
    figures = _figures(drawn, centres[0]) if centres else {}
    rooms = {side: max((_room(nodes[one][1], figures.get(one, "")) for *_, group in groups for one in group), default=60) for side, groups in columns.items()}  # fmt: skip
    xs = _stand(rooms, chart.WIDTH, bool(centres))
    tall = max(_TOP + 5 * _ROW, *(_tall(groups) for groups in columns.values()))
    heads, places = [], {}
    for side, groups in columns.items():
        rows = max(1, sum(len(group) for *_, group in groups))
        pitch = min(2.0 * _ROW, _ROW + (tall - _tall(groups)) / rows)
        y = _TOP + (tall - _tall(groups, pitch)) / 2
        for i, head, group in groups:
            heads.append({"x": xs[side], "y": round(y, 1), "side": side, "text": head, "colour": _KINDS[i].colour})
            places.update({one: (xs[side], round(y + (j + 1) * pitch, 1), side) for j, one in enumerate(group)})
            y += len(group) * pitch + _APART
    for i, one in enumerate(centres):
        places[one] = (xs["middle"], round(_TOP + (i + 0.5) * (tall - _TOP) / len(centres)), "middle")
    marks = [mark for mark in _legend() if mark[0] in _used(data, drawn)]
    legend = {item["mark"]: item for item in chart.legend(marks, 0)}
    unused = {"x": 0, "y": 0}
    return {
        "width": chart.WIDTH,
        "height": round(tall + 50 + max(item["y"] for item in legend.values())),
        "legend": [
            unused | {"mark": mark, "meaning": meaning, "hidden": mark not in legend} | legend.get(mark, {})
            for mark, meaning in _legend()
        ],
        "legend_y": round(tall + 36),
        "heads": heads,
        "lines": [_curve(line, places, centres) for line in drawn],
        "nodes": [_label(nodes[one], one, place, figures.get(one, ""), centres) for one, place in places.items()],
    }


def _column(data: dict[str, Any], lines: list[_Line], side: str) -> list[tuple[int, str, list[int]]]:
    """Groups of a side: the place of their kind, their heading, and who stands there, the most frequent first."""
    weight: dict[int, tuple[float, int]] = {}
    for line in lines:
        for end in (line.start, line.end):
            rank, sources = weight.get(end, (-1.0, 0))
            weight[end] = max(rank, line.rank), sources + line.sources
    groups = []
    for i, kind in enumerate(_KINDS):
        here = [one for one in weight if data["nodes"][one][2] == i and one not in data["centres"]]
        if kind.side == side and here:
            groups.append((i, sorted(here, key=lambda one: (-weight[one][0], -weight[one][1], one))))
    most = fair(len(group) for _, group in groups)
    return [(i, _heading(i, min(most, len(group)), len(group)), group[:most]) for i, group in groups]


def _heading(kind: int, shown: int, there: int) -> str:
    return f"{_KINDS[kind].heading} ({shown} of {there})" if shown < there else f"{_KINDS[kind].heading} ({there})"


def _untangle(columns: dict[str, list[tuple[int, str, list[int]]]], lines: list[_Line]) -> None:
    """Cancers stand in the order of the site that each reaches most, so that few lines cross."""
    sites = {one: i for *_, group in columns["right"] for i, one in enumerate(group)}
    strongest = {line.start: sites.get(line.end, len(sites)) for line in sorted(lines, key=lambda line: line.share)}
    for *_, group in columns["left"]:
        group.sort(key=lambda one: strongest[one])


def _tall(groups: list[tuple[int, str, list[int]]], pitch: float = _ROW) -> float:
    return _TOP + sum(len(group) * pitch + _APART for *_, group in groups) - _APART


def _room(name: str, figure: str) -> float:
    """Width that a name and its figure take beside their mark."""
    return 34 + chart.wide(chart.short(name), _LETTERS) + (chart.wide(figure, _LETTERS) + 12 if figure else 0)


def _stand(rooms: Mapping[str, float], width: float, middle: bool) -> dict[str, int]:
    """Where the columns stand: names have the room they need as long as the lines keep theirs."""
    free = width - (320 if middle else 240)
    left, right = (min(1.0, free / (rooms["left"] + rooms["right"])) * rooms[side] for side in ("left", "right"))
    return {"left": round(left), "right": round(width - right), "middle": round((left + width - right) / 2)}


def fair(sizes: Iterable[int], most: int = MOST) -> int:
    """The largest number of names a group may show so that all groups together show at most `most`.

    >>> fair([40, 5, 3], 20), fair([4, 5], 20)
    (12, 20)
    """
    sizes = list(sizes)
    return next(limit for limit in range(most, 0, -1) if sum(min(size, limit) for size in sizes) <= most)


def _figures(lines: list[_Line], centre: int) -> dict[int, str]:
    """What stands beside the names of a centre's neighbours."""
    made: dict[int, str] = {}
    for line in sorted(lines, key=lambda line: -line.rank):
        other = {line.start: line.end, line.end: line.start}.get(centre)
        if other is not None and other not in made:
            made[other] = _figure(line, centre)
    return made


def _figure(line: _Line, centre: int) -> str:
    relation = list(RELATIONS)[line.relation]
    if line.share < 0:
        return {"arisesIn": "origin", "kindOf": "kind or part" if line.end == centre else "broader"}.get(relation, "")
    return chart.share(line.statement[1], line.statement[2], line.share) + ("" if line.is_usual else " !")


def _curve(line: _Line, places: Mapping[int, tuple[float, float, str]], centres: list[int]) -> dict[str, Any]:
    (x1, y1, _), (x2, y2, _) = places[line.start], places[line.end]
    bend = round(_CURVE * (x2 - x1), 1)
    kind = "counted" if line.is_usual else "otherwise" if line.share >= 0 else "said"
    strength = 0.25 + 0.6 * min(1.0, line.share / 0.65) if kind == "counted" else 0.8
    main = not centres or centres[0] in (line.start, line.end)
    return {
        "d": f"M{x1} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2} {y2:g}" if x1 != x2 else f"M{x1} {y1:g}Q{x1 + 60} {(y1 + y2) / 2:g} {x2} {y2:g}",
        "kind": kind,
        "width": round(1 + 11 * line.share, 1) if kind == "counted" else 1.5,
        "opacity": round(strength if main else 0.45 * strength, 2),
    }  # fmt: skip


def _label(
    node: list[Any], index: int, place: tuple[float, float, str], figure: str, centres: list[int]
) -> dict[str, Any]:
    x, y, side = place
    kind, figure = _KINDS[node[2]], "" if side == "middle" else figure
    room = (x if side == "left" else chart.WIDTH - x) - 20 - (chart.wide(figure, _LETTERS) + 12 if figure else 0)
    name = chart.fit(chart.short(node[1]), 320 if side == "middle" else room, _LETTERS)
    return {"index": index, "x": x, "y": f"{y:g}", "side": side, "name": name, "figure": figure, "colour": kind.colour,
            "path": kind.path, "strong": index in centres[:1]}  # fmt: skip


# --- Words ---


def _legend() -> list[tuple[str, str]]:
    return [(name, "site" if name == "Organ" else name.lower()) for name in KINDS] + [
        ("counted", "ever recorded: 10, 50, 90 % of patients"),
        ("otherwise", "! counted otherwise, or of fewer than 20"),
        ("said", "said, not counted"),
    ]


def _used(data: dict[str, Any], lines: list[_Line]) -> set[str]:
    """Marks of the legend that the drawing has."""
    kinds = {list(KINDS)[data["nodes"][end][2]] for line in lines for end in (line.start, line.end)}
    return kinds | {"counted" if line.is_usual else "otherwise" if line.share >= 0 else "said" for line in lines}


def _title(data: dict[str, Any], lines: list[_Line]) -> str:
    names = [chart.short(node[1]).removesuffix("*") for node in data["nodes"]]
    usual = sorted((line for line in lines if line.is_usual), key=lambda line: -line.share)
    if not data["centres"]:
        top, cancers = usual[0], len({line.start for line in usual})
        return f"Where {cancers} cancers spread: {names[top.start]} to {names[top.end]} most often, {_figure(top, top.start)}"
    first = data["centres"][0]
    name = chart.capital(names[first])
    for top in usual:
        if top.start == first:
            return f"{name} spreads most often to {names[top.end]}: {_figure(top, first)}"
        if top.end == first:
            return f"{name}: the largest share of patients is in {names[top.start]}, {_figure(top, first)}"
    joined = sum(first in (line.start, line.end) for line in lines)
    return f"{name} and what is said of it: {joined} links"


def _alt(data: dict[str, Any], lines: list[_Line]) -> str:
    shown = Counter(data["nodes"][one][2] for one in {end for line in lines for end in (line.start, line.end)})
    kinds = [f"{count} {list(KINDS.values())[i].heading.lower()}" for i, count in sorted(shown.items())]
    centres = chart.listed([data["nodes"][one][1] for one in data["centres"]])
    around = f"around {centres}" if centres else "cancers on the left, sites on the right"
    return f"Network of {chart.listed(kinds)}, {around}, joined by {len(lines)} lines; the table holds the same."


def _table(data: dict[str, Any], lines: list[_Line]) -> pd.DataFrame:
    import pandas as pd

    drawn = {node["index"] for node in data["still"]["nodes"]}
    order = sorted((line for line in lines if {line.start, line.end} <= drawn), key=lambda line: (-line.rank, line.start, line.end, line.relation))  # fmt: skip
    columns = ["from", "relation", "to", "how often", "how and among whom", "population", "source"]
    return pd.DataFrame([_row(data, line) for line in order], columns=columns)


def _row(data: dict[str, Any], line: _Line) -> list[str]:
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

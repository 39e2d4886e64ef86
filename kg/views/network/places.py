"""Where names stand and lines go: two columns by kind, the centres between them; network.js does the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kg import chart
from kg.views.network import words
from kg.views.network.known import KINDS
from kg.views.network.lines import Line

MOST: Final = 26
"""Names on one side of the drawing; the heading of a group says how many it leaves out."""
_KINDS: Final = list(KINDS.values())
_ROW: Final = 21
_APART: Final = 32
_TOP: Final = 16
_LETTERS: Final = 15
_CURVE: Final = 0.55


def drawing(data: dict[str, Any], lines: list[Line]) -> dict[str, Any]:
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
    marks = [mark for mark in words.legend() if mark[0] in words.used(data, drawn)]
    legend = {item["mark"]: item for item in chart.legend(marks, 0)}
    unused = {"x": 0, "y": 0}
    return {
        "width": chart.WIDTH,
        "height": round(tall + 50 + max(item["y"] for item in legend.values())),
        "legend": [
            unused | {"mark": mark, "meaning": meaning, "hidden": mark not in legend} | legend.get(mark, {})
            for mark, meaning in words.legend()
        ],
        "legend_y": round(tall + 36),
        "heads": heads,
        "lines": [_curve(line, places, centres) for line in drawn],
        "nodes": [_label(nodes[one], one, place, figures.get(one, ""), centres) for one, place in places.items()],
    }


def _column(data: dict[str, Any], lines: list[Line], side: str) -> list[tuple[int, str, list[int]]]:
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


def _untangle(columns: dict[str, list[tuple[int, str, list[int]]]], lines: list[Line]) -> None:
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
    """Where the columns stand: lines keep their room, names have what they need; where there is less, the longer give way."""
    left, right = rooms["left"], rooms["right"]
    free = width - (320 if middle else 240)
    left, right = min(left, max(free / 2, free - right)), min(right, max(free / 2, free - left))
    return {"left": round(left), "right": round(width - right), "middle": round((left + width - right) / 2)}


def fair(sizes: Iterable[int], most: int = MOST) -> int:
    """The largest number of names a group may show so that all groups together show at most `most`.

    >>> fair([40, 5, 3], 20), fair([4, 5], 20)
    (12, 20)
    """
    sizes = list(sizes)
    return next(limit for limit in range(most, 0, -1) if sum(min(size, limit) for size in sizes) <= most)


def _figures(lines: list[Line], centre: int) -> dict[int, str]:
    """What stands beside the names of a centre's neighbours."""
    made: dict[int, str] = {}
    for line in sorted(lines, key=lambda line: -line.rank):
        other = {line.start: line.end, line.end: line.start}.get(centre)
        if other is not None and other not in made:
            made[other] = words.figure(line, centre)
    return made


def _curve(line: Line, places: Mapping[int, tuple[float, float, str]], centres: list[int]) -> dict[str, Any]:
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

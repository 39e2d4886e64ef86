"""EBI anatomograms + our own shapes -> kg/assets/drawings/{female,male}.svg, small, every shape with its UBERON id.

    python data/make/drawings.py FOLDER   # holds homo_sapiens.{female,male}.svg (kg/assets/drawings/README.md: where from)

A taken shape is flattened to points, thinned until no point moves by more than a twentieth of a unit, and written in
tenths. Our own shapes stand in drawings_own.py, in the same tenths.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import drawings_own as own

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]

SVG = "{http://www.w3.org/2000/svg}"
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
TENTHS = 10
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def multiply(m: Matrix, n: Matrix) -> Matrix:
    """The transform that does n first, then m."""
    a, b, c, d, e, f = m
    g, h, i, j, k, l = n  # noqa: E741
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f)


def matrix(text: str) -> Matrix:
    """The value of a transform attribute."""
    made = IDENTITY
    for name, inside in re.findall(r"(\w+)\(([^)]*)\)", text):
        n = [float(x) for x in _NUMBER.findall(inside)]
        if name == "matrix":
            one: Matrix = (n[0], n[1], n[2], n[3], n[4], n[5])
        elif name == "translate":
            one = (1, 0, 0, 1, n[0], n[1] if len(n) > 1 else 0)
        elif name == "scale":
            one = (n[0], 0, 0, n[-1], 0, 0)
        elif name == "rotate":
            turn = math.radians(n[0])
            one = (math.cos(turn), math.sin(turn), -math.sin(turn), math.cos(turn), 0, 0)
            if len(n) == 3:
                one = multiply(multiply((1, 0, 0, 1, n[1], n[2]), one), (1, 0, 0, 1, -n[1], -n[2]))
        else:
            raise ValueError(f'unknown transform "{name}"')
        made = multiply(made, one)
    return made


def commands(d: str) -> Iterator[tuple[str, list[float]]]:
    """The commands of a path, one a set of arguments."""
    for letter, inside in re.findall(r"([MmLlHhVvCcSsQqTtAaZz])([^MmLlHhVvCcSsQqTtAaZz]*)", d):
        numbers = [float(x) for x in _NUMBER.findall(inside)]
        size = _ARGUMENTS[letter.upper()]
        if not size:
            yield letter, []
        for start in range(0, len(numbers), size or 1):
            yield letter, numbers[start : start + size]
            letter = {"M": "L", "m": "l"}.get(letter, letter)


def outlines(d: str, steps: int = 12) -> Iterator[list[Point]]:
    """Each subpath of a path as points; curves in steps, arcs as chords."""
    x = y = 0.0
    line: list[Point] = []
    control: Point | None = None
    for letter, n in commands(d):
        kind, relative = letter.upper(), letter.islower()
        if kind == "Z":
            if line:
                yield line
                x, y = line[0]
            line = []
            continue
        dx, dy = (x, y) if relative else (0.0, 0.0)
        if kind == "H":
            points = [(n[0] + dx, y)]
        elif kind == "V":
            points = [(x, n[0] + dy)]
        elif kind == "A":
            points = [(n[5] + dx, n[6] + dy)]
        else:
            points = [(n[i] + dx, n[i + 1] + dy) for i in range(0, len(n), 2)]
        if kind in "ST":
            points.insert(0, (2 * x - control[0], 2 * y - control[1]) if control else (x, y))
        if kind == "M":
            if len(line) > 1:
                yield line
            line = [points[-1]]
        elif len(points) == 1:
            line = [*(line or [(x, y)]), points[-1]]
        else:
            line = [*(line or [(x, y)]), *bezier([(x, y), *points], steps)]
        control = points[-2] if len(points) > 1 else None
        x, y = points[-1]
    if len(line) > 1:
        yield line


def bezier(controls: list[Point], steps: int) -> Iterator[Point]:
    """Points on a Bezier curve of any degree, the first left out (de Casteljau)."""
    for step in range(1, steps + 1):
        t, level = step / steps, controls
        while len(level) > 1:
            level = [((1 - t) * p[0] + t * q[0], (1 - t) * p[1] + t * q[1]) for p, q in pairwise(level)]
        yield level[0]


def shapes(element: ElementTree.Element, above: Matrix = IDENTITY) -> Iterator[list[Point]]:
    """Outlines of an element and all in it, in the coordinates of the drawing; copies (`use`) are left out."""
    here = multiply(above, matrix(element.get("transform", "")))
    tag = element.tag.removeprefix(SVG)
    if tag == "path":
        lines: Iterator[list[Point]] = outlines(element.get("d", ""))
    elif tag in ("ellipse", "circle"):
        cx, cy = (float(element.get(name, 0)) for name in ("cx", "cy"))
        rx, ry = (float(element.get(name) or element.get("r", 0)) for name in ("rx", "ry"))
        lines = iter(
            [[(cx + rx * math.cos(t / 16 * math.pi), cy + ry * math.sin(t / 16 * math.pi)) for t in range(32)]]
        )
    else:
        lines = iter(())
    a, b, c, d, e, f = here
    for line in lines:
        yield [(a * x + c * y + e, b * x + d * y + f) for x, y in line]
    for child in element:
        yield from shapes(child, here)


def path_data(lines: list[list[Point]], tolerance: float = 0.05, least: float = 0.4) -> str:
    """Closed outlines as a path in whole tenths, relative; specks are left out."""
    parts = []
    for line in lines:
        width, height = (max(p[i] for p in line) - min(p[i] for p in line) for i in (0, 1))
        if max(width, height) < least:
            continue
        half = len(line) // 2  # a closed line is thinned in two halves, its ends being one point
        points = own.thinned(line[: half + 1], tolerance)[:-1] + own.thinned(line[half:], tolerance)
        whole = [(round(x * TENTHS), round(y * TENTHS)) for x, y in points]
        steps = [(q[0] - p[0], q[1] - p[1]) for p, q in pairwise(whole) if q != p]
        text = "".join(f"{' ' if x >= 0 else ''}{x}{' ' if y >= 0 else ''}{y}" for x, y in steps).lstrip()
        parts.append(f"M{whole[0][0]} {whole[0][1]}l{text}z")
    return "".join(parts)


def taken(source: Path) -> dict[str, str]:
    """Path data of every shape that we take from an anatomogram, by the id it has there."""
    root = ElementTree.parse(source).getroot()
    found = {}
    for element in root.iter():
        name = element.get("id", "")
        if name in own.TAKEN:
            found[name] = path_data(list(shapes(element)), *own.TAKEN[name])
    return found


def main(folder: Path) -> None:
    """Write both drawings."""
    out = Path(__file__).parents[2] / "kg" / "assets" / "drawings"
    for sex in ("female", "male"):
        drawn = own.drawing(sex, taken(folder / f"homo_sapiens.{sex}.svg"))
        ElementTree.fromstring(drawn)
        (out / f"{sex}.svg").write_text(drawn, encoding="utf-8", newline="\n")
        print(f"{sex}.svg: {len(drawn) / 1000:.0f} KB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What we draw ourselves on the outlines of the anatomograms, in tenths of their units, and the order of all shapes.

Lengths follow the outline: a landmark a sex, everything else is placed from them. Front view: the patient's right is on
the left. Schematic: places are right, sizes are what can be seen from across a room.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]

TAKEN = {
    f"UBERON_{id_}": (0.03, 0.8)
    for id_ in ("0000014", "0000945", "0000955", "0000977", "0002048", "0002106", "0002107")
} | {"g4437": (0.03, 0.3), "human_male_outline": (0.03, 0.3)}
"""Ids in the anatomograms of the shapes we take, with tolerance and smallest size, in their units."""


class Body(NamedTuple):
    """Landmarks of an outline: where the middle is, and what differs between the two."""

    middle: float
    chin: float
    ribs: float
    shoulder: Point
    elbow: Point
    wrist: Point
    hip: float
    crotch: float
    breast: float


BODIES = {
    "female": Body(524, 240, 134, (-176, 352), (-296, 612), (-444, 852), 136, 985, 482),
    "male": Body(527, 250, 154, (-208, 372), (-302, 642), (-456, 905), 128, 975, 512),
}


# --- Lines and tubes -------------------------------------------------------------------------------------------------


def smooth(points: list[Point], steps: int = 7) -> list[Point]:
    """Points on a Catmull-Rom curve through the given ones."""
    ends = [points[0], *points, points[-1]]
    line = []
    for p0, p1, p2, p3 in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(steps):
            t = step / steps
            line.append(tuple(
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
                for a, b, c, d in zip(p0, p1, p2, p3, strict=True)
            ))  # fmt: skip
    return [*line, points[-1]]  # type: ignore[list-item]


def thinned(line: list[Point], tolerance: float) -> list[Point]:
    """Points without those that lie within a tolerance of the line through their neighbours (Ramer-Douglas-Peucker)."""
    if len(line) < 3:
        return line
    (ax, ay), (bx, by) = line[0], line[-1]
    long = math.hypot(bx - ax, by - ay)

    def off(p: Point) -> float:
        if long < 1e-9:
            return math.hypot(p[0] - ax, p[1] - ay)
        return abs((bx - ax) * (ay - p[1]) - (ax - p[0]) * (by - ay)) / long

    far = max(range(1, len(line) - 1), key=lambda i: off(line[i]))
    if off(line[far]) <= tolerance:
        return [line[0], line[-1]]
    return thinned(line[: far + 1], tolerance)[:-1] + thinned(line[far:], tolerance)


def path(points: Iterable[Point], closed: bool = True) -> str:
    """Points as path data in whole numbers, relative, thinned where it cannot be seen."""
    line = list(points)
    half = len(line) // 2
    kept = thinned(line[: half + 1], 0.35)[:-1] + thinned(line[half:], 0.35)
    whole = [(round(x), round(y)) for x, y in kept]
    steps = [(q[0] - p[0], q[1] - p[1]) for p, q in pairwise(whole) if q != p]
    return f"M{whole[0][0]} {whole[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps) + ("z" if closed else "")


def tube(
    points: list[Point], width: float, end: float | None = None, bulges: float = 0, every: float = 30, knobs: float = 0
) -> str:
    """A round-ended tube along a curve, its width going from `width` to `end`.

    It may have bulges like those of the colon, or knobs at its ends like those of a long bone.
    """
    line = smooth(points)
    runs = [0.0]
    for p, q in pairwise(line):
        runs.append(runs[-1] + math.dist(p, q))
    left, right, halves = [], [], []
    for i, (x, y) in enumerate(line):
        (ax, ay), (bx, by) = line[max(0, i - 1)], line[min(len(line) - 1, i + 1)]
        long = math.hypot(bx - ax, by - ay) or 1
        half = (width + ((width if end is None else end) - width) * runs[i] / runs[-1]) / 2
        half += bulges * math.sin(2 * math.pi * runs[i] / every)
        half *= 1 + knobs * math.exp(-((min(runs[i], runs[-1] - runs[i]) / width) ** 2))
        nx, ny = -(by - ay) / long * half, (bx - ax) / long * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
        halves.append(half)
    far, near = cap(line[-1], left[-1], halves[-1]), cap(line[0], right[0], halves[0])
    return path([*left, *far, *reversed(right), *near])


def cap(centre: Point, start: Point, half: float) -> list[Point]:
    """The round end of a tube, from one side to the other."""
    turn = math.atan2(start[1] - centre[1], start[0] - centre[0])
    angles = [turn - math.pi * i / 5 for i in range(1, 5)]
    return [(centre[0] + half * math.cos(t), centre[1] + half * math.sin(t)) for t in angles]


def blob(points: list[Point]) -> str:
    """A closed smooth shape through points."""
    line = smooth([points[-1], *points, points[0]], 6)
    return path(line[6:-1])


def oval(x: float, y: float, rx: float, ry: float, turn: float = 0) -> str:
    """An ellipse, turned by degrees."""
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    round_ = [(rx * math.cos(t * math.pi / 10), ry * math.sin(t * math.pi / 10)) for t in range(20)]
    return path([(x + u * c - v * s, y + u * s + v * c) for u, v in round_])


def both(body: Body, one: Callable[[Callable[[float, float], Point]], str]) -> str:
    """A shape and its mirror image: `one` gets a function from (distance to the middle, y) to a point."""
    return one(lambda d, y: (body.middle + d, y)) + one(lambda d, y: (body.middle - d, y))


# fmt: off
# --- Shapes ----------------------------------------------------------------------------------------------------------


class Shape(NamedTuple):
    """A shape or a group of them: UBERON id, class (bone, organ, node, sac, region ...), path, anchor."""

    id: str
    kind: str
    d: str
    anchor: Point | None = None
    parts: tuple[Shape, ...] = ()


def skeleton(b: Body) -> Shape:
    """Skull, spine, ribs, shoulder, pelvis and long bones."""
    m = b.middle
    top = b.chin + 26

    def vertebrae(first: int, last: int) -> str:
        step = (806 - top) / 24
        return "".join(
            path([
                (m - w, y), (m - w + 4, y + step / 2 - 2), (m - w, y + step - 5),
                (m + w, y + step - 5), (m + w - 4, y + step / 2 - 2), (m + w, y),
            ])
            for i in range(first, last)
            for w, y in [(10 + i * 0.42, top + i * step)]
        )

    def rib(i: int) -> Callable[[Callable[[float, float], Point]], str]:
        reach = b.ribs * (0.52, 0.72, 0.84, 0.92, 0.97, 1, 1.01, 1.01, 0.98, 0.9)[i]
        y = 338 + i * 23.5
        return lambda at: tube([at(13, y), at(reach * 0.6, y - 9), at(reach * 0.96, y + 18), at(reach, y + 52)], 8, 6)

    skull = blob([
        (m - 84, 84), (m - 66, 34), (m, 14), (m + 66, 34), (m + 84, 84), (m + 74, 128), (m + 62, 150), (m + 56, 196),
        (m + 30, b.chin - 12), (m, b.chin - 6), (m - 30, b.chin - 12), (m - 56, 196), (m - 62, 150), (m - 74, 128),
    ])
    holes = both(b, lambda at: oval(*at(32, 128), 18, 14)) + blob([(m, 146), (m + 12, 174), (m, 180), (m - 12, 174)])
    wing = both(b, lambda at: blob([
        at(22, 812), at(74, 784), at(122, 772), at(143, 800), at(132, 858), at(104, 892), at(110, 930), at(90, 968),
        at(56, 962), at(30, 952), at(10, 948), at(10, 930), at(44, 926), at(62, 898), at(46, 862),
    ]))
    sx, sy = b.shoulder
    ex, ey = b.elbow
    wx, wy = b.wrist
    return Shape("UBERON:0001474", "bone", "", (m + 128, 806), (
        Shape("UBERON:0003129", "bone", skull + holes, (m + 64, 60)),
        Shape("UBERON:0002228", "bone", "".join(both(b, rib(i)) for i in range(10)), (m + b.ribs - 2, 500)),
        Shape("UBERON:0006849", "bone", both(b, lambda at: blob([at(b.ribs - 30, 352), at(-sx - 14, 352), at(-sx - 22, 380), at(b.ribs - 10, 440)]))),
        Shape("UBERON:0001105", "bone", both(b, lambda at: tube([at(14, 334), at(70, 322), at(-sx, 340)], 11, 9))),
        Shape("UBERON:0001130", "bone", vertebrae(0, 24), (m + 14, 640)),
        Shape("UBERON:0001272", "bone", wing, (m + 128, 806)),
        Shape("UBERON:0003690", "bone", blob([(m - 24, 806), (m + 24, 806), (m + 20, 850), (m + 6, 892), (m - 6, 892), (m - 20, 850)]), (m + 12, 836)),
        Shape("UBERON:0000976", "bone", both(b, lambda at: tube([at(-sx + 2, sy), at((-sx * 2 - ex) / 3, (2 * sy + ey) / 3), at(-ex - 4, ey - 12)], 20, 16, knobs=0.45)), (m - sx + 40, sy + 90)),
        Shape("UBERON:0003466", "bone", both(b, lambda at: tube([at(-ex - 2, ey + 8), at(-wx - 6, wy - 12)], 10, 8, knobs=0.4) + tube([at(-ex + 14, ey), at(-wx + 12, wy - 22)], 9, 9, knobs=0.4))),
        Shape("UBERON:0000981", "bone", both(b, lambda at: tube([at(98, 918), at(b.hip - 8, 920), at(b.hip - 4, 960), at(b.hip - 24, 1200)], 22, 22, knobs=0.4)), (m + b.hip - 12, 1040)),
    ))


def sternum(b: Body) -> Shape:
    """The breastbone, in front of the mediastinum."""
    m = b.middle
    return Shape("UBERON:0000975 UBERON:0001474", "bone", blob([(m - 10, 344), (m + 10, 344), (m + 5, 366), (m + 6, 468), (m, 496), (m - 6, 468), (m - 5, 366)]), (m, 440))


def brain(b: Body, took: dict[str, str]) -> list[Shape]:
    """Brain, meninges, pituitary, cord and the space around it."""
    m = b.middle
    cap = [(m + 80 * math.cos(t), 92 - 76 * math.sin(t)) for t in (math.pi * i / 14 for i in range(15))]
    scalp = [(m + 91 * math.cos(t), 90 - 88 * math.sin(t)) for t in (math.pi * (1 + i) / 14 for i in range(13))]
    return [
        Shape("UBERON:0000403", "minor", tube(scalp, 7), (m + 60, 24)),
        Shape("UBERON:0001017", "organ", "", (m + 42, 66), (
            Shape("UBERON:0000955", "organ", took["UBERON_0000955"], (m + 42, 66)),
            Shape("UBERON:0000391", "minor", tube(cap, 5), (m - 62, 44)),
            Shape("UBERON:0002240", "minor", tube([(m, b.chin + 20), (m, 420), (m, 690)], 8, 5), (m, 560)),
        )),
        Shape("UBERON:0003691", "minor", both(b, lambda at: tube([at(8, b.chin + 30), at(8, 800)], 3)), (m - 8, 600)),
        Shape("UBERON:0000007", "minor", oval(m, 126, 7, 5), (m, 126)),
    ]


def face_and_neck(b: Body) -> list[Shape]:
    """Eyes, nose, mouth, salivary glands, throat, thyroid, and the region they lie in."""
    m, chin = b.middle, b.chin
    return [
        Shape("UBERON:0007811", "region", "", (m - 44, chin + 18), (
            Shape("UBERON:0000033", "region", blob([(m - 80, 90), (m - 62, 36), (m, 12), (m + 62, 36), (m + 80, 90), (m + 68, 168), (m + 40, chin - 14), (m, chin), (m - 40, chin - 14), (m - 68, 168)]), (m - 58, 160)),
            Shape("UBERON:0000974", "region", blob([(m - 44, chin - 4), (m + 44, chin - 4), (m + 42, chin + 42), (m + 58, 316), (m - 58, 316), (m - 42, chin + 42)]), (m - 40, chin + 28)),
        )),
        Shape("mkg:orbit", "minor", both(b, lambda at: oval(*at(32, 128), 19, 14)), (m - 40, 128)),
        Shape("UBERON:0000970", "organ", both(b, lambda at: oval(*at(32, 128), 11, 8)), (m + 32, 128)),
        Shape("UBERON:0001825", "minor", both(b, lambda at: oval(*at(26, 158), 12, 8)), (m + 26, 158)),
        Shape("UBERON:0001707", "minor", blob([(m, 140), (m + 11, 172), (m, 178), (m - 11, 172)]), (m, 164)),
        Shape("UBERON:0000165", "organ", oval(m, 200, 26, 9), (m - 18, 200), (Shape("UBERON:0001723", "organ", oval(m, 203, 15, 5), (m, 203)),)),
        Shape("UBERON:0001831", "organ", both(b, lambda at: oval(*at(60, 178), 9, 18)), (m + 60, 178)),
        Shape("UBERON:0006562", "organ", tube([(m, 214), (m, chin + 14)], 22, 17), (m, chin)),
        Shape("UBERON:0001737", "organ", blob([(m - 13, chin + 14), (m + 13, chin + 14), (m + 9, chin + 44), (m - 9, chin + 44)]), (m, chin + 28)),
        Shape("UBERON:0002046", "organ", both(b, lambda at: oval(*at(14, chin + 54), 9, 17, 0)), (m + 14, chin + 54)),
    ]


def chest(b: Body, took: dict[str, str]) -> list[Shape]:
    """Lungs, pleura, heart, mediastinum, windpipe, gullet, diaphragm, breasts, chest wall."""
    m, chin, r = b.middle, b.chin, b.ribs
    return [
        Shape("UBERON:0000915", "region", blob([(m - r * .5, 322), (m + r * .5, 322), (m + r, 420), (m + r + 4, 560), (m, 590), (m - r - 4, 560), (m - r, 420)]), (m - r + 10, 480)),
        Shape("UBERON:0016435", "minor", both(b, lambda at: tube([at(r * .8, 366), at(r + 7, 450), at(r + 9, 590)], 10)), (m + r + 8, 540)),
        Shape("UBERON:0000977", "membrane", took["UBERON_0000977"], (m + r - 26, 552)),
        Shape("UBERON:0002048", "organ", took["UBERON_0002048"], (m - 74, 440)),
        Shape("UBERON:0003728", "organ", blob([(m - 18, 346), (m + 18, 346), (m + 22, 400), (m + 38, 470), (m + 46, 540), (m, 566), (m - 26, 545), (m - 24, 440)]), (m + 4, 388), (
            Shape("UBERON:0001043", "minor", tube([(m + 4, chin + 60), (m + 4, 420), (m + 10, 560), (m + 26, 606)], 9), (m + 14, 574)),
            Shape("UBERON:0003126", "organ", tube([(m, chin + 44), (m, 400)], 13) + tube([(m, 396), (m - 34, 432)], 9, 7) + tube([(m, 396), (m + 34, 430)], 9, 7), (m, 340)),
            Shape("UBERON:0002370", "minor", both(b, lambda at: oval(*at(8, 372), 7, 20)), (m + 8, 372)),
            Shape("UBERON:0002407", "minor", blob([(m - 34, 462), (m + 14, 442), (m + 62, 496), (m + 70, 545), (m + 34, 566), (m - 22, 552), (m - 38, 505)]), (m + 60, 512)),
            Shape("UBERON:0000948", "organ", blob([(m - 28, 466), (m + 12, 450), (m + 54, 498), (m + 60, 540), (m + 32, 556), (m - 18, 544), (m - 32, 505)]), (m + 18, 510)),
        )),
        Shape("UBERON:0001103", "minor", tube([(m - r + 8, 606), (m - r * .5, 570), (m, 590), (m + r * .5, 574), (m + r - 8, 610)], 7), (m - r * .5, 570)),
        Shape("UBERON:0000310", "breast", both(b, lambda at: blob([at(r * .4, b.breast), at(r * .68, b.breast - 36), at(r * .98, b.breast), at(r * .86, b.breast + 40), at(r * .56, b.breast + 40)])), (m - r * .8, b.breast + 16)),
        Shape("UBERON:0009472", "region", both(b, lambda at: oval(*at(r + 14, 420), 22, 34)), (m + r + 14, 420)),
    ]


def belly(b: Body, took: dict[str, str]) -> list[Shape]:
    """Liver, stomach, bowel, pancreas, spleen, kidneys, adrenals, peritoneum."""
    m = b.middle
    coil = [
        (m - 48, 788), (m + 50, 778), (m + 58, 800), (m - 48, 810), (m - 52, 832), (m + 56, 824), (m + 50, 848),
        (m - 44, 854), (m - 40, 874), (m + 10, 868), (m - 20, 882), (m - 66, 868),
    ]
    cavity = [
        (m - 112, 606), (m, 596), (m + 112, 606), (m + 122, 720), (m + 118, 850), (m + 70, 912), (m, 924), (m - 70, 912),
        (m - 118, 850), (m - 122, 720),
    ]
    kidney = both(b, lambda at: blob([at(58, 668), at(78, 664), at(92, 690), at(88, 730), at(70, 744), at(54, 730), at(60, 704), at(50, 686)]))
    return [
        Shape("UBERON:0000916", "region", blob(cavity), (m - 116, 760)),
        Shape("UBERON:0003697", "minor", both(b, lambda at: tube([at(124, 640), at(130, 740), at(128, 840)], 9)), (m + 129, 760)),
        Shape("UBERON:0002358", "sac", blob(cavity), (m - 116, 690)),
        Shape("UBERON:0003693", "region", both(b, lambda at: tube([at(44, 640), at(50, 740), at(44, 850)], 44, 40)), (m - 50, 800)),
        Shape("UBERON:0002106", "organ", took["UBERON_0002106"]),
        Shape("UBERON:0002107", "organ", took["UBERON_0002107"], (m - 70, 650)),
        Shape("UBERON:0000945", "organ", took["UBERON_0000945"], (m + 72, 640)),
        Shape("UBERON:0001264", "organ", tube([(m - 30, 716), (m + 6, 708), (m + 52, 694), (m + 84, 676)], 28, 13), (m - 22, 714), (
            Shape("UBERON:0001069", "minor", oval(m - 28, 716, 15, 15), (m - 28, 716)),
        )),
        Shape("UBERON:0002294", "organ", "", (m - 56, 706), (
            Shape("UBERON:0002110", "organ", blob([(m - 66, 690), (m - 52, 688), (m - 48, 712), (m - 58, 728), (m - 70, 714)]), (m - 60, 710)),
            Shape("UBERON:0003703", "organ", tube([(m - 46, 676), (m - 42, 696), (m - 34, 722)], 6), (m - 44, 686)),
        )),
        Shape("UBERON:0002369", "organ", both(b, lambda at: blob([at(46, 664), at(62, 640), at(80, 658), at(64, 662)])), (m + 64, 652)),
        Shape("UBERON:0002113", "organ", kidney, (m + 80, 706), (
            Shape("UBERON:0001224", "minor", both(b, lambda at: oval(*at(60, 706), 7, 12)), (m + 60, 706)),
        )),
        Shape("UBERON:0000056", "minor", both(b, lambda at: tube([at(54, 716), at(40, 800), at(32, 900)], 4)), (m + 38, 810)),
        Shape("UBERON:0000160", "organ", "", (m - 93, 800), (
            Shape("UBERON:0002108", "organ", tube(coil, 19, 17, 1.4, 24), (m - 30, 812)),
            Shape("UBERON:0000059", "organ", "", (m + 97, 800), (
                Shape("UBERON:0001155", "organ", "", (m + 97, 800), (
                    Shape("UBERON:0001153", "organ", blob([(m - 106, 846), (m - 78, 846), (m - 78, 880), (m - 92, 890), (m - 106, 878)]), (m - 92, 866)),
                    Shape("UBERON:0001156", "organ", tube([(m - 92, 852), (m - 94, 800), (m - 91, 756)], 28, 27, 2), (m - 93, 800)),
                    Shape("UBERON:0001157", "organ", tube([(m - 92, 754), (m - 56, 756), (m, 766), (m + 56, 752), (m + 92, 738)], 26, 25, 2), (m + 20, 758)),
                    Shape("UBERON:0001158", "organ", tube([(m + 93, 738), (m + 98, 786), (m + 95, 850)], 25, 24, 2), (m + 97, 790)),
                    Shape("UBERON:0001159", "organ", tube([(m + 95, 852), (m + 86, 884), (m + 52, 882), (m + 22, 890), (m + 8, 908)], 23, 22, 2), (m + 84, 884)),
                )),
                Shape("UBERON:0001154", "minor", tube([(m - 90, 886), (m - 80, 902), (m - 82, 914)], 7, 5), (m - 81, 906)),
                Shape("UBERON:0001052", "organ", tube([(m + 8, 904), (m + 4, 930), (m + 2, b.crotch - 22)], 22, 17, 1), (m + 6, 922)),
            )),
        )),
        Shape("UBERON:0001245", "minor", oval(m, b.crotch - 16, 7, 6), (m, b.crotch - 16)),
        Shape("UBERON:0003688", "region", blob([(m - 70, 744), (m + 74, 738), (m + 70, 800), (m + 40, 846), (m, 838), (m - 44, 850), (m - 76, 800)]), (m + 54, 800)),
        Shape("UBERON:0002095", "region", blob([(m - 10, 730), (m + 62, 830), (m, 860), (m - 60, 836)]), (m, 830)),
        Shape("UBERON:0007118", "minor", oval(m, 790, 6, 8), (m, 790)),
    ]


def pelvis(b: Body, sex: str) -> list[Shape]:
    """Bladder, urethra and the genital organs of one sex."""
    m, c = b.middle, b.crotch
    shared = [
        Shape("UBERON:0002355", "region", blob([(m - 110, 860), (m + 110, 860), (m + 92, 930), (m + 40, c), (m - 40, c), (m - 92, 930)]), (m - 92, 900)),
        Shape("UBERON:0002356", "region", oval(m, c - 4, 34, 10), (m - 20, c - 4)),
    ]
    bladder = Shape("UBERON:0001255", "organ", blob([(m - 34, 912), (m, 902), (m + 34, 912), (m + 26, 938), (m, 950), (m - 26, 938)]), (m + 24, 922))
    if sex == "female":
        return [
            *shared,
            Shape("UBERON:0000995", "organ", blob([(m - 30, 876), (m, 866), (m + 30, 876), (m + 24, 900), (m + 11, 922), (m - 11, 922), (m - 24, 900)]), (m - 20, 884), (
                Shape("UBERON:0000002", "organ", blob([(m - 11, 914), (m + 11, 914), (m + 9, 932), (m - 9, 932)]), (m, 924)),
            )),
            Shape("UBERON:0003889", "organ", both(b, lambda at: tube([at(28, 878), at(50, 866), at(68, 876)], 6, 9)), (m + 52, 867)),
            Shape("UBERON:0000992", "organ", both(b, lambda at: oval(*at(64, 890), 16, 11, 0)), (m - 64, 890)),
            bladder._replace(d=blob([(m - 28, 934), (m, 928), (m + 28, 934), (m + 20, 954), (m, 962), (m - 20, 954)]), anchor=(m + 20, 944)),
            Shape("UBERON:0000996", "organ", tube([(m - 1, 930), (m - 1, c - 14)], 11, 14), (m - 2, c - 24)),
            Shape("UBERON:0000057", "minor", tube([(m, 960), (m, c - 12)], 4), (m, 970)),
            Shape("UBERON:0000997", "minor", oval(m, c - 8, 16, 8), (m, c - 8)),
        ]
    return [
        *shared,
        Shape("UBERON:0000998", "organ", both(b, lambda at: oval(*at(20, 944), 14, 6, 0)), (m - 22, 944)),
        bladder,
        Shape("UBERON:0001000", "minor", both(b, lambda at: tube([at(24, 1010), at(48, 950), at(30, 934), at(12, 946)], 4)), (m + 46, 956)),
        Shape("UBERON:0002367", "organ", blob([(m - 22, 956), (m, 948), (m + 22, 956), (m + 16, 976), (m, 982), (m - 16, 976)]), (m, 964)),
        Shape("UBERON:0000057", "minor", tube([(m, 948), (m, 1012)], 4), (m, 990)),
        Shape("UBERON:0000989", "organ", tube([(m, 982), (m, 1034)], 24, 20), (m - 8, 1024)),
        Shape("UBERON:0001300", "minor", blob([(m - 36, 1000), (m + 36, 1000), (m + 40, 1040), (m + 16, 1058), (m - 16, 1058), (m - 40, 1040)]), (m - 36, 1044)),
        Shape("UBERON:0000473", "organ", both(b, lambda at: oval(*at(24, 1032), 12, 17)), (m + 24, 1032)),
        Shape("UBERON:0001301", "minor", both(b, lambda at: tube([at(34, 1016), at(40, 1032), at(34, 1048)], 5)), (m + 38, 1032)),
    ]


def nodes(b: Body) -> Shape:
    """Lymph-node groups."""
    m, chin, r = b.middle, b.chin, b.ribs

    def group(id_: str, *places: tuple[float, float], anchor: Point | None = None, size: float = 8) -> Shape:
        return Shape(id_, "node", "".join(both(b, lambda at, d=d, y=y: oval(*at(d, y), size, size)) for d, y in places), anchor)  # type: ignore[misc]

    return Shape("UBERON:0000029 mkg:distant-lymph-nodes", "node", "", (m + 58, 326), (
        group("UBERON:0002429", (34, chin + 10), (38, chin + 30), anchor=(m - 38, chin + 30)),
        group("UBERON:0035279", (58, 326), (40, 318), anchor=(m + 58, 326)),
        group("UBERON:0001097", (r + 4, 400), (r + 16, 420), (r + 14, 444), anchor=(m + r + 16, 420)),
        group("UBERON:0002524", (18, 396), (24, 416), anchor=(m - 22, 412), size=7),
        group("UBERON:0039167", (36, 440), (44, 458), anchor=(m + 42, 452), size=7),
        group("UBERON:0002507", (20, 742), (18, 822), anchor=(m - 20, 742), size=7),
        group("UBERON:0016386", (24, 766), (24, 790), anchor=(m + 24, 780), size=7),
        group("UBERON:0015876", (60, 846), (72, 870), (66, 918), anchor=(m - 70, 860)),
        group("UBERON:0009007", (98, 968), (110, 984), (90, 990), anchor=(m + 100, 978)),
    ))


def limbs(b: Body) -> list[Shape]:
    """Muscle, soft tissue, nerves and the regions of arm and leg."""
    m, (sx, sy), (ex, ey), (wx, wy) = b.middle, b.shoulder, b.elbow, b.wrist
    nerve = both(b, lambda at: tube([at(16, 318), at(-sx - 26, sy + 14), at(-ex - 18, ey - 14), at(-wx - 22, wy - 26)], 5, 3) + tube([at(14, 800), at(56, 876), at(b.hip - 40, 1000), at(b.hip - 46, 1200)], 5, 4))
    return [
        Shape("UBERON:0002102", "region", both(b, lambda at: tube([at(-sx + 4, sy + 30), at(-ex, ey), at(-wx, wy)], 62, 34)), (m - ex + 30, ey - 90)),
        Shape("UBERON:0002103", "region", both(b, lambda at: tube([at(b.hip - 30, 1000), at(b.hip - 32, 1200)], 110, 104)), (m - b.hip - 4, 1060)),
        Shape("UBERON:0001630", "minor", both(b, lambda at: blob([at(b.hip + 14, 990), at(b.hip + 30, 1040), at(b.hip + 26, 1120), at(b.hip + 10, 1090), at(b.hip + 6, 1030)])), (m - b.hip - 18, 1050), (
            Shape("UBERON:0014892", "minor", both(b, lambda at: blob([at(-sx + 22, sy + 44), at(-sx + 50, sy + 96), at(-sx + 58, sy + 150), at(-sx + 36, sy + 120)])), (m - sx + 46, sy + 100)),
        )),
        Shape("mkg:soft-tissue", "region", both(b, lambda at: blob([at(30, 1020), at(64, 1010), at(74, 1080), at(52, 1140), at(30, 1100)])), (m - 60, 1070)),
        Shape("UBERON:0002072", "region", both(b, lambda at: tube([at(134, 850), at(b.hip + 36, 940), at(b.hip + 40, 1010)], 9)), (m + b.hip + 36, 950)),
        Shape("UBERON:0001016", "nerve", "", None, (Shape("UBERON:0000010", "nerve", "", (m - sx + 46, sy + 130), (Shape("UBERON:0001021", "nerve", nerve, (m + (-sx - ex) / 2 - 20, (sy + ey) / 2)),)),)),
        Shape("UBERON:0001464", "region", both(b, lambda at: oval(*at(b.hip - 18, 922), 26, 26)), (m + b.hip - 8, 922)),
    ]


def vessels(b: Body) -> list[Shape]:
    """Veins, the aorta, the thoracic duct and the vertebral plexus: the ways of spread."""
    m, chin = b.middle, b.chin
    return [
        Shape("UBERON:0039259", "vessel", both(b, lambda at: tube([at(19, 300), at(23, 420), at(19, 540), at(25, 660), at(22, 800), at(30, 870), at(16, 930)], 6, 7, 2, 22)), (m + 24, 660)),
        Shape("UBERON:0000947", "vessel", tube([(m + 8, 470), (m + 2, 410), (m + 20, 404), (m + 26, 440), (m + 12, 600), (m + 8, 800)], 14, 11), (m + 10, 620)),
        Shape("UBERON:0001072", "vessel", tube([(m - 12, 822), (m - 15, 700), (m - 14, 590), (m - 10, 540)], 13), (m - 15, 600), (
            Shape("UBERON:0001139", "vessel", tube([(m - 12, 818), (m - 36, 862)], 10) + tube([(m - 12, 818), (m + 36, 862)], 10), (m + 30, 854)),
        )),
        Shape("UBERON:0001317", "vessel", both(b, lambda at: tube([at(36, 860), at(34, 890), at(20, 930)], 8, 6)), (m + 32, 900)),
        Shape("UBERON:0001316", "vessel", both(b, lambda at: tube([at(36, 860), at(66, 900), at(92, 948)], 8)), (m + 70, 904)),
        Shape("UBERON:0001361", "vessel", both(b, lambda at: tube([at(92, 946), at(92, 1010), at(84, 1200)], 9)), (m + 90, 1020)),
        Shape("UBERON:0001140", "vessel", both(b, lambda at: tube([at(56, 704), at(12, 700)], 8)), (m + 40, 702)),
        Shape("UBERON:0001585", "vessel", tube([(m - 14, 352), (m - 18, 400), (m - 18, 470)], 13), (m - 18, 400)),
        Shape("UBERON:0003711", "vessel", both(b, lambda at: tube([at(46, 330), at(24, 344), at(-8, 356)], 9)), (m + 30, 340)),
        Shape("UBERON:0001586", "vessel", both(b, lambda at: tube([at(42, chin - 20), at(40, 300), at(44, 330)], 8)), (m + 40, 280)),
        Shape("UBERON:0001587", "vessel", both(b, lambda at: tube([at(46, 332), at(90, 330), at(150, 352)], 8)), (m + 110, 334)),
        Shape("UBERON:0001594", "vessel", tube([(m + 14, 760), (m + 13, 560), (m + 12, 420), (m - 14, 412)], 6), (m + 13, 560)),
        Shape("UBERON:0001639", "vessel", tube([(m + 6, 716), (m - 14, 690), (m - 40, 662)], 13, 10), (m - 16, 688)),
        Shape("UBERON:0001138", "vessel", tube([(m + 6, 716), (m + 2, 770), (m - 16, 830)], 10, 6), (m + 3, 760)),
        Shape("UBERON:0001215", "vessel", tube([(m + 30, 702), (m + 44, 780), (m + 40, 880), (m + 12, 910)], 8, 5), (m + 44, 790)),
        Shape("UBERON:0003713", "vessel", tube([(m + 6, 714), (m + 50, 700), (m + 100, 660)], 8), (m + 60, 696)),
        Shape("UBERON:0001143", "vessel", tube([(m - 56, 636), (m - 12, 606)], 9), (m - 34, 620)),
        Shape("UBERON:0002333", "vessel", tube([(m - 10, 462), (m - 2, 430), (m - 44, 424)], 10, 8) + tube([(m - 2, 432), (m + 44, 424)], 9), (m, 430)),
        Shape("UBERON:0002016", "vessel", both(b, lambda at: tube([at(56, 476), at(16, 470)], 7)), (m + 44, 474)),
        Shape("UBERON:0001631", "vessel", tube([(m + 4, 700), (m + 6, 520), (m + 12, 380), (m + 44, 334)], 5), (m + 6, 520)),
    ]


# fmt: on
# --- The file --------------------------------------------------------------------------------------------------------


def written(shape: Shape) -> str:
    """A shape as SVG; parts of it follow it in a group that carries its id."""
    at = f' data-at="{shape.anchor[0]:.0f} {shape.anchor[1]:.0f}"' if shape.anchor else ""
    tag = f'class="{shape.kind}" data-uberon="{shape.id}"{at}'
    if not shape.parts:
        return f'<path {tag} d="{shape.d}"/>'
    own = f'<path class="{shape.kind}" d="{shape.d}"/>' if shape.d else ""
    return f"<g {tag}>{own}{''.join(written(part) for part in shape.parts)}</g>"


def drawing(sex: str, took: dict[str, str]) -> str:
    """The whole figure, back to front."""
    body = BODIES[sex]
    outline = took["g4437" if sex == "female" else "human_male_outline"]
    flesh = max(took["UBERON_0000014"].split("z"), key=len) + "z"
    order = [
        *limbs(body),
        skeleton(body),
        *brain(body, took),
        *chest(body, took),
        sternum(body),
        *face_and_neck(body),
        *belly(body, took),
        *pelvis(body, sex),
        nodes(body),
        *vessels(body),
    ]
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 -10 1060 1150">',
        f'<path class="flesh" d="{flesh}"/>',
        f'<path class="skin" data-uberon="UBERON:0002097" data-at="{body.middle + 186:.0f} 930" d="{outline}"/>',
        *map(written, order),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"

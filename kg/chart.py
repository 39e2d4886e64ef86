"""Numbers -> places, shades and short texts on a drawing. Knows no graph and no page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from math import log10
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

WIDTH: Final = 1192
"""Width of a drawing: one unit is one pixel in a window of 1280."""
SURE: Final = 20
"""Patients below which no share is written as a percentage."""
FEW: Final = 50
"""Patients below which a row says so."""
OF_WHOM: Final = {
    "MetastaticPatients": "patients whose cancer had spread",
    "AllPatients": "patients with the cancer (spread or not)",
    "PatientsWithSite": "patients with the site involved",
}
HOW_FOUND: Final = {
    "EverRecorded": "recorded at any time",
    "AtDiagnosis": "known when the cancer was diagnosed",
    "Autopsy": "found at post-mortem examination",
    "FirstMetastasis": "involved when spread was first found",
    "Recurrence": "involved when the cancer came back",
    "SampledSite": "chosen for a biopsy, which is not how often it is involved",
}
AT: Final = {
    "EverRecorded": "ever recorded",
    "AtDiagnosis": "at diagnosis",
    "Autopsy": "at autopsy",
    "FirstMetastasis": "as first spread",
    "Recurrence": "at recurrence",
    "SampledSite": "among biopsies",
}

_BLUES: Final = (
    (247, 251, 255), (222, 235, 247), (198, 219, 239), (158, 202, 225), (107, 174, 214), (66, 146, 198),
    (33, 113, 181), (8, 81, 156), (8, 48, 107),
)  # fmt: skip


class Shade(NamedTuple):
    """A colour for a surface, and the ink that can be read on it."""

    fill: str
    ink: str


def shade(share: float) -> Shade:
    """White to blue (ColorBrewer Blues) for a share from 0 to 1; the ink has a contrast of at least 4.5 on it.

    >>> shade(0.01), shade(0.9)
    (Shade(fill='#e3eef9', ink='#000'), Shade(fill='#08488f', ink='#fff'))
    """
    place = (0.09 + 0.91 * min(max(share, 0.0), 1.0)) * (len(_BLUES) - 1)
    i = min(int(place), len(_BLUES) - 2)
    red, green, blue = (
        round(low + (high - low) * (place - i)) for low, high in zip(_BLUES[i], _BLUES[i + 1], strict=True)
    )
    light = _luminance(red, green, blue) + 0.05
    return Shade(f"#{red:02x}{green:02x}{blue:02x}", "#000" if light / 0.05 >= 1.05 / light else "#fff")


def _luminance(*channels: int) -> float:
    """Relative luminance of an sRGB colour (WCAG 2)."""
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@dataclass(frozen=True)
class Axis:
    """Shares from `low` to `high` on a line from x = `start` to x = `end`, evenly or by their logarithm."""

    start: float
    end: float
    high: float
    low: float = 0.0

    @property
    def is_log(self) -> bool:
        """Whether equal ratios take equal room: an axis that does not start at 0."""
        return self.low > 0

    def at(self, share: float) -> float:
        """Where a share stands; what lies outside stands at the end.

        >>> Axis(0, 100, high=0.5).at(0.25), Axis(0, 100, high=1, low=0.01).at(0.1)
        (50.0, 50.0)
        """
        inside = min(max(share, self.low), self.high)
        part = log10(inside / self.low) / log10(self.high / self.low) if self.is_log else inside / self.high
        return round(self.start + part * (self.end - self.start), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """Places and labels of the lines that help the eye.

        >>> [label for _, label in Axis(0, 100, high=0.6).ticks()], [label for _, label in Axis(0, 1, 1, 0.01).ticks()]
        (['0', '20', '40', '60 %'], ['1', '2', '5', '10', '20', '50', '100 %'])
        """
        steps: tuple[float, ...] = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
        if not self.is_log:
            step = 20 if self.high > 0.5 else 10 if self.high > 0.2 else 2
            steps = tuple(range(0, 101, step))
        shown = [percent for percent in steps if self.low * 100 - 1e-9 <= percent <= self.high * 100 + 1e-9]
        return [(self.at(p / 100), f"{p:g}" + (" %" if p == shown[-1] else "")) for p in shown]


def top_of(shares: list[float]) -> float:
    """The end of an axis: the largest share, rounded up to a tenth.

    >>> top_of([0.12, 0.61]), top_of([])
    (0.7, 0.1)
    """
    return min(1.0, (int(max([0.01, *shares]) * 10 - 1e-9) + 1) / 10)


def count(cases: Any, patients: Any) -> str:
    """k/n, or n where k was not printed.

    >>> count(1139, 2172), count(None, 50)
    ('1,139/2,172', 'of 50')
    """
    return f"of {patients:,}" if missing(cases) else f"{cases:,}/{patients:,}"


def share(cases: Any, patients: Any, proportion: float) -> str:
    """A share as a picture writes it: never without n, and below 20 patients only as k/n.

    >>> share(1139, 2172, 0.5244), share(5, 6, 0.8333), share(2, 2172, 0.0009)
    ('52 % (1,139/2,172)', '5/6', '<1 % (2/2,172)')
    """
    counted = count(cases, patients)
    return counted if patients < SURE else f"{whole_percent(proportion)} % ({counted})"


def whole_percent(proportion: float) -> str:
    """A percentage without decimals; what is found but rounds to nothing is below one.

    >>> whole_percent(0.524), whole_percent(0.0009), whole_percent(0)
    ('52', '<1', '0')
    """
    return "<1" if 0 < proportion < 0.005 else f"{100 * proportion:.0f}"


def bounds(lower: float, upper: float) -> str:
    """An interval in per cent.

    >>> bounds(0.5034, 0.5453)
    '95 % 50.3-54.5'
    """
    return f"95 % {100 * lower:.1f}-{100 * upper:.1f}"


def missing(item: Any) -> bool:
    """Whether a cell of a table is empty."""
    import pandas as pd

    return bool(pd.isna(item))


def words(*parts: Any) -> str:
    """The parts that are there, joined."""
    return "; ".join(str(part) for part in parts if not missing(part) and part != "")


def short(label: str) -> str:
    """A site's name without the remark that it is a source's own group; a star stands for the remark.

    >>> short("biliary tract (MSK-MET site)"), short("liver")
    ('biliary tract*', 'liver')
    """
    return re.sub(r"\s*\([^()]* site\)$", "*", label)


def fit(text: str, width: float, size: float = 14) -> str:
    """A text cut to a width, as wide as its letters usually are.

    >>> fit("extrahepatic cholangiocarcinoma", 100)
    'extrahepatic…'
    """
    most = int(width / (0.54 * size))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def wide(text: str, size: float = 14) -> float:
    """About how wide a text is."""
    return 0.54 * size * len(text)


def capital(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def listed(names: list[str], joint: str = "and") -> str:
    """Names as a sentence lists them.

    >>> listed(["bone", "liver", "lung"])
    'bone, liver and lung'
    """
    return f" {joint} ".join(part for part in (", ".join(names[:-1]), names[-1]) if part) if names else ""


def legend(marks: list[tuple[str, str]], top: float, width: float = WIDTH) -> list[dict[str, Any]]:
    """Places of a legend's marks and meanings, in lines that fit the drawing."""
    x, y, places = 0.0, top, []
    for mark, meaning in marks:
        room = wide(meaning) + 58
        if x and x + room > width:
            x, y = 0.0, y + 24
        places.append({"mark": mark, "meaning": meaning, "x": round(x), "y": round(y)})
        x += room
    return places


def rows(table: pd.DataFrame) -> list[Any]:
    """The rows of a table, their columns as attributes."""
    return list(table.itertuples())


def apart(wanted: list[float], heights: list[float], first: float, last: float, gap: float) -> list[float]:
    """Where things start that stand one below the other, `gap` apart, near where each is wanted.

    >>> apart([0, 5], [10, 10], 0, 60, 30)
    [0, 40]
    """
    tops: list[float] = []
    start = first
    for want, height in zip(wanted, heights, strict=True):
        tops.append(max(want, first))
        first = tops[-1] + height + gap
    last = max(last, sum(heights) + gap * (len(heights) - 1) + start)
    for i in reversed(range(len(tops))):
        tops[i] = min(tops[i], last - heights[i])
        last = tops[i] - gap
    return tops


def ribbon(stops: list[tuple[float, float]], width: float) -> str:
    """A band of one width through places from left to right; of no width, a line.

    >>> ribbon([(0, 5), (10, 5)], 4)
    'M0 3C5 3 5 3 10 3V7C5 7 5 7 0 7Z'
    """
    half = width / 2
    forth = _curve([(x, y - half) for x, y in stops])
    if not width:
        return f"M{_n(stops[0][0])} {_n(stops[0][1])}{forth}"
    back = _curve([(x, y + half) for x, y in reversed(stops)])
    return f"M{_n(stops[0][0])} {_n(stops[0][1] - half)}{forth}V{_n(stops[-1][1] + half)}{back}Z"


def _curve(stops: list[tuple[float, float]]) -> str:
    made = ""
    for (x1, y1), (x2, y2) in pairwise(stops):
        mid = (x1 + x2) / 2
        made += f"C{_n(mid)} {_n(y1)} {_n(mid)} {_n(y2)} {_n(x2)} {_n(y2)}"
    return made


def _n(number: float) -> str:
    return f"{round(number, 1):g}"

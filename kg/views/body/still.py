"""What the map shows where no script runs: shades, and the first sites ranked beside the body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from kg.views.body.figure import BINS, RAMP

_ROW: Final = 49
_ROWS: Final = 12
_GUTTERS: Final = {"right": 892, "left": 300}
_BAR: Final = 150


class Item(NamedTuple):
    """A site or a cancer: its share or weight from 0 to 1, and the shapes that show it."""

    name: str
    headline: str
    counted: str
    weight: float
    few: bool
    shapes: Sequence[str]


def still(items: Iterable[Item], shaded: bool) -> dict[str, Any]:
    """Rows of text in the gutters, the largest first on the right, and if `shaded` a colour for each shape."""
    listed = list(items)
    places = [(side, i) for side in _GUTTERS for i in range(_ROWS)]
    rows = [
        {
            "side": side, "x": _GUTTERS[side], "y": 22 + _ROW * i, "name": item.name[:44], "headline": item.headline,
            "count": item.counted, "bar": round(_BAR * item.weight, 1), "few": item.few,
        }
        for item, (side, i) in zip(listed, places, strict=False)
    ]  # fmt: skip
    shades = {shape: shade(item.weight) for item in reversed(listed) for shape in item.shapes} if shaded else {}
    shapes = {colour: sorted(one for one in shades if shades[one] == colour) for colour in sorted(set(shades.values()))}
    return {"rows": rows, "shades": list(shapes.items())}


def shade(share: float) -> str:
    """The colour of a share from 0 to 1.

    >>> shade(0), shade(0.004), shade(0.6)
    ('#ffffff', '#e3eef7', '#084a8c')
    """
    return RAMP[1 + sum(100 * share >= least for least in BINS)] if share > 0 else RAMP[0]

"""Where bands, gates and ends stand on the drawing of a flow."""

from __future__ import annotations

import textwrap
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from kg import chart
from kg.analyses.ways import Pair
from kg.views.flow import words
from kg.views.flow.bands import Flow

if TYPE_CHECKING:
    import pandas as pd

COLOURS: Final = {
    "Portal": "blue", "Caval": "sky", "Hematogenous": "red", "VertebralPlexus": "orange", "PulmonaryVenous": "red",
    "Arterial": "red", "VenousGrowth": "sky", "Lymphatic": "green", "ThoracicDuct": "green", "Transcoelomic": "purple",
}  # fmt: skip
"""The colours of routes; those of blood that are no vein of their own share one. The name beside each line says which."""
WHOLE: Final = 100
"""Height of 100 % of the patients, the same in every picture of a cancer."""
_SMALL: Final = 56
"""The same in pictures of a site that more than _FEW cancers reach."""
_FEW: Final = 12
_SLOT: Final = 21
_TOP: Final = 46
_NAME: Final = 30
"""Room above the line of a route for its name."""
_THINNEST: Final = 1.4


def drawing(flow: Flow, labels: dict[str, tuple[str, str]], tips: list[str]) -> dict[str, Any]:
    """All that the template draws: bands, gates, ends and the legend with their places, in units of the drawing."""
    rows, whole = flow.rows, WHOLE if flow.outward or len(flow.rows) <= _FEW else _SMALL
    x = {"hub": 204, "gate": 484, "end": 760} if flow.outward else {"end": 468, "gate": 730, "hub": 960}
    widths = [max(_THINNEST, float(share) * whole) if there else 0.0
              for share, there in rows[["proportion", "counted"]].fillna({"proportion": 0}).itertuples(index=False)]  # fmt: skip
    ends = _ends(rows, widths)
    gates = _gates(rows, widths, ends, labels)
    bottom = max(
        [
            *(end["y"] + end["height"] / 2 for end in ends.values()),
            *(gate["bottom"] for gate in gates.values()),
            _TOP + whole + 60,
        ]
    )
    middle = (_TOP + bottom) / 2
    hub = _at_hub(rows, widths, gates, middle - whole / 2, whole)
    keys = list(zip(rows["cancer_id"], rows["site_id"], strict=True))
    bands = []
    for i, row in enumerate(chart.rows(rows)):
        end, gate = ends[keys[i]], gates[row.route]
        stops = [(x["hub"], hub[i]), (x["gate"], gate["places"][i]), (x["end"], end["y"])]
        kind = (
            "dotted"
            if not row.counted
            else "several"
            if row.of > 1
            else "unstated"
            if row.how == "unstated"
            else "plain"
        )
        bands.append(
            {
                "d": chart.ribbon(sorted(stops), widths[i]), "line": chart.ribbon(sorted(stops), 0),
                "kind": kind, "guess": row.how in ("inferred", "drainage"), "route": row.route, "colour": gate["colour"],
                "y": round(end["y"], 1), "bar": round(widths[i], 1), "first": keys.index(keys[i]) == i,
                "name": chart.fit(row.end.rstrip("*"), 250, 15), "number": words.share(row) if row.counted else row.missing,
            }
        )  # fmt: skip
    nth = rows.groupby(["cancer_id", "site_id"]).cumcount()
    lines = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    legend = chart.legend(words.legend(flow), 0)
    patients = rows.loc[rows["counted"], "patients"]
    return {
        "total": round(bottom + 34 + legend[-1]["y"]), "outward": flow.outward, "x": x, "whole": whole, "middle": round(middle, 1),
        "hub": textwrap.wrap(flow.hub, 20)[:5], "patients": _patients(patients, flow.way[0]) if flow.outward else [],
        "counted": bool(rows["counted"].any()),
        "bands": bands,
        "marks": [{"row": lines[key], "col": int(n), "tip": tip} for key, n, tip in zip(keys, nth, tips, strict=True)],
        "gates": [{k: gate[k] for k in ("route", "name", "top", "bottom", "colour")} for gate in gates.values()],
        "legend": legend, "legend_top": round(bottom + 22),
    }  # fmt: skip


def _patients(patients: pd.Series, denominator: str) -> list[str]:
    if patients.empty:
        return []
    least, most = int(patients.min()), int(patients.max())
    n = f"n = {most:,}" if least == most else f"n = {least:,} to {most:,}"
    return [n, *textwrap.wrap(chart.OF_WHOM[denominator], 26)]


def _ends(rows: pd.DataFrame, widths: list[float]) -> dict[Pair, dict[str, float]]:
    """Where each pair ends, one below the other, as high as its band or its name."""
    made: dict[Pair, dict[str, float]] = {}
    top = float(_TOP)
    for key, width in zip(zip(rows["cancer_id"], rows["site_id"], strict=True), widths, strict=True):
        if key not in made:
            height = max(float(_SLOT), width + 4)
            made[key] = {"y": top + height / 2, "height": height}
            top += height
    return made


def _gates(
    rows: pd.DataFrame, widths: list[float], ends: dict[Pair, dict[str, float]], labels: dict[str, tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    """The line of each route with the places of its bands on it, beside their ends where there is room."""
    keys = list(zip(rows["cancer_id"], rows["site_id"], strict=True))
    members = {route: [i for i, one in enumerate(rows["route"]) if one == route] for route in _order_of_gates(rows)}
    room = {route: [max(widths[i], 3.0) + 1.5 for i in inside] for route, inside in members.items()}
    wanted = [
        sum(ends[keys[i]]["y"] for i in inside) / len(inside) - sum(room[route]) / 2
        for route, inside in members.items()
    ]
    last = max(end["y"] + end["height"] / 2 for end in ends.values())
    tops = chart.apart(wanted, [sum(each) for each in room.values()], float(_TOP), last, _NAME)
    made: dict[str, dict[str, Any]] = {}
    for top, (route, inside) in zip(tops, members.items(), strict=True):
        at = list(accumulate(room[route], initial=top))
        made[route] = {
            "route": route, "name": words.route_name(route, labels), "top": round(top - 4, 1), "bottom": round(at[-1] + 4, 1),
            "places": {i: y + each / 2 for i, y, each in zip(inside, at, room[route], strict=False)},
            "colour": COLOURS.get(route, "other") if route else "none",
        }  # fmt: skip
    return made


def _order_of_gates(rows: pd.DataFrame) -> list[str]:
    """Routes by where their bands end, on average; the one that nobody states last."""
    where = rows.assign(at=range(len(rows))).groupby("route")["at"].mean()
    return sorted((str(route) for route in where.index), key=lambda route: (route == "", where[route]))


def _at_hub(
    rows: pd.DataFrame, widths: list[float], gates: dict[str, dict[str, Any]], top: float, whole: float
) -> dict[int, float]:
    """Where bands leave the shared end: spread over its height, overlapping, none outside."""
    order = sorted(range(len(rows)), key=lambda i: gates[rows["route"].iloc[i]]["places"][i])
    steps = [n / (len(order) - 1) for n in range(len(order))] if len(order) > 1 else [0.5]
    return {i: top + widths[i] / 2 + (whole - widths[i]) * step for i, step in zip(order, steps, strict=True)}

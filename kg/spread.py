"""Statements about spread, property by property -> a DataFrame, a row a statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from kg.query import frame
from kg.vocabulary import PREFIXES, curie

if TYPE_CHECKING:
    import pandas as pd

    from kg.names import Named

COLUMNS: Final = (
    "cancer", "cancer_id", "site", "site_id", "cases", "patients", "proportion", "lower95", "upper95", "measure",
    "denominator", "ascertainment", "population", "source", "tier", "own_organ", "from_percent", "inferred", "kind",
    "statement", "stratum", "selection", "cohort", "percent", "percent_range", "route", "strength", "wording", "stance",
    "evidence", "sum_of", "locator", "note", "pools", "members", "tau_squared", "prediction_lower95",
    "prediction_upper95",
)  # fmt: skip
"""Columns of a spread table: the first twenty are promised, the others say more of the same statement."""

_MKG: Final = PREFIXES["mkg"]
_COLUMN_OF: Final = {
    PREFIXES["rdf"] + "subject": "cancer_id",
    PREFIXES["rdf"] + "object": "site_id",
    _MKG + "caseCount": "cases",
    _MKG + "patientCount": "patients",
    _MKG + "ownOrgan": "own_organ",
    _MKG + "fromPercent": "from_percent",
    _MKG + "percentAsStated": "percent",
    _MKG + "percentRange": "percent_range",
    _MKG + "viaRoute": "route",
    _MKG + "sumOf": "sum_of",
    _MKG + "poolCount": "pools",
    _MKG + "tauSquared": "tau_squared",
    _MKG + "predictionLower95": "prediction_lower95",
    _MKG + "predictionUpper95": "prediction_upper95",
    **{
        _MKG + name: name
        for name in (
            "proportion", "lower95", "upper95", "measure", "denominator", "ascertainment", "population", "stratum",
            "selection", "cohort", "strength", "wording", "stance", "evidence", "locator", "note",
        )
    },
}  # fmt: skip
_DERIVED_FROM: Final = PREFIXES["prov"] + "wasDerivedFrom"
_TYPE: Final = PREFIXES["rdf"] + "type"
_KINDS: Final = {_MKG + "SpreadObservation": "observation", _MKG + "SpreadEstimate": "estimate"}
_ORIGIN: Final = _MKG + "OriginObservation"
_LISTS: Final = ("route", "sum_of")


def table(
    properties: Iterable[list[Any]],
    entities: Mapping[str, Named],
    tiers: Mapping[str, str],
    cancer_id: str | None = None,
    site_id: str | None = None,
) -> pd.DataFrame:
    """Rows of (statement, property, value) as a table with COLUMNS, estimates first, then by proportion.

    `inferred` is true for a row that is about something within the cancer or the site that was asked for.
    """
    rows = [_labelled(row, entities, tiers) for row in _pivoted(properties).values() if row["kind"] != "origin"]
    for row in rows:
        row["inferred"] = cancer_id not in (None, row["cancer_id"]) or site_id not in (None, row["site_id"])
    rows.sort(key=_order)
    made = frame(list(COLUMNS), [[row.get(name) for name in COLUMNS] for row in rows])
    return made.astype({"own_organ": bool, "from_percent": bool, "inferred": bool, **_NUMBERS})


_NUMBERS: Final = {
    "cases": "Int64",
    "patients": "Int64",
    "proportion": "float64",
    "lower95": "float64",
    "upper95": "float64",
    "pools": "Int64",
    "tau_squared": "float64",
    "prediction_lower95": "float64",
    "prediction_upper95": "float64",
}


def _pivoted(properties: Iterable[list[Any]]) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for statement, property_, value in properties:
        row = rows.get(statement)
        if row is None:
            row = rows[statement] = {"kind": "said", "own_organ": False, "from_percent": False, "source": ""}
        if column := _COLUMN_OF.get(property_):
            row[column] = f"{row[column]}|{value}" if column in _LISTS and column in row else value
        elif property_ == _DERIVED_FROM:
            row["source"] = f"{row['source']}|{curie(value)}" if row["source"] else value
        elif property_ == _TYPE:
            row["kind"] = "origin" if value == _ORIGIN else _KINDS.get(value, row["kind"])
    for statement, row in rows.items():
        row["statement"] = statement
    return rows


def _labelled(row: dict[str, Any], entities: Mapping[str, Named], tiers: Mapping[str, str]) -> dict[str, Any]:
    """IRIs as CURIEs or local names, with the labels of cancer and site and the tier of the source.

    An estimate is nobody's own: its source is "derived", without a tier; the statements it pools are its members.
    """
    for column in ("cancer_id", "site_id", "statement", "evidence"):
        if column in row:
            row[column] = curie(row[column])
    for column in _LISTS:
        if column in row:
            row[column] = "|".join(sorted(map(curie, row[column].split("|"))))
    for column in ("measure", "denominator", "ascertainment"):
        if column in row:
            row[column] = row[column].removeprefix(_MKG)
    for end in ("cancer", "site"):
        named = entities.get(row[f"{end}_id"])
        row[end] = named.label if named else "any distant site"
    if row["kind"] == "estimate":
        row["members"], row["source"] = "|".join(sorted(curie(row["source"]).split("|"))), "derived"
    row["source"] = row["source"].removeprefix(PREFIXES["mkgs"])
    row["tier"] = tiers.get(row["source"])
    return row


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    kind = ("estimate", "observation", "said").index(row["kind"])
    return kind, -row.get("proportion", 0), -row.get("patients", 0), row["cancer"], row["site"], row["statement"]

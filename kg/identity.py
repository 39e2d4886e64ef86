"""What a statement says and what names it: subject, predicate, object, and an identifier made of its identity."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final

from kg import records as r

IDENTITY: Final = (
    "table", "source", "subject", "predicate", "object", "population", "stratum", "measure", "denominator",
    "ascertainment", "cohort", "stance", "route",
)  # fmt: skip
"""Names that make up an identity, in the order they are hashed in; an empty one is left out."""


def triple(statement: r.Statement) -> tuple[str, str, str]:
    """Subject, predicate and object as CURIEs; a remark's object is its text, an incidence's its year, sex and age."""
    match statement:
        case r.SpreadObservation() | r.OriginObservation() | r.Spread():
            return statement.cancer, "mkg:spreadsTo", statement.site
        case r.Location():
            return statement.condition, f"mkg:{statement.predicate}", statement.site
        case r.ConditionSymptom():
            return statement.condition, "mkg:hasSymptom", statement.symptom
        case r.ConditionComplication():
            return statement.condition, "mkg:hasComplication", statement.complication
        case r.TreatmentUse():
            return statement.treatment, f"mkg:{statement.predicate}", statement.target
        case r.Drainage():
            return statement.organ, "mkg:drainsTo", statement.target
        case r.Remark():
            return statement.subject, statement.aspect, statement.text
        case r.Incidence():
            return statement.cancer, "mkg:incidence", f"{statement.year}, {statement.sex}, {statement.age_group}"


def identity(statement: r.Statement) -> dict[str, str]:
    """The parts that tell a statement from every other, by name."""
    subject, predicate, object_ = triple(statement)
    parts = {
        "table": r.TABLE_OF[type(statement)],
        "source": statement.source,
        "subject": subject,
        "predicate": predicate,
        "object": object_,
    }
    for name in IDENTITY[len(parts) :]:
        value = getattr(statement, name, "")
        parts[name] = "|".join(sorted(value)) if isinstance(value, tuple) else value
    return {name: unicodedata.normalize("NFC", value) for name, value in parts.items() if value}


def statement_id(statement: r.Statement) -> str:
    """CURIE `mkgst:<source>-<hash>`: 16 hex digits of SHA-256 over the identity, a `name=value` a line.

    A corrected count or an added column renames nothing.
    """
    text = "\n".join(f"{name}={value}" for name, value in identity(statement).items())
    return f"mkgst:{statement.source}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

"""Tables -> the derived graph: what follows from the statements and is nobody's own."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import Literal, Quad

from kg import hierarchy
from kg.identity import statement_id, triple
from kg.pooling import LEAST_STUDIES, pool
from kg.rdf import Pairs, graph_of, node, own_organ_rule
from kg.records import Entity, OriginObservation, SpreadObservation, Tables

Observations = list[SpreadObservation]


def derived_quads(tables: Tables) -> Iterator[Quad]:
    """The derived graph."""
    yield from within_quads(tables.entities)
    yield from estimate_quads(tables)


def within_quads(entities: Iterable[Entity]) -> Iterator[Quad]:
    """`mkg:within`, for each entity and all it lies within, itself included."""
    predicate, graph = node("mkg:within"), graph_of("derived")
    for inner, outers in hierarchy.within(entities).items():
        for outer in sorted(outers):
            yield Quad(node(inner), predicate, node(outer), graph)


# --- Estimates ---------------------------------------------------------------------------------

_MIXED: Final = ("", "subgroup", "one_stage")
"""Strata that hold other patients in every source, or that are not told."""
_ALIKE: Final = ("population", "stratum", "measure", "denominator", "ascertainment")
"""What observations of one pair must have in common, as their identity names it."""


def estimate_quads(tables: Tables) -> Iterator[Quad]:
    """A `mkg:SpreadEstimate` for each pair that enough independent patients were counted for; it makes no edge."""
    for members in estimates(tables):
        name, graph = node(_estimate_id(members[0])), graph_of("derived")
        for predicate, object_ in _estimate(members):
            yield Quad(name, node(predicate), object_, graph)


def estimates(tables: Tables) -> Iterator[Observations]:
    """The members of each estimate: alike, unselected, exactly counted, one for each of three or more patient pools.

    Two populations in different words are two populations. Of observations that may share patients, the one of most
    patients stands for all, whatever it found.
    """
    own_organ = own_organ_rule(tables)
    named = {source.key: source.patient_pools for source in tables.sources}
    alike: defaultdict[tuple[str, ...], Observations] = defaultdict(list)
    for statement in tables.statements:
        if isinstance(statement, SpreadObservation) and _may_be_pooled(statement):
            alike[_what(statement)].append(statement)
    for _, observations in sorted(alike.items()):
        members = [min(joined, key=_largest) for joined in _independent(observations, named)]
        if len(members) >= LEAST_STUDIES and not own_organ(members[0].cancer, members[0].site):
            yield sorted(members, key=_largest)


def _may_be_pooled(observation: SpreadObservation) -> bool:
    return (
        not isinstance(observation, OriginObservation)
        and observation.selection == "unselected"
        and observation.measure == "mkg:Patients"
        and observation.stratum not in _MIXED
        and observation.cases is not None
        and not observation.sum_of
    )


def _what(observation: SpreadObservation) -> tuple[str, ...]:
    """What is counted, among whom and how: subject, predicate, object and all that must be alike."""
    alike = (getattr(observation, name) for name in _ALIKE)
    return tuple(unicodedata.normalize("NFC", value) for value in (*triple(observation), *alike))


def _largest(observation: SpreadObservation) -> tuple[int, str, str]:
    """Sorts by patients, most first; what was found has no say."""
    return -observation.patients, observation.source, statement_id(observation)


def _independent(observations: Observations, named: Mapping[str, tuple[str, ...]]) -> list[Observations]:
    """Observations, joined where they may share patients: one source, or a pool in common, also by way of a third.

    One whose patients are not known is left out.
    """
    groups: list[tuple[set[str], Observations]] = []
    for observation in observations:
        if pools := named[observation.source] or _named_in(observation.cohort):
            names, members = {f"mkgs:{observation.source}", *pools}, [observation]
            for group in [group for group in groups if group[0] & names]:
                groups.remove(group)
                names |= group[0]
                members += group[1]
            groups.append((names, members))
    return [members for _, members in groups]


def _named_in(cohort: str) -> tuple[str, ...]:
    """The hospital or registry that a cohort names, if it names its years too.

    >>> _named_in("Ontario Cancer Registry, 2010-2018"), _named_in("Pondville Hospital 1928-1948")
    (('Ontario Cancer Registry',), ('Pondville Hospital',))
    >>> _named_in("1944-1974"), _named_in("single centre 1982-2014"), _named_in("Yonsei Cancer Center")
    ((), (), ())
    """
    name = re.split(r"[,;(\d]", cohort)[0].strip(" -")
    return (name,) if name[:1].isupper() and re.search(r"\b\d{4}\b", cohort) else ()


def _estimate_id(member: SpreadObservation) -> str:
    """CURIE `mkgst:derived-<hash>`, made like that of any statement: it stays while members come and go."""
    names = ("table", "source", "subject", "predicate", "object", *_ALIKE)
    parts = zip(names, ("estimates", "derived", *_what(member)), strict=True)
    text = "\n".join(f"{name}={value}" for name, value in parts if value)
    return f"mkgst:derived-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _estimate(members: Observations) -> Pairs:
    member, (subject, predicate, object_) = members[0], triple(members[0])
    yield "rdf:type", node("mkg:Statement")
    yield "rdf:type", node("mkg:SpreadEstimate")
    yield "rdf:subject", node(subject)
    yield "rdf:predicate", node(predicate)
    yield "rdf:object", node(object_)
    for one in members:
        yield "prov:wasDerivedFrom", node(statement_id(one))
    yield from _numbers(members)
    yield "mkg:measure", node(member.measure)
    yield "mkg:denominator", node(member.denominator)
    yield "mkg:ascertainment", node(member.ascertainment)
    yield "mkg:selection", Literal(member.selection)
    yield "mkg:stratum", Literal(member.stratum)
    if member.population:
        yield "mkg:population", Literal(member.population)


def _numbers(members: Observations) -> Pairs:
    pooled = pool([(member.cases or 0, member.patients) for member in members])
    yield "mkg:poolCount", Literal(len(members))
    yield "mkg:patientCount", Literal(sum(member.patients for member in members))
    yield "mkg:proportion", Literal(pooled.proportion)
    yield "mkg:lower95", Literal(pooled.lower)
    yield "mkg:upper95", Literal(pooled.upper)
    yield "mkg:tauSquared", Literal(pooled.tau_squared)
    if pooled.prediction_lower is not None and pooled.prediction_upper is not None:
        yield "mkg:predictionLower95", Literal(pooled.prediction_lower)
        yield "mkg:predictionUpper95", Literal(pooled.prediction_upper)

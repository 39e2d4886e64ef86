"""Records -> quads, one named graph a source: what stands in the tables, and the direct edges that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, parse

from kg import hierarchy
from kg import records as r
from kg.consistency import ANY_SITE
from kg.identity import statement_id, triple
from kg.proportions import interval_of_percent, whole_cases, wilson_interval
from kg.resources import ONTOLOGY
from kg.vocabulary import EVIDENCE, PREFIXES, iri

Term = NamedNode | Literal
Pairs = Iterator[tuple[str, Term]]
"""Predicates, as CURIEs, with objects, of one subject."""


@lru_cache(maxsize=1 << 16)
def node(curie: str) -> NamedNode:
    """The IRI of a CURIE, as a term."""
    return NamedNode(iri(curie))


_TYPE: Final = "rdf:type"
_GYEAR: Final = NamedNode(PREFIXES["xsd"] + "gYear")
_ABOVE: Final = {"Cancer": "Condition", "Metastasis": "Condition", "Complication": "Condition"}


def graph_of(source: str) -> NamedNode:
    """The named graph of a source, or of `ontology`, `entities`, `derived`."""
    return node(f"mkgg:{source}")


def to_quads(tables: r.Tables) -> Iterator[Quad]:
    """All quads of the tables and of the ontology; the derived graph is not among them."""
    yield from ontology_quads()
    for entity in tables.entities:
        yield from _quads(node(entity.id), _entity(entity), graph_of("entities"))
    for source in tables.sources:
        yield from _quads(node(f"mkgs:{source.key}"), _source(source), graph_of(source.key))
        yield from _quads(graph_of(source.key), _dataset(source), graph_of(source.key))
    own_organ = own_organ_rule(tables)
    for statement in tables.statements:
        yield from statement_quads(statement, own_organ)


def ontology_quads() -> Iterator[Quad]:
    """The vocabulary, in its graph; its blank nodes are numbered in their order, so that each build names them alike."""
    nameless: dict[BlankNode, BlankNode] = {}

    def named(term: Any) -> Any:
        return nameless.setdefault(term, BlankNode(f"b{len(nameless)}")) if isinstance(term, BlankNode) else term

    for triple_ in parse(path=str(ONTOLOGY / "metastasis.ttl")):
        yield Quad(named(triple_.subject), triple_.predicate, named(triple_.object), graph_of("ontology"))


def own_organ_rule(tables: r.Tables) -> Callable[[str, str], bool]:
    """(cancer, site) -> whether local growth cannot be told from spread there."""
    above = hierarchy.within(tables.entities)
    includes = hierarchy.compounds(tables.entities)
    locations = [s for s in tables.statements if isinstance(s, r.Location)]
    origins = hierarchy.origins(tables.entities, locations)

    @cache
    def own_organ(cancer: str, site: str) -> bool:
        return hierarchy.is_own_organ(site, origins.get(cancer, ()), above, includes)

    return own_organ


def statement_quads(statement: r.Statement, own_organ: Callable[[str, str], bool]) -> Iterator[Quad]:
    """A statement's quads in the graph of its source, with the edge it makes, if it makes one."""
    subject, predicate, object_ = triple(statement)
    name, graph = node(statement_id(statement)), graph_of(statement.source)
    own = isinstance(statement, r.SpreadObservation) and own_organ(subject, object_)
    yield from _quads(name, _statement(statement), graph)
    if own:
        yield Quad(name, node("mkg:ownOrgan"), Literal(True), graph)
    if makes_edge(statement) and not own:
        yield Quad(node(subject), node(predicate), node(object_), graph)


def makes_edge(statement: r.Statement) -> bool:
    """True if the statement says of its pair that the relation holds.

    None comes of a remark or an incidence, of a refutation, an illustration, a count of 0, or any distant site; nor
    of spread that a curator inferred, since the source itself does not say it.
    """
    match statement:
        case r.Remark() | r.Incidence():
            return False
        case r.SpreadObservation() | r.Spread() if statement.site == ANY_SITE or _is_zero(statement):
            return False
        case r.Spread() if statement.evidence == "inferred":
            return False
        case r.Said():
            return statement.stance != "refutes" and statement.strength != "illustration"
        case _:
            return True


def _is_zero(statement: r.SpreadObservation | r.Spread) -> bool:
    return statement.cases == 0 or (
        statement.cases is None and statement.percent != "" and float(statement.percent) == 0
    )


# --- One function a record type ----------------------------------------------------------------


def _source(source: r.Source) -> Pairs:
    yield _TYPE, node("mkg:Source")
    yield "dcterms:title", Literal(source.title)
    yield "mkg:tier", Literal(source.tier)
    yield from _words("dcterms:publisher", source.publisher)
    yield from _words("bibo:doi", source.doi)
    yield from _words("bibo:pmid", source.pmid)
    yield from _words("dcterms:license", source.licence)
    yield from _words("mkg:population", source.population)
    yield from (("mkg:patientPool", Literal(pool)) for pool in source.patient_pools)
    if source.year:
        yield "dcterms:issued", Literal(source.year, datatype=_GYEAR)
    if source.url:
        yield "rdfs:seeAlso", NamedNode(source.url)


def _dataset(source: r.Source) -> Pairs:
    yield _TYPE, node("void:Dataset")
    yield "dcterms:source", node(f"mkgs:{source.key}")
    yield from _words("dcterms:license", source.licence)


def _entity(entity: r.Entity) -> Pairs:
    for class_ in (entity.class_, _ABOVE.get(entity.class_), "Entity"):
        if class_:
            yield _TYPE, node(f"mkg:{class_}")
    yield "rdfs:label", Literal(entity.label)
    yield from (("skos:altLabel", Literal(name)) for name in entity.synonyms)
    yield from _nodes("rdfs:subClassOf", entity.parents)
    yield from _nodes("BFO:0000050", entity.part_of)
    yield from _nodes("skos:exactMatch", entity.exact_match)
    yield from _nodes("skos:closeMatch", entity.close_match)
    yield from _words("mkg:note", entity.note)
    if isinstance(entity, r.Organ):
        yield from _nodes("mkg:includes", entity.includes)
        yield from _words("mkg:sex", entity.sex)


def _statement(statement: r.Statement) -> Pairs:
    subject, predicate, object_ = triple(statement)
    yield _TYPE, node("mkg:Statement")
    yield "rdf:subject", node(subject)
    if not isinstance(statement, r.Remark | r.Incidence):
        yield "rdf:predicate", node(predicate)
        yield "rdf:object", node(object_)
    yield "prov:wasDerivedFrom", node(f"mkgs:{statement.source}")
    yield from _words("mkg:locator", statement.locator)
    match statement:
        case r.SpreadObservation():
            yield from _observation(statement)
        case r.Said():
            yield from _said(statement)
        case r.Remark():
            yield _TYPE, node("mkg:Remark")
            yield "mkg:aspect", Literal(statement.aspect)
            yield "mkg:text", Literal(statement.text)
            yield from _words("mkg:note", statement.note)
        case r.Incidence():
            yield from _incidence(statement)


def _observation(observation: r.SpreadObservation) -> Pairs:
    from_site = isinstance(observation, r.OriginObservation)
    yield _TYPE, node("mkg:OriginObservation" if from_site else "mkg:SpreadObservation")
    yield "mkg:evidence", NamedNode(EVIDENCE["counted"])
    yield from _numbers(observation)
    yield "mkg:measure", node(observation.measure)
    yield "mkg:denominator", node(observation.denominator)
    yield "mkg:ascertainment", node(observation.ascertainment)
    yield "mkg:selection", Literal(observation.selection)
    yield from _words("mkg:stratum", observation.stratum)
    yield from _words("mkg:population", observation.population)
    yield from _words("mkg:cohort", observation.cohort)
    yield from _nodes("mkg:sumOf", observation.sum_of)


def _numbers(observation: r.SpreadObservation) -> Pairs:
    cases, patients, percent, note = observation.cases, observation.patients, observation.percent, observation.note
    yield "mkg:patientCount", Literal(patients)
    yield from _words("mkg:percentAsStated", percent)
    if cases is None:
        interval = interval_of_percent(percent, patients)
        yield "mkg:fromPercent", Literal(True)
        if not whole_cases(percent, patients):
            note = "; ".join(part for part in (note, f"no whole number of {patients} patients is {percent} %") if part)
    else:
        interval = wilson_interval(cases, patients)
        yield "mkg:caseCount", Literal(cases)
    share = "mkg:originShare" if isinstance(observation, r.OriginObservation) else "mkg:proportion"
    yield share, Literal(interval.proportion)
    yield "mkg:lower95", Literal(interval.lower)
    yield "mkg:upper95", Literal(interval.upper)
    yield from _words("mkg:note", note)


def _said(said: r.Said) -> Pairs:
    yield "mkg:evidence", NamedNode(EVIDENCE[said.evidence or "stated"])
    yield "mkg:stance", Literal(said.stance or "supports")
    yield from _words("mkg:strength", said.strength)
    yield from _words("mkg:wording", said.wording)
    yield from _words("mkg:population", said.population)
    yield from _words("mkg:note", said.note)
    match said:
        case r.Spread():
            yield from _nodes("mkg:viaRoute", said.route)
            yield from _words("mkg:percentAsStated", said.percent)
            yield from _words("mkg:percentRange", said.percent_range)
            for predicate, number in (("mkg:caseCount", said.cases), ("mkg:patientCount", said.patients)):
                if number is not None:
                    yield predicate, Literal(number)
            for predicate, value in (
                ("mkg:measure", said.measure),
                ("mkg:denominator", said.denominator),
                ("mkg:ascertainment", said.ascertainment),
            ):
                yield from _nodes(predicate, (value,) if value else ())
        case r.ConditionComplication() if said.emergency:
            yield "mkg:emergency", Literal(True)
        case r.TreatmentUse():
            yield from _words("mkg:kind", said.kind)
            yield from (("mkg:context", Literal(context)) for context in said.context)
            yield from (("mkg:role", Literal(role)) for role in said.role)
        case r.Drainage():
            yield "mkg:medium", Literal(said.medium)


def _incidence(incidence: r.Incidence) -> Pairs:
    yield _TYPE, node("mkg:Incidence")
    yield "mkg:evidence", NamedNode(EVIDENCE["counted"])
    yield "mkg:population", Literal(incidence.population)
    yield "mkg:populationSex", Literal(incidence.sex)
    yield from _words("mkg:year", incidence.year)
    yield from _words("mkg:ageGroup", incidence.age_group)
    yield from _words("mkg:note", incidence.note)
    for predicate, number in (("mkg:newCases", incidence.count), ("mkg:ratePer100k", incidence.rate_per_100k)):
        if number is not None:
            yield predicate, Literal(number)


# --- Terms -------------------------------------------------------------------------------------


def _words(predicate: str, text: str) -> Pairs:
    if text:
        yield predicate, Literal(text)


def _nodes(predicate: str, curies: Iterable[str]) -> Pairs:
    for curie in curies:
        yield predicate, node(curie)


def _quads(subject: NamedNode, pairs: Pairs, graph: NamedNode) -> Iterator[Quad]:
    for predicate, object_ in pairs:
        yield Quad(subject, node(predicate), object_, graph)

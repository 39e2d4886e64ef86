"""Prefixes and terms; CURIE <-> IRI; the closed lists, which stand in the ontology.

>>> iri("MONDO:0008315")
'http://purl.obolibrary.org/obo/MONDO_0008315'
>>> curie("https://w3id.org/metastasis-kg/spreadsTo")
'mkg:spreadsTo'
>>> sorted(closed_list("stance"))
['refutes', 'supports']
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from pyoxigraph import parse

from kg.resources import ONTOLOGY

if TYPE_CHECKING:
    from curies import Converter

MKG: Final = "https://w3id.org/metastasis-kg/"
_OBO: Final = "http://purl.obolibrary.org/obo/"

OBO_PREFIXES: Final = ("MONDO", "NCIT", "HP", "UBERON", "MAXO", "SYMP", "ECO", "RO", "BFO", "DOID")

PREFIXES: Final[dict[str, str]] = {
    "mkg": MKG,
    "mkgg": MKG + "graph/",
    "mkgs": MKG + "source/",
    "mkgst": MKG + "statement/",
    "mkgq": MKG + "query/",
    **{name: f"{_OBO}{name}_" for name in OBO_PREFIXES},
    "obo": _OBO,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "bibo": "http://purl.org/ontology/bibo/",
    "sh": "http://www.w3.org/ns/shacl#",
    "schema": "https://schema.org/",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
}
"""Prefixes a query may use without declaring them."""

ENTITY_PREFIXES: Final = ("MONDO", "NCIT", "HP", "UBERON", "MAXO", "SYMP", "mkg")
"""Prefixes an entity's identifier may have."""

RESERVED_KEYS: Final = ("ontology", "entities", "derived")
"""Names of graphs that are no source's."""

EVIDENCE: Final = {
    "stated": PREFIXES["ECO"] + "0000204",
    "counted": PREFIXES["ECO"] + "0000180",
    "inferred": PREFIXES["ECO"] + "0000205",
}
"""Words of the tables for classes of the Evidence and Conclusion Ontology."""


@cache
def converter() -> Converter:
    """The one converter between CURIEs and IRIs."""
    from curies import Converter

    return Converter.from_prefix_map(PREFIXES)


@cache
def iri(curie: str) -> str:
    """The IRI of a CURIE whose prefix is known; raises curies.ExpansionError otherwise."""
    return converter().expand(curie, strict=True)


@lru_cache(maxsize=1 << 16)
def curie(iri: str) -> str:
    """The CURIE of an IRI, or the IRI itself where no prefix fits."""
    return converter().compress(iri, passthrough=True)


@cache
def _ontology() -> tuple[tuple[str, str, str], ...]:
    path = ONTOLOGY / "metastasis.ttl"
    return tuple((_text(q.subject), q.predicate.value, _text(q.object)) for q in parse(path=str(path)))


def _text(term: object) -> str:
    """An IRI, a blank node's name or a literal's text."""
    return str(getattr(term, "value", term))


@cache
def closed_list(name: str) -> frozenset[str]:
    """The values allowed for a property of the ontology.

    Words for a property whose range enumerates them (`stance`), CURIEs of the individuals for a
    class of the ontology (`Route`). Raises KeyError for anything else.
    """
    triples = _ontology()
    individuals = {curie(s) for s, p, o in triples if o == MKG + name and p == PREFIXES["rdf"] + "type"}
    words = _enumerated(MKG + name)
    if not individuals and not words:
        raise KeyError(name)
    return frozenset(individuals or words)


def _enumerated(prop: str) -> list[str]:
    """The literals of `prop rdfs:range [ owl:oneOf ( ... ) ]`, in order."""
    step = {(s, p): o for s, p, o in _ontology()}
    node = step.get((step.get((prop, PREFIXES["rdfs"] + "range"), ""), PREFIXES["owl"] + "oneOf"), "")
    words = []
    while (node, PREFIXES["rdf"] + "first") in step:
        words.append(step[node, PREFIXES["rdf"] + "first"])
        node = step[node, PREFIXES["rdf"] + "rest"]
    return words


@cache
def subclasses(name: str) -> frozenset[str]:
    """A class of the ontology and all classes below it, as local names.

    >>> sorted(subclasses("Condition"))
    ['Cancer', 'Complication', 'Condition', 'Metastasis']
    """
    below = {s.removeprefix(MKG) for s, p, o in _ontology() if p == PREFIXES["rdfs"] + "subClassOf" and o == MKG + name}
    return frozenset({name}).union(*(subclasses(child) for child in below))


@cache
def terms() -> frozenset[str]:
    """CURIEs of all that the ontology itself names."""
    return frozenset(curie(s) for s, p, _ in _ontology() if p == PREFIXES["rdf"] + "type" and s.startswith(MKG))


@cache
def domain_and_range(predicate: str) -> tuple[str, str]:
    """Local names of the classes an edge goes from and to.

    >>> domain_and_range("mkg:treats")
    ('Treatment', 'Condition')
    """
    step = {(s, p): o for s, p, o in _ontology()}
    domain, range_ = (step[iri(predicate), PREFIXES["rdfs"] + side] for side in ("domain", "range"))
    return domain.removeprefix(MKG), range_.removeprefix(MKG)

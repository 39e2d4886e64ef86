"""`kg.vocabulary` knows prefixes, terms and closed lists from one place, the ontology, which any OWL tool can read."""

from __future__ import annotations

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, SKOS, XSD, URIRef

from kg import records, vocabulary
from kg.resources import ONTOLOGY
from kg.vocabulary import ENTITY_PREFIXES, MKG, PREFIXES, closed_list, curie, domain_and_range, iri, subclasses

OWL_FILE = rdflib.Graph().parse(ONTOLOGY / "metastasis.ttl")
TERMS = sorted({s for s in OWL_FILE.subjects(RDF.type, None) if isinstance(s, URIRef) and str(s).startswith(MKG)})
HEADER = URIRef(MKG + "ontology")
DECLARED = {str(term) for term in TERMS if (term, RDF.type, OWL.Class) in OWL_FILE}


def test_a_curie_and_its_iri_lead_to_each_other() -> None:
    for name in PREFIXES:
        assert curie(iri(f"{name}:0000001")) == (f"{name}:0000001" if name != "obo" else "obo:0000001")
    assert iri("UBERON:0001474") == "http://purl.obolibrary.org/obo/UBERON_0001474"
    assert curie("http://purl.obolibrary.org/obo/UBERON_0001474") == "UBERON:0001474"


@given(st.sampled_from(ENTITY_PREFIXES), st.text("0123456789", min_size=1, max_size=10))
def test_every_identifier_that_is_let_in_goes_there_and_back(prefix: str, digits: str) -> None:
    name = f"{prefix}:{'C' if prefix == 'NCIT' else ''}{digits}"
    assert records.identifier(name) == name
    assert curie(iri(name)) == name


def test_an_address_without_a_prefix_stays_as_it_is() -> None:
    assert curie("https://example.org/x") == "https://example.org/x"


def test_the_header_names_version_and_licence() -> None:
    assert (HEADER, RDF.type, OWL.Ontology) in OWL_FILE
    assert OWL_FILE.value(HEADER, OWL.versionIRI) == URIRef(f"{HEADER}/{OWL_FILE.value(HEADER, OWL.versionInfo)}")
    assert OWL_FILE.value(HEADER, rdflib.DCTERMS.license)
    assert "OWL 2 Full" in str(OWL_FILE.value(HEADER, RDFS.comment))


def test_every_term_has_one_label_and_one_definition_in_english() -> None:
    assert len(TERMS) > 90
    for term in TERMS:
        if term != HEADER:
            for predicate in (RDFS.label, SKOS.definition):
                found = list(OWL_FILE.objects(term, predicate))
                assert [getattr(text, "language", None) for text in found] == ["en"], (term, predicate)


def test_labels_of_terms_are_unique() -> None:
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        labels = [str(OWL_FILE.value(term, RDFS.label)) for term in OWL_FILE.subjects(RDF.type, kind) if term in TERMS]
        assert len(labels) == len(set(labels))


def test_domains_ranges_and_superclasses_are_declared() -> None:
    standard = {str(OWL.Thing), str(RDF.Statement), "http://www.w3.org/ns/prov#Entity"}
    for predicate in (RDFS.domain, RDFS.range, RDFS.subClassOf):
        for term, other in OWL_FILE.subject_objects(predicate):
            if isinstance(other, URIRef):
                assert str(other) in DECLARED | standard or str(other).startswith(str(XSD)), (term, other)


def test_every_individual_is_of_a_declared_class() -> None:
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.Ontology, OWL.NamedIndividual}
    for term in TERMS:
        for kind in set(OWL_FILE.objects(term, RDF.type)) - kinds:
            assert str(kind) in DECLARED, (term, kind)


def test_matches_to_other_vocabularies_are_matches_and_not_sub_properties() -> None:
    assert not list(OWL_FILE.subject_objects(RDFS.subPropertyOf))
    matches = {curie(str(s)): curie(str(o)) for s, o in OWL_FILE.subject_objects(SKOS.closeMatch)}
    assert (matches["mkg:arisesIn"], matches["mkg:locatedIn"]) == ("RO:0004026", "RO:0004026")
    assert matches["mkg:hasSymptom"] == "RO:0002452"
    assert not {"mkg:spreadsTo", "mkg:treats"} & set(matches)


@pytest.mark.parametrize(
    ("name", "some"),
    [
        ("Ascertainment", {"mkg:Autopsy", "mkg:AtDiagnosis", "mkg:EverRecorded", "mkg:FirstMetastasis", "mkg:SampledSite", "mkg:Recurrence"}),
        ("Denominator", {"mkg:AllPatients", "mkg:MetastaticPatients"}),
        ("Measure", {"mkg:Patients", "mkg:OnlySite", "mkg:Lesions", "mkg:CumulativeIncidence"}),
        ("Route", {"mkg:Portal", "mkg:Caval", "mkg:Lymphatic", "mkg:Transcoelomic"}),
        ("stance", {"supports", "refutes"}),
        ("stratum", {"all_stages", "metastatic_at_diagnosis", "nonmetastatic_at_diagnosis", "autopsied"}),
        ("selection", {"selected", "unselected"}),
        ("tier", {"A", "B", "C"}),
        ("strength", {"illustration", "common", "possible"}),
        ("sex", {"female", "male"}),
    ],
)  # fmt: skip
def test_the_closed_lists_of_the_contract_stand_in_the_ontology(name: str, some: set[str]) -> None:
    assert some <= closed_list(name)


def test_a_list_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError):
        closed_list("spreadsTo")


@pytest.mark.parametrize(
    ("predicate", "ends"),
    [
        ("arisesIn", ("Cancer", "Organ")), ("spreadsTo", ("Cancer", "Organ")), ("locatedIn", ("Metastasis", "Organ")),
        ("hasSymptom", ("Condition", "Symptom")), ("hasComplication", ("Condition", "Complication")),
        ("treats", ("Treatment", "Condition")), ("relieves", ("Treatment", "Symptom")), ("drainsTo", ("Organ", "Organ")),
    ],
)  # fmt: skip
def test_the_edges_of_the_contract_join_these_kinds(predicate: str, ends: tuple[str, str]) -> None:
    assert domain_and_range(f"mkg:{predicate}") == ends


def test_subclasses_are_found_at_any_depth() -> None:
    assert subclasses("Entity") == {
        "Entity", "Condition", "Cancer", "Metastasis", "Complication", "Organ", "Symptom", "Treatment",
    }  # fmt: skip


def test_every_property_the_graph_uses_is_declared() -> None:
    """What `kg.rdf` writes under mkg: stands in the ontology."""
    from pyoxigraph import Store

    from kg import build
    from tests.small import GOOD

    store = Store()
    build.check(GOOD, into=lambda: store)
    used = {quad.predicate.value for quad in store if quad.predicate.value.startswith(MKG)}
    assert {curie(one) for one in used} <= vocabulary.terms()
    assert len(used) > 25

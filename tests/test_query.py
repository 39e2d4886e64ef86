"""`kg.query` answers SPARQL in types people know, explains what does not parse, and asks no other server unbidden."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, parse, serialize

from kg import query
from kg.errors import QueryError, QueryFailed, QuerySyntaxError
from kg.vocabulary import PREFIXES

STORE = Store()
STORE.bulk_load(
    """@prefix mkg: <https://w3id.org/metastasis-kg/> . @prefix ex: <http://x/> .
    ex:one mkg:caseCount 3 ; mkg:proportion 0.25e0 ; mkg:ownOrgan true ; ex:p "s" ; ex:a\\# 1 ; ex:a\\' 1 .
    ex:two mkg:caseCount 0 ; ex:p "it's" .""",
    format=RdfFormat.TURTLE,
)


def asked(text: str) -> pd.DataFrame | bool | rdflib.Graph:
    return query.answer(query.ask(STORE, text))


def table(text: str) -> pd.DataFrame:
    found = asked(text)
    assert isinstance(found, pd.DataFrame)
    return found


# --- Answers -----------------------------------------------------------------------------------


def test_each_form_of_query_has_its_type() -> None:
    assert asked("ASK { ?s mkg:caseCount 3 }") is True
    assert asked("ASK { ?s mkg:caseCount 4 }") is False
    assert list(table("SELECT ?s ?n { ?s mkg:caseCount ?n } ORDER BY ?n")["n"]) == [0, 3]
    for text in (
        "CONSTRUCT { ?s mkg:patientCount ?n } WHERE { ?s mkg:caseCount ?n }",
        "DESCRIBE ?s { ?s mkg:caseCount 0 }",
    ):
        found = asked(text)
        assert isinstance(found, rdflib.Graph)
        assert len(found) == 2
        assert dict(found.namespaces())["mkg"] == rdflib.URIRef(PREFIXES["mkg"])


@pytest.mark.parametrize(
    ("expression", "dtype", "value"),
    [
        ("3", "Int64", 3),
        ('"7"^^xsd:long', "Int64", 7),
        ("0.5", "float64", 0.5),
        ("5e-1", "float64", 0.5),
        ('"INF"^^xsd:double', "float64", math.inf),
        ("true", "boolean", True),
        ('"1"^^xsd:boolean', "boolean", True),
        ('"x"', "str", "x"),
        ('"x"@en', "str", "x"),
        ("<http://x/one>", "str", "http://x/one"),
        ('"2022"^^xsd:gYear', "str", "2022"),
        ('"many"^^xsd:integer', "str", "many"),
        ('"perhaps"^^xsd:boolean', "str", "perhaps"),
        ('"\u0661\u0662"^^xsd:integer', "str", "\u0661\u0662"),
        ('"1_000"^^xsd:integer', "str", "1_000"),
        ("123456789012345678901234567890", "object", 123456789012345678901234567890),
    ],
)  # fmt: skip
def test_a_column_has_the_type_of_what_is_in_it(expression: str, dtype: str, value: object) -> None:
    found = table(f"SELECT ({expression} AS ?x) {{}}")
    assert str(found["x"].dtype) == dtype
    assert found["x"].iloc[0] == value


def test_a_column_with_gaps_keeps_its_type_and_numbers_of_two_kinds_become_decimals() -> None:
    found = table(
        "SELECT ?s ?p ?o { ?s mkg:caseCount ?n OPTIONAL { ?s mkg:proportion ?p } OPTIONAL { ?s mkg:ownOrgan ?o } } ORDER BY ?n"
    )
    assert [str(dtype) for dtype in found.dtypes] == ["str", "float64", "boolean"]
    assert found["p"].isna().tolist() == found["o"].isna().tolist() == [True, False]
    counts = table("SELECT ?n { VALUES (?i ?n) { (1 3) (2 UNDEF) } } ORDER BY ?i")["n"]
    assert (str(counts.dtype), counts.isna().tolist()) == ("Int64", [False, True])
    assert str(table("SELECT ?x { VALUES ?x { 1 2.5 } }")["x"].dtype) == "float64"
    assert str(table('SELECT ?x { VALUES ?x { 1 "two" } }')["x"].dtype) == "object"


@pytest.mark.parametrize(
    "text", ["SELECT ?b ?a ?c { ?a ?b ?c FILTER(false) }", "SELECT ?b ?a ?c { ?a mkg:none ?b, ?c }"]
)
def test_columns_are_named_and_typed_in_their_order_when_there_are_no_rows(text: str) -> None:
    found = table(text)
    assert list(found.columns) == ["b", "a", "c"]
    assert [str(dtype) for dtype in found.dtypes] == ["str"] * 3
    assert len(found) == 0


def test_values() -> None:
    integer, boolean = (NamedNode(PREFIXES["xsd"] + name) for name in ("integer", "boolean"))
    assert query.value(Literal(5)) == 5
    assert query.value(Literal("-5", datatype=integer)) == -5
    assert query.value(Literal("12.50", datatype=NamedNode(PREFIXES["xsd"] + "decimal"))) == 12.5
    assert [query.value(Literal(text, datatype=boolean)) for text in ("true", "false", "1", "0")] == [True, False] * 2
    assert query.value(BlankNode("b")) == "_:b"
    assert query.value(None) is None


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    broken = query.ask(STORE, "SELECT * { SERVICE ?nowhere { ?s ?p ?o } }", allow_service=True)
    with pytest.raises(QueryFailed, match="the query broke off"):
        query.answer(broken)
    with pytest.raises(QueryError, match="makes no rows; allowed: SELECT"):
        query.select(query.ask(STORE, "ASK {}"))


@pytest.mark.parametrize("term", ["<<( <x:a> <x:b> 1 )>>", '"x"@en--ltr'])
def test_what_no_graph_of_rdflib_can_hold_is_told(term: str) -> None:
    with pytest.raises(QueryFailed, match=r"is of RDF 1\.2, and rdflib's graphs hold RDF 1\.1; allowed: SELECT"):
        asked(f"CONSTRUCT {{ <x:s> <x:p> {term} }} {{}}")
    assert len(table(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}")) == 1


def test_a_graph_holds_the_terms_that_rdflib_reads_from_a_file() -> None:
    """Language, datatype, and text that is none of its datatype."""
    objects = '"a" "a"@de "a"@de-AT 1 01.50 true "many"^^xsd:integer "2022"^^xsd:gYear "x"^^<x:own> "\\n\\u00e4"^^xsd:string <x:o>'
    answer = list(query.ask(STORE, f"CONSTRUCT {{ <x:s> <x:p> ?o }} {{ VALUES ?o {{ {objects} }} }}"))  # type: ignore[arg-type]
    assert len(answer) == 11
    file = serialize(answer, format=RdfFormat.N_TRIPLES)
    assert file
    assert set(query.answer(answer)) == set(rdflib.Graph().parse(data=file, format="nt"))  # type: ignore[arg-type]


# --- What does not parse -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "cause"),
    [
        ("SELECT * {\n  ?s mgk:spreadsTo ?o }", 2, 6, 'unknown prefix "mgk"; known: mkg, '),
        ("PREFIX a: <http://x/> # b:c\nSELECT * { ?s <http://x/c:d> 'e:f', f:g }", 2, 37, 'unknown prefix "f"'),
        ("SELECT * {\n?s ?p ?o", 2, 9, '1 "{" without "}"'),
        ("SELECT * { { ?s ?p ?o ", 1, 23, '2 "{" without "}"'),
        ("SELECT * { ?s ?p '{' }}", 1, 24, '1 "}" too many'),
        ('SELECT * {\n ?s ?p "bone }', 2, 8, "a quote is opened here and not closed"),
        ("SELECT * { ?s ?p 'it's' }", 1, 23, "a quote is opened here and not closed"),
        ("SELECT * {\n ?s ?p \"\"\"bone }", 2, 10, "a quote is opened here and not closed"),
        ("SELECT ?s WHERE\n{ ?s ?p }", 2, 10, "expected"),
        ("", 1, 1, "expected"),
    ],
)  # fmt: skip
def test_a_syntax_error_has_its_place_and_likely_cause(text: str, line: int, column: int, cause: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        query.ask(STORE, text)
    assert cause in str(caught.value)
    assert str(caught.value).startswith(f"line {line}, column {column}: ")
    assert (caught.value.line, caught.value.column) == (line, column)


@given(st.text("SELECT?so{}<>'\"#:.,;()mkg \n\\", max_size=60))
@settings(max_examples=300)
def test_any_text_is_answered_or_refused_with_a_sentence(text: str) -> None:
    try:
        query.answer(query.ask(STORE, text))
    except (QueryError, QueryFailed) as error:
        refusal = str(error)
    else:
        refusal = "answered"
    assert refusal


@pytest.mark.parametrize("text", ["INSERT DATA { <a:a> <a:b> <a:c> }", "DROP ALL", "LOAD <file:///etc/passwd>"])
def test_a_query_changes_nothing(text: str) -> None:
    before = len(STORE)
    with pytest.raises(QuerySyntaxError):
        query.ask(STORE, text)
    assert len(STORE) == before


# --- What is nested too deep -------------------------------------------------------------------

DEEP: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: f"SELECT * {{ FILTER({'(' * n}1{')' * n}) }}",
    "functions": lambda n: f"SELECT * {{ BIND({'STR(' * n}1{')' * n} AS ?x) }}",
    "conditions": lambda n: f"SELECT * {{ BIND({'IF(true, 1, ' * n}1{')' * n} AS ?x) }}",
    "groups": lambda n: "SELECT * " + "{" * n + "}" * n,
    "optional in optional": lambda n: "SELECT * { " + "OPTIONAL {" * n + "}" * n + " }",
    "a graph in a graph": lambda n: "SELECT * { " + "GRAPH ?g {" * n + "}" * n + " }",
    "exists in exists": lambda n: "SELECT * { " + "FILTER EXISTS {" * n + "}" * n + " }",
    "a query in a query": lambda n: "SELECT * { " + "{ SELECT * {" * n + "}}" * n + " }",
    "nameless nodes": lambda n: "SELECT * { ?s ?p " + "[ ?p " * n + "1" + "]" * n + " }",
    "lists": lambda n: "SELECT * { ?s ?p " + "(" * n + "1" + ")" * n + " }",
    "a template": lambda n: "CONSTRUCT { ?s ?p " + "[ ?p " * n + "1" + "]" * n + " } {}",
    "paths": lambda n: "SELECT * { ?s " + "^(" * n + "<x:p>" + ")" * n + " ?o }",
    "triples in triples": lambda n: "SELECT * { ?s ?p " + "<<( <x:a> <x:b> " * n + "1" + ")>>" * n + " }",
    "an order": lambda n: "SELECT * {} ORDER BY " + "(" * n + "1" + ")" * n,
    "a projection": lambda n: "SELECT (" + "(" * n + "1" + ")" * n + " AS ?x) {}",
    "brackets after a hash in an IRI": lambda n: f"SELECT * {{ BIND(<x:#> AS ?y) FILTER({'(' * n}1{')' * n}) }}",
    "brackets in what looks like an IRI": lambda n: f"SELECT * {{ FILTER(1<{'(' * n}1{')' * n}>1) }}",
}
LONG: dict[str, Callable[[int], str]] = {
    "not": lambda n: "SELECT * { FILTER(" + "!" * n + "true) }",
    "or": lambda n: "SELECT * { FILTER(true" + "||true" * n + ") }",
    "and": lambda n: "SELECT * { FILTER(true" + "&&true" * n + ") }",
    "plus": lambda n: "SELECT * { FILTER(1" + "+1" * n + ") }",
    "times": lambda n: "SELECT * { FILTER(1" + "*1" * n + ") }",
    "alternative paths": lambda n: "SELECT * { ?s <x:p>" + "|<x:p>" * n + " ?o }",
    "unequal": lambda n: "SELECT * { FILTER(1!=2" + "&& 1!=2" * n + ") }",
    "filters": lambda n: "SELECT * { ?s ?p ?o " + "FILTER(?s=?o) " * n + " }",
}
MANY: dict[str, Callable[[int], str]] = {
    "union": lambda n: "SELECT * { {}" + " UNION {}" * n + " }",
    "optional": lambda n: "SELECT * { " + "OPTIONAL {?s <x:p> ?o} " * n + " }",
    "minus": lambda n: "SELECT * { ?s ?p ?o " + "MINUS {?s ?p ?o} " * n + " }",
    "names": lambda n: "SELECT * { " + " ".join(f"BIND(1 AS ?x{i})" for i in range(n)) + " }",
    "columns": lambda n: "SELECT " + " ".join(f"(1 AS ?x{i})" for i in range(n)) + " {}",
}
ANY_LENGTH: dict[str, Callable[[int], str]] = {
    "IN": lambda n: "SELECT * { ?s ?p ?o FILTER(?o IN (" + "-1, " * n + "1)) }",
    "VALUES": lambda n: "SELECT * { VALUES ?x {" + "-1 " * n + "} }",
    "VALUES of several": lambda n: "SELECT * { VALUES (?x ?y) {" + "(-1 <http://x/a-b(c)>) " * n + "} }",
    "arguments": lambda n: "SELECT * { BIND(CONCAT(" + "'(', " * n + "'a') AS ?x) }",
    "brackets in a string": lambda n: f"SELECT * {{ BIND('''{'({[!' * n}''' AS ?x) }}",
    "brackets in a comment": lambda n: f"SELECT * {{}} # {'({[!' * n}",
}


@pytest.mark.parametrize(
    ("make", "fits", "is_too_much"),
    [
        *((make, 45, 101) for make in DEEP.values()),
        *((make, 900, 1001) for make in LONG.values()),
        *((make, 300, 335) for make in MANY.values()),
    ],
    ids=[*DEEP, *LONG, *MANY],
)
def test_what_would_end_the_process_is_refused(make: Callable[[int], str], fits: int, is_too_much: int) -> None:
    """Unguarded, each of these ends the process, at 100,000 the latest."""
    for many in (is_too_much, 100_000):
        with pytest.raises(QueryError, match=r"^the query is nested too deep; allowed: 100 brackets within brackets, "):
            query.ask(STORE, make(many))
    with suppress(QuerySyntaxError):
        query.ask(STORE, make(fits))


@pytest.mark.parametrize("make", ANY_LENGTH.values(), ids=ANY_LENGTH)
def test_what_is_only_long_is_answered(make: Callable[[int], str]) -> None:
    assert isinstance(asked(make(20_000)), pd.DataFrame)


@pytest.mark.parametrize(
    "text",
    ["a." * 100_000, "prefix" + " " * 100_000, "'''" + "\\'" * 100_000, "VALUES(" * 100_000, "<a" * 100_000],
    ids=["dots", "blanks", "a quote", "values", "brackets"],
)
def test_a_long_text_that_is_no_query_is_refused_at_once(text: str) -> None:
    """It took minutes where a pattern began anew at each letter."""
    with pytest.raises(QueryError):
        query.ask(STORE, text)


# --- SERVICE -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    """A SPARQL server on this machine that writes down who calls, and what it heard."""
    heard: list[str] = []
    answer = b'{"head":{"vars":["z"]},"results":{"bindings":[{"z":{"type":"literal","value":"x"}}]}}'

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}/", heard
        listening.shutdown()


PROLOGUE = "PREFIX ex: <http://x/> PREFIX e: <URL> PREFIX : <URL> "
CALL = "SERVICE <URL> { ?z ?zp ?zo }"
CALLS = {
    "plainly": "SELECT * { " + CALL + " }",
    "in small letters": "SELECT * { service <URL> { ?z ?zp ?zo } }",
    "silently": "SELECT * { SERVICE SILENT <URL> { ?z ?zp ?zo } }",
    "in a subquery": "SELECT * { { SELECT ?z { " + CALL + " } } }",
    "in a filter": "SELECT * { ?s ex:p ?o FILTER EXISTS { " + CALL + " } }",
    "in an ASK": "ASK { " + CALL + " }",
    "in a CONSTRUCT": "CONSTRUCT { ?z ex:p ?z } WHERE { " + CALL + " }",
    "by a prefix": "SELECT * { SERVICE e: { ?z ?zp ?zo } }",
    "by the empty prefix": "SELECT * { SERVICE:{ ?z ?zp ?zo } }",
    "by a prefix, nothing between": "SELECT * { SERVICEe: { ?z ?zp ?zo } }",
    "silently, nothing between": "SELECT * { SERVICESILENTe: { ?z ?zp ?zo } }",
    "after a number": "SELECT * { ?s ex:a\\# 1SERVICE <URL> { ?z ?zp ?zo } }",
    "with a comment between": "SELECT * { SERVICE # <\n <URL> { ?z ?zp ?zo } }",
    "after a comment that ends in a carriage return": "SELECT * { # x\r" + CALL + " }",
    "after an escaped hash in a name": "SELECT * { ?s ex:a\\# ?o . " + CALL + " }",
    "after escaped quotes in names": "SELECT * { ?s ex:a\\' ?o . " + CALL + " ?s ex:a\\' ?q }",
    "after a hash in an IRI with an escape": "SELECT * { BIND(<http://x/\\u0041#> AS ?y) " + CALL + "\n }",
    "after a hash in an IRI with a wide blank": "SELECT * { BIND(<http://x/\u3000#> AS ?y) " + CALL + "\n }",
    "after a comparison that looks like an IRI": "SELECT * { ?s ex:p ?o BIND(1<'x>y' AS ?y) SERVICE <URL> { ?z ?zp 'z' } }",
    "after a comparison and a comment": "SELECT * { ?s ex:p ?o FILTER(?o<?b#c>'''\n|| true) " + CALL + " #'''\n }",
    "after both": "SELECT * { ?s ex:p ?o BIND(<http://x/'> AS ?i) BIND(1<'x>y' AS ?y) SERVICE <URL> { ?z ?zp 'z' } }",
}  # fmt: skip


@pytest.mark.parametrize("text", CALLS.values(), ids=CALLS)
def test_another_server_is_asked_only_if_that_was_allowed(text: str, server: tuple[str, list[str]]) -> None:
    url, heard = server
    text = (PROLOGUE + text).replace("URL", url)
    before = len(heard)
    with pytest.raises(QueryError, match=r"asks another server \(SERVICE\); allowed: no SERVICE, or --allow-service"):
        query.ask(STORE, text)
    assert len(heard) == before
    query.answer(query.ask(STORE, text, allow_service=True))
    assert len(heard) > before


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p "SERVICE <http://x/> {}" }',
        "SELECT * { ?s ?p 'a SERVICE' }",
        'SELECT * { ?s ?p """x " SERVICE <http://x/> { } """ }',
        "SELECT * { ?s <http://x/SERVICE> ?o }",
        "SELECT * { ?s <http://x/a#SERVICE> ?o }",
        "SELECT * { ?s ?p ?o } # SERVICE <http://x/> { }",
        "# SERVICE <http://x/> { }\nSELECT * { ?s ?p ?o }",
        "SELECT ?service { ?service ?p ?o }",
        "SELECT * { $service mkg:service ?o }",
        'SELECT * { ?s ?p "x"@service }',
        "SELECT * { _:service ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(?o < 5 && 3 > ?o) }",
    ],
)
def test_the_word_in_a_string_an_iri_a_comment_or_a_name_is_no_call(text: str) -> None:
    assert not query.uses_service(text)
    query.answer(query.ask(STORE, text))


PIECES = st.sampled_from([
    " ", "\n", "\r", "'", '"', "'''", "#", "<", ">", "<http://x/#>", "<http://x/'>", "\\#", "\\'", "ex:a", "?o", "5", "1<'x>y'",
    "FILTER(", ")", "BIND(", " AS ?y)", ".", "{", "}", "'s'", "?s ex:p ?o", "e:", "SERVICE", CALL, "service <URL> {}", "\u3000",
])  # fmt: skip


@given(st.lists(PIECES, max_size=9))
@example(["?s ex:p ?o", "BIND(", "1<'x>y'", " AS ?y)", CALL, "FILTER(", "'s'", ")"])
@settings(max_examples=400)
def test_no_query_reaches_a_server_unnoticed(server: tuple[str, list[str]], pieces: list[str]) -> None:
    url, heard = server
    text = (PROLOGUE + "SELECT * { " + "".join(pieces) + " }").replace("URL", url)
    before = len(heard)
    with suppress(SyntaxError, OSError, RuntimeError):
        list(STORE.query(text))  # type: ignore[arg-type]
    if len(heard) > before:
        assert query.uses_service(text)


def test_no_graph_is_fetched(server: tuple[str, list[str]]) -> None:
    url, heard = server
    before = len(heard)
    for text in (f"SELECT * FROM <{url}> {{ ?s ?p ?o }}", f"SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"):
        assert len(table(text)) == 0
    assert len(heard) == before


# --- Parameters --------------------------------------------------------------------------------


def test_a_parameter_is_put_where_its_values_stand() -> None:
    text = "SELECT * { VALUES ?cancer { UNDEF } VALUES ?site { mkg:x } ?cancer mkg:spreadsTo ?site }"
    put = query.with_parameters(text, {"site": "UBERON:0001474", "cancer": "MONDO:1 MONDO:2"})
    assert "VALUES ?cancer { MONDO:1 MONDO:2 } VALUES ?site { UBERON:0001474 }" in put
    with pytest.raises(QueryError, match=r'has 0 times "VALUES \?stage'):
        query.with_parameters(text, {"stage": "1"})


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_parameter_cannot_break_out_of_its_term(given_value: str) -> None:
    try:
        term = query.term(given_value)
    except QueryError:
        assert given_value.startswith("http")
        return
    (found,) = table(f"SELECT ?x {{ VALUES ?x {{ {term} }} }}")["x"]
    assert str(found) == given_value or float(found) == float(given_value)


@pytest.mark.parametrize("iri", ["http://a b", "https://x/> } SERVICE <http://y/", 'http://x/"', "http://x/{}"])
def test_a_broken_iri_is_no_parameter(iri: str) -> None:
    with pytest.raises(QueryError, match="is no IRI"):
        query.term(iri)


def test_a_literal_of_a_file_is_the_same_value() -> None:
    quads = parse(input='<a:a> <a:b> "3"^^<http://www.w3.org/2001/XMLSchema#integer> .', format=RdfFormat.N_TRIPLES)
    assert [query.value(quad.object) for quad in quads] == [3]

"""`kg.connect` asks a SPARQL server elsewhere as if it were the store here.

Two real servers are started on loopback: PyPI's `oxigraph` (our own engine) and Debian's Virtuoso (another one). Both
hold an export of the shipped graph and answer the library of questions as the store here does; what Virtuoso cannot
answer stands below with its reason.
"""

from __future__ import annotations

import math
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import pytest
from pyoxigraph import DefaultGraph, QueryBoolean, QuerySolutions, RdfFormat

import kg
from kg import export, library, query
from kg.errors import AmbiguousName, KgError, QueryError, QueryFailed, QuerySyntaxError, StoreError, UnknownName
from kg.graph import Graph
from kg.query import Answer
from tests.conftest import not_run

EXAMPLES = list(library.examples())
SECONDS = 40
"""Limit of a query there; Virtuoso ends one by itself after 30."""

CONFIGURATION = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 20000
DirsAllowed = {folder}
ServerThreads = 50
MaxClientConnections = 50
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 30
MaxClientConnections = 30
[SPARQL]
MaxQueryExecutionTime = 30
"""

ABOUT_GRAPHS = [name for name, example in library.examples().items() if "GRAPH" in example.query]

BEYOND_VIRTUOSO = {
    "describe-it": "its DESCRIBE tells also the triples that end in the thing",
    "does-anatomy-explain-the-route": "its path of three optional steps finds more veins",
    "what-comes-to-a-site-most-often": "it never answers, and answers nothing else after that",
    "what-has-nobody-counted": "its MINUS of a sub-select within a sub-select takes too little away",
    "which-edges-rest-on-weak-sources": "it answers no rows where MIN of a text is compared with a text",
}
"""Questions that Virtuoso 7.2 answers differently or not at all, each with the reason."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def program(name: str) -> str:
    """The path of a program, which may lie beside Python."""
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    return found or str(not_run(f"{name} is not installed"))


def wait_for(answers: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Until a server answers."""
    for _ in range(300):
        if answers():
            return
        assert process.poll() is None, "the server is gone"
        time.sleep(0.1)
    pytest.fail("the server does not answer")


def speaks(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def oxigraph(graph: Graph) -> Iterator[str]:
    """The address of an oxigraph server on the very store."""
    folder, port = repr(graph).split()[-1].rstrip(">"), free_port()
    command = [program("oxigraph"), "serve-read-only", "-l", folder, "-b", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: speaks(port), server)
        yield f"http://127.0.0.1:{port}/query"
    finally:
        server.terminate()
        server.wait()


class Virtuoso(NamedTuple):
    """A Virtuoso on loopback.

    `address` names the union of all sources as default graph, since Virtuoso's own union counts a triple once for each
    graph it stands in. Questions about graphs were asked before the union was there, since `GRAPH ?g` would find it.
    """

    address: str
    about_graphs: dict[str, list[list[Any]]]


@pytest.fixture(scope="module")
def virtuoso(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """A Virtuoso that holds each source in its graph, and the union of all in one."""
    isql = program("isql-vt")
    folder = tmp_path_factory.mktemp("virtuoso")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(CONFIGURATION.format(folder=folder, sql=sql, http=http))
    with (folder / "all.nq").open("wb") as out:
        export.export(graph, "nquads", out)
    # not as Turtle, in which Virtuoso keeps the backslash of a local name such as metastasis\/UBERON_0000160
    graph.store.dump(folder / "union.nt", format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    command = [program("virtuoso-t"), "+configfile", str(folder / "virtuoso.ini"), "+foreground"]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def sql_says(statement: str) -> bool:
        call = [isql, f"127.0.0.1:{sql}", "dba", "dba", f"exec={statement}"]
        done = subprocess.run(call, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        return "Error" not in done.stdout + done.stderr and done.returncode == 0

    try:
        wait_for(lambda: speaks(sql) and speaks(http) and sql_says("SELECT 1;"), server)
        assert sql_says(f"DB.DBA.TTLP_MT(file_open('{folder / 'all.nq'}'), '', 'urn:none', 512);")
        plain = kg.connect(f"http://127.0.0.1:{http}/sparql")
        about_graphs = {name: rows(plain.ask(library.example(name).query, timeout=SECONDS)) for name in ABOUT_GRAPHS}
        assert sql_says(f"DB.DBA.TTLP_MT(file_open('{folder / 'union.nt'}'), '', 'urn:union', 0);")
        yield Virtuoso(f"http://127.0.0.1:{http}/sparql?default-graph-uri=urn:union", about_graphs)
    finally:
        server.kill()
        server.wait()


@pytest.fixture(params=["oxigraph", "virtuoso"])
def there(request: pytest.FixtureRequest) -> Graph:
    """The graph at each of the two servers."""
    server = request.getfixturevalue(request.param)
    return kg.connect(server.address if isinstance(server, Virtuoso) else server)


# --- The same answers --------------------------------------------------------------------------


def rows(answer: Answer) -> list[list[Any]]:
    """An answer as sorted rows of values."""
    if isinstance(answer, QueryBoolean):
        return [[bool(answer)]]
    if isinstance(answer, QuerySolutions):
        names = sorted(variable.value for variable in answer.variables)
        found = [[query.value(row[name]) for name in names] for row in answer]
    else:
        found = [[query.value(term) for term in triple] for triple in answer]
    return sorted(found, key=lambda row: [rank(cell) for cell in row])


def rank(cell: Any) -> str:
    """Where a cell is sorted, whatever a server writes a number like."""
    return f"{float(cell):.4g}" if isinstance(cell, bool | int | float) else str(cell)


def same(a: Any, b: Any) -> bool:
    """Virtuoso writes true as 1 and a double with some six digits; a joined list has the order of its store."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        return math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-9)
    if isinstance(a, str) and isinstance(b, str):
        return sorted(a.split("|")) == sorted(b.split("|"))
    return bool(a == b)


def agree(ours: list[list[Any]], theirs: list[list[Any]]) -> bool:
    return len(ours) == len(theirs) and all(
        len(a) == len(b) and all(map(same, a, b)) for a, b in zip(ours, theirs, strict=True)
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_oxigraph_answers_the_library_as_the_store_here(name: str, graph: Graph, oxigraph: str) -> None:
    text = library.example(name).query
    assert agree(rows(graph.ask(text)), rows(kg.connect(oxigraph).ask(text, timeout=SECONDS)))


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in BEYOND_VIRTUOSO])
def test_virtuoso_answers_the_library_as_the_store_here(name: str, graph: Graph, virtuoso: Virtuoso) -> None:
    text = library.example(name).query
    theirs = virtuoso.about_graphs.get(name) or rows(kg.connect(virtuoso.address).ask(text, timeout=SECONDS))
    assert agree(rows(graph.ask(text)), theirs)


def test_few_questions_are_beyond_virtuoso() -> None:
    assert set(BEYOND_VIRTUOSO) <= set(EXAMPLES)
    assert len(BEYOND_VIRTUOSO) <= 5


def test_spread_is_the_same_table(graph: Graph, there: Graph) -> None:
    for asked in (
        {"cancer": "prostate cancer"},
        {"site": "bone", "cancer": "breast cancer"},
        {"site": "any distant site"},
    ):
        ours, theirs = graph.spread(**asked), there.spread(**asked)
        assert list(ours.columns) == list(theirs.columns)
        assert list(ours.dtypes) == list(theirs.dtypes)
        ours, theirs = (table.sort_values("statement", ignore_index=True) for table in (ours, theirs))
        for column in ours:
            assert all(
                same(a, b) or (a != a and b != b)
                for a, b in zip(
                    ours[column].astype(object).fillna(""), theirs[column].astype(object).fillna(""), strict=True
                )
            ), column


def test_names_mean_the_same(graph: Graph, there: Graph) -> None:
    assert there.entities.keys() == graph.entities.keys()
    for id_, named in graph.entities.items():
        assert there.entities[id_][:4] == named[:4]
        assert sorted(there.entities[id_].synonyms) == sorted(named.synonyms)
    assert there.resolve("prostate CANCER", "Cancer").id == graph.resolve("prostate cancer").id
    with pytest.raises(UnknownName, match='no cancer is called "prostat cancer"; nearest: "prostate cancer"'):
        there.resolve("prostat cancer", "Cancer")
    with pytest.raises(AmbiguousName, match="2 meanings"):
        there.resolve("metastatic bone cancer")


def test_the_network_is_the_same(network: nx.MultiDiGraph[str], there: Graph) -> None:
    ours, theirs = network, there.to_networkx()
    assert set(ours) == set(theirs)
    assert set(ours.edges(keys=True)) == set(theirs.edges(keys=True))
    for *ends, key, edge in ours.edges(keys=True, data=True):
        other = theirs.edges[(*ends, key)]
        assert edge.keys() == other.keys()
        assert all(same(edge[name], other[name]) for name in edge)


def test_an_example_takes_parameters(graph: Graph, there: Graph) -> None:
    asked = {"population": "United Kingdom", "year": "2022"}
    ours, theirs = (one.example("how-common-is-the-cancer", **asked) for one in (graph, there))
    assert list(ours["cancer"]) == list(theirs["cancer"])  # type: ignore[index]
    assert len(ours) > 0  # type: ignore[arg-type]


def test_a_truth_value_is_one(there: Graph) -> None:
    assert there.query("ASK { ?s mkg:spreadsTo ?o }") is True
    assert there.query("ASK { ?s mkg:spreadsToo ?o }") is False


def test_a_table_without_rows_has_its_columns(there: Graph) -> None:
    found = there.query("SELECT ?a ?b { ?a mkg:spreadsToo ?b }")
    assert list(found.columns) == ["a", "b"]  # type: ignore[union-attr]
    assert len(found) == 0  # type: ignore[arg-type]


def test_the_command_line_asks_there_too(there: Graph, tmp_path: Path) -> None:
    address = repr(there).split()[-1].rstrip(">")
    words = ["query", "ASK { ?s mkg:spreadsTo ?o }", "--endpoint", address]
    done = subprocess.run(
        [sys.executable, "-m", "kg", *words],
        capture_output=True, text=True, check=False, env={**os.environ, "KG_STORE": str(tmp_path / "none")},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "true\n", "")
    assert not (tmp_path / "none").exists(), "nothing is built for it"


# --- What goes wrong ---------------------------------------------------------------------------


def test_a_syntax_error_there_is_one_here(there: Graph) -> None:
    with pytest.raises(QuerySyntaxError):
        there.query("SELECT * { ?s ?p ?o", timeout=SECONDS)
    with pytest.raises(QuerySyntaxError, match='unknown prefix "mgk"'):
        there.query("SELECT *\n{ ?s mgk:x ?o }", timeout=SECONDS)


def test_a_query_there_is_given_up_in_time(there: Graph) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?i) }"
    with pytest.raises(QueryFailed, match=r"did not answer within 2 s; the query was given up$|imed out|time"):
        there.query(endless, timeout=2)


def test_a_service_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(QueryError, match=r"asks another server \(SERVICE\)"):
        kg.connect("http://127.0.0.1:9/").query("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")


def test_nobody_there_is_told() -> None:
    address = f"http://127.0.0.1:{free_port()}/sparql"
    with pytest.raises(StoreError) as caught:
        kg.connect(address).spread()
    assert str(caught.value).startswith(f"{address} cannot be reached (")
    assert str(caught.value).endswith("; is a SPARQL server running there?")


@pytest.mark.parametrize("address", ["", "127.0.0.1:7878", "file:///etc/passwd", "ftp://127.0.0.1/", "/tmp/store"])
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(StoreError, match=r"is no endpoint; allowed: an address that begins with http:// or https://"):
        kg.connect(address).query("ASK {}")


@pytest.mark.parametrize(
    "address", ["http://", "http://a b/", "http://[::1/", "http://127.0.0.1:x/", "http://\n/", "http://ä.invalid/"]
)
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(KgError):
        kg.connect(address).query("ASK {}", timeout=SECONDS)


Reply = tuple[int, str, bytes]


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, Any]]]:
    """A server that says what a test tells it to: its address, and the reply."""
    reply: dict[str, Any] = {"code": 200, "type": "application/sparql-results+json", "body": b"", "slow": 0}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if reply["code"] == 0:  # hang up
                return
            if reply["code"] == 1:  # no HTTP
                self.wfile.write(reply["body"])
                return
            self.send_response(reply["code"])
            self.send_header("Content-Type", reply["type"])
            self.send_header("Content-Length", str(reply.get("length", len(reply["body"]))))
            self.end_headers()
            if not reply["slow"]:
                self.wfile.write(reply["body"])
                return
            for byte in reply["body"]:
                try:
                    self.wfile.write(bytes([byte]))
                except OSError:
                    return
                time.sleep(reply["slow"])

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Handler) as address:
        yield address, reply


class serving:  # noqa: N801
    """A server on loopback, as long as a `with` lasts."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.thread = threading.Thread(target=self.server.serve_forever)

    def __enter__(self) -> str:
        self.thread.start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def test_a_web_server_that_knows_no_sparql_is_told() -> None:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Quiet) as address, pytest.raises(QueryFailed) as caught:
        kg.connect(address).query("ASK {}", timeout=SECONDS)
    assert str(caught.value) == f"{address} answered 501: Unsupported method ('POST')"


NONSENSE = [
    b"", b"{", b"[]", b"null", b"{}", b'"x"', b"1", b"\xff\xfe", b"<html></html>", b'{"head": {}}', b'{"head": null}',
    b'{"head": {"vars": ["x"]}, "results": null}', b'{"head": {"vars": ["x"]}, "results": {"bindings": 1}}',
    b'{"head": {"vars": ["x"]}, "results": {"bindings": [1]}}',
    b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {}}]}}',
    b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "no iri"}}]}}',
    b'{"head": {"vars": ["a\\u001b[31m"]}, "results": {"bindings": []}}',
]  # fmt: skip


@pytest.mark.parametrize("body", NONSENSE)
def test_nonsense_is_told(body: bytes, server: tuple[str, dict[str, Any]]) -> None:
    address, reply = server
    reply["body"] = body
    with pytest.raises(KgError):
        kg.connect(address).query("SELECT * { ?s ?p ?o }", timeout=SECONDS)


@pytest.mark.parametrize("kind", ["text/html", "text/turtle", "application/n-triples", "application/rdf+xml", "a/b"])
def test_a_page_instead_of_a_graph_is_told(kind: str, server: tuple[str, dict[str, Any]]) -> None:
    address, reply = server
    reply.update(type=kind, body=b"<html><p>Welcome</html>")
    with pytest.raises(QueryFailed, match="answered something that is no SPARQL result"):
        kg.connect(address).query("CONSTRUCT WHERE { ?s ?p ?o }", timeout=SECONDS)


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        ({"code": 0}, "cannot be reached"),
        ({"code": 1, "body": b"SSH-2.0-OpenSSH\r\n\r\n"}, "cannot be reached"),
        ({"length": 100}, "."),
        ({"code": 403, "body": b"not you", "type": "text/plain"}, "answered 403: not you"),
        ({"code": 500, "body": b"<html>long</html>", "type": "text/html"}, "answered 500: Internal Server Error"),
        ({"code": 503, "body": b"", "type": "text/plain"}, "answered 503: Service Unavailable"),
        ({"code": 302, "body": b"", "type": "text/plain"}, "answered 302: "),
    ],
    ids=["hangs up", "no HTTP", "breaks off", "403", "500", "503", "302"],
)
def test_a_server_that_fails_is_told(reply: dict[str, Any], sentence: str, server: tuple[str, dict[str, Any]]) -> None:
    server[1].update(reply)
    with pytest.raises(KgError, match=sentence) as caught:
        kg.connect(server[0]).query("ASK {}", timeout=SECONDS)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("slow", [0.2, 30])
def test_an_answer_that_comes_too_slowly_is_given_up(slow: float, server: tuple[str, dict[str, Any]]) -> None:
    """Bit by bit is too slow too."""
    server[1].update(
        body=b'{"head": {}, "boolean": true}' + b" " * (200 if slow < 1 else 0), slow=slow and min(slow, 3)
    )
    with pytest.raises(QueryFailed, match=r"did not answer within 1 s; the query was given up"):
        kg.connect(server[0]).query("ASK {}", timeout=1)


def test_escape_bytes_of_a_label_there_do_not_reach_a_terminal(server: tuple[str, dict[str, Any]]) -> None:
    from kg.output import render

    server[1]["body"] = (
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "a\\u001b[31mb\\u009bc"}}]}}'
    )
    for name in ("table", "csv", "tsv", "json"):
        shown = render(kg.connect(server[0]).ask("SELECT ?x {}"), name, colour=True).decode()
        assert "\x1b[31m" not in shown
        assert "\x9b" not in shown
        assert "a" in shown


def test_an_endpoint_has_no_store_below_it() -> None:
    with pytest.raises(StoreError, match="is an endpoint; allowed: a graph that was loaded here"):
        _ = kg.connect("http://127.0.0.1:9/").store

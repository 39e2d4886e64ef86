"""`kg.limits` ends a query that takes too much, says why, and answers the next one.

Time, memory and the size of an answer are limited; a query that was ended never shows as "no results". Nothing in a
query opens a file or a connection.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import kg
from kg import limits
from kg.errors import KgError, QueryError, QueryFailed, QuerySyntaxError
from kg.graph import Graph
from tests.small import GOOD

ENOUGH = 50
"""Seconds that no query here should need."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """The graph of the good folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KG_STORE", str(tmp_path_factory.mktemp("limits")))
        yield kg.load(GOOD)


@pytest.fixture
def visited() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback: its address, and the requests that reached it."""
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/turtle")
            self.end_headers()
            self.wfile.write(b"<urn:a> <urn:b> <urn:c> .")

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", requests
    server.shutdown()
    thread.join()
    server.server_close()


def children() -> set[int]:
    """Processes that this one, or a worker that outlived its parent, has left."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"kg.limits" in path.read_bytes() and str(os.getpid()) in (path.parent / "stat").read_text().split():
                found.add(int(path.parent.name))
        except OSError:  # it is gone
            continue
    return found


def longer(times: int) -> str:
    """An expression that makes a text of 16 to that power characters."""
    text = '"x"'
    for _ in range(times):
        text = f'REPLACE({text}, "x", "{"x" * 16}")'
    return text


CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
PATH = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?x{i} (!<x:a>|!^<x:b>)* ?x{i + 1}" for i in range(4)) + " }"
PATTERNS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
NEVER = "FILTER(STRLEN(CONCAT(STR(?a), STR(?d), STR(?g), STR(?j))) < 0)"  # no part of it can be told early
ASK = f"ASK {{ {PATTERNS} {NEVER} }}"
CONSTRUCT = f"CONSTRUCT {{ ?a ?b ?l }} {{ {PATTERNS} {NEVER} }}"
SORT = (
    f'SELECT ?long {{ VALUES ?word {{ "{"x" * 100_000}" }} ?a ?b ?c . VALUES ?n {{ {" ".join(map(str, range(40)))} }} '
    "BIND(CONCAT(STR(?c), ?word, STR(?n)) AS ?long) } ORDER BY ?long"
)
LARGE = f"SELECT ?large {{ BIND({longer(7)} AS ?large) }}"
DEEP = "SELECT * { FILTER(" + "(" * 200_000 + "1" + ")" * 200_000 + ") }"
DEEP_GROUPS = "SELECT * " + "{" * 200_000 + "}" * 200_000


def answers_on(graph: Graph) -> None:
    """The next query is answered, and nothing of the last one is left."""
    assert graph.query("ASK { ?a ?b ?c }", timeout=ENOUGH) is True
    assert children() == set()


@pytest.mark.parametrize("query", [CROSS, PATH, ASK, CONSTRUCT], ids=["cross product", "paths", "ASK", "CONSTRUCT"])
def test_a_query_without_end_is_ended_by_its_time(query: str, small: Graph) -> None:
    with pytest.raises(QueryFailed, match=r"^the query was ended after 2 s, before its answer was whole; allow more"):
        small.query(query, timeout=2)
    answers_on(small)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (SORT, "the query was ended: it needed more than 2 GiB of memory; ask for less, or add a LIMIT"),
        (LARGE, "the answer is larger than 256 MiB; ask for less, or add a LIMIT"),
    ],
    ids=["sort", "large answer"],
)
def test_a_query_that_takes_too_much_is_ended_with_its_reason(query: str, sentence: str, small: Graph) -> None:
    with pytest.raises(QueryFailed) as caught:
        small.query(query, timeout=ENOUGH)
    assert str(caught.value) == sentence
    answers_on(small)


@pytest.mark.parametrize("timeout", [None, ENOUGH])
@pytest.mark.parametrize("query", [DEEP, DEEP_GROUPS], ids=["brackets", "groups"])
def test_a_query_nested_too_deep_is_refused_before_the_engine_sees_it(
    query: str, timeout: float | None, small: Graph
) -> None:
    with pytest.raises(QueryError, match=r"^the query is nested too deep; allowed: 100 brackets within brackets, "):
        small.query(query, timeout=timeout)
    answers_on(small)


def unguarded(guard: str, text: str, graph: Graph, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """A worker, started in a folder, whose `kg.query` lets pass what one of its guards would refuse."""
    code = (
        "import sys, io, json; from pathlib import Path; from kg import limits, query;"
        f"query.{guard} = lambda *_: None;"
        "limits._serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)"
    )
    request = json.dumps({"query": text, "allow_service": False, "timeout": 30}).encode()
    command = [sys.executable, "-c", code, repr(graph).split()[-1].rstrip(">")]
    return subprocess.run(command, input=request, capture_output=True, check=False, cwd=folder)


def test_one_that_slipped_through_ends_the_worker_alone_and_leaves_no_core_file(small: Graph, tmp_path: Path) -> None:
    done = unguarded("_refuse_depth", DEEP_GROUPS, small, tmp_path)
    assert done.stdout == b""
    assert limits._why(done.returncode, done.stderr.decode()) == (
        "the query was ended: it is nested too deep; allowed: fewer brackets within brackets"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_time_limit_too_short_to_start_is_no_empty_answer(small: Graph) -> None:
    with pytest.raises(QueryFailed, match=r"ended after 0\.001 s"):
        small.query("SELECT * { ?s ?p ?o }", timeout=0.001)
    assert children() == set()


@pytest.mark.usefixtures("small")
def test_what_was_ended_ends_in_the_command_line_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "query", CROSS, "--timeout", "2"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("the query was ended after 2 s")


def test_a_worker_whose_parent_was_killed_ends_too(small: Graph) -> None:
    """Its CPU time is limited, since nobody is left to end it."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "kg.limits", repr(small).split()[-1].rstrip(">")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    out, _ = worker.communicate(
        json.dumps({"query": CROSS, "allow_service": False, "timeout": 0.5}).encode(), timeout=ENOUGH
    )
    assert (worker.returncode, out) == (-signal.SIGXCPU, b"") or worker.returncode == -signal.SIGKILL


def test_queries_at_once_do_not_mind_each_other(small: Graph) -> None:
    ended: list[str] = []

    def endless() -> None:
        try:
            small.query(CROSS, timeout=4)
        except QueryFailed as error:
            ended.append(str(error))

    threads = [threading.Thread(target=endless) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert small.query("ASK {}", timeout=ENOUGH) is True
    for thread in threads:
        thread.join()
    assert len(ended) == 2
    assert children() == set()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
        "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s ORDER BY ?s",
        "SELECT * { VALUES ?x { 1 1.5 true 'a' UNDEF <x:a> '\\u001B\\n\\t\"' 'ä'@de 1e3 } }",
        "SELECT * { FILTER(false) }",
        "ASK { FILTER(false) }",
    ],
)
def test_an_answer_with_a_time_limit_is_the_same_as_without(query: str, small: Graph) -> None:
    with_limit, without = small.query(query, timeout=ENOUGH), small.query(query)
    if isinstance(without, bool):
        assert with_limit is without
    else:
        assert with_limit.equals(without)  # type: ignore[union-attr]
        assert list(with_limit.dtypes) == list(without.dtypes)  # type: ignore[union-attr]


def test_a_graph_with_a_time_limit_is_the_same_as_without(small: Graph) -> None:
    query = "CONSTRUCT { ?s rdfs:label ?l } { ?s rdfs:label ?l }"
    assert set(small.query(query, timeout=ENOUGH)) == set(small.query(query))  # type: ignore[arg-type]


def test_a_syntax_error_keeps_its_place(small: Graph) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        small.query("SELECT *\n{ ?s mgk:x ?o }", timeout=ENOUGH)
    assert (caught.value.line, caught.value.column) == (2, 6)
    assert 'unknown prefix "mgk"' in str(caught.value)


# --- Nothing is opened -------------------------------------------------------------------------


@pytest.mark.parametrize("timeout", [None, ENOUGH])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
        "SELECT * {{ VALUES ?where {{ <{url}> }} sErViCe ?where {{ ?s ?p ?o }} }}",
        "ASK {{ {{ SELECT * {{ SERVICE<{url}>{{ ?s ?p ?o }} }} }} }}",
    ],
)
def test_a_service_is_refused(query: str, timeout: float | None, small: Graph, visited: tuple[str, list[str]]) -> None:
    with pytest.raises(QueryError, match=r"asks another server \(SERVICE\); allowed: no SERVICE, or --allow-service"):
        small.query(query.format(url=visited[0]), timeout=timeout)
    assert visited[1] == []


@pytest.mark.parametrize("timeout", [None, ENOUGH])
@pytest.mark.parametrize("form", ["FROM <{}> {{ ?s ?p ?o }}", "FROM NAMED <{}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"])
def test_from_reads_neither_a_file_nor_a_page(
    form: str, timeout: float | None, small: Graph, visited: tuple[str, list[str]], tmp_path: Path
) -> None:
    file = tmp_path / "secret.ttl"
    file.write_text("<urn:a> <urn:b> <urn:c> .")
    for place in (file.as_uri(), visited[0]):
        assert len(small.query("SELECT * " + form.format(place), timeout=timeout)) == 0  # type: ignore[arg-type]
    assert visited[1] == []


@pytest.mark.parametrize("timeout", [None, ENOUGH])
@pytest.mark.parametrize(
    "update", ["LOAD <{}>", "INSERT DATA {{ <{}> <x:b> <x:c> }}", "DROP ALL # {}", "CLEAR ALL # {}"]
)
def test_an_update_is_no_query(update: str, timeout: float | None, small: Graph, tmp_path: Path) -> None:
    with pytest.raises(QuerySyntaxError):
        small.query(update.format((tmp_path / "x.ttl").as_uri()), timeout=timeout)
    assert small.query("ASK { ?s ?p ?o }") is True


def test_a_service_that_slipped_through_could_open_nothing(
    small: Graph, visited: tuple[str, list[str]], tmp_path: Path
) -> None:
    """The second wall: a worker has no file descriptor left, so even the engine cannot connect."""
    done = unguarded("refuse_service", f"SELECT * {{ SERVICE <{visited[0]}> {{ ?s ?p ?o }} }}", small, tmp_path)
    header = json.loads(done.stdout.partition(b"\n")[0])
    assert header["kind"] == "failed"
    assert header["text"] == "the query tried to open a file or a connection; a query may open nothing"
    assert visited[1] == []


def test_a_worker_takes_no_code_from_where_it_is_started(
    small: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken from the working folder')")
    (tmp_path / "kg.py").write_text("raise SystemExit('taken from the working folder')")
    monkeypatch.chdir(tmp_path)
    assert small.query("ASK {}", timeout=ENOUGH) is True


def test_a_worker_that_cannot_start_is_no_matter_of_memory(small: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(KgError, match=r"^the process that answers queries failed: exit code 1$"):
        small.query("ASK {}", timeout=ENOUGH)


def test_a_store_that_is_gone_is_told_by_the_worker(tmp_path: Path) -> None:
    with pytest.raises(QueryFailed, match=r"`kg build --fresh` makes a new one"):
        limits.ask(tmp_path / "nothing", "ASK {}", ENOUGH)

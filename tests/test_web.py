"""`kg serve` speaks the SPARQL 1.1 Protocol and shows pictures; a real server answers every test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

import kg
from kg.build import build
from kg.resources import store_home
from tests.conftest import not_run

ASK = "ASK { MONDO:0005082 mkg:spreadsTo UBERON:0001474 }"


@pytest.fixture(scope="module")
def address(graph: kg.Graph) -> Iterator[str]:
    if not find_spec("uvicorn"):
        not_run("uvicorn is not installed")
    build(store_home())  # other tests may have made another graph current
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kg", "serve", "--port", str(port), "--timeout", "3"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ)
    url = f"http://127.0.0.1:{port}"
    for _ in range(100):
        time.sleep(0.2)
        try:
            urllib.request.urlopen(url, timeout=5).close()
            break
        except OSError:
            continue
    else:
        not_run("the server did not start")
    yield url
    server.terminate()
    server.wait(10)


def fetch(url: str, body: bytes | None = None, **headers: str) -> tuple[int, str, str]:
    request = urllib.request.Request(url, body, {name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.headers.get_content_type(), response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read().decode()


def test_a_query_comes_in_by_each_way_of_the_protocol(address: str) -> None:
    asked = urllib.parse.urlencode({"query": ASK})
    ways = [
        fetch(f"{address}/sparql?{asked}"),
        fetch(f"{address}/sparql", asked.encode()),
        fetch(f"{address}/sparql", ASK.encode(), Content_Type="application/sparql-query"),
    ]
    assert ways == [(200, "application/sparql-results+json", '{"head":{},"boolean":true}\n')] * 3


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("SELECT ?s { ?s mkg:spreadsTo ?o } LIMIT 1", "text/csv"),
        ("SELECT ?s { ?s mkg:spreadsTo ?o } LIMIT 1", "text/tab-separated-values"),
        ("DESCRIBE MONDO:0005082", "text/turtle"),
        ("DESCRIBE MONDO:0005082", "application/n-triples"),
    ],
)
def test_the_client_chooses_the_form_of_the_answer(address: str, query: str, accept: str) -> None:
    status, media, body = fetch(f"{address}/sparql?{urllib.parse.urlencode({'query': query})}", Accept=accept)
    assert (status, media) == (200, accept)
    assert "MONDO" in body


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("SELECT * { ?s mkx:a ?o }", 400, 'unknown prefix "mkx"'),
        ("", 400, "no query was sent"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 503, "was ended after 3 s"),
    ],
)
def test_a_refusal_is_a_sentence(address: str, query: str, status: int, said: str) -> None:
    got, _, body = fetch(f"{address}/sparql", urllib.parse.urlencode({"query": query}).encode())
    assert got == status
    assert said in body


def test_the_package_asks_its_own_server(address: str) -> None:
    assert kg.connect(f"{address}/sparql").query(ASK) is True


def test_a_picture_is_a_page(address: str) -> None:
    status, media, body = fetch(f"{address}/view/forest?cancer=breast%20cancer&site=bone")
    assert (status, media) == (200, "text/html")
    assert "Content-Security-Policy" in body


def test_an_unknown_name_and_an_unknown_option_are_refused(address: str) -> None:
    assert fetch(f"{address}/view/network?cancer=nonesuch")[0] == 404
    assert fetch(f"{address}/view/network?colour=red")[0] == 400

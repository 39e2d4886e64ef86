"""A SPARQL endpoint elsewhere, asked as if it were the store here."""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results

from kg.errors import QueryFailed, StoreError
from kg.query import Answer, refuse_service, syntax_error, without_words
from kg.vocabulary import PREFIXES

_ROWS: Final = "application/sparql-results+json"
_GRAPH: Final = "application/n-triples, text/turtle;q=0.8"
_FORM: Final = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)


def ask(url: str, query: str, timeout: float | None = None, allow_service: bool = False) -> Answer:
    """Send a query to an endpoint by the SPARQL 1.1 Protocol.

    Raises QuerySyntaxError if it does not parse there, QueryFailed if it is refused, times out or answers nonsense,
    StoreError if nobody answers at the address.
    """
    refuse_service(query, allow_service)
    if not url.startswith(("http://", "https://")):
        raise StoreError(f'"{url}" is no endpoint; allowed: an address that begins with http:// or https://')
    body = urllib.parse.urlencode({"query": with_prefixes(query)}).encode()
    try:
        request = urllib.request.Request(url, body, {"Accept": _accepted(query)})
    except ValueError as error:
        raise StoreError(f'"{url}" is no endpoint ({error}); allowed: an address such as http://host/sparql') from None
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return _read(_body(response, timeout), response.headers.get_content_type())
    except urllib.error.HTTPError as error:
        said = error.read(2000).decode(errors="replace").strip()
        if error.code == 400:
            raise syntax_error(said, query) from None
        page = error.headers.get_content_type() == "text/html"  # made for a browser
        raise QueryFailed(f"{url} answered {error.code}: {error.reason if page or not said else said}") from None
    except TimeoutError:
        raise QueryFailed(f"{url} did not answer within {timeout:g} s; the query was given up") from None
    except (http.client.HTTPException, OSError) as error:
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise StoreError(
            f"{url} cannot be reached ({' '.join(str(reason).split())}); is a SPARQL server running there?"
        ) from None
    except (SyntaxError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise QueryFailed(f"{url} answered something that is no SPARQL result: {error}") from None


def _body(response: http.client.HTTPResponse, timeout: float | None) -> bytes:
    """All that is answered; raises TimeoutError also if it comes bit by bit."""
    begun, parts = time.monotonic(), []
    while part := response.read1(1 << 20):
        parts.append(part)
        if timeout is not None and time.monotonic() - begun > timeout:
            raise TimeoutError
    return b"".join(parts)


def _accepted(query: str) -> str:
    """What to ask for: a server may give a graph the form of rows if it is offered rows at all."""
    form = _FORM.search(without_words(query))
    return _GRAPH if form and form[1].upper() in ("CONSTRUCT", "DESCRIBE") else _ROWS


def _read(body: bytes, media_type: str) -> Answer:
    if "json" in media_type:
        standard = _standard(body)
        rows = parse_query_results(standard, format=QueryResultsFormat.JSON)
        if isinstance(rows, QuerySolutions):  # read once for what is wrong in a row, which would be told late
            for _ in rows:
                pass
        return parse_query_results(standard, format=QueryResultsFormat.JSON)
    quads = parse(body, format=RdfFormat.from_media_type(media_type) or RdfFormat.TURTLE)
    return [quad.triple for quad in quads]


def _standard(body: bytes) -> bytes:
    """Results as the standard wants them: Virtuoso writes numbers bare, and an ASK as a row."""
    results = json.loads(body)
    if results["head"].get("vars") == ["__ASK_RETVAL"]:
        truths = [row["__ASK_RETVAL"]["value"] for row in results["results"]["bindings"]]  # none if it is false
        return json.dumps({"head": {}, "boolean": truths == ["1"]}).encode()
    for binding in results.get("results", {}).get("bindings", ()):
        for term in binding.values():
            if not isinstance(term["value"], str):
                term["value"] = repr(term["value"])
    return json.dumps(results).encode()


def with_prefixes(query: str) -> str:
    """A query with the prefixes it uses and does not declare, on its first line so that lines keep their numbers.

    >>> with_prefixes("ASK { ?s mkg:spreadsTo ?o }")
    'PREFIX mkg: <https://w3id.org/metastasis-kg/> ASK { ?s mkg:spreadsTo ?o }'
    """
    declared = set(re.findall(r"(?i)\bprefix\s++([\w-]*)\s*:", query))
    used = {name for name, colon in re.findall(r"(?<![\w:])([A-Za-z][\w-]*)(:?)", query) if colon} - declared
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in PREFIXES if name in used) + query

"""A SPARQL endpoint elsewhere, asked as if it were the store here."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from typing import Final

from pyoxigraph import QueryResultsFormat, RdfFormat, Triple, parse, parse_query_results

from kg.errors import QueryFailed, StoreError
from kg.query import Answer, refuse_service, syntax_error
from kg.vocabulary import PREFIXES

_ACCEPT: Final = (
    "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8, application/rdf+xml;q=0.5"
)


def ask(url: str, query: str, timeout: float | None = None, allow_service: bool = False) -> Answer:
    """Send a query to an endpoint by the SPARQL 1.1 Protocol.

    Raises QuerySyntaxError if it does not parse there, QueryFailed if it is refused, times out or answers nonsense,
    StoreError if nobody answers at the address.
    """
    refuse_service(query, allow_service)
    if not url.startswith(("http://", "https://")):
        raise StoreError(f'"{url}" is no endpoint; allowed: an address that begins with http:// or https://')
    body = urllib.parse.urlencode({"query": with_prefixes(query)}).encode()
    request = urllib.request.Request(
        url, body, {"Accept": _ACCEPT, "Content-Type": "application/x-www-form-urlencoded"}
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return _read(response.read(), response.headers.get_content_type())
    except urllib.error.HTTPError as error:
        said = error.read(2000).decode(errors="replace").strip()
        if error.code == 400:
            raise syntax_error(said, query) from None
        raise QueryFailed(f"{url} answered {error.code}: {said or error.reason}") from None
    except TimeoutError:
        raise QueryFailed(f"{url} did not answer within {timeout:g} s; the query was given up") from None
    except urllib.error.URLError as error:
        raise StoreError(f"{url} cannot be reached ({error.reason}); is a SPARQL server running there?") from None
    except (SyntaxError, ValueError) as error:
        raise QueryFailed(f"{url} answered something that is no SPARQL result: {error}") from None


def _read(body: bytes, media_type: str) -> Answer:
    if "sparql-results" in media_type or media_type == "application/json":
        return parse_query_results(body, format=QueryResultsFormat.JSON)
    quads = parse(body, format=RdfFormat.from_media_type(media_type) or RdfFormat.TURTLE)
    return [Triple(quad.subject, quad.predicate, quad.object) for quad in quads]


def with_prefixes(query: str) -> str:
    """A query with the prefixes it uses and does not declare, on its first line so that lines keep their numbers.

    >>> with_prefixes("ASK { ?s mkg:spreadsTo ?o }")
    'PREFIX mkg: <https://w3id.org/metastasis-kg/> ASK { ?s mkg:spreadsTo ?o }'
    """
    declared = set(re.findall(r"(?i)\bprefix\s+([\w-]*)\s*:", query))
    used = set(re.findall(r"(?<![\w:])([A-Za-z][\w-]*):", query)) - declared
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in PREFIXES if name in used) + query

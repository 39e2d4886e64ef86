"""HTTP -> graph -> response: a SPARQL 1.1 Protocol endpoint and the pictures as pages, on the same graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg import output, views
from kg.errors import AmbiguousName, KgError, MissingPackage, QueryError, QueryFailed, UnknownName
from kg.page import render

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from kg.graph import Graph

LONGEST_QUERY: Final = 1 << 20
"""Characters of a query that are read."""

_MEDIA: Final = {
    "application/sparql-results+json": "json",
    "application/json": "json",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/ld+json": "jsonld",
}


def application(graph: Graph, timeout: float) -> Starlette:
    """The web application; every query is ended after `timeout` seconds."""
    try:
        from starlette.applications import Starlette
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import HTMLResponse, PlainTextResponse, Response
        from starlette.routing import Route
    except ImportError:
        raise MissingPackage("serving needs starlette and uvicorn; install metastasis-kg[serve]") from None

    async def sparql(request: Request) -> Response:
        query, refused = await _query_of(request)
        if refused:
            return PlainTextResponse(refused, 400)
        body, media = await run_in_threadpool(_answer, graph, query, timeout, request.headers.get("accept", ""))
        return Response(body, media_type=media)

    async def view(request: Request) -> Response:
        picture = await run_in_threadpool(graph.view, request.path_params["kind"], **dict(request.query_params))
        return HTMLResponse(picture.html())

    async def home(_: Request) -> Response:
        return HTMLResponse(render("home.html", kinds=views.kinds(), sources=len(graph.tiers)))

    async def refuse(_: Request, error: Exception) -> Response:
        return PlainTextResponse(str(error), _status(error))

    return Starlette(
        routes=[Route("/", home), Route("/sparql", sparql, methods=["GET", "POST"]), Route("/view/{kind}", view)],
        exception_handlers={KgError: refuse},
    )


def serve(graph: Graph, host: str, port: int, timeout: float) -> None:
    """Serve until the process is stopped."""
    made = application(graph, timeout)
    import uvicorn

    uvicorn.run(made, host=host, port=port, log_level="warning")


async def _query_of(request: Request) -> tuple[str, str]:
    """The query of a request by any of the protocol's three ways, or why there is none."""
    if request.method == "GET":
        query = request.query_params.get("query", "")
    elif request.headers.get("content-type", "").startswith("application/sparql-query"):
        query = (await request.body()).decode(errors="replace")
    else:
        query = str((await request.form()).get("query", ""))
    if not query.strip():
        return "", "no query was sent; allowed: GET or POST with query=..., or a body of application/sparql-query"
    if len(query) > LONGEST_QUERY:
        return "", f"the query is longer than {LONGEST_QUERY:,} characters"
    return query, ""


def _answer(graph: Graph, query: str, timeout: float, accept: str) -> tuple[bytes, str]:
    answer = graph.ask(query, timeout)
    wanted = [part.split(";")[0].strip() for part in accept.split(",")]
    allowed = [media for media, name in _MEDIA.items() if name in output.forms(answer)]
    media = next((media for media in wanted if media in allowed), allowed[0])
    return output.render(answer, _MEDIA[media]), media


def _status(error: Any) -> int:
    match error:
        case QueryError():
            return 400
        case UnknownName() | AmbiguousName():
            return 404
        case QueryFailed():
            return 503
        case _:
            return 400

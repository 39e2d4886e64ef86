"""A query in a process of its own, which can be ended: the engine itself cannot be interrupted.

A worker opens the store, reads one request, answers it and is gone. Where the system has resource limits, it cannot
take more than MEMORY, and after it has opened the store it can open nothing else, neither a file nor a connection.
"""

from __future__ import annotations

import io
import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, Final

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
    serialize,
)

from kg import query, store
from kg.errors import KgError, QueryError, QueryFailed, QuerySyntaxError

MEMORY: Final = 2 << 30
"""Bytes of address space that a worker may take."""

LARGEST: Final = 256 << 20
"""Bytes of an answer that a worker may send."""


def ask(folder: Path, text: str, timeout: float, allow_service: bool = False) -> query.Answer:
    """Answer a query on the store in `folder` within `timeout` seconds, the start of the worker included.

    Raises QueryFailed if it was ended, by time, memory or size of its answer, and what `kg.query.ask` raises.
    """
    command = [sys.executable, "-P", "-m", "kg.limits", str(folder)]
    path = os.pathsep.join(folder or os.getcwd() for folder in sys.path)  # noqa: PTH109
    request = json.dumps({"query": text, "allow_service": allow_service, "timeout": timeout}).encode()
    try:
        worker = subprocess.run(
            command,
            input=request,
            capture_output=True,
            timeout=timeout,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired:
        raise QueryFailed(
            f"the query was ended after {timeout:g} s, before its answer was whole; allow more time or ask for less"
        ) from None
    if worker.returncode != 0 or not worker.stdout:
        raise QueryFailed(_why(worker.returncode, worker.stderr.decode(errors="replace").strip()))
    return _read(worker.stdout)


def _why(code: int, said: str) -> str:
    """Why a worker is gone without an answer."""
    if "stack overflow" in said or code == -signal.SIGSEGV:
        return "the query was ended: it is nested too deep; allowed: fewer brackets within brackets"
    if code < 0 or "memory" in said.lower():
        return f"the query was ended: it needed more than {MEMORY >> 30} GiB of memory; ask for less, or add a LIMIT"
    return f"the process that answers queries failed: {said.splitlines()[-1] if said else f'exit code {code}'}"


def _read(said: bytes) -> query.Answer:
    """A worker's answer: a line that says what it is, then the answer itself."""
    head, _, body = said.partition(b"\n")
    header = json.loads(head)
    match header["kind"]:
        case "rows":
            return parse_query_results(body, format=QueryResultsFormat.JSON)
        case "graph":
            return [quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)]
        case "syntax":
            raise QuerySyntaxError(header["text"], header["line"], header["column"])
        case "refused":
            raise QueryError(header["text"])
        case _:
            raise QueryFailed(header["text"])


# --- In the worker -----------------------------------------------------------------------------


class _Limited:
    """A stream that stops an answer from growing without end."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._left = out, LARGEST

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0:
            raise QueryFailed(f"the answer is larger than {LARGEST >> 20} MiB; ask for less, or add a LIMIT")
        return self._out.write(data)

    def flush(self) -> None:
        self._out.flush()


def _serve(folder: Path, inbox: IO[bytes], outbox: IO[bytes]) -> None:
    """Answer one request."""
    body = io.BytesIO()
    header: dict[str, Any] = {"kind": "failed", "text": ""}
    try:
        opened = store.open_store(folder)
        asked = json.loads(inbox.read())
        _limit(math.ceil(asked["timeout"]), files=not asked["allow_service"])
        header = {"kind": _write(query.ask(opened, asked["query"], asked["allow_service"]), _Limited(body))}
    except QuerySyntaxError as error:
        header = {"kind": "syntax", "text": error.what, "line": error.line, "column": error.column}
    except QueryError as error:
        header = {"kind": "refused", "text": str(error)}
    except (KgError, OSError, RuntimeError) as error:
        header = {"kind": "failed", "text": _worded(error)}
    outbox.write(json.dumps(header).encode() + b"\n")
    if header["kind"] in ("rows", "graph"):
        outbox.write(body.getbuffer())
    outbox.flush()


def _write(answer: query.Answer, out: Any) -> str:
    if isinstance(answer, QuerySolutions | QueryBoolean):
        answer.serialize(out, format=QueryResultsFormat.JSON)
        return "rows"
    serialize(answer, out, format=RdfFormat.N_TRIPLES)
    return "graph"


def _worded(error: Exception) -> str:
    if "too many open files" in str(error).lower():
        return "the query tried to open a file or a connection; a query may open nothing"
    return str(error) if isinstance(error, KgError) else f"the query broke off: {error}"


def _limit(seconds: int, files: bool) -> None:
    """Take from this process what a query has no need of; a system without such limits has only the time limit.

    The limit on CPU time is for a worker whose parent was killed before it could end it.
    """
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 5, seconds + 5))
    if files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)

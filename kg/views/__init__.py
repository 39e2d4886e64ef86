"""One picture a module: each has `draw(graph, ...) -> Picture`, and its docstring's first line is its help."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from kg.errors import FormatError

if TYPE_CHECKING:
    from kg.graph import Graph
    from kg.page import Picture


def kinds() -> list[str]:
    """Names of all pictures."""
    return sorted(module.name for module in iter_modules(__path__))


def options(words: Sequence[str]) -> dict[str, str]:
    """`--cancer X --site=Y` as a dictionary; raises FormatError for anything else.

    >>> options(["--cancer", "breast cancer", "--at-least=5"])
    {'cancer': 'breast cancer', 'at_least': '5'}
    """
    parts = [part for word in words for part in (word.split("=", 1) if word.startswith("--") else [word])]
    if len(parts) % 2 or not all(part.startswith("--") for part in parts[::2]):
        raise FormatError(f"unexpected: {' '.join(words)}; parameters stand as --name value")
    return {name[2:].replace("-", "_"): value for name, value in zip(parts[::2], parts[1::2], strict=True)}


def draw(kind: str, graph: Graph, **options: Any) -> Picture:
    """Draw a picture of a kind; raises FormatError for a kind or an option that it does not have."""
    if kind not in kinds():
        raise FormatError(f'"{kind}" is no picture; allowed: {", ".join(kinds())}')
    view = import_module(f"kg.views.{kind}").draw
    parameters = list(inspect.signature(view).parameters.values())[1:]
    known = [parameter.name for parameter in parameters]
    for parameter in parameters:
        if parameter.default is parameter.empty and parameter.name not in options:
            raise FormatError(f'the {kind} needs "{parameter.name}"; it takes: {", ".join(known)}')
    for name in options:
        if name not in known:
            raise FormatError(f'the {kind} takes no "{name}"; allowed: {", ".join(known) or "nothing"}')
    picture: Picture = view(graph, **options)
    return picture

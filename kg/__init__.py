"""The metastasis knowledge graph: which cancers spread where, how often, by which route, and who says so.

    import kg
    graph = kg.load()
    graph.spread(cancer="prostate cancer")

Not medical advice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.errors import KgError
    from kg.graph import Graph, connect, load

__all__ = ["Graph", "KgError", "connect", "load"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import kg` stays quick."""
    if name == "KgError":
        from kg.errors import KgError

        return KgError
    if name in __all__:
        from kg import graph

        return getattr(graph, name)
    raise AttributeError(f"module 'kg' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__

"""A lecture in Markdown -> one offline page of steps, with a handout for print.

The first-level heading is the title. A second-level heading names what is shown, as `kg view` is asked for it; two pictures
side by side are parted by a bar: `## body --cancer "colorectal cancer" | body --site liver`. Every block below it, a paragraph,
a list or a quotation, is a step. A fenced block marked `query` shows the answer of an example or of SPARQL as a table.
"""

from __future__ import annotations

import base64
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import book, library, views
from kg.errors import FormatError, KgError
from kg.page import Picture, render

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from kg.graph import Graph


@dataclass
class Scene:
    """What is shown for some steps: pictures side by side, each step a text as HTML."""

    pictures: list[Picture]
    texts: list[str] = field(default_factory=list)


def draw(graph: Graph, file: Path) -> str:
    """The page of a lecture; raises FormatError with file and line where something in it cannot be shown."""
    title, scenes = read(graph, file)
    pages = {str(i): {str(j): one.html() for j, one in enumerate(scene.pictures)} for i, scene in enumerate(scenes)}
    bound = book.bind(pages)
    steps = [i for i, scene in enumerate(scenes) for _ in scene.texts or [""]]
    stills = [[_image(one.svg()) for one in scene.pictures] for scene in scenes]
    titles = [[one.title for one in scene.pictures] for scene in scenes]
    sources = sorted({str(source) for scene in scenes for one in scene.pictures for source in one.sources})
    return render(
        "lecture.html", inside=bound.scripts, title=title, book=bound, scenes=scenes, stills=stills, sources=sources,
        talk={"steps": steps, "titles": titles},
    )  # fmt: skip


def read(graph: Graph, file: Path) -> tuple[str, list[Scene]]:
    """Title and scenes of a lecture."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    title, scenes = "", list[Scene]()
    tokens = markdown.parse(_text(file))
    for node in SyntaxTreeNode(tokens).children:
        place = f"{file}:{(node.map or (0, 0))[0] + 1}"
        inner = node.to_tokens()
        if node.tag == "h1" and not title:
            title = inner[1].content
        elif node.tag == "h2":
            scenes.append(Scene(_pictures(graph, inner[1].content, place)))
        elif not scenes:
            raise FormatError(
                f"{place}: a text stands before the first picture; allowed: a heading such as ## body --site bone"
            )
        else:
            scenes[-1].texts.append(_html(graph, markdown, inner, place))
    if not title or not scenes:
        raise FormatError(f"{file}: a lecture needs a title (# ...) and a picture (## body --site bone)")
    return title, scenes


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{file}: byte {error.start + 1} is not UTF-8; allowed: a text in UTF-8") from None


def _pictures(graph: Graph, heading: str, place: str) -> list[Picture]:
    """The pictures that a heading names."""
    try:
        asked = [shlex.split(part) for part in heading.split("|")]
        return [graph.view(words[0], **views.options(words[1:])) for words in asked if words]
    except (KgError, ValueError) as error:
        raise FormatError(f"{place}: {error}") from error


def _html(graph: Graph, markdown: MarkdownIt, tokens: list[Token], place: str) -> str:
    """A block as HTML in which nothing of the text is markup that Markdown does not know."""
    if tokens[0].type == "fence" and tokens[0].info.strip() == "query":
        try:
            return _answer(graph, tokens[0].content.strip())
        except KgError as error:
            raise FormatError(f"{place}: {error}") from error
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _answer(graph: Graph, asked: str) -> str:
    """A question with its answer as a table."""
    import pandas as pd

    words = shlex.split(asked) if "{" not in asked else []
    example = library.example(words[0]) if words else None
    answer = graph.example(example.name, **views.options(words[1:])) if example else graph.query(asked)
    if not isinstance(answer, pd.DataFrame):
        raise FormatError("the query makes no table; allowed: SELECT")
    return render("answer.html", question=example.question if example else "", table=_plain(answer))


def _plain(answer: Any) -> Any:
    """IRIs as CURIEs, gaps as nothing."""
    from kg.vocabulary import curie

    return (
        answer.map(lambda cell: curie(cell) if isinstance(cell, str) and cell.startswith("http") else cell)
        .astype(object)
        .fillna("")
    )


def _image(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()

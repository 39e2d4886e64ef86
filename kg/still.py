"""A page -> the drawing in it as one SVG file, for print, for notebooks on a code host, for whatever runs no script."""

from __future__ import annotations

import re
import textwrap
from typing import Final
from xml.sax.saxutils import escape

_MARGIN: Final = 24
_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_FIGURE: Final = re.compile(r"<figure.*?</figure>", re.DOTALL)
_DRAWING: Final = re.compile(r'<svg[^>]* viewBox="\S+ \S+ (?P<size>[^"]+)".*</svg>', re.DOTALL)
_WIDTH: Final = 1192.0
_LETTER: Final = 0.5
"""Width of a letter, of the size of the type: no text is measured here."""


def still(page: str, above: list[str], below: list[str]) -> str:
    """The first figure of a page with its styles, between lines of text; the first line above is the title.

    A page without a drawing, such as the card of what nobody counted, gives the text alone.
    """
    figure = _FIGURE.search(page)
    drawing = _DRAWING.search(figure[0]) if figure else None
    width, height = map(float, drawing["size"].split()) if drawing else (_WIDTH, 0.0)
    head, y = _texts(above, 16, width, _MARGIN)
    foot, end = _texts(below, 12, width, y + 12 + height)
    styles = "".join(f"<style>{css}</style>" for css in _STYLE.findall(page)[1:])  # the first is the page's own
    place = f'x="{_MARGIN}" y="{y + 12:g}" width="{width:g}" height="{height:g}"'
    placed = drawing[0].replace("<svg", f"<svg {place}", 1) if drawing else ""
    box = f'width="{width + 2 * _MARGIN:g}" height="{end + _MARGIN:g}" viewBox="0 0 {width + 2 * _MARGIN:g} {end + _MARGIN:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="Helvetica, Arial, sans-serif">'
        f'<title>{escape(above[0])}</title>{styles}<rect width="100%" height="100%" fill="#fff"/>{head}{placed}{foot}</svg>\n'
    )


def _texts(paragraphs: list[str], size: int, width: float, y: float) -> tuple[str, float]:
    """Paragraphs as lines of text from a height on, and the height where they end; a first one of size 16 is a title."""
    made = []
    for i, paragraph in enumerate(paragraphs):
        tall, weight = (24, "bold") if size == 16 and i == 0 else (size, "normal")
        for line in textwrap.wrap(paragraph, int(width / (_LETTER * tall))):
            y += 1.25 * tall
            made.append(
                f'<text x="{_MARGIN}" y="{y:g}" style="font:{weight} {tall}px Helvetica,Arial,sans-serif">{escape(line)}</text>'
            )
    return "".join(made), y

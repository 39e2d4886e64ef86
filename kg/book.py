"""Many pages -> one: what they share is kept once, the rest is packed, and a script puts a page together when it is turned to."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_SHARED: Final = re.compile(
    r"<meta http-equiv[^>]*>"  # the policy
    r"|<style>.*?</style>"
    r"|<script>.*?</script>"
    r'|<svg xmlns="[^"]+" x="324".*?</svg>'  # a body
    r"|<defs>.*?</defs>|<form class=\"controls\".*?</form>|<g class=\"legend-marks\".*?\n</g>"
    r"|<figcaption.*?</figcaption>|<p class=\"caveat\">[^<]*</p>|<thead>.*?</thead>|<d[td]>[^<]*</d[td]>"
    r"|<li>[^<]*</li>"  # a source
    r"|@misc\{.*?\\n\}",  # and its BibTeX, in a data block
    re.DOTALL,
)
_SCRIPT: Final = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@dataclass(frozen=True)
class Book:
    """Packed pages.

    `parts` are texts that pages share, `chapters` pages by name, in both as base64 of gzip of JSON; in a page `<?7?>` stands
    for part 7, which no page can hold otherwise, since every `<` of its data is escaped. `scripts` are all that the pages run.
    """

    parts: str
    chapters: dict[str, str]
    scripts: tuple[str, ...]


def bind(chapters: Mapping[str, Mapping[str, str]]) -> Book:
    """Pages by chapter and name -> a book.

    >>> page = "<p>a</p><style>p { color: red }</style>"
    >>> book = bind({"one": {"body": page}, "two": {"body": page.replace("a", "b")}})
    >>> unpack(book.parts), unpack(book.chapters["two"])
    (['<style>p { color: red }</style>'], {'body': '<p>b</p><?0?>'})
    """
    seen = Counter(part for pages in chapters.values() for page in pages.values() for part in _SHARED.findall(page))
    parts = [part for part, times in seen.items() if times > 1]
    place = {part: f"<?{i}?>" for i, part in enumerate(parts)}
    packed = {
        chapter: pack(
            {name: _SHARED.sub(lambda found: place.get(found[0], found[0]), page) for name, page in pages.items()}
        )
        for chapter, pages in chapters.items()
    }
    return Book(pack(parts), packed, scripts_of(page for pages in chapters.values() for page in pages.values()))


def scripts_of(pages: Iterable[str]) -> tuple[str, ...]:
    """The texts of all scripts that pages run, once each."""
    return tuple(dict.fromkeys(script for page in pages for script in _SCRIPT.findall(page)))


def pack(data: object) -> str:
    """JSON, zipped, in letters that can stand in a page; the same data give the same text."""
    return base64.b64encode(gzip.compress(json.dumps(data, ensure_ascii=False).encode(), mtime=0)).decode()


def unpack(packed: str) -> object:
    """What `pack` packed."""
    return json.loads(gzip.decompress(base64.b64decode(packed)))

"""A picture -> one self-contained HTML file that opens without network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kg.citations import Citation
from kg.errors import FormatError
from kg.notebook import frame
from kg.output import guarded
from kg.resources import ASSETS
from kg.still import still

if TYPE_CHECKING:
    import jinja2
    import pandas as pd

_NAMED: Final = 6
"""Sources that a still drawing names; the page, the table and BibTeX name all."""
_LIBRARY: Final = "vis-network.min.js"
MEDICAL: Final = "Not medical advice: figures describe groups of patients, not a person."


@dataclass(frozen=True)
class Picture:
    """A drawing with all that must stand beside it: no picture without its table, its sources and its caveat.

    `template` draws `data`, which scripts read from a data block; `table` is what the drawing shows, a row a mark. `words`
    are terms that the picture uses, each with its definition.
    """

    title: str
    template: str
    alt: str
    data: dict[str, Any]
    table: pd.DataFrame
    caveat: str
    sources: list[Citation]
    subtitle: str = ""
    scripts: tuple[str, ...] = ()
    legend: list[tuple[str, str]] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)

    def html(self) -> str:
        """The whole page."""
        return render(self.template, picture=self)

    def svg(self) -> str:
        """The drawing as it stands before anybody touches it, under its title, above its caveat and sources."""
        named = " ".join(map(str, self.sources[:_NAMED]))
        more = f" And {len(self.sources) - _NAMED} more sources." if len(self.sources) > _NAMED else ""
        return still(self.html(), [self.title, self.subtitle], [f"{self.caveat} {MEDICAL}", f"Sources: {named}{more}"])

    def bibtex(self) -> str:
        """The sources, an entry each."""
        return "\n\n".join(source.bibtex() for source in self.sources) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write what the file's ending asks for: the page (html), the drawing (svg), the table (csv), the sources (bib, json).

        Everything is UTF-8; returns where. Raises FormatError for another ending.
        """
        path = Path(path)
        write = _ENDINGS.get(path.suffix.lower())
        if write is None:
            raise FormatError(f'"{path.name}" does not say what to write; allowed endings: {", ".join(_ENDINGS)}')
        path.write_text(write(self), encoding="utf-8", newline="\n")
        return path.absolute()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """For notebooks: the page in a sandboxed frame where scripts run, the still drawing elsewhere."""
        library = _script(_LIBRARY) if _LIBRARY in self.scripts else ""
        return {
            "text/html": frame(self.title, self.html(), library),
            "image/svg+xml": self.svg(),
            "text/plain": f"{self.title}\n{self.alt}",
        }


def _csv(picture: Picture) -> str:
    """The table, in which a text that a spreadsheet would run as a formula stays a text."""
    return guarded(picture.table).to_csv(index=False, lineterminator="\n")


_ENDINGS: Final[dict[str, Callable[[Picture], str]]] = {
    ".html": lambda picture: picture.html(),
    ".svg": lambda picture: picture.svg(),
    ".csv": _csv,
    ".bib": lambda picture: picture.bibtex(),
    ".json": lambda picture: json.dumps([source.csl() for source in picture.sources], ensure_ascii=False, indent=1),
}


def render(template: str, inside: Iterable[str] = (), **values: Any) -> str:
    """A template of the package as a page that lets no request out; `inside` are scripts that pages within it run."""
    return _locked(_environment().get_template(template).render(medical=MEDICAL, **values), inside)


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ASSETS / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["data_block"] = _data_block
    environment.filters["zip"] = zip
    environment.filters["trusted"] = _made
    environment.globals["style"] = lambda name: _trusted(ASSETS / "static" / name)
    environment.globals["script"] = _script
    environment.globals["drawing"] = lambda name: _trusted(ASSETS / "drawings" / name)
    return environment


def _data_block(data: Any) -> Any:
    """Data as JSON in which nothing can end the script element or start markup."""
    from markupsafe import Markup

    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    escapes = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
    return Markup("".join(escapes.get(char, char) for char in text))


def _made(markup: str) -> Any:
    """Markup that the package made itself, of text that it had escaped."""
    from markupsafe import Markup

    return Markup(markup)


def _trusted(path: Path) -> Any:
    """A file of the package, or of a package it depends on, as it is."""
    from markupsafe import Markup

    return Markup(path.read_text(encoding="utf-8"))


def _script(name: str) -> Any:
    """A script of the package, or the library that pyvis ships."""
    if name == _LIBRARY:
        import pyvis

        found = sorted(Path(pyvis.__file__).parent.glob("lib/vis-*/vis-network.min.js"))
        return _trusted(found[-1])
    return _trusted(ASSETS / "static" / name)


_INLINE: Final = re.compile(r"<script(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL)


def _locked(page: str, inside: Iterable[str]) -> str:
    """The page with a policy that runs its own scripts, named by their hashes, and lets no request out."""
    scripts = dict.fromkeys([*_INLINE.findall(page), *inside])
    hashes = (hashlib.sha256(script.encode()).digest() for script in scripts)
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes) or "'none'"
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; form-action 'none'; base-uri 'none'"
    return page.replace("@@POLICY@@", policy, 1)

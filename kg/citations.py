"""A source -> the line that names it, BibTeX, and CSL-JSON (citationstyles.org), which reference managers read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_LATEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    char: rf"\{char}" for char in "&%$#_{}"
}
_SPECIAL = re.compile(r"[\\~^&%$#_{}]")


@dataclass(frozen=True)
class Citation:
    """A source by its key, with what is needed to find it. Empty texts are not known."""

    key: str
    title: str
    publisher: str = ""
    year: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    population: str = ""
    licence: str = ""

    def __str__(self) -> str:
        """Key, title, publisher, year, identifier, population and terms.

        >>> str(Citation("S1", "Where it goes.", "A Journal", "2021", "10.1/x", licence="CC BY 4.0"))
        'S1: Where it goes. A Journal. 2021. doi:10.1/x. CC BY 4.0.'
        """
        identifier = f"doi:{self.doi}" if self.doi else self.url
        parts = (self.title, self.publisher, self.year, identifier, self.population, self.licence)
        return f"{self.key}: {'. '.join(part.rstrip('.') for part in parts if part)}."

    def bibtex(self) -> str:
        r"""An entry. The tables keep authors and journal as one text, so it is `misc` and says how it was published.

        >>> print(Citation("S1", "Bone & liver", "A Journal", "2021", "10.1/x_y").bibtex())
        @misc{S1,
          title = {{Bone \& liver}},
          howpublished = {A Journal},
          year = {2021},
          doi = {10.1/x_y},
        }
        """
        words = {"title": f"{{{_latex(self.title)}}}", "howpublished": _latex(self.publisher), "year": self.year}
        ids = {"doi": self.doi, "pmid": self.pmid, "url": "" if self.doi else self.url, "note": _latex(self.licence)}
        lines = [f"  {name} = {{{text}}}," for name, text in (words | ids).items() if text]
        return "\n".join([f"@misc{{{self.key},", *lines, "}"])

    def csl(self) -> dict[str, Any]:
        """The item of CSL-JSON."""
        item = {
            "id": self.key,
            "type": "article-journal" if self.doi or self.pmid else "document",
            "title": self.title,
            "DOI": self.doi,
            "PMID": self.pmid,
            "URL": self.url,
            "note": "; ".join(part for part in (self.publisher, self.licence) if part),
        }
        issued = {"issued": {"date-parts": [[int(self.year)]]}} if self.year else {}
        return {name: text for name, text in item.items() if text} | issued


def _latex(text: str) -> str:
    return _SPECIAL.sub(lambda found: _LATEX[found[0]], text)

"""Sentences about a series of observations: title, subtitle, alternative text, name in the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kg import chart
from kg.chart import SURE
from kg.views.body.figure import capital, short

if TYPE_CHECKING:
    from kg.analyses.series import Series
    from kg.graph import Graph

_OF: Final = {"MetastaticPatients": "whose cancer had spread", "AllPatients": "(spread or not)"}
_HOW: Final = {
    "EverRecorded": ("spreads most often to", "had the site ever recorded"),
    "AtDiagnosis": ("has spread at diagnosis most often to", "had the site involved at diagnosis"),
    "FirstMetastasis": ("spreads first most often to", "had the site among the first"),
    "Autopsy": ("is found after death most often in", "had the site involved when examined after death"),
    "Recurrence": ("comes back most often in", "had the site involved when the cancer came back"),
    "SampledSite": ("is biopsied most often in", "had tissue taken there (not how often the site is involved)"),
}  # fmt: skip
_NEEDED: Final = ["site", "cases", "patients", "proportion", "own_organ", "cohort", "population", "stratum"]


class Words:
    """Sentences about the series of one cancer."""

    def __init__(self, cancer: str, graph: Graph) -> None:
        self._cancer = cancer
        self._labels = {id_: named.label for id_, named in graph.entities.items()}
        self._sources = graph.sources().fillna("").set_index("source")["population"].to_dict()

    def view(self, one: Series) -> dict[str, Any]:
        """All that the page says of a series."""
        label = self._labels[one.cancer_id]
        rows = [{name: given(item) for name, item in row.items()} for row in one.rows[_NEEDED].to_dict("records")]
        title = self._title(label, one, rows)
        listed = "; ".join(f"{short(row['site'])} {share(row)}" for row in rows[:8])
        return {
            "denominator": one.denominator,
            "ascertainment": one.ascertainment,
            "source": self._source(label, one, rows),
            "title": title,
            "subtitle": self._subtitle(label, one, rows[0]),
            "alt": f"Body map. {title}. {listed}. {len(rows)} sites in all, listed in the table.",
            "count": len(rows),
        }

    def silence(self, sites: int) -> dict[str, Any]:
        """The same where nothing was counted."""
        title = f"Where {self._cancer} spreads is said of {sites} sites and counted of none"
        return {
            "denominator": "", "ascertainment": "", "source": "", "title": title, "alt": f"Body map. {title}.", "count": 0,
            "subtitle": "No source of this graph counts its patients by site.",
        }  # fmt: skip

    def _title(self, label: str, one: Series, rows: list[dict[Any, Any]]) -> str:
        top = next((row for row in rows if row["proportion"] > 0 and not row["own_organ"]), None)
        if top is None:
            return f"{capital(label)}: no spread to another organ was found here"
        return f"{capital(label)} {_HOW[one.ascertainment][0]} {short(top['site'])}: {share(top)}"

    def _subtitle(self, label: str, one: Series, first: dict[Any, Any]) -> str:
        of = "examined" if (one.ascertainment, one.denominator) == ("Autopsy", "AllPatients") else _OF[one.denominator]
        kind = "" if label == self._cancer else f" {capital(label)} is a kind of {self._cancer}."
        return f"Of 100 patients {of}: how many {_HOW[one.ascertainment][1]}. {self._who(one, first)}{kind}"

    def _who(self, one: Series, first: dict[Any, Any]) -> str:
        """Cohort and patients of a series."""
        if not one.source:
            return "The largest study for each site: studies differ in their patients."
        about = self._sources.get(f"mkgs:{one.source}", "").split(";")[0]
        who = first["population"] if first["stratum"] == "subgroup" or not about else about
        return ": ".join(part for part in dict.fromkeys((first["cohort"] or one.source, who)) if part) + "."

    def _source(self, label: str, one: Series, rows: list[dict[Any, Any]]) -> str:
        kind = "" if label == self._cancer else f"{label}: "
        if not one.source:
            return f"{kind}largest study for each site ({len(rows)} sites)"
        extra = f", {rows[0]['population']}" if rows[0]["stratum"] == "subgroup" and rows[0]["population"] else ""
        most = max(row["patients"] for row in rows)
        return f"{kind}{rows[0]['cohort'] or one.source}{extra} ({len(rows)} sites, n {most:,})"


def given(item: Any) -> Any:
    """A cell of a table, or None where nothing stands there.

    >>> given("lung"), given(float("nan"))
    ('lung', None)
    """
    return None if chart.missing(item) else item


def share(row: dict[Any, Any]) -> str:
    """A share in a sentence: percentage and count, of few patients the count alone.

    >>> share({"cases": 2026, "patients": 3223, "proportion": 0.6286}), share({"cases": 4, "patients": 6, "proportion": 2 / 3})
    ('63 % (2,026/3,223)', '4 of 6')
    """
    counted = row["cases"] is not None
    if counted and row["patients"] < SURE:
        return f"{row['cases']:,} of {row['patients']:,}"
    count = f"{row['cases']:,}/{row['patients']:,}" if counted else f"of {row['patients']:,}"
    return f"{100 * row['proportion']:.0f} % ({count})"

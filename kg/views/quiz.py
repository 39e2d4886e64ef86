"""A quiz from the counts: where does it go, how often, which cancer goes there; the evidence comes after the answer."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg import chart
from kg.analyses.cohorts import counted, widest, without_summed
from kg.errors import NothingToDraw
from kg.output import percent
from kg.page import Picture
from kg.vocabulary import curie

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

OFFERED: Final = 4
"""Answers that a question offers."""
RANGES: Final = ((0.0, 0.1), (0.1, 0.25), (0.25, 0.5), (0.5, 1.0))
"""Shares that "how often" offers: the same for every question, so that none gives its answer away."""
_WAY: Final = ("MetastaticPatients", "EverRecorded")
_NAMES: Final = ("fewer than 10", "10 to 25", "25 to 50", "more than 50")
_PLOT: Final = (372, 800)
_SHEET: Final = 6
"""Questions of the drawing that needs no script."""
_COLUMNS: Final = 2
_LINE: Final = 24


class Question(NamedTuple):
    """What is asked, the answers in the order of their names, the right one's place, and the counts behind them."""

    kind: str
    text: str
    options: list[str]
    right: int
    bars: list[Any]
    of: str

    @property
    def answer(self) -> Any:
        """The count that the question is about."""
        return self.bars[self.right if len(self.bars) > 1 else 0]


def draw(graph: Graph, cancer: str | None = None) -> Picture:
    """Questions with four answers from one source's counts, all of them or those about one cancer.

    A question is asked only where the counts can answer it: the interval of the right answer overlaps no other.
    Raises UnknownName, AmbiguousName, and KgError where no question can be asked.
    """
    rows = _rows(graph)
    questions = asked(rows)
    if cancer:
        id_ = graph.resolve(cancer, "Cancer").id
        questions = [question for question in questions if id_ == question.answer.cancer_id]
    if not questions:
        raise NothingToDraw(
            f"no question can be asked{f' about {cancer}' if cancer else ''}; allowed: {_allowed(rows)}"
        )
    questions = _mixed(questions)
    sources = list(dict.fromkeys(question.answer.source for question in questions))
    citations = graph.citations(sources)
    cancers = sorted({question.answer.cancer for question in questions})
    return Picture(
        title=_title(len(questions), cancers),
        subtitle=f"Of {chart.OF_WHOM[_WAY[0]]}, the site {chart.HOW_FOUND[_WAY[1]]}. The evidence comes after the answer.",
        template="quiz.html",
        scripts=("quiz.js", "download.js"),
        alt=f"Quiz sheet without answers: {' '.join(question.text for question in questions[:_SHEET])}",
        data={
            "questions": [_shown(question, sources) for question in questions],
            "sources": [str(citation) for citation in citations],
            "plot": _PLOT,
            **_sheet(questions[:_SHEET]),
        },
        table=_table(questions),
        caveat=_caveat(graph, questions),
        words=list(graph.meanings(_WAY).values()),
        sources=citations,
    )


def _rows(graph: Graph) -> pd.DataFrame:
    """Counts that a question may use: of enough patients, not in the own organ, not where n counts people without the organ."""
    rows = without_summed(widest(counted(graph.spread(), *_WAY)))
    found: Any = graph.query("SELECT DISTINCT ?site WHERE { ?site mkg:sex ?sex }")
    one_sex = {curie(site) for site in found["site"]}
    firm = rows["cases"].notna() & (rows["patients"] >= chart.FEW) & (rows["stratum"] != "subgroup")
    rows = rows[firm & ~rows["own_organ"] & ~rows["site_id"].isin(one_sex)]
    return rows[rows.groupby(["cancer_id", "source", "patients"])["site_id"].transform("nunique") >= OFFERED]


def _allowed(rows: pd.DataFrame) -> str:
    names = sorted({question.answer.cancer for question in asked(rows)}, key=str.lower)
    return chart.listed(names, "or") or "a graph with counts of four sites in one cohort"


# --- Questions ---


def asked(rows: pd.DataFrame) -> list[Question]:
    """All questions that the counts can answer, by kind, the cancers and sites with the most patients first."""
    return [*_where(rows), *_how_often(rows), *_which(rows)]


def _cohorts(rows: pd.DataFrame) -> Iterator[list[Any]]:
    """The sites of a cancer that were counted in the same patients, the most frequent first."""
    order = rows.sort_values(["patients", "cancer", "proportion", "site"], ascending=[False, True, False, True])
    for _, cohort in order.groupby(["cancer_id", "source", "patients"], sort=False):
        yield chart.rows(cohort)


def _clear(ranked: list[Any]) -> list[Any]:
    """The most frequent and the next three whose intervals lie below its own; nothing where there are not three."""
    below = [row for row in ranked[1:] if row.upper95 < ranked[0].lower95]
    return [ranked[0], *below[: OFFERED - 1]] if len(below) >= OFFERED - 1 else []


def _where(rows: pd.DataFrame) -> Iterator[Question]:
    for ranked in _cohorts(rows):
        if bars := _clear(ranked):
            top = bars[0]
            of = f"Of {top.patients:,} patients with {top.cancer} whose cancer had spread: the site"
            yield _among("where", f"Which of these sites does {top.cancer} reach most often?", bars, "site", of)


def _which(rows: pd.DataFrame) -> Iterator[Question]:
    order = rows.sort_values(["source", "site", "proportion", "cancer"], ascending=[True, True, False, True])
    for _, group in order.groupby(["source", "site_id"], sort=False):
        if bars := _clear(chart.rows(group)):
            of = f"Of patients whose cancer had spread, those with spread to {_named(bars[0], 'site')}, by cancer:"
            yield _among(
                "which", f"Which of these cancers reaches {_named(bars[0], 'site')} most often?", bars, "cancer", of
            )


def _among(kind: str, text: str, bars: list[Any], name: str, of: str) -> Question:
    top = bars[0]
    named = sorted(bars, key=lambda row: _named(row, name).lower())
    return Question(kind, text, [_named(row, name) for row in named], named.index(top), named, of)


def _how_often(rows: pd.DataFrame) -> Iterator[Question]:
    """Of each cancer and each range the most frequent site whose whole interval lies in it."""
    for ranked in _cohorts(rows):
        for right, (low, high) in enumerate(RANGES):
            inside = [row for row in ranked if low < row.lower95 and row.upper95 < high]
            if inside:
                row = inside[0]
                text = f"whose cancer had spread, in how many was spread to {_named(row, 'site')} recorded?"
                of = f"Of {row.patients:,} patients with {row.cancer} whose cancer had spread: the site"
                yield Question("how often", f"Of 100 patients with {row.cancer} {text}", list(_NAMES), right, [row], of)


def _mixed(questions: list[Question]) -> list[Question]:
    """Kinds by turns, so that the sheet has some of each."""
    kinds = [[one for one in questions if one.kind == kind] for kind in ("where", "how often", "which")]
    return [one for turn in zip_longest(*kinds) for one in turn if one]


# --- Words ---


def _title(count: int, cancers: list[str]) -> str:
    asked_of = f"{len(cancers)} cancers" if len(cancers) > 1 else cancers[0]
    return f"Where does it go, how often? {count} question{'s' * (count > 1)} from {asked_of}"


def _named(row: Any, name: str) -> str:
    """A cancer or a site as a question names it; a star marks a group of the source."""
    return chart.short(getattr(row, name))


def _share(row: Any) -> str:
    return chart.share(row.cases, row.patients, row.proportion)


def _command(row: Any) -> str:
    """The command that shows all counts of a pair; a name that a shell would not take as it is stands as its CURIE."""
    plain = r"[\w(),/ -]+"
    cancer = row.cancer if re.fullmatch(plain, row.cancer) else row.cancer_id
    site = row.site if re.fullmatch(plain, row.site) else row.site_id
    return f'kg view forest --cancer "{cancer}" --site "{site}"'


def _caveat(graph: Graph, questions: list[Question]) -> str:
    keys = [question.answer.source for question in questions]
    main = max(dict.fromkeys(keys), key=keys.count)
    populations = graph.sources().set_index("source")["population"].dropna().to_dict()
    star = any("*" in text for question in questions for text in (question.text, *question.options))
    return (
        f"{keys.count(main)} of {len(keys)} questions rest on {main}: {populations.get(f'mkgs:{main}', 'population not stated')}. "
        "Another hospital may count another order. Only what the counts can answer is asked: the 95 % interval (Wilson) of "
        "the right answer overlaps no other; it covers sampling only, not how patients came to be counted. Never offered: "
        f"the cancer's own organ, sites that one sex has, fewer than {chart.FEW} patients."
        + " * A group of the source, wider than the organ."
        * star
    )


def _table(questions: list[Question]) -> pd.DataFrame:
    import pandas as pd

    made = []
    for i, one in enumerate(questions, start=1):
        name = "cancer" if one.kind == "which" else "site"
        shares = [(row.cases, row.patients, row.proportion, row.lower95, row.upper95) for row in one.bars]
        evidence = "; ".join(
            f"{_named(row, name)} {percent(*share)}" for row, share in zip(one.bars, shares, strict=True)
        )
        offered = ", ".join(one.options)
        made.append([i, one.text, offered, one.options[one.right], evidence, one.answer.source])
    return pd.DataFrame(made, columns=["number", "question", "offered", "right", "evidence", "source"])


# --- Places ---


def _shown(question: Question, sources: list[str]) -> dict[str, Any]:
    """What the script asks and then shows."""
    name = "cancer" if question.kind == "which" else "site"
    is_range = question.kind == "how often"
    high = 1.0 if is_range else chart.top_of([row.upper95 for row in question.bars])
    axis = chart.Axis(*_PLOT, high)
    return {
        "kind": question.kind,
        "text": question.text,
        "options": question.options,
        "right": question.right,
        "of": f"{question.of} {chart.HOW_FOUND[_WAY[1]]}.",
        "bars": [
            {
                "name": chart.fit(_named(row, name), _PLOT[0] - 34, 19),
                "share": _share(row),
                "bounds": chart.bounds(row.lower95, row.upper95),
                "x": [axis.at(end) for end in (row.proportion, row.lower95, row.upper95)],
            }
            for row in question.bars
        ],
        "ticks": [(axis.at(end), f"{100 * end:.0f}") for end, _ in RANGES] + axis.ticks()[-1:] if is_range else axis.ticks(),
        "band": [axis.at(end) for end in RANGES[question.right]] if is_range else None,
        "command": _command(question.answer),
        "source": sources.index(question.answer.source),
    }  # fmt: skip


def _sheet(questions: list[Question]) -> dict[str, Any]:
    """The first questions side by side, as they are printed."""
    room = chart.WIDTH / _COLUMNS - 40
    items: list[dict[str, Any]] = []
    top = 0
    for i in range(0, len(questions), _COLUMNS):
        line: list[dict[str, Any]] = [
            {
                "number": i + j + 1,
                "x": round(j * chart.WIDTH / _COLUMNS),
                "y": top,
                "lines": textwrap.wrap(one.text, int((room - 30) / (0.54 * 19))),
                "options": [
                    {"letter": "ABCD"[place], "text": chart.fit(option, room - 70, 19)}
                    for place, option in enumerate(one.options)
                ],
            }
            for j, one in enumerate(questions[i : i + _COLUMNS])
        ]
        items += line
        top += _LINE * (max(len(item["lines"]) for item in line) + OFFERED) + 30
    return {"sheet": items, "line": _LINE, "total": top}

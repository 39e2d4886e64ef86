"""The map of spread: a body with arrows from where a cancer starts to where it goes, or from all cancers to one site."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kg.analyses import places, routes
from kg.analyses.series import ASCERTAINMENTS, DENOMINATORS, Series, all_series
from kg.errors import FormatError, KgError
from kg.output import percent
from kg.page import Picture
from kg.resources import ASSETS

if TYPE_CHECKING:
    import pandas as pd

    from kg.graph import Graph

THRESHOLD: Final = 5
"""Per cent of patients from which a site gets an arrow at first."""
FEW_PATIENTS: Final = 20
"""With fewer patients no percentage is printed."""
SEXES: Final = ("female", "male")
CREDIT: Final = (
    "Body outline and organs adapted from the EMBL-EBI Expression Atlas anatomograms "
    "(github.com/ebi-gene-expression-group/anatomogram), CC BY 4.0; changed. Skeleton, bowel, lymph nodes and vessels: this project."
)
_FRONT: Final = "Schematic, seen from the front: the patient's right is on your left."
_CAVEAT: Final = (
    "An arrow says that the cancer was found there, not which way it took or in what order. A patient can have several sites: "
    "shares do not add up to 100. Intervals (Wilson, 95 %) cover sampling only, not how patients came to be counted. Of fewer "
    f"than {FEW_PATIENTS} patients no percentage is printed. Sites that are the cancer's own organ get no arrow: growth cannot be "
    f"told from spread there. {_FRONT}"
)
_OF: Final = {"MetastaticPatients": "whose cancer had spread", "AllPatients": "(spread or not)"}
_HOW: Final = {
    "EverRecorded": ("spreads most often to", "had the site ever recorded"),
    "AtDiagnosis": ("has spread at diagnosis most often to", "had the site involved at diagnosis"),
    "FirstMetastasis": ("spreads first most often to", "had the site among the first"),
    "Autopsy": ("is found after death most often in", "had the site involved when examined after death"),
    "Recurrence": ("comes back most often in", "had the site involved when the cancer came back"),
    "SampledSite": ("is biopsied most often in", "had tissue taken from the site (what was biopsied, not how often a site is involved)"),
}  # fmt: skip
_DIFFUSE: Final = {"UBERON:0002097", "UBERON:0002072", "UBERON:0001630", "UBERON:0014892", "mkg:soft-tissue"}
"""Tissues that are all over the body: what starts there starts from the outline."""
_LEGEND: Final = [
    ("ramp", "share of patients: 0, up to 1, 5, 15, 30, 50 % and more"),
    ("home", "where the cancer starts"),
    ("arrow", "spread, wider where it is more frequent"),
    ("none", "0 of n: looked for, not found"),
    ("unseen", "never looked for in this source"),
]


class Figure(NamedTuple):
    """What the drawings hold and how organs relate, to find a site's place."""

    drawn: dict[str, places.Shape]
    within: places.Pairs
    includes: places.Pairs
    sexes: dict[str, str]

    def place(self, organ: str) -> places.Place:
        """Where an organ is drawn."""
        return places.place(organ, self.drawn, self.within, self.includes)


def draw(
    graph: Graph,
    cancer: str | None = None,
    site: str | None = None,
    denominator: str = "MetastaticPatients",
    ascertainment: str = "EverRecorded",
    sex: str | None = None,
) -> Picture:
    """Where a cancer spreads; with a site and no cancer: which cancers come there.

    Shows one series of observations at first, of the given denominator and ascertainment where there is one; the page
    holds all others. Raises FormatError for a denominator, ascertainment or sex that does not exist.
    """
    for value, allowed in ((denominator, DENOMINATORS), (ascertainment, ASCERTAINMENTS), (sex, (None, *SEXES))):
        if value not in allowed:
            raise FormatError(f'"{value}" is not known here; allowed: {", ".join(filter(None, allowed))}')
    if cancer:
        return _spread_of(graph, cancer, site, (denominator, ascertainment), sex)
    raise KgError("the body map needs a cancer or a site; allowed: --cancer NAME, --site NAME")


@cache
def _drawn() -> dict[str, places.Shape]:
    files = (ASSETS / "drawings" / f"{sex}.svg" for sex in SEXES)
    return {id_: shape for file in files for id_, shape in places.shapes(file.read_text(encoding="utf-8")).items()}


def figure(graph: Graph) -> Figure:
    """The drawings, and the part-of closure of the graph's organs."""
    anatomy = graph.anatomy()
    sexes = anatomy[anatomy["relation"] == "sex"]
    return Figure(
        _drawn(),
        places.pairs(anatomy, "within"),
        places.pairs(anatomy, "includes"),
        dict(zip(sexes["organ"], sexes["other"], strict=True)),
    )


# --- Where a cancer spreads ------------------------------------------------------------------------------------------


def _spread_of(graph: Graph, cancer: str, site: str | None, wanted: tuple[str, str], sex: str | None) -> Picture:
    asked = graph.resolve(cancer, "Cancer")
    spread = graph.spread(asked.id, inferred=True)
    found = all_series(spread, asked.id)
    said = _said(spread)
    if not found and said.empty:
        raise KgError(f"nobody counted or said where {asked.label} spreads; allowed: another cancer")
    first = next((i for i, one in enumerate(found) if (one.denominator, one.ascertainment) == wanted), 0)
    body = figure(graph)
    counted = _stacked(found)
    site_ids = list(dict.fromkeys([*counted["site_id"], *said["site_id"]]))
    home = _home(graph, asked.id, [one.cancer_id for one in found], body)
    words = _Words(asked.label, graph, home["sex"])
    views = [words.view(one, body) for one in found]
    shown = views[first] if views else words.silence(len(said))
    for view, rows in zip(views, _spans([len(one.rows) for one in found]), strict=True):
        view["first"] = rows
    keys = list(dict.fromkeys([*counted["source"], *(key for keys in said["source"] for key in keys.split(", "))]))
    return Picture(
        title=shown["title"],
        subtitle=shown["subtitle"],
        template="body.html",
        scripts=("body.js",),
        alt=shown["alt"],
        data={
            "mode": "spread",
            "sexes": _sexes(home["sex"], sex),
            "threshold": THRESHOLD,
            "few": FEW_PATIENTS,
            "first": first,
            "focus": graph.resolve(site, "Organ").id if site else "",
            "home": home,
            "sites": [_site(id_, body, graph) for id_ in site_ids],
            "views": views,
            "rows": _numbers(counted, site_ids, home["sex"], body),
            "said": [[site_ids.index(row["site_id"]), row["words"], row["source"]] for row in said.to_dict("records")],
            "routes": _routes(graph, spread, home["origins"], site_ids, body),
            "names": _choices(graph, found),
            "caveat": _CAVEAT,
            "credit": CREDIT,
        },
        table=_table(counted, said),
        legend=_LEGEND,
        caveat=_CAVEAT,
        sources=[*graph.citations(keys), CREDIT],
        words=sorted(graph.meanings({one for item in found for one in (item.denominator, item.ascertainment)}).values()),
    )


def _stacked(found: Sequence[Series]) -> pd.DataFrame:
    """The rows of all series one below the other, as the table and the drawing count them."""
    import pandas as pd

    from kg.spread import COLUMNS

    if not found:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat([one.rows for one in found], ignore_index=True)


def _spans(lengths: Sequence[int]) -> list[int]:
    """Where each of several stretches begins.

    >>> _spans([3, 1, 2])
    [0, 3, 4]
    """
    return [sum(lengths[:i]) for i in range(len(lengths))]


def _said(spread: pd.DataFrame) -> pd.DataFrame:
    """What is said without being counted, a row a site: how strongly, and by whom."""
    rows = spread[(spread["kind"] == "said") & (spread["site_id"] != "mkg:AnyDistantSite")]
    rows = rows[(rows["strength"] != "illustration") & (rows["stance"] != "refutes")]
    listed = [
        {
            "site": str(group["site"].iloc[0]),
            "site_id": str(site),
            "words": ", ".join(sorted(set(group["strength"].dropna()))) or "said",
            "source": ", ".join(sorted(set(group["source"]))),
        }
        for site, group in rows.groupby("site_id", sort=False)
    ]
    import pandas as pd

    return pd.DataFrame(listed, columns=["site", "site_id", "words", "source"])


def _home(graph: Graph, cancer_id: str, kinds: list[str], body: Figure) -> dict[str, Any]:
    """Where the arrows start: the narrowest organs the cancer arises in, its own before those of broader or other kinds."""
    rows = graph.origins({cancer_id, *kinds})
    own = rows[(rows["cancer"] == cancer_id) & (rows["broader"] == cancer_id)]
    above = rows[rows["cancer"] == cancer_id]
    organs = next((list(part["organ"]) for part in (own, above, rows) if len(part)), [])
    organs = places.narrowest(organs, body.within)
    sexes = {body.sexes.get(organ, "") for organ in organs}
    organs.sort(key=lambda organ: graph.entities[organ].label)
    labels = [graph.entities[organ].label for organ in organs]
    return {
        "name": ", ".join(labels) or "no single organ",
        "origins": organs,
        "shapes": [shape for organ in organs for shape in body.place(organ).shapes],
        "diffuse": not organs or bool(_DIFFUSE & set(organs)),
        "sex": sexes.pop() if len(sexes) == 1 else "",
    }


def _sexes(only: str, wanted: str | None) -> list[str]:
    """Which bodies the page holds, the one to show first in front."""
    if only:
        return [only]
    return sorted(SEXES, key=lambda sex: sex != (wanted or SEXES[0]))


def _site(id_: str, body: Figure, graph: Graph) -> dict[str, Any]:
    label = graph.entities[id_].label
    found = body.place(id_)
    return {
        "id": id_,
        "name": label.removesuffix(" (MSK-MET site)"),
        "full": label,
        "shapes": found.shapes,
        "how": found.how,
        "sex": body.sexes.get(id_, ""),
    }


def _numbers(counted: pd.DataFrame, site_ids: list[str], sex: str, body: Figure) -> list[list[Any]]:
    """A list a row: site, k, n, proportion, bounds, own organ, from percent, one sex's site among both sexes, source."""
    import pandas as pd

    index = {id_: i for i, id_ in enumerate(site_ids)}
    return [
        [
            index[row.site_id],
            None if pd.isna(row.cases) else int(row.cases),
            int(row.patients),
            *(round(float(x), 4) for x in (row.proportion, row.lower95, row.upper95)),
            int(bool(row.own_organ)),
            int(bool(row.from_percent)),
            int(not sex and row.site_id in body.sexes),
            row.source,
        ]
        for row in counted.itertuples(index=False)
    ]


def _choices(graph: Graph, found: Sequence[Series]) -> dict[str, str]:
    terms = {term for one in found for term in (one.denominator, one.ascertainment)}
    return {term: label for term, (label, _) in graph.meanings(terms).items()}


def _table(counted: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    numbers = counted[["cases", "patients", "proportion", "lower95", "upper95"]]
    rows = counted.assign(frequency=[percent(*row) for row in numbers.itertuples(index=False)])
    columns = ["site", "frequency", "cancer", "denominator", "ascertainment", "population", "source"]
    spoken = said.assign(frequency="said, not counted: " + said["words"]).reindex(columns=columns)
    return pd.concat([rows[columns], spoken], ignore_index=True).astype(object).fillna("")


class _Words:
    """Sentences about a series: title, subtitle, alternative text."""

    def __init__(self, cancer: str, graph: Graph, sex: str) -> None:
        self._cancer = cancer
        self._labels = {id_: named.label for id_, named in graph.entities.items()}
        self._sources = {row["source"].removeprefix("mkgs:"): row for row in graph.sources().to_dict("records")}
        self._sex = sex

    def view(self, one: Series, body: Figure) -> dict[str, Any]:
        """All that the page needs to show a series, its rows apart."""
        label = self._labels[one.cancer_id]
        title = self._title(label, one)
        return {
            "denominator": one.denominator,
            "ascertainment": one.ascertainment,
            "source": self._source(one, label),
            "title": title,
            "subtitle": self._subtitle(label, one),
            "alt": self._alt(title, one),
            "count": len(one.rows),
        }

    def silence(self, sites: int) -> dict[str, Any]:
        """The same where nothing was counted."""
        title = f"Where {self._cancer} spreads is said of {sites} sites and counted of none"
        return {"title": title, "subtitle": "No source of this graph counts patients with it by site.", "alt": title}

    def _title(self, label: str, one: Series) -> str:
        top = next((row for row in one.rows.itertuples() if row.proportion > 0 and not row.own_organ), None)
        name = _capital(label)
        if top is None:
            return f"{name}: no spread to another organ was found here"
        return f"{name} {_HOW[one.ascertainment][0]} {_short(top.site)}: {_share(top)}"

    def _subtitle(self, label: str, one: Series) -> str:
        of = "examined" if (one.ascertainment, one.denominator) == ("Autopsy", "AllPatients") else _OF[one.denominator]
        kind = "" if label == self._cancer else f" {_capital(label)} is a kind of {self._cancer}."
        return f"Of 100 patients {of}: how many {_HOW[one.ascertainment][1]}. {self._who(one)}{kind}"

    def _who(self, one: Series) -> str:
        """Cohort and patients of a series in words."""
        if not one.source:
            return "The largest study for each site: studies differ in their patients."
        first = one.rows[["cohort", "population", "stratum"]].fillna("").iloc[0]
        about = str(self._sources[one.source]["population"] or "").split(";")[0]
        who = first["population"] if first["stratum"] == "subgroup" or not about else about
        return ": ".join(part for part in dict.fromkeys((first["cohort"] or one.source, who)) if part) + "."

    def _source(self, one: Series, label: str) -> str:
        n = f"{int(one.rows['patients'].max()):,}"
        kind = "" if label == self._cancer else f"{label}: "
        if not one.source:
            return f"{kind}largest study for each site ({len(one.rows)} sites)"
        first = one.rows[["cohort", "population", "stratum"]].fillna("").iloc[0]
        extra = f", {first['population']}" if first["stratum"] == "subgroup" else ""
        return f"{kind}{first['cohort'] or one.source}{extra} ({len(one.rows)} sites, n {n})"

    def _alt(self, title: str, one: Series) -> str:
        parts = "; ".join(f"{_short(row.site)} {_share(row)}" for row in one.rows.head(8).itertuples())
        return f"Body map. {title}. {parts}. {len(one.rows)} sites in all, listed in the table."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short(site: str) -> str:
    return site.removesuffix(" (MSK-MET site)")


def _share(row: Any) -> str:
    """A share in a sentence: percentage and count, of few patients the count alone."""
    import pandas as pd

    counted = not pd.isna(row.cases)
    if counted and row.patients < FEW_PATIENTS:
        return f"{int(row.cases):,} of {int(row.patients):,}"
    count = f"{int(row.cases):,}/{int(row.patients):,}" if counted else f"of {int(row.patients):,}"
    return f"{100 * row.proportion:.0f} % ({count})"


def _routes(
    graph: Graph, spread: pd.DataFrame, origins: list[str], site_ids: list[str], body: Figure
) -> list[dict[str, Any]]:
    """The way to each site: a chain of vessels that the graph holds, and the routes that sources name."""
    drainage = graph.drainage()
    drains, beds = routes.network(drainage), routes.beds(drainage)
    starts = sorted({part for organ in origins for part in routes.inside(organ, body.within)})
    named = spread[spread["route"].notna() & (spread["stance"] != "refutes")]
    listed = []
    for i, site in enumerate(site_ids):
        region = site in body.drawn and body.drawn[site].kind == "region"
        targets = {site} if region else routes.inside(site, body.within) | body.includes.get(site, frozenset())
        way = routes.chain(drains, starts, targets, beds)
        rows = named[named["site_id"].isin(targets)]
        if way or len(rows):
            listed.append({"site": i, **_way(graph, way), "named": _named(graph, rows)})
    return listed


def _way(graph: Graph, way: routes.Chain | None) -> dict[str, Any]:
    if way is None:
        return {"shapes": [], "steps": "", "inferred": False, "medium": ""}
    steps = " → ".join(graph.entities[organ].label for organ in way.organs)
    text = f"{steps} ({'partly inferred; ' if way.inferred else ''}{', '.join(way.sources)})"
    return {"shapes": way.organs[1:-1] or way.organs[1:], "steps": text, "inferred": way.inferred, "medium": way.medium}


def _named(graph: Graph, rows: pd.DataFrame) -> list[str]:
    """Routes that sources name for a site, each with who does."""
    by_route: dict[str, set[str]] = {}
    for row in rows.itertuples():
        for route in row.route.split("|"):
            by_route.setdefault(route.removeprefix("mkg:"), set()).add(row.source)
    labels = graph.meanings(by_route)
    return [f"{labels[route][0]} ({', '.join(sorted(by_route[route]))})" for route in sorted(by_route)]

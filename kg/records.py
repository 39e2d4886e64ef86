"""Rows of a table -> frozen records: what each column may hold, and what one row must agree on.

A record type is a table; its annotated fields are the columns, each with the function that reads a cell.
What needs more than one row to be judged is in `consistency`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple, TypeVar, get_type_hints

from kg import tables
from kg.cells import (
    address,
    choice,
    count,
    identifier,
    line_of_text,
    many,
    matched,
    matching,
    number,
    one_of,
    percentage,
    percentage_range,
    source_key,
)  # fmt: skip
from kg.errors import DataError, Problem
from kg.vocabulary import EVIDENCE


class Column(NamedTuple):
    """How a cell is read. `needed`: it may not be empty. `added`: the column itself may be absent."""

    parse: Callable[[str], Any]
    needed: bool = False
    added: bool = False
    empty: Any = ""


class Place(NamedTuple):
    """Where a record stands."""

    file: str
    line: int


Ref = Annotated[str, Column(identifier, needed=True)]
Refs = Annotated[tuple[str, ...], Column(many(identifier), empty=())]
Matches = Annotated[tuple[str, ...], Column(many(matched), empty=())]
Key = Annotated[str, Column(source_key, needed=True)]
Label = Annotated[str, Column(line_of_text, needed=True)]
Words = Annotated[str, Column(line_of_text)]
AddedWords = Annotated[str, Column(line_of_text, added=True)]
WordList = Annotated[tuple[str, ...], Column(many(line_of_text), empty=())]
Count = Annotated[int | None, Column(count, empty=None)]
AddedCount = Annotated[int | None, Column(count, added=True, empty=None)]
Percent = Annotated[str, Column(percentage)]
Year = Annotated[str, Column(matching(r"(1[5-9]|20)\d\d", "a year such as 2022"))]
Stratum = Annotated[str, Column(one_of("stratum"))]
Strength = Annotated[str, Column(one_of("strength"))]
Stance = Annotated[str, Column(one_of("stance"))]
Evidence = Annotated[str, Column(choice(*EVIDENCE))]
Ascertainment = Annotated[str, Column(one_of("Ascertainment"))]
Denominator = Annotated[str, Column(one_of("Denominator"))]
Measure = Annotated[str, Column(one_of("Measure"))]


@dataclass(frozen=True, slots=True)
class Source:
    """A publication, page or data set that was read: sources.csv."""

    place: Place
    key: Key
    title: Label
    publisher: Words
    year: Year
    doi: Annotated[
        str, Column(matching(r"10\.\d{4,9}/[\-._;()/:A-Za-z0-9]+", "a DOI such as 10.1016/j.cell.2022.01.003"))
    ]
    pmid: Annotated[str, Column(matching(r"\d{1,8}", "digits of a PubMed identifier"))]
    url: Annotated[str, Column(address)]
    licence: Words
    tier: Annotated[str, Column(one_of("tier"), needed=True)]
    population: Words
    patient_pools: WordList


@dataclass(frozen=True, slots=True)
class Entity:
    """A condition, symptom or treatment: entities/*.csv."""

    place: Place
    id: Annotated[str, Column(identifier, needed=True)]
    label: Label
    class_: Annotated[
        str, Column(choice("Cancer", "Metastasis", "Complication", "Organ", "Symptom", "Treatment"), needed=True)
    ]
    parents: Refs
    part_of: Refs
    synonyms: WordList
    exact_match: Matches
    close_match: Matches
    note: Words


@dataclass(frozen=True, slots=True)
class Organ(Entity):
    """A body site: entities/organs.csv. `includes` is what a compound site counts among its own."""

    includes: Refs
    sex: Annotated[str, Column(one_of("sex"))]


@dataclass(frozen=True, slots=True)
class SpreadObservation:
    """Of so many patients with the cancer, so many had the site involved."""

    place: Place
    cancer: Ref
    site: Ref
    population: Words
    stratum: Stratum
    selection: Annotated[str, Column(one_of("selection"), needed=True)]
    source: Key
    cases: Count
    patients: Annotated[int, Column(count, needed=True)]
    percent: Percent
    measure: Annotated[str, Column(one_of("Measure"), needed=True)]
    denominator: Annotated[str, Column(one_of("Denominator"), needed=True)]
    ascertainment: Annotated[str, Column(one_of("Ascertainment"), needed=True)]
    cohort: Words
    sum_of: Refs
    locator: Words
    note: Words


@dataclass(frozen=True, slots=True)
class OriginObservation(SpreadObservation):
    """Of so many patients with a metastasis in the site, so many had the cancer."""


@dataclass(frozen=True, slots=True)
class Said:
    """Columns that tables of what is said share. `wording` is the source's own class of words beside `strength`."""

    place: Place
    source: Key
    population: Words
    strength: Strength
    stance: Stance
    evidence: Evidence
    locator: Words
    note: Words
    wording: AddedWords


@dataclass(frozen=True, slots=True)
class Spread(Said):
    """Said, not counted; also percentages without n and values outside the counted vocabulary."""

    cancer: Ref
    site: Ref
    route: Annotated[tuple[str, ...], Column(many(one_of("Route")), empty=())]
    percent: Percent
    patients: Count
    measure: Measure
    denominator: Denominator
    ascertainment: Ascertainment
    cases: AddedCount
    percent_range: Annotated[str, Column(percentage_range, added=True)]


@dataclass(frozen=True, slots=True)
class Location(Said):
    """Where a cancer arises, or a metastasis sits."""

    condition: Ref
    predicate: Annotated[str, Column(choice("arisesIn", "locatedIn"), needed=True)]
    site: Ref


@dataclass(frozen=True, slots=True)
class ConditionSymptom(Said):
    """A symptom of a condition."""

    condition: Ref
    symptom: Ref


@dataclass(frozen=True, slots=True)
class ConditionComplication(Said):
    """A complication of a condition."""

    condition: Ref
    complication: Ref
    emergency: Annotated[str, Column(choice("yes"))]


@dataclass(frozen=True, slots=True)
class TreatmentUse(Said):
    """A treatment listed for a condition, or given for a symptom."""

    treatment: Ref
    predicate: Annotated[str, Column(choice("treats", "relieves"), needed=True)]
    target: Ref
    kind: Annotated[str, Column(one_of("kind"))]
    context: WordList
    role: WordList


@dataclass(frozen=True, slots=True)
class Drainage(Said):
    """Blood or lymph leaves an organ for another: anatomy.csv."""

    organ: Ref
    target: Ref
    medium: Annotated[str, Column(one_of("medium"), needed=True)]


@dataclass(frozen=True, slots=True)
class Remark:
    """A fact that fits no edge, in our words."""

    place: Place
    subject: Ref
    aspect: Label
    text: Label
    source: Key
    locator: Words
    note: Words


@dataclass(frozen=True, slots=True)
class Incidence:
    """New cases of a primary cancer."""

    place: Place
    cancer: Ref
    population: Label
    year: Words
    sex: Annotated[str, Column(one_of("populationSex"), needed=True)]
    age_group: Words
    count: Annotated[float | None, Column(number, empty=None)]
    rate_per_100k: Annotated[float | None, Column(number, empty=None)]
    source: Key
    locator: Words
    note: Words


Statement = (
    SpreadObservation | OriginObservation | Spread | Location | ConditionSymptom | ConditionComplication
    | TreatmentUse | Drainage | Remark | Incidence
)  # fmt: skip

ENTITY_TABLES: Final[dict[str, tuple[type[Entity], tuple[str, ...]]]] = {
    "conditions": (Entity, ("Cancer", "Metastasis", "Complication")),
    "organs": (Organ, ("Organ",)),
    "symptoms": (Entity, ("Symptom",)),
    "treatments": (Entity, ("Treatment",)),
}
"""Entity tables, with their record type and the classes they may hold."""

STATEMENT_TABLES: Final[dict[str, type[Statement]]] = {
    "spread_observations": SpreadObservation,
    "origin_observations": OriginObservation,
    "spread": Spread,
    "locations": Location,
    "symptoms": ConditionSymptom,
    "complications": ConditionComplication,
    "treatments": TreatmentUse,
    "anatomy": Drainage,
    "remarks": Remark,
    "incidence": Incidence,
}

TABLE_OF: Final = {record: name for name, record in STATEMENT_TABLES.items()}


class Tables(NamedTuple):
    """All that a data folder says."""

    sources: list[Source]
    entities: list[Entity]
    statements: list[Statement]


T = TypeVar("T")


class Scanned(NamedTuple):
    """What could be read, every problem, and whether all sources and entities are there to be referred to."""

    tables: Tables
    problems: list[Problem]
    complete: bool


def read(folder: Path) -> Tables:
    """Read a data folder; raises DataError with every problem of every file."""
    scanned = scan(folder)
    if scanned.problems:
        raise DataError(scanned.problems)
    return scanned.tables


def scan(folder: Path) -> Scanned:
    """Read of a data folder what can be read."""
    problems: list[Problem] = []
    sources = _read_needed(folder, "sources", Source, problems)
    entities: list[Entity] = []
    for name, (record, classes) in ENTITY_TABLES.items():
        for entity in _read_needed(folder / "entities", name, record, problems):
            if entity.class_ not in classes:
                what = f'"{entity.class_}" does not belong here; allowed: {", ".join(classes)}'
                problems.append(Problem(*entity.place, "class", what))
            entities.append(entity)
    complete = not problems
    statements: list[Statement] = []
    for name, statement in STATEMENT_TABLES.items():
        statements += _read_table(folder / "statements", name, statement, problems)
    problems += _strangers(folder)
    return Scanned(Tables(sources, entities, statements), problems, complete)


def _strangers(folder: Path) -> Iterator[Problem]:
    """Files that no table would read, so that a misspelt name is not lost; notes (.md) and hidden files are none."""
    for part, known in (("entities", ENTITY_TABLES), ("statements", STATEMENT_TABLES)):
        for path in _visible(folder / part):
            if path.name in known and path.is_dir():
                for inner in _visible(path):
                    if inner.suffix != ".csv":
                        yield Problem(_shown_path(inner), 0, "", "is no table; allowed: files that end in .csv")
            elif path.suffix != ".csv" or path.stem not in known:
                what = f"is no table; allowed: {', '.join(known)}, each a file .csv or a folder of such files"
                yield Problem(_shown_path(path), 0, "", what)


def _visible(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix != ".md" and not path.name.startswith("."))


def _read_needed(folder: Path, name: str, record: type[T], problems: list[Problem]) -> list[T]:
    if not tables.find(folder, name):
        problems.append(
            Problem(_shown_path(folder / f"{name}.csv"), 0, "", "is missing; allowed: a table, at least its header")
        )
    return _read_table(folder, name, record, problems)


def _read_table(folder: Path, name: str, record: type[T], problems: list[Problem]) -> list[T]:
    columns = columns_of(record)
    required = [column for column, spec in columns.items() if not spec.added]
    optional = [column for column, spec in columns.items() if spec.added]
    found: list[T] = []
    for path in tables.find(folder, name):
        table, wrong = tables.read(path, _shown_path(path), required, optional)
        problems += wrong
        found += _records(table, record, problems)
    return found


def _shown_path(path: Path) -> str:
    """A path as problems print it: from here if it lies below, else whole."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _records(table: tables.Table, record: type[T], problems: list[Problem]) -> Iterator[T]:
    """One record a row; a row with a problem is left out, so that its consequences are not told too."""
    columns = columns_of(record)
    order = [(name, columns[name]) for name in table.header]
    absent = {_field(name): spec.empty for name, spec in columns.items() if name not in table.header}
    for row in table.rows:
        values: dict[str, Any] = {}
        wrong = []
        for (name, spec), cell in zip(order, row.cells, strict=True):
            try:
                values[_field(name)] = _value(spec, cell)
            except ValueError as error:
                wrong.append(Problem(table.file, row.line, name, str(error)))
        if not wrong:
            made = record(place=Place(table.file, row.line), **values, **absent)  # type: ignore[call-arg]
            wrong += disagreements(made)
        if wrong:
            problems += wrong
        else:
            yield made


def _value(spec: Column, cell: str) -> Any:
    if cell:
        return spec.parse(cell)
    if spec.needed:
        raise ValueError("is empty; allowed: a value")
    return spec.empty


def _field(column: str) -> str:
    """`class` is a word of Python's own."""
    return "class_" if column == "class" else column


def columns_of(record: Any) -> dict[str, Column]:
    """Column names of a record type, in the order of the table."""
    return _columns_of(record)


@cache
def _columns_of(record: Any) -> dict[str, Column]:
    hints = get_type_hints(record, include_extras=True)
    names = [field.name for field in fields(record) if field.name != "place"]
    return {name.rstrip("_"): hints[name].__metadata__[0] for name in names}


def disagreements(record: object) -> list[Problem]:
    """What the cells of one row contradict in each other."""
    match record:
        case SpreadObservation() | Spread():
            return [Problem(*record.place, column, what) for column, what in _count_faults(record)]
        case Incidence() if record.count is None and record.rate_per_100k is None:
            return [Problem(*record.place, "count", "neither count nor rate is given; allowed: one of them or both")]
        case _:
            return []


def _count_faults(record: SpreadObservation | Spread) -> Iterator[tuple[str, str]]:
    cases, patients, percent = record.cases, record.patients, record.percent
    if isinstance(record, SpreadObservation):
        if record.patients == 0:
            yield "patients", "0 patients are no observation; allowed: 1 or more"
        if cases is None and not percent:
            yield "cases", "neither cases nor percent is given; allowed: one of them or both"
        starts_from_site = record.denominator == "mkg:PatientsWithSite"
        if starts_from_site != isinstance(record, OriginObservation):
            yield "denominator", "PatientsWithSite belongs to origin_observations, and nothing else does"
    if cases is None or not patients:
        return
    if cases > patients:
        yield "cases", f"{cases} is more than patients ({patients}); allowed: 0 to patients"
    elif percent and not agrees(percent, cases, patients) and not record.note:
        exact = f"{100 * cases / patients:.2f}"
        yield (
            "percent",
            f"{percent} is not {cases}/{patients} = {exact}; allowed: equal when rounded, or a note that says the source is off",
        )


def agrees(percent: str, cases: int, patients: int) -> bool:
    """True if a printed percentage can be the rounded share.

    >>> agrees("52.4", 1139, 2172), agrees("53", 1139, 2172)
    (True, False)
    """
    unit = 10.0 ** -len(percent.partition(".")[2])
    return abs(float(percent) - 100 * cases / patients) <= unit / 2 + 1e-9

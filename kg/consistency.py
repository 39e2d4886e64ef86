"""Records -> the problems that take more than one row to see: references, kinds, cycles, doubles, sums."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from kg import hierarchy
from kg import records as r
from kg.errors import Problem
from kg.identity import identity, triple
from kg.vocabulary import domain_and_range, subclasses, terms

ANY_SITE = "mkg:AnyDistantSite"


def problems(tables: r.Tables) -> list[Problem]:
    """Everything that contradicts itself across the tables."""
    return [
        *_sources(tables),
        *_entities(tables.entities),
        *_references(tables),
        *_doubles(tables.statements),
        *_sums(tables.statements),
    ]


def _problem(record: r.Source | r.Entity | r.Statement, column: str, what: str) -> Problem:
    return Problem(*record.place, column, what)


def _sources(tables: r.Tables) -> Iterator[Problem]:
    seen: dict[str, r.Source] = {}
    for source in tables.sources:
        if (first := seen.setdefault(source.key, source)) is not source:
            yield _problem(source, "key", f'"{source.key}" stands in line {first.place.line} too; allowed: once')
    for name in ("doi", "pmid"):
        articles: dict[str, r.Source] = {}
        for source in tables.sources:
            value = getattr(source, name).lower()
            if value and (first := articles.setdefault(value, source)).key != source.key:
                yield _problem(source, name, f'{value} is "{first.key}" too; allowed: one key an article')
    for statement in tables.statements:
        if statement.source not in seen:
            yield _problem(statement, "source", _unknown(statement.source, tuple(seen), "a key of sources.csv"))


def _entities(entities: list[r.Entity]) -> Iterator[Problem]:
    by_id: dict[str, r.Entity] = {}
    labels: dict[tuple[str, str], r.Entity] = {}
    for entity in entities:
        if (first := by_id.setdefault(entity.id, entity)) is not entity:
            yield _problem(
                entity, "id", f'"{entity.id}" stands in {first.place.file}:{first.place.line} too; allowed: once'
            )
        if entity.id in terms():
            yield _problem(entity, "id", f'"{entity.id}" is a term of the ontology; allowed: an identifier of its own')
        named = (entity.class_, entity.label.casefold())
        if (first := labels.setdefault(named, entity)) is not entity and first.id != entity.id:
            yield _problem(entity, "label", f'"{entity.label}" names {first.id} too; allowed: one label a kind')
    for entity in entities:
        for column in ("parents", "part_of"):
            for other in getattr(entity, column):
                if other not in by_id:
                    yield _problem(entity, column, _unknown(other, tuple(by_id), "an entity"))
                elif by_id[other].class_ != entity.class_:
                    yield _problem(entity, column, f'"{other}" is a {by_id[other].class_}; allowed: a {entity.class_}')
        for other in getattr(entity, "includes", ()):
            if other not in by_id or by_id[other].class_ != "Organ":
                yield _problem(entity, "includes", _unknown(other, tuple(by_id), "an organ"))
    for ring in hierarchy.cycles(entities):
        culprit = by_id[ring[0]]
        column = "parents" if ring[1] in culprit.parents else "part_of"
        yield _problem(culprit, column, f"goes round in a circle: {' -> '.join(ring)}; allowed: no circle")


def _references(tables: r.Tables) -> Iterator[Problem]:
    kinds = {entity.id: entity.class_ for entity in tables.entities}
    for statement in tables.statements:
        subject, predicate, object_ = triple(statement)
        columns = _COLUMNS[type(statement)]
        match statement:
            case r.Remark():
                if subject not in kinds and subject not in terms():
                    yield _problem(
                        statement, "subject", _unknown(subject, tuple(kinds), "an entity or a term of the ontology")
                    )
                continue
            case r.Incidence():
                ends = [(columns[0], subject, "Cancer")]
            case _:
                domain, range_ = domain_and_range(predicate)
                ends = [(columns[0], subject, domain), (columns[1], object_, range_)]
        for column, value, wanted in ends:
            if value == ANY_SITE and wanted == "Organ" and predicate == "mkg:spreadsTo":
                continue
            if value not in kinds:
                yield _problem(statement, column, _unknown(value, tuple(kinds), "an entity"))
            elif kinds[value] not in subclasses(wanted):
                yield _problem(statement, column, f'"{value}" is a {kinds[value]}; allowed: a {wanted}')
        for member in getattr(statement, "sum_of", ()):
            if kinds.get(member) != "Cancer":
                yield _problem(statement, "sum_of", _unknown(member, tuple(kinds), "a Cancer"))


_COLUMNS: dict[type, tuple[str, str]] = {
    r.SpreadObservation: ("cancer", "site"),
    r.OriginObservation: ("cancer", "site"),
    r.Spread: ("cancer", "site"),
    r.Location: ("condition", "site"),
    r.ConditionSymptom: ("condition", "symptom"),
    r.ConditionComplication: ("condition", "complication"),
    r.TreatmentUse: ("treatment", "target"),
    r.Drainage: ("organ", "target"),
    r.Remark: ("subject", "aspect"),
    r.Incidence: ("cancer", "year"),
}


@lru_cache(maxsize=512)
def _unknown(value: str, known: tuple[str, ...], what: str) -> str:
    near = get_close_matches(value, known, 1)
    return f'"{value}" is unknown; allowed: {what}' + (f"; nearest: {near[0]}" if near else "")


def _doubles(statements: Iterable[r.Statement]) -> Iterator[Problem]:
    seen: dict[tuple[tuple[str, str], ...], r.Statement] = {}
    for statement in statements:
        key = tuple(identity(statement).items())
        if (first := seen.setdefault(key, statement)) is not statement:
            what = f"says what {first.place.file}:{first.place.line} says; allowed: one row a source, pair, population and kind of count"
            yield _problem(statement, "", what)


def _sums(statements: Iterable[r.Statement]) -> Iterator[Problem]:
    """A sum is checked against its parts where they stand in the same source, cohort and denominator."""
    counted = [s for s in statements if isinstance(s, r.SpreadObservation) and s.cases is not None]
    parts = {_series(s, s.cancer): s for s in counted if not s.sum_of}
    for total in (s for s in counted if s.sum_of):
        members = [parts.get(_series(total, member)) for member in total.sum_of]
        for column in ("cases", "patients"):
            whole = sum(getattr(member, column) for member in members if member)
            if all(members) and whole != getattr(total, column):
                yield _problem(total, column, f"{getattr(total, column)} is not the sum of its parts; allowed: {whole}")


def _series(observation: r.SpreadObservation, cancer: str) -> tuple[str, ...]:
    o = observation
    return (o.source, cancer, o.site, o.cohort, o.measure, o.denominator, o.ascertainment)


def loose_ends(tables: r.Tables) -> list[Problem]:
    """What is not wrong but should not stay: sources nobody cites, entities nobody names, names that mean two things."""
    return [*_unused_sources(tables), *_orphans(tables), *_shared_names(tables.entities)]


def _unused_sources(tables: r.Tables) -> Iterator[Problem]:
    cited = {statement.source for statement in tables.statements}
    for source in tables.sources:
        if source.key not in cited:
            yield _problem(source, "key", f'no statement cites "{source.key}"')


def _orphans(tables: r.Tables) -> Iterator[Problem]:
    """Entities that no statement names, and that hold no other entity that one names."""
    named = {end for statement in tables.statements for end in triple(statement)}
    named |= {member for statement in tables.statements for member in getattr(statement, "sum_of", ())}
    above = hierarchy.within(tables.entities)
    used = named | {outer for entity in named for outer in above.get(entity, ())}
    used |= {part for organ in tables.entities if organ.id in used for part in getattr(organ, "includes", ())}
    for entity in tables.entities:
        if entity.id not in used:
            yield _problem(entity, "id", f'no statement names "{entity.label}" ({entity.id}) or anything within it')


def _shared_names(entities: list[r.Entity]) -> Iterator[Problem]:
    """A name that means two entities, unless the notes of both say that it is ambiguous."""
    first: dict[str, r.Entity] = {}
    for entity in entities:
        for name in {name.casefold() for name in (entity.label, *entity.synonyms)}:
            other = first.setdefault(name, entity)
            if other is not entity and not all("ambiguous" in one.note for one in (entity, other)):
                yield _problem(
                    entity, "synonyms", f'"{name}" names {other.id} too, and the notes do not say that it is ambiguous'
                )


def miscounted(tables: r.Tables, counts: Path) -> Iterator[Problem]:
    """Sources with more or fewer rows in a table than `counts.csv` holds, so that no row is lost in silence.

    A folder without such a file has nothing to be held against.
    """
    if not counts.is_file():
        return
    with counts.open(encoding="utf-8", newline="") as file:
        held = Counter({(row["source"], row["table"]): int(row["rows"]) for row in csv.DictReader(file)})
    found = Counter((statement.source, r.TABLE_OF[type(statement)]) for statement in tables.statements)
    for source, table in sorted(held.keys() | found.keys()):
        if held[source, table] != found[source, table]:
            what = (
                f"{found[source, table]} rows in {table}; held: {held[source, table]}; data/make/counts.py counts anew"
            )
            yield Problem(str(counts), 0, source, what)

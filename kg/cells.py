"""A cell -> its value: a function a kind of cell. Each returns the value or raises ValueError: what is wrong; what is allowed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from kg.tables import shown
from kg.vocabulary import ENTITY_PREFIXES, OBO_PREFIXES, RESERVED_KEYS, closed_list, curie, iri

_SCRIPTS: Final = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
_GREEK_IN_WORDS: Final = frozenset("αβγδκλμ")
_UNSEEN: Final = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0]")
_CURIE: Final = re.compile(r"([A-Za-z]+):(.+)", re.ASCII)
_LOCAL: Final = {"NCIT": r"C\d+", "mkg": r"[A-Za-z0-9][A-Za-z0-9_/-]*"}
_IN_IRI: Final = r"(?:[!$&'()*+,\-./0-9:;=?@A-Z_a-z~]|%[0-9A-Fa-f]{2})*"
_URL: Final = re.compile(rf"https?://[A-Za-z0-9.-]+(:\d{{1,5}})?(/{_IN_IRI}(#{_IN_IRI})?)?", re.ASCII)


def line_of_text(cell: str) -> str:
    """Words on one line, NFC, without characters that cannot be seen or that look like others."""
    if cell != cell.strip():
        raise ValueError("begins or ends with white space; allowed: text without it")
    if cell.isascii() and cell.isprintable():
        return cell
    for char in cell:
        unseen = unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs") and char != " "
        if unseen or _UNSEEN.match(char):
            raise ValueError(f"holds the invisible character U+{ord(char):04X}; allowed: characters that show")
        if (same := unicodedata.normalize("NFKC", char)) != char and char.isalpha() and char != "µ":
            raise ValueError(f'holds U+{ord(char):04X}, which looks like "{same}"; allowed: "{same}"')
    if word := _mixed_scripts(cell):
        raise ValueError(f'"{word}" mixes letters of two scripts that look alike; allowed: one script a word')
    return unicodedata.normalize("NFC", cell)


def _mixed_scripts(cell: str) -> str | None:
    for word in re.findall(r"[^\W\d_]+", cell):
        names = [unicodedata.name(char, "") for char in word if char not in _GREEK_IN_WORDS]
        if any(n.startswith("LATIN") for n in names) and any(n.startswith(_SCRIPTS) for n in names):
            return str(word)
    return None


def identifier(cell: str) -> str:
    """A CURIE of an entity."""
    return _curie(cell, ENTITY_PREFIXES)


def matched(cell: str) -> str:
    """A CURIE of the same thing in an ontology."""
    return _curie(cell, OBO_PREFIXES)


def _curie(cell: str, prefixes: tuple[str, ...]) -> str:
    """A CURIE with one of the prefixes, which is also the only one its IRI has: mkg:source/x is a source's."""
    match = _CURIE.fullmatch(cell)
    if not match or match[1] not in prefixes:
        raise ValueError(f'"{shown(cell)}" is no CURIE; allowed: one like MONDO:0008315, prefix {", ".join(prefixes)}')
    if not re.fullmatch(_LOCAL.get(match[1], r"\d+"), match[2], re.ASCII) or curie(iri(cell)) != cell:
        local = {"NCIT": "C and digits", "mkg": "letters, digits, - and _"}.get(match[1], "digits")
        raise ValueError(f'"{shown(cell)}" is no identifier of {match[1]}; allowed: {match[1]}: and {local}')
    return cell


def source_key(cell: str) -> str:
    """The key of a source, which also names its graph."""
    if not re.fullmatch(r"[a-z0-9_]{1,80}", cell, re.ASCII):
        raise ValueError(f'"{shown(cell)}" is no key; allowed: a-z, 0-9 and _')
    if cell in RESERVED_KEYS:
        raise ValueError(f'"{cell}" is reserved; allowed: any other key than {", ".join(RESERVED_KEYS)}')
    return cell


def count(cell: str) -> int:
    """A whole number of patients."""
    if not re.fullmatch(r"\d{1,9}", cell, re.ASCII):
        raise ValueError(f'"{shown(cell)}" is no count; allowed: up to nine digits 0-9 and nothing else')
    return int(cell)


def percentage(cell: str) -> str:
    """Digits of a percentage as printed, from 0 to 100."""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", cell, re.ASCII) or float(cell) > 100:
        raise ValueError(f'"{shown(cell)}" is no percentage; allowed: 0 to 100, as 74 or 74.5')
    return cell


def percentage_range(cell: str) -> str:
    """Two percentages, or a bound."""
    match = re.fullmatch(r"(?:(\d{1,3}(?:\.\d+)?)-|[<>]=?)(\d{1,3}(?:\.\d+)?)", cell, re.ASCII)
    if not match or not float(match[1] or 0) <= float(match[2]) <= 100:
        raise ValueError(f'"{shown(cell)}" is no range; allowed: 65-80, >90 or <5, from 0 to 100')
    return cell


def number(cell: str) -> float:
    """A number that is not negative."""
    if not re.fullmatch(r"\d{1,10}(\.\d{1,6})?", cell, re.ASCII):
        raise ValueError(f'"{shown(cell)}" is no number; allowed: digits 0-9 with one decimal point at most')
    return float(cell)


def address(cell: str) -> str:
    """A web address that can stand in an IRI."""
    if not _URL.fullmatch(cell):
        raise ValueError(f'"{shown(cell)}" is no address; allowed: http:// or https://, ASCII, no blanks or quotes')
    return cell


def matching(pattern: str, allowed: str) -> Callable[[str], str]:
    """A cell of one pattern."""

    def parse(cell: str) -> str:
        if not re.fullmatch(pattern, cell, re.ASCII):
            raise ValueError(f'"{shown(cell)}" does not fit; allowed: {allowed}')
        return cell

    return parse


def one_of(name: str) -> Callable[[str], str]:
    """A value of a closed list of the ontology."""
    return lambda cell: _chosen(cell, closed_list(name))


def choice(*values: str) -> Callable[[str], str]:
    """One of a few words that belong to the tables alone."""
    return lambda cell: _chosen(cell, frozenset(values))


def _chosen(cell: str, allowed: frozenset[str]) -> str:
    local = {value.removeprefix("mkg:"): value for value in allowed}
    if cell not in local and cell not in allowed:
        raise ValueError(f'"{shown(cell)}" is not in the list; allowed: {", ".join(sorted(local))}')
    return local.get(cell, cell)


def many(parse: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Several values separated by |, none twice."""

    def parse_all(cell: str) -> tuple[str, ...]:
        values = tuple(parse(part) for part in cell.split("|"))
        if "" in values or len(set(values)) < len(values):
            raise ValueError(
                f'"{shown(cell)}" has an empty or a repeated value; allowed: values separated by |, each once'
            )
        return values

    return parse_all

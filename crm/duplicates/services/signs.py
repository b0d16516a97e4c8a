"""What is known of a person or an organisation to be compared by, stored or just typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

from crm.core.names.likeness import NameKind, alike_names, block_keys, name_words
from crm.core.names.sounds import without_marks
from crm.duplicates.models import SPELT, Sign
from crm.organisations.models import Organisation, Person

_LONGEST = 160  # characters of a key; two contacts that differ later are told apart when compared
_COARSE = "n:"
_WORDS = 6  # of an organisation's name, of which every two make a key
_ASKED = 40  # keys looked for at once

# The columns everything here is read from, by kind.
COLUMNS: dict[NameKind, tuple[Any, ...]] = {
    NameKind.PERSON: (
        *(Person.id, Person.family_name, Person.given_name, Person.patronymic),
        *(Person.name_kk, Person.name_ru, Person.name_en, Person.name_latin, Person.aliases),
        *(Person.emails, Person.phones, Person.consent_withdrawn_on),
    ),
    NameKind.ORGANISATION: (
        *(Organisation.id, Organisation.name_kk, Organisation.name_ru, Organisation.name_en),
        *(Organisation.aliases, Organisation.bin, Organisation.website),
    ),
}


@dataclass(frozen=True)
class Signs:
    """Every name somebody or something is called by, and what else would tell who it is."""

    kind: NameKind
    names: tuple[str, ...]
    contacts: frozenset[tuple[Sign, str]] = frozenset()


@dataclass(frozen=True)
class Comparison:
    """How likely two are the same, from 0 to 100, and why: values of ``Reason`` and ``Sign``."""

    score: int
    reasons: tuple[str, ...]
    is_likely: bool  # worth a place among the pairs to be reviewed


def signs_of(kind: NameKind, row: Any) -> Signs:
    """The signs of a record, or of a row of ``COLUMNS``."""
    if kind is NameKind.ORGANISATION:
        names = (row.name_kk, row.name_ru, row.name_en, *(row.aliases or ()))
        contacts = organisation_contacts(row.bin, row.website)
        return Signs(kind, distinct(names), contacts)
    names = (
        *person_names(row.family_name, row.given_name, row.patronymic),
        *(row.name_kk, row.name_ru, row.name_en, row.name_latin, *(row.aliases or ())),
    )
    # Nobody is to be found any more by contacts whose consent is withdrawn.
    is_usable = row.consent_withdrawn_on is None
    contacts = person_contacts(row.emails or (), row.phones or ()) if is_usable else frozenset()
    return Signs(kind, distinct(names), contacts)


def person_names(
    family: str | None, given: str | None, patronymic: str | None
) -> tuple[str | None, ...]:
    """The full name, without the patronymic first; the patronymic may not be known elsewhere."""
    short = " ".join(filter(None, (given, family)))
    return (short, " ".join(filter(None, (given, patronymic, family)))) if patronymic else (short,)


def distinct(names: Iterable[str | None]) -> tuple[str, ...]:
    """``names`` that are there, each once."""
    return tuple(dict.fromkeys(name for name in names if name))


def person_contacts(emails: Iterable[str], phones: Iterable[str]) -> frozenset[tuple[Sign, str]]:
    """E-mails, letter case apart, and phones."""
    mails = ((Sign.EMAIL, one.casefold()) for one in emails)
    return frozenset((*mails, *((Sign.PHONE, one) for one in phones)))


def organisation_contacts(number: str | None, website: str | None) -> frozenset[tuple[Sign, str]]:
    """The business number, and the website without what many write and many leave out."""
    found = {(Sign.BIN, number)} if number else set()
    try:
        parts = urlsplit((website or "").strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    if host:
        found.add((Sign.WEBSITE, f"{host}{parts.path.rstrip('/')}".casefold()))
    return frozenset(found)


def keys_of(signs: Signs) -> frozenset[str]:
    """Under which keys a record is found: of its contacts, of each name as it is spelt, and the
    coarse ones of each name.
    """
    found = {f"{sign.value}:{value}"[:_LONGEST] for sign, value in signs.contacts}
    for name in signs.names:
        words = sorted(map(without_marks, name_words(name, signs.kind).words))
        coarse = sorted(block_keys(name, signs.kind))
        found.add(f"{SPELT}{' '.join(words)}"[:_LONGEST])
        found.update(f"{_COARSE}{key}" for key in coarse)
        if signs.kind is NameKind.ORGANISATION:  # thousands are called something of Kazakhstan
            found.update(f"{_COARSE}{one} {two}" for one, two in combinations(coarse[:_WORDS], 2))
    return frozenset(found)


def asked_keys(signs: Signs) -> list[tuple[str, int]]:
    """The keys by which ``signs`` are looked for, with what it says to share them: those that say
    most, when there are very many.
    """
    weighted = [(key, _weight(key)) for key in keys_of(signs)]
    return sorted(weighted, key=lambda one: (-one[1], one[0]))[:_ASKED]


def _weight(key: str) -> int:
    if key.startswith(_COARSE):
        return 3 if " " in key else 1
    return 8 if key.startswith(SPELT) else 20


def compare(one: Signs, other: Signs) -> Comparison | None:
    """How likely ``one`` and ``other`` are the same; None where nothing says so.

    A name alone is never certain: people have namesakes.
    """
    likeness = alike_names(one.names, other.names, one.kind)
    common = {sign for sign, _value in one.contacts & other.contacts}
    contacts = tuple(sign.value for sign in Sign if sign in common)
    if not likeness.is_similar:
        score = max((_ALONE[sign] for sign in common), default=0)
        is_likely = bool(common & {Sign.BIN, Sign.EMAIL})
        return Comparison(score, contacts, is_likely) if score else None
    reasons = (likeness.reason.value, *contacts) if likeness.reason else contacts
    if contacts:
        return Comparison(100 if likeness.is_same else 95, reasons, True)
    return Comparison(min(likeness.score, _NAME_ALONE), reasons, likeness.is_same)


_NAME_ALONE = 97
# Colleagues share the mail of their office, and daughters the site of their mother company.
_ALONE = {Sign.BIN: 100, Sign.EMAIL: 75, Sign.PHONE: 65, Sign.WEBSITE: 70}

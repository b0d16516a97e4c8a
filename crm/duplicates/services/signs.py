"""What is known of a person or an organisation to be compared by, stored or just typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any
from urllib.parse import urlsplit

from crm.core.names.forms import is_general
from crm.core.names.likeness import (
    Likeness,
    NameKind,
    Reason,
    alike_names,
    block_keys,
    name_words,
)
from crm.core.names.sounds import without_marks
from crm.duplicates.models import CONTACT, HEARD, SPELT, Sign

_LONGEST = 160  # characters of a key; two contacts that differ later are told apart when compared
_WORDS, _PAIRS = 6, 16  # of a name, of which there are keys
_WORDS_ASKED = 16


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
    """The signs of a record, or of a row of ``named_rows``."""
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
    """Under which keys a record is found: of its contacts, and of each name as it is spelt, of each
    of its words as they are heard, and of every two of them.

    Thousands are called Li and thousands Wei, but few Li Wei: two words together find quickly.
    """
    found = {f"{CONTACT}{sign.value}:{value}"[:_LONGEST] for sign, value in signs.contacts}
    for name in signs.names:
        words = name_words(name, signs.kind).words
        telling = [one for one in words if not is_general(one)] or words
        found.add(f"{SPELT}{' '.join(sorted(map(without_marks, words)))}"[:_LONGEST])
        heard = [sorted(block_keys(word, signs.kind)) for word in telling[:_WORDS]]
        found.update(f"{HEARD}{key}" for keys in heard for key in keys)
        pairs = (product(*two) for two in combinations(heard, 2))
        together = sorted(" ".join(sorted(pair)) for two in pairs for pair in two)
        found.update(f"{HEARD}{pair}" for pair in together[:_PAIRS])
    return frozenset(found)


def asked_keys(signs: Signs) -> tuple[list[str], list[str], list[str]]:
    """The keys by which ``signs`` are looked for: those of contacts and of names as they are spelt,
    those of two words, those of one.
    """
    keys = sorted(keys_of(signs))
    heard = [key for key in keys if key.startswith(HEARD)]
    words = [key for key in heard if " " not in key]
    pairs = [key for key in heard if " " in key]
    return [key for key in keys if not key.startswith(HEARD)], pairs, words[:_WORDS_ASKED]


def compare(one: Signs, other: Signs) -> Comparison | None:
    """How likely ``one`` and ``other`` are the same; None where nothing says so.

    A name alone is never certain: people have namesakes.
    """
    is_spelt_alike = not set(one.names).isdisjoint(other.names)
    likeness = _SPELT_ALIKE if is_spelt_alike else alike_names(one.names, other.names, one.kind)
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


_SPELT_ALIKE = Likeness(100, Reason.SAME_SPELLING)
_NAME_ALONE = 97
# Colleagues share the mail of their office, and daughters the site of their mother company.
_ALONE = {Sign.BIN: 100, Sign.EMAIL: 75, Sign.PHONE: 65, Sign.WEBSITE: 70}

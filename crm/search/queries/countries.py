"""Countries by any of their names, and what a country typed by name is looked for by."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from crm.core.choices import cached_choices
from crm.core.database import db
from crm.core.language import LANGUAGES, fold, normalise, reader_language, sort_key
from crm.core.names.search import search_words
from crm.core.territories import names_abroad, names_at_home
from crm.core.tokens import Asked, country_mark
from crm.countries.models import Country

_WORD = re.compile(r"\w+")
_FEW = 2  # countries whose names share a word that still says which one is meant
_KAZAKH = (
    *("мен", "нын", "нин", "дын", "дин", "тын", "тин", "га", "ге", "ка", "ке", "да", "де"),
    *("та", "те", "дан", "ден", "тан", "тен", "ды", "ди", "ты", "ти", "ны", "ни", "лык", "лик"),
)
_RUSSIAN = {
    **{"ия": ("ии", "ию", "ией"), "ея": ("еи", "ею", "еей"), "ай": ("ая", "аю", "аем", "ае")},
    **{"а": ("ы", "и", "е", "у", "ой"), "я": ("и", "е", "ю", "ей"), "": ("а", "у", "ом", "е")},
}
_LONG = 5  # letters of a beginning that few other words have


@dataclass(frozen=True)
class CountryFound:
    """A country and what it is called, by language."""

    code: str
    names: Sequence[str | None]  # kk, ru, en
    is_partner: bool

    @property
    def name(self) -> str:
        """What the reader calls it."""
        own = self.names[LANGUAGES.index(reader_language())]
        return own or next((name for name in self.names if name), self.code)

    @property
    def other_names(self) -> list[str]:
        """What it is called besides, in other languages."""
        names = (self.code, *self.names, *names_at_home(self.code), *names_abroad(self.code))
        return [name for name in dict.fromkeys(names) if name and name != self.name]


@dataclass(frozen=True)
class _Known:
    """Every country by its tokens, in order; which words mean which, and what stands for it."""

    countries: Mapping[str, CountryFound]
    tokens: Sequence[tuple[str, str]]
    meant: Mapping[str, frozenset[str]]
    spelt_out: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    beginnings: Mapping[str, frozenset[str]]


def countries_found(words: Asked) -> list[CountryFound]:
    """The countries one of whose names satisfies every one of ``words``: those that are partners
    first, then by name.
    """
    known = _known()[0]
    found: set[str] | None = None
    for word in words:
        codes = set(_begun(known.tokens, word))
        found = codes if found is None else found & codes
    chosen = [known.countries[code] for code in found or ()]
    return sorted(chosen, key=lambda one: (not one.is_partner, sort_key(one.name) or ""))


def widened(words: Asked) -> Asked:
    """``words``, where a country is meant also by its mark and its names in other languages."""
    known = _known()[0]
    wider = [set(word) for word in words]
    for place, word in enumerate(words):
        for token in word:
            for code in known.meant.get(token, ()):
                wider[place] |= known.beginnings[code]
            for rest, code in known.spelt_out.get(token, ()):
                following = words[place + 1 : place + 1 + len(rest)]
                if len(following) == len(rest) and all(map(_holds, following, rest)):
                    for one in range(place, place + 1 + len(rest)):
                        wider[one].update(country_mark(code))
    return [frozenset(word) for word in wider]


def _holds(word: frozenset[str], token: str) -> bool:
    return token in word


def _begun(tokens: Sequence[tuple[str, str]], word: Iterable[str]) -> Iterator[str]:
    for beginning in word:
        for place in range(bisect_left(tokens, (beginning, "")), len(tokens)):
            if not tokens[place][0].startswith(beginning):
                break
            yield tokens[place][1]


def country_names() -> Mapping[str, str]:
    """What the reader calls each country, by its code."""
    return _names()[0]


@cached_choices
def _names() -> list[dict[str, str]]:
    return [{code: one.name for code, one in _known()[0].countries.items()}]


@cached_choices
def _known() -> list[_Known]:
    names = (getattr(Country, f"name_{language}") for language in LANGUAGES)
    columns = (Country.code, Country.is_partner, Country.search_text, *names)
    rows = db.session.execute(select(*columns).order_by(Country.code))
    return [_derived(tuple(tuple(row) for row in rows))]


@lru_cache(maxsize=4)
def _derived(rows: tuple[tuple[Any, ...], ...]) -> _Known:
    """It takes long, and the rows seldom change; they do not while other choices do."""
    found = {code: CountryFound(code, names, partner) for code, partner, _text, *names in rows}
    tokens = sorted((token, row[0]) for row in rows for token in row[2].split())
    names = {code: [name for name in one.names if name] for code, one in found.items()}
    return _Known(found, tokens, _meant(names), _spelt_out(names), _beginnings(names))


def _words(name: str) -> list[str]:
    return _WORD.findall(fold(normalise(name)))


def _meant(names: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """Which countries a word alone means: those of this name, else those few with it in theirs."""
    whole: dict[str, set[str]] = defaultdict(set)
    part: dict[str, set[str]] = defaultdict(set)
    for code, own in names.items():
        for name in own:
            words = _words(name)
            for word in words:
                if len(words) == 1 or len(word) >= _LONG - 1:
                    for form in _forms(word):
                        (whole if len(words) == 1 else part)[form].add(code)
            if len(words) == 1 and len(words[0]) >= _LONG:
                for token in search_words(name):
                    whole[token].add(code)
        for name in names_abroad(code):
            words = _words(name)
            if len(words) == 1:
                whole[words[0]].add(code)
    few = {word: codes for word, codes in part.items() if len(codes) <= _FEW}
    return {word: frozenset(codes) for word, codes in {**few, **whole}.items()}


def _spelt_out(names: Mapping[str, list[str]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Names of several words: by the first one, the others and the country."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for code, own in names.items():
        for name in dict.fromkeys([*own, *names_abroad(code)]):
            words = _words(name)
            if len(words) > 1:
                found[words[0]].append((tuple(words[1:]), code))
    return found


def _beginnings(names: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """What is looked for where the country is meant: its mark, and its names of one word."""
    found = {}
    for code, own in names.items():
        begun = set(country_mark(code))
        for name in [*own, *names_at_home(code)[:2]]:
            words = _words(name)
            if len(words) == 1 and len(words[0]) > 2:
                begun |= _begins(words[0])
        found[code] = frozenset(begun)
    return found


def _begins(word: str) -> set[str]:
    stem = word[:-1]
    if word[-1] not in "аяй":
        return {word}
    return {stem} if len(stem) > _LONG else {word, *_in_russian(word)}


def _forms(word: str) -> set[str]:
    """``word`` as it stands in Kazakh and Russian sentences."""
    return {word, *_in_russian(word), *(f"{word}{ending}" for ending in _KAZAKH)}


def _in_russian(word: str) -> set[str]:
    last = next(one for one in _RUSSIAN if word.endswith(one))
    return {f"{word.removesuffix(last)}{ending}" for ending in _RUSSIAN[last]}

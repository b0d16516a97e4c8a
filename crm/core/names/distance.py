"""How far apart two words are, by what is easily taken for what in writing down what is heard."""

import re
from functools import lru_cache

from crm.core.names.european import AS_WRITTEN, GERMAN
from crm.core.names.sounds import heard, is_latin, without_marks
from crm.core.names.traditions import pairs_of
from crm.core.names.turkic import TURKISH

# One letter each for дж and дз, however they are spelt.
_TWO_LETTERS = {
    **{"дж": "җ", "чж": "җ", "цз": "ѕ", "дз": "ѕ", "тх": "т", "пх": "п", "кх": "к", "чх": "ч"},
    **{"йо": "ё", "йе": "е", "йа": "я", "йу": "ю", "тс": "ц", "тц": "ц", "ия": "я", "иа": "я"},
}
_TWO = re.compile("[дч]ж|[цд]з|[тпкч]х|т[сц]|^й[оеау]|и[яа]")
_LETTERS = str.maketrans({"э": "е", "щ": "ш", "й": "и", "ъ": "", "ь": ""})
_DOUBLE = re.compile(r"(.)\1+")
# What it costs to take one letter for another; all other pairs cost 1.
_EXCHANGED = """
    её=.05 ыи=.1 уы=.5 юу=.2 яа=.3 оё=.75 уо=.8 еи=.8 ае=.8 юё=.8 ув=.3 яи=.8
    сз=.15 пб=.75 тд=.75 кг=.75 фв=.3 шс=.4 жш=.6 чш=.6 цс=.4 цз=.4 хг=.4 хк=.6 җж=.1 җч=.4
    җз=.5 җг=.6 ѕз=.25 ѕц=.4 ѕҗ=.4 ѕж=.45 чт=.5
"""
_COST = {
    pair: float(cost)
    for letters, cost in pairs_of(_EXCHANGED).items()
    for pair in (letters, letters[::-1])
}
# At the beginning a voice is seldom mistaken, and nothing left out: Ғали is not Қали.
_COST_AT_FIRST = _COST | {
    pair: min(1.0, 4 * cost) for pair, cost in _COST.items() if not set(pair) - set("пбтдкгхзсц")
}
# What it costs to leave a letter out; any other costs 1.
_LEFT_OUT = {"и": 0.45, "е": 0.7, "ы": 0.45, "ё": 0.6, "у": 0.6, "ю": 0.6, "а": 0.8, "я": 0.8}
_LEFT_OUT |= {"о": 0.8, "х": 0.45}
# Kinds of letters that are cheap to take for each other; of a kind there are as many, or nearly.
_KINDS = str.maketrans("әеёиоуыэюябдгхкзжшцчщѕҗфң", "аааааааааапткккссссссссвн")
_COUNTED = "аптксвнлмр"
FAR = 99.0
# What a difference costs more in a strict tradition, and what is none.
_MISHEARD, _SLIGHT = 0.5, 0.2


def distance(one: str, other: str) -> float:
    """What it costs to take the folded word ``one`` for ``other`` by their nearest readings: 0 if
    they may be heard alike, about 1 for each sound that differs; FAR when a third or more differs.
    """
    return _distance(one, other) if one < other else _distance(other, one)


@lru_cache(maxsize=50_000)
def _distance(one: str, other: str) -> float:
    if is_latin(one) and is_latin(other):
        return _between_latin(one, other)
    first, second = _fine_readings(one), _fine_readings(other)
    if not first.keys().isdisjoint(second):
        return 0.0
    pairs = [
        (_at_least(left_counts, right_counts), left, right, is_strict or must_fit)
        for left, (is_strict, left_counts) in first.items()
        for right, (must_fit, right_counts) in second.items()
    ]
    nearest = FAR
    for least, left, right, is_strict in sorted(pairs):
        most = min(nearest, max(len(left), len(right)) / 3)
        if least < most:
            cost = _between(left, right, most)
            nearest = min(nearest, cost + _MISHEARD if is_strict and cost > _SLIGHT else cost)
    return nearest


def _between_latin(one: str, other: str) -> float:
    """Two spellings in Latin letters are of one tradition: Joern and Jörn, but not Jung and Young
    because of what either is in some language.
    """
    if without_marks(one) == without_marks(other):
        return 0.0
    nearest = FAR
    for tradition in (AS_WRITTEN, GERMAN, TURKISH):
        if tradition.suits(one) and tradition.suits(other):
            left, right = (_fine(tradition.hear(word)[0]) or word for word in (one, other))
            nearest = min(nearest, _between(left, right, max(len(left), len(right)) / 3))
    return nearest


def _at_least(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """What readings of so many letters of each kind must cost: a consonant too many 1, a vowel
    0.45, one for another of another kind as much as both by half; little else, and seldom.
    """
    vowels, *consonants = [abs(here - there) for here, there in zip(one, other, strict=True)]
    return 0.5 * sum(consonants) + 0.22 * vowels - 0.5


@lru_cache(maxsize=20_000)
def _fine_readings(word: str) -> dict[str, tuple[bool, tuple[int, ...]]]:
    """The readings of a folded ``word`` as they are compared, whether each is of a strict
    tradition, and how many letters of each kind it has.
    """
    found: dict[str, tuple[bool, tuple[int, ...]]] = {}
    for reading, is_strict in heard(word).values():
        fine = _fine(reading) or reading
        kinds = fine.translate(_KINDS)
        found.setdefault(fine, (is_strict, tuple([kinds.count(kind) for kind in _COUNTED])))
    return found


def _fine(reading: str) -> str:
    """A Cyrillic ``reading`` with one letter a sound and without signs and double letters."""
    letters = _TWO.sub(lambda two: _TWO_LETTERS[two.group()], reading)
    return _DOUBLE.sub(r"\1", letters.translate(_LETTERS))


def _between(one: str, other: str, most: float) -> float:
    """The cheapest way from ``one`` to ``other``; FAR as soon as it must cost ``most``."""
    if one == other:
        return 0.0
    omitted = _omissions(other)
    above = [0.0]
    for omission in omitted:
        above.append(above[-1] + omission)
    costs = _COST_AT_FIRST
    for letter, omission in zip(one, _omissions(one), strict=True):
        left = above[0] + omission
        here = [left]
        for place, against in enumerate(other):
            across = above[place]
            if letter != against:
                across += costs.get(letter + against, 1.0)
            down = above[place + 1] + omission
            left += omitted[place]
            left = min(across, down, left)
            here.append(left)
        if min(here) >= most:
            return FAR
        above, costs = here, _COST
    return above[-1]


@lru_cache(maxsize=20_000)
def _omissions(reading: str) -> tuple[float, ...]:
    """What it costs to leave out each letter of ``reading``."""
    costs = [_LEFT_OUT.get(letter, 1.0) for letter in reading]
    costs[0] *= 2
    if reading[-1] in "аяе":
        costs[-1] = 1.0  # Серикова is not Сериков, nor Краузе Краус
    for place in range(1, len(reading)):
        if reading[place - 1 : place + 1] == "нг":
            costs[place] = 0.4  # Ванг, Ван
        elif reading[place : place + 2] in ("дт", "зж"):
            costs[place] = 0.35  # Шмидт, Шмит
    return tuple(costs)

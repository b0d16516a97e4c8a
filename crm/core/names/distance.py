"""How far apart two words are, by what is easily taken for what in writing down what is heard."""

import re
from functools import lru_cache

from crm.core.names.sounds import readings

# One letter each for дж and дз, however they are spelt.
_TWO_LETTERS = {
    **{"дж": "җ", "чж": "җ", "цз": "ѕ", "дз": "ѕ", "тх": "т", "пх": "п", "кх": "к", "чх": "ч"},
    **{"йо": "ё", "йе": "е", "йа": "я", "йу": "ю", "тс": "ц", "тц": "ц"},
}
_TWO = re.compile("[дч]ж|[цд]з|[тпкч]х|т[сц]|^й[оеау]")
_LETTERS = str.maketrans({"э": "е", "щ": "ш", "й": "и", "ъ": "", "ь": ""})
_DOUBLE = re.compile(r"(.)\1+")
# What it costs to take one letter for another; all other pairs cost 1.
_EXCHANGED = (
    "её=.05 ыи=.1 уы=.5 юу=.2 яа=.3 оё=.4 уо=.8 еи=.8 ае=.8 юё=.8 ув=.3 яи=.8"
    " сз=.15 пб=.35 тд=.35 кг=.35 фв=.3 шс=.4 жш=.6 чш=.6 цс=.4 цз=.4 хг=.35 хк=.45 җж=.1 җч=.4"
    " җз=.5 җг=.6 ѕз=.25 ѕц=.4 ѕҗ=.4 ѕж=.45 чт=.5"
)
_COST = {
    pair: float(cost)
    for letters, cost in (rule.split("=") for rule in _EXCHANGED.split())
    for pair in (letters, letters[::-1])
}
# At the beginning a voice is seldom mistaken, and nothing left out: Ғали is not Қали.
_COST_AT_FIRST = _COST | {
    pair: 2 * cost for pair, cost in _COST.items() if not set(pair) - set("пбтдкгхзс")
}
# What it costs to leave a letter out; any other costs 1.
_LEFT_OUT = {"и": 0.45, "е": 0.45, "ы": 0.45, "ё": 0.6, "у": 0.6, "ю": 0.6, "а": 0.8, "я": 0.8}
_LEFT_OUT |= {"о": 0.8, "х": 0.45}
# Kinds of letters that are cheap to take for each other; of a kind there are as many, or nearly.
_KINDS = str.maketrans("әеёиоуыэюябдгхкзжшцчщѕҗфң", "аааааааааапткккссссссссвн")
_COUNTED = "аптксвнлмр"
FAR = 99.0


def distance(one: str, other: str) -> float:
    """What it costs to take the folded word ``one`` for ``other`` by their nearest readings: 0 if
    they may be heard alike, about 1 for each sound that differs; FAR when a third or more differs.
    """
    return _distance(one, other) if one < other else _distance(other, one)


@lru_cache(maxsize=50_000)
def _distance(one: str, other: str) -> float:
    first, second = _fine_readings(one), _fine_readings(other)
    if not first.keys().isdisjoint(second):
        return 0.0
    pairs = [
        (_at_least(left_counts, right_counts), left, right)
        for left, left_counts in first.items()
        for right, right_counts in second.items()
    ]
    nearest = FAR
    for least, left, right in sorted(pairs):
        most = min(nearest, max(len(left), len(right)) / 3)
        if least < most:
            nearest = min(nearest, _between(left, right, most))
    return nearest


def _at_least(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """What readings of so many letters of each kind must cost: a consonant too many 1, a vowel
    0.45, one for another of another kind as much as both by half; little else, and seldom.
    """
    vowels, *consonants = [abs(here - there) for here, there in zip(one, other, strict=True)]
    return 0.5 * sum(consonants) + 0.22 * vowels - 0.5


@lru_cache(maxsize=20_000)
def _fine_readings(word: str) -> dict[str, tuple[int, ...]]:
    """The readings of a folded ``word`` as they are compared, and how many letters of each kind."""
    found: dict[str, tuple[int, ...]] = {}
    for reading in map(_fine, readings(word)):
        kinds = reading.translate(_KINDS)
        found[reading] = tuple([kinds.count(kind) for kind in _COUNTED])
    return found


def _fine(reading: str) -> str:
    """A Cyrillic ``reading`` with one letter a sound and without signs and double letters."""
    letters = _TWO.sub(lambda two: _TWO_LETTERS[two.group()], reading)
    return _DOUBLE.sub(r"\1", letters.translate(_LETTERS))


def _between(one: str, other: str, most: float) -> float:
    """The cheapest way from ``one`` to ``other``; FAR as soon as it must cost ``most``."""
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
    if reading[-1] in "ая":
        costs[-1] = 1.0  # Серикова is not Сериков
    for place in range(1, len(reading)):
        if reading[place - 1 : place + 1] == "нг":
            costs[place] = 0.4  # Ванг, Ван
        elif reading[place : place + 2] == "дт":
            costs[place] = 0.35  # Шмидт, Шмит
    return tuple(costs)

"""How far apart two readings of words are, by what is easily taken for what."""

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
    "её=.05 ыи=.1 уы=.5 юу=.2 яа=.3 оё=.4 уо=.8 еи=.8 ае=.8 ау=1 юё=.8 ув=.3 яи=.8"
    " сз=.15 пб=.35 тд=.35 кг=.35 фв=.3 шс=.4 жш=.6 чш=.6 цс=.4 цз=.4 хг=.35 хк=.45 җж=.1 җч=.4"
    " җз=.5 җг=.6 ѕз=.25 ѕц=.4 ѕҗ=.4 ѕж=.45 чт=.5 ец=1"
)
_COST = {
    pair: float(cost)
    for letters, cost in (rule.split("=") for rule in _EXCHANGED.split())
    for pair in (letters, letters[::-1])
}
# What it costs to leave a letter out; any other costs 1.
_LEFT_OUT = {"и": 0.45, "е": 0.45, "ы": 0.45, "ё": 0.6, "у": 0.6, "ю": 0.6, "а": 0.8, "я": 0.8}
_LEFT_OUT |= {"о": 0.8, "х": 0.45}
# What is easily left out after, or before, another letter: Ванг and Ван, Шмидт and Шмит.
_LEFT_OUT_OF = {"нг": 0.4, "дт": 0.35}
_VOICED = frozenset("пбтдкгхзс")
_FAR = 99.0


@lru_cache(maxsize=20_000)
def fine(reading: str) -> str:
    """A Cyrillic ``reading`` with one letter a sound and without signs and double letters."""
    letters = _TWO.sub(lambda two: _TWO_LETTERS[two.group()], reading)
    return _DOUBLE.sub(r"\1", letters.translate(_LETTERS))


@lru_cache(maxsize=20_000)
def fine_readings(word: str) -> tuple[str, ...]:
    """The readings of a folded ``word`` as ``fine`` has them."""
    return tuple(dict.fromkeys(fine(reading) for reading in readings(word)))


@lru_cache(maxsize=50_000)
def distance(one: str, other: str) -> float:
    """What it costs to take the folded word ``one`` for ``other`` by their nearest readings: 0 if
    they may be heard alike; about 1 for each sound that differs.
    """
    first, second = fine_readings(one), fine_readings(other)
    if not set(first).isdisjoint(second):
        return 0.0
    return min(_between(left, right) for left in first for right in second)


def _between(one: str, other: str) -> float:
    """The cheapest way from ``one`` to ``other``, _FAR when their lengths tell enough."""
    if abs(len(one) - len(other)) > 1 + max(len(one), len(other)) // 4:
        return _FAR
    above = [0.0]
    for place, letter in enumerate(other):
        above.append(above[-1] + _omission(other, place, letter))
    for row, letter in enumerate(one):
        omission = _omission(one, row, letter)
        here = [above[0] + omission]
        for place, against in enumerate(other):
            exchange = 0.0 if letter == against else _COST.get(letter + against, 1.0)
            if row == 0 and place == 0 and letter in _VOICED:
                exchange *= 2  # at the beginning a voice is seldom mistaken: Ғали and Қали
            here.append(
                min(
                    above[place] + exchange,
                    above[place + 1] + omission,
                    here[place] + _omission(other, place, against),
                )
            )
        above = here
    return above[-1]


def _omission(word: str, place: int, letter: str) -> float:
    cost = _LEFT_OUT.get(letter, 1.0)
    if place == 0:
        return 2 * cost
    if cost == 1.0:
        before, after = word[place - 1 : place + 1], word[place : place + 2]
        return min(_LEFT_OUT_OF.get(before, 1.0), 1.0 if after != "дт" else 0.35)
    return 1.0 if letter in "ая" and place == len(word) - 1 else cost

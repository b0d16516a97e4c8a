"""How a word sounds: what Cyrillic writes for it, and the keys made of that.

Every word has *readings*, Cyrillic spellings: a Cyrillic word itself, a Latin one as each
tradition that suits hears it. Of a reading are made a *key*, which forgives what spellers of
Russian and Kazakh differ in (ё/е, ы/и, ю/у, дж/ж, double letters, soft signs), and a *skeleton*
of its consonants, coarser still.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache

from crm.core.names.business import BUSINESS
from crm.core.names.chinese import CHINESE
from crm.core.names.european import AS_WRITTEN, EUROPEAN
from crm.core.names.japanese import JAPANESE, JAPANESE_IN_CYRILLIC
from crm.core.names.korean import KOREAN
from crm.core.names.turkic import TURKIC

_TRADITIONS = (BUSINESS, AS_WRITTEN, CHINESE, JAPANESE, KOREAN, *TURKIC, *EUROPEAN)
# What NFKD does not take apart.
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ə": "a"}
)
# Letters of the North, and of Hungarian, as Germans would write them.
_NORTHERN = str.maketrans("øæőű", "öäöü")
_TWO_LETTERS = {
    **{"дж": "ж", "чж": "ж", "тх": "т", "пх": "п", "кх": "к", "чх": "ч", "тс": "ц", "тц": "ц"},
    **{"йо": "е", "йе": "е", "йа": "я", "йу": "ю"},  # of a whole word the beginning only
    "ля": "ла",  # Николя, Николас
}
_TWO = re.compile("[дч]ж|[тпкч]х|т[сц]|^й[оеау]|ля")
_KEY_LETTERS = str.maketrans(
    dict(zip("абвгдеёжзийклмнопрстуфхцчшщыэю", "abvgdeejsiiklmnoprstufhcqwwieu", strict=True))
    | {"я": "ia", "ъ": "", "ь": ""}
)
_DOUBLE = re.compile(r"(.)\1+")
_SKELETON_LETTERS = str.maketrans("bdghjcqw", "ptkkssss", "aeiou")


def is_cyrillic(word: str) -> bool:
    """Whether ``word`` is, in its first letter, of the Cyrillic script."""
    return "\u0400" <= word[:1] <= "\u052f"


def is_latin(word: str) -> bool:
    """Whether ``word`` is, in its first letter, of the Latin script."""
    return word[:1] <= "\u024f" or "\u1e00" <= word[:1] <= "\u1eff"


@lru_cache(maxsize=20_000)
def without_marks(word: str) -> str:
    """A Latin ``word`` in the letters of ASCII, as people type it: sahin, yildirim, soder; one of
    another script stays.
    """
    if word.isascii() or not is_latin(word):
        return word
    apart = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def readings(word: str) -> Iterable[str]:
    """The Cyrillic spellings of a folded ``word``, no two of one key, the likeliest first; a word
    of a third script, or with digits, has itself only.
    """
    return [reading for reading, _ in heard(word).values()]


def keys(word: str) -> Collection[str]:
    """The keys of the readings of a folded ``word``, in their order."""
    return heard(word).keys()


@lru_cache(maxsize=20_000)
def heard(word: str) -> dict[str, tuple[str, bool]]:
    """By its key each reading of a folded ``word``, and whether it is of a strict tradition."""
    found: dict[str, tuple[str, bool]] = {}
    for reading, is_strict in _all_readings(word):
        found.setdefault(key_of(reading), (reading, is_strict))
    found.pop("", None)
    return found or {word: (word, False)}


def _all_readings(word: str) -> Iterable[tuple[str, bool]]:
    if is_cyrillic(word):
        return [(reading, False) for reading in _in_cyrillic(word)]
    if not word.isalpha() or not is_latin(word):
        return [(word, False)]
    word = word.translate(_NORTHERN)
    return [
        (reading, tradition.is_strict)
        for tradition in _TRADITIONS
        if tradition.suits(word)
        for reading in tradition.hear(word)
    ]


def _in_cyrillic(word: str) -> Iterable[str]:
    """Kazakh ө becomes о or у in Russian: Төлегенов, Тулегенов; and қазақ казах."""
    if "ө" in word:
        return (word.replace("ө", "о"), word.replace("ө", "у"))
    if word.startswith("казак"):
        return (word, "казах" + word.removeprefix("казак"))
    return (word, *(JAPANESE_IN_CYRILLIC.hear(word) if JAPANESE_IN_CYRILLIC.suits(word) else ()))


def key_of(reading: str) -> str:
    """The key of a Cyrillic ``reading``, in letters of ASCII."""
    letters = _TWO.sub(lambda two: _TWO_LETTERS[two.group()], reading)
    return _DOUBLE.sub(r"\1", letters.translate(_KEY_LETTERS))


def skeleton(key: str) -> str:
    """The consonants of a ``key`` by their kinds; one vowel stands for any that begins it."""
    consonants = key.translate(_SKELETON_LETTERS)
    begins = "a" if key[:1] in set("aeiou") else ""
    return begins + _DOUBLE.sub(r"\1", consonants)

"""Korean names: the many ways they are spelt in Latin, as the Kontsevich system writes them."""

import itertools
import re
from collections.abc import Iterable

from crm.core.names.chinese import palladius
from crm.core.names.traditions import Tradition

# A sound is voiced between voices: Ki-moon is «Ги Мун» after «Пан». Aspirates (пх, тх, кх, чх)
# are not told apart from plain sounds, see `sounds`.
_INITIALS = {
    **{"": "", "kk": "кк", "gg": "кк", "g": "к г", "k": "к г", "n": "н", "tt": "тт", "d": "т д"},
    **{"t": "т д", "r": "р", "rh": "р", "l": "л", "m": "м", "pp": "пп", "b": "п б", "p": "п б"},
    **{
        "ss": "сс",
        "sh": "с",
        "s": "с",
        "jj": "чч",
        "wh": "хв",
        "j": "чж ч",
        "ch": "чж ч",
        "h": "х",
    },
}
_VOWELS = {
    **{"a": "а", "ah": "а", "ae": "э", "ai": "э", "ay": "э", "ya": "я", "yae": "е", "e": "е"},
    **{"ee": "и", "eo": "о", "o": "о", "oh": "о", "yeo": "ё", "you": "ё", "yu": "ё ю"},
    **{"yo": "ё", "ye": "е", "wa": "ва", "wae": "вэ", "oe": "ве", "u": "у", "oo": "у"},
    **{"ou": "у", "woo": "у", "eu": "ы", "wo": "во", "weo": "во", "we": "ве", "wi": "ви"},
    **{"yoo": "ю", "ui": "ый", "eui": "ый", "i": "и", "yi": "и"},
}
# In a closed syllable "u" stands for other vowels, too: Hun is «Хун», Suk «Сок», Un «Ын».
_CLOSED_U, _LONELY_U = "у о", "у ы о"
_FINALS = {
    **{"": "", "k": "к", "g": "к", "ck": "к", "n": "н", "t": "т", "d": "т", "l": "ль", "m": "м"},
    **{"p": "п", "b": "п", "ng": "н"},
}
# Surnames and syllables spelt by custom, not by a system.
_BY_CUSTOM = {
    **{"park": ("пак",), "choi": ("цой", "чхве"), "lee": ("ли",), "rhee": ("ли",), "yi": ("ли",)},
    **{"roh": ("но",), "noh": ("но",), "shin": ("син",), "paik": ("пэк",), "sohn": ("сон",)},
    **{"hahn": ("хан",), "il": ("ир", "иль"), "jong": ("чон", "чжон", "чен"), "ryu": ("рю", "лю")},
    **{"gyu": ("гю", "кю"), "kyu": ("гю", "кю"), "young": ("ён",), "im": ("лим", "им")},
}


def _one_of(spellings: Iterable[str]) -> str:
    return "|".join(sorted(spellings, key=len, reverse=True))


# A consonant between vowels begins the next syllable: the final is as short as it may be.
_SYLLABLE = f"({_one_of(_INITIALS)})({_one_of(_VOWELS)})(|{_one_of(_FINALS).rstrip('|')})"
_NAMES = [re.compile(_SYLLABLE * count) for count in (1, 2)]


def _hear(word: str) -> tuple[str, ...]:
    if word in _BY_CUSTOM:
        return _BY_CUSTOM[word]
    one = _NAMES[0].fullmatch(word)
    if one:
        return tuple(map("".join, itertools.product(*_sounds(one.groups()))))
    two = _NAMES[1].fullmatch(word)
    if two is None or palladius(word):
        return ()
    sounds = _sounds(two.groups())
    sounds[3].reverse()  # between voices a sound is voiced
    # The first choice of each, the second, the third: all combinations would be many.
    turns = range(max(map(len, sounds)))
    return tuple("".join(any_of[min(turn, len(any_of) - 1)] for any_of in sounds) for turn in turns)


def _sounds(groups: tuple[str, ...]) -> list[list[str]]:
    """What may be heard of each initial, vowel and final in turn."""
    found: list[str] = []
    for initial, vowel, final in zip(groups[::3], groups[1::3], groups[2::3], strict=True):
        is_closed_u = vowel == "u" and final
        closed = _CLOSED_U if initial else _LONELY_U
        found += (_INITIALS[initial], closed if is_closed_u else _VOWELS[vowel], _FINALS[final])
    return [sound.split() or [""] for sound in found]


KOREAN = Tradition(re.compile("[a-z]{1,11}").fullmatch, _hear, is_strict=True)

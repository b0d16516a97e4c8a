"""Chinese names: pinyin as the Palladius system writes it."""

import re
from collections.abc import Container
from functools import lru_cache

from crm.core.names.traditions import Tradition, pairs_of

_INITIALS = {
    **{"b": "б", "p": "п", "m": "м", "f": "ф", "d": "д", "t": "т", "n": "н", "l": "л", "g": "г"},
    **{"k": "к", "h": "х", "j": "цз", "q": "ц", "x": "с", "zh": "чж", "ch": "ч", "sh": "ш"},
    **{"r": "ж", "z": "цз", "c": "ц", "s": "с"},
}
_RETROFLEX = "zh ch sh r"
_WHISTLED = "z c s"
_PALATAL = "j q x"
# Each final, its Cyrillic, and the initials it follows.
_FINALS = (
    ("a", "а", f"b p m f d t n l g k h {_WHISTLED} zh ch sh"),
    ("o", "о", "b p m f"),
    ("e", "э", f"m d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("ai", "ай", f"b p m d t n l g k h {_WHISTLED} zh ch sh"),
    ("ei", "эй", "b p m f d n l g h z zh sh"),
    ("ao", "ао", f"b p m d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("ou", "оу", f"p m f d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("an", "ань", f"b p m f d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("en", "энь", f"b p m f n g k h {_RETROFLEX} {_WHISTLED}"),
    ("ang", "ан", f"b p m f d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("eng", "эн", f"b p m f d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("ong", "ун", f"d t n l g k h zh ch r {_WHISTLED}"),
    ("u", "у", f"b p m f d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("ua", "уа", "g k h zh sh r"),
    ("uo", "о", f"d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("uai", "уай", "g k h zh ch sh"),
    ("ui", "уй", f"d t g k {_RETROFLEX} {_WHISTLED}"),
    ("uan", "уань", f"d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("un", "унь", f"d t n l g k h {_RETROFLEX} {_WHISTLED}"),
    ("uang", "уан", "g k h zh ch sh"),
    ("i", "и", f"b p m d t n l {_PALATAL}"),
    ("ia", "я", f"d l {_PALATAL}"),
    ("ie", "е", f"b p m d t n l {_PALATAL}"),
    ("iao", "яо", f"b p m d t n l {_PALATAL}"),
    ("iu", "ю", f"m d n l {_PALATAL}"),
    ("ian", "янь", f"b p m d t n l {_PALATAL}"),
    ("in", "инь", f"b p m n l {_PALATAL}"),
    ("iang", "ян", f"n l {_PALATAL}"),
    ("ing", "ин", f"b p m d t n l {_PALATAL}"),
    ("iong", "юн", _PALATAL),
    *(("u", "юй", _PALATAL), ("ü", "юй", "n l"), ("ue", "юэ", f"n l {_PALATAL}")),
    *(("üe", "юэ", "n l"), ("uan", "юань", _PALATAL), ("un", "юнь", _PALATAL)),
)
_ALONE = (
    "a=а o=о e=э ai=ай ei=эй ao=ао ou=оу an=ань en=энь ang=ан er=эр yi=и ya=я yo=йо ye=е yao=яо"
    " you=ю yan=янь yin=инь yang=ян ying=ин yong=юн yu=юй yue=юэ yuan=юань yun=юнь wu=у wa=ва"
    " wo=во wai=вай wei=вэй wan=вань wen=вэнь wang=ван weng=вэн"
    " zhi=чжи chi=чи shi=ши ri=жи zi=цзы ci=цы si=сы hui=хуэй"
)
SYLLABLES = {
    initial + final: _INITIALS[initial] + cyrillic
    for final, cyrillic, initials in _FINALS
    for initial in initials.split()
} | pairs_of(_ALONE)
_PALLADIUS = frozenset({*SYLLABLES.values(), "хой"})
_LONGEST = max(map(len, [*SYLLABLES, *_PALLADIUS]))


@lru_cache(maxsize=20_000)
def palladius(word: str) -> tuple[str, ...]:
    """The syllables of a folded ``word`` as Palladius writes them, whether it is pinyin or is
    written so already; none if it is neither.
    """
    if word.isascii() or "ü" in word:
        return tuple(SYLLABLES[syllable] for syllable in _cut(word, SYLLABLES, "aoe"))
    return _cut(word.replace("ъ", ""), _PALLADIUS, "аоэ")


def begun_in_palladius(word: str) -> str:
    """A folded Latin ``word`` that is pinyin but for the last syllable, of which only consonants
    are there; empty if it is not.
    """
    for length in (2, 1):
        begun, rest = word[:-length], word[-length:]
        if begun and rest in _INITIALS and (syllables := palladius(begun)):
            return "".join((*syllables, _INITIALS[rest]))
    return ""


def _cut(word: str, known: Container[str], barred: str) -> tuple[str, ...]:
    """``word`` cut into ``known`` syllables, long ones first; none after the first begins with a
    letter of ``barred``: pinyin has an apostrophe there (Xi'an).
    """
    for length in range(min(_LONGEST, len(word)), 0, -1):
        first, rest = word[:length], word[length:]
        if first not in known:
            continue
        if not rest:
            return (first,)
        if rest[0] not in barred and (others := _cut(rest, known, barred)):
            return (first, *others)
    return ()


def _hear(word: str) -> tuple[str, ...]:
    syllables = palladius(word)
    return ("".join(syllables),) if syllables else ()


CHINESE = Tradition(re.compile("[a-zü]{1,20}").fullmatch, _hear)

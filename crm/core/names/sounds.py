"""How a word sounds, in letters that every script leads to."""

import unicodedata
from functools import lru_cache

_CYRILLIC = {
    **dict(zip("абвгдежзийклмнопрстуфхыэ", "abvgdejziiklmnoprstufhie", strict=True)),
    **{"ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ь": "", "ю": "u", "я": "ia"},
}
_LATIN = (
    *(("sch", "sh"), ("tsch", "ch"), ("zh", "j"), ("kh", "h"), ("ya", "ia"), ("yu", "u")),
    *(("ck", "k"), ("ph", "f"), ("w", "v"), ("y", "i"), ("q", "k"), ("x", "ks"), ("c", "k")),
)


@lru_cache(maxsize=20_000)
def sounds(word: str) -> tuple[str, ...]:
    """The sound keys of ``word``, which is folded: one of Cyrillic letters has one."""
    if any("\u0400" <= letter <= "\u04ff" for letter in word):
        key = "".join(_CYRILLIC.get(letter, letter) for letter in word)
    else:
        marked = unicodedata.normalize("NFKD", word)
        key = "".join(letter for letter in marked if not unicodedata.combining(letter))
        for spelt, sound in _LATIN:
            key = key.replace(spelt, sound)
    single = [letter for place, letter in enumerate(key) if key[place - 1 : place] != letter]
    return ("".join(single),)

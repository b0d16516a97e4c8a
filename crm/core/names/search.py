"""The tokens a text is indexed under, and the beginnings a typed text asks for."""

import itertools
import re
from collections.abc import Iterable
from functools import lru_cache

from crm.core.language import fold
from crm.core.names.chinese import begun_in_palladius
from crm.core.names.endings import stem_of
from crm.core.names.forms import is_form
from crm.core.names.sounds import is_cyrillic, key_of, keys, without_marks
from crm.core.names.words import chunks, parts

# What stands before a token that is a sound, not a spelling; no word begins with it.
SOUND_MARK = "="
_NAME = re.compile(r"(?:[^\W\d_]|[-\u2010\u2011'\u2018\u2019\u02bb\u02bc`]){2,40}")
_SHORT_FORM = 3  # letters, at most
_SURE_FORMS = frozenset({"ltd", "llp", "llc", "inc", "plc", "тоо", "жшс", "ооо"})
_LONGEST = 40  # letters of a word that is heard
_SHORT = 5  # letters of a syllable of a name, at most: Тэ, Young
_TOO_SHORT = 4  # letters of a sound, with its mark
_NAME_IN_SYLLABLES = 3  # words: Чжо Тэ Ик
_MOST_JOINED = 4  # words typed of which two may be one name
# What may be typed next and changes how the letters before are heard: Ste-in, Mac-h, S-chulz.
_NEXT = {"e": "iu", "a": "uiy", "o": "u", "s": "h", "c": "h", "z": "h", "k": "h"}


def search_words(text: str) -> frozenset[str]:
    """The tokens ``text`` is indexed under: no spaces, lower case, never empty strings.

    Of each word: its folded spelling ("сактаганов"), in ASCII as well if it is Latin ("soder" for
    Söder), and its sounds across scripts, which begin
    with SOUND_MARK ("=saktaganov"). A word with signs inside ("Tae-ick", "IP-2026-0001",
    "info@wilo.de") is there whole, in parts, and as it sounds in one. So are the syllables of a
    name of three words.
    """
    cut = chunks(text)
    found = set().union(*map(_tokens, cut))
    if len(cut) == _NAME_IN_SYLLABLES:
        found.update(*_joined([fold(chunk) for chunk in cut]))
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _tokens(written: str) -> frozenset[str]:
    """Of one chunk."""
    words = parts(written)
    found = {fold(written)}
    for word in (*words, *_in_one(written, words)):
        found.update((fold(word), without_marks(fold(word)), *_sounds(word)))
    return frozenset(found)


def _in_one(written: str, words: list[str]) -> list[str]:
    """The parts of a name as one word, Taeick for Tae-ick; none of an address or a path."""
    return ["".join(words)] if len(words) > 1 and _NAME.fullmatch(written) else []


def asked_words(text: str) -> list[frozenset[str]]:
    """For each word typed, beginnings of tokens of ``search_words``: any one of a set satisfies
    the word, and every set must be satisfied. Empty when no word was typed.

    Legal forms need not be there, unless nothing else was typed, nor the ending of a case.
    The last word may not be typed to its end.
    """
    typed = chunks(text)
    cut = _without_forms(typed) or typed
    asked = [one for written in cut for one in _asked(written)]
    if not asked:
        return []
    asked[-1] |= _continued(fold(cut[-1]))
    if len(cut) == len(asked) <= _MOST_JOINED:
        for place, joined in enumerate(_joined([fold(chunk) for chunk in cut])):
            asked[place] |= joined
            asked[place + 1] |= joined
    return [frozenset(one) for one in asked]


def _asked(written: str) -> list[set[str]]:
    """For each part of a chunk what satisfies it; a code is one."""
    chunk = fold(written)
    if any(letter.isdigit() for letter in chunk):
        return [{chunk}]
    words = parts(written)
    if len(words) == 1:
        return [{chunk, *_begun(words[0]), *_stem(chunk)}]
    whole = {chunk, *(sound for word in _in_one(written, words) for sound in _begun(word))}
    return [{*whole, fold(word), *_begun(word), *_stem(fold(word))} for word in words]


def _without_forms(typed: list[str]) -> list[str]:
    """Chunks that are no legal form; all of them unless one is surely meant so: "San" may be the
    beginning of a name, "SAN" and "Ltd" are none.
    """
    forms = {written for written in typed if is_form(written, "".join(parts(written)))}
    is_sure = any(
        len(written) > _SHORT_FORM or written.casefold() in _SURE_FORMS or written[1:].isupper()
        for written in forms
    )
    return [written for written in typed if written not in forms] if is_sure else typed


def _stem(word: str) -> Iterable[str]:
    stem = stem_of(word) if is_cyrillic(word) else None
    return (stem, *_sounds(stem)) if stem else ()


def _begun(word: str) -> list[str]:
    """The sounds of a typed ``word``; not what is left of one when its last letters are silent:
    Kinne would find whatever begins with Kin, and zzzz whatever begins with Z.
    """
    sounds = [] if _is_one_letter(word) else list(_sounds(word))
    return [
        sound
        for sound in sounds
        if len(sound) > _TOO_SHORT or len(word) < _TOO_SHORT or sound + "e" not in sounds
    ]


def _is_one_letter(word: str) -> bool:
    """Whether a key was held down: that is no name, though it sounds like a letter."""
    return len(word) > len("III") and len(set(word)) == 1


def _continued(chunk: str) -> set[str]:
    """How the letters of a Latin ``chunk`` may be heard once the next ones are typed."""
    if not (chunk.isascii() and chunk.isalpha()) or _is_one_letter(chunk):
        return set()
    found = {sound for letter in _NEXT.get(chunk[-1], "") for sound in _sounds(chunk + letter)}
    begun = begun_in_palladius(chunk)
    return found | {SOUND_MARK + key_of(begun)} if begun else found


def _joined(cut: list[str]) -> list[set[str]]:
    """For every two neighbours of ``cut`` what stands for both as one word: Tae Ick, Taeick."""
    return [
        {one + other, *_sounds(one + other)}
        if one.isalpha() and other.isalpha() and max(len(one), len(other)) <= _SHORT
        else set()
        for one, other in itertools.pairwise(cut)
    ]


def _sounds(word: str) -> Iterable[str]:
    return (
        [SOUND_MARK + key for key in keys(word)] if word.isalpha() and len(word) <= _LONGEST else ()
    )

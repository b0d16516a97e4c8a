"""The tokens a text is indexed under, and the beginnings a typed text asks for."""

import re

from crm.core.language import fold, normalise
from crm.core.names.sounds import sounds

# What stands before a token that is a sound, not a spelling; no word begins with it.
SOUND_MARK = "="
_CHUNK = re.compile(r"\w+(?:[^\w\s]+\w+)*")
_PART = re.compile(r"\w+")


def search_words(text: str) -> frozenset[str]:
    """The tokens ``text`` is indexed under: no spaces, lower case, never empty strings.

    Of each word: its folded spelling ("сактаганов") and its sounds across scripts, which begin
    with SOUND_MARK ("=saktaganov"). A word with signs inside ("Tae-ick", "IP-2026-0001",
    "info@wilo.de") is there whole, and in parts.
    """
    found: set[str] = set()
    for chunk in _CHUNK.findall(fold(normalise(text))):
        found.add(chunk)
        parts = _PART.findall(chunk)
        found.update(parts)
        for word in {*parts, "".join(parts)}:
            found.update(_sound_tokens(word))
    return frozenset(found)


def asked_words(text: str) -> list[frozenset[str]]:
    """For each word typed, beginnings of tokens of ``search_words``: any one of a set satisfies
    the word, and every set must be satisfied. Empty when no word was typed.
    """
    asked: list[frozenset[str]] = []
    for chunk in _CHUNK.findall(fold(normalise(text))):
        if any(letter.isdigit() for letter in chunk):
            asked.append(frozenset({chunk}))
            continue
        parts = _PART.findall(chunk)
        whole = {chunk, *_sound_tokens("".join(parts))}
        asked.extend(frozenset({*whole, part, *_sound_tokens(part)}) for part in parts)
    return asked


def _sound_tokens(word: str) -> set[str]:
    if any(letter.isdigit() for letter in word):
        return set()
    return {SOUND_MARK + sound for sound in sounds(word) if sound}

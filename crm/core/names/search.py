"""The tokens a text is indexed under, and the beginnings a typed text asks for."""

from crm.core.names.sounds import keys
from crm.core.names.words import chunks, parts

# What stands before a token that is a sound, not a spelling; no word begins with it.
SOUND_MARK = "="


def search_words(text: str) -> frozenset[str]:
    """The tokens ``text`` is indexed under: no spaces, lower case, never empty strings.

    Of each word: its folded spelling ("сактаганов"), and its sounds across scripts, which begin
    with SOUND_MARK ("=saktaganov"). A word with signs inside ("Tae-ick", "IP-2026-0001",
    "info@wilo.de") is there whole, in parts, and as it sounds in one.
    """
    found: set[str] = set()
    for chunk in chunks(text):
        found.add(chunk)
        for word in _words_of(chunk):
            found.add(word)
            found.update(_sounds(word))
    return frozenset(found)


def _words_of(chunk: str) -> list[str]:
    words = parts(chunk)
    return words if len(words) == 1 else [*words, "".join(words)]


def asked_words(text: str) -> list[frozenset[str]]:
    """For each word typed, beginnings of tokens of ``search_words``: any one of a set satisfies
    the word, and every set must be satisfied. Empty when no word was typed.
    """
    asked: list[frozenset[str]] = []
    for chunk in chunks(text):
        if any(letter.isdigit() for letter in chunk):
            asked.append(frozenset({chunk}))
            continue
        words = parts(chunk)
        whole = {chunk, *_sounds("".join(words))}
        asked.extend(frozenset({*whole, word, *_sounds(word)}) for word in words)
    return asked


def _sounds(word: str) -> set[str]:
    return {SOUND_MARK + key for key in keys(word)} if word.isalpha() else set()

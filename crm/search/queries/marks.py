"""Which words of a text are those that were looked for, in whatever script they stand."""

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape

from crm.core.names.search import search_words
from crm.core.tokens import Asked

_CHUNK = re.compile(r"\w+(?:[^\w\s]+\w+)*")
_WORD = re.compile(r"\w+")
_AROUND = 90  # characters of a long text before and after a word found in it


class Marker:
    """Marks in texts what satisfies one of ``words``."""

    def __init__(self, words: Asked) -> None:
        self._beginnings = tuple(one for word in words for one in word)
        self._words = [tuple(word) for word in words]

    def marked(self, text: str) -> Markup:
        """``text`` for a page, each matching word in <mark>."""
        parts, end = [], 0
        for start, stop in self._spans(text):
            parts.append(escape(text[end:start]))
            parts.append(Markup("<mark>{}</mark>").format(text[start:stop]))
            end = stop
        return Markup("").join([*parts, escape(text[end:])])

    def found_in(self, text: str) -> set[int]:
        """Which of the words the text satisfies, by their number."""
        tokens = {token for chunk in _CHUNK.findall(text) for token in _tokens(chunk)}
        return {
            number
            for number, word in enumerate(self._words)
            if any(token.startswith(word) for token in tokens)
        }

    def excerpt(self, text: str) -> str:
        """The part of a long ``text`` around the first matching word; «…» stands for the rest."""
        start, stop = next(self._spans(text), (0, 0))
        first, last = max(0, start - _AROUND), stop + _AROUND
        if first:
            first = text.rfind(" ", 0, start - _AROUND) + 1 or first
        shown = " ".join(text[first:last].split())
        return f"{'…' if first else ''}{shown}{'…' if last < len(text) else ''}"

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        for chunk in _CHUNK.finditer(text):
            words = list(_WORD.finditer(chunk.group()))
            matching = [one for one in words if self._fits(one.group())]
            if matching:
                start = chunk.start()
                yield from ((start + one.start(), start + one.end()) for one in matching)
            elif len(words) > 1 and self._fits(chunk.group()):
                yield chunk.span()

    def _fits(self, word: str) -> bool:
        return any(token.startswith(self._beginnings) for token in _tokens(word))


@lru_cache(maxsize=50_000)
def _tokens(word: str) -> frozenset[str]:
    return search_words(word) if len(word) <= 200 else frozenset()

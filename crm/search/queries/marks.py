"""Which words of a text are those that were looked for, in whatever script they stand."""

import re
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from crm.core.names.search import search_words
from crm.core.tokens import Asked

_CHUNK = re.compile(r"\w+(?:[^\w\s]+\w+)*")
_WORD = re.compile(r"\w+")
_AROUND = 90  # characters of a long text before and after a word found in it


class _Found(NamedTuple):
    """Which words a text satisfies, by their number, and where they stand in it."""

    numbers: frozenset[int]
    spans: tuple[tuple[int, int], ...]


_NOTHING = _Found(frozenset(), ())


class Marker:
    """Marks in texts what satisfies one of ``words``; it looks at each text and word once."""

    def __init__(self, words: Asked) -> None:
        self._beginnings = tuple(one for word in words for one in word)
        self._words = [tuple(word) for word in words]
        self._texts: dict[str, _Found] = {}
        self._chunks: dict[str, _Found] = {}

    def marked(self, text: str) -> Markup:
        """``text`` for a page, each matching word in <mark>."""
        spans = self._found(text).spans
        if not spans:
            return escape(text)
        parts: list[str] = []
        end = 0
        for start, stop in spans:
            parts += (escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>")
            end = stop
        parts.append(escape(text[end:]))
        return Markup("".join(parts))  # noqa: S704 (each part of the text is escaped)

    def found_in(self, text: str) -> frozenset[int]:
        """Which of the words the text satisfies, by their number."""
        return self._found(text).numbers

    @property
    def count(self) -> int:
        """How many words there are."""
        return len(self._words)

    def excerpt(self, text: str) -> str:
        """The part of a long ``text`` around the first matching word; «…» stands for the rest."""
        start, stop = next(iter(self._found(text).spans), (0, 0))
        first, last = max(0, start - _AROUND), stop + _AROUND
        if first:
            first = text.rfind(" ", 0, start - _AROUND) + 1 or first
        shown = " ".join(text[first:last].split())
        return f"{'…' if first else ''}{shown}{'…' if last < len(text) else ''}"

    def _found(self, text: str) -> _Found:
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = self._looked_for(text)
        return found

    def _looked_for(self, text: str) -> _Found:
        numbers: set[int] = set()
        spans = []
        for place in _CHUNK.finditer(text):
            chunk = place.group()
            found = self._chunks.get(chunk)
            if found is None:
                found = self._chunks[chunk] = self._of_chunk(chunk)
            if found is not _NOTHING:
                begin = place.start()
                numbers |= found.numbers
                spans += [(begin + start, begin + stop) for start, stop in found.spans]
        return _Found(frozenset(numbers), tuple(spans)) if numbers else _NOTHING

    def _of_chunk(self, chunk: str) -> _Found:
        matching = [token for token in _tokens(chunk) if token.startswith(self._beginnings)]
        if not matching:
            return _NOTHING
        numbers = frozenset(
            number
            for number, word in enumerate(self._words)
            if any(token.startswith(word) for token in matching)
        )
        words = list(_WORD.finditer(chunk))
        spans = tuple(one.span() for one in words if self._fits(one.group()))
        return _Found(numbers, spans or ((0, len(chunk)),))

    def _fits(self, word: str) -> bool:
        return any(token.startswith(self._beginnings) for token in _tokens(word))


@lru_cache(maxsize=50_000)
def _tokens(word: str) -> frozenset[str]:
    return search_words(word) if len(word) <= 200 else frozenset()

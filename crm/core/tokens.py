"""The tokens a record is found by, kept as one text; and what typed words ask of tokens.

``core.names`` says which tokens a text has. Beside them a record may have marks: signs that nobody
types, so that no word finds them by chance.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from crm.core.names.search import SOUND_MARK, asked_words, search_words

LONGEST_TOKEN = 64
MOST_WORDS = 30  # more are no search
_NUMBER = re.compile(r"\+?[\d ()\u00a0-]+", re.ASCII)
_LONG_NUMBER = 9  # digits of a number that people write in groups
_DIALLED = 5  # with the code of its country before it
_WITH_EIGHT = 11  # 8 701 123 45 67, as it is dialled inside the country
Asked = Sequence[frozenset[str]]
Widening = Callable[[Asked], Asked]
_widenings: list[Widening] = []


def country_mark(code: str | None) -> tuple[str, ...]:
    """The mark of what belongs to a country; none without one."""
    return (f"@{code.lower()}",) if code else ()


def tokens_text(
    *texts: str | None, exact: Iterable[str | None] = (), marks: Iterable[str] = ()
) -> str:
    """Every token of ``texts``, and ``marks``, in order, a space before each; empty without any.

    What is ``exact`` (an address, a number) is found as it is spelt, not as it sounds.
    """
    found = {one for text in texts if text for one in search_words(text)}
    spelt = {one for text in exact if text for one in search_words(text)}
    found |= {one for one in spelt if not one.startswith(SOUND_MARK)}
    cut = {one[:LONGEST_TOKEN] for one in found}
    return "".join(f" {one}" for one in sorted(cut.union(marks)))


def widen_by(widening: Widening) -> None:
    """Let ``widening`` add to what typed words may begin: other names of the same thing."""
    if widening not in _widenings:
        _widenings.append(widening)


def asked(text: str) -> list[frozenset[str]]:
    """For each typed word the beginnings of tokens any of which satisfies it; none twice.

    Digits in groups are one number: a phone, or a BIN.
    """
    digits = re.sub(r"\D", "", text, flags=re.ASCII)
    least = _LONG_NUMBER if text.strip()[:1] != "+" else _DIALLED
    if len(digits) >= least and _NUMBER.fullmatch(text.strip()):
        return [frozenset({digits.removeprefix("8") if len(digits) == _WITH_EIGHT else digits})]
    words: Asked = [
        _shortest(one[:LONGEST_TOKEN] for one in word) for word in asked_words(text)[:MOST_WORDS]
    ]
    for widen in _widenings:
        words = [_shortest(word) for word in widen(words)]
    return list(dict.fromkeys(words))


def _shortest(beginnings: Iterable[str]) -> frozenset[str]:
    """Those of ``beginnings`` that begin with no other one: it finds whatever they find."""
    kept: list[str] = []
    for one in sorted(set(beginnings), key=len):
        if not one.startswith(tuple(kept)):
            kept.append(one)
    return frozenset(kept)


def is_called(text: str, words: Asked) -> bool:
    """Whether ``text`` satisfies every one of ``words``."""
    tokens = search_words(text)
    return all(any(token.startswith(tuple(word)) for token in tokens) for word in words)

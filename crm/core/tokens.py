"""The tokens a record is found by, kept as one text; and what typed words ask of tokens.

``core.names`` says which tokens a text has. Beside them a record may have marks: signs that nobody
types, so that no word finds them by chance.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from crm.core.names.likeness import NameKind, block_keys
from crm.core.names.search import asked_words, search_words

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


def likeness_mark(key: str) -> str:
    """The mark of a key of ``core.names`` under which names that are alike meet."""
    return f"~{key}"


def likeness_marks(names: Iterable[str | None], kind: NameKind) -> set[str]:
    """The marks of every one of ``names``."""
    keys = (key for name in names if name for key in block_keys(name, kind))
    return {likeness_mark(key) for key in keys}


def tokens_text(*texts: str | None, marks: Iterable[str] = ()) -> str:
    """Every token of ``texts``, and ``marks``, in order, a space before each; empty without any."""
    found = {one[:LONGEST_TOKEN] for text in texts if text for one in search_words(text)}
    return "".join(f" {one}" for one in sorted(found.union(marks)))


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

"""How a tradition of spelling is put down: graphemes, and what Cyrillic writes for them."""

import re
from collections.abc import Callable
from typing import NamedTuple

Test = Callable[[str], object]


class Tradition(NamedTuple):
    """``hear`` gives the Cyrillic spellings of a Latin word, best first, none if it cannot be
    one; it is asked of words that ``suits`` holds true. Where much is silent, or one letter has
    many sounds, a name must be written as it is heard: ``is_strict``.
    """

    suits: Test
    hear: Callable[[str], tuple[str, ...]]
    is_strict: bool = False


def heard_by(rules: str) -> Callable[[str], tuple[str, ...]]:
    """What hears a word by ``rules``: "sch=ш ^st=шт h=", a regular expression and its Cyrillic
    each, spaces between them. At each place of the word the earliest rule that fits is taken;
    letters no rule knows are dropped. Only groups that capture nothing may stand in a rule.
    """
    pairs = [rule.rpartition("=") for rule in rules.split()]
    # The empty group tells which rule it was; around the rule, it would make matching slow.
    pattern = re.compile("|".join(f"{spelt}()" for spelt, _, _ in pairs))
    sounds = ("", *(sound for _, _, sound in pairs))
    return lambda word: (
        "".join([sounds[found.lastindex or 0] for found in pattern.finditer(word)]),
    )


def pairs_of(text: str) -> dict[str, str]:
    """What stands on either side of "=" in "group=групп mining=майнинг"."""
    return dict(pair.split("=") for pair in text.split())


def having(pattern: str) -> Test:
    """Suits words in which ``pattern`` is found."""
    return re.compile(pattern).search


def lacking(pattern: str) -> Test:
    """Suits words in which ``pattern`` is not found."""
    search = re.compile(pattern).search
    return lambda word: search(word) is None

"""How alike two names are, whatever script and order they are written in."""

import enum
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import lazy_gettext as _l

from crm.core.names.chinese import palladius
from crm.core.names.distance import FAR, distance
from crm.core.names.forms import is_general
from crm.core.names.sounds import keys, readings, skeleton, without_marks
from crm.core.names.words import NameWords, organisation_words, person_words
from crm.core.words import Term

SAME = 85
SIMILAR = 70
_ONE_SOUND = 96  # the score of names that are heard alike
_INITIALS_FIT = 88
_LEFT_OUT = 4  # what a word costs that one of the names leaves out, where that is usual
# How much of a word may differ in two spellings of it, and how much at most of any word.
_SHARE_IN_SPELLING, _MOST_IN_SPELLING = 0.13, 0.72
_ALONE = 75  # the score of one name alone beside a full one: Kinne
_PART = 78  # the score of an organisation whose name is part of the other's: Siemens Energy
_CONSONANTS_ENOUGH = 3
_MOST_WORDS = 5  # of which every order is tried
_LONGEST_CHINESE = 2  # syllables of a given name


class NameKind(enum.Enum):
    """Whose name it is: people's turn round and have initials, organisations' have legal forms."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Reason(Term):
    """Why two names are held to be alike, the surest first."""

    SAME_SPELLING = "same_spelling", _l("Same name")
    SAME_SOUND = "same_sound", _l("Same name in another spelling")
    INITIALS = "initials", _l("Same family name, initials fit")
    SIMILAR = "similar", _l("Similar name")


@dataclass(frozen=True, slots=True)
class Likeness:
    """``score`` from 0 to 100 and why; ``reason`` is None when the names are not even similar."""

    score: int
    reason: Reason | None

    @property
    def is_same(self) -> bool:
        """Whether both are likely spellings of one name."""
        return self.score >= SAME

    @property
    def is_similar(self) -> bool:
        """Whether somebody should look at both; so are all that are the same."""
        return self.score >= SIMILAR


UNLIKE = Likeness(0, None)


def alike(one: str, other: str, kind: NameKind) -> Likeness:
    """How alike the names ``one`` and ``other`` are; ``UNLIKE`` when either has no letters."""
    first, second = name_words(one, kind), name_words(other, kind)
    if len(first.words) > len(second.words):
        first, second = second, first
    if not first.words:
        return UNLIKE
    if _spelling(first) == _spelling(second):
        return Likeness(100, Reason.SAME_SPELLING)
    if kind is NameKind.PERSON:
        return _chinese(first.words, second.words) or _persons(first, second)
    return _organisations(first.words, second.words)


def alike_names(ones: Iterable[str], others: Iterable[str], kind: NameKind) -> Likeness:
    """The closest likeness of any of ``ones`` to any of ``others``: spellings of two records."""
    known = tuple(others)
    found = [alike(one, other, kind) for one in ones for other in known]
    return max(found, key=lambda likeness: likeness.score, default=UNLIKE)


@lru_cache(maxsize=20_000)
def name_words(text: str, kind: NameKind) -> NameWords:
    """The words of the name ``text`` that tell ``kind`` apart."""
    return person_words(text) if kind is NameKind.PERSON else organisation_words(text)


def _spelling(name: NameWords) -> list[str]:
    return sorted(map(without_marks, (*name.words, *name.initials, *name.patronymics)))


def _persons(first: NameWords, second: NameWords) -> Likeness:
    """Of two persons' names, ``first`` with no more words than ``second``."""
    if (
        first.patronymics
        and second.patronymics
        and not _match(first.patronymics[:1], second.patronymics[:1]).is_one_name
    ):
        return UNLIKE
    match = _best_match(first.words, second.words)
    initials = first.initials if match.left else first.initials and second.initials
    if initials:
        others = match.left or second.initials
        if not any(_may_begin(initials[0], other) for other in others):
            return UNLIKE
        score = _INITIALS_FIT if match.is_one_name else 0
        return Likeness(score, Reason.INITIALS) if score else UNLIKE
    if len(first.words) < 2 and match.left:
        return Likeness(_ALONE, Reason.SIMILAR) if match.is_one_name else UNLIKE
    return _judged(match, len(match.left) * _LEFT_OUT)


def _organisations(first: tuple[str, ...], second: tuple[str, ...]) -> Likeness:
    """Of two organisations' names: what is often left out counts little."""
    cores = [tuple(word for word in words if not is_general(word)) for words in (first, second)]
    if not all(cores):
        cores = [first, second]
    shorter, longer = sorted(cores, key=len)
    match = _best_match(shorter, longer)
    if match.left:
        return Likeness(_PART, Reason.SIMILAR) if match.is_one_name else UNLIKE
    has_more = (len(first) > len(cores[0])) != (len(second) > len(cores[1]))
    return _judged(match, _LEFT_OUT if has_more else 0)


@dataclass(frozen=True, slots=True)
class _Match:
    """Words of two names put side by side: what it costs to take each for the other, and how long
    they are; and the words of the longer name that are ``left``.
    """

    costs: tuple[float, ...]
    lengths: tuple[int, ...]
    left: tuple[str, ...]

    @property
    def is_one_name(self) -> bool:
        """Whether each pair of words may be two spellings of one."""
        return all(
            cost <= min(_SHARE_IN_SPELLING * length, _MOST_IN_SPELLING)
            for cost, length in zip(self.costs, self.lengths, strict=True)
        )

    @property
    def share(self) -> float:
        """How much of all differs, from 0 to 1; 1 when any word is another one."""
        return min(1.0, sum(self.costs) / sum(self.lengths))


def _best_match(shorter: tuple[str, ...], longer: tuple[str, ...]) -> _Match:
    """The cheapest; two words of ``longer`` may be one of ``shorter``: Tae Ick, Taeick."""
    best = _match(shorter, longer)
    if len(longer) != len(shorter) + 1 or len(longer) > _MOST_WORDS:
        return best
    for place in range(len(shorter)):
        joined = (*longer[:place], longer[place] + longer[place + 1], *longer[place + 2 :])
        match = _match(shorter, joined)
        if match.is_one_name:
            return match
    return best


@lru_cache(maxsize=20_000)
def _match(shorter: tuple[str, ...], longer: tuple[str, ...]) -> _Match:
    table = []
    for word in shorter:
        table.append([distance(word, other) for other in longer])
        if min(table[-1]) == FAR:  # another name, whatever the other words are
            return _Match((FAR,), (1,), longer)
    if len(longer) > _MOST_WORDS:
        places = _in_turn(table)
    else:
        orders = itertools.permutations(range(len(longer)), len(shorter))
        places = min(orders, key=lambda order: sum(map(list.__getitem__, table, order)))
    costs = tuple(map(list.__getitem__, table, places))
    lengths = tuple(
        min(len(word), len(longer[place])) for word, place in zip(shorter, places, strict=True)
    )
    left = tuple(word for place, word in enumerate(longer) if place not in places)
    return _Match(costs, lengths, left)


def _in_turn(table: list[list[float]]) -> tuple[int, ...]:
    """For each word the nearest that is free: long names are not tried in every order."""
    taken: list[int] = []
    for costs in table:
        free = [place for place in range(len(costs)) if place not in taken]
        taken.append(min(free, key=costs.__getitem__))
    return tuple(taken)


def _judged(match: _Match, less: int) -> Likeness:
    if match.is_one_name:
        return Likeness(max(SAME, round(_ONE_SOUND - 80 * match.share) - less), Reason.SAME_SOUND)
    score = min(SAME - 1, round(100 * (1 - match.share))) - less
    return Likeness(score, Reason.SIMILAR) if score >= SIMILAR else UNLIKE


def _may_begin(initial: str, word: str) -> bool:
    """Whether ``initial``, a letter or two of any script, may stand for ``word``."""
    return not _beginnings(word).isdisjoint(_beginnings(initial))


def _beginnings(word: str) -> set[str]:
    """The first letters of the keys of ``word``; "i", too, where й is heard: Y. for Юлия."""
    heard = {"i" for reading in readings(word) if reading[0] in "йеёюя"}
    return {key[:1] for key in keys(word)} | heard


def _chinese(first: tuple[str, ...], second: tuple[str, ...]) -> Likeness | None:
    """Of two names of a family name and a given name in Chinese syllables; None if either is not.

    Such names are short and many: Ван И is not Ван Юй, and Хань is not Хан.
    """
    cut = [[palladius(word) for word in words] for words in (first, second)]
    if not all(map(_is_chinese, cut)):
        return None
    one, other = (sorted(map("".join, syllables)) for syllables in cut)
    if one == other:
        return Likeness(_ONE_SOUND, Reason.SAME_SOUND)
    is_unsigned = sorted("".join(one).replace("ь", "")) == sorted("".join(other).replace("ь", ""))
    return Likeness(SAME - 1, Reason.SIMILAR) if is_unsigned else UNLIKE


def _is_chinese(words: list[tuple[str, ...]]) -> bool:
    lengths = sorted(map(len, words))
    return len(words) == 2 and lengths[0] == 1 and lengths[1] <= _LONGEST_CHINESE


def block_keys(text: str, kind: NameKind) -> frozenset[str]:
    """The coarse keys under which names like ``text`` are looked for, one to four of a word: names
    that ``alike`` calls the same share at least one, save few. Each is at most 24 characters long,
    without spaces. Initials, legal forms, and what is often left out of names have none.
    """
    words = name_words(text, kind).words
    if kind is NameKind.ORGANISATION:
        words = tuple(word for word in words if not is_general(word)) or words
    return frozenset().union(*map(_blocks, words))


@lru_cache(maxsize=20_000)
def _blocks(word: str) -> frozenset[str]:
    """The consonants of ``word`` by kinds, as they are heard; all letters of a short one."""
    bare = {key: skeleton(key) for key in keys(word)}
    return frozenset(
        (consonants if len(consonants) >= _CONSONANTS_ENOUGH else key)[:24]
        for key, consonants in bare.items()
    )

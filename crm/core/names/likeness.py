"""How alike two names are, whatever script and order they are written in."""

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from flask_babel import lazy_gettext as _l

from crm.core.language import fold, normalise
from crm.core.names.sounds import sounds
from crm.core.words import Term

SAME = 85
SIMILAR = 70
_WORD = re.compile(r"\w+")
_LEGAL_FORMS = frozenset(
    {"жшс", "тоо", "ак", "ао", "жк", "ип", "llp", "llc", "gmbh", "ag", "plc", "ltd"}
)


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
    """How alike the names ``one`` and ``other`` are; ``UNLIKE`` when either is empty."""
    first, second = _name_words(one, kind), _name_words(other, kind)
    if not first or not second:
        return UNLIKE
    if sorted(first) == sorted(second):
        return Likeness(100, Reason.SAME_SPELLING)
    keys = [" ".join(sorted(sounds(word)[0] for word in words)) for words in (first, second)]
    if keys[0] == keys[1]:
        return Likeness(95, Reason.SAME_SOUND)
    score = round(100 * SequenceMatcher(None, keys[0], keys[1]).ratio())
    return Likeness(score, Reason.SIMILAR) if score >= SIMILAR else UNLIKE


def alike_names(ones: Iterable[str], others: Iterable[str], kind: NameKind) -> Likeness:
    """The closest likeness of any of ``ones`` to any of ``others``: spellings of two records."""
    known = tuple(others)
    found = [alike(one, other, kind) for one in ones for other in known]
    return max(found, key=lambda likeness: likeness.score, default=UNLIKE)


def block_keys(text: str, kind: NameKind) -> frozenset[str]:
    """The few coarse keys under which names like ``text`` are looked for: two names that ``alike``
    calls similar share at least one, save few. Each is at most 32 characters long, without spaces.
    """
    return frozenset(sound[:32] for word in _name_words(text, kind) for sound in sounds(word))


def _name_words(text: str, kind: NameKind) -> list[str]:
    words = _WORD.findall(fold(normalise(text)))
    if kind is NameKind.ORGANISATION:
        return [word for word in words if word not in _LEGAL_FORMS] or words
    return words

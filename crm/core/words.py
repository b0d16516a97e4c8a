"""Words of lists: enumerations whose members know what they are called, and entries retired."""

import enum
from typing import Self

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString


class Term(enum.StrEnum):
    """A fixed set of values, each stored as its text and shown by its ``label``."""

    label: LazyString

    def __new__(cls, value: str, label: LazyString = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, LazyString]]:
        """Value and label of every member, for a select."""
        return [(member.value, member.label) for member in cls]


def entry_text(name: str, is_retired: bool) -> str:
    """What an entry of a reference list is called where retired ones are offered, too."""
    return str(_("%(name)s (retired)", name=name)) if is_retired else name

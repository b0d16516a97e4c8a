"""Enumerations whose members know what they are called on screen."""

import enum
from typing import Self

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

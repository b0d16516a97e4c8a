"""Fields of several short texts typed one a line: other names, addresses, numbers."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from flask_babel import gettext as _
from wtforms import TextAreaField
from wtforms.validators import ValidationError

from crm.core.language import normalise

_MOST = 100


class LinesField(TextAreaField):
    """A tuple of short texts, one a line; blank lines and repetitions mean nothing."""

    data: Any
    separator: ClassVar[re.Pattern[str]] = re.compile(r"\n")

    def __init__(self, label: Any, validators: Iterable[Any] = (), length: int = 500, **more: Any):
        super().__init__(label, list(validators), **more)
        self._length = length

    def process_data(self, value: Any) -> None:
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:  # a form without the field leaves it as it is
            typed = self.separator.split("\n".join(valuelist))
            lines = (" ".join(normalise(line).split()) for line in typed)
            self.data = tuple(dict.fromkeys(filter(None, lines)))

    def pre_validate(self, form: Any) -> None:
        """Check every line and store it as it is kept; raises for the first that is wrong."""
        lines = self.data or ()
        if len(lines) > _MOST:
            raise ValidationError(_("Not more than %(count)s lines", count=_MOST))
        if any(len(line) > self._length for line in lines):
            raise ValidationError(_("A line has at most %(count)s characters", count=self._length))
        if any("\x00" in line for line in lines):
            raise ValidationError(_("This text holds a character that cannot be stored"))
        kept: dict[str, str] = {}
        for line in map(self.kept, lines):
            kept.setdefault(self.same_as(line), line)
        self.data = tuple(kept.values())

    def kept(self, line: str) -> str:
        """``line`` as it is stored; raises ValidationError for one that is wrong."""
        return line

    def same_as(self, line: str) -> str:
        """What a repetition of the stored ``line`` has in common with it; the first is kept."""
        return line

    def shown(self, line: str) -> str:
        """A stored line as people read it."""
        return line

    def in_words(self, value: Any) -> str:
        """Stored lines as people read them."""
        return "\n".join(self.shown(line) for line in value)

    def _value(self) -> str:
        # What was typed wrongly comes back as it was typed.
        if self.errors and self.raw_data:
            return str(self.raw_data[0])
        return self.in_words(self.data or ())

"""A deadline in a form: one on a day off is asked about once, with the next working day offered."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms.utils import unset_value
from wtforms.validators import ValidationError
from wtforms.widgets import DateInput, html_params

from crm.core.dates import short_date, weekday_name
from crm.core.forms import DayField
from crm.reference.queries import working_calendar

_KEPT, _MOVED = "kept", "moved"  # what goes with the field, behind its name


class DayOff(str):
    """The question about a deadline on a day off, and the answers, as buttons of its form."""

    def __new__(cls, field: str, day: date, following: date) -> "DayOff":
        """Ask about ``day`` in the form's ``field``; ``following`` is the next working day."""
        words = _(
            "%(weekday)s %(day)s is a day off: the next working day is %(following)s",
            weekday=weekday_name(day),
            day=short_date(day),
            following=short_date(following),
        )
        question = super().__new__(cls, words)
        question.answers = [
            (f"{field}-{_MOVED}", following, _("Take %(day)s", day=short_date(following))),
            (f"{field}-{_KEPT}", day, _("Keep %(day)s", day=short_date(day))),
        ]
        return question

    answers: list[tuple[str, date, str]]  # name, value and words of a button


class _DueInput(DateInput):
    """The input of the day, and beside it the day off that was kept: it says the page can ask."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        kept = html_params(type="hidden", name=f"{field.name}-{_KEPT}", value=field.kept or "")
        drawn: Markup = super().__call__(field, **attributes)
        return drawn + Markup(f"<input {kept}>")  # noqa: S704 (escaped)


class DueField(DayField):
    """A day something is due on. What was stored, or kept when asked, is not asked about again.

    Whoever sends a form without the hidden field beside it was not shown the question and is not
    asked: a script means the day it names.
    """

    widget = _DueInput()
    kept: str | None = None
    _is_asked = False

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read the day, and what was answered about it."""
        super().process(formdata, data, extra_filters)
        kept = [] if formdata is None else formdata.getlist(f"{self.name}-{_KEPT}")
        self._is_asked = bool(kept)
        self.kept = next(filter(None, reversed(kept)), None)
        moved = None if formdata is None else formdata.get(f"{self.name}-{_MOVED}")
        if moved is not None:
            self._take(moved)

    def _take(self, day: str) -> None:
        self.raw_data, self.process_errors = [day], []
        try:
            self.process_formdata(self.raw_data)
        except ValueError as error:
            self.process_errors.append(str(error))

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Raise ValidationError for a day off nobody has answered for."""
        day = self.data
        if self.errors or day is None or not self._is_asked or day == self.object_data:
            return
        if getattr(form, "record", None) is not None and getattr(form, "is_stale", False):
            return  # the conflict comes first
        calendar = working_calendar()
        if self.kept != day.isoformat() and not calendar.is_working(day):
            raise ValidationError(DayOff(self.name, day, calendar.on_or_after(day)))

"""Which days people work: weekends, the holidays of Kazakhstan, and days moved by decree."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

_DAY = timedelta(days=1)
_SATURDAY = 5


class WorkingCalendar:
    """The working days; ``moved`` says of days a decree has changed whether they are worked."""

    def __init__(self, moved: Mapping[date, bool]) -> None:
        self._moved = moved

    def is_working(self, day: date) -> bool:
        """Whether people work on ``day``."""
        if day in self._moved:
            return self._moved[day]
        return day.weekday() < _SATURDAY and day not in _holidays(day.year)

    def on_or_after(self, day: date) -> date:
        """``day`` when it is worked, else the next working day."""
        while not self.is_working(day):
            day += _DAY
        return day

    def on_or_before(self, day: date) -> date:
        """``day`` when it is worked, else the last working day before it."""
        while not self.is_working(day):
            day -= _DAY
        return day

    def after(self, day: date, count: int) -> date:
        """The working day that is the ``count``-th after ``day``, which itself is not counted."""
        for _each in range(count):
            day = self.on_or_after(day + _DAY)
        return day

    def before(self, day: date, count: int) -> date:
        """The working day that is the ``count``-th before ``day``, which itself is not counted."""
        for _each in range(count):
            day = self.on_or_before(day - _DAY)
        return day

    def first_of_week(self, day: date) -> date | None:
        """The first working day of the week of ``day``; None in a week nobody works."""
        monday = day - timedelta(days=day.weekday())
        week = (monday + place * _DAY for place in range(7))
        return next((one for one in week if self.is_working(one)), None)

    def end_of_week(self, day: date) -> date:
        """The last day that is the matter of the week of ``day``: Sunday, or the last of the days
        off that follow it, for what is due on them is done before.
        """
        next_monday = day + timedelta(days=7 - day.weekday())
        return self.on_or_after(next_monday) - _DAY


@lru_cache(maxsize=50)
def _holidays(year: int) -> frozenset[date]:
    # Whoever needs no calendar, as most commands, does not wait for it.
    import holidays

    return frozenset(holidays.country_holidays("KZ", years=year))

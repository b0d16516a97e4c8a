"""Chance that falls the same way every time."""

from bisect import bisect
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Value = TypeVar("Value")

# The made-up world stands still on this day: so that it is the same whenever it is made.
TODAY = date(2026, 11, 23)
FIRST_DAY = date(2019, 1, 7)


class Shares(Generic[Value]):
    """Values and how often each comes up, in parts of their sum."""

    def __init__(self, parts: Mapping[Value, int]) -> None:
        self.values = tuple(parts)
        self._bounds = tuple(accumulate(parts.values()))

    def draw(self, chance: "Chance") -> Value:
        """One of the values."""
        return self.values[bisect(self._bounds, chance.random() * self._bounds[-1])]


class Chance(Random):
    """The same key gives the same course of draws."""

    def __init__(self, key: str) -> None:
        super().__init__(f"seriktes {key}")

    def maybe(self, percent: float) -> bool:
        """Whether something happens that does in so many cases of a hundred."""
        return self.random() * 100 < percent

    def day(self, first: date, last: date) -> date:
        """A day from ``first`` to ``last``, ``first`` if they are the wrong way round."""
        return first + timedelta(days=int(self.random() * (max((last - first).days, 0) + 1)))

    def recent_day(self) -> date:
        """A day of the past years: the later ones come up more often, as records become more."""
        span = (TODAY - FIRST_DAY).days
        return FIRST_DAY + timedelta(days=int(span * self.random() ** 0.6))

    def hour_of(self, day: date) -> datetime:
        """An instant of ``day`` in working hours, in UTC."""
        minutes = int(self.random() * 540)
        return datetime(day.year, day.month, day.day, 4, tzinfo=UTC) + timedelta(minutes=minutes)

"""Filters of a list: how a value in the address becomes a condition, and how it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, and_, select
from werkzeug.datastructures import MultiDict

from crm.core.database import db, id_of
from crm.core.dates import short_date
from crm.core.language import fold, normalise
from crm.core.money import plain_number
from crm.core.numbers import read_number

Args = MultiDict[str, str]
Choices = Sequence[tuple[Any, Any]]


class BadQueryError(ValueError):
    """A filter, sort or page in the address that means nothing: answered with 400."""


class Filter(Protocol):
    """What the bar and the address know of a filter."""

    @property
    def name(self) -> str: ...
    @property
    def label(self) -> LazyString: ...
    @property
    def kind(self) -> str: ...
    @property
    def parameters(self) -> tuple[str, ...]: ...

    def clause(self, args: Args) -> ColumnElement[bool] | None: ...

    def described(self, args: Args) -> str | None: ...


@dataclass(frozen=True)
class ChoiceFilter:
    """One value out of a list; ``choices`` is asked once per page."""

    name: str
    label: LazyString
    choices: Callable[[], Choices]
    condition: Callable[[str], ColumnElement[bool]]
    kind = "choice"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return (self.name,)

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when the filter is not set; raises BadQueryError."""
        value = args.get(self.name, "")
        if not value:
            return None
        if value not in {str(key) for key, _text in self.choices()}:
            raise BadQueryError(self.name)
        return self.condition(value)

    def described(self, args: Args) -> str | None:
        """The chosen value in words, None when the filter is not set."""
        chosen = args.get(self.name, "")
        for key, text in self.choices() if chosen else ():
            if str(key) == chosen:
                return str(text)
        return None


@dataclass(frozen=True)
class DateRangeFilter:
    """Days from ``<name>_from`` to ``<name>_to``, both included, either open.

    What lasts from ``column`` to ``until`` is found by any of its days.
    """

    name: str
    label: LazyString
    column: Any
    until: Any = None
    kind = "date_range"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return (f"{self.name}_from", f"{self.name}_to")

    def bounds(self, args: Args) -> tuple[date | None, date | None]:
        """First and last day; raises BadQueryError for what is no date."""
        first, last = (self._day(args.get(parameter, "")) for parameter in self.parameters)
        return first, last

    @staticmethod
    def _day(text: str) -> date | None:
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise BadQueryError(text) from error
        if day.isoformat() != text:  # 20260101 and 2026-W01-1 are ISO, too
            raise BadQueryError(text)
        return day

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when neither bound is set; raises BadQueryError."""
        first, last = self.bounds(args)
        conditions = []
        if first is not None:
            conditions.append((self.column if self.until is None else self.until) >= first)
        if last is not None:
            conditions.append(self.column <= last)
        return and_(*conditions) if conditions else None

    def described(self, args: Args) -> str | None:
        """The span in words, None when neither bound is set."""
        first, last = self.bounds(args)
        if first is None and last is None:
            return None
        return f"{short_date(first) or '…'} – {short_date(last) or '…'}"


@dataclass(frozen=True)
class NumberRangeFilter:
    """Numbers from ``<name>_from`` to ``<name>_to``, both included, either open."""

    name: str
    label: LazyString
    condition: Callable[[Decimal | None, Decimal | None], ColumnElement[bool]]
    kind = "number_range"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return (f"{self.name}_from", f"{self.name}_to")

    def bounds(self, args: Args) -> tuple[Decimal | None, Decimal | None]:
        """The least and the greatest; raises BadQueryError for what is no number."""
        try:
            least, most = (read_number(args.get(name, "")) for name in self.parameters)
        except ValueError as error:
            raise BadQueryError(self.name) from error
        return least, most

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when neither bound is set; raises BadQueryError."""
        least, most = self.bounds(args)
        return None if least is None and most is None else self.condition(least, most)

    def described(self, args: Args) -> str | None:
        """The range in words, None when neither bound is set."""
        bounds = self.bounds(args)
        if bounds == (None, None):
            return None
        return " – ".join("…" if one is None else plain_number(one) for one in bounds)


@dataclass(frozen=True)
class FlagFilter:
    """A condition that is on (``<name>=1``) or off."""

    name: str
    label: LazyString
    condition: Callable[[], ColumnElement[bool]]
    kind = "flag"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return (self.name,)

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when the flag is off; raises BadQueryError."""
        value = args.get(self.name, "")
        if value not in ("", "1"):
            raise BadQueryError(self.name)
        return self.condition() if value else None

    def described(self, args: Args) -> str | None:
        """«Yes» when on."""
        return _("yes") if args.get(self.name) else None


@dataclass(frozen=True)
class RecordFilter:
    """What belongs to one other record, by its id: links set it, the bar shows it when set."""

    name: str
    label: LazyString
    condition: Callable[[int], ColumnElement[bool]]
    title: Callable[[int], str | None]
    kind = "record"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return (self.name,)

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when the filter is not set; raises BadQueryError."""
        value = args.get(self.name, "")
        if not value:
            return None
        record_id = id_of(value)
        if record_id is None:
            raise BadQueryError(self.name)
        return self.condition(record_id)

    def described(self, args: Args) -> str | None:
        """The title of the record, its number when there is none, None when not set."""
        value = args.get(self.name, "")
        return (self.title(int(value)) or f"№ {value}") if value else None


def title_of(model: Any) -> Callable[[int], str | None]:
    """What reads the title of a record of ``model``; None for one the reader does not see."""
    return lambda record_id: db.session.scalar(select(model.title).where(model.id == record_id))


def seen(model: Any, record_id: int) -> Select[int]:
    """The id itself, unless the reader is kept from that record of ``model``."""
    return select(model.id).where(model.id == record_id)


def term_choices(terms: Any) -> Callable[[], Choices]:
    """Choices of a filter by the members of an enumeration of ``core.words``."""
    return lambda: list(terms.choices())


def words_clause(column: Any, text: str) -> ColumnElement[bool] | None:
    """Records whose folded search text holds every word of ``text``; None for no word."""
    conditions = [column.contains(word, autoescape=True) for word in fold(normalise(text)).split()]
    return and_(*conditions) if conditions else None

"""Filters of a list: how a value in the address becomes a condition, and how it is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, and_, false, select
from werkzeug.datastructures import MultiDict

from crm.core.database import db, id_of
from crm.core.search_tokens import holds
from crm.core.tokens import asked

EMPTY = "none"  # the value that asks for records without one
NOT_STATED = _l("not stated")
LONGEST_SEARCH = 200  # more than anybody would look for; the databases bound a pattern
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
    """One value out of a list; ``choices`` is asked more than once per page.

    ``empty`` finds the records that have none (``<name>=none``), None where each has one.
    """

    name: str
    label: LazyString
    choices: Callable[[], Choices]
    condition: Callable[[str], ColumnElement[bool]]
    empty: Callable[[], ColumnElement[bool]] | None = None
    kind = "choice"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return (self.name,)

    @property
    def offered(self) -> Choices:
        """The values of ``name`` with their words."""
        choices = self.choices()
        return choices if self.empty is None else [*choices, (EMPTY, NOT_STATED)]

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when the filter is not set; raises BadQueryError."""
        value = args.get(self.name, "")
        if not value:
            return None
        if value == EMPTY and self.empty is not None:
            return self.empty()
        if value not in {str(key) for key, _text in self.choices()}:
            raise BadQueryError(self.name)
        return self.condition(value)

    def described(self, args: Args) -> str | None:
        """The chosen value in words, None when the filter is not set."""
        chosen = args.get(self.name, "")
        for key, text in self.offered if chosen else ():
            if str(key) == chosen:
                return str(text)
        return None


@dataclass(frozen=True)
class TextFilter:
    """Typed words: ``condition`` makes of them what a record fits when it holds each of them, and
    None of no word.

    One that ``asks`` the database to make its condition makes it anew for every page.
    """

    name: str
    label: LazyString
    condition: Callable[[str], ColumnElement[bool] | None]
    asks: bool = False
    kind = "text"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return (self.name,)

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when the filter is not set; raises BadQueryError."""
        text = args.get(self.name, "")
        if len(text) > LONGEST_SEARCH:
            raise BadQueryError(self.name)
        return self.condition(text) if text.strip() else None

    def described(self, args: Args) -> str | None:
        """What was typed, None when the filter is not set."""
        return args.get(self.name, "").strip() or None


@dataclass(frozen=True)
class FlagFilter:
    """A condition that is on (``<name>=1``) or off.

    One that is not ``is_offered`` only keeps an address good that another filter has taken over.
    """

    name: str
    label: LazyString
    condition: Callable[[], ColumnElement[bool]]
    is_offered: bool = True
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
    """What belongs to one other record, by its id: links set it, the bar shows it when set.

    ``empty`` finds what belongs to none (``<name>=none``): the bar offers that; None where each
    belongs to one.
    """

    name: str
    label: LazyString
    condition: Callable[[int], ColumnElement[bool]]
    title: Callable[[int], str | None]
    empty: Callable[[], ColumnElement[bool]] | None = None
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
        if value == EMPTY and self.empty is not None:
            return self.empty()
        record_id = id_of(value)
        if record_id is None:
            raise BadQueryError(self.name)
        return self.condition(record_id)

    def described(self, args: Args) -> str | None:
        """The title of the record, its number when there is none, None when not set."""
        value = args.get(self.name, "")
        if value == EMPTY:
            return str(NOT_STATED)
        return (self.title(int(value)) or f"№ {value}") if value else None

    @property
    def offered(self) -> Choices:
        """The values of ``name`` the bar offers, with their words."""
        return [] if self.empty is None else [(EMPTY, NOT_STATED)]


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
    """Records whose tokens, the text in ``column``, satisfy every word of ``text``; None for an
    empty one. Signs alone find nothing.
    """
    conditions = [holds(column, word) for word in asked(text)]
    if not conditions:
        return false() if text.strip() else None
    return and_(*conditions)

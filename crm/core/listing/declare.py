"""What a list of one record kind is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import Select

from crm.core.database import Archivable
from crm.core.language import LANGUAGE_NAMES, LANGUAGES
from crm.core.listing.filters import Filter, FlagFilter

ARCHIVED = "archived"  # the filter every archivable list has


@dataclass(frozen=True)
class Column:
    """A column of the file: its stable key, its heading, and its value from a record.

    A value is a text, number, date, time, flag or Term; None is an empty cell.
    """

    name: str
    label: Any
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class ScreenColumn:
    """A column of the page; ``sort`` names a sort of the listing."""

    label: LazyString | str
    sort: str | None = None
    css: str | None = None


@dataclass(frozen=True)
class QuickFilter:
    """A ready-made filter above the list: its words and what it sets in the address."""

    label: LazyString
    args: Callable[[Any], Mapping[str, str]]  # of the reader


@dataclass(frozen=True)
class Listing:
    """The one declaration of a list: page, CSV and Excel file show the same rows in one order.

    ``base`` gives the records its reader may see, everything a row shows loaded. Archived ones
    are among them: the list leaves them out, or shows nothing else when it is asked for them.
    ``sorts`` maps a name in the address to the expressions it orders by; empty values come last
    both ways. The key ends every order, so that pages never overlap.
    """

    name: str  # the list's address without slashes: "follow-ups"
    title: LazyString
    base: Callable[[], Select[Any]]
    key: Any
    columns: Sequence[Column]
    screen: Sequence[ScreenColumn]
    filters: Sequence[Filter]
    sorts: Mapping[str, Sequence[Any] | Callable[[], Sequence[Any]]]
    default_sort: str
    search: Any = None
    quick: Sequence[QuickFilter] = field(default_factory=tuple)
    path: str | None = None

    @property
    def is_archivable(self) -> bool:
        """Whether the records of the list can be archived."""
        return issubclass(self.key.class_, Archivable)

    @property
    def every_filter(self) -> list[Filter]:
        """The filters of the list, and the one for its archive."""
        archived_at = getattr(self.key.class_, "archived_at", None)
        if not self.is_archivable or archived_at is None:
            return [*self.filters]
        archive = FlagFilter(ARCHIVED, _l("Archived"), lambda: archived_at.is_not(None))
        return [*self.filters, archive]

    @property
    def of_archive(self) -> "Listing":
        """The same list, whose file also says when and why its records were archived."""
        more = [
            Column("archived_at", _l("Archived at"), lambda one: one.archived_at),
            Column("archive_reason", _l("Reason for archiving"), lambda one: one.archive_reason),
        ]
        return replace(self, columns=[*self.columns, *more])

    @property
    def parameters(self) -> frozenset[str]:
        """Every name the list reads from the address."""
        own = {name for one in self.every_filter for name in one.parameters}
        searched = set() if self.search is None else {"q"}
        return frozenset(own | searched | {"sort", "page", "headers", "dialect"})


def ml_columns(name: str, label: Any, holder: Callable[[Any], Any]) -> list[Column]:
    """The three columns of a multilingual attribute of ``holder(record)``."""

    def reader(attribute: str) -> Callable[[Any], Any]:
        return lambda record: getattr(holder(record), attribute, None)

    return [
        Column(f"{name}_{code}", _Heading(label, code), reader(f"{name}_{code}"))
        for code in LANGUAGES
    ]


def plain(name: str, label: Any) -> Column:
    """The column of the attribute called ``name``."""
    return Column(name, label, attrgetter(name))


def relation_columns(
    name: str,
    label: Any,
    identity: Callable[[Any], Any],
    text: Callable[[Any], Any],
    key: str | None = None,
) -> list[Column]:
    """The two columns of a relation: its id (``<name>_id`` or ``key``), and its name for people."""
    return [Column(key or f"{name}_id", _Heading(label, "№"), identity), Column(name, label, text)]


def sight_columns() -> list[Column]:
    """Whether a record is restricted, and its team, which must be loaded."""
    team = relation_columns(
        "team",
        _l("Team"),
        lambda record: [one.id for one in record.team],
        lambda record: [one.name for one in record.team],
        key="team_ids",
    )
    return [plain("restricted", _l("Restricted")), *team]


@dataclass(frozen=True)
class _Heading:
    """A heading that is a label with an addition: «Name (Қазақша)»."""

    label: Any
    addition: str

    def __str__(self) -> str:
        return f"{self.label} ({LANGUAGE_NAMES.get(self.addition, self.addition)})"


KEY_LABEL = _l("No. in the system")

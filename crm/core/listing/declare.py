"""What a list of one record kind is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, and_

from crm.core.database import Archivable, Mergeable
from crm.core.listing.columns import Column
from crm.core.listing.filters import Args, Filter, FlagFilter

ARCHIVED = "archived"  # the filter every archivable list has


@dataclass(frozen=True)
class ScreenColumn:
    """A column of the page, drawn by the macro ``name`` of the list's cells.

    ``sort`` names a sort of the listing; ``files`` the columns of the file that say the same.
    The column that leads to the record is ``fixed``: nobody takes it away. ``facts`` are values
    fetched with the rows for the macro to draw, beside what ``base`` loads: fewer statements, and
    cheaper than records.
    """

    name: str
    label: LazyString | str
    sort: str | None = None
    css: str | None = None
    files: tuple[str, ...] = ()
    fixed: bool = False
    facts: tuple[Column, ...] = ()


@dataclass(frozen=True)
class ColumnSet:
    """Columns of the file under a name: what a report asks for, in its order."""

    name: str
    label: LazyString
    columns: tuple[str, ...]


@dataclass(frozen=True)
class QuickFilter:
    """A ready-made filter above the list: its words and what it sets in the address, nothing for a
    reader it is not for.
    """

    label: LazyString
    args: Callable[[Any], Mapping[str, str]]  # of the reader


@dataclass(frozen=True)
class Listing:
    """The one declaration of a list: page, CSV and Excel file show the same rows in one order.

    ``base`` gives the records its reader may see, everything a row of the page shows loaded.
    Archived ones are among them: the list leaves them out, or shows nothing else when it is asked
    for them. ``sorts`` maps a name in the address to the expressions it orders by; empty values
    come last both ways. The key ends every order, so that pages never overlap.
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
    sets: Sequence[ColumnSet] = field(default_factory=tuple)
    path: str | None = None
    are_choices_kept: bool = True  # they change with the stamp of what is offered, or never
    has_archive: bool = True  # where its records can be archived

    @property
    def address(self) -> str:
        """Where its page stands."""
        return self.path or f"/{self.name}/"

    @property
    def is_archivable(self) -> bool:
        """Whether the records of the list can be archived."""
        return self.has_archive and issubclass(self.key.class_, Archivable)

    @property
    def every_filter(self) -> list[Filter]:
        """The filters of the list, and the one for its archive."""
        if not self.is_archivable:
            return [*self.filters]
        archive = FlagFilter(ARCHIVED, lazy_pgettext("filter", "Archived"), self._is_archived)
        return [*self.filters, archive]

    def _is_archived(self) -> ColumnElement[bool]:
        """Whether a record can be brought back: one that was merged comes back another way."""
        record = self.key.class_
        is_archived: ColumnElement[bool] = record.archived_at.is_not(None)
        if not issubclass(record, Mergeable):
            return is_archived
        return and_(is_archived, record.merged_into_id.is_(None))

    def filters_set(self, args: Args) -> list[Filter]:
        """The filters that ``args`` set."""
        return [one for one in self.every_filter if any(args.get(name) for name in one.parameters)]

    @property
    def of_archive(self) -> "Listing":
        """The same list, whose file also says when and why its records were archived."""
        record = self.key.class_
        more = [
            Column("archived_at", _l("Archived at"), record.archived_at),
            Column("archive_reason", _l("Reason for archiving"), record.archive_reason),
        ]
        return replace(self, columns=[*self.columns, *more])

    @property
    def parameters(self) -> frozenset[str]:
        """Every name the list reads from the address."""
        own = {name for one in self.every_filter for name in one.parameters}
        searched = set() if self.search is None else {"q"}
        return frozenset(own | searched | PRESENTATION)

    def column(self, name: str) -> Column | None:
        """The column of the file called ``name``."""
        return next((one for one in self.columns if one.name == name), None)

    def set_called(self, name: str) -> ColumnSet | None:
        """The set of columns called ``name``."""
        return next((one for one in self.sets if one.name == name), None)


# What an address says of how the rows are shown, not of which: nothing of it narrows the list.
PAGING = frozenset({"page", "per_page", "after", "before", "count"})
FILE = frozenset({"headers", "dialect", "set"})
PRESENTATION = PAGING | FILE | {"sort", "columns"}
KEY_LABEL = _l("No. in the system")

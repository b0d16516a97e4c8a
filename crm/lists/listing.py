"""The ledger of files that were taken, as a list."""

from urllib.parse import parse_qsl

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import User
from crm.accounts.queries import everybody
from crm.core import records
from crm.core.listing.columns import Column, plain, relation_columns
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import (
    Args,
    BadQueryError,
    ChoiceFilter,
    Choices,
    Filter,
    FlagFilter,
    RecordFilter,
)
from crm.core.listing.ranges import PAST, MomentRangeFilter
from crm.lists.models import FileTaken

CHOICE = "choice"  # stands in a query for records that were chosen one by one
_NOBODY = "none"
_user = aliased(User)


def _every_file() -> Select[FileTaken]:
    return select(FileTaken).options(joinedload(FileTaken.user))


def _lists() -> Choices:
    found = ((name, str(title)) for name, title in records.titles().items())
    return sorted(found, key=lambda one: one[1])


def _people() -> Choices:
    return [(_NOBODY, _l("nobody: a command")), *everybody()]


def _taken_by(user: str) -> ColumnElement[bool]:
    if user == _NOBODY:
        return FileTaken.user_id.is_(None)
    return FileTaken.user_id == int(user)


def told_filters(entry: FileTaken) -> list[tuple[str, str]]:
    """What the file was narrowed by, in words: label and value of each filter of its address."""
    listing = records.listing_at(entry.listing)
    given = Args([(name, value) for name, value in parse_qsl(entry.query) if name != "sort"])
    told = []
    for one in () if listing is None else listing.filters_set(given):
        told.append((str(one.label), _in_words(one, given)))
        for name in one.parameters:
            given.pop(name, None)
    names = {"q": str(_l("Search")), CHOICE: str(_l("Chosen records"))}
    return told + [(names.get(name, name), value) for name, value in given.items()]


def _in_words(one: Filter, given: Args) -> str:
    typed = ", ".join(given[name] for name in one.parameters if given.get(name))
    if isinstance(one, RecordFilter):
        return typed  # its title would be a statement for each line of the ledger
    try:
        return one.described(given) or typed
    except BadQueryError:  # the filter has changed since
        return typed


def url_of(entry: FileTaken) -> str | None:
    """The list as the file was narrowed; None for records that were chosen one by one."""
    listing = records.listing_at(entry.listing)
    if listing is None or entry.query.startswith(f"{CHOICE}="):
        return None
    return f"{listing.address}?{entry.query}" if entry.query else listing.address


FILES = Listing(
    name="admin/files",
    title=_l("Files taken"),
    base=_every_file,
    key=FileTaken.id,
    columns=[
        plain(FileTaken.id, KEY_LABEL),
        plain(FileTaken.begun_at, _l("Date and time")),
        *relation_columns(
            "user",
            _l("Who"),
            FileTaken.user_id,
            _user.name,
            joins=(FileTaken.user.of_type(_user),),
        ),
        plain(FileTaken.listing, _l("List")),
        plain(FileTaken.query, _l("Filters")),
        plain(FileTaken.columns, _l("Columns")),
        plain(FileTaken.format, _l("Format")),
        Column("row_count", _l("Rows"), FileTaken.row_count),
    ],
    screen=[
        ScreenColumn("moment", _l("Date and time"), "begun_at", "w-date", ("begun_at",), True),
        ScreenColumn("who", _l("Who"), None, "w-fifth", ("user",)),
        ScreenColumn("what", _l("List and filters"), "listing", None, ("listing", "query")),
        ScreenColumn("shape", _l("Columns"), None, "w-fifth", ("columns", "format")),
        ScreenColumn("rows", _l("Rows"), "row_count", "w-date", ("row_count",)),
    ],
    filters=[
        ChoiceFilter("list", _l("List"), _lists, lambda name: FileTaken.listing == name),
        ChoiceFilter("person", _l("Who"), _people, _taken_by),
        MomentRangeFilter("begun", _l("Date"), FileTaken.begun_at, periods=PAST),
        FlagFilter("broken", _l("Broken off"), lambda: FileTaken.row_count.is_(None)),
    ],
    sorts={
        "begun_at": [FileTaken.begun_at],
        "listing": [FileTaken.listing],
        "row_count": [FileTaken.row_count],
    },
    default_sort="-begun_at",
)

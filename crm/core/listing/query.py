"""From an address to the rows: filters, order and page of a listing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func

from crm.core.database import db
from crm.core.listing.declare import ARCHIVED, Listing
from crm.core.listing.filters import Args, BadQueryError, words_clause

PAGE_SIZE = 50
_LONGEST_SEARCH = 200  # more than anybody would look for; the databases bound a pattern
LAST_PAGE = 10_000


def filtered(listing: Listing, args: Args) -> Select[Any]:
    """Every record of ``listing`` the session's reader may see and ``args`` ask for, in order.

    Raises BadQueryError for values that mean nothing. Parameters unknown to the list do too: a
    misspelt filter must not pass for the whole list.
    """
    unknown = set(args) - listing.parameters
    if unknown or any("\x00" in value for value in args.values()):
        raise BadQueryError(", ".join(sorted(unknown)))
    statement = listing.base()
    if listing.is_archivable and not args.get(ARCHIVED):
        statement = statement.where(listing.key.class_.archived_at.is_(None))
    for one in listing.every_filter:
        clause = one.clause(args)
        if clause is not None:
            statement = statement.where(clause)
    if listing.search is not None:
        if len(args.get("q", "")) > _LONGEST_SEARCH:
            raise BadQueryError("q")
        clause = words_clause(listing.search, args.get("q", ""))
        if clause is not None:
            statement = statement.where(clause)
    return statement.order_by(None).order_by(*order(listing, args))


def keys_of(listing: Listing, args: Args) -> Select[Any]:
    """The keys of what ``filtered`` finds, in no order: to count and to add up all of it."""
    statement = filtered(listing, args).order_by(None)
    return statement.with_only_columns(listing.key, maintain_column_froms=True)


def order(listing: Listing, args: Args) -> list[Any]:
    """The ORDER BY of the asked sort, the key last; raises BadQueryError for an unknown one."""
    name, is_down = sort_of(listing, args)
    expressions = listing.sorts[name]
    columns: Sequence[Any] = expressions() if callable(expressions) else expressions
    directed = [column.desc() if is_down else column.asc() for column in columns]
    key = listing.key.desc() if is_down else listing.key.asc()
    return [*(column.nulls_last() for column in directed), key]


def sort_of(listing: Listing, args: Args) -> tuple[str, bool]:
    """The name of the sort and whether it goes down; raises BadQueryError."""
    asked = args.get("sort", "") or listing.default_sort
    name = asked.removeprefix("-")
    if name not in listing.sorts:
        raise BadQueryError(asked)
    return name, asked.startswith("-")


def page_number(args: Args) -> int:
    """The asked page, from 1; raises BadQueryError for what is no number."""
    text = args.get("page", "") or "1"
    if not (text.isascii() and text.isdecimal()) or not int(text[:9]) >= 1:
        raise BadQueryError("page")
    return int(text[:9])


def count(statement: Select[Any]) -> int:
    """How many records ``statement`` finds, exactly."""
    plain = (
        statement.order_by(None)
        .options()
        .with_only_columns(func.count(), maintain_column_froms=True)
    )
    return db.session.scalar(plain) or 0


def rows(statement: Select[Any], page: int, key: Any) -> list[Any]:
    """The records of ``page`` (from 1); ``key`` is what tells them apart."""
    # Only keys are sorted and skipped: whole rows with all they join make deep pages slow. By
    # themselves, for inside the other statement PostgreSQL joins every row before it looks.
    keys = statement.with_only_columns(key, maintain_column_froms=True)
    window = db.session.scalars(keys.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)).all()
    return list(db.session.scalars(statement.where(key.in_(window))).unique())

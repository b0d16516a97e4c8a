"""From an address to the rows: filters and order of a listing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, literal_column, select

from crm.core.database import db
from crm.core.listing.columns import with_columns
from crm.core.listing.declare import ARCHIVED, Listing
from crm.core.listing.filters import LONGEST_SEARCH, Args, BadQueryError, words_clause

COUNTED = 10_000  # a list of more is counted on request only


def filtered(listing: Listing, args: Args) -> Select[Any]:
    """Every record of ``listing`` the session's reader may see and ``args`` ask for, in order.

    Raises BadQueryError for values that mean nothing. Parameters unknown to the list do too: a
    misspelt filter must not pass for the whole list.
    """
    statement = narrowed(listing, args)
    sort = order(listing, args)
    return statement.order_by(None).order_by(*(sort.directed(one).nulls_last() for one in sort))


def narrowed(listing: Listing, args: Args) -> Select[Any]:
    """The same in no order of its own."""
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
        if len(args.get("q", "")) > LONGEST_SEARCH:
            raise BadQueryError("q")
        clause = words_clause(listing.search, args.get("q", ""))
        if clause is not None:
            statement = statement.where(clause)
    return statement


def rows_of(listing: Listing, args: Args) -> list[dict[str, Any]]:
    """All that ``filtered`` finds, as values of the columns of the file by name: for a report whose
    page is drawn out of the same declaration.
    """
    keys = filtered(listing, args).with_only_columns(listing.key, maintain_column_froms=True)
    statement, readers = with_columns(keys, listing.columns, start=1)
    named = [(one.name, read) for one, read in zip(listing.columns, readers, strict=True)]
    return [{name: read(row) for name, read in named} for row in db.session.execute(statement)]


def keys_of(listing: Listing, args: Args) -> Select[Any]:
    """The keys of what ``filtered`` finds, in no order: to count and to add up all of it."""
    statement = narrowed(listing, args).order_by(None)
    return statement.with_only_columns(listing.key, maintain_column_froms=True)


class Order(Sequence[Any]):
    """What a list is ordered by: the expressions of the sort, the key last, all one way."""

    def __init__(self, expressions: Sequence[Any], is_down: bool) -> None:
        self.expressions, self.is_down = tuple(expressions), is_down

    def __getitem__(self, place: Any) -> Any:
        return self.expressions[place]

    def __len__(self) -> int:
        return len(self.expressions)

    def directed(self, expression: Any) -> Any:
        """``expression`` up or down, as the order goes."""
        return expression.desc() if self.is_down else expression.asc()

    @property
    def turned(self) -> "Order":
        """The same backwards, but for empty values."""
        return Order(self.expressions, not self.is_down)


def order(listing: Listing, args: Args) -> Order:
    """The asked order; raises BadQueryError for an unknown sort."""
    name, is_down = sort_of(listing, args)
    expressions = listing.sorts[name]
    columns: Sequence[Any] = expressions() if callable(expressions) else expressions
    return Order([*columns, listing.key], is_down)


def sort_of(listing: Listing, args: Args) -> tuple[str, bool]:
    """The name of the sort and whether it goes down; raises BadQueryError."""
    asked = args.get("sort", "") or listing.default_sort
    name = asked.removeprefix("-")
    if name not in listing.sorts:
        raise BadQueryError(asked)
    return name, asked.startswith("-")


def count(statement: Select[Any], bound: int | None = None) -> int:
    """How many records ``statement`` finds: exactly, or no more than one above ``bound``.

    It counts rows: a ``distinct()`` statement comes as a subquery.
    """
    return db.session.scalar(counted(statement, bound)) or 0


def counted(statement: Select[Any], bound: int | None = None) -> Select[Any]:
    """The statement that says so."""
    plain = statement.order_by(None).options()
    if bound is None:
        return plain.with_only_columns(func.count(), maintain_column_froms=True)
    one: Select[Any] = plain.with_only_columns(literal_column("1"), maintain_column_froms=True)
    return select(func.count()).select_from(one.limit(bound + 1).subquery())

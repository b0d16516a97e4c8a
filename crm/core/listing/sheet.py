"""What a file of a list holds: which columns and rows, and how they are fetched."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select

from crm.core.database import db
from crm.core.listing.columns import Column, with_columns
from crm.core.listing.declare import ARCHIVED, Listing
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.query import filtered, order
from crm.core.listing.values import Fetched, fetched
from crm.core.listing.window import edge_values

_PORTION = 500  # rows: what is fetched and written at once, and how long others wait for a turn
Portion = list[Sequence[Any]]  # of each column the values of as many rows
Told = Callable[[int], object]  # how many rows were written since it was called before


@dataclass(frozen=True)
class Sheet:
    """What a file holds: the rows of ``args`` and the columns asked for there, in their order.

    ``with_keys``: headings and values for machines, else in the reader's language.
    """

    listing: Listing
    columns: Sequence[Column]
    statement: Select[Any]
    with_keys: bool

    @property
    def heading(self) -> list[str]:
        """The first row: stable keys, or the columns' names in the reader's language."""
        return [one.name if self.with_keys else str(one.label) for one in self.columns]

    @cached_property
    def fetched(self) -> list[Fetched]:
        """The columns as they are fetched."""
        return [fetched(one) for one in self.columns]

    def portions(self) -> Iterator[Portion]:
        """The fetched values of some rows after the other, column by column."""
        statement = self.statement.with_only_columns(
            self.listing.key.label("key"), maintain_column_froms=True
        )
        statement, readers = with_columns(statement, [one.column for one in self.fetched], start=1)
        statement = statement.execution_options(yield_per=_PORTION)
        _expect_all_rows()
        with closing(db.session.execute(statement)) as result:
            for rows in result.partitions():
                yield [list(map(read, rows)) for read in readers]


def _expect_all_rows() -> None:
    """Let PostgreSQL plan for the whole file: for what is fetched in portions it looks for the
    quickest first tenth, however long the rest takes.
    """
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL cursor_tuple_fraction = 1")


def sheet_of(listing: Listing, args: Args) -> Sheet:
    """The file that ``args`` ask for; raises BadQueryError.

    ``columns`` names columns in their order, ``set`` a set of them; without both it has all.
    """
    headers = args.get("headers", "")
    if headers not in ("", "keys"):
        raise BadQueryError("headers")
    for edge in ("after", "before"):  # the file has every page, but no rubbish is passed over
        edge_values(order(listing, args), args.get(edge, ""))
    statement = filtered(listing, args)
    whole = listing.of_archive if args.get(ARCHIVED) else listing
    return Sheet(listing, _columns(whole, args), statement, bool(headers))


def _columns(listing: Listing, args: Args) -> Sequence[Column]:
    names: Sequence[str] = [name for name in args.get("columns", "").split(",") if name]
    if args.get("set"):
        asked = listing.set_called(args["set"])
        if asked is None or names:
            raise BadQueryError("set")
        names = asked.columns
    by_name = {one.name: one for one in listing.columns}
    if not by_name.keys() >= set(names):
        raise BadQueryError("columns")
    return [by_name[name] for name in dict.fromkeys(names)] or listing.columns

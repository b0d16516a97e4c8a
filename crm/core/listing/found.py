"""The rows of a page of a list, fetched by one statement that is built once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from crm.core import clock
from crm.core.choices import present_stamp
from crm.core.database import db
from crm.core.kept import Kept
from crm.core.language import reader_language
from crm.core.listing.cells import shown_value
from crm.core.listing.columns import Column, Reader, with_columns
from crm.core.listing.declare import PRESENTATION, Listing, ScreenColumn
from crm.core.listing.filters import Args, TextFilter
from crm.core.listing.query import counted, narrowed, order
from crm.core.listing.window import Window, cut, edge_of


@dataclass(frozen=True)
class Found:
    """Rows of a window: records, texts of undrawn columns and facts of drawn ones by record and
    column, the edges for the neighbours, and how many records there are in all, no more than one
    above the bound.
    """

    records: list[Any]
    texts: dict[Any, dict[str, Any]]
    facts: dict[Any, dict[str, Any]]
    edges: list[str]
    is_more: bool  # beyond the window, in the direction it was read
    total: int


@dataclass(frozen=True)
class _Built:
    """A statement and what reads its rows: record, what it is ordered by, key, values, total."""

    statement: Select[Any]
    key_place: int
    texts: list[tuple[str, Reader]]
    facts: list[tuple[str, Reader]]

    def read(self, rows: Sequence[Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """Texts and facts by key and name."""
        key = self.key_place
        texts = {row[key]: {n: shown_value(read(row)) for n, read in self.texts} for row in rows}
        facts = {row[key]: {n: read(row) for n, read in self.facts} for row in rows}
        return texts, facts


_KEPT: Kept[_Built] = Kept(300)  # some 100 kB each


def found_rows(
    listing: Listing, args: Args, window: Window, shown: Sequence[Any], bound: int | None
) -> Found:
    """The rows of ``window`` with the columns ``shown``; raises BadQueryError.

    The statement is kept as long as what is offered to choose: building it, and asking what it is
    called among those SQLAlchemy has compiled, takes longer than running it.
    """
    asked = tuple(sorted((k, v) for k, v in args.items() if k not in PRESENTATION or k == "sort"))
    names = tuple(one.name for one in shown)
    stamp, when = present_stamp(), (reader_language(), clock.today())
    key = (listing.name, listing.path, asked, names, window, bound, stamp, when)

    def build() -> _Built:
        return _built(listing, args, window, shown, bound)

    asks = any(isinstance(one, TextFilter) and one.asks for one in listing.filters_set(args))
    built = build() if stamp is None or asks else _KEPT.get(key, build)
    rows = list(db.session.execute(built.statement).unique())
    is_more = len(rows) > window.size
    rows = rows[-window.size :] if window.is_backwards else rows[: window.size]
    ends = slice(1, built.key_place + 1)
    texts, facts = built.read(rows)
    edges = [edge_of(row[ends]) for row in (rows[:1] + rows[-1:])]
    total = rows[0][-1] if rows else 0
    return Found([row[0] for row in rows], texts, facts, edges, is_more, total)


def _built(
    listing: Listing, args: Args, window: Window, shown: Sequence[Any], bound: int | None
) -> _Built:
    statement, sort = narrowed(listing, args), order(listing, args)
    keys = cut(statement, sort, window).subquery()
    told = [keys.c[f"s{place}"] for place in range(len(sort) - 1)]
    whole = listing.base().order_by(None).join(keys, listing.key == keys.c.key)
    whole = whole.add_columns(*told, keys.c.key)
    written = [one for one in shown if isinstance(one, Column)]
    facts = [fact for one in shown if isinstance(one, ScreenColumn) for fact in one.facts]
    whole, readers = with_columns(whole, [*written, *facts], start=2 + len(told))
    whole = whole.add_columns(counted(statement, bound).scalar_subquery().label("total"))
    whole = whole.order_by(*(sort.directed(one).nulls_last() for one in [*told, keys.c.key]))
    named = [(one.name, read) for one, read in zip([*written, *facts], readers, strict=True)]
    return _Built(whole, 1 + len(told), named[: len(written)], named[len(written) :])

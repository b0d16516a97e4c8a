"""A page of a list as its template wants it: finished values, no query left to run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, request
from flask_babel.speaklater import LazyString

from crm.core.database import db
from crm.core.listing.address import Address
from crm.core.listing.bar import Bar, bar_of
from crm.core.listing.cells import shown_value
from crm.core.listing.columns import Column, Reader, with_columns
from crm.core.listing.declare import Listing, ScreenColumn
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.query import COUNTED, Order, count, narrowed, order, sort_of
from crm.core.listing.window import Window, cut, edge_of

PAGE_SIZES = (25, 50, 100, 200)
PAGE_SIZE = 50
_FARTHEST = 10_000  # rows that numbers of pages lead to; farther on a page follows its edge


@dataclass(frozen=True)
class HeadCell:
    """A heading of the table, a link when the list can be sorted by it.

    ``is_drawn``: the list's cells have a macro of this name; else the value stands as text.
    """

    name: str
    label: LazyString | str
    sort_url: str | None
    direction: str | None  # as aria-sort says it
    css: str | None
    is_drawn: bool


@dataclass(frozen=True)
class Page(Bar):
    """One page of a list.

    ``texts`` holds, by record id and column name, what stands in columns that are not drawn;
    ``facts`` likewise what those that are drawn need beside the record.
    ``total`` is exact up to COUNTED, and one more where there are more (``is_more``).
    ``setting`` is what its reader may set of the list, None where that is nothing.
    """

    title: LazyString
    listing: Listing
    address: Address
    total: int
    is_more: bool
    count_url: str | None
    first: int
    last: int
    size: int
    sizes: list[tuple[int, bool]]
    rows: list[Any]
    texts: dict[Any, dict[str, Any]]
    facts: dict[Any, dict[str, Any]]
    columns: list[HeadCell]
    csv_url: str | None
    xlsx_url: str | None
    page_links: list[tuple[str, str | None, bool]]
    previous_url: str | None
    next_url: str | None
    setting: Any = None

    def key_of(self, record: Any) -> Any:
        """What ``texts`` knows the record by."""
        return getattr(record, self.listing.key.key)

    def facts_of(self, record: Any) -> dict[str, Any]:
        """What the columns shown know of the record, by name."""
        return self.facts[self.key_of(record)]


@dataclass(frozen=True)
class _Found:
    """Rows of a window: records, texts of undrawn columns, facts of drawn ones, and the edges for
    the neighbours.
    """

    records: list[Any]
    texts: dict[Any, dict[str, Any]]
    facts: dict[Any, dict[str, Any]]
    edges: list[str]
    is_more: bool  # beyond the window, in the direction it was read


def open_page(
    listing: Listing, args: Args | None = None, columns: Sequence[str] = (), size: int = PAGE_SIZE
) -> Page:
    """The asked page of ``listing`` for the current user, with the ``columns`` chosen by name and
    ``size`` rows unless the address says otherwise; 400 for an address that means nothing, 404
    for a page beyond the end.
    """
    args = request.args if args is None else args
    try:
        number, size = _number(args), _size(args) or size
        shown = shown_columns(listing, asked_columns(listing, args) or columns)
        statement, sort = narrowed(listing, args), order(listing, args)
        window = _window(args, number, size)
        found = _found(listing, statement, sort, window, shown)
        bound = None if _wants_exact(args) else COUNTED
    except BadQueryError:
        abort(400)
    total = count(statement, bound)
    if not found.records and (number > 1 or window.after or window.before):
        abort(404)
    is_more = bound is not None and total > bound
    address = Address(listing, args)
    first = (number - 1) * size + 1 if total else 0
    following, previous = _neighbours(window, found, number, address)
    return Page(
        **vars(bar_of(listing, args, address)),
        title=listing.title,
        listing=listing,
        address=address,
        total=total,
        is_more=is_more,
        count_url=address.here(count="exact") if is_more else None,
        first=first,
        last=first + len(found.records) - 1 if total else 0,
        size=size,
        sizes=[(one, one == size) for one in PAGE_SIZES],
        rows=found.records,
        texts=found.texts,
        facts=found.facts,
        columns=[_head(listing, one, sort_of(listing, args), address) for one in shown],
        csv_url=address.file("csv") if listing.columns else None,
        xlsx_url=address.file("xlsx") if listing.columns else None,
        page_links=_page_links(number, size, total, address),
        previous_url=previous,
        next_url=following,
    )


def shown_columns(listing: Listing, names: Sequence[str]) -> list[ScreenColumn | Column]:
    """The columns called ``names`` in that order, the fixed ones first and the buttons of a row
    last; without names those of the declaration. A name that means nothing is passed over: the
    declaration may change.
    """
    if not names:
        return [*listing.screen]
    known = _known(listing)
    fixed = [one.name for one in listing.screen if one.fixed and one.name not in names]
    buttons = [one.name for one in listing.screen if not one.label]
    wanted = dict.fromkeys([*fixed, *(one for one in names if one not in buttons), *buttons])
    return [known[name] for name in wanted if name in known]


def _known(listing: Listing) -> dict[str, ScreenColumn | Column]:
    """Every column by its name; one of the page goes before one of the file."""
    known: dict[str, ScreenColumn | Column] = {one.name: one for one in listing.columns}
    return known | {one.name: one for one in listing.screen}


def asked_columns(listing: Listing, args: Args) -> list[str]:
    """The names of the columns that the address chooses; raises BadQueryError for unknown ones."""
    names = [name for name in args.get("columns", "").split(",") if name]
    if not _known(listing).keys() >= set(names):
        raise BadQueryError("columns")
    return names


def _found(
    listing: Listing, statement: Any, sort: Order, window: Window, shown: Sequence[Any]
) -> _Found:
    keys = cut(statement, sort, window).subquery()
    told = [keys.c[f"s{place}"] for place in range(len(sort) - 1)]
    whole = listing.base().order_by(None).join(keys, listing.key == keys.c.key)
    whole = whole.add_columns(*told, keys.c.key)
    written = [one for one in shown if isinstance(one, Column)]
    facts = [fact for one in shown if isinstance(one, ScreenColumn) for fact in one.facts]
    whole, readers = with_columns(whole, [*written, *facts], start=2 + len(told))
    whole = whole.order_by(*(sort.directed(one).nulls_last() for one in [*told, keys.c.key]))
    rows = list(db.session.execute(whole).unique())
    is_more = len(rows) > window.size
    rows = rows[-window.size :] if window.is_backwards else rows[: window.size]
    ends = slice(1, 2 + len(told))
    edges = [edge_of(row[ends]) for row in (rows[:1] + rows[-1:])]
    return _Found(
        [row[0] for row in rows],
        _read(rows, ends.stop - 1, written, readers, shown_value),
        _read(rows, ends.stop - 1, facts, readers[len(written) :]),
        edges,
        is_more,
    )


def _read(
    rows: Sequence[Any],
    key: int,
    columns: Sequence[Column],
    readers: Sequence[Reader],
    shown: Callable[[Any], Any] = lambda value: value,
) -> dict[Any, dict[str, Any]]:
    """By the ``key`` of each row and the name of each column, its value as ``shown``."""
    pairs = list(zip((one.name for one in columns), readers, strict=False))
    return {row[key]: {name: shown(read(row)) for name, read in pairs} for row in rows}


def _window(args: Args, number: int, size: int) -> Window:
    after, before = args.get("after", ""), args.get("before", "")
    if after and before:
        raise BadQueryError("before")
    skipped = 0 if after or before else (number - 1) * size
    return Window(size, skipped, after, before)


def _neighbours(
    window: Window, found: _Found, number: int, address: Address
) -> tuple[str | None, str | None]:
    """Addresses of the next and the previous page."""
    has_next = bool(found.records) and (found.is_more or window.is_backwards)
    has_previous = found.is_more if window.is_backwards else number > 1
    following = previous = None
    if has_next:
        following = address.with_(page=str(number + 1), after=found.edges[-1])
    if has_previous and number <= 2:
        previous = address.with_()
    elif has_previous:
        previous = address.with_(page=str(number - 1), before=found.edges[0])
    return following, previous


def _number(args: Args) -> int:
    """The asked page, from 1; raises BadQueryError for what is no number."""
    text = args.get("page", "") or "1"
    if not (text.isascii() and text.isdecimal()) or not int(text[:9]) >= 1:
        raise BadQueryError("page")
    return int(text[:9])


def _size(args: Args) -> int:
    text = args.get("per_page", "")
    if text and text not in map(str, PAGE_SIZES):
        raise BadQueryError("per_page")
    return int(text or 0)


def _wants_exact(args: Args) -> bool:
    if args.get("count", "") not in ("", "exact"):
        raise BadQueryError("count")
    return bool(args.get("count"))


def _head(listing: Listing, column: Any, sorted_by: tuple[str, bool], address: Address) -> HeadCell:
    is_drawn = isinstance(column, ScreenColumn)
    sort = column.sort if isinstance(column, ScreenColumn) else column.name
    css = column.css if isinstance(column, ScreenColumn) else None
    if sort not in listing.sorts:
        return HeadCell(column.name, column.label, None, None, css, is_drawn)
    is_current, is_down = sorted_by[0] == sort, sorted_by[1]
    turned = f"-{sort}" if is_current and not is_down else sort
    direction = ("descending" if is_down else "ascending") if is_current else None
    url = address.with_(sort=turned)
    return HeadCell(column.name, column.label, url, direction, css, is_drawn)


def _page_links(
    number: int, size: int, total: int, address: Address
) -> list[tuple[str, str | None, bool]]:
    """First, last and the neighbours of the current page, gaps as «…»."""
    pages = max(1, -(-min(total, _FARTHEST) // size))
    if pages == 1:
        return []
    around = range(max(1, number - 2), min(pages, number + 2) + 1)
    near = sorted({1, pages, number, *around})
    links: list[tuple[str, str | None, bool]] = []
    for place, page in enumerate(near):
        if place and page - near[place - 1] > 1:
            links.append(("…", None, False))
        links.append((str(page), address.with_(page=str(page)), page == number))
    return links

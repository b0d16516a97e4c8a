"""A page of a list as its template wants it: finished values, no query left to run."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort, request
from flask_babel.speaklater import LazyString
from flask_login import current_user
from markupsafe import Markup

from crm.core import clock
from crm.core.choices import present_stamp
from crm.core.kept import Kept
from crm.core.language import reader_language
from crm.core.listing.address import Address
from crm.core.listing.bar import Bar, bar_of
from crm.core.listing.columns import Column
from crm.core.listing.declare import PRESENTATION, Listing, ScreenColumn
from crm.core.listing.downloads import Download, downloads
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.found import Found, found_rows
from crm.core.listing.query import COUNTED, sort_of
from crm.core.listing.window import Window

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


_DRAWN: Kept[Markup] = Kept(300)


@dataclass(frozen=True)
class Page:
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
    downloads: list[Download]
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

    @property
    def is_filtered(self) -> bool:
        """Whether the address narrows the list."""
        return any(value and name not in PRESENTATION for name, value in self.address.args.items())

    @property
    def clear_url(self) -> str | None:
        """Where everything of the list stands, None where it does here."""
        return self.address.path if self.is_filtered else None

    @cached_property
    def bar(self) -> Bar:
        """Search and filters."""
        return bar_of(self.listing, self.address.args, self.address)

    def drawn(self, macro: Any, part: str) -> Markup:
        """What ``macro`` draws of the attribute ``part``, which is the same on every page of a
        list: kept for its reader as long as what is offered to choose is.
        """
        stamp, args = present_stamp(), self.address.args
        of_record = {one.name for one in self.listing.filters if one.kind == "record"}
        is_kept = self.setting is not None and self.listing.are_choices_kept
        is_fresh = stamp is None or not is_kept or not of_record.isdisjoint(args)
        shown = tuple(one.name for one in self.columns)
        asked = (self.address.path, self.address.state, args.get("per_page"), shown)
        when = (stamp, reader_language(), clock.today(), current_user.get_id())

        def draw() -> Markup:
            return Markup(macro(getattr(self, part)))  # noqa: S704 (drawn by a template)

        return draw() if is_fresh else _DRAWN.get((macro.name, asked, when), draw)


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
        window = _window(args, number, size)
        bound = None if _wants_exact(args) else COUNTED
        found = found_rows(listing, args, window, shown, bound)
    except BadQueryError:
        abort(400)
    total = found.total
    if not found.records and (number > 1 or window.after or window.before):
        abort(404)
    is_more = bound is not None and total > bound
    address = Address(listing, args)
    first = (number - 1) * size + 1 if total else 0
    following, previous = _neighbours(window, found, number, address)
    return Page(
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
        downloads=downloads(listing, shown, address),
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


def _window(args: Args, number: int, size: int) -> Window:
    after, before = args.get("after", ""), args.get("before", "")
    if after and before:
        raise BadQueryError("before")
    skipped = 0 if after or before else (number - 1) * size
    return Window(size, skipped, after, before)


def _neighbours(
    window: Window, found: Found, number: int, address: Address
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

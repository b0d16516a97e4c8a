"""A page of a list as its template wants it: finished values, no query left to run."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import abort, request
from flask_babel.speaklater import LazyString
from flask_login import current_user

from crm.core.listing.declare import Listing
from crm.core.listing.filters import Args, BadQueryError, ChoiceFilter, Filter
from crm.core.listing.query import (
    LAST_PAGE,
    PAGE_SIZE,
    count,
    filtered,
    page_number,
    rows,
    sort_of,
)


@dataclass(frozen=True)
class HeadCell:
    """A heading of the table, a link when the list can be sorted by it."""

    label: LazyString | str
    sort_url: str | None
    direction: str | None  # as aria-sort says it
    css: str | None


@dataclass(frozen=True)
class Chip:
    """A filter of the bar, set or not."""

    name: str
    label: LazyString
    kind: str
    value_label: str | None
    remove_url: str | None
    options: list[tuple[str, Any, bool]]
    inputs: list[tuple[str, LazyString, str]]
    hidden: list[tuple[str, str]]


@dataclass(frozen=True)
class Bar:
    """Search and filters above records, as the address sets them."""

    filters: list[Chip]
    quick: list[tuple[Any, str, bool]]
    search: str | None  # None: the list cannot be searched
    search_hidden: list[tuple[str, str]]
    clear_url: str | None
    is_filtered: bool


@dataclass(frozen=True)
class Page(Bar):
    """One page of a list."""

    title: LazyString
    total: int
    first: int
    last: int
    rows: list[Any]
    columns: list[HeadCell]
    csv_url: str | None
    xlsx_url: str | None
    page_links: list[tuple[str, str | None, bool]]
    previous_url: str | None
    next_url: str | None


class Address:
    """The list's address with some parameters changed."""

    def __init__(self, listing: Listing, args: Args) -> None:
        self.path, self.args = listing.path or f"/{listing.name}/", args

    def with_(self, **changes: str | None) -> str:
        """The address with ``changes``, None takes one off; another page is asked for anew."""
        kept = {name: value for name, value in self.args.items() if value}
        if "page" not in changes:
            kept.pop("page", None)
        kept.update({name: value for name, value in changes.items() if value is not None})
        for name, value in changes.items():
            if value is None:
                kept.pop(name, None)
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a small form must carry along, besides its own fields ``without``."""
        return [
            (name, value)
            for name, value in self.args.items()
            if value and name not in (*without, "page")
        ]


def open_page(listing: Listing, args: Args | None = None) -> Page:
    """The asked page of ``listing`` for the current user; 400 for an address that means nothing,
    404 for a page beyond the end.
    """
    args = request.args if args is None else args
    try:
        number = page_number(args)
        statement = filtered(listing, args)
        sorted_by = sort_of(listing, args)
    except BadQueryError:
        abort(400)
    total = count(statement)
    pages = max(1, -(-total // PAGE_SIZE))
    if number > min(pages, LAST_PAGE):
        abort(404)
    found = rows(statement, number, listing.key)
    address = Address(listing, args)
    first = (number - 1) * PAGE_SIZE + 1 if total else 0
    query = address.with_(page=None).partition("?")[2]
    tail = f"?{query}" if query else ""
    return Page(
        **vars(bar_of(listing, args, address)),
        title=listing.title,
        total=total,
        first=first,
        last=first + len(found) - 1 if total else 0,
        rows=found,
        columns=[_head(column, sorted_by, address) for column in listing.screen],
        csv_url=f"/{listing.name}.csv{tail}" if listing.columns else None,
        xlsx_url=f"/{listing.name}.xlsx{tail}" if listing.columns else None,
        page_links=_page_links(number, pages, address),
        previous_url=address.with_(page=str(number - 1)) if number > 1 else None,
        next_url=address.with_(page=str(number + 1)) if number < pages else None,
    )


def bar_of(listing: Listing, args: Args, address: Address) -> Bar:
    """Search and filters of ``listing`` for ``args`` that ``filtered`` took, leading to
    ``address``.
    """
    narrowing = [name for name in args if args[name] and name not in ("sort", "page")]
    return Bar(
        filters=_chips(listing, args, address),
        quick=[_quick(one, args, address) for one in listing.quick],
        search=args.get("q", "") if listing.search is not None else None,
        search_hidden=address.hidden("q"),
        clear_url=address.path if narrowing else None,
        is_filtered=bool(narrowing),
    )


def _head(column: Any, sorted_by: tuple[str, bool], address: Address) -> HeadCell:
    if column.sort is None:
        return HeadCell(column.label, None, None, column.css)
    is_current, is_down = sorted_by[0] == column.sort, sorted_by[1]
    turned = f"-{column.sort}" if is_current and not is_down else column.sort
    direction = ("descending" if is_down else "ascending") if is_current else None
    return HeadCell(column.label, address.with_(sort=turned), direction, column.css)


def _chips(listing: Listing, args: Args, address: Address) -> list[Chip]:
    chips = [_chip(one, args, address) for one in listing.every_filter]
    return [chip for chip in chips if chip.kind != "record" or chip.value_label]


def _chip(one: Filter, args: Args, address: Address) -> Chip:
    described = one.described(args)
    is_set = described is not None
    return Chip(
        name=one.name,
        label=one.label,
        kind=one.kind,
        value_label=described,
        remove_url=address.with_(**dict.fromkeys(one.parameters, None)) if is_set else None,
        options=_options(one, args),
        inputs=_inputs(one, args),
        hidden=address.hidden(*one.parameters),
    )


def _options(one: Filter, args: Args) -> list[tuple[str, Any, bool]]:
    if not isinstance(one, ChoiceFilter):
        return []
    chosen = args.get(one.name, "")
    return [(str(key), text, str(key) == chosen) for key, text in one.choices()]


def _inputs(one: Filter, args: Args) -> list[tuple[str, LazyString, str]]:
    if not one.kind.endswith("_range"):
        return []
    return [(name, one.label, args.get(name, "")) for name in one.parameters]


def _quick(one: Any, args: Args, address: Address) -> tuple[Any, str, bool]:
    wanted = one.args(current_user)
    is_on = all(args.get(name) == value for name, value in wanted.items())
    changed = {name: None if is_on else value for name, value in wanted.items()}
    return one.label, address.with_(**changed), is_on


def _page_links(number: int, pages: int, address: Address) -> list[tuple[str, str | None, bool]]:
    """First, last and the neighbours of the current page, gaps as «…»."""
    if pages == 1:
        return []
    near = sorted({1, pages, *range(max(1, number - 2), min(pages, number + 2) + 1)})
    links: list[tuple[str, str | None, bool]] = []
    for place, page in enumerate(near):
        if place and page - near[place - 1] > 1:
            links.append(("…", None, False))
        links.append((str(page), address.with_(page=str(page)), page == number))
    return links

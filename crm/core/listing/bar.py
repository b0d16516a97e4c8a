"""Search and filters above a list, as its address sets them."""

from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString
from flask_login import current_user

from crm.core.listing.address import Address
from crm.core.listing.declare import PRESENTATION, Listing, QuickFilter
from crm.core.listing.filters import (
    Args,
    ChoiceFilter,
    Filter,
    FlagFilter,
    RecordFilter,
    TextFilter,
)
from crm.core.listing.ranges import DateRangeFilter, NumberRangeFilter


@dataclass(frozen=True)
class Chip:
    """A filter of the bar, set or not."""

    name: str
    label: LazyString
    kind: str
    value_label: str | None
    remove_url: str | None
    options: list[tuple[str, Any, bool]]
    links: list[tuple[str, LazyString]]  # addresses with a value that is not typed
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


def bar_of(listing: Listing, args: Args, address: Address) -> Bar:
    """Search and filters of ``listing`` for ``args`` that ``filtered`` took, leading to
    ``address``.
    """
    narrowing = [name for name in args if args[name] and name not in PRESENTATION]
    return Bar(
        filters=_chips(listing, args, address),
        quick=[chip for one in listing.quick if (chip := _quick(one, args, address))],
        search=args.get("q", "") if listing.search is not None else None,
        search_hidden=address.hidden("q"),
        clear_url=address.path if narrowing else None,
        is_filtered=bool(narrowing),
    )


def _chips(listing: Listing, args: Args, address: Address) -> list[Chip]:
    chips = ((one, _chip(one, args, address)) for one in listing.every_filter)
    return [chip for one, chip in chips if chip.value_label or _is_offered(one, chip)]


def _is_offered(one: Filter, chip: Chip) -> bool:
    """A record is chosen by a link that leads here, unless there is more to choose."""
    if isinstance(one, FlagFilter):
        return one.is_offered
    return bool(chip.options or chip.links or chip.inputs)


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
        links=_links(one, address),
        inputs=_inputs(one, args),
        hidden=address.hidden(*one.parameters),
    )


def _options(one: Filter, args: Args) -> list[tuple[str, Any, bool]]:
    if not isinstance(one, ChoiceFilter | RecordFilter):
        return []
    chosen = args.get(one.name, "")
    return [(str(key), text, str(key) == chosen) for key, text in one.offered]


def _links(one: Filter, address: Address) -> list[tuple[str, LazyString]]:
    if not isinstance(one, DateRangeFilter):
        return []
    cleared = dict.fromkeys(one.typed, None)
    return [(address.with_(**cleared, **{one.name: value}), text) for value, text in one.offered]


def _inputs(one: Filter, args: Args) -> list[tuple[str, LazyString, str]]:
    if isinstance(one, TextFilter):
        return [(one.name, one.label, args.get(one.name, ""))]
    if isinstance(one, DateRangeFilter | NumberRangeFilter):
        return [(name, one.label, args.get(name, "")) for name in one.typed]
    return []


def _quick(one: QuickFilter, args: Args, address: Address) -> tuple[Any, str, bool] | None:
    wanted = one.args(current_user)
    if not wanted:
        return None
    is_on = all(args.get(name) == value for name, value in wanted.items())
    changed = {name: None if is_on else value for name, value in wanted.items()}
    return one.label, address.with_(**changed), is_on

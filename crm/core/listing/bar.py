"""Search and filters above a list, as its address sets them."""

from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString
from flask_login import current_user

from crm.core.listing.address import Address
from crm.core.listing.declare import PRESENTATION, Listing
from crm.core.listing.filters import Args, ChoiceFilter, Filter


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


def bar_of(listing: Listing, args: Args, address: Address) -> Bar:
    """Search and filters of ``listing`` for ``args`` that ``filtered`` took, leading to
    ``address``.
    """
    narrowing = [name for name in args if args[name] and name not in PRESENTATION]
    return Bar(
        filters=_chips(listing, args, address),
        quick=[_quick(one, args, address) for one in listing.quick],
        search=args.get("q", "") if listing.search is not None else None,
        search_hidden=address.hidden("q"),
        clear_url=address.path if narrowing else None,
        is_filtered=bool(narrowing),
    )


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

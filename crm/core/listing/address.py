"""Addresses of a list: the same list narrowed, ordered or turned otherwise."""

from urllib.parse import urlencode

from crm.core.listing.declare import FILE, PAGING, PRESENTATION, Listing
from crm.core.listing.filters import Args

_EDGES = PAGING - {"per_page"}


class Address:
    """The list's address with some parameters changed."""

    def __init__(self, listing: Listing, args: Args) -> None:
        self.listing, self.path, self.args = listing, listing.address, args

    def with_(self, **changes: str | None) -> str:
        """The address with ``changes``, None takes one off; another page is asked for anew."""
        return _joined(self.path, self._changed(changes, _EDGES))

    def here(self, **changes: str | None) -> str:
        """The address with ``changes``, on the same page."""
        return _joined(self.path, self._changed(changes, frozenset()))

    @property
    def state(self) -> str:
        """What stands behind «?», but for the page: what the list is narrowed, ordered and shown
        by.
        """
        return urlencode(self._changed({}, PAGING | FILE))

    def file(self, extension: str, **changes: str | None) -> str:
        """The address of the list's file, all of its pages, with ``changes``."""
        kept = self._changed(changes, PAGING | FILE | {"columns"})
        return _joined(f"/{self.listing.name}.{extension}", kept)

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a small form must carry along, besides its own fields ``without``."""
        return [
            (name, value)
            for name, value in self.args.items()
            if value and name not in (*without, *_EDGES)
        ]

    def _changed(self, changes: dict[str, str | None], without: frozenset[str]) -> dict[str, str]:
        kept = {name: value for name, value in self.args.items() if value and name not in without}
        for name, value in changes.items():
            kept.pop(name, None)
            if value is not None:
                kept[name] = value
        return kept


def _joined(path: str, parameters: dict[str, str]) -> str:
    return f"{path}?{urlencode(parameters)}" if parameters else path


def canonical(args: Args) -> str:
    """What ``args`` narrow and order a list by, always in one order: two that say the same are
    equal.
    """
    told = [
        (name, value)
        for name, value in args.items()
        if value and (name == "sort" or name not in PRESENTATION)
    ]
    return urlencode(sorted(told))

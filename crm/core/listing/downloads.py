"""Which files of a list are offered beside its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from flask_babel import gettext as _

from crm.core.listing.address import Address
from crm.core.listing.declare import Listing, ScreenColumn


@dataclass(frozen=True)
class Download:
    """Columns of a file in words, and where the file is."""

    label: str
    csv_url: str
    xlsx_url: str


def downloads(listing: Listing, shown: Sequence[Any], address: Address) -> list[Download]:
    """The list with the columns of the page, with all of them, and with each of its sets; nothing
    for a list without files.
    """
    if not listing.columns:
        return []
    alike = ",".join(_files_of(listing, shown))
    found = [_download(_("As on this page"), address, columns=alike)] if alike else []
    found.append(_download(_("All columns"), address))
    return [*found, *(_download(str(one.label), address, set=one.name) for one in listing.sets)]


def _files_of(listing: Listing, shown: Sequence[Any]) -> list[str]:
    """The columns of the file that say what the ``shown`` ones do, in their order."""
    known = {one.name for one in listing.columns}
    said = [one.files if isinstance(one, ScreenColumn) else (one.name,) for one in shown]
    return [name for name in dict.fromkeys(chain.from_iterable(said)) if name in known]


def _download(label: str, address: Address, **changes: str) -> Download:
    return Download(label, address.file("csv", **changes), address.file("xlsx", **changes))

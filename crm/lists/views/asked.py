"""Which list a small form speaks of, and what that list shows."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from crm.core import records
from crm.core.database import db
from crm.core.listing.address import Address, canonical
from crm.core.listing.declare import FILE, PAGING, Listing
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.page import asked_columns, shown_columns
from crm.core.listing.query import narrowed, sort_of
from crm.core.pages import Undoable, back_to
from crm.core.permissions import may_open
from crm.lists.models import ListView
from crm.lists.queries import own_setting

_LONGEST = 8000  # characters of what a form carries along; no address of ours is as long


@dataclass(frozen=True)
class Asked:
    """A list as it was shown when a small form about it was opened."""

    listing: Listing
    args: Args
    own: ListView | None

    @property
    def query(self) -> str:
        """What the list is narrowed and ordered by, as views keep it."""
        return canonical(self.args)

    @property
    def columns(self) -> list[str]:
        """The names of the columns shown."""
        own = self.own.column_names if self.own else []
        asked = asked_columns(self.listing, self.args) or own
        return [one.name for one in shown_columns(self.listing, asked)]

    @property
    def chosen_columns(self) -> list[str]:
        """The same, none when they are those of the declaration."""
        return chosen(self.listing, self.columns)

    @property
    def address(self) -> Address:
        """The list's own page."""
        return Address(self.listing, self.args)

    def back(self, message: str | Undoable, **changes: str | None) -> ResponseReturnValue:
        """303 to the list, its address with ``changes``, with a word of what happened."""
        return back_to(self.address.with_(**changes), message)


def chosen(listing: Listing, names: list[str]) -> list[str]:
    """``names`` of columns as they are stored: none for those of the declaration."""
    return [] if names == [one.name for one in listing.screen] else names


def asked_list(name: str) -> Asked:
    """The list ``name`` as the address, or the ``state`` of a form that was sent, shows it; 404
    for a list its reader may not open, 400 for what means nothing.
    """
    listing = records.listing_at(name)
    if listing is None or not may_open(listing.address, current_user.role):
        abort(404)
    args: Args = request.args
    if request.method == "POST":
        state = request.form.get("state", "")
        if len(state) > _LONGEST:
            abort(400)
        args = MultiDict(parse_qsl(state))
    args = MultiDict({k: v for k, v in args.items() if k not in PAGING | FILE})
    try:
        narrowed(listing, args)
        sort_of(listing, args)
        asked_columns(listing, args)
    except BadQueryError:
        abort(400)
    return Asked(listing, args, db.session.scalar(own_setting(listing.name, current_user)))


def to_the_list(path: str) -> ResponseReturnValue:
    """303 to the list that ``path`` begins with: who opens where a form was sent is led there."""
    listing = records.listing_at(path.partition("/views/")[0])
    return abort(404) if listing is None else redirect(listing.address, 303)

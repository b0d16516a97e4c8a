"""The page of a list as its reader has set it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from flask_login import current_user
from werkzeug.datastructures import MultiDict

from crm.core.database import db
from crm.core.listing.address import canonical
from crm.core.listing.declare import Listing
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.page import PAGE_SIZE, Page, open_page, shown_columns
from crm.lists.models import ListView
from crm.lists.queries import views_for
from crm.lists.services.settings import size_of


@dataclass(frozen=True)
class ViewLink:
    """A saved view as the list offers it; ``lost`` names what it asks for and the list no longer
    knows.
    """

    view: ListView
    url: str
    is_current: bool
    lost: list[str]


@dataclass(frozen=True)
class Setting:
    """What its reader may set of a list, and where; ``state`` is what such a form carries along."""

    views: list[ViewLink]
    columns_url: str
    views_url: str
    rows_url: str
    state: str


def open_list(listing: Listing, args: Args | None = None) -> Page:
    """The asked page of ``listing`` with the columns and of the size its reader has chosen."""
    views = db.session.scalars(views_for(listing.name, current_user)).all()
    own = own_among(views)
    chosen = own.column_names if own else ()
    page = open_page(listing, args, chosen, size_of(own) or PAGE_SIZE)
    return replace(page, setting=_setting(page, views, bool(chosen)))


def own_among(views: Sequence[ListView]) -> ListView | None:
    """The reader's own columns among ``views_for`` the reader."""
    return next((one for one in views if not one.name and one.owner_id == current_user.id), None)


def _setting(page: Page, views: Sequence[ListView], has_own: bool) -> Setting:
    state, home = page.address.state, f"/lists/{page.listing.name}"
    shown = [one.name for one in page.columns]
    asked = f"?{state}" if state else ""
    return Setting(
        views=view_links(page.listing, views, canonical(page.address.args), shown, has_own),
        columns_url=f"{home}/columns{asked}",
        views_url=f"{home}/views{asked}",
        rows_url=f"{home}/rows",
        state=state,
    )


def view_links(
    listing: Listing, views: Sequence[ListView], query: str, shown: Sequence[str], has_own: bool
) -> list[ViewLink]:
    """Links to the named ones of ``views``; the one that says what ``query`` and the ``shown``
    columns do is current.

    Whoever ``has_own`` columns is told those of the declaration, too.
    """
    declared = [one.name for one in listing.screen]
    links = []
    for view in views:
        if not view.name:
            continue
        kept, lost = what_is_known(listing, view.query)
        columns = [one.name for one in shown_columns(listing, view.column_names)]
        is_current = kept == query and columns == list(shown)
        asked = dict(parse_qsl(kept))
        if view.columns or has_own:
            asked["columns"] = ",".join(columns if view.columns else declared)
        url = f"{listing.address}?{urlencode(asked)}" if asked else listing.address
        links.append(ViewLink(view, url, is_current, lost))
    return links


def what_is_known(listing: Listing, query: str) -> tuple[str, list[str]]:
    """What of a stored ``query`` the list still understands, and the names of what it does not."""
    args: Args = MultiDict(parse_qsl(query))
    lost = sorted(set(args) - listing.parameters)
    for one in listing.every_filter:
        try:
            one.clause(args)
        except BadQueryError:
            lost.append(str(one.label))
            for name in one.parameters:
                args.poplist(name)
    if args.get("sort", "").removeprefix("-") not in {*listing.sorts, ""}:
        lost.append(args.pop("sort"))
    for name in lost:
        args.poplist(name)
    return canonical(args), lost

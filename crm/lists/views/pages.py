"""The page of a list as its reader has set it."""

from flask_login import current_user

from crm.core.database import db
from crm.core.listing.declare import Listing
from crm.core.listing.filters import Args
from crm.core.listing.page import Page, open_page
from crm.lists.queries import views_for


def open_list(listing: Listing, args: Args | None = None) -> Page:
    """The asked page of ``listing`` with the columns the reader has chosen."""
    views = db.session.scalars(views_for(listing.name, current_user)).all()
    own = next((one for one in views if not one.name and one.owner_id == current_user.id), None)
    return open_page(listing, args, own.columns.split(",") if own and own.columns else ())

"""What a reader sets of a list: own columns and size of a page, views under a name."""

from collections.abc import Sequence

from crm.accounts.models import User
from crm.core import clock
from crm.core.database import db, queue_up
from crm.lists.models import ListView
from crm.lists.queries import namesakes, own_setting

_SETTINGS = 5_110  # any number of its own: two hands of one person must not save at once


def keep_setting(
    listing: str, owner: User, *, columns: Sequence[str] | None = None, size: int | None = None
) -> None:
    """Remember the owner's ``columns`` of a list, the ``size`` of its pages, or both; no columns
    and a size of 0 stand for those of the declaration. Flushes.
    """
    queue_up(_SETTINGS)
    own = db.session.scalar(own_setting(listing, owner))
    if own is None:
        own = ListView(listing=listing, owner_id=owner.id, name="", columns="", query="")
        db.session.add(own)
    if columns is not None:
        own.columns = ",".join(columns)
    if size is not None:
        own.query = f"per_page={size}" if size else ""
    db.session.flush()


def size_of(own: ListView | None) -> int:
    """The size of a page that is remembered; 0 when none is."""
    text = "" if own is None else own.query.removeprefix("per_page=")
    return int(text) if text.isdecimal() else 0


def keep_view(view: ListView) -> bool:
    """Store ``view`` as it is; False, and nothing stored, when its name is taken. Flushes."""
    with db.session.no_autoflush:
        queue_up(_SETTINGS)
        if db.session.scalar(namesakes(view)) is not None:
            return False
    db.session.add(view)
    db.session.flush()
    return True


def remove_view(view: ListView) -> None:
    """Take ``view`` from everybody's list; ``restore_view`` brings it back."""
    view.removed_at = clock.now()


def restore_view(view: ListView) -> bool:
    """Bring a removed one back; False when its name was taken meanwhile. Flushes."""
    view.removed_at = None
    return keep_view(view)

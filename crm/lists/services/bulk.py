"""Many records chosen for one change: reading the choice, and keeping it; never committed."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import delete, insert

from crm.core import clock
from crm.core.database import db, id_of
from crm.core.listing.declare import Listing
from crm.core.listing.filters import Args
from crm.core.listing.query import filtered
from crm.lists.models import BulkChange, BulkRecord, BulkStatus

MOST = 1000  # records of one change: it is one transaction, and others wait for it
_KEPT_FOR = timedelta(days=1)  # a choice that led to nothing


class TooManyError(ValueError):
    """More than ``MOST`` records were chosen."""


def read_choice(texts: Iterable[str]) -> dict[int, int]:
    """Id and the version seen, as the boxes of a list send them («12:3»), in their order.

    Raises ValueError for what is none, TooManyError.
    """
    chosen: dict[int, int] = {}
    for text in texts:
        record_id, version = (id_of(part) for part in f"{text}:".split(":")[:2])
        if record_id is None or version is None or text != f"{record_id}:{version}":
            raise ValueError(text)
        chosen.setdefault(record_id, version)
    if len(chosen) > MOST:
        raise TooManyError
    return chosen


def choose_all(listing: Listing, args: Args) -> dict[int, int]:
    """Id and version of everything ``args`` find, in the order of the list.

    Raises BadQueryError, TooManyError.
    """
    found = filtered(listing, args).with_only_columns(
        listing.key, listing.key.class_.version, maintain_column_froms=True
    )
    rows = db.session.execute(found.limit(MOST + 1)).all()
    if len(rows) > MOST:
        raise TooManyError
    return {row[0]: row[1] for row in rows}


def keep_choice(
    listing: Listing, action: str, user_id: int, query: str, chosen: Mapping[int, int]
) -> BulkChange:
    """The choice (id and version) as a change that is only previewed, flushed.

    What its maker chose long ago and went no further with is forgotten.
    """
    stale = (
        BulkChange.user_id == user_id,
        BulkChange.status == BulkStatus.PREVIEWED,
        BulkChange.created_at < clock.now() - _KEPT_FOR,
    )
    db.session.execute(
        delete(BulkChange).where(*stale).execution_options(synchronize_session=False)
    )
    change = BulkChange(listing=listing.name, action=action, user_id=user_id, query=query)
    db.session.add(change)
    db.session.flush()
    rows = [
        {"change_id": change.id, "record_id": one, "version": version}
        for one, version in chosen.items()
    ]
    db.session.execute(insert(BulkRecord), rows)  # not one by one, for their ids
    return change

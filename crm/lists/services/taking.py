"""The ledger of files: who took which list away, and how many rows it had."""

from collections.abc import Sequence

from crm.core import clock
from crm.core.database import db
from crm.core.listing.address import canonical
from crm.core.listing.columns import Column
from crm.core.listing.declare import Listing
from crm.core.listing.filters import Args
from crm.lists.models import FileTaken


def entry_of(
    listing: Listing, args: Args, columns: Sequence[Column], extension: str, user_id: int | None
) -> FileTaken:
    """What is known before the first row is written; nobody's id stands for the command line."""
    is_whole = len(columns) >= len(listing.columns)
    return FileTaken(
        listing=listing.name,
        user_id=user_id,
        query=canonical(args),
        columns="" if is_whole else ",".join(one.name for one in columns),
        format=extension,
        begun_at=clock.now(),
    )


def note(entry: FileTaken, row_count: int | None) -> None:
    """Keep ``entry``; None for a file that broke off. Commits: it says what has happened."""
    entry.row_count = row_count
    db.session.add(entry)
    db.session.commit()

"""Reads of what each reader has set of a list."""

from sqlalchemy import Select, or_, select

from crm.accounts.models import User
from crm.lists.models import ListView


def views_for(listing: str, reader: User) -> Select[ListView]:
    """The reader's own columns (no name) and every view of the list the reader may use, by name."""
    shared = ListView.department_id.is_not(None) & (ListView.department_id == reader.department_id)
    return (
        select(ListView)
        .where(ListView.listing == listing, or_(ListView.owner_id == reader.id, shared))
        .order_by(ListView.name, ListView.id)
    )

"""Reads of what each reader has set of a list, and of changes of many records."""

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from crm.accounts.models import User
from crm.lists.models import BulkChange, BulkRecord, ListView


def views_for(listing: str, reader: User) -> Select[ListView]:
    """The reader's own columns (no name) and every view of the list the reader may use: own ones
    first, then the department's, by name.
    """
    return (
        select(ListView)
        .where(ListView.listing == listing, ListView.removed_at.is_(None), _is_open_to(reader))
        .order_by(ListView.owner_id != reader.id, ListView.name, ListView.id)
    )


def view_of(listing: str, view_id: int, reader: User, is_removed: bool = False) -> Select[ListView]:
    """One named view of the list that the reader may use, or that was removed."""
    removed = ListView.removed_at
    return select(ListView).where(
        ListView.id == view_id,
        ListView.listing == listing,
        ListView.name != "",
        removed.is_not(None) if is_removed else removed.is_(None),
        _is_open_to(reader),
    )


def own_setting(listing: str, reader: User) -> Select[ListView]:
    """The reader's own columns and size of a page, under no name."""
    return select(ListView).where(
        ListView.listing == listing,
        ListView.owner_id == reader.id,
        ListView.name == "",
        ListView.removed_at.is_(None),
    )


def _is_open_to(reader: User) -> ColumnElement[bool]:
    own = ListView.owner_id == reader.id
    if reader.department_id is None:
        return own
    return or_(own, ListView.department_id == reader.department_id)


def namesakes(view: ListView) -> Select[int]:
    """Ids of other views ``view`` would be taken for: its owner's, or of its department."""
    same = [ListView.owner_id == view.owner_id]
    if view.department_id is not None:
        same.append(ListView.department_id == view.department_id)
    return select(ListView.id).where(
        ListView.listing == view.listing,
        ListView.name == view.name,
        ListView.removed_at.is_(None),
        ListView.id.is_distinct_from(view.id),
        or_(*same),
    )


def bulk_change_for(change_id: int, reader: User) -> Select[BulkChange]:
    """The change of many records with its records, if ``reader`` made it or is a head."""
    own = true() if reader.is_head else BulkChange.user_id == reader.id
    return (
        select(BulkChange)
        .where(BulkChange.id == change_id, own)
        .options(joinedload(BulkChange.user), selectinload(BulkChange.records))
    )


def records_chosen(model: Any, change_id: int) -> Select[Any]:
    """The records of ``model`` chosen for a change, by id; those the reader does not see are not
    among them.
    """
    return (
        select(model)
        .join(BulkRecord, BulkRecord.record_id == model.id)
        .where(BulkRecord.change_id == change_id)
        .order_by(model.id)
    )

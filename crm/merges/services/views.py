"""Saved views of lists that are narrowed to a record which is merged."""

from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import select

from crm.core import records
from crm.core.database import db
from crm.core.listing.address import canonical
from crm.core.listing.filters import Args, RecordFilter
from crm.lists.models import ListView
from crm.merges.models import Fate, Merge, MergeMove

_TABLE, _COLUMN = ListView.__tablename__, "query"


def narrowed_to(kind: str, record_id: int) -> list[ListView]:
    """The views whose filters name this record, removed ones too."""
    found = select(ListView).where(ListView.query.contains(f"={record_id}")).order_by(ListView.id)
    wanted = (kind, str(record_id))
    return [
        view
        for view in db.session.scalars(found)
        if wanted in parse_qsl(view.query) and kind in _record_filters(view.listing)
    ]


def _record_filters(listing: str) -> set[str]:
    found: Any = records.listing_at(listing)
    filters = () if found is None else found.filters
    return {one.name for one in filters if isinstance(one, RecordFilter)}


def rewrite(merge: Merge) -> int:
    """Let the views of the merged record show the kept one; how many there are."""
    views = narrowed_to(merge.record_kind, merge.merged_id)
    for view in views:
        args = dict(parse_qsl(view.query)) | {merge.record_kind: str(merge.kept_id)}
        old, view.query = view.query, canonical(Args(args))
        move = MergeMove(
            merge_id=merge.id,
            table_name=_TABLE,
            column_name=_COLUMN,
            row_id=view.id,
            told={_COLUMN: [old, view.query]},
        )
        db.session.add(move)
    return len(views)


def write_back(merge: Merge) -> None:
    """Undo it; a view that was saved anew since stays."""
    found = select(MergeMove).where(
        MergeMove.merge_id == merge.id,
        MergeMove.table_name == _TABLE,
        MergeMove.fate == Fate.MOVED,
    )
    for move in db.session.scalars(found):
        view = db.session.get(ListView, move.row_id)
        old, new = (move.told or {})[_COLUMN]
        if view is not None and view.query == new:
            view.query, move.fate = old, Fate.RETURNED

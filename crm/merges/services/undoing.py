"""A merge undone: both records as they were, but for what was edited since."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import String, cast, exists, inspect, select, update
from sqlalchemy.orm import joinedload

from crm.audit.models import AuditEntry
from crm.audit.services.trail import as_json, from_json
from crm.core import clock, records
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.merges.models import Fate, Merge, MergeMove
from crm.merges.queries import built_on, entries_since, made_since, merge_of, moves_of
from crm.merges.services import marks, values, views
from crm.merges.services.links import LINKS, Link, links_to
from crm.merges.services.merging import both
from crm.merges.services.moving import lead, of_link

SHOWN = 200  # of what was edited since: more is nobody's to read through
_BATCH = 200
_MOVES: Any = MergeMove.__table__


def blocking(merge: Merge) -> Merge | None:
    """The merge that must be undone before this one; None when nothing was built on it."""
    with seeing_everything():
        return db.session.scalar(built_on(merge))


def edited_since(merge: Merge) -> Sequence[AuditEntry]:
    """What was edited since, newest first; all of it stays as it is."""
    links = links_to(records.kind_named(merge.record_kind).model)
    with seeing_everything():
        return db.session.scalars(entries_since(merge, links).limit(SHOWN)).all()


def undo(merge: Merge, actor_id: int | None) -> list[str]:
    """Undo ``merge``, on which no other is built; flushes, never commits.

    The attributes that the merged record could not get back, for another one has their values.
    """
    kind = records.kind_named(merge.record_kind)
    with seeing_everything():
        kept, merged = both(kind, merge.kept_id, merge.merged_id, locked=True)
        stayed = [entry.id for entry in edited_since(merge)]
        values.take_back(kept, merge.told)
        kept.touch()
        db.session.flush()  # what is unique is free again
        lost = _bring_back(merged, merge)
        db.session.flush()
        for link in links_to(kind.model):
            _lead_back(merge, link)
            _put_back(merge, link)
        views.write_back(merge)
        marks.take_back(merge)
        merge.undone_at, merge.undone_by_id, merge.stayed = clock.now(), actor_id, stayed
        db.session.flush()
        db.session.expire_all()  # most rows were moved past the session
    return lost


def _bring_back(merged: Any, merge: Merge) -> list[str]:
    model = type(merged)
    merged.archived_at = merged.merged_into_id = None
    lost = []
    for name, (old, _none) in merge.given.items():
        column = inspect(model).columns[name]
        if db.session.scalar(select(exists().where(column == old, model.id != merged.id))):
            lost.append(name)
        else:
            values.put(merged, name, old)
    return lost


def _lead_back(merge: Merge, link: Link) -> None:
    """Rows that still lead to the kept record lead to the merged one again."""
    table = link.table
    stands = exists().where(table.c.id == _MOVES.c.row_id, link.leads_to(merge.kept_id))
    is_new = cast(_MOVES.c.row_id, String).in_(made_since(merge, table.name))
    returned = update(_MOVES).where(*of_link(merge, link), _MOVES.c.fate == Fate.MOVED)
    db.session.execute(returned.where(stands, ~is_new).values(fate=Fate.RETURNED))
    lead(merge, link, Fate.RETURNED, merge.kept_id, merge.merged_id)


def _put_back(merge: Merge, link: Link) -> None:
    """Rows that were united are two again, unless the one that stayed was taken out since."""
    last = 0
    while True:
        found = moves_of(merge, Fate.UNITED, last, _BATCH).where(*of_link(merge, link))
        moves = [move for move in db.session.scalars(found) if move.row is not None]
        if not moves:
            return
        last = moves[-1].id
        rows = _rows_of(link, moves)
        wanted = {str(move.into_id) for move in moves}
        since = db.session.scalars(made_since(merge, link.table.name, wanted)).all()
        gone = _merged_since(link, moves)
        for move in moves:
            staying = rows.get(move.into_id or 0)
            if staying is not None and str(staying.id) not in since:
                row = _row_of(link, move, gone)
                if move.row_id in rows:  # SQLite gives the number of a row that is gone to another
                    del row["id"]
                _part(link, staying, move, row)
        db.session.flush()


def _rows_of(link: Link, moves: Sequence[MergeMove]) -> dict[int, Any]:
    """The rows that stayed, and whatever has the ids of those that went; with their records."""
    ids = {one for move in moves for one in (move.into_id, move.row_id)}
    model = link.model
    found = select(model).where(model.id.in_(ids))
    found = found.options(joinedload(getattr(model, model.__parent__)))
    return {row.id: row for row in db.session.scalars(found)}


def _part(link: Link, staying: Any, move: MergeMove, row: dict[str, Any]) -> None:
    model = link.model
    for name, (before, after) in (move.told or {}).items():
        if as_json(getattr(staying, name)) == after:
            setattr(staying, name, from_json(model, name, before))
    db.session.add(model(**row))
    move.fate = Fate.RETURNED
    if link.parent is not link.target:
        getattr(staying, model.__parent__).touch()


def _row_of(link: Link, move: MergeMove, gone: Mapping[str, set[int]]) -> dict[str, Any]:
    """What the row of ``move`` was, where it leads to records that are ``gone`` by now with the
    ones that stayed of them.
    """
    row = {name: from_json(link.model, name, value) for name, value in (move.row or {}).items()}
    for other in _beside(link):
        if row[other.column] in gone[other.column]:
            row[other.column] = _end_of_chain(move, other, row[other.column])
    return row


def _beside(link: Link) -> list[Link]:
    """The other links of the same table."""
    return [one for one in LINKS if one.model is link.model and one.column != link.column]


def _merged_since(link: Link, moves: Sequence[MergeMove]) -> dict[str, set[int]]:
    """By column: the records that the rows which went lead to, besides, and that are merged."""
    found = {}
    for other in _beside(link):
        ids = {(move.row or {}).get(other.column) for move in moves}
        target = other.target
        merged = select(target.id).where(target.id.in_(ids), target.merged_into_id.is_not(None))
        found[other.column] = set(db.session.scalars(merged))
    return found


def _end_of_chain(move: MergeMove, other: Link, record_id: int) -> int:
    """Where a link leads whose record was merged: each merge on the way takes it along, and gives
    it back when it is undone.
    """
    kind = next(one.name for one in records.kinds() if one.model is other.target)
    while (later := db.session.scalar(merge_of(kind, record_id))) is not None:
        taken = MergeMove(
            merge_id=later.id,
            table_name=move.table_name,
            column_name=other.column,
            row_id=move.row_id,
        )
        db.session.add(taken)
        record_id = later.kept_id
    return record_id

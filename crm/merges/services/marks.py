"""What was marked as not the same as a merged record: it is not the kept one either."""

from sqlalchemy import select

from crm.core import records
from crm.core.database import db
from crm.core.names.likeness import NameKind
from crm.duplicates.models import MODELS, NotTheSame
from crm.duplicates.queries.pairs import others_than
from crm.duplicates.services.keeping import renew
from crm.merges.models import Fate, Merge, MergeMove

_TABLE, _COLUMN = NotTheSame.__tablename__, "record_id"
_PLACES = ("record_id", "other_id")


def follow(merge: Merge) -> None:
    """Mark the kept record as not the same as whatever the merged one is not, by whom and when
    that was said; of the merged one everything stays as it is.
    """
    kind = NameKind(merge.record_kind)
    known = {other for _kept, other in db.session.execute(others_than(kind, [merge.kept_id]))}
    said = select(NotTheSame).where(
        NotTheSame.kind == kind,
        NotTheSame.record_id == merge.merged_id,
        NotTheSame.other_id.not_in({*known, merge.kept_id}),
    )
    kept = db.session.get(MODELS[kind], merge.kept_id)
    name = records.kind_named(merge.record_kind).title(kept)
    made: list[NotTheSame] = []
    for one in db.session.scalars(said.order_by(NotTheSame.id)):
        sides = ((merge.kept_id, one.other_id, one.other_name), (one.other_id, merge.kept_id, name))
        made += (
            NotTheSame(
                kind=kind,
                record_id=record_id,
                other_id=other_id,
                other_name=other_name,
                marked_by_id=one.marked_by_id,
                marked_at=one.marked_at,
            )
            for record_id, other_id, other_name in sides
        )
    if not made:
        return
    db.session.add_all(made)
    db.session.flush()
    db.session.add_all(_move(merge, one) for one in made)
    renew(kind, [merge.kept_id])


def _move(merge: Merge, one: NotTheSame) -> MergeMove:
    told = {name: [None, getattr(one, name)] for name in _PLACES}
    return MergeMove(
        merge_id=merge.id, table_name=_TABLE, column_name=_COLUMN, row_id=one.id, told=told
    )


def take_back(merge: Merge) -> None:
    """Undo it; what was taken back since is gone already."""
    found = select(MergeMove).where(
        MergeMove.merge_id == merge.id,
        MergeMove.table_name == _TABLE,
        MergeMove.fate == Fate.MOVED,
    )
    for move in db.session.scalars(found).all():
        one = db.session.get(NotTheSame, move.row_id)
        # SQLite gives the number of a row that is gone to another.
        if one is not None and all(getattr(one, k) == v for k, (_, v) in (move.told or {}).items()):
            db.session.delete(one)
            move.fate = Fate.RETURNED
    db.session.flush()
    renew(NameKind(merge.record_kind), sorted((merge.kept_id, merge.merged_id)))

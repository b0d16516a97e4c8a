"""Pairs that are likely the same, and those marked as not the same."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Select,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload

from crm.core.names.likeness import NameKind
from crm.core.prepared import prepared
from crm.core.sight import reader_kept_back
from crm.duplicates.models import MODELS, SPELT, LikelyKey, LikelyPair, NotTheSame
from crm.duplicates.queries.likely import may_be_told

COUNTED = 200


def likely_pairs(kind: NameKind, size: int, skipped: int) -> Select[LikelyPair]:
    """The pairs to be reviewed, likeliest first, of these the newest found; no archived record is
    in one, and none the present reader may not be told of.
    """
    reader_id = reader_kept_back()
    if reader_id is None:
        return _all_pairs(kind, size, skipped)
    return _pairs_for(kind, size, skipped, reader_id)


@prepared
def _pairs_for(kind: NameKind, size: int, skipped: int, reader_id: int) -> Select[LikelyPair]:
    return _pairs(kind, reader_id).limit(size).offset(skipped)


@prepared
def _all_pairs(kind: NameKind, size: int, skipped: int) -> Select[LikelyPair]:
    return _pairs(kind, None).limit(size).offset(skipped)


def pair_count(kind: NameKind) -> Select[int]:
    """How many pairs the present reader may review; one more than COUNTED for all that is more."""
    reader_id = reader_kept_back()
    return _count_of_all(kind) if reader_id is None else _count_for(kind, reader_id)


@prepared
def _count_for(kind: NameKind, reader_id: int) -> Select[int]:
    return _count(_pairs(kind, reader_id))


@prepared
def _count_of_all(kind: NameKind) -> Select[int]:
    return _count(_pairs(kind, None))


def _pairs(kind: NameKind, reader_id: Any) -> Select[LikelyPair]:
    older, newer = aliased(MODELS[kind]), aliased(MODELS[kind])
    are_told = (may_be_told(one, kind, reader_id) for one in (older, newer))
    return (
        select(LikelyPair)
        .join(older, older.id == LikelyPair.older_id)
        .join(newer, newer.id == LikelyPair.newer_id)
        .where(LikelyPair.kind == kind, *are_told)
        .order_by(LikelyPair.score.desc(), LikelyPair.id.desc())
    )


def _count(pairs: Select[Any]) -> Select[int]:
    few = pairs.with_only_columns(LikelyPair.id, maintain_column_froms=True)
    return select(func.count()).select_from(few.limit(COUNTED + 1).subquery())


@prepared
def likely_ones(kind: NameKind, record_id: int) -> Select[int, int, tuple[str, ...]]:
    """Id, score and reasons of the records that are likely the same as this one, likeliest first;
    archived ones, too.
    """
    other = case((LikelyPair.older_id == record_id, LikelyPair.newer_id), else_=LikelyPair.older_id)
    is_in = or_(LikelyPair.older_id == record_id, LikelyPair.newer_id == record_id)
    return (
        select(other, LikelyPair.score, LikelyPair.reasons)
        .where(LikelyPair.kind == kind, is_in)
        .order_by(LikelyPair.score.desc(), LikelyPair.id.desc())
    )


def marks(kind: NameKind, size: int, skipped: int) -> Select[NotTheSame]:
    """The pairs marked as not the same, newest first, with who marked them; of records in use that
    the present reader may be told of.
    """
    reader_id = reader_kept_back()
    if reader_id is None:
        return _all_marks(kind, size, skipped)
    return _marks_for(kind, size, skipped, reader_id)


@prepared
def _marks_for(kind: NameKind, size: int, skipped: int, reader_id: int) -> Select[NotTheSame]:
    return _marks(kind, reader_id).limit(size).offset(skipped)


@prepared
def _all_marks(kind: NameKind, size: int, skipped: int) -> Select[NotTheSame]:
    return _marks(kind, None).limit(size).offset(skipped)


def _marks(kind: NameKind, reader_id: Any) -> Select[NotTheSame]:
    one, other = aliased(MODELS[kind]), aliased(MODELS[kind])
    are_told = (may_be_told(each, kind, reader_id) for each in (one, other))
    return (
        select(NotTheSame)
        .join(one, one.id == NotTheSame.record_id)
        .join(other, other.id == NotTheSame.other_id)
        .where(NotTheSame.kind == kind, NotTheSame.record_id < NotTheSame.other_id, *are_told)
        .options(joinedload(NotTheSame.marked_by))
        .order_by(NotTheSame.marked_at.desc(), NotTheSame.id.desc())
    )


def marks_between(kind: NameKind, one: int, other: int) -> Select[NotTheSame]:
    """The rows that say that these two are not the same: two, or none."""
    both = (one, other)
    return select(NotTheSame).where(
        NotTheSame.kind == kind, NotTheSame.record_id.in_(both), NotTheSame.other_id.in_(both)
    )


def others_than(kind: NameKind, ids: Sequence[int] | None = None) -> Select[int, int]:
    """Id and other id of every mark of these records, of all for None."""
    found = select(NotTheSame.record_id, NotTheSame.other_id).where(NotTheSame.kind == kind)
    return found if ids is None else found.where(NotTheSame.record_id.in_(ids))


def keys_between(kind: NameKind, first: int, last: int) -> Select[int, str]:
    """Id and key of every key of the records from ``first`` to ``last``."""
    return select(LikelyKey.record_id, LikelyKey.key).where(
        LikelyKey.kind == kind, LikelyKey.record_id.between(first, last)
    )


def namesakes(kind: NameKind, first: int) -> Select[int, int]:
    """Older and newer id of records that are spelt alike, each from ``first`` on with the one
    before it.
    """
    older = func.lag(LikelyKey.record_id).over(
        partition_by=LikelyKey.key, order_by=LikelyKey.record_id
    )
    found = (
        select(older.label("older"), LikelyKey.record_id.label("newer"))
        .where(LikelyKey.kind == kind, LikelyKey.key >= SPELT, LikelyKey.key < _BEHIND_SPELT)
        .subquery()
    )
    pairs = (
        select(found.c.older, found.c.newer)
        .where(found.c.older.is_not(None), found.c.newer >= first)
        .distinct()
    )
    return pairs.order_by(found.c.newer, found.c.older)


_BEHIND_SPELT = f"{SPELT[:-1]}{chr(ord(SPELT[-1]) + 1)}"

"""Keeping keys and pairs up to date: in the transaction that changes a record, or all at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, event, func, insert, inspect, or_, select
from sqlalchemy.orm import Session, UOWTransaction, scoped_session

from crm.core.database import db, insert_missing, queue_up
from crm.core.names.likeness import NameKind
from crm.core.sight import seeing_everything
from crm.duplicates.models import MODELS, LikelyKey, LikelyPair
from crm.duplicates.queries.likely import COLUMNS
from crm.duplicates.queries.pairs import keys_between, namesakes, others_than
from crm.duplicates.services.finding import compared_with, nearest, signs_by_id
from crm.duplicates.services.signs import Comparison, Signs, compare, keys_of, signs_of

Row = dict[str, Any]
_QUEUE = 7019  # transactions that find pairs follow one another: each sees the keys before it
_BEST = 3  # pairs kept of a record: a common name has hundreds
_BATCH, _SOME = 2000, 200
_FOUND_AT_ONCE = 20_000  # records
_CHANGED = "likely_changed"
_PLAIN = {"synchronize_session": False}  # no such row is ever loaded beside
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """How many pairs there are, and how many keys were missing or too many; none are expected."""

    pairs: int
    mended: int


def install(session: scoped_session[Any]) -> None:
    """Let every commit of ``session`` bring keys and pairs up to date; a second call is none."""
    if event.contains(session, "after_flush", _notice):
        return
    event.listen(session, "after_flush", _notice)
    event.listen(session, "before_commit", _renew_changed)
    event.listen(session, "after_rollback", _forget)


def key_rows(record: Any) -> list[Row]:
    """The rows of keys of ``record`` where it is a person or an organisation; for who writes many
    without a session.
    """
    kind = _kind_of(record)
    return [] if kind is None else _key_rows(kind, record.id, signs_of(kind, record))


def renew(kind: NameKind, ids: Sequence[int]) -> None:
    """Find the keys of these records anew, and with whom each of them likely makes a pair."""
    if not ids:
        return
    queue_up(_QUEUE)
    signs = signs_by_id(kind, ids)
    _forget_keys(kind, ids)
    _insert(LikelyKey, (row for one, its in signs.items() for row in _key_rows(kind, one, its)))
    _renew_pairs(kind, ids, signs)


def _renew_pairs(kind: NameKind, ids: Sequence[int], signs: dict[int, Signs] | None = None) -> None:
    db.session.execute(
        delete(LikelyPair).where(
            LikelyPair.kind == kind,
            or_(LikelyPair.older_id.in_(ids), LikelyPair.newer_id.in_(ids)),
        ),
        execution_options=_PLAIN,
    )
    _insert(LikelyPair, _pairs_of(kind, signs or signs_by_id(kind, ids)))


def find_all(kind: NameKind, progress: Progress = lambda step: None) -> Found:
    """Find keys and pairs of every record anew, as ``renew`` does it for some."""
    queue_up(_QUEUE)
    model, mended, last = MODELS[kind], 0, 0
    rows = select(*COLUMNS[kind]).order_by(model.id).limit(_BATCH)
    while found := db.session.execute(rows.where(model.id > last)).all():
        progress(f"{kind.value}: {last}")
        mended += _mend(kind, found)
        last = found[-1].id
    ids = db.session.scalars(select(model.id).order_by(model.id)).all()
    for start in range(0, len(ids), _SOME):
        progress(f"{kind.value}: {start} of {len(ids)}")
        _renew_pairs(kind, ids[start : start + _SOME])
    counted = select(func.count()).select_from(LikelyPair).where(LikelyPair.kind == kind)
    return Found(db.session.scalar(counted) or 0, mended)


def find_where_none() -> None:
    """``find_all`` where no record has a key yet, for they are older than the keys; committed.

    Where there are very many it would keep everybody waiting: then nothing is found, and the doctor
    says so.
    """
    for kind in NameKind:
        with seeing_everything():
            is_found = db.session.scalar(
                select(LikelyKey.key).where(LikelyKey.kind == kind).limit(1)
            )
            count = db.session.scalar(select(func.count()).select_from(MODELS[kind])) or 0
            if is_found is None and 0 < count <= _FOUND_AT_ONCE:
                find_all(kind)
                db.session.commit()
    db.session.remove()


def _mend(kind: NameKind, found: Sequence[Any]) -> int:
    """Write the keys that are missing and take out those too many; how many these are."""
    wanted = {(one.id, key) for one in found for key in keys_of(signs_of(kind, one))}
    stored = set(db.session.execute(keys_between(kind, found[0].id, found[-1].id)))
    spoilt = sorted({one for one, _key in stored - wanted})
    if spoilt:
        _forget_keys(kind, spoilt)
    missing = {pair for pair in wanted if pair not in stored or pair[0] in spoilt}
    _insert(LikelyKey, ({"kind": kind, "key": key, "record_id": one} for one, key in missing))
    return len(stored ^ wanted)


def find_namesakes(kind: NameKind, first: int, progress: Progress = lambda step: None) -> None:
    """Find who among the records from the id ``first`` on is spelt like the one before: for who
    writes many at once. The other pairs are found when one of them changes, or by ``find_all``.
    """
    near = db.session.execute(namesakes(kind, first)).all()
    for start in range(0, len(near), _BATCH):
        progress(f"{kind.value}: {start} of {len(near)} pairs")
        batch = [(older, newer) for older, newer in near[start : start + _BATCH]]
        apart = set(db.session.execute(others_than(kind, [newer for _older, newer in batch])))
        signs = signs_by_id(kind, {one for pair in batch for one in pair})
        compared = [
            (pair, compare(signs[pair[0]], signs[pair[1]]))
            for pair in batch
            if pair[::-1] not in apart
        ]
        rows = [_pair_row(kind, *pair, how) for pair, how in compared if how and how.is_likely]
        insert_missing(LikelyPair, rows)


def _kind_of(record: Any) -> NameKind | None:
    return next((kind for kind, model in MODELS.items() if isinstance(record, model)), None)


def _key_rows(kind: NameKind, record_id: int, signs: Signs) -> list[Row]:
    return [{"kind": kind, "key": key, "record_id": record_id} for key in sorted(keys_of(signs))]


def _pairs_of(kind: NameKind, signs: dict[int, Signs]) -> Iterable[Row]:
    """The best pairs of each of the records; a pair of two of them once."""
    apart: dict[int, set[int]] = {}
    for one, other in db.session.execute(others_than(kind, list(signs))):
        apart.setdefault(one, set()).add(other)
    found: dict[tuple[int, int], Comparison] = {}
    for one, its in signs.items():
        compared = compared_with(its, nearest(its, one), apart.get(one, ()))
        likely = [pair for pair in compared if pair[1].is_likely]
        for other, comparison in likely[:_BEST]:
            found[min(one, other), max(one, other)] = comparison
    return [_pair_row(kind, *pair, comparison) for pair, comparison in sorted(found.items())]


def _pair_row(kind: NameKind, older: int, newer: int, comparison: Comparison) -> Row:
    return {
        "kind": kind,
        "older_id": older,
        "newer_id": newer,
        "score": comparison.score,
        "reasons": comparison.reasons,
    }


def _insert(model: Any, rows: Iterable[Row]) -> None:
    given = list(rows)
    if given:
        db.session.execute(insert(model), given)


def _forget_keys(kind: NameKind, ids: Sequence[int]) -> None:
    of_them = delete(LikelyKey).where(LikelyKey.kind == kind, LikelyKey.record_id.in_(ids))
    db.session.execute(of_them, execution_options=_PLAIN)


_TOLD_BY = {
    kind: frozenset(column.key for column in columns if column.key != "id")
    for kind, columns in COLUMNS.items()
}


def _notice(session: Session, context: UOWTransaction) -> None:
    changed: dict[NameKind, set[int]] = session.info.setdefault(_CHANGED, {})
    for record in (*session.new, *session.dirty):
        kind = _kind_of(record)
        if kind is None:
            continue
        attributes = inspect(record).attrs
        if record in session.new or any(
            attributes[name].history.has_changes() for name in _TOLD_BY[kind]
        ):
            changed.setdefault(kind, set()).add(record.id)


def _renew_changed(session: Session) -> None:
    session.flush()
    for kind, changed in session.info.pop(_CHANGED, {}).items():
        ids = sorted(changed)
        for start in range(0, len(ids), _SOME):
            renew(kind, ids[start : start + _SOME])


def _forget(session: Session) -> None:
    session.info.pop(_CHANGED, None)

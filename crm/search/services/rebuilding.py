"""The index made anew out of the records, part by part; what was wrong with it is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.orm import make_transient

from crm.core import records
from crm.core.database import Keyed, Model, db, insert_missing
from crm.core.records import RecordKind
from crm.core.search_tokens import SearchToken
from crm.core.sight import seeing_everything
from crm.search.services.index import Row, remove, tokens_in

_PART = 10_000  # ids
_LOCK = "LOCK TABLE search_tokens IN SHARE ROW EXCLUSIVE MODE"


@dataclass(frozen=True)
class Drift:
    """What was found of a part of the records called ``kind``: how many there are, texts that were
    not as they are derived, tokens that were missing in the index, and those that were too many.
    """

    kind: str
    records: int
    stale: int
    missing: int
    surplus: int

    @property
    def total(self) -> int:
        """How much was wrong in all."""
        return self.stale + self.missing + self.surplus

    def __add__(self, other: "Drift") -> "Drift":
        return Drift(
            self.kind,
            self.records + other.records,
            self.stale + other.stale,
            self.missing + other.missing,
            self.surplus + other.surplus,
        )


def rebuild(is_written: bool = True) -> Iterator[Drift]:
    """Bring search texts and tokens to what the records say, a part after another: the caller
    commits, or rolls back, after each.

    Nobody else writes to the index during a part.
    """
    for model in _searched_models():
        kind = next((one for one in records.kinds() if one.model is model), None)
        if kind is not None and kind.is_indexed:
            yield from _rebuild_indexed(kind, is_written)
        else:
            yield _rebuild_texts(model, is_written)
    yield _remove_strangers(is_written)


def fill_empty_index() -> None:
    """Build an index that has no row, of records that are there; committed."""
    with seeing_everything():
        is_filled = db.session.scalar(select(SearchToken.record_id).limit(1)) is not None
        models = [kind.model for kind in records.kinds() if kind.is_indexed]
        is_needed = not is_filled and any(_last_id(model) for model in models)
    db.session.rollback()
    for _part in rebuild() if is_needed else ():
        db.session.commit()
        db.session.expunge_all()
    db.session.remove()


def _searched_models() -> list[Any]:
    found = (one.class_ for one in Model.registry.mappers if issubclass(one.class_, Keyed))
    return sorted(
        (one for one in found if hasattr(one, "search_text")), key=lambda one: one.__name__
    )


def _rebuild_indexed(kind: RecordKind, is_written: bool) -> Iterator[Drift]:
    model: Any = kind.model
    name = model.__tablename__
    last = _last_id(model)
    for first in range(0, last + 1, _PART):
        with seeing_everything():
            _lock()
            span = (first, first + _PART)
            found = _records(model, *span)
            stale = _derive(model, found, is_written)
            wanted = {(token, one.id) for one in found for token in tokens_in(one.search_text)}
            known = _stored(name, *span)
            if is_written:
                insert_missing(SearchToken, _rows(name, wanted - known))
                remove(db.session(), _rows(name, known - wanted))
            yield Drift(name, len(found), stale, len(wanted - known), len(known - wanted))


def _last_id(model: Any) -> int:
    """The highest id that a record, or a token of one, has."""
    with seeing_everything():
        of_records = db.session.scalar(select(func.max(model.id))) or 0
        tokens = select(func.max(SearchToken.record_id))
        named = db.session.scalar(tokens.where(SearchToken.kind == model.__tablename__)) or 0
    return max(of_records, named)


def _lock() -> None:
    # What changes a record changes its tokens in the same transaction: it ends before, or waits.
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text(_LOCK))


def _records(model: Any, first: int, end: int) -> Sequence[Any]:
    found = select(model).where(model.id >= first, model.id < end).order_by(model.id)
    return db.session.scalars(found).unique().all()


def _stored(name: str, first: int, end: int) -> set[tuple[str, int]]:
    found = select(SearchToken.token, SearchToken.record_id).where(
        SearchToken.kind == name, SearchToken.record_id >= first, SearchToken.record_id < end
    )
    return {(token, record_id) for token, record_id in db.session.execute(found)}


def _derive(model: Any, found: Sequence[Any], is_written: bool) -> int:
    """Derive the texts of ``found`` anew, which leave the session; how many were not right."""
    changed = []
    for record in found:
        old = record.search_text
        make_transient(record)
        record.derive_keys()
        if record.search_text != old:
            changed.append(record)
    if is_written and changed:
        # Past the session: derived columns count no version up and leave no trail.
        table = model.__table__
        (key,) = table.primary_key
        rows = [{"changed": getattr(one, key.name), "derived": one.search_text} for one in changed]
        of_one = update(table).where(key == bindparam("changed"))
        same = {"updated_at": table.c.updated_at} if "updated_at" in table.c else {}
        values = of_one.values(search_text=bindparam("derived"), **same)
        db.session.connection().execute(values, rows)
    return len(changed)


def _rebuild_texts(model: Any, is_written: bool) -> Drift:
    with seeing_everything():
        found = db.session.scalars(select(model)).unique().all()
        stale = _derive(model, found, is_written)
    return Drift(model.__tablename__, len(found), stale, 0, 0)


def _remove_strangers(is_written: bool) -> Drift:
    """Tokens of tables that are not indexed."""
    named = {kind.model.__tablename__ for kind in records.kinds() if kind.is_indexed}
    rows = select(SearchToken.kind, SearchToken.token, SearchToken.record_id)
    found = db.session.execute(rows.where(SearchToken.kind.not_in(named))).all()
    if is_written:
        remove(db.session(), [one._asdict() for one in found])
    return Drift("others", 0, 0, 0, len(found))


def _rows(name: str, tokens: set[tuple[str, int]]) -> list[Row]:
    return [{"kind": name, "token": token, "record_id": one} for token, one in sorted(tokens)]

"""The index written from the session's own flushes, in the same transaction."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import bindparam, delete, event, inspect
from sqlalchemy.orm import Session, UOWTransaction, scoped_session

from crm.core import records
from crm.core.database import insert_missing
from crm.core.search_tokens import SearchToken

Row = dict[str, Any]
_TOKENS = SearchToken.__table__
_PLACES = {one.name: f"old_{one.name}" for one in _TOKENS.primary_key}
_REMOVAL = delete(SearchToken).where(
    *(one == bindparam(_PLACES[one.name]) for one in _TOKENS.primary_key)
)


def install(session: scoped_session[Any]) -> None:
    """Let every flush of ``session`` write what it changes of the tokens of records.

    A second call changes nothing.
    """
    if not event.contains(session, "after_flush", _write):
        event.listen(session, "after_flush", _write)


def token_rows(record: Any) -> list[Row]:
    """The rows of the index for ``record``, whose keys are derived; none when it is not searched.

    Who writes records past the session writes these with them.
    """
    return _rows(record, tokens_in(record.search_text)) if is_indexed(type(record)) else []


def tokens_in(search_text: str | None) -> frozenset[str]:
    """The tokens of a text of ``core.tokens``."""
    return frozenset((search_text or "").split(" ")) - {""}


def is_indexed(model: type[Any]) -> bool:
    """Whether records of ``model`` are in the index."""
    return any(kind.model is model for kind in records.kinds() if kind.is_indexed)


def remove(session: Session, rows: Iterable[Row]) -> None:
    """Take ``rows`` out of the index."""
    gone = [{_PLACES[name]: value for name, value in row.items()} for row in rows]
    if gone:
        session.connection().execute(_REMOVAL, gone)


def _write(session: Session, context: UOWTransaction) -> None:
    added: list[Row] = []
    gone: list[Row] = []
    for record in session.new:
        added += token_rows(record)
    for record, old in _changed(session):
        new = tokens_in(record.search_text)
        added += _rows(record, new - old)
        gone += _rows(record, old - new)
    for record in session.deleted:
        gone += token_rows(record)
    remove(session, gone)
    insert_missing(SearchToken, added)


def _changed(session: Session) -> Iterator[tuple[Any, frozenset[str]]]:
    """Records whose search text this flush has changed, with the tokens of before."""
    for record in session.dirty:
        if is_indexed(type(record)):
            history = inspect(record).attrs.search_text.history
            if history.has_changes():
                yield record, tokens_in(history.deleted[0] if history.deleted else None)


def _rows(record: Any, tokens: Iterable[str]) -> list[Row]:
    kind = record.__tablename__
    return [{"kind": kind, "token": one, "record_id": record.id} for one in sorted(tokens)]

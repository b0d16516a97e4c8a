"""The end of a request that only read.

psycopg 3 forgets its prepared statements at every ROLLBACK, which is how a session ends that nobody
committed; so what only read ends with COMMIT. To SQLite it is all one.
"""

import contextlib
from typing import Any

from flask import Flask, request
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session

from crm.core.database import db

_HAS_WRITTEN = "has_written"


def init_reading(app: Flask) -> None:
    """Let requests of ``app`` that only read end so."""
    app.teardown_request(_end)
    if event.contains(db.session, "after_flush", _note_flush):
        return
    event.listen(db.session, "after_flush", _note_flush)
    event.listen(db.session, "do_orm_execute", _note_statement)
    event.listen(db.session, "after_commit", _begin_anew)
    event.listen(db.session, "after_rollback", _begin_anew)


def _end(error: BaseException | None) -> None:
    if error is not None or request.method not in ("GET", "HEAD") or not db.session.registry.has():
        return
    session = db.session()
    if session.get_bind().dialect.name == "sqlite":
        return
    changed = session.new or session.dirty or session.deleted
    if changed or session.info.get(_HAS_WRITTEN) or not session.in_transaction():
        return
    session.expire_on_commit = False  # nobody looks at the records any more
    with contextlib.suppress(SQLAlchemyError):  # the connection is lost: nothing was to be kept
        session.commit()


def _note_flush(session: Session, _context: object) -> None:
    session.info[_HAS_WRITTEN] = True


def _note_statement(state: ORMExecuteState) -> None:
    if not state.is_select:
        state.session.info[_HAS_WRITTEN] = True


def _begin_anew(session: Any) -> None:
    session.info.pop(_HAS_WRITTEN, None)

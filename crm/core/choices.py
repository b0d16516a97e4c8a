"""Choices out of reference data: made once, and made anew when the data they are made of change.

A stamp in the database is new with every transaction that changes what choices are made of, and
the door of the application reads it together with the session. So every process shows a change
from its commit on, whoever made it, and asks nothing while there is none.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from itertools import chain
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

from flask import g, has_app_context
from sqlalchemy import String, event, insert, update
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    UOWTransaction,
    mapped_column,
    scoped_session,
)

from crm.core.database import Model
from crm.core.kept import Kept
from crm.core.language import reader_language
from crm.core.sight import unrestricted_only

Given = ParamSpec("Given")
Choice = TypeVar("Choice")
_CHANGED = "choices_changed"
_KEPT: Kept[tuple[object, ...]] = Kept(500)


class Offered:
    """A record that choices are made of; everybody may see it."""


class ChoicesStamp(Model):
    """The stamp, in one row: never a number counted up, which a restored backup would repeat."""

    __tablename__ = "choices_stamps"
    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(String(32))


def install(session: scoped_session[Any]) -> None:
    """Let ``session`` renew the stamp when it changes what is offered; a second call changes
    nothing.

    Whoever writes such rows past the session calls ``choices_changed`` before the commit.
    """
    if event.contains(session, "after_flush", _notice):
        return
    event.listen(session, "after_flush", _notice)
    event.listen(session, "do_orm_execute", _notice_bulk_write)
    event.listen(session, "before_commit", _renew)
    event.listen(session, "after_rollback", _forget)


def read_with(stamp: str | None) -> None:
    """Choices of this request may be those kept under ``stamp``; none are kept without it."""
    g.choices_stamp = stamp


def present_stamp() -> str | None:
    """What choices of this request are kept under; None while they must be made anew."""
    stamp: str | None = g.get("choices_stamp") if has_app_context() else None
    return stamp


def choices_changed(session: Session) -> None:
    """The transaction of ``session`` changes what is offered: its commit renews the stamp."""
    session.info[_CHANGED] = True
    if has_app_context():
        g.choices_stamp = None


def cached_choices(
    function: Callable[Given, Sequence[Choice]],
) -> Callable[Given, tuple[Choice, ...]]:
    """``function`` asked once for each stamp, language and arguments.

    It reads nothing but records that are ``Offered``: what is restricted is not seen by it.
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def kept(*given: Given.args, **named: Given.kwargs) -> tuple[Choice, ...]:
        stamp = present_stamp()

        def make() -> tuple[Choice, ...]:
            with unrestricted_only():
                return tuple(function(*given, **named))

        if stamp is None:
            return make()
        key = (stamp, reader_language(), name, given, tuple(named.items()))
        return _KEPT.get(key, make)  # type: ignore[return-value]  # by its name

    return kept


def _notice(session: Session, context: UOWTransaction) -> None:
    changed = (one for one in session.dirty if session.is_modified(one))
    if any(isinstance(one, Offered) for one in chain(session.new, session.deleted, changed)):
        choices_changed(session)


def _notice_bulk_write(state: ORMExecuteState) -> None:
    if state.is_select:
        return
    table = getattr(getattr(state.statement, "table", None), "name", None)
    offered = (one for one in Model.registry.mappers if issubclass(one.class_, Offered))
    if any(getattr(one.local_table, "name", None) == table for one in offered):
        choices_changed(state.session)


def _renew(session: Session) -> None:
    """Last in its transaction, so that whoever renews it at the same moment waits but briefly."""
    if session.in_nested_transaction():
        return
    session.flush()
    if not session.info.pop(_CHANGED, False):
        return
    new, connection = {"value": uuid4().hex}, session.connection()
    if not connection.execute(update(ChoicesStamp).values(new)).rowcount:
        connection.execute(insert(ChoicesStamp).values(id=1, **new))


def _forget(session: Session) -> None:
    session.info.pop(_CHANGED, None)

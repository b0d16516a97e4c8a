"""Reads of users, their sessions and departments."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, inspect, or_, select, true
from sqlalchemy.orm import joinedload, make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from crm.accounts.models import (
    Department,
    Role,
    SessionEnd,
    SignInAttempt,
    User,
    UserSession,
)
from crm.core.choices import ChoicesStamp, cached_choices
from crm.core.database import db
from crm.core.language import LANGUAGES, worded
from crm.core.words import entry_text


def user_called(email: str) -> Select[User]:
    """The user with this address, whatever its letter case."""
    return select(User).where(User.email == email.strip().casefold())


def user_with_department(user_id: int) -> Select[User]:
    """One user with their department loaded."""
    return select(User).where(User.id == user_id).options(joinedload(User.department))


def active_admins() -> Select[User]:
    """Administrators who can sign in, by id: in one order, so that locks never cross."""
    return select(User).where(User.is_active, User.role == Role.ADMIN).order_by(User.id)


class Entry(NamedTuple):
    """A session as the door reads it, with its user and the stamp of choices."""

    id: int
    begun_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    stamp: str | None
    user: User

    def end_at(self, now: datetime) -> SessionEnd | None:
        """Why the session is over at ``now`` (aware); None while it lets in."""
        if self.ended_at is not None or not self.user.is_active:
            return SessionEnd.ENDED
        if now >= self.begun_at + UserSession.ABSOLUTE_LIMIT:
            return SessionEnd.OLD
        return SessionEnd.IDLE if now >= self.last_seen_at + UserSession.IDLE_LIMIT else None


def entry_with(token_hash: str) -> Entry | None:
    """The session, ended or not, whose token has this hash; None when there is no such session.

    One statement: every request begins with it.
    """
    # Past the session, which takes twice as long to make the same of a row.
    found = db.session.connection().execute(_entries(), {"token_hash": token_hash}).first()
    if found is None:
        return None
    session_id, begun_at, last_seen_at, ended_at, stamp, *values = found
    return Entry(session_id, begun_at, last_seen_at, ended_at, stamp, _user_of(values))


@cache  # not prepared, which asks for the reader's language: nobody knows it before this
def _entries() -> Select[Any]:
    its = (UserSession.id, UserSession.begun_at, UserSession.last_seen_at, UserSession.ended_at)
    columns: list[Any] = [*its, ChoicesStamp.value, *(getattr(User, one) for one in _stored())]
    return (
        select(*columns)
        .join(User, User.id == UserSession.user_id)
        .outerjoin(ChoicesStamp, true())
        .where(UserSession.token_hash == bindparam("token_hash"))
    )


@cache
def _stored() -> list[str]:
    return [one.key for one in inspect(User).column_attrs]


def _user_of(values: Iterable[Any]) -> User:
    """The user with these values of columns, as if the session had loaded it."""
    user, session = User(), db.session()
    user.__dict__.update(zip(_stored(), values, strict=True))
    loaded: User | None = session.identity_map.get(identity_key(instance=user))
    if loaded is not None:
        return loaded
    make_transient_to_detached(user)  # from now on what it has is what is stored
    session.add(user)
    return user


def open_sessions_of(user: User, now: datetime) -> Select[UserSession]:
    """The sessions of ``user`` that let in at ``now`` (aware), the last used first."""
    return (
        select(UserSession)
        .where(
            UserSession.user_id == user.id,
            UserSession.ended_at.is_(None),
            UserSession.begun_at > now - UserSession.ABSOLUTE_LIMIT,
            UserSession.last_seen_at > now - UserSession.IDLE_LIMIT,
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
    )


def all_users() -> Select[User]:
    """Every user by name, disabled ones too, with department loaded."""
    return select(User).options(joinedload(User.department)).order_by(User.name_key, User.id)


def user_choices(
    roles: Iterable[Role] = tuple(Role), selected: Iterable[int | None] = ()
) -> list[tuple[int, str]]:
    """Id and name of active users with one of ``roles``, by name; ``selected`` ones in any case."""
    offered, kept = frozenset(roles), frozenset(selected)
    return [
        (one.id, one.name)
        for one in _users()
        if (one.is_active and one.role in offered) or one.id in kept
    ]


class _Named(NamedTuple):
    id: int
    name: str
    role: Role
    is_active: bool


@cached_choices
def _users() -> list[_Named]:
    """Every user, disabled ones too, by name."""
    found = select(User.id, User.name, User.role, User.is_active)
    rows = db.session.execute(found.order_by(User.name_key.nulls_last(), User.id))
    return [_Named(*row) for row in rows]


def active_departments() -> Select[Department]:
    """Departments in use, in the order of the list."""
    return (
        select(Department)
        .where(Department.archived_at.is_(None))
        .order_by(Department.position, Department.id)
    )


def department_choices(selected: int | None = None) -> list[tuple[int, str]]:
    """Id and name, in the reader's language, of the departments in use and of the ``selected``."""
    return [
        (department_id, name)
        for department_id, name, is_retired in _departments()
        if not is_retired or department_id == selected
    ]


@cached_choices
def every_department_choices() -> list[tuple[int, str]]:
    """The same of every one, retired ones marked and last: the choices of a list's filter."""
    return [
        (department_id, entry_text(name, is_retired))
        for department_id, name, is_retired in sorted(_departments(), key=lambda one: one[2])
    ]


@cached_choices
def _departments() -> list[tuple[int, str, bool]]:
    """Id, name and whether it is retired of every department, in the order of the list."""
    found = db.session.scalars(select(Department).order_by(Department.position, Department.id))
    return [(one.id, worded(one, "name").text, one.archived_at is not None) for one in found]


def departments_called(text: str) -> Select[Department]:
    """Departments in use with this code or this name in any language, written just so."""
    names = [getattr(Department, f"name_{code}") for code in LANGUAGES]
    return active_departments().where(
        or_(*(column == text for column in (Department.code, *names)))
    )


def failures_since(key: str, moment: datetime) -> Select[datetime]:
    """Instants of the sign-ins counted under ``key`` after ``moment``, oldest first."""
    return (
        select(SignInAttempt.attempted_at)
        .where(SignInAttempt.key == key, SignInAttempt.attempted_at > moment)
        .order_by(SignInAttempt.attempted_at, SignInAttempt.id)
    )


@cached_choices
def everybody() -> list[tuple[str, str]]:
    """Id and name of every user by name, who is disabled marked: the choices of a list's filter."""
    return [
        (str(one.id), one.name if one.is_active else str(_("%(name)s (disabled)", name=one.name)))
        for one in _users()
    ]

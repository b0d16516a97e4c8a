"""Users: added, changed, let in and out."""

import re
from dataclasses import dataclass
from typing import Self

from flask_babel import force_locale

from crm.accounts.models import Department, Language, Role, User
from crm.accounts.queries import active_admins, departments_called, user_called
from crm.accounts.services.notices import Notice, queue
from crm.accounts.services.passwords import (
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    set_no_password,
    set_password,
    weakness_of,
)
from crm.accounts.services.sessions import end_sessions
from crm.core.database import db

# An office has names of its own (head@akimat.local), which email-validator 2 refuses.
_MAIL_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*")


class AccountError(ValueError):
    """A user that cannot be made or changed; the message is one line."""


def add_user(
    email: str,
    name: str,
    role: Role,
    password: str | None,
    language: Language = Language.KK,
    department: Department | None = None,
) -> User:
    """A new user, flushed; raises AccountError when something is unfit or the address taken.

    Without a password a letter with a link to set one waits to be sent. Whether a given one is
    good enough is the caller's: a demo world may have a short one.
    """
    check_new_user(email, name)
    user = User(
        email=email.strip().casefold(),
        name=" ".join(name.split()),
        role=role,
        language=language,
        department=department,
    )
    if password is None:
        set_no_password(user)
    else:
        set_password(user, password)
    db.session.add(user)
    db.session.flush()
    if password is None:
        queue(Notice.INVITATION, user)
    return user


def is_mail_address(email: str) -> bool:
    """Whether the casefolded ``email`` can be written to."""
    return bool(_MAIL_ADDRESS.fullmatch(email)) and len(email) <= 254


def check_new_user(email: str, name: str) -> None:
    """Raises AccountError for an address or a name that is unfit, or an address that is taken."""
    email = email.strip().casefold()
    if not is_mail_address(email):
        raise AccountError(f"not a mail address: {email}")
    if not 1 <= len(" ".join(name.split())) <= 200:
        raise AccountError("a name has from 1 to 200 characters")
    if db.session.scalar(user_called(email)) is not None:
        raise AccountError(f"there is a user with this address already: {email}")


def check_password(
    password: str, email: str = "", name: str = "", shortest: int = SHORTEST_PASSWORD
) -> None:
    """Raises AccountError for a password that is too short, too long or easy to guess.

    With a ``shortest`` of its own, as in a demo world, only the length counts.
    """
    if not shortest <= len(password) <= LONGEST_PASSWORD:
        raise AccountError(f"a password has from {shortest} to {LONGEST_PASSWORD} characters")
    weakness = weakness_of(password, email, name) if shortest == SHORTEST_PASSWORD else None
    if weakness is not None:
        with force_locale("en"):
            raise AccountError(str(weakness.label))


def department_called(text: str) -> Department:
    """The department with this code or name, in use; raises AccountError when it is not one."""
    found = list(db.session.scalars(departments_called(text)))
    if len(found) != 1:
        raise AccountError(f"{'no' if not found else 'more than one'} department {text!r}")
    return found[0]


def change_password(user: User, password: str) -> None:
    """A new password for ``user``: every session ends, and they are told by mail."""
    set_password(user, password)
    queue(Notice.PASSWORD, user)


def is_last_admin(user: User) -> bool:
    """Whether nobody else could administer the users; locks the administrators until the commit."""
    found = db.session.scalars(active_admins().with_for_update()).all()
    return [one.id for one in found] == [user.id]


@dataclass(frozen=True)
class Standing:
    """What of a user others decide; compare it before and after a change."""

    email: str
    role: Role
    is_active: bool

    @classmethod
    def of(cls, user: User) -> Self:
        """The standing of ``user`` now."""
        return cls(user.email, user.role, user.is_active)


def follow_change(user: User, before: Standing) -> None:
    """What a changed standing entails: sessions end, and the person is told by mail.

    Whoever is let out stays out on every device, also when let in again.
    """
    if user.email != before.email:
        queue(Notice.EMAIL, user, address=before.email)
    if user.role != before.role:
        queue(Notice.ROLE, user)
    if user.is_active != before.is_active:
        queue(Notice.ENABLED if user.is_active else Notice.DISABLED, user)
    if user.role != before.role or not user.is_active:
        end_sessions(user)


def switch_user(user: User, is_active: bool) -> None:
    """Let ``user`` in or out; raises AccountError when nobody could administer the users then."""
    if not is_active and is_last_admin(user):
        raise AccountError(f"{user.email} is the last administrator")
    before = Standing.of(user)
    user.is_active = is_active
    follow_change(user, before)

"""Passwords, the throttle of sign-ins, and changes of users."""

import re
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete

from crm.accounts.models import Department, Language, Role, SignInAttempt, User
from crm.accounts.queries import departments_called, failures_since, user_called
from crm.core import clock
from crm.core.database import db

LIMIT_PER_EMAIL = 5
LIMIT_PER_ADDRESS = 30
WINDOW = timedelta(minutes=15)
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200
# An office has names of its own (head@akimat.local), which email-validator 2 refuses.
_MAIL_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)*")
# 19 MiB, two passes (OWASP Password Storage Cheat Sheet): the library's 64 MiB for each of eight
# sign-ins at once is half the memory of one small server.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class AccountError(ValueError):
    """A user that cannot be made or changed; the message is one line."""


def add_user(
    email: str,
    name: str,
    role: Role,
    password: str,
    language: Language = Language.KK,
    department: Department | None = None,
) -> User:
    """A new user, flushed; raises AccountError when something is unfit or the address taken.

    Whether the password is long enough is the caller's: a demo world may have a short one.
    """
    check_new_user(email, name)
    user = User(
        email=email.strip().casefold(),
        name=" ".join(name.split()),
        role=role,
        language=language,
        department=department,
    )
    set_password(user, password)
    db.session.add(user)
    db.session.flush()
    return user


def check_new_user(email: str, name: str) -> None:
    """Raises AccountError for an address or a name that is unfit, or an address that is taken."""
    email = email.strip().casefold()
    if not _MAIL_ADDRESS.fullmatch(email) or len(email) > 254:
        raise AccountError(f"not a mail address: {email}")
    if not 1 <= len(" ".join(name.split())) <= 200:
        raise AccountError("a name has from 1 to 200 characters")
    if db.session.scalar(user_called(email)) is not None:
        raise AccountError(f"there is a user with this address already: {email}")


def department_called(text: str) -> Department:
    """The department with this code or name, in use; raises AccountError when it is not one."""
    found = list(db.session.scalars(departments_called(text)))
    if len(found) != 1:
        raise AccountError(f"{'no' if not found else 'more than one'} department {text!r}")
    return found[0]


def switch_user(user: User, is_active: bool) -> None:
    """Let ``user`` in or out; who is let out stays out on every device, also when let in again."""
    user.is_active = is_active
    if not is_active:
        user.session_token = _fresh_token()


def set_password(user: User, password: str) -> None:
    """Give ``user`` a new password; every session opened with the old one ends."""
    user.password_hash = _hasher.hash(password)
    user.session_token = _fresh_token()


def check_password(password: str, shortest: int = SHORTEST_PASSWORD) -> None:
    """Raises AccountError for a password that is too short, or too long to be hashed."""
    if not shortest <= len(password) <= LONGEST_PASSWORD:
        raise AccountError(f"a password has from {shortest} to {LONGEST_PASSWORD} characters")


def password_fits(user: User | None, password: str) -> bool:
    """Whether ``password`` opens the account; costs the same when there is none."""
    return hash_fits(user.password_hash if user is not None else None, password)


def hash_fits(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` has this hash; costs the same when there is none."""
    try:
        _hasher.verify(password_hash or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def renew_hash(user: User, password: str) -> None:
    """Hash the right ``password`` anew when the rules of hashing have become stricter."""
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)


@cache
def _decoy() -> str:
    return _hasher.hash(secrets.token_hex(8))


def _fresh_token() -> str:
    return secrets.token_urlsafe(24)


# -- the throttle --------------------------------------------------------------------------------
# An attempt is counted, and committed, before its password is looked at: guesses sent to all
# workers at the same moment see each other.


def count_attempt(email: str, address: str) -> list[int]:
    """Write down an attempt from a network ``address``; ids of its rows. Old ones are forgotten."""
    now = clock.now()
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.attempted_at <= now - WINDOW))
    attempt = [SignInAttempt(key=key, attempted_at=now) for key in _limits(email, address)]
    db.session.add_all(attempt)
    db.session.flush()
    return [row.id for row in attempt]


def refused_until(email: str, address: str) -> datetime | None:
    """When the next attempt will be heard; None when the one just counted is."""
    since = clock.now() - WINDOW
    reopenings = []
    for key, limit in _limits(email, address).items():
        earlier = list(db.session.scalars(failures_since(key, since)))[:-1]
        if len(earlier) >= limit:
            reopenings.append(earlier[-limit] + WINDOW)
    return max(reopenings, default=None)


def take_back(attempt: list[int]) -> None:
    """An attempt that was not heard, or went well, is no failure."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(attempt)))


def forget_failures(email: str) -> None:
    """A sign-in went well: earlier slips of this email count no more."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key == _email_key(email)))


def _limits(email: str, address: str) -> dict[str, int]:
    return {_email_key(email): LIMIT_PER_EMAIL, f"address:{address}"[:300]: LIMIT_PER_ADDRESS}


def _email_key(email: str) -> str:
    return f"email:{email.strip().casefold()}"[:300]

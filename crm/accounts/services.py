"""Passwords, sign-in attempts and changes of users."""

import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete

from crm.accounts.models import Language, Role, SignInAttempt, User
from crm.accounts.queries import attempts_since, user_called
from crm.core import clock
from crm.core.database import db

LIMIT_PER_EMAIL = 5
LIMIT_PER_ADDRESS = 30
WINDOW = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
_hasher = PasswordHasher()
_decoy = _hasher.hash(secrets.token_hex(8))


class AccountError(ValueError):
    """A user that cannot be made or changed; the message is one line."""


def set_password(user: User, password: str) -> None:
    """Give ``user`` a new password; every session opened with the old one ends."""
    user.password_hash = _hasher.hash(password)
    user.session_token = secrets.token_urlsafe(24)


def add_user(
    email: str, name: str, role: Role, password: str, language: Language = Language.KK
) -> User:
    """A new user, flushed; raises AccountError when the address is taken or unfit."""
    email = email.strip().casefold()
    if "@" not in email or len(email) > 254:
        raise AccountError(f"not a mail address: {email}")
    if db.session.scalar(user_called(email)) is not None:
        raise AccountError(f"there is a user with this address already: {email}")
    check_password(password)
    user = User(email=email, name=name.strip(), role=role, language=language)
    set_password(user, password)
    db.session.add(user)
    db.session.flush()
    return user


def check_password(password: str) -> None:
    """Raises AccountError for a password too short or too long to be hashed."""
    if not SHORTEST_PASSWORD <= len(password) <= 200:
        raise AccountError(f"a password has from {SHORTEST_PASSWORD} to 200 characters")


def password_fits(user: User | None, password: str) -> bool:
    """Whether ``password`` opens the account; costs the same for an unknown one."""
    try:
        _hasher.verify(user.password_hash if user is not None else _decoy, password)
    except (VerificationError, InvalidHashError):
        return False
    if user is not None and _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)
    return user is not None


def is_throttled(email: str, address: str) -> bool:
    """Whether too many sign-ins failed lately for this email or from this network address."""
    since = clock.now() - WINDOW
    failed = [db.session.scalar(attempts_since(key, since)) or 0 for key in _keys(email, address)]
    return failed[0] >= LIMIT_PER_EMAIL or failed[1] >= LIMIT_PER_ADDRESS


def note_failure(email: str, address: str) -> None:
    """Remember a failed sign-in, and forget those that no longer count."""
    old = SignInAttempt.attempted_at < clock.now() - WINDOW
    db.session.execute(delete(SignInAttempt).where(old))
    db.session.add_all(SignInAttempt(key=key) for key in _keys(email, address))
    db.session.flush()


def forget_failures(email: str) -> None:
    """A sign-in went well: earlier slips of this email count no more."""
    key = f"email:{email.strip().casefold()[:254]}"
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key == key))


def _keys(email: str, address: str) -> tuple[str, str]:
    return f"email:{email.strip().casefold()[:254]}", f"address:{address}"

"""Sessions: begun by a sign-in, prolonged by use, ended by their owner, a limit or a change."""

import hashlib
import re
import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, update

from crm.accounts.models import User, UserSession
from crm.core import clock
from crm.core.database import db

SEEN_AFTER = timedelta(minutes=5)  # the time is written no oftener, so that reading stays cheap
_FORGOTTEN_AFTER = timedelta(days=30)
_LONGEST_ADDRESS = 45  # an IPv6 address with an IPv4 one inside
_TOKEN_BYTES = 32
# The first that fits: most browsers also claim to be those below them.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser", "Yandex"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "macOS"),
    ("Linux|X11", "Linux"),
)


def begin_session(user: User, address: str, agent: str) -> str:
    """A new session of ``user``, flushed; the token its cookie carries. Old ones are forgotten."""
    now = clock.now()
    db.session.execute(delete(UserSession).where(UserSession.begun_at <= now - _FORGOTTEN_AFTER))
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    begun = UserSession(
        user_id=user.id,
        token_hash=hash_of(token),
        begun_at=now,
        last_seen_at=now,
        address=address[:_LONGEST_ADDRESS],
        browser=browser_of(agent),
    )
    db.session.add(begun)
    db.session.flush()
    return token


def hash_of(token: str) -> str:
    """How a secret ``token`` is stored: whoever reads the table cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def browser_of(agent: str) -> str:
    """The browser and the system a User-Agent names, as people call them; empty for neither."""
    found = (
        next((name for pattern, name in known if re.search(pattern, agent)), "")
        for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name)


def note_seen(session_id: int) -> None:
    """Write down that the session is in use; one that has ended stays ended."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(last_seen_at=clock.now())
    )


def end_session(session_id: int) -> None:
    """End one session; the first ending stands."""
    _end(UserSession.id == session_id)


def end_sessions(user: User) -> None:
    """End every session of ``user``; one who was never stored has none."""
    if user.id is not None:
        _end(UserSession.user_id == user.id)


def _end(condition: ColumnElement[bool]) -> None:
    db.session.execute(
        update(UserSession)
        .where(condition, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )

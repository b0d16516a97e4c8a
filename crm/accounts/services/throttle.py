"""The throttle of sign-ins and of requests for a new password, shared by all workers.

An attempt is counted, and committed, before it is looked at: guesses sent to all workers at the
same moment see each other.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete

from crm.accounts.models import SignInAttempt
from crm.accounts.queries import failures_since
from crm.core import clock
from crm.core.database import db

LIMIT_PER_EMAIL = 5
LIMIT_PER_ADDRESS = 30
RESETS_PER_EMAIL = 3
RESETS_PER_ADDRESS = 20
WINDOW = timedelta(minutes=15)

Limits = Mapping[str, int]  # how many attempts a key may have in the WINDOW


def sign_in_limits(email: str, address: str) -> Limits:
    """How often a password may be tried for ``email``, and from a network ``address``."""
    return {_sign_in_key(email): LIMIT_PER_EMAIL, f"address:{address}"[:300]: LIMIT_PER_ADDRESS}


def reset_limits(email: str, address: str) -> Limits:
    """How often a new password may be asked for; apart from sign-ins, which it must not stop."""
    return {
        f"reset:{_folded(email)}"[:300]: RESETS_PER_EMAIL,
        f"reset-address:{address}"[:300]: RESETS_PER_ADDRESS,
    }


def count_attempt(limits: Limits) -> list[int]:
    """Write an attempt down under every key; ids of its rows. Old ones are forgotten."""
    now = clock.now()
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.attempted_at <= now - WINDOW))
    attempt = [SignInAttempt(key=key, attempted_at=now) for key in limits]
    db.session.add_all(attempt)
    db.session.flush()
    return [row.id for row in attempt]


def refused_until(limits: Limits) -> datetime | None:
    """When the next attempt will be heard; None when the one just counted is."""
    since = clock.now() - WINDOW
    reopenings = []
    for key, limit in limits.items():
        earlier = list(db.session.scalars(failures_since(key, since)))[:-1]
        if len(earlier) >= limit:
            reopenings.append(earlier[-limit] + WINDOW)
    return max(reopenings, default=None)


def take_back(attempt: list[int]) -> None:
    """An attempt that was not heard, or went well, is no failure."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(attempt)))


def forget_failures(email: str) -> None:
    """A sign-in went well: earlier slips of this email count no more."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key == _sign_in_key(email)))


def _sign_in_key(email: str) -> str:
    return f"email:{_folded(email)}"[:300]


def _folded(email: str) -> str:
    return email.strip().casefold()

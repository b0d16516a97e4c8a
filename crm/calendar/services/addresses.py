"""The secret address of a person's calendar: made, made anew, switched off; flushed."""

import secrets

from crm.accounts.models import User
from crm.accounts.services.sessions import hash_of
from crm.calendar.models import Calendar
from crm.core import clock
from crm.core.database import db

_TOKEN_BYTES = 32


def make_address(user: User) -> str:
    """The token of a new address of the calendar of ``user``; an older one leads nowhere now."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    calendar = calendar_for(user)
    calendar.token_hash, calendar.address_made_at = hash_of(token), clock.now()
    db.session.flush()
    return token


def switch_off(user: User) -> None:
    """Let no address lead to the calendar of ``user``."""
    calendar = calendar_for(user)
    calendar.token_hash = calendar.address_made_at = None
    db.session.flush()


def calendar_for(user: User) -> Calendar:
    """The stored choices of ``user``, made now where there were none.

    The row of ``user`` is to be locked: a person may press two buttons at once.
    """
    calendar = db.session.get(Calendar, user.id)
    if calendar is None:
        calendar = Calendar(user_id=user.id, has_invitations=True)
        db.session.add(calendar)
    return calendar

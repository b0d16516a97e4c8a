"""Trying a password, at the door and before a change of it."""

from datetime import datetime, timedelta

from flask import request
from flask_babel import gettext as _

from crm.accounts import services
from crm.accounts.models import User
from crm.accounts.queries import user_called
from crm.core import clock
from crm.core.database import db


class NotHeardError(Exception):
    """Too many attempts failed lately: this one was not looked at, and none is ``until`` then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until

    @property
    def message(self) -> str:
        """What the person is told."""
        minute = clock.to_local(self.until + timedelta(minutes=1)).strftime("%H:%M")
        return str(_("Too many failed attempts. Try once more at %(time)s.", time=minute))

    @property
    def headers(self) -> dict[str, str]:
        """What the machine is told."""
        seconds = (self.until - clock.now()).total_seconds()
        return {"Retry-After": str(max(1, round(seconds)))}


def owner_of(email: str, password: str) -> User | None:
    """The user whom ``password`` lets in, earlier failures forgotten; None when it does not.

    Counts the attempt and commits it; raises NotHeardError when too many failed. No transaction
    is open while the hash is computed: on SQLite every other writer would wait for it.
    """
    address = request.remote_addr or ""
    attempt = services.count_attempt(email, address)
    user = db.session.scalar(user_called(email).where(User.is_active))
    user_id, password_hash = (user.id, user.password_hash) if user is not None else (None, None)
    db.session.commit()
    until = services.refused_until(email, address)
    if until is not None:
        services.take_back(attempt)
    db.session.commit()
    if until is not None:
        raise NotHeardError(until)
    if not services.hash_fits(password_hash, password):
        return None
    services.take_back(attempt)
    services.forget_failures(email)
    return db.session.get(User, user_id)

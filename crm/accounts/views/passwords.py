"""Trying a password, at the door and before a change of it, and asking for a new one."""

from datetime import datetime, timedelta

from flask import request
from flask_babel import gettext as _

from crm.accounts.models import User
from crm.accounts.queries import user_called
from crm.accounts.services import throttle
from crm.accounts.services.passwords import hash_fits
from crm.core import clock
from crm.core.database import db


class NotHeardError(Exception):
    """Too many attempts failed lately: this one was not looked at, and none is ``until`` then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until

    @property
    def minute(self) -> str:
        """From when on attempts are heard, as wall time."""
        return clock.to_local(self.until + timedelta(minutes=1)).strftime("%H:%M")

    @property
    def message(self) -> str:
        """What a person is told who tried a password."""
        return str(_("Too many failed attempts. Try once more at %(time)s.", time=self.minute))

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
    limits = throttle.sign_in_limits(email, request.remote_addr or "")
    attempt = throttle.count_attempt(limits)
    user = db.session.scalar(user_called(email).where(User.is_active))
    user_id, password_hash = (user.id, user.password_hash) if user is not None else (None, None)
    db.session.commit()
    _ask_to_be_heard(limits, attempt)
    if not hash_fits(password_hash, password):
        return None
    throttle.take_back(attempt)
    throttle.forget_failures(email)
    return db.session.get(User, user_id)


def count_request(email: str) -> None:
    """Count a request for a new password and commit; raises NotHeardError after too many."""
    limits = throttle.reset_limits(email, request.remote_addr or "")
    attempt = throttle.count_attempt(limits)
    db.session.commit()
    _ask_to_be_heard(limits, attempt)


def _ask_to_be_heard(limits: throttle.Limits, attempt: list[int]) -> None:
    until = throttle.refused_until(limits)
    if until is not None:
        throttle.take_back(attempt)
    db.session.commit()
    if until is not None:
        raise NotHeardError(until)

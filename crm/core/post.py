"""The post office: mails that features queue with a change, and who writes them.

A feature registers each purpose of its mails once, in ``features.py``; core itself knows none of
them. A mail waits in the ledger from the moment of the change, in the same transaction. It is
handed over right after the answer; what a dead mail server did not take goes with a later one,
with ``crm digest run``, or with the next ``crm digest send``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from flask import current_app
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, select

from crm.core import clock
from crm.core.claims import ClaimError
from crm.core.database import db
from crm.core.delivery import (
    Addressed,
    DeliveryKey,
    Outcome,
    Post,
    Receipt,
    deliver,
    open_post,
)
from crm.core.ledger import (
    FIRST_PAUSE,
    Delivery,
    add_waiting,
    is_open,
    is_open_at,
    not_taken,
    period_at,
)
from crm.core.mail import MailServerError

PATIENCE = 20  # seconds for each answer of the mail server: a worker of the pages waits for it

Writer = Callable[[DeliveryKey, str], Addressed | None]


@dataclass(frozen=True)
class Purpose:
    """A purpose of mails. ``write`` gives the mail of a key to an address as of this moment, None
    when it has become pointless; it reads what it needs, and opens no transaction of its own.

    One that is not ``is_queued`` is sent by its feature at times of its own. A mail that nobody
    took in the time ``kept_for`` is no news any more and is dropped.
    """

    name: str
    label: LazyString
    write: Writer
    is_queued: bool = True
    kept_for: timedelta = timedelta(days=7)


@dataclass(frozen=True)
class Waiting:
    """A mail in the ledger that can be sent."""

    id: int
    key: DeliveryKey
    address: str
    purpose: Purpose


_purposes: dict[str, Purpose] = {}


def register(*given: Purpose) -> None:
    """Make purposes known; a second registration of a name replaces the first."""
    for one in given:
        _purposes[one.name] = one


def purposes() -> tuple[Purpose, ...]:
    """Every registered purpose, in the order of registration."""
    return tuple(_purposes.values())


def about(purpose: str, subject_id: int) -> str:
    """The purpose of mails about one record: ``subject_of`` and ``purpose_of`` take it apart."""
    return f"{purpose}-{subject_id}"


def subject_of(purpose: str) -> int:
    """Which record mails of this purpose are about; raises ValueError when none is named."""
    return int(purpose.rpartition("-")[2])


def purpose_of(purpose: str) -> Purpose | None:
    """What is registered for it, by its whole name or without the record it is ``about``."""
    name, _dash, number = purpose.rpartition("-")
    return _purposes.get(purpose) or (_purposes.get(name) if number.isdecimal() else None)


def queue(purpose: str, recipient_id: int, address: str, period: str | None = None) -> None:
    """Let a mail wait, in the transaction of the change it tells of.

    ``period`` (20 characters) makes what is one change one mail: a second one under the same key
    adds nothing. Without it every call is a mail.
    """
    now = clock.now()
    key = {"purpose": purpose, "recipient_id": recipient_id, "period": period or period_at(now)}
    add_waiting([{**key, "address": address}], now)


def send_waiting() -> str | None:
    """Hand over all that waits, for ``afterwards``; why some was not taken, None when all was.

    Commits by itself: nothing of the caller's may be open. One log line a mail that was not taken.
    """
    faults = hand_over(patience=PATIENCE)
    for fault in faults:
        current_app.logger.error("a letter waits to be sent: %s", fault)
    return "; ".join(faults) or None


def hand_over(
    due_at: datetime | None = None,
    patience: int | None = None,
    first_pause: timedelta = FIRST_PAUSE,
    is_over: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Hand over every mail that waits, with ``due_at`` only those due at that instant; what went
    wrong, a line each. It ends early between two mails when ``is_over`` says so.

    Commits by itself: nothing of the caller's may be open.
    """
    db.session.rollback()
    waiting = _waiting(due_at)
    if not waiting:
        return []
    faults, done = [], 0
    try:
        with open_post(patience, first_pause) as post:
            for one in waiting:
                if is_over():
                    break
                done += 1
                receipt = send_one(one, post)
                if receipt.outcome == Outcome.FAILED:
                    faults.append(f"{receipt.address}: {receipt.answer}")
    except (MailServerError, ClaimError) as error:
        faults.append(str(error))
        db.session.rollback()
        keep_back(Delivery.id.in_([one.id for one in waiting[done:]]), str(error), first_pause)
    return faults


def send_one(one: Waiting, post: Post, is_repeated: bool = False) -> Receipt:
    """Hand this mail over; see ``deliver``."""
    return deliver(one.key, partial(one.purpose.write, one.key, one.address), post, is_repeated)


def waiting_of(entry: Delivery) -> Waiting | None:
    """How the mail of ``entry`` is sent; None when nobody writes such mails any more."""
    purpose = purpose_of(entry.purpose)
    if purpose is None:
        return None
    key = DeliveryKey(entry.purpose, entry.recipient_id, entry.period)
    return Waiting(entry.id, key, entry.address, purpose)


def keep_back(which: ColumnElement[bool], answer: str, first_pause: timedelta) -> None:
    """Note at these mails that the server took none, so that each says when it is tried again.

    Commits what the caller has open, too.
    """
    db.session.execute(not_taken(which, answer, clock.now(), first_pause))
    db.session.commit()


def _waiting(due_at: datetime | None) -> list[Waiting]:
    """The queued mails that are open; what is no news any more is dropped."""
    elsewhere = [one.name for one in purposes() if not one.is_queued]
    wanted = is_open() if due_at is None else is_open_at(due_at)
    statement = select(Delivery).where(wanted, Delivery.purpose.not_in(elsewhere))
    found, late, now = [], False, clock.now()
    for entry in db.session.scalars(statement.order_by(Delivery.id)):
        one = waiting_of(entry)
        if one is not None and entry.queued_at + one.purpose.kept_for <= now:
            entry.drop()
            late = True
        elif one is not None:
            found.append(one)
    if late:
        db.session.commit()
    db.session.rollback()
    return found

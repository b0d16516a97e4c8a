"""Delivery of one mail to one person for one period, once."""

import enum
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import update

from crm.config import Config
from crm.core import clock
from crm.core.claims import Claims
from crm.core.database import begin_reading, db
from crm.core.ledger import Delivery, DeliveryStatus, delivery_for
from crm.core.mail import (
    Letter,
    Mailer,
    MailRefusedError,
    MailServerError,
    compose,
    message_id,
)


@dataclass(frozen=True)
class DeliveryKey:
    """What makes a mail the same mail."""

    purpose: str
    recipient_id: int
    period: str


@dataclass(frozen=True)
class Addressed:
    """A letter, and to whom."""

    name: str
    address: str
    letter: Letter


class Outcome(enum.StrEnum):
    """What came of a delivery."""

    SENT = "sent"
    NOTHING = "nothing to say"
    ALREADY = "already sent"
    FAILED = "failed"


@dataclass(frozen=True)
class Receipt:
    """The outcome; of a failed one the address and why."""

    outcome: Outcome
    address: str = ""
    answer: str = ""


def is_sent(key: DeliveryKey) -> bool:
    """Whether the server took this mail."""
    entry = db.session.scalar(delivery_for(key.purpose, key.recipient_id, key.period))
    return entry is not None and entry.status == DeliveryStatus.SENT


def deliver(
    key: DeliveryKey, write: Callable[[], Addressed | None], mailer: Mailer, claims: Claims
) -> Receipt:
    """Write the mail and hand it over, unless that was done before or there is nothing to say.

    Commits by itself, each step in a transaction of its own: what is handed over must be known
    whatever happens next, and SQLite's write lock is never held while somebody waits. Raises
    MailServerError when no mail can be handed over, ClaimError when another process works on this
    person for too long.

    The entry says "sending" from before the hand-over, and "sent" from right after the server's
    answer. So a kill between two people neither loses nor repeats a mail. Only a kill (or a lost
    database) between the server's answer and the commit that follows it, a few milliseconds,
    leaves a mail in doubt: it is sent once more, under the same Message-ID.
    """
    db.session.rollback()
    with claims.hold(f"{key.purpose}-{key.recipient_id}"):
        begin_reading()
        was_sent = is_sent(key)
        addressed = None if was_sent else write()
        db.session.rollback()
        if addressed is None:
            return Receipt(Outcome.ALREADY if was_sent else Outcome.NOTHING)
        mailer.make_ready()
        return _hand_over(_begin(key, addressed), addressed, mailer)


def _begin(key: DeliveryKey, addressed: Addressed) -> tuple[int, str]:
    """Note that the mail is about to be handed over; the entry's id and the Message-ID."""
    config: Config = current_app.config["CRM"]
    own_id = message_id(key.purpose, key.recipient_id, key.period, config.base_url)
    entry = db.session.scalar(delivery_for(key.purpose, key.recipient_id, key.period))
    if entry is None:
        entry = Delivery(
            purpose=key.purpose, recipient_id=key.recipient_id, period=key.period, attempts=0
        )
        db.session.add(entry)
    entry.begin(addressed.address, own_id, clock.now())
    db.session.flush()
    entry_id = entry.id
    db.session.commit()
    return entry_id, own_id


def _hand_over(begun: tuple[int, str], addressed: Addressed, mailer: Mailer) -> Receipt:
    entry_id, own_id = begun
    config: Config = current_app.config["CRM"]
    to = (addressed.name, addressed.address)
    try:
        mailer.send(compose(addressed.letter, sender=config.mail_from, to=to, message_id=own_id))
    except MailRefusedError as error:
        _end(entry_id, str(error))
        return Receipt(Outcome.FAILED, addressed.address, str(error))
    except MailServerError as error:
        _end(entry_id, str(error))
        raise
    _end(entry_id)
    return Receipt(Outcome.SENT, addressed.address)


def _end(entry_id: int, answer: str | None = None) -> None:
    """Note at once what came of the mail: one statement, for every moment before it counts."""
    db.session.execute(
        update(Delivery)
        .where(Delivery.id == entry_id)
        .values(
            status=DeliveryStatus.SENT if answer is None else DeliveryStatus.FAILED, answer=answer
        )
    )
    db.session.commit()

"""One run of the digest: everybody it is due for, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from flask import current_app
from sqlalchemy.exc import OperationalError

from crm.accounts.models import DigestFrequency, User
from crm.core import clock
from crm.core.claims import ClaimError
from crm.core.database import begin_reading, db
from crm.core.delivery import Addressed, DeliveryKey, Outcome, Post, Receipt, deliver, open_post
from crm.core.ledger import DeliveryStatus, delivery_for
from crm.core.mail import MailServerError
from crm.digest.queries.people import PURPOSE, period_of, subscribers, unfinished
from crm.digest.services.letter import Written, letter_of, write_digest


@dataclass(frozen=True)
class Due:
    """Whom a digest is due for, and which mail that is."""

    email: str
    key: DeliveryKey


@dataclass
class Run:
    """What came of a run; ``fault`` says why it ended early, ``left`` how many people it did not
    come to and ``kept`` for how many of them there was a mail.
    """

    receipts: list[Receipt] = field(default_factory=list)
    fault: str = ""
    left: int = 0
    kept: int = 0

    def count(self, outcome: Outcome) -> int:
        """How many people had this outcome."""
        return sum(receipt.outcome == outcome for receipt in self.receipts)

    @property
    def failed(self) -> list[Receipt]:
        """Those whose mail was not taken."""
        return [one for one in self.receipts if one.outcome == Outcome.FAILED]

    @property
    def not_sent(self) -> int:
        """How many mails were due and not handed over."""
        return len(self.failed) + self.kept

    @property
    def is_complete(self) -> bool:
        """Whether every mail was handed over."""
        return not self.fault and not self.failed


def everybody_due(on: date, email: str | None = None) -> list[Due]:
    """Those whose digest is due on ``on`` (``email``: only that person).

    A daily one is due on every day asked for. A weekly one is due on Monday; on the days after
    only when its mail was begun and not taken, so that a refused one is tried again.
    """
    db.session.rollback()
    begin_reading()
    statement = subscribers() if email is None else subscribers().where(User.email == email)
    monday = clock.week_of(on)[0]
    retried = set() if on == monday else set(db.session.scalars(unfinished(monday.isoformat())))
    due = [
        Due(user.email, DeliveryKey(PURPOSE, user.id, period_of(user.digest, on)))
        for user in db.session.scalars(statement)
        if user.digest == DigestFrequency.DAILY or on == monday or user.id in retried
    ]
    db.session.rollback()
    return due


def send_digests(
    on: date, email: str | None = None, tell: Callable[[int, int], None] = lambda *_: None
) -> Run:
    """Send what is due on ``on``; ``tell`` hears (done, all) after each person.

    One person's failure never stops the others. A server that takes no mail ends the run, and
    whoever is left gets theirs at the next one.
    """
    due, run = everybody_due(on, email), Run()
    run.left = len(due)
    try:
        with open_post() as post:
            for one in due:
                run.receipts.append(_send(one, on, post))
                run.left -= 1
                tell(len(due) - run.left, len(due))
    except (MailServerError, ClaimError) as error:
        run.fault = str(error)
        run.kept = sum(_has_a_mail(one, on) for one in due[len(due) - run.left :])
    return run


def _has_a_mail(one: Due, on: date) -> bool:
    """Whether there is something to send; one that cannot even be written was not sent either."""
    try:
        return _planned(one, on)[0] == Outcome.SENT
    except OperationalError:
        raise
    except Exception:
        db.session.rollback()
        current_app.logger.exception("digest of user %s", one.key.recipient_id)
        return True


def _send(one: Due, on: date, post: Post) -> Receipt:
    receipt = deliver(one.key, lambda: _write(one, on), post)
    if receipt.outcome == Outcome.FAILED and not receipt.address:
        return Receipt(receipt.outcome, one.email, receipt.answer)
    return receipt


def _write(one: Due, on: date) -> Addressed | None:
    """The mail as of this moment: whoever was disabled or unsubscribed meanwhile gets none."""
    wanted = subscribers().where(User.id == one.key.recipient_id)
    user = db.session.scalar(wanted)
    written = write_digest(user, on) if user is not None else None
    if user is None or written is None:
        return None
    return Addressed(user.name, user.email, lambda: letter_of(written))


def would_send(on: date, email: str | None = None) -> list[tuple[str, Outcome, Written | None]]:
    """What a run would do now, by address; writes and sends nothing."""
    return [(one.email, *_planned(one, on)) for one in everybody_due(on, email)]


def _planned(one: Due, on: date) -> tuple[Outcome, Written | None]:
    db.session.rollback()
    begin_reading()
    user = db.session.get(User, one.key.recipient_id)
    entry = db.session.scalar(delivery_for(one.key.purpose, one.key.recipient_id, one.key.period))
    was_sent = entry is not None and entry.status == DeliveryStatus.SENT
    written = write_digest(user, on) if user is not None and not was_sent else None
    db.session.rollback()
    nothing = Outcome.ALREADY if was_sent else Outcome.NOTHING
    return nothing if written is None else Outcome.SENT, written

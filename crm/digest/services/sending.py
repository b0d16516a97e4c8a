"""One run of the digest: everybody it is due for, one after the other."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import current_app

from crm.accounts.models import DigestFrequency, User
from crm.config import Config
from crm.core import clock
from crm.core.claims import ClaimError
from crm.core.database import begin_reading, db, insert_missing
from crm.core.delivery import (
    Addressed,
    DeliveryKey,
    Outcome,
    Post,
    Receipt,
    deliver,
    open_post,
)
from crm.core.ledger import FIRST_PAUSE, RECIPIENT, DeliveryStatus, add_waiting
from crm.core.mail import MailServerError
from crm.core.post import keep_back
from crm.core.working_days import WorkingCalendar
from crm.digest.models import DigestRun
from crm.digest.queries.digest import Digest
from crm.digest.queries.people import PURPOSE, is_due, period_of, subscribers
from crm.digest.queries.reading import digests_for
from crm.digest.queries.runs import entries_of, last_run, of_these, superseded
from crm.digest.services.letter import Written, letter_of, written
from crm.reference.queries import working_calendar

# As of the moment of the mail: whoever was disabled or unsubscribed meanwhile gets none.
_STILL = subscribers().with_only_columns(User.email).where(User.id == RECIPIENT).order_by(None)


@dataclass(frozen=True)
class Errand:
    """How a run goes about it: ``retry_at`` sends only those whose next attempt is due then, and
    ``is_over`` ends it between two mails. ``tell`` hears (done, all) after each person.
    """

    retry_at: datetime | None = None
    first_pause: timedelta = FIRST_PAUSE
    is_over: Callable[[], bool] = lambda: False
    tell: Callable[[int, int], None] = lambda *_: None


@dataclass(frozen=True)
class Due:
    """Whom a digest is due for, which mail that is, and what the ledger says of it."""

    user: User
    email: str
    key: DeliveryKey
    status: DeliveryStatus | None

    @property
    def is_sent(self) -> bool:
        """Whether the server took it."""
        return self.status == DeliveryStatus.SENT


@dataclass
class Run:
    """What came of a run; ``fault`` says why it ended early, and ``kept`` how many mails of people
    it did not come to there are.
    """

    receipts: list[Receipt] = field(default_factory=list)
    fault: str = ""
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


def everybody_due(
    on: date, email: str | None = None, retry_at: datetime | None = None
) -> list[Due]:
    """Those whose digest is due on ``on``, by id; ``email``: only that person.

    Beside those the calendar says: weekly readers whose week has begun and whose mail was not
    taken, or who were not asked for on any day of it before. Nobody on a day off. ``retry_at``:
    only mails that were tried before, and are to be tried again by then.
    """
    db.session.rollback()
    begin_reading()
    calendar = working_calendar()
    statement = subscribers() if email is None else subscribers().where(User.email == email)
    entries = {
        (recipient_id, period): (status, next_at)
        for recipient_id, period, status, next_at in db.session.execute(entries_of(on))
    }
    is_missed = _is_week_missed(on, calendar)
    due = []
    for user in db.session.scalars(statement) if calendar.is_working(on) else ():
        key = DeliveryKey(PURPOSE, user.id, period_of(user.digest, on))
        status, next_at = entries.get((user.id, key.period), (None, None))
        is_begun = status is not None and status.is_open
        if retry_at is not None:
            is_wanted = is_begun and (next_at is None or next_at <= retry_at)
        else:
            is_weekly = user.digest == DigestFrequency.WEEKLY
            is_late = is_weekly and (is_missed or is_begun)
            is_wanted = is_late or is_due(user.digest, on, calendar)
        if is_wanted:
            due.append(Due(user, user.email, key, status))
    db.session.expunge_all()  # the commits of the run must not make them ask anew
    db.session.rollback()
    return due


def _is_week_missed(on: date, calendar: WorkingCalendar) -> bool:
    """Whether the first working day of this week is over and there was no run on it nor since."""
    first = calendar.first_of_week(on)
    if first is None or on <= first:
        return False
    return db.session.scalar(last_run(first, on - timedelta(days=1))) is None


def send_digests(on: date, email: str | None = None, errand: Errand | None = None) -> Run:
    """Send what is due on ``on``.

    One person's failure never stops the others. A server that takes no mail ends the run; that is
    noted at every mail it kept back. What is written is read in a fixed number of statements;
    each mail has the short transactions of its delivery, and no other.
    """
    errand = errand or Errand()
    due, run = everybody_due(on, email, errand.retry_at), Run()
    rest = {one.key.recipient_id: one for one in due if not one.is_sent}
    run.receipts += [Receipt(Outcome.ALREADY)] * (len(due) - len(rest))
    with closing(_digests(rest, on)) as digests:
        try:
            with open_post(first_pause=errand.first_pause) as post:
                for one, digest in digests:
                    if errand.is_over():
                        return run
                    run.kept = 1  # the one at hand, should the server fail over it
                    run.receipts.append(_send(one, digest, post))
                    run.kept = 0
                    errand.tell(len(run.receipts), len(due))
        except (MailServerError, ClaimError) as error:
            run.fault = str(error)
            run.kept += _keep_back(digests, on, run.fault, errand)
    if email is None and errand.retry_at is None and working_calendar().is_working(on):
        _note_run(on)
    return run


def _digests(due: dict[int, Due], on: date) -> Generator[tuple[Due, Digest], None, None]:
    config: Config = current_app.config["CRM"]
    with closing(digests_for([one.user for one in due.values()], on, config.base_url)) as found:
        for _user, digest in found:
            yield due[digest.reader.id], digest


def _send(one: Due, digest: Digest, post: Post) -> Receipt:
    if digest.is_empty and (one.status is None or not one.status.is_open):
        return Receipt(Outcome.NOTHING)
    receipt = deliver(one.key, lambda: _addressed(digest), post)
    if receipt.outcome == Outcome.FAILED and not receipt.address:
        return Receipt(receipt.outcome, one.email, receipt.answer)
    return receipt


def _addressed(digest: Digest) -> Addressed | None:
    if digest.is_empty:
        return None
    reader = digest.reader
    return Addressed(reader.name, reader.email, lambda: letter_of(written(digest)), _STILL)


def _keep_back(digests: Iterator[tuple[Due, Digest]], on: date, fault: str, errand: Errand) -> int:
    """Note at the mails that were still to come why they did not; how many those are."""
    kept = [one for one, digest in digests if not digest.is_empty]
    db.session.rollback()
    entries = [
        {
            "purpose": one.key.purpose,
            "recipient_id": one.key.recipient_id,
            "period": one.key.period,
            "address": one.email,
        }
        for one in kept
    ]
    add_waiting(entries, clock.now())
    ids = [one.key.recipient_id for one in kept]
    keep_back(of_these(on, ids), fault, errand.first_pause)
    return len(kept)


def _note_run(on: date) -> None:
    """Whoever is asked for from now on was told, had nothing to be told, or is in the ledger."""
    db.session.rollback()
    insert_missing(DigestRun, [{"day": on, "ended_at": clock.now()}])
    db.session.execute(superseded(on))
    db.session.commit()


def would_send(on: date, email: str | None = None) -> list[tuple[str, Outcome, Written | None]]:
    """What a run would do now, by address; writes and sends nothing."""
    due = everybody_due(on, email)
    plan: list[tuple[str, Outcome, Written | None]] = [
        (one.email, Outcome.ALREADY, None) for one in due if one.is_sent
    ]
    rest = {one.key.recipient_id: one for one in due if not one.is_sent}
    with closing(_digests(rest, on)) as digests:
        for one, digest in digests:
            if digest.is_empty:
                plan.append((one.email, Outcome.NOTHING, None))
            else:
                plan.append((one.email, Outcome.SENT, written(digest)))
    return plan

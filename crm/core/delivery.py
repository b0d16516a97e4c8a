"""Delivery of one mail to one person for one period, once."""

import dataclasses
import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import current_app
from sqlalchemy import Select
from sqlalchemy.exc import InterfaceError, OperationalError

from crm.config import Config
from crm.core import clock
from crm.core.claims import Claim, ClaimError, Claims, claims_on
from crm.core.database import db, lone_connection
from crm.core.ledger import FIRST_PAUSE, DeliveryStatus, Ledger, Standing, pause_after
from crm.core.mail import Mailer, MailServerError, open_mailer
from crm.core.message import Letter, MailRefusedError, compose, message_id


@dataclass(frozen=True)
class DeliveryKey:
    """What makes a mail the same mail."""

    purpose: str
    recipient_id: int
    period: str


@dataclass(frozen=True)
class Addressed:
    """Whom a mail goes to; ``letter`` writes it once the ledger says that it is being sent.

    ``still`` spares a run to ask for each person anew: the address as of the moment when that is
    noted, and no row for whom (``ledger.RECIPIENT``) wants no mail any more.
    """

    name: str
    address: str
    letter: Callable[[], Letter]
    still: "Select[str] | None" = None


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


@dataclass(frozen=True)
class Post:
    """With what the mails of a run are handed over; ``first_pause`` comes before a second try."""

    mailer: Mailer
    claims: Claims
    ledger: Ledger
    first_pause: timedelta


@contextmanager
def open_post(patience: int | None = None, first_pause: timedelta = FIRST_PAUSE) -> Iterator[Post]:
    """What hands mails over, for one run; connects with the first mail.

    ``patience``: the longest wait in seconds for an answer of the mail server, and for another
    process that sends the same mail.
    """
    config: Config = current_app.config["CRM"]
    with lone_connection() as connection, open_mailer(config, patience) as mailer:
        # On one connection: a run that has lost its claims can note nothing, either.
        claims = claims_on(connection, config.instance_path / "locks", patience)
        yield Post(mailer, claims, Ledger(connection), first_pause)


def deliver(
    key: DeliveryKey,
    whom: Callable[[], Addressed | None],
    post: Post,
    is_repeated: bool = False,
) -> Receipt:
    """Hand the mail over, unless that was done before or ``whom`` says that nobody wants it.

    ``is_repeated``: also when it was sent before, under the same Message-ID. Commits by itself:
    nothing of the caller's may be open. Raises MailServerError when no mail can be handed over;
    that is noted at this mail like any other answer.

    Two short transactions, of one statement each: the entry says "sending" from before the
    hand-over, and "sent" from right after the server's answer. So a kill between two people neither
    loses nor repeats a mail. Only a kill (or a lost database) between the server's answer and the
    statement that follows it, a few milliseconds, leaves a mail in doubt: it is sent once more,
    under the same Message-ID. SQLite's write lock is never held while somebody waits.
    """
    db.session.rollback()
    address = ""
    try:
        with post.claims.hold(f"{key.purpose}-{key.recipient_id}") as claim:
            begun = _begin(key, whom, post.ledger, is_repeated, claim)
            if isinstance(begun, Receipt):
                return begun
            address = begun.entry.address
            return _hand_over(begun, post)
    except (MailServerError, OperationalError, InterfaceError):
        raise
    except ClaimError as error:
        return Receipt(Outcome.FAILED, address, str(error))
    except Exception as error:  # a fault in one person's mail is not the others' misfortune
        db.session.rollback()
        current_app.logger.exception("mail %s to user %s", key.purpose, key.recipient_id)
        answer = f"unforeseen: {type(error).__name__}: {error}"
        entry = post.ledger.standing(**dataclasses.asdict(key))
        if entry is not None:
            is_counted = entry.status == DeliveryStatus.SENDING
            address, attempts = entry.address, entry.attempts + (not is_counted)
            _end(entry.id, attempts, post, answer)
        return Receipt(Outcome.FAILED, address, answer)


@dataclass(frozen=True)
class _Begun:
    entry: Standing
    addressed: Addressed


def _begin(
    key: DeliveryKey,
    whom: Callable[[], Addressed | None],
    ledger: Ledger,
    is_repeated: bool,
    claim: Claim,
) -> _Begun | Receipt:
    """Note that the mail is about to be handed over; a receipt when it is not."""
    note = partial(_note, key, whom, ledger, is_repeated, claim)
    begun = note()
    if begun is None and claim.places:
        claim.wait()
        begun = note()  # whatever became of the person and the mail while another process had it
    if begun is not None:
        return begun
    known = ledger.standing(**dataclasses.asdict(key))
    if known is not None and known.status == DeliveryStatus.SENT and not is_repeated:
        return Receipt(Outcome.ALREADY)
    if known is not None and known.status.is_open:
        ledger.end(known.id, status=DeliveryStatus.DROPPED, next_attempt_at=None)
    return Receipt(Outcome.NOTHING)


def _note(
    key: DeliveryKey,
    whom: Callable[[], Addressed | None],
    ledger: Ledger,
    is_repeated: bool,
    claim: Claim,
) -> _Begun | None:
    addressed = whom()
    db.session.rollback()  # should it have read anything
    if addressed is None:
        return None
    config: Config = current_app.config["CRM"]
    entry = ledger.begin(
        claim,
        addressed.still,
        is_repeated=is_repeated,
        **dataclasses.asdict(key),
        address=addressed.address,
        message_id=message_id(key.purpose, key.recipient_id, key.period, config.base_url),
        attempted_at=clock.now(),
    )
    return None if entry is None else _Begun(entry, addressed)


def _hand_over(begun: _Begun, post: Post) -> Receipt:
    config: Config = current_app.config["CRM"]
    entry, to = begun.entry, (begun.addressed.name, begun.entry.address)
    try:
        letter = begun.addressed.letter()
        db.session.rollback()  # should it have read anything
        message = compose(letter, sender=config.mail_from, to=to, message_id=entry.message_id)
        post.mailer.send(message)
    except MailRefusedError as error:
        _end(entry.id, entry.attempts, post, str(error))
        return Receipt(Outcome.FAILED, entry.address, str(error))
    except MailServerError as error:
        _end(entry.id, entry.attempts, post, str(error))
        raise
    _end(entry.id, entry.attempts, post)
    return Receipt(Outcome.SENT, entry.address)


def _end(entry_id: int, attempts: int, post: Post, answer: str | None = None) -> None:
    """Note at once what came of the mail: one statement, for every moment before it counts."""
    is_sent = answer is None
    again_at = None if is_sent else clock.now() + pause_after(attempts, post.first_pause)
    post.ledger.end(
        entry_id,
        status=DeliveryStatus.SENT if is_sent else DeliveryStatus.FAILED,
        attempts=attempts,
        answer=answer,
        next_attempt_at=again_at,
    )

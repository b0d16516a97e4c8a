"""The runner that stays up: digests at the hour set, and whatever waits, tried again in time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event

from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError

from crm.config import Config
from crm.core import clock
from crm.core.database import db
from crm.core.delivery import Outcome
from crm.core.ledger import FIRST_PAUSE
from crm.core.post import hand_over
from crm.digest.queries.runs import last_run, to_be_retried
from crm.digest.services.sending import Errand, Run, send_digests
from crm.reference.queries import working_calendar

_LONGEST_BLINDNESS = 60  # seconds between two looks for a database that does not answer


@dataclass(frozen=True)
class Pace:
    """How often the runner looks for what is due, in seconds, and the pause before a second try."""

    look: float = 20
    first_pause: timedelta = FIRST_PAUSE


class Runner:
    """Sends what is due until ``stop`` is set, which ends it between two mails.

    ``tell`` hears a line for each thing that happened, and whether it is a fault. Whatever a turn
    runs into, the next one begins anew: all that must be known stands in the database.
    """

    def __init__(
        self, app: Flask, stop: Event, tell: Callable[[str, bool], None], pace: Pace | None = None
    ) -> None:
        self._app, self._stop, self._tell = app, stop, tell
        self._pace = pace or Pace()
        self._faults = 0

    def run(self) -> None:
        """Turn after turn, until told to stop."""
        while not self._stop.is_set():
            self._stop.wait(self.turn())

    def turn(self) -> float:
        """Do what is due now; how many seconds to wait for the next turn."""
        try:
            with self._app.app_context():
                self._work()
            self._faults = 0
        except (OperationalError, InterfaceError) as error:
            words = str(error.orig).strip().partition("\n")[0]
            return self._blinded(f"the database does not answer: {words}")
        except Exception as error:  # whatever it was, the others' mails must go on
            self._app.logger.exception("a turn of the runner")
            return self._blinded(f"unforeseen: {type(error).__name__}: {error}")
        return self._pace.look

    def _blinded(self, words: str) -> float:
        if not self._faults:  # said once, however long it lasts
            self._tell(words, True)
        self._faults += 1
        return min(self._pace.look * (1 << min(self._faults - 1, 8)), _LONGEST_BLINDNESS)

    def _work(self) -> None:
        now = clock.now()
        for fault in hand_over(now, first_pause=self._pace.first_pause, is_over=self._stop.is_set):
            self._tell(f"not sent: {fault}", True)
        if self._stop.is_set():
            return
        on = clock.today()
        if self._is_time(on, now):
            is_first = not _was_run(on)
            if is_first or db.session.scalar(to_be_retried(on, now).limit(1)) is not None:
                self._send(on, None if is_first else now)

    def _is_time(self, on: date, now: datetime) -> bool:
        config: Config = self._app.config["CRM"]
        is_late_enough = clock.to_local(now).time() >= config.digest_time
        return is_late_enough and working_calendar().is_working(on)

    def _send(self, on: date, retry_at: datetime | None) -> None:
        errand = Errand(retry_at, self._pace.first_pause, self._stop.is_set)
        run = send_digests(on, errand=errand)
        for line in faults_of(run):
            self._tell(line, True)
        if retry_at is None or run.receipts:
            self._tell(f"digests of {on.isoformat()}: {_counted(run)}", False)


def _was_run(on: date) -> bool:
    """Whether everybody was asked for today; one that was made ahead of its day does not count."""
    found = db.session.scalar(last_run(on, on))
    return found is not None and clock.to_local(found.ended_at).date() >= on


def faults_of(run: Run) -> list[str]:
    """What went wrong, a line each."""
    found = [f"not sent to {one.address}: {one.answer}" for one in run.failed]
    return [*found, run.fault] if run.fault else found


def _counted(run: Run) -> str:
    counts = [(outcome.value, run.count(outcome)) for outcome in Outcome]
    told = ", ".join(f"{words} {count}" for words, count in counts if count)
    left = [f"not sent {run.not_sent}"] if run.not_sent else []
    return ", ".join([told, *left]) if told else ", ".join(left) or "nobody to write to"

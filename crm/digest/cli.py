"""``crm digest``: sending everybody their digest, and looking at one."""

import signal
import sys
from datetime import date, datetime
from threading import Event
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError

from crm.accounts.cli import user_named
from crm.config import Config
from crm.core import clock
from crm.core.dates import YEARS
from crm.core.delivery import Outcome
from crm.core.post import hand_over
from crm.digest.services.letter import text_of, write_digest
from crm.digest.services.running import Runner, faults_of
from crm.digest.services.sending import Errand, Run, send_digests, would_send

group = AppGroup("digest", help="The digest of pending consultations by mail.")


class _Day(click.DateTime):
    """A day as forms take them, too: from 1900 to 2200."""

    def convert(self, value: Any, parameter: Any, context: Any) -> datetime:
        day = super().convert(value, parameter, context)
        if not isinstance(day, datetime) or day.year not in YEARS:
            self.fail(f"{value!r} is not a day from 1900 to 2200", parameter, context)
        return day


_a_day = _Day(formats=["%Y-%m-%d"])


@group.command("send")
@click.option("--date", "day", type=_a_day, metavar="YYYY-MM-DD", help="As of this day.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send and note nothing.")
@click.option("--user", "email", metavar="EMAIL", help="To this person only.")
def send(day: datetime | None, dry_run: bool, email: str | None) -> None:
    """Send each person their digest, once a day; exit status 1 if a mail was not handed over."""
    on = _day(day)
    address = user_named(email).email if email is not None else None
    if dry_run:
        _tell_plan(on, address)
        return
    for fault in hand_over():  # mails that an earlier fault of the mail server kept back
        click.echo(f"crm: {fault}", err=True)
    try:
        run = send_digests(on, address, Errand(tell=_progress))
    except OperationalError as error:
        words = str(error.orig).partition("\n")[0]
        raise click.ClickException(f"the database does not answer: {words}") from error
    _tell(run)
    if address is not None and not (run.receipts or run.fault):
        click.echo(f"not due on this day: {address}")
    if not run.is_complete:
        sys.exit(1)


@group.command("run")
def run() -> None:
    """Stay up: send at CRM_DIGEST_TIME on working days, and try again what was not taken.

    Mails of other purposes that wait go along. Several may run on one database: everything is
    sent once. SIGTERM ends it between two mails.
    """
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    config: Config = current_app.config["CRM"]
    _note(f"sending at {config.digest_time:%H:%M} ({config.timezone}) on working days", False)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy's own method
    Runner(app, stop, _note).run()
    click.echo("stopped")


def _note(line: str, is_fault: bool) -> None:
    click.echo(f"crm: {line}" if is_fault else line, err=is_fault)
    sys.stdout.flush()


@group.command("preview")
@click.option("--user", "email", required=True, metavar="EMAIL")
@click.option("--date", "day", type=_a_day, metavar="YYYY-MM-DD", help="As of this day.")
def preview(email: str, day: datetime | None) -> None:
    """Print a person's digest: the subject and the text part."""
    written = write_digest(user_named(email), _day(day))
    if written is None:
        click.echo(f"nothing to say to {email}")
        return
    click.echo(f"Subject: {written.subject}\n\n{text_of(written)}")


def _day(day: datetime | None) -> date:
    return clock.today() if day is None else day.date()


def _progress(done: int, everybody: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{everybody}", nl=done == everybody, err=True)


def _tell(run: Run) -> None:
    for outcome in Outcome:
        click.echo(f"{outcome.value} {run.count(outcome)}")
    for line in faults_of(run):
        click.echo(f"crm: {line}", err=True)
    if not run.is_complete:
        click.echo(f"not sent {run.not_sent}")


def _tell_plan(on: date, address: str | None) -> None:
    plan = would_send(on, address)
    for email, _outcome, written in plan:
        if written is not None:
            click.echo(f"{email}: {written.subject}")
    for outcome, words in (
        (Outcome.SENT, "would send"),
        (Outcome.NOTHING, Outcome.NOTHING.value),
        (Outcome.ALREADY, Outcome.ALREADY.value),
    ):
        click.echo(f"{words} {sum(one == outcome for _email, one, _written in plan)}")

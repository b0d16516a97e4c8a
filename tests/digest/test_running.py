"""The runner that stays up: at the hour set, in growing pauses, through faults of the others."""

import signal
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import create_engine, select, text

from crm.accounts.services.notices import Notice, queue
from crm.core import clock
from crm.core.database import db
from crm.core.ledger import Delivery
from crm.digest.services.running import Runner
from tests.digest.posting import make_owners, told, use
from tests.factories import make_follow_up, make_user
from tests.postgres import on_postgresql
from tests.processes import begun
from tests.smtp import smtp_server

ANNA = "anna@test.example"


class Day:
    """The hands of the clock, by local time of a day in November 2026."""

    def __init__(self, monkeypatch):
        self.at(24, "08:29")
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def at(self, day, hour):
        wall = datetime.fromisoformat(f"2026-11-{day} {hour}")
        self.now = (wall - timedelta(hours=5)).replace(tzinfo=UTC)


@pytest.fixture
def day(monkeypatch):
    return Day(monkeypatch)


@pytest.fixture
def said():
    return []


@pytest.fixture
def runner(app, said):
    found = Runner(app, Event(), lambda line, is_fault: said.append(line))
    turn = found.turn

    def act():
        db.session.commit()
        return turn()

    found.turn = act
    return found


def test_digests_go_out_at_the_hour_set_and_once(app, mailbox, runner, day, said):
    use(app, mailbox)
    make_owners("anna")
    runner.turn()
    assert told(mailbox) == []
    for hour in ("08:30", "08:31"):
        day.at(24, hour)
        runner.turn()
    assert told(mailbox) == [ANNA]
    assert said == ["digests of 2026-11-24: sent 1"]
    make_follow_up(owner=make_user())  # a new point is the matter of the next day
    day.at(24, "18:00")
    runner.turn()
    Runner(app, Event(), lambda *_: None).turn()  # begun anew
    assert told(mailbox) == [ANNA]


def test_a_runner_begun_after_the_hour_catches_up_but_on_no_day_off(
    app, mailbox, runner, day, said
):
    use(app, mailbox)
    make_owners("anna")
    for number in (28, 29):  # Friday was missed; the weekend
        day.at(number, "12:00")
        runner.turn()
    assert (told(mailbox), said) == ([], [])
    day.at(30, "17:45")
    runner.turn()
    day.at(30, "17:46")
    runner.turn()
    assert told(mailbox) == [ANNA]


def test_a_refused_mail_is_tried_again_in_growing_pauses_and_taken_at_last(
    app, mailbox, runner, day, said
):
    use(app, mailbox)
    make_owners("anna", "boris")
    mailbox.answers[ANNA] = ["451 try again later", "451 not yet"]
    for hour, attempts in (
        ("08:30", 1),
        ("08:34", 1),
        ("08:35", 2),
        ("08:49", 2),
        ("08:50", 3),
        ("09:30", 3),
    ):
        day.at(24, hour)
        runner.turn()
        db.session.commit()
        entry = db.session.scalar(select(Delivery).where(Delivery.address == ANNA))
        assert entry.attempts == attempts, hour
    db.session.commit()
    assert told(mailbox) == ["boris@test.example", ANNA]
    assert [line for line in said if "not sent to" in line] == [
        f"not sent to {ANNA}: 451 try again later",
        f"not sent to {ANNA}: 451 not yet",
    ]


def test_a_mail_server_that_is_down_is_called_again_and_everybody_gets_theirs(
    app, runner, day, said
):
    with smtp_server() as gone:
        use(app, gone)
    make_owners("anna", "boris")
    day.at(24, "08:30")
    runner.turn()
    fault = f"mail server 127.0.0.1:{gone.port}: Connection refused"
    assert said == [fault, "digests of 2026-11-24: not sent 2"]
    with smtp_server() as back:
        use(app, back)
        day.at(24, "08:31")
        runner.turn()
        assert told(back) == []
        day.at(24, "08:35")
        runner.turn()
        assert sorted(told(back)) == [ANNA, "boris@test.example"]


def test_letters_of_other_purposes_go_along_at_any_hour(app, mailbox, runner, day):
    use(app, mailbox)
    queue(Notice.ROLE, make_user(email=ANNA))
    db.session.commit()
    day.at(28, "23:00")
    runner.turn()
    assert told(mailbox) == [ANNA]


@contextmanager
def without_database(app):
    db.session.remove()
    db.engine.dispose()
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        file = Path(url.database)
        away = file.rename(file.with_suffix(".away"))
        file.mkdir()
        yield
        file.rmdir()
        away.rename(file)
        return
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        switch = f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS"
        connection.execute(text(f"{switch} false"))
        yield
        connection.execute(text(f"{switch} true"))
    engine.dispose()


def test_a_database_that_is_down_is_said_once_and_asked_again(app, mailbox, runner, day, said):
    use(app, mailbox)
    make_owners("anna")
    day.at(24, "08:30")
    db.session.commit()
    turn = type(runner).turn
    with without_database(app):
        first = turn(runner)
        second = turn(runner)
    assert second > first
    assert len(said) == 1
    assert said[0].startswith("the database does not answer: ")
    runner.turn()
    assert told(mailbox) == [ANNA]


@on_postgresql
def test_sigterm_ends_it_between_two_mails(app, mailbox):
    anna, boris = (make_user(email=f"{name}@test.example") for name in ("anna", "boris"))
    for user in (anna, boris):
        queue(Notice.ROLE, user)
    mailbox.held_late.add(ANNA)
    process = begun(app, "digest", "run", CRM_SMTP_URL=mailbox.url)
    assert mailbox.reached.wait(30)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    assert process.poll() is None  # it waits for the server's answer
    mailbox.held_late.clear()
    done = process.end(20)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "stopped"
    assert told(mailbox) == [ANNA]

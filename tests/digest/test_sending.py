"""Everybody gets their digest, once."""

from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.core.ledger import Delivery
from tests.digest.posting import (
    TUESDAY,
    ledger,
    make_owners,
    outbox,
    send,
    told,
    use,
)
from tests.factories import make_follow_up, make_user
from tests.smtp import smtp_server

MONDAY = TUESDAY - timedelta(days=1)


def test_everybody_who_owes_something_gets_one_mail_however_often_it_is_sent(app, mailbox):
    use(app, mailbox)
    make_owners("anna", "boris")
    first = send(app)
    assert first.exit_code == 0
    assert first.stdout.splitlines() == [
        "sent 2",
        "nothing to say 0",
        "already sent 0",
        "failed 0",
    ]
    second = send(app)
    assert second.exit_code == 0
    assert "sent 0\nnothing to say 0\nalready sent 2" in second.stdout
    assert told(mailbox) == ["anna@test.example", "boris@test.example"]
    assert ledger() == [("anna", "sent"), ("boris", "sent")]


def test_one_connection_serves_a_run(app, mailbox):
    use(app, mailbox)
    make_owners("anna", "boris", "clara")
    send(app)
    assert mailbox.connections == 1


def test_the_next_day_is_another_mail(app, mailbox):
    use(app, mailbox)
    make_owners("anna")
    send(app)
    send(app, on=TUESDAY + timedelta(days=1))
    ids = {mail["Message-ID"] for mail in mailbox.messages}
    assert len(mailbox.messages) == len(ids) == 2


def test_nobody_is_written_to_for_nothing(app, mailbox):
    use(app, mailbox)
    make_user()
    done = make_user()
    make_follow_up(owner=done, status="done", outcome="held")
    assert "sent 0\nnothing to say 2" in send(app).stdout
    assert mailbox.messages == []
    assert ledger() == []


def test_a_point_added_later_that_day_still_brings_the_mail(app, mailbox):
    use(app, mailbox)
    anna = make_user(email="anna@test.example")
    send(app)
    make_follow_up(owner=anna)
    send(app)
    assert told(mailbox) == ["anna@test.example"]


def test_those_who_left_or_want_none_get_none(app, mailbox):
    use(app, mailbox)
    make_owners("anna")
    make_owners("boris", is_active=False)
    make_owners("clara", digest="off")
    send(app)
    assert told(mailbox) == ["anna@test.example"]


def test_a_weekly_digest_comes_on_the_first_working_day_and_not_for_what_comes_later(app, mailbox):
    use(app, mailbox)
    anna = make_user(email="anna@test.example", digest="weekly")
    make_owners("boris", digest="weekly")
    send(app, on=MONDAY)
    make_follow_up(owner=anna)
    send(app, on=TUESDAY)
    assert told(mailbox) == ["boris@test.example"]
    send(app, on=MONDAY + timedelta(days=7))
    assert sorted(told(mailbox)[1:]) == ["anna@test.example", "boris@test.example"]


def test_a_missed_first_working_day_is_caught_up_once_in_its_week(app, mailbox):
    use(app, mailbox)
    make_owners("anna", digest="weekly")
    for days in (1, 2, 3):
        send(app, on=MONDAY + timedelta(days=days))
    (mail,) = mailbox.messages
    send(app, on=MONDAY)
    assert [one["Message-ID"] for one in mailbox.messages] == [mail["Message-ID"]]


def test_a_missed_friday_goes_out_on_monday_once_as_monday_s(app, mailbox):
    use(app, mailbox)
    make_owners("anna")
    for days in (-5, -2, -1, 0, 0):  # Wednesday; Friday was missed; weekend; Monday
        send(app, on=MONDAY + timedelta(days=days))
    assert len(mailbox.messages) == 2
    db.session.commit()
    assert list(db.session.scalars(select(Delivery.period).order_by(Delivery.period))) == [
        "2026-11-18",
        "2026-11-23",
    ]


def test_nobody_is_written_to_on_a_day_off(app, mailbox):
    use(app, mailbox)
    make_owners("anna")
    make_owners("boris", digest="weekly")
    holiday = date(2026, 12, 16)  # Independence Day, a Wednesday
    for day in (holiday, date(2026, 11, 28), date(2026, 11, 29)):
        assert send(app, on=day).exit_code == 0
    assert mailbox.messages == []


def test_what_nobody_took_on_friday_is_not_sent_beside_monday_s(app, mailbox):
    use(app, mailbox)
    make_owners("anna")
    mailbox.refused.add("anna@test.example")
    send(app, on=MONDAY - timedelta(days=3))
    mailbox.refused.clear()
    send(app, on=MONDAY)
    assert len(mailbox.messages) == 1
    db.session.commit()
    friday, monday = db.session.scalars(select(Delivery).order_by(Delivery.period))
    assert (friday.status, friday.next_attempt_at) == ("failed", None)
    assert monday.status == "sent"
    db.session.commit()


def test_a_weekly_digest_refused_on_monday_is_tried_again_and_comes_once_a_week(app, mailbox):
    use(app, mailbox)
    make_owners("anna", digest="weekly")
    mailbox.refused.add("anna@test.example")
    assert send(app, on=MONDAY).exit_code == 1
    mailbox.refused.clear()
    send(app, on=TUESDAY)
    send(app, on=TUESDAY + timedelta(days=1))
    assert told(mailbox) == ["anna@test.example"]


# -- without a server --------------------------------------------------------------------------


def test_without_a_server_mails_become_files(app):
    make_owners("anna", "boris")
    assert send(app).exit_code == 0
    files = outbox(app)
    assert [file.suffix for file in files] == [".eml", ".eml"]
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    assert {mail["To"].addresses[0].addr_spec for mail in mails} == {
        "anna@test.example",
        "boris@test.example",
    }
    for file, mail in zip(files, mails, strict=True):
        local = mail["Message-ID"].strip("<>").partition("@")[0]
        assert file.name.startswith(f"{local}@")
        assert file.stat().st_mode & 0o077 == 0
    send(app)
    assert outbox(app) == files


def test_an_outbox_that_cannot_be_written_fails_the_run(app):
    make_owners("anna")
    (app.config["CRM"].instance_path / "outbox").write_text("in the way")
    run = send(app)
    assert run.exit_code == 1
    assert "sent" not in dict(ledger()).values()
    assert len(run.stderr.splitlines()) == 1


# -- options -----------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_be_sent_and_does_nothing(app):
    with smtp_server() as mailbox:
        use(app, mailbox)  # and is gone: it is not needed
    make_owners("anna")
    make_user()
    run = send(app, "--dry-run")
    assert run.exit_code == 0
    assert run.stdout.splitlines() == [
        "anna@test.example: Pending consultations: 1",
        "would send 1",
        "nothing to say 1",
        "already sent 0",
    ]
    assert ledger() == []


def test_one_person_alone_can_be_written_to(app, mailbox):
    use(app, mailbox)
    make_owners("anna", "boris")
    assert send(app, "--user", "Boris@test.example").exit_code == 0
    assert told(mailbox) == ["boris@test.example"]
    assert "already sent 1" in send(app).stdout


def test_whoever_gets_no_digest_on_that_day_is_named(app):
    make_owners("anna", digest="weekly")
    send(app, on=MONDAY)
    run = send(app, "--user", "anna@test.example", on=MONDAY + timedelta(days=5))
    assert "not due on this day: anna@test.example" in run.stdout


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (["--user", "nobody@test.example"], 1, "no user nobody@test.example"),
        (["--date", "24.11.2026"], 2, "24.11.2026"),
        (["--date", "2026-02-30"], 2, "2026-02-30"),
    ],
)
def test_a_wrong_option_is_one_clear_line(app, options, status, words):
    run = send(app, *options)
    assert run.exit_code == status
    assert words in run.stderr.splitlines()[-1]

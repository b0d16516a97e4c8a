"""The post office: what features queue with a change is handed over once, or said to be late."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.core import clock, post
from crm.core.database import db
from crm.core.delivery import Addressed
from crm.core.ledger import Delivery
from crm.core.message import Letter, Part
from tests.factories import make_user
from tests.smtp import smtp_server

INVITATION = Part(
    b"BEGIN:VCALENDAR\r\n",
    "text/calendar",
    {"method": "REQUEST", "charset": "utf-8"},
)
SHEET = Part(b"%PDF", "application/pdf", filename="Бағдарлама.pdf")


@pytest.fixture
def mailbox(app):
    with smtp_server() as mailbox:
        app.config["CRM"] = replace(app.config["CRM"], smtp_url=mailbox.url)
        yield mailbox


@pytest.fixture
def visits(monkeypatch):
    """A purpose of mails about one visit each; those of visit 404 are pointless."""
    monkeypatch.setattr(post, "_purposes", dict(post._purposes))

    def write(key, address):
        number = post.subject_of(key.purpose)
        letter = Letter(f"Visit {number}.{key.period}", "text", "<p>text</p>", "en")
        whole = replace(letter, parts=(SHEET, INVITATION), headers={"X-Visit": str(number)})
        return None if number == 404 else Addressed("Anna", address, lambda: whole)

    post.register(post.Purpose("visit", "Visit", write))


def queue(number, version, user_id=1, address="anna@test.example"):
    post.queue(post.about("visit", number), user_id, address, str(version))
    db.session.commit()


def ledger():
    db.session.commit()
    found = list(db.session.scalars(select(Delivery).order_by(Delivery.id)))
    db.session.commit()
    return found


def test_one_change_is_one_mail_however_often_it_is_queued(app, mailbox, visits):
    for version in (1, 2, 2):
        queue(7, version)
    assert post.send_waiting() is None
    queue(7, 2)
    assert post.send_waiting() is None
    assert [mail["Subject"] for mail in mailbox.messages] == ["Visit 7.1", "Visit 7.2"]


def test_what_was_rolled_back_is_not_told(app, mailbox, visits):
    make_user()
    post.queue(post.about("visit", 7), 1, "anna@test.example", "1")
    db.session.rollback()
    assert post.send_waiting() is None
    assert mailbox.messages == []


def test_a_mail_that_became_pointless_is_dropped(app, mailbox, visits):
    queue(404, 1)
    assert post.send_waiting() is None
    assert [entry.status.value for entry in ledger()] == ["dropped"]
    assert mailbox.messages == []


def test_a_mail_nobody_took_for_a_week_is_no_news_any_more(app, mailbox, visits, monkeypatch):
    queue(7, 1)
    later = clock.now() + timedelta(days=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert post.send_waiting() is None
    assert [entry.status.value for entry in ledger()] == ["dropped"]
    assert mailbox.messages == []


def test_a_letter_takes_other_forms_and_files_along(app, mailbox, visits):
    queue(7, 1)
    post.send_waiting()
    mail = mailbox.messages[0]
    alternatives, sheet = mail.iter_parts()
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    calendar = list(alternatives.iter_parts())[2]
    assert calendar["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    assert calendar.get_content().startswith("BEGIN:VCALENDAR")
    assert sheet.get_filename() == "Бағдарлама.pdf"
    assert mail["X-Visit"] == "7"


def test_a_dead_server_is_noted_at_every_mail_it_kept_back(app, visits):
    with smtp_server() as gone:
        app.config["CRM"] = replace(app.config["CRM"], smtp_url=gone.url)
    for number in (1, 2, 404):
        queue(number, 1)
    fault = f"mail server 127.0.0.1:{gone.port}: Connection refused"
    assert post.send_waiting() == fault
    first, second, third = ledger()
    assert [entry.answer for entry in (first, second, third)] == [fault] * 3
    assert [entry.attempts for entry in (first, second)] == [1, 1]
    assert second.next_attempt_at - second.attempted_at == timedelta(minutes=5)
    assert post.hand_over(due_at=clock.now()) == []  # none is due yet
    post.send_waiting()
    (second,) = (entry for entry in ledger() if entry.id == second.id)
    assert second.attempts == 2
    assert second.next_attempt_at - second.attempted_at == timedelta(minutes=15)

"""Who is to come to a meeting is told by mail when somebody plans, moves or cancels it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from icalendar import Calendar
from sqlalchemy import select

from crm.accounts.models import User
from crm.core import post
from crm.core.database import db
from crm.core.ledger import Delivery
from crm.meetings.models import Meeting
from tests.factories import make_country, make_meeting, make_user
from tests.smtp import smtp_server

DAY = date(2030, 3, 1)
TOLD = {
    "title": "Talks",
    "country": "DE",
    "status": "planned",
    "held_on": "2030-03-01",
    "starts_at": "15:00",
    "ends_at": "16:30",
}


@pytest.fixture
def mailbox(app):
    with smtp_server() as mailbox:
        app.config["CRM"] = replace(app.config["CRM"], smtp_url=mailbox.url)
        yield mailbox


@pytest.fixture
def helper(officer):
    return make_user(name="Helper", email="helper@test.example")


def taken(mailbox):
    """Recipient, subject, method and entry of every mail since the last look."""
    found = []
    for mail in mailbox.messages:
        (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        (event,) = calendar.walk("VEVENT")
        assert part.get_param("method") == calendar["method"]
        assert part.get_param("charset") == "utf-8"
        to = mail["To"].addresses[0].addr_spec
        assert event["attendee"] == f"mailto:{to}"
        found.append((to, mail["Subject"], str(calendar["method"]), event))
    mailbox.messages.clear()
    return found


def told(mailbox):
    return sorted((to, method) for to, _subject, method, _event in taken(mailbox))


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r", "")


def test_a_meeting_planned_moved_and_cancelled_is_told_once_each(app, mailbox, officer, helper):
    make_country()
    officer.open("/meetings/new").submit("Save", **TOLD, restricted=True, team=[str(helper.id)])
    meeting = int(officer.url.rpartition("/")[2])
    ((to, subject, method, planned),) = taken(mailbox)  # and not the one whose hand it was
    assert (to, method) == ("helper@test.example", "REQUEST")
    assert subject == "Planned: Talks, 1 Mar 2030, 15:00–16:30"
    assert planned.decoded("dtstart") == datetime(2030, 3, 1, 10, 0, tzinfo=UTC)
    assert planned.decoded("dtend") == datetime(2030, 3, 1, 11, 30, tzinfo=UTC)

    edit = f"/meetings/{meeting}/edit"
    officer.open(edit).submit("Save", summary="Of wind and steel")
    assert taken(mailbox) == []
    officer.open(edit).submit("Save", starts_at="16:00", place="Hall")
    text = text_of(mailbox.messages[0])
    ((_to, subject, method, moved),) = taken(mailbox)
    assert (subject, method) == ("Moved: Talks, 1 Mar 2030, 16:00–16:30", "REQUEST")
    assert "Date: 1 Mar 2030, 16:00–16:30 (before: 1 Mar 2030, 15:00–16:30)" in text
    assert "Venue: Hall\n" in text
    assert "\nChanged by: User " in text
    assert f"http://127.0.0.1:8000/meetings/{meeting}\n" in text

    officer.open(edit).submit("Save", status="cancelled")
    ((_to, subject, method, gone),) = taken(mailbox)
    assert (subject, method) == ("Cancelled: Talks, 1 Mar 2030, 16:00–16:30", "CANCEL")
    assert gone["status"] == "CANCELLED"
    assert {one["uid"] for one in (planned, moved, gone)} == {f"meeting-{meeting}@127.0.0.1"}
    assert planned["sequence"] < moved["sequence"] < gone["sequence"]
    assert post.send_waiting() is None
    assert taken(mailbox) == []


def test_only_what_is_ahead_on_known_days_is_told(app, mailbox, officer, helper):
    mine = make_meeting(title="December", status="planned", team=[helper])
    past = make_meeting(status="planned", held_on=date(2020, 1, 1), team=[helper])
    held = make_meeting(status="held", held_on=date(2020, 1, 1), team=[helper])
    for one in (past, held):
        officer.open(f"/meetings/{one.id}/edit").submit("Save", place="Hall")
    edit = f"/meetings/{mine.id}/edit"
    officer.open(edit).submit("Save", held_on="2030-03-01", date_precision="month")
    assert taken(mailbox) == []
    officer.open(edit).submit("Save", date_precision="day")
    ((_to, subject, method, event),) = taken(mailbox)
    assert (subject, method) == ("Planned: December, 1 Mar 2030", "REQUEST")
    assert event.decoded("dtstart") == DAY
    officer.open(edit).submit("Save", date_precision="month")
    ((_to, subject, method, event),) = taken(mailbox)
    assert (subject, method) == ("Postponed: December, March 2030", "CANCEL")
    assert "dtstart" not in event


def test_who_comes_to_a_meeting_and_who_leaves_it_is_told_alone(app, mailbox, head, officer):
    mine, other, third = (make_user(email=f"{name}@test.example") for name in ("a", "b", "c"))
    meeting = make_meeting(
        title="Zyxwort", status="planned", held_on=DAY, officer=mine, team=[other], restricted=True
    )
    head.open(f"/meetings/{meeting.id}/edit").submit("Save", team=[str(third.id)])
    text = next(text_of(one) for one in mailbox.messages if "b@" in str(one["To"]))
    mails = {to: (subject, method, event) for to, subject, method, event in taken(mailbox)}
    assert set(mails) == {"b@test.example", "c@test.example"}
    subject, method, event = mails["b@test.example"]  # who may not see it any more
    assert (subject, method) == ("Without you: Meeting", "CANCEL")
    assert "Zyxwort" not in text + str(event)
    assert mails["c@test.example"][:2] == ("Planned: Zyxwort, 1 Mar 2030", "REQUEST")
    head.open(f"/meetings/{meeting.id}/archive").submit("Archive", reason="Twice")
    assert told(mailbox) == [("a@test.example", "CANCEL"), ("c@test.example", "CANCEL")]


def test_who_wants_no_invitations_gets_none(app, mailbox, head, officer):
    me = db.session.scalar(select(User).where(User.email == "officer@test.example"))
    meeting = make_meeting(status="planned", held_on=DAY, officer=me)
    edit = f"/meetings/{meeting.id}/edit"
    head.open(edit).submit("Save", place="Hall")
    assert told(mailbox) == [("officer@test.example", "REQUEST")]
    officer.open("/account/calendar").submit("Save", has_invitations=False)
    head.open(edit).submit("Save", place="Yard")
    officer.open("/account/calendar").submit("Save", has_invitations=True)
    assert taken(mailbox) == []


def test_a_letter_overtaken_by_a_newer_one_is_not_sent(app, mailbox, head, officer):
    me = db.session.scalar(select(User).where(User.email == "officer@test.example"))
    meeting = make_meeting(status="planned", held_on=DAY, starts_at=time(9), officer=me)
    edit, alive = f"/meetings/{meeting.id}/edit", app.config["CRM"]
    app.config["CRM"] = replace(alive, smtp_url="smtp://127.0.0.1:9")
    head.open(edit).submit("Save", starts_at="10:00")
    head.open(edit).submit("Save", starts_at="11:00")
    app.config["CRM"] = alive
    assert post.send_waiting() is None
    ((_to, subject, _method, event),) = taken(mailbox)
    assert subject.endswith("11:00")
    assert event["sequence"] == 2
    entries = db.session.scalars(select(Delivery.status).order_by(Delivery.id)).all()
    assert [one.value for one in entries] == ["dropped", "sent"]


def test_a_change_that_is_not_kept_tells_nobody(app, mailbox, head, officer):
    meeting = make_meeting(status="planned", held_on=DAY, title="Kept")
    make_meeting(status="planned", held_on=DAY, title="Two at once")
    db.session.info["actor_id"] = make_user().id
    meeting.place = "Hall"
    db.session.flush()
    db.session.rollback()
    db.session.commit()
    for one in db.session.scalars(select(Meeting)):  # as a change of many does
        one.starts_at = time(9)
    db.session.commit()
    db.session.info.pop("actor_id")
    meeting.starts_at = time(10)  # the system's own work
    db.session.commit()
    assert db.session.scalars(select(Delivery)).all() == []

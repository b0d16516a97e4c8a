"""Deadlines on days off, and weeks that end after them."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.accounts.queries import user_called
from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from tests.browser import text_of
from tests.factories import make_country, make_follow_up, make_working_day

FRIDAY = date(2026, 11, 27)
QUESTION = "Saturday 28 Nov 2026 is a day off: the next working day is 30 Nov 2026"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: FRIDAY)


def due_days():
    return list(db.session.scalars(select(FollowUp.due_on).order_by(FollowUp.id)))


def user_of(role):
    return db.session.scalars(user_called(f"{role}@test.example")).one()


def questions(browser):
    return [text_of(one) for one in browser.page.select(".sk-ask p")]


def test_a_day_off_is_asked_about_once_and_what_was_typed_is_kept(officer):
    page = officer.open("/follow-ups/new")
    page.submit("Save", text="Send the plan", kind="other", due_on="2026-11-28")
    assert (page.status, questions(page), page.errors) == (422, [QUESTION], [])
    assert due_days() == []
    page.submit("Take 30 Nov 2026")
    assert due_days() == [date(2026, 11, 30)]
    again = officer.open("/follow-ups/new")
    again.submit("Save", text="Open the doors", kind="other", due_on="2026-11-28")
    again.submit("Keep 28 Nov 2026", text="Open the gates")
    stored = db.session.scalars(select(FollowUp).order_by(FollowUp.id)).all()[-1]
    assert (stored.text, stored.due_on) == ("Open the gates", date(2026, 11, 28))


def test_another_day_off_is_asked_about_again_and_a_stored_one_is_not(officer):
    point = make_follow_up(due_on=date(2026, 11, 29), owner=user_of("officer"))
    page = officer.open(f"/follow-ups/{point.id}/edit")
    page.submit("Save", text="Said otherwise")
    assert page.url == f"/follow-ups/{point.id}"
    officer.open("/follow-ups/new").submit("Save", text="A", kind="other", due_on="2026-12-05")
    officer.submit("Save", due_on="2026-12-16")  # Independence Day
    assert questions(officer) == [
        "Wednesday 16 Dec 2026 is a day off: the next working day is 17 Dec 2026"
    ]


def test_a_script_that_was_shown_no_question_means_the_day_it_names(officer):
    me = user_of("officer").id
    fields = {"text": "A", "kind": "other", "due_on": "2026-11-28", "owner_id": me}
    more = {"responsible_side": "ours", "basis": "agreement", "text_language": "kk"}
    officer.open("/follow-ups/new").post("/follow-ups/new", **fields, **more)
    assert (officer.status, due_days()) == (200, [date(2026, 11, 28)])


def test_a_decree_moves_the_next_working_day_and_the_end_of_the_week(officer):
    make_working_day(day=date(2026, 11, 30), kind="day_off")
    for text, due_on in (("On Monday", date(2026, 11, 30)), ("On Tuesday", date(2026, 12, 1))):
        make_follow_up(text=text, due_on=due_on, owner=user_of("officer"))
    for week, text in (("this_week", "On Monday"), ("next_week", "On Tuesday")):
        (row,) = officer.open(f"/follow-ups/?due={week}").page.select("main tbody tr")
        assert text in text_of(row)
    link = officer.open("/").page.select_one("a[href*='due_to=2026-11-30']")
    assert text_of(link).startswith("1")
    badges = [text_of(one) for one in officer.page.select(".sk-row-d")]
    assert badges == ["3 days left 30 Nov 2026", "1 Dec 2026 4 days left"]
    form = officer.open("/follow-ups/new")
    form.submit("Save", text="A", kind="other", due_on="2026-11-30")
    assert "the next working day is 1 Dec 2026" in questions(form)[0]


def test_rows_of_a_meeting_are_asked_about_one_by_one(officer):
    make_country()
    page = officer.open("/meetings/new")
    rows = {"points-0-text": "A", "points-0-due_on": "2026-11-28"}
    rows |= {"points-1-text": "B", "points-1-due_on": "2026-11-29"}
    page.submit("Save", fields=rows, title="Talks", country="DE")
    assert [one.partition(" is")[0] for one in questions(page)] == [
        "Saturday 28 Nov 2026",
        "Sunday 29 Nov 2026",
    ]
    page.submit("Take 30 Nov 2026", within=".sk-edit-f .sk-ask")
    page.submit("Keep 29 Nov 2026")
    assert due_days() == [date(2026, 11, 30), date(2026, 11, 29)]


def test_small_forms_and_many_points_at_once_ask_too(officer):
    point = make_follow_up(owner=user_of("officer"))
    officer.open("/follow-ups/")
    officer.submit("Set a deadline", within="main tbody", due_on="2026-11-28")
    assert questions(officer) == [QUESTION]
    officer.submit("Take 30 Nov 2026")
    assert (due_days(), officer.url) == ([date(2026, 11, 30)], "/follow-ups/")
    other = make_follow_up(owner=user_of("officer"))
    officer.post(
        "/lists/follow-ups/bulk", action="due", ids=f"{other.id}:{other.version}", query=""
    )
    officer.submit("Change 1 record", due_on="2026-12-05")
    assert len(questions(officer)) == 1
    officer.submit("Keep 5 Dec 2026")
    assert due_days() == [date(2026, 11, 30), date(2026, 12, 5)]
    assert point.id != other.id

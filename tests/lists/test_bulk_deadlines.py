"""The deadlines of many points, set and extended at once."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.follow_ups.models.extensions import Extension
from crm.lists.models import BulkChange
from tests.factories import make_follow_up
from tests.lists.choosing import LIST, chosen, done, faults, stored, trail, user_named

pytestmark = pytest.mark.usefixtures("today")


def test_a_deadline_is_set_and_extended_for_all_with_reason_and_authority(officer, points):
    page = chosen(officer, points, "Set a deadline")
    assert page.heading == "Set a deadline 3"
    assert page.rows[1] == ["Visit the site", "1 Dec 2026"]
    done(page, due_on="2026-12-21", reason="The partner asked", authority="The akim")
    assert officer.url == LIST
    assert "Set a deadline. Done: 3 records" in officer.text
    assert {stored(one).due_on for one in points} == {date(2026, 12, 21)}
    (extension,) = db.session.scalars(select(Extension))
    assert (extension.reason, extension.authority) == ("The partner asked", "The akim")
    assert extension.old_due_on == date(2026, 12, 1)
    assert stored(points[1]).original_due_on == date(2026, 12, 1)
    assert "follow_up_extensions" in [entry.part for entry in trail(points[1])]
    assert all(trail(one)[-1].actor_id == user_named("officer").id for one in points)


def test_undoing_puts_back_deadlines_and_takes_the_extension_away(officer, points):
    chosen(officer, points, "Set a deadline")
    done(officer, due_on="2026-12-21", reason="Asked", authority="The akim")
    officer.submit("Undo", within=".sk-flash")
    assert "Set a deadline. Undone: 3 records" in officer.text
    assert [stored(one).due_on for one in points] == [None, date(2026, 12, 1), None]
    assert [stored(one).original_due_on for one in points] == [None, date(2026, 12, 1), None]
    assert db.session.scalars(select(Extension)).all() == []
    assert [entry.action.value for entry in trail(points[1]) if entry.part] == [
        "created",
        "removed",
    ]


def test_a_refused_deadline_keeps_what_was_typed_and_saves_nothing(officer, points):
    chosen(officer, points, "Set a deadline")
    done(officer, due_on="2026-12-21", reason="Because")
    assert officer.status == 422
    assert "A set deadline moves only with a reason" in officer.errors[0]
    assert officer.page.select_one("[name=reason]").text.strip() == "Because"
    assert stored(points[0]).due_on is None
    done(officer, due_on="never", authority="The akim")
    assert officer.status == 422
    assert officer.page.select_one("[name=due_on]")["value"] == "never"


def test_a_day_that_fits_no_record_can_be_corrected(officer, points):
    chosen(officer, points[1:2], "Set a deadline")
    done(officer, due_on="2026-11-30", reason="Because", authority="The akim")
    assert (officer.status, len(faults(officer)), officer.rows) == (422, 1, [])
    done(officer, due_on="2026-12-30")
    assert stored(points[1]).due_on == date(2026, 12, 30)


def test_records_that_do_not_fit_are_named_and_left_out_only_when_asked(officer, points):
    closed = make_follow_up(
        text="Held talks", status="done", outcome="Held", owner=user_named("officer")
    )
    chosen(officer, [*points, closed], "Set a deadline")
    assert officer.status == 200
    assert faults(officer) == ["Held talks : The point is closed: Done. A head can reopen it."]
    change = db.session.scalars(select(BulkChange)).one()
    officer.post(f"/lists/bulk/{change.id}/do", due_on="2026-12-21", reason="A", authority="B")
    assert officer.status == 409
    assert stored(points[0]).due_on is None
    officer.submit("Leave these out", within="main", due_on="2026-11-30")
    assert officer.heading == "Set a deadline 3"
    assert officer.page.select_one("[name=due_on]")["value"] == "2026-11-30"
    assert faults(officer) == [
        "Visit the site : Due on 1 Dec 2026 already: name a later day, or edit it to be due earlier"
    ]
    done(officer, reason="Because", authority="The akim")
    assert officer.status == 422
    officer.submit("Leave these out", within="main")
    done(officer)
    assert [stored(one).due_on for one in points] == [
        date(2026, 11, 30),
        date(2026, 12, 1),
        date(2026, 11, 30),
    ]

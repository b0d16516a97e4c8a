"""What counts as pending and overdue, and what a list of points loads."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.core import clock
from crm.core.database import db
from crm.follow_ups import services
from crm.follow_ups.queries.deadlines import extensions_of
from crm.follow_ups.queries.points import (
    every_visible,
    follow_ups_of,
    follow_ups_of_delegation,
    overdue,
    overdue_count,
    pending,
    pending_counts,
    point_page,
    progress_of,
)
from crm.follow_ups.queries.standing import beside_of
from tests.factories import (
    make_country,
    make_delegation,
    make_department,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_user,
)


def whole(point):
    """The point with everything its page shows loaded."""
    return db.session.scalars(point_page(point.id)).unique().one()


def texts(statement):
    return [point.text for point in db.session.scalars(statement).unique()]


@pytest.mark.parametrize(
    ("instant", "late"),
    [
        # Almaty is at UTC+5: its 25 November begins at 19:00 UTC on the 24th.
        (datetime(2026, 11, 24, 18, 59, tzinfo=UTC), []),
        (datetime(2026, 11, 24, 19, 0, tzinfo=UTC), ["due on the 24th"]),
        (datetime(2026, 11, 24, 23, 59, tzinfo=UTC), ["due on the 24th"]),
        (datetime(2026, 11, 25, 0, 1, tzinfo=UTC), ["due on the 24th"]),
        (datetime(2026, 11, 25, 18, 59, tzinfo=UTC), ["due on the 24th"]),
        (datetime(2026, 11, 25, 19, 0, tzinfo=UTC), ["due on the 24th", "due on the 25th"]),
    ],
)
def test_only_a_day_gone_by_in_almaty_is_overdue(app, monkeypatch, instant, late):
    monkeypatch.setattr(clock, "now", lambda: instant)
    make_follow_up(text="due on the 24th", due_on=date(2026, 11, 24))
    make_follow_up(text="due on the 25th", due_on=date(2026, 11, 25))
    make_follow_up(text="never due")
    make_follow_up(text="done", due_on=date(2026, 1, 1), status="done", outcome="Held")
    statement = every_visible().where(overdue(clock.today()))
    assert texts(statement) == late
    points = db.session.scalars(every_visible())
    assert sorted(one.text for one in points if one.is_overdue(clock.today())) == late


def test_before_march_2024_the_day_turned_an_hour_earlier(app, monkeypatch):
    make_follow_up(text="due", due_on=date(2024, 2, 10))
    monkeypatch.setattr(clock, "now", lambda: datetime(2024, 2, 10, 18, 0, tzinfo=UTC))
    assert texts(every_visible().where(overdue(clock.today()))) == ["due"]
    monkeypatch.setattr(clock, "now", lambda: datetime(2024, 2, 10, 17, 59, tzinfo=UTC))
    assert texts(every_visible().where(overdue(clock.today()))) == []


@pytest.mark.parametrize(
    ("status", "is_pending"),
    [
        ("agreed", True),
        ("in_progress", True),
        ("awaiting_partner", True),
        ("done", False),
        ("off_control", False),
        ("cancelled", False),
    ],
)
def test_pending_is_agreed_and_neither_held_nor_given_up(app, status, is_pending):
    make_follow_up(text="one", status=status, outcome="Held")
    assert texts(every_visible().where(pending())) == (["one"] if is_pending else [])


def test_points_come_by_deadline_undated_ones_last(app):
    make_follow_up(text="undated")
    make_follow_up(text="second", due_on=date(2026, 12, 2))
    make_follow_up(text="first", due_on=date(2026, 12, 1))
    assert texts(every_visible()) == ["first", "second", "undated"]


def test_an_archived_point_is_on_no_list(officer):
    make_follow_up(text="kept")
    make_follow_up(text="archived", archived_at=clock.now())
    assert "kept" in officer.open("/follow-ups/").text
    assert "archived" not in [cell for row in officer.rows for cell in row]
    assert len(officer.rows) == 1


def test_a_meeting_a_delegation_and_a_partner_each_have_their_own_points(app):
    make_country("CN", "China")
    delegation = make_delegation()
    meeting = make_meeting(delegation_id=delegation.id)
    partner = make_organisation()
    make_follow_up(text="in the meeting", meeting_id=meeting.id, number=2, country_code="DE")
    make_follow_up(text="before it", meeting_id=meeting.id, number=1, country_code="DE")
    make_follow_up(text="with them", delegation_id=delegation.id, country_code="CN")
    make_follow_up(text="of the firm", partner_organisation_id=partner.id)
    other = make_meeting(title="Another")
    make_follow_up(text="elsewhere", meeting_id=other.id, number=1)
    assert texts(follow_ups_of(meeting.id)) == ["before it", "in the meeting"]
    assert texts(follow_ups_of_delegation(delegation.id)) == [
        *("in the meeting", "before it", "with them")
    ]
    beside = beside_of(partner, clock.today(), 5)
    assert ([one.text for one in beside.points], beside.point_count) == (["of the firm"], 1)


def test_pending_points_are_counted_by_meeting(app):
    today = date(2026, 11, 24)
    busy, quiet, empty = (make_meeting(title=title) for title in "abc")
    make_follow_up(meeting_id=busy.id, number=1, due_on=today - timedelta(days=1))
    make_follow_up(meeting_id=busy.id, number=2, due_on=today)
    make_follow_up(meeting_id=busy.id, number=3)
    make_follow_up(meeting_id=busy.id, number=4, status="done", outcome="Held")
    make_follow_up(meeting_id=quiet.id, number=1, status="cancelled")
    found = pending_counts([busy.id, quiet.id, empty.id], today)
    assert found == {busy.id: (3, 1)}
    assert pending_counts([], today) == {}


def test_the_red_number_counts_what_i_own_or_carry_out(app):
    today = date(2026, 11, 24)
    me, colleague = make_user(), make_user()
    late = {"due_on": today - timedelta(days=3)}
    make_follow_up(owner=me, **late)
    carried = make_follow_up(owner=colleague, **late)
    services.name_executors(whole(carried), f"user-{me.id}", [])
    make_follow_up(owner=colleague, **late)
    make_follow_up(owner=me, due_on=today)
    db.session.commit()
    assert db.session.scalar(overdue_count(me.id, today)) == 2


def test_a_row_shows_executors_and_the_newest_line_without_further_statements(app):
    user, department = make_user(name="Aigerim"), make_department(name_en="Industry")
    point = whole(make_follow_up())
    services.name_executors(
        point, f"department-{department.id}", [f"user-{user.id}", "JSC Kazakh Invest"]
    )
    services.note_progress(point, "asked", date(2026, 11, 2), user.id)
    services.note_progress(point, "answered", date(2026, 11, 20), user.id)
    services.note_progress(point, "noted late", date(2026, 11, 1), user.id)
    db.session.commit()
    db.session.expunge_all()
    shown = db.session.scalars(every_visible()).one()
    assert (shown.executor.name, [one.name for one in shown.co_executors]) == (
        *("Industry", ["Aigerim", "JSC Kazakh Invest"]),
    )
    assert shown.last_progress.text == "answered"
    lines = db.session.scalars(progress_of(shown.id)).all()
    assert [line.text for line in lines] == ["answered", "asked", "noted late"]
    assert lines[0].author.name == "Aigerim"


def test_the_first_deadline_is_free_and_stays_the_original(app):
    point = make_follow_up()
    today = date(2026, 11, 24)
    free = services.move_deadline(
        point, date(2026, 12, 1), reason=None, authority=None, today=today
    )
    assert free is None
    with pytest.raises(ValueError, match="reason"):
        services.move_deadline(point, date(2026, 12, 9), reason=None, authority="X", today=today)
    db.session.rollback()


def test_an_extension_keeps_where_the_deadline_came_from(app):
    point = make_follow_up()
    point.set_due(date(2026, 12, 1))
    for due_on in (date(2026, 12, 9), date(2026, 12, 20)):
        services.move_deadline(
            point, due_on, reason="The partner asked", authority="Head", today=date(2026, 11, 24)
        )
    db.session.commit()
    assert (point.due_on, point.original_due_on) == (date(2026, 12, 20), date(2026, 12, 1))
    moves = [
        (one.old_due_on.day, one.new_due_on.day)
        for one in db.session.scalars(extensions_of(point.id))
    ]
    assert moves == [(9, 20), (1, 9)]

"""The deadline of a point: set, and extended with reason and authority."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.follow_ups.models.extensions import Extension
from tests.factories import make_follow_up
from tests.follow_ups.points import step, stored, user_named

pytestmark = pytest.mark.usefixtures("today")


def test_the_first_deadline_is_set_freely(officer, point):
    officer.open(f"/follow-ups/{point.id}?step=due")
    assert officer.page.select_one(step("due")).has_attr("open")
    officer.submit("Set a deadline", within=step("due"), due_on="2026-12-01")
    kept = stored(point)
    assert (kept.due_on, kept.original_due_on) == (date(2026, 12, 1), date(2026, 12, 1))
    assert db.session.scalars(select(Extension)).all() == []


@pytest.fixture
def dated(point):
    point.set_due(date(2026, 12, 1))
    db.session.commit()
    return point


def test_an_officers_extension_names_reason_and_authority(officer, dated):
    officer.open(f"/follow-ups/{dated.id}")
    officer.submit("Extend the deadline", within=step("due"), due_on="2026-12-21")
    assert officer.status == 422
    assert "A set deadline moves only with a reason" in officer.text
    assert stored(dated).due_on == date(2026, 12, 1)
    typed = officer.page.select_one("[name=due_on]")
    assert typed["value"] == "2026-12-21"
    officer.submit(
        "Extend the deadline",
        within=step("due"),
        reason="The partner asked",
        authority="Deputy akim",
    )
    kept = stored(dated)
    assert (kept.due_on, kept.original_due_on) == (date(2026, 12, 21), date(2026, 12, 1))
    assert "originally 1 Dec 2026" in officer.text
    assert officer.rows[0][2:] == ["The partner asked", "Deputy akim"]


def test_a_head_extends_on_the_heads_own_authority(head, app):
    point = make_follow_up(due_on=date(2026, 12, 1), original_due_on=date(2026, 12, 1))
    head.open(f"/follow-ups/{point.id}")
    head.submit("Extend the deadline", within=step("due"), due_on="2026-12-21", reason="Holidays")
    assert head.status == 200
    assert (
        db.session.scalars(select(Extension)).one().authority
        == user_named("head@test.example").name
    )


@pytest.mark.parametrize(
    ("due_on", "why"),
    [
        ("2026-11-23", "already past"),
        ("2026-11-30", "Due on 1 Dec 2026 already"),
        ("2026-12-01", "Due on 1 Dec 2026 already"),
        ("31.11.2026", "There is no such date"),
        ("", "This field is required"),
    ],
)
def test_a_new_deadline_that_cannot_be_says_why(officer, dated, due_on, why):
    officer.open(f"/follow-ups/{dated.id}")
    officer.submit(
        "Extend the deadline", within=step("due"), due_on=due_on, reason="R", authority="A"
    )
    assert officer.status == 422
    assert why in " ".join(officer.errors)
    assert officer.page.select_one("[name=reason]").get_text().strip() == "R"
    assert stored(dated).due_on == date(2026, 12, 1)


def test_an_extension_by_one_day_is_one(officer, dated):
    officer.open(f"/follow-ups/{dated.id}")
    officer.submit(
        "Extend the deadline", within=step("due"), due_on="2.12.2026", reason="R", authority="A"
    )
    assert stored(dated).due_on == date(2026, 12, 2)

"""The steps of a point: status, progress, two readers at once."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import Progress
from tests.browser import Browser, text_of
from tests.factories import PASSWORD, make_follow_up, make_meeting
from tests.follow_ups.points import TODAY, me, step, stored, user_named

pytestmark = pytest.mark.usefixtures("today")


def test_a_point_goes_to_work_and_waits_for_the_partner(officer, point):
    page = officer.open(f"/follow-ups/{point.id}")
    page.submit("Change the status", within=step("status"), status="in_progress")
    assert officer.redirects == [f"/follow-ups/{point.id}"]
    assert stored(point).status == "in_progress"
    officer.submit(
        "Change the status",
        within=step("status"),
        status="awaiting_partner",
        progress="The embassy was asked",
    )
    assert stored(point).status == "awaiting_partner"
    assert "The embassy was asked" in text_of(officer.page.select_one("#progress"))
    history = [text_of(one.b) for one in officer.page.select("#history li")]
    assert history == ["Awaiting the foreign side", "In progress", "On the control list"]


# Of the forms in a row of the list: what is typed wrongly, and what beside it is right.
FROM_THE_ROW = {
    "Change the status": ({"progress": "x" * 20_001}, {"status": "in_progress"}, "status"),
    "Set a deadline": ({"due_on": "31.11.2026"}, {}, "due"),
    "Add a progress line": ({"noted_on": "25.11.2026"}, {"text": "Asked <b>"}, None),
    "Mark as done": ({"done_on": "25.11.2026"}, {"outcome": "Held <b>"}, "done"),
}


@pytest.mark.parametrize("button", FROM_THE_ROW)
def test_a_refused_form_of_a_row_keeps_what_was_typed_and_says_why_at_the_field(
    officer, point, button
):
    wrong, right, name = FROM_THE_ROW[button]
    officer.open("/follow-ups/?status=pending")
    officer.submit(button, within="main table", **wrong, **right)
    assert (officer.status, stored(point).version) == (422, 1)
    form = officer.page.select_one(f"{step(name)}[open] form" if name else "#progress form")
    for field, typed in {**wrong, **right}.items():
        control = form.select_one(f"[name={field}]")
        chosen = control.select_one("[selected]") or control
        assert chosen.get("value", control.get_text().removeprefix("\n").strip("\r\n")) == typed
        errors = form.select(f"[id='{control['id']}-error']")
        assert [control["id"] + "-error" in control.get("aria-describedby", "")] == [field in wrong]
        assert len(errors) == (field in wrong)
    # Put right, it leads back to the row.
    within = f"{step(name)} form" if name else "#progress form"
    officer.submit(button, within=within, **dict.fromkeys(wrong, "2026-11-24"))
    assert officer.url == "/follow-ups/?status=pending"


def test_the_address_of_a_step_leads_back_to_the_point(officer, point):
    """A refused form stands there: whoever opens it again, or changes the language, gets on."""
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Mark as done", within=step("done"))
    assert (officer.url, officer.status) == (f"/follow-ups/{point.id}/done", 422)
    officer.click("Рус", within="header")
    assert officer.redirects == [f"/follow-ups/{point.id}/done", f"/follow-ups/{point.id}"]
    assert officer.status == 200
    assert officer.open(f"/follow-ups/{point.id}/no-step").status == 404
    assert officer.open("/follow-ups/99/done").status == 404


def test_progress_lines_are_dated_and_need_no_version(officer, point):
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Add a progress line", within="#progress", text="The letter went out")
    officer.submit(
        "Add a progress line", within="#progress", text="It was drafted", noted_on="2026-11-02"
    )
    lines = [
        (
            text_of(one.time),
            text_of(one.select_one(".body > span")),
            text_of(one.select_one(".sub")),
        )
        for one in officer.page.select("#progress li")
    ]
    assert lines == [
        ("24 Nov 2026", "The letter went out", me().name),
        ("2 Nov 2026", "It was drafted", me().name),
    ]
    assert stored(point).version == 1


def test_a_progress_line_needs_words_and_a_day_gone_by(officer, point):
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Add a progress line", within="#progress", text=" ", noted_on="2026-11-25")
    assert officer.status == 422
    assert len(officer.page.select("#progress .sk-err")) == 2
    assert db.session.scalars(select(Progress)).all() == []


def test_two_browsers_set_the_same_point_at_once(officer, head, point):
    for browser in (officer, head):
        browser.open(f"/follow-ups/{point.id}")
    head.submit("Set a deadline", within=step("due"), due_on="2026-12-01")
    officer.submit("Set a deadline", within=step("due"), due_on="2026-12-15")
    assert (officer.status, stored(point).due_on) == (409, date(2026, 12, 1))
    assert user_named("head@test.example").name in officer.text
    for day in ("1 Dec 2026", "15 Dec 2026"):
        assert day in officer.text
    # What was typed goes on with a fresh version; now it is an extension and says so.
    officer.submit("Save what is chosen")
    assert officer.status == 422
    officer.submit(
        "Extend the deadline", within=step("due"), reason="The partner asked", authority="Head"
    )
    kept = stored(point)
    assert (kept.due_on, kept.original_due_on) == (date(2026, 12, 15), date(2026, 12, 1))


def test_the_same_step_pressed_twice_is_told_as_a_conflict(officer, point):
    second = Browser(officer.client.application).sign_in(me().email, PASSWORD)
    for browser in (officer, second):
        browser.open(f"/follow-ups/{point.id}")
    officer.submit("Mark as done", within=step("done"), outcome="Held in May")
    second.submit("Mark as done", within=step("done"), outcome="Held in June")
    assert (second.status, stored(point).outcome) == (409, "Held in May")
    assert "Held in June" in second.text


def test_a_viewer_sees_everything_and_changes_nothing(viewer, point):
    viewer.open(f"/follow-ups/{point.id}")
    assert viewer.page.select("main form") == []
    steps = ("status", "due", "done", "cancel", "off-control", "reopen", "progress")
    for name in steps:
        viewer.open("/follow-ups/")
        viewer.post(f"/follow-ups/{point.id}/{name}", version=1, text="x", status="in_progress")
        assert viewer.status == 403, name
    assert stored(point).version == 1


def test_an_archived_point_takes_no_step(officer, head, point):
    point.archive(clock.now(), "Entered twice")
    db.session.commit()
    officer.open(f"/follow-ups/{point.id}")
    assert "Entered twice" in officer.text
    assert officer.page.select("#steps") == []
    officer.post(f"/follow-ups/{point.id}/due", due_on="2026-12-01", version=point.version)
    assert officer.status == 409
    head.open(f"/follow-ups/{point.id}").submit("Restore")
    assert stored(point).archived_at is None


def test_a_step_without_a_version_is_no_form(officer, point):
    for version in ("", "abc", "1.5", "99999999999999999999"):
        officer.open(f"/follow-ups/{point.id}")
        officer.post(f"/follow-ups/{point.id}/status", status="in_progress", version=version)
        assert officer.status == 400, version


def test_forms_that_look_alike_on_many_points_are_each_points_and_each_readers_own(
    head, officer, point
):
    shown, secret = (
        make_meeting(title=title, status="held", country_code="DE", restricted=hidden)
        for title, hidden in (("Shown", False), ("Secret", True))
    )
    other = make_follow_up(text="Another one", owner=me(), country_code="DE", due_on=TODAY)
    for reader, sees in ((head, True), (officer, False), (head, True)):
        for one in (point, other):
            page = reader.open(f"/follow-ups/{one.id}").page
            forms = [*page.select("#steps form"), *page.select("#progress form")]
            assert forms
            assert all(form["action"].startswith(f"/follow-ups/{one.id}/") for form in forms)
            versions = {form["value"] for form in page.select("#steps [name=version]")}
            assert versions == {str(stored(one).version)}
            assert "\x00" not in str(page)
        offered = page.select("#step-done [name=closing_meeting_id] option")
        ids = {option["value"] for option in offered}
        assert str(shown.id) in ids
        assert (str(secret.id) in ids) is sees
        reader.submit("Add a progress line", text="called them")

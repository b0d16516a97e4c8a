"""The first run: from an installation without records to the first meeting, for each role."""

from dataclasses import replace
from datetime import date

import pytest

from crm.core import clock
from crm.core.database import db
from tests.browser import text_of
from tests.factories import (
    make_country,
    make_delegation,
    make_department,
    make_follow_up,
    make_meeting,
    make_rate,
    make_user,
    make_working_day,
)
from tests.sweep import statements

TODAY = date(2026, 11, 24)
BEGIN = "Begin with the first meeting"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def settings(browser):
    """What the guide names, and whether it says that it is there."""
    heads = browser.page.select(".sk-first h3")
    return {one.own_text.strip(): text_of(one.select_one(".state")) for one in heads}


def is_led(browser):
    return browser.open("/").page.select_one(".sk-first") is not None


def test_an_officer_is_led_from_an_empty_desk_to_the_first_point_on_it(officer):
    make_country("DE", name_en="Germany")
    assert BEGIN in officer.open("/").text
    assert [text_of(one) for one in officer.page.select(".sk-first .no")] == ["1", "2", "3"]
    officer.click("Record the first meeting")
    point = {"points-0-text": "Send the list of land plots", "points-0-due_on": "2026-11-26"}
    officer.submit("Save", title="With the embassy", country="DE", fields=point)
    assert "what was agreed in it on your desk" in officer.text
    officer.open("/")
    assert BEGIN not in officer.text
    assert text_of(officer.page.select_one(".sk-row a")).endswith("Send the list of land plots")


def test_what_appears_where_is_told_after_the_first_meeting_alone(officer):
    make_meeting()
    officer.open("/meetings/new").submit("Save", title="The second", country="DE")
    assert "Added: The second" in officer.text
    assert "on your desk" not in officer.text


def test_the_guide_has_one_primary_button_and_no_counters(officer, admin):
    for browser in (officer, admin):
        browser.open("/")
        assert len(browser.page.select("main .btn-primary")) == 1
        assert browser.page.select(".sk-tally, main aside") == []


def test_an_administrator_sees_what_is_there_and_what_is_not_yet(admin):
    assert settings(admin.open("/")) == {
        "Departments": "Not yet",
        "Officers and heads": "Not yet",
        "Mail server": "Not yet",
        "Working days of the year 2026": "Not yet",
        "Exchange rates of the year 2026": "Not yet",
        "MCI of the year 2026": "Not yet",
        "Backup": "Not seen from here",
    }
    admin.click("Add a department").submit("Save", name_en="Department of Entrepreneurship")
    admin.open("/").click("Add a user")
    admin.submit("Add a user", name="Aigerim", email="aigerim@test.example", role="officer")
    admin.open("/")
    there = [name for name, state in settings(admin).items() if state == "In place"]
    assert there == ["Departments", "Officers and heads"]


def test_what_is_retired_disabled_or_of_another_year_is_not_there(admin):
    make_department().archive(clock.now(), "closed")
    make_user(role="head", is_active=False)
    make_user(role="viewer")
    make_rate(rated_on=date(2025, 12, 31))
    make_rate(rated_on=date(2026, 1, 1)).archive(clock.now(), "typed wrongly")
    make_working_day(day=date(2027, 1, 1))
    db.session.commit()
    assert "In place" not in settings(admin.open("/")).values()
    make_rate(rated_on=date(2026, 12, 31))
    make_working_day(day=date(2026, 1, 3))
    found = settings(admin.open("/"))
    assert [name for name, state in found.items() if state == "In place"] == [
        "Working days of the year 2026",
        "Exchange rates of the year 2026",
    ]


def test_with_a_mail_server_a_first_password_need_not_be_told(app, admin):
    assert "type a first password" in admin.open("/").text
    app.config["CRM"] = replace(app.config["CRM"], smtp_url="smtp://127.0.0.1:25")
    assert settings(admin.open("/"))["Mail server"] == "In place"
    assert "type a first password" not in admin.text
    assert "CRM_SMTP_URL" not in admin.text


def test_a_head_with_or_without_a_department_is_told_what_will_stand_there(head):
    assert "wait for your decision" in head.open("/").text
    head.click("Record the first meeting")
    assert head.heading == "Add a meeting"


def test_a_viewer_reads_that_nothing_is_recorded_and_is_offered_no_form(viewer):
    assert "Nothing is recorded yet" in viewer.open("/").text
    assert viewer.page.select("main a[href*=new]") == []
    assert viewer.click("Change notification settings").status == 200


def test_the_guide_goes_for_whoever_sees_a_meeting(officer, head, viewer, admin):
    make_meeting(restricted=True, officer=make_user())
    assert is_led(officer)
    assert is_led(admin)
    assert "Nothing is recorded yet" in viewer.open("/").text
    assert not is_led(head)
    make_meeting()
    assert not is_led(officer)
    assert not is_led(admin)
    assert "Nothing is recorded yet" not in viewer.open("/").text


def test_an_archived_meeting_was_the_first_one_too(officer):
    make_meeting().archive(clock.now(), "only tried out")
    db.session.commit()
    assert not is_led(officer)


@pytest.mark.parametrize("make", [make_follow_up, make_delegation])
def test_what_stands_on_the_desk_without_a_meeting_is_not_hidden_by_the_guide(head, make):
    given = {"arrives_on": TODAY, "date_precision": "day"} if make is make_delegation else {}
    make(**given)
    assert not is_led(head)


def test_only_an_empty_desk_is_asked_whether_anything_is_recorded_by_one_statement(admin):
    make_meeting()
    empty = statements(admin, "/")
    make_follow_up(status="done", outcome="Held")
    assert statements(admin, "/") == empty - 1


FIRST_STEPS = {
    "/meetings/": "/meetings/new",
    "/follow-ups/": "/meetings/new",
    "/delegations/": "/delegations/new",
    "/projects/": "/projects/new",
    "/projects/board": "/projects/new",
    "/projects/figures": "/projects/new",
    "/interests/": "/interests/new",
    "/interests/matrix": "/interests/new",
    "/organisations/": "/meetings/new",
    "/people/": "/meetings/new",
    "/countries/": "/meetings/new",
    "/search?q=Kinne": "/meetings/new",
    "/reports/control": "/meetings/new",
}


def ways_on(browser, url):
    page = browser.open(url).page
    assert page.select(".sk-empty p") != [], url
    return [str(one["href"]) for one in page.select(".sk-empty a")]


def test_every_empty_list_leads_to_its_first_record(officer):
    for url, first in FIRST_STEPS.items():
        assert first in ways_on(officer, url), url
    for url in ("/documents/", "/digest/", "/reports/discipline"):
        assert ways_on(officer, url) != [], url


def test_an_empty_list_offers_those_who_read_no_form_that_is_closed_to_them(viewer):
    for url in FIRST_STEPS:
        assert not [way for way in ways_on(viewer, url) if way.endswith("/new")], url
        assert "Record the first" not in viewer.text, url


def test_an_empty_list_of_departments_says_what_they_are_for(admin):
    assert "/admin/users/" in ways_on(admin, "/admin/reference/departments")

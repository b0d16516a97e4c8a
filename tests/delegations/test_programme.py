"""The programme of a visit: by day and time, official or internal, and what overlaps."""

from datetime import date, time

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.database import db
from crm.delegations.models.delegation import Delegation, ProgrammeItem
from tests.factories import make_delegation, make_programme_item

MONDAY = date(2026, 11, 23)


@pytest.fixture
def visit(app):
    return make_delegation(title="Visit", arrives_on=MONDAY, date_precision="day").id


def read(browser, selector="#programme"):
    """By day: its heading, and the texts of its entries."""
    found = {}
    for day in browser.page.select(f"{selector} .sk-prog-day"):
        entries = day.find_next_sibling("ul").select("li")
        found[" ".join(day.text.split())] = [" ".join(one.get_text(" ").split()) for one in entries]
    return found


def test_entries_are_added_corrected_and_taken_out_by_day_and_time(officer, visit):
    url = f"/delegations/{visit}"
    officer.open(url).click("Add to the programme", within="#programme")
    assert officer.page.select_one("[name=planned_on]")["value"] == "2026-11-23"
    officer.submit("Save", title="Dinner", starts_at="19.00", ends_at="21:00", place="Oskemen")
    version = db.session.get(Delegation, visit).version
    for title, given in {
        "Talks with the akim": {"starts_at": "10:00", "responsible": "Aigerim"},
        "Cars": {"starts_at": "09:00", "kind": "internal"},
        "Plant": {"planned_on": "2026-11-24"},
        "Museum": {"planned_on": ""},
    }.items():
        officer.open(f"{url}/programme/new").submit(
            "Save", **{"title": title, "planned_on": "2026-11-23", **given}
        )
        assert officer.redirects == [f"{url}#programme"]
    assert read(officer) == {
        "23 November 2026, Monday": [
            "09:00 Cars Internal",
            "10:00 Talks with the akim Aigerim",
            "19:00–21:00 Dinner Oskemen",
        ],
        "24 November 2026, Tuesday": ["time open Plant"],
        "day open": ["time open Museum"],
    }
    assert db.session.get(Delegation, visit).version == version == 1
    officer.click("Change the programme: Dinner").submit("Save", starts_at="08:00", ends_at="09:30")
    assert read(officer)["23 November 2026, Monday"][0] == "08:00–09:30 Dinner Oskemen"
    officer.click("Change the programme: Museum").submit("Remove from the programme")
    assert "day open" not in read(officer)
    db.session.expire_all()
    assert db.session.get(Delegation, visit).version == version + 2
    actions = select(AuditEntry.action).where(AuditEntry.part == "programme_items")
    assert db.session.scalars(actions.order_by(AuditEntry.id)).all() == [
        *(["created"] * 5),
        "changed",
        "removed",
    ]


def test_entries_are_added_one_after_the_other(officer, visit):
    officer.open(f"/delegations/{visit}/programme/new")
    officer.submit("Save and add another", title="Talks", planned_on="2026-11-24")
    assert officer.url == f"/delegations/{visit}/programme/new"
    assert officer.page.select_one("[name=planned_on]")["value"] == "2026-11-24"
    assert officer.page.select_one("[name=title]").get("value", "") == ""
    officer.submit("Save and add another", title="")  # refused as ever
    assert officer.status == 422
    officer.submit("Save", title="Plant")
    assert read(officer)["24 November 2026, Tuesday"] == ["time open Talks", "time open Plant"]


def test_the_note_on_the_country_is_one_press_away(viewer, visit):
    viewer.open(f"/delegations/{visit}").click("Briefing note")
    assert viewer.url.startswith("/countries/")
    assert viewer.url.endswith("/note")


def test_what_nobody_can_do_both_of_is_shown(officer, visit):
    record = db.session.get(Delegation, visit)
    for title, starts_at, ends_at, kind, responsible in (
        ("Talks", time(10), time(11), "official", "Aigerim"),
        ("Plant", time(10, 30), None, "official", "Berik"),
        ("Cars", time(10, 59), time(12), "internal", "AIGERIM"),
        ("Lunch", time(11), time(12), "official", "Dana"),
        ("Keys", time(11), time(12), "internal", None),
        ("Papers", time(11), time(12), "internal", None),
    ):
        make_programme_item(
            record,
            planned_on=MONDAY,
            **{"title": title, "starts_at": starts_at, "ends_at": ends_at},
            **{"kind": kind, "responsible": responsible},
        )
    make_programme_item(
        record, title="Other day", planned_on=date(2026, 11, 24), starts_at=time(10)
    )
    make_programme_item(record, title="No time", planned_on=MONDAY, responsible="Aigerim")
    officer.open(f"/delegations/{visit}")
    found = [
        [" ".join(one.select_one("b").text.split()), *(due.text for due in one.select(".due"))]
        for one in officer.page.select(".sk-prog li")
    ]
    assert [one for one in found if len(one) > 1] == [
        ["Talks", "Overlaps: 10:30 Plant", "Overlaps: 10:59 Cars"],
        ["Plant", "Overlaps: 10:00 Talks"],
        ["Cars", "Overlaps: 10:00 Talks"],
    ]


def test_the_guests_get_the_official_programme_alone(viewer, visit):
    record = db.session.get(Delegation, visit)
    make_programme_item(record, title="Dinner", planned_on=MONDAY, responsible="Aigerim")
    make_programme_item(record, title="Gifts", planned_on=MONDAY, kind="internal")
    viewer.open(f"/delegations/{visit}").click("Official programme")
    assert read(viewer, "main") == {"23 November 2026, Monday": ["time open Dinner"]}
    viewer.click("Whole programme")
    assert read(viewer, "main") == {
        "23 November 2026, Monday": ["time open Dinner Aigerim", "time open Gifts Internal"]
    }
    assert viewer.open(f"/delegations/{visit}/programme?official=x").status == 400
    assert viewer.open(f"/delegations/{visit}/programme/new").status == 403


WRONG = [
    ({"title": ""}, "What takes place: This field is required"),
    ({"planned_on": "2026-02-30"}, "Day: There is no such date: write it as 24.11.2026"),
    ({"starts_at": "25:00"}, "Begins at: There is no such time: write it as 15:00"),
    ({"ends_at": "11:00"}, "Begins at: Write when it begins, too"),
    ({"starts_at": "12:00", "ends_at": "11:00"}, "Ends at: It ends before it begins"),
    ({"kind": "secret"}, "For whom: "),
]


def test_bad_input_is_told_at_its_field_and_kept(officer, visit):
    url = f"/delegations/{visit}/programme/new"
    for given, message in WRONG:
        officer.open(url).post(url, **{"title": "Dinner", "place": "Oskemen", **given})
        assert officer.status == 422, given
        assert any(error.startswith(message) for error in officer.errors), officer.errors
        assert officer.page.select_one("[name=place]")["value"] == "Oskemen"
    assert db.session.scalars(select(ProgrammeItem)).all() == []


def test_two_people_change_one_entry_of_the_programme(officer, head, visit):
    record = db.session.get(Delegation, visit)
    item = make_programme_item(record, title="Dinner", planned_on=MONDAY, starts_at=time(18))
    url = f"/delegations/{visit}/programme/{item.id}/edit"
    officer.open(url)
    head.open(url).submit("Save", starts_at="19:00", place="Akimat", kind="internal")
    officer.submit("Save", starts_at="17:30", title="Gala dinner")
    assert officer.status == 409
    assert [row[:2] for row in officer.rows] == [
        ["Begins at both changed it", "18:00"],
        ["What takes place", "Dinner → Gala dinner"],
        ["Venue", "empty → Akimat"],
        ["For whom", "Official → Internal"],
    ]
    officer.submit("Back to the form").submit("Save", responsible="Aigerim")
    db.session.expire_all()
    stored = db.session.get(ProgrammeItem, item.id)
    assert (stored.title, stored.starts_at, stored.place, stored.responsible, stored.kind) == (
        "Gala dinner",
        time(17, 30),
        "Akimat",
        "Aigerim",
        "internal",
    )
    assert officer.redirects == [f"/delegations/{visit}#programme"]


def test_an_entry_of_another_visit_is_404(officer, visit):
    item = make_programme_item(db.session.get(Delegation, visit), title="Dinner")
    assert officer.open(f"/delegations/{visit}/programme/99/edit").status == 404
    other = make_delegation()
    assert officer.open(f"/delegations/{other.id}/programme/{item.id}/edit").status == 404


def test_a_day_outside_the_visit_is_marked_for_us_only(officer, visit):
    for day in (MONDAY, date(2026, 11, 24)):
        make_programme_item(db.session.get(Delegation, visit), planned_on=day)
    words = "Outside the days of the visit"
    assert officer.open(f"/delegations/{visit}").text.count(words) == 1
    assert words not in officer.open(f"/delegations/{visit}/programme?official=1").text


@pytest.mark.parametrize(
    ("ends_at", "words"),
    [("23:00", "It ends when it begins"), ("01:00", "past midnight, leave the end empty")],
)
def test_an_end_that_is_none_says_what_to_do(officer, visit, ends_at, words):
    officer.open(f"/delegations/{visit}/programme/new")
    officer.submit("Save", title="Reception", starts_at="23:00", ends_at=ends_at)
    assert officer.status == 422
    assert words in officer.text


def test_a_visit_to_come_is_not_completed(officer, visit, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 22))
    officer.open(f"/delegations/{visit}/edit").submit("Save", status="completed")
    assert officer.status == 422
    assert "choose «Planned» or «Confirmed», or correct the date" in officer.text
    monkeypatch.setattr(clock, "today", lambda: MONDAY)
    officer.submit("Save")
    assert officer.redirects == [f"/delegations/{visit}"]

"""Delegations: recorded in one form, listed, changed by two people at once."""

import csv
import io
from datetime import date
from urllib.parse import quote

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import joinedload, selectinload

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.database import db
from crm.delegations.models.delegation import Delegation, DelegationMember
from crm.delegations.queries import delegation_choices, delegations_between
from crm.organisations.models import Organisation, Person
from crm.reference.models import Sector
from tests.factories import (
    make_country,
    make_delegation,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_person,
    make_sector,
    make_user,
)

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def world(app, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    make_country("DE", "Germany")
    make_country("KZ", "Kazakhstan", is_partner=False)
    make_sector("MET", "Metallurgy")
    make_sector("ENE", "Energy")


def members():
    statement = select(DelegationMember).options(
        joinedload(DelegationMember.person),
        joinedload(DelegationMember.organisation),
    )
    return db.session.scalars(statement.order_by(DelegationMember.position_number)).all()


def only():
    db.session.expire_all()
    whole = selectinload(Delegation.sectors)
    return db.session.scalars(select(Delegation).options(whole)).one()


def make_member(delegation, **given):
    member = DelegationMember(delegation_id=delegation.id, **{"group_text": "Firms", **given})
    db.session.add(member)
    db.session.commit()
    return member


def record(browser, **fields):
    return browser.open("/delegations/new").submit("Save", fields=fields)


def titles(browser, address):
    browser.open(address)
    assert browser.status == 200, browser.text
    return [link.text for link in browser.page.select("main tbody th a")]


# -- the form ----------------------------------------------------------------------------------


def test_title_and_country_are_enough(officer):
    record(officer, title="Visit", country="DE")
    assert officer.heading == "Visit"
    delegation = only()
    assert (delegation.status, delegation.direction, delegation.arrives_on) == (
        "planned",
        "inbound",
        None,
    )


def test_a_delegation_with_members_and_sectors_takes_one_form(officer):
    record(
        officer,
        title="Visit of the ambassador",
        country="DE",
        level="ambassador",
        arrives_on="2025-09-15",
        date_precision="month",
        purpose="Investment",
        **{
            "members-0-position": "Ambassador",
            "members-0-organisation": "Embassy of Germany",
            "members-0-role": "head",
            "members-1-name": "Ulrich Kinne",
            "members-1-position": "second secretary",
            "members-1-organisation": "Embassy of Germany",
            "members-2-kind": "group",
            "members-2-name": "Leading companies",
            "sectors-0-code": "MET",
            "sectors-1-code": "ENE",
        },
    )
    text = officer.text
    assert "September 2025" in text
    assert "Ambassador Head of the delegation name not stated Embassy of Germany" in text
    assert "Ulrich Kinne second secretary Embassy of Germany" in text
    assert "Leading companies number not stated" in text
    assert [member.position_number for member in members()] == [1, 2, 3]
    assert [sector.code for sector in only().sectors] == ["ENE", "MET"]
    assert only().arrives_on == date(2025, 9, 1)
    assert len(db.session.scalars(select(Organisation)).all()) == 1


def test_our_own_delegation_is_made_of_our_own_people(officer):
    record(
        officer,
        title="To Bursa",
        country="DE",
        direction="outbound",
        **{"members-0-kind": "organisation", "members-0-name": "Department of Investment"},
    )
    assert members()[0].organisation.country_code == "KZ"


def test_an_error_keeps_every_row_and_saves_nothing(officer):
    record(
        officer,
        title="Visit",
        country="DE",
        arrives_on="2026-12-02",
        departs_on="2026-12-01",
        **{"members-0-name": "Karl May", "members-1-kind": "group", "members-1-count": "3"},
    )
    assert officer.status == 422
    assert "Departs on: The last day is before the first one" in officer.errors
    assert any("Describe the group" in error for error in officer.errors)
    assert officer.page.select_one("[name=members-0-name]")["value"] == "Karl May"
    assert db.session.scalars(select(Delegation)).all() == []
    assert db.session.scalars(select(Person)).all() == []


SPANS = [
    ({"arrives_on": "2026-12-01"}, ("day", date(2026, 12, 1), None)),
    (
        {"arrives_on": "2026-12-01", "departs_on": "2026-12-03", "date_precision": "day"},
        ("range", date(2026, 12, 1), date(2026, 12, 3)),
    ),
    ({"arrives_on": "2026-12-05", "date_precision": "year"}, ("year", date(2026, 1, 1), None)),
]


def test_two_days_of_a_visit_are_a_range(officer):
    for given, stored in SPANS:
        record(officer, title="Visit", country="DE", **given)
        delegation = db.session.scalars(select(Delegation).order_by(Delegation.id.desc())).first()
        assert (delegation.date_precision, delegation.arrives_on, delegation.departs_on) == stored


def test_rows_are_added_and_taken_out_without_a_script(officer):
    officer.open("/delegations/new").submit(
        "Add a member", title="Visit", **{"members-0-name": "Karl May", "members-1-name": "Max"}
    )
    assert officer.page.select_one("[name=title]")["value"] == "Visit"
    assert len(officer.page.select("[name^=members-][name$=-name]")) == 6
    officer.submit("Remove: participant 1", country="DE")
    officer.submit("Save")
    assert [member.name for member in members()] == ["Max"]


def test_of_namesakes_the_officer_chooses(officer):
    make_person(family_name="May", given_name="Karl")
    second = make_person(family_name="May", given_name="Karl")
    record(officer, title="Visit", country="DE", **{"members-0-name": "Karl May"})
    assert officer.status == 422
    officer.submit("Save", **{"members-0-chosen": str(second.id)})
    assert members()[0].person_id == second.id


HOSTILE = [
    {"country": "XX"},
    {"level": "king"},
    {"direction": "up"},
    {"channel": "x"},
    {"sectors": "NOPE"},
    {"officer_id": "9" * 30},
    {"members-0-name": "x", "members-0-role": "x"},
    {"arrives_on": "2026-02-30"},
    {"title": "x" * 501},
    {"purpose": "a\x00b"},
]


def test_hostile_input_is_refused_with_422(officer):
    officer.open("/delegations/new")
    for fields in HOSTILE:
        officer.post("/delegations/new", **{"title": "Visit", "country": "DE", **fields})
        assert officer.status == 422
        assert db.session.scalars(select(Delegation)).all() == []


def test_a_country_is_taken_from_the_address(officer):
    officer.open("/delegations/new?country=DE")
    assert officer.page.select_one("[name=country] [selected]")["value"] == "DE"
    assert officer.open("/delegations/new?country=XX").status == 404


# -- the list ----------------------------------------------------------------------------------


def test_a_row_says_when_who_and_from_where(officer):
    delegation = make_delegation(
        title="Visit",
        level="business",
        arrives_on=date(2026, 12, 1),
        departs_on=date(2026, 12, 3),
        date_precision="range",
        officer=make_user(name="Aigerim"),
    )
    make_member(delegation, position_number=1)
    make_member(
        delegation,
        group_text=None,
        position_text="Ambassador",
        role="head",
        position_number=2,
    )
    officer.open("/delegations/")
    assert officer.rows == [
        [
            "1 Dec 2026 – 3 Dec 2026",
            "Visit Business circles",
            "DE Germany",
            "Ambassador",
            "Inbound visit",
            "Aigerim",
            "Planned",
        ]
    ]


def test_filters_find_the_hit_and_leave_the_near_miss(officer):
    other = make_user(name="Other")
    make_sector("MET.NFM", "Non-ferrous")
    make_country("CN", "China")
    hit = make_delegation(
        title="Hit",
        arrives_on=date(2026, 5, 5),
        date_precision="day",
        level="expert",
        direction="outbound",
        status="confirmed",
        officer=other,
        purpose="Cooperation",
        sectors=[make_sector("AGR")],
    )
    make_delegation(
        title="Miss", country_code="CN", arrives_on=date(2026, 5, 6), date_precision="day"
    )
    assert hit.id
    for query in (
        "country=DE",
        "sector=AGR",
        "status=confirmed",
        "level=expert",
        "direction=outbound",
        f"officer={other.id}",
        "arrives_from=2026-05-05&arrives_to=2026-05-05",
        "q=cooperation",
    ):
        assert titles(officer, f"/delegations/?{query}") == ["Hit"], query


MEANINGLESS = ["level=x", "direction=x", "arrives_to=x", "sort=x", "officer=0"]


def test_an_address_that_means_nothing_is_400(officer):
    for query in MEANINGLESS:
        assert officer.open(f"/delegations/?{query}").status == 400


def test_undated_ones_come_last_and_archived_ones_not_at_all(officer):
    make_delegation(title="Undated")
    make_delegation(title="Dated", arrives_on=date(2025, 1, 1), date_precision="day")
    gone = make_delegation(title="Gone")
    officer.open(f"/delegations/{gone.id}").click("Archive").submit("Archive", reason="Duplicate")
    assert titles(officer, "/delegations/") == ["Dated", "Undated"]
    assert titles(officer, "/delegations/?sort=arrives_on") == ["Dated", "Undated"]
    assert officer.open(f"/delegations/{gone.id}").status == 200


def test_the_file_has_the_rows_of_the_page_in_its_order(officer):
    for title in ("A", "C", "B"):
        make_delegation(title=title)
    shown = titles(officer, "/delegations/?sort=-title")
    officer.open("/delegations.csv?headers=keys&dialect=rfc4180&sort=-title")
    text = officer.text.removeprefix("\ufeff")
    assert [row["title"] for row in csv.DictReader(io.StringIO(text))] == shown == ["C", "B", "A"]


@pytest.mark.parametrize("address", ["/delegations/", "/delegations/{id}"])
def test_statements_do_not_grow_with_rows(officer, address):
    counts = []
    for rounds in (1, 4):
        for number in range(rounds):
            delegation = make_delegation(
                title=f"Visit {rounds}-{number}",
                sectors=[make_sector(f"S{rounds}{number}")],
            )
            first = db.session.scalars(select(Delegation).order_by(Delegation.id)).first()
            for parent in (delegation, first):
                make_member(
                    parent,
                    group_text=None,
                    person_id=make_person().id,
                    organisation_id=make_organisation().id,
                )
                make_meeting(delegation_id=parent.id)
                make_follow_up(delegation_id=parent.id)
        url = address.format(id=first.id)
        officer.open(url)
        statements = []
        listener = lambda *arguments, seen=statements: seen.append(arguments[2])  # noqa: E731
        event.listen(Engine, "before_cursor_execute", listener)
        officer.open(url)
        event.remove(Engine, "before_cursor_execute", listener)
        assert officer.status == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


# -- one delegation ----------------------------------------------------------------------------


def test_the_page_shows_meetings_and_points_of_the_visit(officer):
    delegation = make_delegation(title="Visit")
    meeting = make_meeting(title="Talks", delegation_id=delegation.id, held_on=TODAY)
    make_meeting(title="Other talks")
    make_follow_up(meeting_id=meeting.id, number=1, text="Send the plan")
    make_follow_up(delegation_id=delegation.id, text="Arrange a return visit")
    make_follow_up(text="Foreign to it")
    text = officer.open(f"/delegations/{delegation.id}").text
    for words in ("Talks 24 Nov 2026", "Send the plan", "Arrange a return visit"):
        assert words in text
    assert "Foreign to it" not in text
    assert "Other talks" not in text
    assert "points without a deadline: 2" in text


def test_members_are_added_corrected_and_taken_out(officer):
    delegation = make_delegation(title="Visit")
    version = delegation.version
    officer.open(f"/delegations/{delegation.id}").click("Add a member", within="#members").submit(
        "Save", name="Karl May", position="Director", organisation="Siemens"
    )
    assert "Karl May Director Siemens" in officer.text
    assert only().version == version
    officer.click("Change the member: Karl May").submit("Save", role="interpreter")
    assert "Karl May Interpreter Director Siemens" in officer.text
    assert only().version == version + 1
    officer.click("Change the member: Karl May").submit("Remove from the delegation")
    assert "nobody named" in officer.text
    assert only().version == version + 2
    parts = select(AuditEntry.action).where(AuditEntry.part == "delegation_members")
    assert db.session.scalars(parts.order_by(AuditEntry.id)).all() == [
        "created",
        "changed",
        "removed",
    ]


def test_members_stand_in_order_of_precedence(officer):
    delegation = make_delegation()
    for number, name in enumerate(("First", "Second", "Third"), start=1):
        make_member(delegation, group_text=name, position_number=number)
    last = members()[-1]
    url = f"/delegations/{delegation.id}/members/{last.id}/edit"
    officer.open(url).submit("Save", place="1")
    assert [member.group_text for member in members()] == ["Third", "First", "Second"]
    officer.open(url).submit("Save", place="99")
    assert [member.group_text for member in members()] == ["First", "Second", "Third"]


def test_two_people_change_one_member(officer, head):
    delegation = make_delegation()
    for number, name in enumerate(("First", "Second", "Third"), start=1):
        member = make_member(delegation, group_text=name, position_number=number)
    url = f"/delegations/{delegation.id}/members/{member.id}/edit"
    officer.open(url)
    head.open(url).submit("Save", name="Leading firms", place="1")
    officer.submit("Save", name="Small firms", count="5")
    assert officer.status == 409
    assert [row[:2] for row in officer.rows] == [
        ["Name or description both changed it", "Third"],
        ["How many", "empty → 5"],
        ["Place in the order", "3 → 1"],
    ]
    officer.submit("Save what is chosen", **{"resolve-name": "stored"})
    assert officer.redirects == [f"/delegations/{delegation.id}#members"]
    assert [(one.group_text, one.member_count) for one in members()] == [
        ("Leading firms", 5),
        ("First", None),
        ("Second", None),
    ]


def test_two_people_edit_one_delegation(officer, head):
    delegation = make_delegation(title="Visit", purpose="Talks")
    url = f"/delegations/{delegation.id}/edit"
    officer.open(url)
    head.open(url).submit("Save", purpose="Negotiations", **{"sectors-0-code": "MET"})
    officer.submit("Save", purpose="Consultations", **{"sectors-0-code": "ENE"})
    assert officer.status == 409
    for words in ("Talks", "Negotiations", "Consultations", "Metallurgy", "Energy"):
        assert words in officer.text
    officer.submit("Save what is chosen", **{"resolve-purpose": "stored"})
    stored = only()
    assert stored.purpose == "Negotiations"
    assert [sector.code for sector in stored.sectors] == ["ENE"]


def test_saving_without_a_change_leaves_the_version(officer):
    delegation = make_delegation(sectors=[db.session.get(Sector, "MET")])
    version = delegation.version
    officer.open(f"/delegations/{delegation.id}/edit").submit("Save")
    assert only().version == version


def test_a_retired_sector_stays_with_its_delegation(officer):
    old = make_sector("OLD", "Whaling")
    delegation = make_delegation(sectors=[old])
    old.archive(clock.now(), "retired")
    db.session.commit()
    officer.open(f"/delegations/{delegation.id}/edit").submit("Save", purpose="x")
    assert officer.redirects, officer.errors
    assert [sector.code for sector in only().sectors] == ["OLD"]
    officer.open("/delegations/new")
    assert "Whaling" not in officer.text


NO_DELEGATION = ["0", "abc", "2147483648", "-1", "77"]


def test_a_delegation_that_is_none_is_404(officer):
    for address in NO_DELEGATION:
        for page in ("", "/edit", "/members/new", "/members/1/edit", "/archive"):
            assert officer.open(f"/delegations/{quote(address)}{page}").status == 404


def test_a_viewer_reads_and_changes_nothing(viewer):
    delegation = make_delegation()
    member = make_member(delegation)
    viewer.open(f"/delegations/{delegation.id}")
    assert viewer.status == 200
    for word in ("Edit the delegation", "Add a member", "Add a meeting", "Archive"):
        assert word not in viewer.text
    for address in ("edit", "members/new", f"members/{member.id}/edit", "archive"):
        assert viewer.open(f"/delegations/{delegation.id}/{address}").status == 403


# -- queries -----------------------------------------------------------------------------------


def test_the_week_holds_what_is_known_to_the_day(app):
    monday, sunday = clock.week_of(TODAY)
    given = {
        "Day": (TODAY, None, "day"),
        "Range": (date(2026, 11, 20), monday, "range"),
        "Week": (monday, None, "week"),
    }
    misses = {
        "Month": (monday, None, "month"),
        "Before": (date(2026, 11, 22), None, "day"),
        "After": (date(2026, 11, 30), None, "day"),
        "Undated": (None, None, "unknown"),
    }
    for title, (arrives_on, departs_on, precision) in (given | misses).items():
        make_delegation(
            title=title, arrives_on=arrives_on, departs_on=departs_on, date_precision=precision
        )
    make_delegation(title="No", arrives_on=TODAY, date_precision="day", status="cancelled")
    found = db.session.scalars(delegations_between(monday, sunday)).unique().all()
    assert {one.title for one in found} == set(given)


def test_choices_keep_an_archived_one_only_where_it_is_stored(app):
    old = make_delegation(title="Old")
    old.archive(clock.now(), "x")
    new = make_delegation(title="New")
    db.session.commit()
    assert [key for key, _text in delegation_choices()] == [new.id]
    assert [key for key, _text in delegation_choices(old.id)] == [new.id]
    assert [key for key, _text in delegation_choices(stored=old.id)] == [new.id, old.id]


RARE = {
    "letter_number": "03-15/482",
    "letter_on": "2026-11-02",
    "languages": "German, Russian",
    "interpreter": "A. Müller",
    "logistics": "By train, hotel Dedeman",
    "channel": "embassy",
    "next_contact_on": "2026-12-07",
}


def test_the_rarer_fields_are_kept_shown_and_unfolded(officer):
    officer.open("/delegations/new?country=DE")
    assert not officer.page.select("details.sk-fold[open]")
    officer.submit("Save", title="Visit", **RARE)
    for words in (
        *("№ 03-15/482 of 2 Nov 2026", "German, Russian", "A. Müller", "By train, hotel Dedeman"),
        *("Through the embassy", "Next contact planned on 7 Dec 2026"),
    ):
        assert words in officer.text
    officer.click("Edit the delegation")
    assert len(officer.page.select("details.sk-fold[open]")) == 2
    for name, value in RARE.items():
        shown = officer.page.select_one(f"[name={name}]")
        selected = shown.select_one("[selected]")
        assert (selected or shown).get("value", shown.text.strip()) == value, name
    stored = only()
    assert str(stored.letter_on) == RARE["letter_on"]
    officer.submit("Save", letter_on="2026-02-30", letter_number="x" * 101)
    assert officer.status == 422
    assert "Date of the letter: There is no such date: write it as 24.11.2026" in officer.errors
    assert titles(officer, "/delegations/?next_contact_to=2026-12-07") == ["Visit"]
    assert titles(officer, "/delegations/?next_contact_to=2026-12-06") == []

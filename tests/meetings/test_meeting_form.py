"""One form records a whole meeting: who, what was agreed, which sectors; or nothing at all."""

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting, MeetingSector, Participant
from crm.organisations.models import Appointment, Organisation, Person
from crm.reference.models import Sector
from tests.factories import make_delegation, make_meeting, make_organisation, make_person
from tests.meetings.recording import (
    EMBASSY,
    SECTORS,
    WHOLE,
    count,
    only,
    partner,
    press_release,
    record,
)

pytestmark = pytest.mark.usefixtures("world")


def test_the_german_meeting_takes_one_form(officer):
    officer.open("/meetings/new").submit("Add a sector", fields=press_release())
    more = {f"sectors-{number}-code": code for number, code in enumerate(SECTORS[4:], start=4)}
    officer.submit("Save", fields=more)
    assert officer.heading == "Германия делегациясымен жұмыс кездесуі", officer.errors
    assert officer.redirects[-1] == f"/meetings/{only(Meeting).id}"
    text = officer.text
    for words in (
        "date unknown",
        "Нұрымбет Сақтағанов Host",
        "Ульрих Кинне Head of the delegation",
        "екінші хатшы",
        EMBASSY,
        "Жетекші неміс компанияларының өкілдері",
        "number not stated",
        "In focus Met Agr Tur Htc Discussed Dig.Ind Eco Ene",
        "points without a deadline: 2",
        "№ 1 Тәжірибе алмасу",
        "№ 2 Нақты бірлескен бастамаларды дайындау",
    ):
        assert words in text, words
    points = db.session.scalars(select(FollowUp).order_by(FollowUp.number)).all()
    me = only(Meeting).officer_id
    assert [(one.kind, one.due_on, one.owner_id, one.country_code) for one in points] == [
        ("consultation", None, me, "DE")
    ] * 2
    assert (count(Person), count(Organisation), count(Appointment)) == (2, 2, 2)


def test_what_was_made_on_the_way_belongs_to_its_side(officer):
    record(officer, **press_release())
    organisations = db.session.scalars(select(Organisation).order_by(Organisation.id)).all()
    assert [(one.name_kk, one.country_code, one.kind) for one in organisations] == [
        ("ШҚО әкімдігі", "KZ", "state_body"),
        (EMBASSY, "DE", "embassy"),
    ]
    people = db.session.scalars(select(Person).order_by(Person.id)).all()
    assert [(one.given_name, one.family_name) for one in people] == [
        ("Нұрымбет", "Сақтағанов"),
        ("Ульрих", "Кинне"),
    ]


def test_title_and_country_are_enough(officer):
    record(officer, title="Call", country="DE")
    assert officer.heading == "Call"
    meeting = only(Meeting)
    assert (meeting.status, meeting.held_on, meeting.date_precision) == ("held", None, "unknown")
    assert meeting.officer.email == "officer@test.example"


def test_without_title_and_country_nothing_is_saved(officer):
    fields = press_release() | {"title": "  ", "country": ""}
    record(officer, **fields)
    assert officer.status == 422
    assert "Title: This field is required" in officer.errors
    assert officer.page.select_one("[name=participants-0-name]")["value"] == "Нұрымбет Сақтағанов"
    assert officer.page.select_one("[name=participants-4-name]")["value"].startswith("Жетекші")
    assert officer.page.select_one("[name=points-1-text]").text.strip().startswith("Нақты")
    assert [count(m) for m in (Meeting, Person, Organisation, FollowUp)] == [0, 0, 0, 0]


def test_an_error_in_a_row_saves_nothing_of_the_rest(officer):
    record(officer, **press_release() | {"points-1-due_on": "31.11.2026"})
    assert officer.status == 422
    assert any("There is no such date" in error for error in officer.errors)
    assert officer.page.select_one("[name=points-1-due_on]")["value"] == "31.11.2026"
    assert [count(m) for m in (Meeting, Person, Organisation, FollowUp)] == [0, 0, 0, 0]


NONSENSE = [
    ({"kind": "group", "count": "12"}, "Describe the group"),
    ({"kind": "organisation", "position": "x"}, "Name the organisation"),
    ({"kind": "person", "organisation": "Siemens"}, "Write a name, or at least a post"),
    ({"kind": "person", "name": "Karl May", "count": "2"}, "Only a group or an organisation"),
    ({"kind": "group", "name": "Firms", "count": "-3"}, "Write a whole number"),
    ({"kind": "person", "name": "x" * 300}, "This name is too long"),
    ({"kind": "person", "name": "x" * 900}, "At most 500 characters"),
    ({"kind": "person", "name": "a\x00b"}, "cannot be stored"),
]


def test_a_row_that_makes_no_sense_is_refused_at_its_field(officer):
    for row, message in NONSENSE:
        record(officer, title="Call", country="DE", **partner(0, **row))
        assert officer.status == 422
        assert any(message in error for error in officer.errors), officer.errors
        assert count(Meeting) == count(Participant) == 0


def test_rows_are_added_without_a_script_and_nothing_typed_is_lost(officer):
    officer.open("/meetings/new")
    assert len(officer.page.select("[name^=participants-][name$=-name]")) == 3 + 3
    officer.submit("Add a participant: partner side", fields=press_release())
    assert officer.status == 200
    assert not officer.errors
    assert officer.page.select_one("[name=title]")["value"].startswith("Германия")
    assert officer.page.select_one("[name=participants-0-name]")["value"] == "Нұрымбет Сақтағанов"
    sides = [field["value"] for field in officer.page.select("[name$=-side]")]
    assert (sides.count("ours"), sides.count("partner")) == (4, 6)  # three empty ones at least
    assert count(Meeting) == 0
    officer.submit("Add a point")
    assert len(officer.page.select("textarea[name^=points-]")) == 2 + 3 + 3
    officer.submit("Save")
    assert only(Meeting).title.startswith("Германия")
    assert count(Participant) == 3


def test_a_row_is_taken_out_without_a_script(officer):
    officer.open("/meetings/new").submit("Remove: point 1", fields=press_release())
    assert count(Meeting) == 0
    officer.submit("Save")
    assert only(FollowUp).text == "Нақты бірлескен бастамаларды дайындау"
    assert only(FollowUp).number == 1


def test_sectors_may_come_as_a_plain_list(officer):
    officer.open("/meetings/new").post(
        "/meetings/new", title="Talks", country="DE", sectors=["MET", "ENE"]
    )
    links = db.session.scalars(select(MeetingSector).order_by(MeetingSector.position_number))
    assert [(link.sector_code, link.weight) for link in links] == [
        ("MET", "discussed"),
        ("ENE", "discussed"),
    ]


def test_a_sector_named_twice_counts_once_and_focus_wins(officer):
    record(
        officer,
        title="Talks",
        country="DE",
        **{"sectors-0-code": "MET", "sectors-1-code": "MET", "sectors-1-weight": "focus"},
        **{"sectors-2-code": "ENE", "sectors-2-weight": ""},
    )
    assert [(one.sector_code, one.weight) for one in db.session.scalars(select(MeetingSector))] == [
        ("MET", "focus")
    ]


HOSTILE = [
    {"country": "XX"},
    {"kind": "party"},
    {"status": "lost"},
    {"date_precision": "soon"},
    {"sectors": "NOPE"},
    {"delegation_id": "99999999999999999999"},
    {"delegation_id": "9" * 5000},
    {"officer_id": "77"},
    {"participants-0-kind": "robot", "participants-0-name": "x"},
    {"participants-0-side": "third", "participants-0-name": "x"},
    {"participants-0-name": "x", "participants-0-count": "9" * 5000},
    {"participants-0-name": "x", "participants-0-count": "²"},
    {"points-0-text": "x", "points-0-owner_id": "abc"},
    {"points-0-text": "x", "points-0-kind": "x"},
    {"title": "x" * 501},
    {"title": "a\x00b"},
    {"summary": "x" * 20001},
    {f"points-{number}-text": "x" for number in range(201)},
]


def test_hostile_input_is_refused_with_422(officer):
    officer.open("/meetings/new")
    for fields in HOSTILE:
        officer.post("/meetings/new", **{"title": "Talks", "country": "DE", **fields})
        assert officer.status == 422
        assert count(Meeting) == 0


def test_odd_row_numbers_do_no_harm(officer):
    officer.open("/meetings/new").post(
        "/meetings/new",
        **{
            "title": "Talks",
            "country": "DE",
            "participants-²-name": "x",
            "participants--1-name": "x",
            "participants-__index__-name": "x",
            "participants-99999999999999999999-name": "Far",
            "participants-7-name": "Near",
            "participants-500-name": "Siemens",
            "participants-500-kind": "organisation",
        },
    )
    statement = select(Participant).options(*WHOLE[Participant]).order_by(Participant.id)
    names = [one.name for one in db.session.scalars(statement)]
    assert names == ["Near", "Siemens"]


def test_script_like_texts_are_shown_as_typed(officer):
    record(
        officer,
        title="<script>alert(1)</script>",
        country="DE",
        **partner(0, kind="group", name="<b>Firms</b> {{ 7*7 }}"),
    )
    assert officer.heading == "<script>alert(1)</script>"
    assert "<b>Firms</b> {{ 7*7 }}" in officer.text


def test_a_new_meeting_takes_over_its_country(officer):
    officer.open("/meetings/new?country=DE")
    assert officer.page.select_one("[name=country] [selected]")["value"] == "DE"
    assert officer.open("/meetings/new?country=XX").status == 404


def test_a_new_meeting_takes_over_its_delegation(officer):
    delegation = make_delegation(
        title="Visit of the embassy", sectors=[db.session.get(Sector, "MET")]
    )
    officer.open(f"/delegations/{delegation.id}/members/new").submit(
        "Save", name="Ульрих Кинне", position="екінші хатшы", organisation=EMBASSY, role="head"
    )
    officer.open(f"/delegations/{delegation.id}").click("Add a meeting", within=".sk-acts")
    assert officer.page.select_one("[name=title]")["value"] == "Visit of the embassy"
    officer.submit("Save")
    meeting = only(Meeting)
    assert (meeting.delegation_id, meeting.country_code) == (delegation.id, "DE")
    assert [link.sector_code for link in db.session.scalars(select(MeetingSector))] == ["MET"]
    who = only(Participant)
    assert (who.name, who.position_text, who.role, who.side) == (
        "Ульрих Кинне",
        "екінші хатшы",
        "head",
        "partner",
    )
    assert count(Person) == 1


NO_DELEGATION = ["abc", "0", "99", "99999999999999999999", "-1"]


def test_a_delegation_that_is_none_is_404(officer):
    for address in NO_DELEGATION:
        assert officer.open(f"/meetings/new?delegation={address}").status == 404


def test_the_form_offers_names_already_known(officer):
    make_person(family_name="May", given_name="Karl")
    make_organisation(name_en="Siemens")
    officer.open("/meetings/new")
    assert officer.page.select_one("#known-people option")["value"] == "Karl May"
    assert officer.page.select_one("#known-organisations option")["value"] == "Siemens"


def test_a_viewer_records_nothing(viewer):
    make_meeting(title="Talks")
    assert viewer.open("/meetings/new").status == 403
    viewer.open("/meetings/")
    assert "Add a meeting" not in viewer.text
    viewer.post("/meetings/new", title="x", country="DE")
    assert viewer.status == 403
    assert count(Meeting) == 1

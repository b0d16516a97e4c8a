"""One form records a whole meeting: who, what was agreed, which sectors; or nothing at all."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting, MeetingSector, Participant
from crm.organisations.models import Appointment, Organisation, Person
from crm.reference.models import Sector
from tests.factories import (
    make_appointment,
    make_country,
    make_delegation,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_person,
    make_sector,
)
from tests.postgres import on_sqlite

EMBASSY = "Германия Федеративтік Республикасының Қазақстандағы елшілігі"
SECTORS = ("MET", "AGR", "TUR", "HTC", "DIG.IND", "ECO", "ENE")


@pytest.fixture(autouse=True)
def world(app):
    make_country("DE", "Германия")
    make_country("KZ", "Қазақстан", is_partner=False)
    make_sector("DIG", "Digitalisation")
    for code in SECTORS:
        make_sector(code, code.title())


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def only(model):
    return db.session.scalars(select(model).options(*WHOLE.get(model, ()))).one()


WHOLE = {
    Meeting: (joinedload(Meeting.officer),),
    Participant: (joinedload(Participant.person), joinedload(Participant.organisation)),
}


def partner(number, **fields):
    """Fields of a partner's row: with three empty rows of ours, theirs begin at 3."""
    return {f"participants-{number + 3}-{name}": value for name, value in fields.items()}


def press_release():
    """The German meeting as the release tells it."""
    fields = {
        "title": "Германия делегациясымен жұмыс кездесуі",
        "country": "DE",
        "text_language": "kk",
        "summary": "Бірлескен инвестициялық жобалар талқыланды",
        "source_name": "ШҚО әкімдігінің баспасөз хабарламасы",
        "participants-0-name": "Нұрымбет Сақтағанов",
        "participants-0-position": "облыс әкімі",
        "participants-0-organisation": "ШҚО әкімдігі",
        "participants-0-role": "host",
        **partner(
            0, name="Ульрих Кинне", position="екінші хатшы", organisation=EMBASSY, role="head"
        ),
        **partner(1, kind="group", name="Жетекші неміс компанияларының өкілдері"),
    }
    for number, text in enumerate(("Тәжірибе алмасу", "Нақты бірлескен бастамаларды дайындау")):
        fields |= {
            f"points-{number}-text": text,
            f"points-{number}-kind": "consultation",
            f"points-{number}-responsible_side": "both",
        }
    for number, code in enumerate(SECTORS[:4]):
        fields |= {f"sectors-{number}-code": code, f"sectors-{number}-weight": "focus"}
    return fields


def record(browser, **fields):
    return browser.open("/meetings/new").submit("Save", fields=fields)


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
    ({"kind": "person", "name": "x" * 900}, "Field cannot be longer than 500 characters"),
    ({"kind": "person", "name": "a\x00b"}, "cannot be stored"),
]


def test_a_row_that_makes_no_sense_is_refused_at_its_field(officer):
    for row, message in NONSENSE:
        record(officer, title="Call", country="DE", **partner(0, **row))
        assert officer.status == 422
        assert any(message in error for error in officer.errors), officer.errors
        assert count(Meeting) == count(Participant) == 0


def test_a_post_without_a_name_is_a_participant(officer):
    record(
        officer,
        title="Visit",
        country="DE",
        **partner(0, position="Ambassador", organisation="Embassy of Germany"),
    )
    who = only(Participant)
    assert (who.person_id, who.position_text, who.organisation_text) == (
        None,
        "Ambassador",
        "Embassy of Germany",
    )
    assert "Ambassador name not stated Embassy of Germany" in officer.text


def test_an_organisation_without_a_person_is_a_participant(officer):
    record(officer, title="Talks", country="DE", **partner(0, kind="organisation", name="Funde"))
    who = only(Participant)
    assert (who.person_id, who.organisation.name_en) == (None, "Funde")
    assert count(Person) == 0


def test_known_people_and_organisations_are_found_not_doubled(officer):
    person = make_person(family_name="Сақтағанов", given_name="Нұрымбет")
    place = make_organisation(name_kk="ШҚО әкімдігі", name_en=None, country_code="KZ")
    record(
        officer,
        title="Talks",
        country="DE",
        **{
            "participants-0-name": "сактаганов нурымбет",
            "participants-0-organisation": "шқо  ӘКІМДІГІ",
        },
    )
    who = only(Participant)
    assert (who.person_id, who.organisation_id) == (person.id, place.id)
    assert (count(Person), count(Organisation)) == (1, 1)


def test_a_name_that_only_resembles_is_somebody_else(officer):
    person = make_person(family_name="Кинне", given_name="Ульрих")
    record(officer, title="Talks", country="DE", **partner(0, name="Ульрих Кинн"))
    assert only(Participant).person_id != person.id
    assert count(Person) == 2


def test_of_namesakes_the_officer_chooses(officer):
    place = make_organisation(name_en="Siemens")
    first = make_person(family_name="May", given_name="Karl")
    second = make_person(family_name="May", given_name="Karl")
    make_appointment(person=first, organisation=place)
    record(officer, title="Talks", country="DE", **partner(0, name="Karl May"))
    assert officer.status == 422
    assert any("Several people bear this name" in error for error in officer.errors)
    assert count(Meeting) == 0
    chosen = officer.page.select_one("[name=participants-3-chosen]")
    assert "Karl May, Siemens" in chosen.text
    officer.submit("Save", **{"participants-3-chosen": str(second.id)})
    assert officer.heading == "Talks"
    assert only(Participant).person_id == second.id


def test_a_namesake_may_be_somebody_new(officer):
    for _number in range(2):
        make_person(family_name="May", given_name="Karl")
    record(officer, title="Talks", country="DE", **partner(0, name="Karl May"))
    officer.submit("Save", **{"participants-3-chosen": "new"})
    assert count(Person) == 3
    assert only(Participant).person.name == "Karl May"


def test_the_organisation_tells_namesakes_apart(officer):
    place = make_organisation(name_en="Siemens")
    make_person(family_name="May", given_name="Karl")
    there = make_person(family_name="May", given_name="Karl")
    make_appointment(person=there, organisation=place)
    row = partner(0, name="Karl May", organisation="Siemens")
    record(officer, title="Talks", country="DE", **row)
    assert only(Participant).person_id == there.id


def test_a_later_post_does_not_change_the_meeting(officer):
    record(officer, **press_release())
    person = db.session.scalars(select(Person).where(Person.family_name == "Кинне")).one()
    appointment = db.session.scalars(select(Appointment).where(Appointment.person == person)).one()
    appointment.position_kk, appointment.valid_to = "бірінші хатшы", date(2020, 1, 1)
    make_appointment(person=person, position_kk="елші")
    officer.open(f"/meetings/{only(Meeting).id}")
    assert "екінші хатшы" in officer.text
    assert "елші " not in officer.page.select_one("#participants").text


def test_the_post_of_the_day_is_taken_when_none_is_typed(officer):
    person = make_person(family_name="Iwersen", given_name="Monika")
    embassy = make_organisation(name_en="Embassy of Germany")
    for post, since, until in (
        ("Consul", date(2020, 1, 1), date(2023, 12, 31)),
        ("Ambassador", date(2024, 1, 1), None),
    ):
        make_appointment(
            person=person,
            organisation=embassy,
            position_en=post,
            valid_from=since,
            valid_to=until,
        )
    row = partner(0, name="Monika Iwersen")
    record(officer, title="Old", country="DE", text_language="en", held_on="2022-05-05", **row)
    assert (only(Participant).position_text, only(Participant).organisation_text) == (
        "Consul",
        "Embassy of Germany",
    )


# What a form makes of what is typed does not hang on the database.

DATES = [
    ({}, (None, None, "unknown")),
    ({"held_on": "24.11.2026"}, (date(2026, 11, 24), None, "day")),
    ({"held_on": "2026-11-24", "date_precision": "day"}, (date(2026, 11, 24), None, "day")),
    (
        {"held_on": "2026-11-24", "date_precision": "publication_day"},
        (date(2026, 11, 24), None, "publication_day"),
    ),
    ({"held_on": "2026-11-24", "date_precision": "month"}, (date(2026, 11, 1), None, "month")),
    (
        {"held_on": "2026-11-24", "date_precision": "quarter"},
        (date(2026, 10, 1), None, "quarter"),
    ),
    ({"held_on": "2026-11-24", "date_precision": "year"}, (date(2026, 1, 1), None, "year")),
    ({"held_on": "2026-11-26", "date_precision": "week"}, (date(2026, 11, 23), None, "week")),
    (
        {"held_on": "2026-02-17", "held_until": "2026-02-19", "date_precision": "range"},
        (date(2026, 2, 17), date(2026, 2, 19), "range"),
    ),
    (
        {"held_on": "2026-02-17", "held_until": "2026-02-19"},
        (date(2026, 2, 17), date(2026, 2, 19), "range"),
    ),
]


@on_sqlite
def test_a_date_is_kept_as_precisely_as_it_is_known(officer):
    for given, stored in DATES:
        record(officer, title="Talks", country="DE", **given)
        meeting = db.session.scalars(select(Meeting).order_by(Meeting.id.desc())).first()
        assert (meeting.held_on, meeting.held_until, meeting.date_precision) == stored


CONTRADICTIONS = [
    ({"date_precision": "day"}, "Date: Write the date, or choose that it is unknown"),
    ({"held_until": "2026-02-19"}, "Date: Write the first day too"),
    (
        {"held_on": "2026-02-19", "held_until": "2026-02-17", "date_precision": "range"},
        "Last day: The last day is before the first one",
    ),
    (
        {"held_on": "2026-02-17", "date_precision": "range"},
        "Last day: Write the last day of the range",
    ),
    (
        {"held_on": "2026-02-17", "held_until": "2026-02-19", "date_precision": "day"},
        "Last day: Only a range of days has a last day: choose it, or empty this",
    ),
    (
        {"held_on": "2026-02-17", "starts_at": "16:00", "ends_at": "15:00"},
        "Ends at: The meeting ends before it begins",
    ),
    ({"starts_at": "25:00"}, "Begins at: There is no such time: write it as 15:00"),
    (
        {"source_url": "javascript:alert(1)"},
        "Web address of the source: Write the whole address, from https:// on",
    ),
]


@on_sqlite
def test_dates_that_contradict_each_other_are_refused(officer):
    for given, message in CONTRADICTIONS:
        record(officer, title="Talks", country="DE", **given)
        assert officer.status == 422
        assert message in officer.errors
        assert count(Meeting) == 0


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


def test_a_meeting_now_held_gives_its_day_to_the_points_that_have_none(officer, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2030, 1, 15))
    meeting = make_meeting(title="Talks", held_on=date(2030, 1, 14), status="planned")
    make_follow_up(text="Send the plan", meeting_id=meeting.id)
    make_follow_up(text="Own day", meeting_id=meeting.id, agreed_on=date(2029, 12, 1))
    make_follow_up(text="Elsewhere", meeting_id=make_meeting(title="Other").id)
    officer.open(f"/meetings/{meeting.id}/edit").submit("Save", title="Talks again")
    days = select(FollowUp.agreed_on).order_by(FollowUp.id)
    assert db.session.scalars(days).all() == [None, date(2029, 12, 1), None]
    officer.open(f"/meetings/{meeting.id}/edit").submit("Save", status="held")
    assert db.session.scalars(days).all() == [date(2030, 1, 14), date(2029, 12, 1), None]


def test_no_date_is_invented_from_the_day_of_recording(officer, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2030, 1, 15))
    record(officer, title="Talks", country="DE", **{"points-0-text": "Send the plan"})
    assert only(Meeting).held_on is None
    assert (only(FollowUp).status_since, only(FollowUp).agreed_on) == (date(2030, 1, 15), None)


DAY, TALKS = date(2026, 11, 24), {"title": "Talks", "country": "DE"}


@on_sqlite
@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, "held"),
        ({"held_on": "2026-11-24"}, "held"),
        ({"held_on": "2026-11-25"}, "planned"),
        ({"held_on": "2027-03-31", "date_precision": "month"}, "planned"),
        ({"held_on": "2026-11-30", "date_precision": "month"}, "held"),
        ({"held_on": "2026-11-25", "status": "cancelled"}, "cancelled"),
    ],
)
def test_a_status_left_open_follows_the_date(officer, monkeypatch, given, status):
    monkeypatch.setattr(clock, "today", lambda: DAY)
    record(officer, **TALKS, **given)
    assert only(Meeting).status == status


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"status": "held", "held_on": "2026-11-25"},
            "This day is still ahead: choose «Planned», or correct the date",
        ),
        ({"starts_at": "15:00"}, "A time needs the exact day"),
        (
            {"starts_at": "15:00", "held_on": "2026-11-01", "date_precision": "quarter"},
            "A time needs the exact day",
        ),
        (
            {"held_on": "2026-11-20", "points-0-text": "Plan", "points-0-due_on": "2025-11-30"},
            "It was agreed later than that: 20 Nov 2026",
        ),
    ],
)
def test_what_does_not_fit_the_date_is_refused(officer, monkeypatch, given, words):
    monkeypatch.setattr(clock, "today", lambda: DAY)
    record(officer, **TALKS, **given)
    assert officer.status == 422
    assert words in officer.text
    assert count(Meeting) == 0


def test_a_range_of_one_day_is_a_day(officer):
    days = {"held_on": "2026-11-02", "held_until": "2026-11-02", "date_precision": "range"}
    record(officer, **TALKS, **days)
    meeting = only(Meeting)
    assert (meeting.date_precision, meeting.held_until) == ("day", None)


def test_what_was_said_to_be_held_on_a_day_to_come_is_put_right(officer, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: DAY)
    url = f"/meetings/{make_meeting(held_on=date(2027, 3, 1)).id}/edit"
    officer.open(url).submit("Save", status="planned")
    assert only(Meeting).status == "planned"


def test_a_refused_form_shows_the_precision_that_was_chosen(officer):
    make_country()
    chosen = "[name=date_precision] option[selected]"
    for path, day in (("/meetings/new", "held_on"), ("/delegations/new", "arrives_on")):
        officer.open(path).submit("Save", country="DE", fields={day: "2026-02-03"})
        assert officer.status == 422
        assert officer.page.select_one(chosen)["value"] == "unknown"
        assert officer.page.select_one(f"[name={day}]")["value"] == "2026-02-03"
        officer.submit("Save", title="Talks")
        assert officer.status == 200
        assert "3 Feb 2026" in officer.text

"""The participants of a meeting as they are typed: known ones found, namesakes told apart."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.meetings.models import Meeting, Participant
from crm.organisations.models import Appointment, Organisation, Person
from tests.factories import make_appointment, make_organisation, make_person
from tests.meetings.recording import count, only, partner, press_release, record

pytestmark = pytest.mark.usefixtures("world")


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

"""What is recorded already appears while it is typed once more; nothing is blocked but a BIN."""

from datetime import date
from urllib.parse import urlencode

from crm.core import clock
from crm.core.sight import seeing_everything
from tests.browser import text_of
from tests.factories import (
    make_appointment,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_user,
)


def hints(browser, address, **typed):
    """Name, reasons and score of every likely one, in their order."""
    browser.open(f"/{address}/likely?{urlencode(typed)}")
    assert browser.status == 200
    return [
        (
            text_of(line.select_one("a, button")),
            [text_of(reason) for reason in line.select(".tag")],
            int(text_of(line.select_one(".sk-why .num")).removesuffix(" %")),
        )
        for line in browser.page.select("li")
    ]


def test_a_person_typed_in_another_script_appears_with_reason_post_and_score(officer):
    iwersen = make_person(given_name="Monika", family_name="Iwersen", emails=["monika@example.org"])
    make_appointment(
        person=iwersen,
        organisation=make_organisation(name_en="German embassy"),
        position_en="Second secretary",
    )
    make_person(given_name="Monika", family_name="Schmidt")
    ((name, reasons, score),) = hints(officer, "people", given_name="Моника", family_name="Иверсен")
    assert (name, reasons) == ("Monika Iwersen", ["Same name in another spelling"])
    assert 85 <= score < 100, "a name alone is never certain"
    assert "Second secretary, German embassy" in officer.text
    assert "monika@example.org" not in officer.text
    typed = {"family_name": "Иверсен", "given_name": "Моника", "emails": "MONIKA@example.org"}
    assert hints(officer, "people", **typed) == [
        ("Monika Iwersen", ["Same name in another spelling", "Same e-mail"], 100)
    ]
    assert hints(officer, "people", **typed, besides=iwersen.id) == [], "is edited itself"
    assert hints(officer, "people", name="Aigerim Ospanova") == []


def test_what_else_is_in_common_is_told_too(officer, viewer):
    make_person(given_name="Monika", family_name="Iwersen", phones=["+77232261234"])
    make_person(
        given_name="Anna",
        family_name="Gone",
        emails=["anna@example.org"],
        consent_basis="written",
        consent_withdrawn_on=date(2026, 1, 1),
    )
    make_organisation(name_en="Wilo", bin="050140000019", website="https://www.wilo.example/")
    assert hints(officer, "people", family_name="Other", phones="8 (7232) 26-12-34") == [
        ("Monika Iwersen", ["Same phone"], 65)
    ]
    assert hints(officer, "people", family_name="Other", emails="anna@example.org") == []
    assert hints(officer, "organisations", name_en="Other", bin="0501 4000 0019") == [
        ("Wilo", ["Same BIN"], 100)
    ]
    assert hints(officer, "organisations", name_kk="Вило ЖШС", website="wilo.example") == [
        ("Wilo", ["Same name in another spelling", "Same website"], 100)
    ]
    assert viewer.open("/people/likely?name=Iwersen").status == 403


def test_the_same_person_can_be_saved_twice_and_both_pages_tell_of_it(officer, head):
    first = make_person(given_name="Monika", family_name="Iwersen")
    officer.open("/people/new")
    assert officer.page.select_one("form[data-likely='/people/likely']")
    officer.submit("Save", family_name="Иверсен", given_name="Моника")
    assert officer.heading == "Моника Иверсен", "nothing is blocked"
    told = text_of(officer.page.select_one("section.sk-likely"))
    assert "Perhaps recorded twice" in told
    assert "Monika Iwersen" in told
    assert "Same name in another spelling" in told
    officer.open(f"/people/{first.id}")
    assert "Моника Иверсен" in text_of(officer.page.select_one("section.sk-likely"))
    officer.submit("Not the same", within="section.sk-likely")
    assert officer.page.select_one("section.sk-likely") is None


def test_archived_ones_are_no_likely_ones(officer):
    make_person(
        given_name="Ulrich",
        family_name="Kinne",
        archived_at=clock.now(),
        archive_reason="twice",
    )
    assert hints(officer, "people", name="Monika Iwersen") == []


def test_who_is_known_from_a_restricted_meeting_alone_shows_to_those_who_see_it(officer, head):
    with seeing_everything():
        meeting = make_meeting(restricted=True, officer=make_user())
        secret = make_person(given_name="Monika", family_name="Iwersen")
        make_participant(meeting=meeting, person=secret, group_text=None)
    assert hints(officer, "people", name="Моника Иверсен", take=1) == []
    ((name, _reasons, _score),) = hints(head, "people", name="Моника Иверсен", take=1)
    assert name == "Take: Monika Iwersen"
    make_person(given_name="Моника", family_name="Иверсен")
    assert officer.open("/people/duplicates").rows == []
    assert len(head.open("/people/duplicates").rows) == 1
    head.submit("Not the same")
    assert len(head.open("/people/duplicates?marked=1").rows) == 1
    assert officer.open("/people/duplicates?marked=1").rows == []

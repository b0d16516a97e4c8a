"""People on screen: their fields, contacts and consent."""

import re
from datetime import date

from tests.browser import Browser
from tests.factories import (
    PASSWORD,
    make_appointment,
    make_country,
    make_delegation,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_user,
)


def names(browser):
    return [link.get_text() for link in browser.page.select("main tbody tr th a")]


def fill(browser, **typed):
    return browser.submit("Save", **typed)


def test_the_surname_is_enough(officer):
    officer.open("/people/new")
    fill(officer, family_name="Kinne")
    assert officer.heading == "Kinne"
    assert "Added: Kinne" in officer.text


def test_the_note_of_a_person_is_marked_with_its_language(officer):
    officer.open("/people/new")
    fill(officer, family_name="Kinne", note="Өскеменде таныстық", text_language="kk")
    assert officer.page.select_one("main aside .sk-prose")["lang"] == "kk"


def test_a_person_without_surname_is_refused_and_keeps_the_rest(officer):
    officer.open("/people/new")
    fill(officer, given_name="Ulrich", family_name="   ")
    assert officer.status == 422
    assert "This field is required" in str(officer.errors)
    assert officer.page.select_one("[name=given_name]")["value"] == "Ulrich"


def test_nobody_is_asked_for_what_the_law_restricts(officer):
    officer.open("/people/new")
    asked = {field["name"] for field in officer.page.select("main [name]")}
    assert not [name for name in asked if re.search(r"iin|birth|born|address", name)]


def test_all_fields_come_back_on_the_page(officer):
    officer.open("/people/new")
    fill(
        officer,
        family_name="Тұрлыбеков",
        given_name="Қанат",
        patronymic="Серікұлы",
        name_ru="Канат Турлыбеков",
        name_latin="Kanat Turlybekov",
        aliases="K. Turlybekov",
        emails="kanat@example.org; K.Turlybekov@Example.ORG\n\nKanat@example.org",
        phones="8 (701) 123-45-67\n+49 30 1234567",
        languages=["de", "kk"],
        consent_basis="written",
        consent_on="2025-03-01",
        note="Met at the forum",
    )
    assert officer.status == 200, officer.errors
    for text in (
        *("Серікұлы", "Канат Турлыбеков", "Kanat Turlybekov", "K. Turlybekov", "Met at the forum"),
        *("German, Kazakh", "Consent in writing", "1 Mar 2025"),
    ):
        assert text in officer.text
    assert links(officer, "mailto") == [
        ("mailto:kanat@example.org", "kanat@example.org"),
        ("mailto:K.Turlybekov@example.org", "K.Turlybekov@example.org"),
    ]
    assert links(officer, "tel") == [
        ("tel:+77011234567", "+7 701 123 4567"),
        ("tel:+49301234567", "+49 30 1234567"),
    ]
    person = officer.url
    assert len(links(officer.open("/people/"), "tel") + links(officer, "mailto")) == 2
    assert officer.click("2 more").url == person
    officer.click("Edit the person")
    officer.submit("Save", languages=[], phones="", aliases="")
    assert links(officer, "tel") == []
    assert "German, Kazakh" not in officer.text
    assert len(links(officer, "mailto")) == 2
    told = officer.open(f"{officer.url}/history").text
    assert "Phones was: +7 701 123 4567, +49 30 1234567 now: empty" in told
    assert "Languages was: German, Kazakh now: empty" in told


def links(browser, scheme):
    found = browser.page.select(f'main a[href^="{scheme}:"]')
    return [(link["href"], link.get_text()) for link in found]


def test_what_is_no_phone_number_is_refused_and_kept_as_typed(officer):
    for typed in ("12345", "call me", "+49 30 123456 ext. 7", "+", "9" * 400):
        officer.open("/people/new")
        fill(officer, family_name="Kinne", phones=f"+49 30 1234567\n{typed}")
        assert officer.status == 422, typed
        wrong = "A line has at most" if len(typed) > 60 else f"This is no phone number: {typed}"
        assert wrong in str(officer.errors)
        kept = officer.page.select_one("[name=phones]").get_text().strip()
        assert kept.splitlines() == ["+49 30 1234567", typed]


def test_what_is_no_email_address_is_refused(officer):
    for typed in ("nobody", "a@b", "a b@example.org", "a@example.org\nBcc: x@y.z"):
        officer.open("/people/new")
        fill(officer, family_name="Kinne", emails=typed)
        assert officer.status == 422, typed
        assert f"This is no e-mail address: {typed.splitlines()[-1]}" in str(officer.errors)


def test_a_number_without_country_code_is_one_of_the_organisations_country_or_ours(officer):
    embassy = make_organisation(name_en="Embassy", country_code="DE")
    officer.open("/people/new")
    fill(officer, family_name="Kinne", phones="030 1234567\n8 7172 79 12 00")
    assert officer.status == 422
    fill(officer, organisation_id=embassy.id)
    assert [text for _address, text in links(officer, "tel")] == [
        "+49 30 1234567",
        "+7 7172 79 12 00",
    ]
    officer.click("Edit the person")
    fill(officer, phones="040 7654321")
    assert links(officer, "tel") == [("tel:+49407654321", "+49 40 7654321")]


def test_a_visiting_card_is_typed_in_at_once(officer):
    embassy = make_organisation(name_en="Embassy of Germany")
    officer.open(f"/organisations/{embassy.id}").click("Add a person")
    fill(officer, family_name="Kinne", position_en="Second secretary", rank="second_secretary")
    assert "Second secretary" in officer.text
    assert "Embassy of Germany" in officer.text
    officer.open("/people/new")
    fill(officer, family_name="Weber", position_en="Consul")
    assert officer.status == 422
    assert "Choose the organisation of this post" in str(officer.errors)


def test_nobodys_iin_is_stored(officer):
    for field, typed in (
        ("note", "ИИН 300115500010"),
        ("aliases", "Kinne\n300115 500010"),
        ("given_name", "300228600021"),
    ):
        officer.open("/people/new")
        fill(officer, family_name="Kinne", **{field: typed})
        assert officer.status == 422, typed
        assert "This looks like an IIN" in str(officer.errors)
    officer.open("/people/new")  # a BIN, one digit off, a longer number, a phone
    near = "300140000015, 300115500011, 3001155000100, +300115500010"
    fill(officer, family_name="Kinne", note=near)
    assert officer.status == 200


def test_contacts_of_a_withdrawn_consent_are_no_links_and_only_for_writers(officer, viewer):
    person = make_person(emails=["a@example.org"], phones=["+77011234567"], consent_basis="written")
    for reader in (officer, viewer):
        assert len(links(reader.open(f"/people/{person.id}"), "mailto") + links(reader, "tel")) == 2
    officer.open(f"/people/{person.id}/edit")
    fill(officer, consent_withdrawn_on="2025-03-01")
    shown = ("a@example.org", "+7 701 123 4567")
    for reader, sees in ((officer, True), (viewer, False)):
        text = reader.open(f"/people/{person.id}").text
        assert [one in text for one in shown] == [sees, sees]
        assert not links(reader, "mailto") + links(reader, "tel")
        assert not any(one in reader.open("/people/").text for one in shown)


def test_earlier_contacts_stand_in_the_history_for_writers_only(officer, viewer):
    person = make_person(emails=["old@example.org"], phones=["+49301234567"])
    address = f"/people/{person.id}/history"
    assert "old@example.org" in officer.open(address).text
    shown = viewer.open(address).text
    assert "old@example.org" not in shown
    assert "1234567" not in shown.replace(" ", "")
    assert person.family_name in shown


def test_a_withdrawn_consent_is_said_on_the_page_and_in_the_list(officer):
    person = make_person(family_name="Kinne")
    officer.open(f"/people/{person.id}/edit")
    for wrong in (
        {"consent_on": "2025-03-02", "consent_basis": "written"},
        {"consent_on": "2025-03-01"},
        {"consent_withdrawn_on": "2999-01-01"},
    ):
        typed = {"consent_withdrawn_on": "2025-03-01", "consent_basis": "", **wrong}
        fill(officer, **{"consent_on": "", **typed})
        assert officer.status == 422, wrong
    fill(
        officer,
        consent_basis="electronic",
        consent_on="2025-03-01",
        consent_withdrawn_on="2025-03-01",
    )
    assert "Consent withdrawn on 1 Mar 2025." in officer.text
    assert "consent withdrawn" in officer.open("/people/").text
    officer.open(f"/people/{person.id}/edit")
    fill(officer, consent_withdrawn_on="")
    assert "withdrawn" not in officer.text
    assert "consent withdrawn" not in officer.open("/people/").text


def test_people_sort_by_surname_in_the_kazakh_alphabet(officer):
    for family, given in (("Ұлан", "Ә"), ("Ұлан", "А"), ("Іле", "Я"), ("Үсен", "А"), ("Ан", "Я")):
        make_person(family_name=family, given_name=given)
    officer.open("/people/")
    assert names(officer) == ["Я Ан", "А Ұлан", "Ә Ұлан", "А Үсен", "Я Іле"]


def test_the_list_shows_the_present_post_alone_and_filters_by_it(officer):
    make_country("FR", "France")
    embassy = make_organisation(name_en="Embassy of Germany", kind="embassy")
    firm = make_organisation(name_en="Alstom", country_code="FR")
    person = make_person(given_name="Ulrich", family_name="Kinne")
    make_appointment(person=person, organisation=embassy, position_en="Second secretary")
    make_appointment(
        person=person, organisation=firm, position_en="Trainee", valid_to=date(2001, 1, 1)
    )
    make_person(given_name="Jean", family_name="Dupont")
    officer.open("/people/?country=DE")
    assert names(officer) == ["Ulrich Kinne"]
    assert "Second secretary" in officer.text
    assert "Trainee" not in officer.text
    assert names(officer.open("/people/?country=FR")) == []
    assert names(officer.open("/people/?kind=embassy")) == ["Ulrich Kinne"]
    assert names(officer.open("/people/?kind=company")) == []
    assert names(officer.open("/people/?q=kinne")) == ["Ulrich Kinne"]
    assert officer.open("/people/?country=XX").status == 400


def test_adding_a_post_needs_no_version_and_leaves_open_forms_alone(app, officer):
    person, embassy = make_person(), make_organisation()
    colleague = Browser(app).sign_in(make_user().email, PASSWORD)
    officer.open(f"/people/{person.id}/edit")
    colleague.open(f"/people/{person.id}/appointments/new")
    colleague.submit("Save", organisation_id=embassy.id)
    fill(officer, note="saved all the same")
    assert officer.status == 200


def test_two_people_edit_at_once_and_the_second_chooses(app, officer):
    person = make_person(note="first")
    colleague = Browser(app).sign_in(make_user().email, PASSWORD)
    officer.open(f"/people/{person.id}/edit")
    colleague.open(f"/people/{person.id}/edit")
    fill(colleague, note="hers", phones="+49301234567\n+49401234567", languages=["de"])
    fill(officer, note="mine", phones="+49301234567")
    assert officer.status == 409
    for text in ("first", "hers", "mine", "+49 30 1234567", "+49 40 1234567", "German"):
        assert text in officer.text
    officer.submit("Save what is chosen")
    assert [text for _address, text in links(officer, "tel")] == ["+49 30 1234567"]
    assert "German" in officer.text


def test_an_archived_person_leaves_the_list_and_comes_back(officer, head):
    person = make_person(given_name="Ulrich", family_name="Kinne")
    officer.open(f"/people/{person.id}").click("Archive")
    button = officer._buttons("main")[-1].get_text(" ", strip=True)
    officer.submit(button, within="main", reason="Recorded twice")
    assert names(officer.open("/people/")) == []
    assert "Recorded twice" in officer.open(f"/people/{person.id}").text
    assert "Edit the person" not in officer.text
    head.open(f"/people/{person.id}").submit("Restore", within="main")
    assert names(officer.open("/people/")) == ["Ulrich Kinne"]


def test_the_page_shows_where_we_met(officer):
    person = make_person(given_name="Ulrich", family_name="Kinne")
    meeting = make_meeting(title="Talks", held_on=date(2026, 2, 3))
    make_participant(meeting=meeting, group_text=None, person_id=person.id)
    make_meeting(title="Without him")
    make_delegation(title="Visit without him")
    officer.open(f"/people/{person.id}")
    assert "Talks" in officer.text
    assert "ithout him" not in officer.text


def test_a_reader_changes_nothing(viewer):
    post = make_appointment()
    person = post.person_id
    viewer.open(f"/people/{person}")
    assert viewer.status == 200
    assert not viewer.page.select('main a[href*="edit"], main a[href*="new"]')
    for path in (
        "new",
        f"{person}/edit",
        f"{person}/appointments/new",
        f"{person}/appointments/{post.id}/edit",
        f"{person}/appointments/{post.id}/end",
    ):
        assert viewer.open(f"/people/{path}").status == 403, path
        viewer.open("/people/")
        assert viewer.post(f"/people/{path}").status == 403, path
        viewer.open("/people/")
    remove = f"/people/{person}/appointments/{post.id}/remove"
    assert viewer.post(remove, version="1").status == 403


def test_malformed_input_is_never_a_crash(officer):
    embassy, person = make_organisation(), make_person()
    post = make_appointment(organisation=embassy, person=person)
    edit = f"/people/{post.person_id}/appointments/{post.id}/edit"
    good = {"organisation_id": str(embassy.id), "version": str(person.version)}
    for field, value in {
        "organisation_id": "99999999999999",
        "rank": "emperor",
        "valid_from": "2026-02-30",
        "valid_to": "0001-01-01",
        "position_en": "x" * 501,
    }.items():
        officer.open(edit)
        assert officer.post(edit, **{**good, field: value}).status == 422, field
    assert officer.open(f"/people/{person.id}/appointments/2147483648/edit").status == 404
    assert officer.open(f"/people/{person.id}/appointments/999/edit").status == 404


def test_a_new_person_of_an_unknown_organisation_is_not_found(officer):
    place = make_organisation(name_en="Iwersen")
    officer.open(f"/people/new?organisation={place.id}")
    assert officer.page.select_one("[name=organisation_id] option[selected]").text == "Iwersen"
    for asked in (place.id + 99, "x", "", "9999999999"):
        assert officer.open(f"/people/new?organisation={asked}").status == 404, asked
    assert officer.open("/organisations/new?country=XX").status == 404

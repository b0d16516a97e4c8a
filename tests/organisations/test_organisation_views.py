"""Organisations on screen: recorded, changed by two people at once, listed, archived."""

from datetime import date
from threading import Thread

from sqlalchemy import insert

from crm.core import clock
from crm.core.database import db
from crm.organisations.models import Organisation
from tests.browser import Browser, text_of
from tests.factories import (
    PASSWORD,
    make_appointment,
    make_country,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_sector,
    make_user,
)

GOOD_BIN = "300140000015"


def names(browser):
    """The titles of the rows, without their sub lines."""
    return [link.get_text() for link in browser.page.select("main tbody tr th a")]


def fill(browser, **typed):
    return browser.submit("Save", **typed)


def test_name_kind_and_country_are_enough(officer):
    make_country("DE")
    officer.open("/organisations/new")
    fill(officer, name_kk="Қазмырыш", kind="company", country="DE")
    assert officer.redirects[-1].startswith("/organisations/")
    assert officer.heading == "Қазмырыш"
    assert "Added: Қазмырыш" in officer.text


def test_an_empty_form_asks_for_these_three_and_keeps_what_was_typed(officer):
    make_country("DE")
    officer.open("/organisations/new")
    fill(officer, note="From the forum")
    assert officer.status == 422
    assert "Fill in at least one language" in str(officer.errors)
    assert sum("This field is required" in error for error in officer.errors) >= 2
    assert officer.page.select_one("[name=note]").get_text().strip() == "From the forum"
    assert officer.open("/organisations/").rows == []


def test_all_fields_come_back_on_the_page(officer):
    make_country("DE")
    make_sector("MET", "Metallurgy")
    officer.open("/organisations/new")
    fill(
        officer,
        name_kk="Қазмырыш",
        name_en="Kazzinc",
        kind="company",
        country="DE",
        bin="300 140 000 015",
        website="kazzinc.com",
        aliases="KZ Zinc\nКазцинк ТОО",
        sectors=["MET"],
        note="Old partner",
    )
    assert officer.status == 200, officer.errors
    for text in (GOOD_BIN, "https://kazzinc.com", "KZ Zinc, Казцинк ТОО", "Metallurgy", "Old part"):
        assert text in officer.text
    officer.click("Edit the organisation")
    assert officer.page.select_one("[name=bin]")["value"] == GOOD_BIN
    fill(officer, sectors=[], website="")
    assert "Metallurgy" not in text_of(officer.page.select_one("aside.sk-aside"))
    assert "kazzinc.com" not in officer.text


def test_a_note_is_marked_with_its_language_which_is_the_readers_unless_changed(officer):
    make_country("DE")
    officer.open("/organisations/new")
    fill(officer, name_en="Kazzinc", kind="company", country="DE", note="Old partner")
    assert officer.page.select_one("main aside .sk-prose")["lang"] == "en"
    officer.click("Edit the organisation")
    fill(officer, note="Ескі серіктес", text_language="kk")
    assert officer.page.select_one("main aside .sk-prose")["lang"] == "kk"
    assert db.session.query(Organisation.text_language).scalar() == "kk"


def test_each_fault_of_a_bin_has_its_own_message(officer):
    make_country("DE")
    officer.open("/organisations/new")
    for number, words in {
        "3001400000": "exactly 12 digits",
        "30014000001５": "exactly 12 digits",
        "301340000015": "digits 3 and 4 are a month",
        "300170000019": "the fifth digit is 4, 5 or 6",
        "300146000015": "the sixth digit is",
        "300140000016": "the check digit does not match",
        "300115500010": "the IIN of a person",
    }.items():
        fill(officer, name_en="Firm", kind="company", country="DE", bin=number)
        assert officer.status == 422
        assert words in str(officer.errors), number
        assert officer.page.select_one("[name=bin]")["value"] == number


def test_a_taken_bin_is_refused_naming_the_record_that_has_it(officer):
    first = make_organisation(name_en="Kazzinc", bin=GOOD_BIN)
    second = make_organisation(name_en="Other")
    officer.open(f"/organisations/{second.id}/edit")
    fill(officer, bin=GOOD_BIN)
    assert officer.status == 422
    message = f"This BIN belongs to another organisation: Kazzinc (No. {first.id})"
    assert any(message in error for error in officer.errors)
    officer.click("Open the organisation with this BIN: Kazzinc")
    assert officer.url == f"/organisations/{first.id}"
    officer.open(f"/organisations/{first.id}/edit")
    fill(officer, note="its own number is no obstacle")
    assert officer.status == 200


def test_a_website_is_an_address_of_the_web_or_refused(officer):
    organisation = make_organisation()
    for typed in (
        "javascript:alert(1)",
        "ftp://example.org",
        "https://",
        "http://[::1",
        "https://exa mple.org",
        "https://user@example.org",
        "data:text/html,x",
        "no dots",
    ):
        officer.open(f"/organisations/{organisation.id}/edit")
        fill(officer, website=typed)
        assert officer.status == 422, typed
        assert "begins with http:// or https://" in str(officer.errors)
    officer.open(f"/organisations/{organisation.id}/edit")
    fill(officer, website="http://мысал.қаз/бет?q=1")
    assert officer.status == 200
    assert officer.page.select_one('a[href^="http://мысал"]')["rel"] == "noopener noreferrer"


def test_latin_i_in_a_kazakh_name_becomes_a_kazakh_letter(officer):
    make_country("DE")
    officer.open("/organisations/new")
    fill(officer, name_kk="Өскемен Титан комбинатi", kind="company", country="DE")
    assert officer.heading == "Өскемен Титан комбинаті"


def test_markup_in_a_name_stays_text(officer):
    organisation = make_organisation(name_en="<script>alert(1)</script> & Co")
    officer.open(f"/organisations/{organisation.id}")
    assert officer.heading == "<script>alert(1)</script> & Co"
    officer.open("/organisations/")
    assert names(officer) == ["<script>alert(1)</script> & Co"]


def test_hostile_input_is_refused_not_broken(officer):
    make_country("DE")
    organisation = make_organisation()
    officer.open(f"/organisations/{organisation.id}/edit")
    for typed in ("x" * 501, "Firm\x00"):
        fill(officer, name_en=typed)
        assert officer.status == 422
        officer.open(f"/organisations/{organisation.id}/edit")
    for field, value in {
        "kind": "spaceship",
        "country": "XX",
        "sectors": "NOPE",
        "version": "1",
    }.items():
        version = {"version": str(organisation.version)}
        good = {"name_en": "Firm", "kind": "company", "country": "DE", **version}
        officer.post(f"/organisations/{organisation.id}/edit", **{**good, field: value})
        assert officer.status == (200 if field == "version" else 422), field
        officer.open(f"/organisations/{organisation.id}/edit")
    for version in ("", "x", "²"):
        officer.post(
            f"/organisations/{organisation.id}/edit",
            name_en="Firm",
            kind="company",
            country="DE",
            version=version,
        )
        assert officer.status == 400
        officer.open(f"/organisations/{organisation.id}/edit")


def test_malformed_addresses_are_not_found_and_unknown_filters_are_wrong(officer):
    make_organisation()
    for address in ("0", "99999999999", "2147483648", "abc", "1.5", "-1"):
        assert officer.open(f"/organisations/{address}").status == 404, address
    for query in ("country=XX", "kind=x", "sector=NOPE", "sort=bin", "page=x", "colour=red"):
        assert officer.open(f"/organisations/?{query}").status == 400, query
    assert officer.open("/organisations/?page=2").status == 404


def test_names_sort_by_the_kazakh_alphabet(officer):
    for name in ("Һан", "Ұлан", "Үлкен", "Ирис", "Іле", "Ақ", "Әл", "Бор", "Қыран", "Көк", "Zinc"):
        make_organisation(name_kk=name, name_en=None)
    officer.open("/organisations/")
    ordered = ["Zinc", "Ақ", "Әл", "Бор", "Ирис", "Көк", "Қыран", "Ұлан", "Үлкен", "Һан", "Іле"]
    assert names(officer) == ordered
    officer.open("/organisations/?sort=-name")
    assert names(officer) == ordered[::-1]


def test_the_list_sorts_by_the_name_in_the_readers_language(officer):
    make_organisation(name_en="B", name_ru="А")
    make_organisation(name_en="A", name_ru="Я")
    assert names(officer.open("/organisations/")) == ["A", "B"]
    officer.open("/language?to=ru")
    assert names(officer.open("/organisations/")) == ["А", "Я"]


def test_the_list_sorts_by_country(officer):
    make_country("FR", "France")
    make_organisation(name_en="B", country_code="FR")
    make_organisation(name_en="C")
    make_organisation(name_en="A", country_code="FR")
    assert names(officer.open("/organisations/?sort=country")) == ["A", "B", "C"]
    assert names(officer.open("/organisations/?sort=-country")) == ["C", "B", "A"]


def test_filters_narrow_the_list_and_a_sector_includes_its_children(officer):
    make_country("FR", "France")
    upper, lower = make_sector("MET"), make_sector("MET.NFM", "Non-ferrous")
    other = make_sector("AGR", "Agriculture")
    make_organisation(name_en="Upper", sectors=[upper])
    make_organisation(name_en="Lower", sectors=[lower])
    make_organisation(name_en="Other", sectors=[other], country_code="FR", kind="embassy")
    assert names(officer.open("/organisations/?sector=MET")) == ["Lower", "Upper"]
    assert names(officer.open("/organisations/?sector=MET.NFM")) == ["Lower"]
    assert names(officer.open("/organisations/?country=FR")) == ["Other"]
    assert names(officer.open("/organisations/?kind=embassy")) == ["Other"]
    assert names(officer.open("/organisations/?country=FR&sector=MET")) == []


def test_the_search_reads_names_aliases_and_bin_however_typed(officer):
    make_organisation(name_kk="Қазмырыш", name_en=None, aliases=["Казцинк"], bin=GOOD_BIN)
    make_organisation(name_kk="Титан", name_en=None)
    for typed in ("казмырыш", "ҚАЗ", "казцинк", "30014"):
        assert names(officer.open(f"/organisations/?q={typed}")) == ["Қазмырыш"], typed
    assert names(officer.open("/organisations/?q=100%25")) == []


def test_two_people_edit_at_once_and_the_second_chooses(app, officer):
    organisation = make_organisation(name_en="Kazzinc", note="first")
    other = make_user(email="other@test.example", name="Aigerim")
    colleague = Browser(app).sign_in(other.email, PASSWORD)
    officer.open(f"/organisations/{organisation.id}/edit")
    colleague.open(f"/organisations/{organisation.id}/edit")
    fill(colleague, note="hers", name_ru="Казцинк")
    fill(officer, note="mine", website="https://kazzinc.com")
    assert officer.status == 409
    for text in ("first", "hers", "mine"):
        assert text in officer.text
    assert "Aigerim" in officer.text
    form = officer.page.select_one("main form")
    button = form.select_one("button[type=submit]:not([name]), button:not([type]):not([name])")
    officer.submit(button.get_text(" ", strip=True), within="main")
    assert officer.status == 200
    for text in ("mine", "Казцинк", "https://kazzinc.com"):
        assert text in officer.text
    assert "hers" not in officer.text


def test_an_archived_organisation_leaves_the_list_and_comes_back(officer, head):
    organisation = make_organisation(name_en="Gone")
    officer.open(f"/organisations/{organisation.id}")
    officer.click("Archive")
    officer.submit(_main_button(officer), within="main", reason="Recorded twice")
    assert names(officer.open("/organisations/")) == []
    officer.open(f"/organisations/{organisation.id}")
    assert "Recorded twice" in officer.text
    assert not [b for b in officer._buttons("main") if "Restore" in b.get_text()]
    head.open(f"/organisations/{organisation.id}")
    head.submit("Restore", within="main")
    assert names(officer.open("/organisations/")) == ["Gone"]


def _main_button(browser):
    return browser._buttons("main")[-1].get_text(" ", strip=True)


def test_a_reader_sees_everything_and_no_button(viewer):
    organisation = make_organisation(name_en="Kazzinc")
    viewer.open("/organisations/")
    assert names(viewer) == ["Kazzinc"]
    assert "Add an organisation" not in viewer.text
    viewer.open(f"/organisations/{organisation.id}")
    assert "Edit the organisation" not in viewer.text
    assert viewer.open("/organisations/new").status == 403
    assert viewer.open(f"/organisations/{organisation.id}/edit").status == 403


def test_the_page_shows_people_meetings_and_points(officer):
    organisation = make_organisation(name_en="Embassy")
    present = make_person(given_name="Ulrich", family_name="Kinne")
    former = make_person(given_name="Monika", family_name="Iwersen")
    make_appointment(person=present, organisation=organisation, position_en="Second secretary")
    make_appointment(
        person=former,
        organisation=organisation,
        position_en="Ambassador",
        valid_to=date(2020, 1, 31),
    )
    meeting = make_meeting(title="Talks in Oskemen")
    make_participant(meeting=meeting, group_text=None, organisation_id=organisation.id)
    make_meeting(title="Talks with others")
    make_follow_up(text="Send the plan", partner_organisation=organisation)
    officer.open(f"/organisations/{organisation.id}")
    for text in ("Ulrich Kinne", "Second secretary", "Talks in Oskemen", "Send the plan"):
        assert text in officer.text
    assert "Talks with others" not in officer.text
    folded = officer.page.select_one("main details.sk-fold:has(.sk-who)").get_text(" ")
    assert "Monika Iwersen" in folded
    assert "Ulrich Kinne" not in folded


def test_a_post_names_who_held_it_before_and_who_comes(officer):
    akimat = make_organisation(name_en="Akimat")
    for family, title, first, last in (
        ("Holder", "Akim", date(2020, 2, 17), None),
        ("Predecessor", "akim", date(2015, 6, 16), date(2020, 2, 14)),
        ("Deputy", "Deputy akim", None, date(2019, 1, 1)),
        ("Successor", "Akim", date(2999, 1, 1), None),
    ):
        person = make_person(given_name=None, family_name=family)
        make_appointment(
            person=person, organisation=akimat, position_en=title, valid_from=first, valid_to=last
        )
    officer.open(f"/organisations/{akimat.id}")
    holder = text_of(officer.page.select_one("main .sk-who"))
    assert "before: Predecessor , 16 Jun 2015 – 14 Feb 2020" in holder
    assert "Deputy" not in holder
    assert "Coming posts" in officer.text
    folded = text_of(officer.page.select_one("main details.sk-fold:has(.sk-who)"))
    assert "Former posts: 2" in folded
    assert "Successor" not in folded


def test_the_page_shows_points_of_meetings_it_took_part_in_pending_first(officer):
    embassy = make_organisation(name_en="Embassy")
    meeting = make_meeting()
    make_participant(meeting=meeting, group_text=None, organisation_id=embassy.id)
    make_follow_up(text="Executed", meeting=meeting, number=1, status="done", outcome="held")
    make_follow_up(text="Still owed", meeting=meeting, number=2)
    make_follow_up(text="Of another meeting", meeting=make_meeting())
    text = officer.open(f"/organisations/{embassy.id}").text
    assert text.index("Still owed") < text.index("Executed")
    assert "Of another meeting" not in text


def test_a_bin_given_twice_at_the_same_moment_is_refused_to_the_second(app, officer):
    make_country("DE")
    officer.open("/organisations/new")
    with app.app_context(), db.engine.connect() as elsewhere:
        row = {"kind": "company", "country_code": "DE", "bin": GOOD_BIN, "name_en": "First"}
        now = clock.now()
        kept = {"version": 1, "created_at": now, "updated_at": now, "search_text": "first"}
        elsewhere.execute(insert(Organisation.__table__).values(**row, **kept))
        typed = {"name_en": "Second", "kind": "company", "country": "DE", "bin": GOOD_BIN}
        second = Thread(target=fill, args=(officer,), kwargs=typed)
        second.start()
        second.join(0.7)  # it waits for the first to be done
        elsewhere.commit()
        second.join()
    assert officer.status == 422
    assert "This BIN belongs to another organisation: First" in str(officer.errors)

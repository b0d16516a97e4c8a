"""The page of the search: what it finds, for whom, and how it says so."""

from crm.core.database import db
from crm.countries.services import load_countries
from tests.browser import text_of
from tests.factories import (
    make_country,
    make_delegation,
    make_district,
    make_document,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_person,
    make_project,
    make_user,
)
from tests.postgres import on_sqlite
from tests.sweep import statements


def found(browser, typed):
    """Addresses of the hits, without those that are only similar."""
    browser.open(f"/search?q={typed}")
    assert browser.status == 200, typed
    links = browser.page.select("main section:not(#similar) .sk-hits a")
    return [link["href"] for link in links]


def marked(browser):
    return [text_of(mark) for mark in browser.page.select("main .sk-hits mark")]


def counts(browser):
    heads = browser.page.select("main section:not(#similar) .sk-sec-h")
    return [text_of(head.select_one(".num")) for head in heads]


def test_a_person_is_found_in_any_script_and_order_by_beginnings_of_words(officer):
    akim = make_person(family_name="Сақтағанов", given_name="Нұрымбет", aliases=["Saktaganoff N."])
    make_person(family_name="Сатпаев", given_name="Нұрымбет")
    url = f"/people/{akim.id}"
    for typed in ("Сактаганов", "saktaganov", "САҚТАҒАНОВ нұр", "нурым сактаг", "Saktaganoff"):
        assert found(officer, typed) == [url], typed
    assert marked(officer) == ["Saktaganoff"]  # the alias, which says why
    assert found(officer, "saktaganov ulrich") == []
    assert found(officer, "Saktaganov") == [url]
    assert marked(officer) == ["Сақтағанов"]


def test_a_record_is_found_by_its_number_however_it_is_typed(officer):
    make_district("631010000")
    organisation = make_organisation(bin="300140000015")
    project = make_project(code="IP-2026-0007", district_code="631010000", title_en="Gas")
    person = make_person(phones=["+77011234567"], emails=["u.kinne@wilo.example"])
    make_project(code="IP-2026-0070")
    for typed, url in {
        "300140000015": f"/organisations/{organisation.id}",
        "300 140 000 015": f"/organisations/{organisation.id}",
        "ip-2026-0007": f"/projects/{project.id}",
        "631010000": f"/projects/{project.id}",
        "8 (701) 123-45-67": f"/people/{person.id}",
        "%2B7 701 123": f"/people/{person.id}",
        "u.kinne@wilo": f"/people/{person.id}",
    }.items():
        assert found(officer, typed) == [url], typed


def test_a_country_in_any_language_finds_what_is_about_it(officer):
    load_countries()
    db.session.commit()
    make_country("FR")
    about = [
        make_organisation(name_en="Wilo SE", country_code="DE"),
        make_meeting(title="Германиямен кездесу", country_code="FR"),
        make_meeting(title="Meeting on Germany", country_code="FR"),
        make_delegation(title="Reise aus Deutschland", country_code="FR"),
        make_follow_up(text="Ответ из Германии", country_code="FR"),
        make_project(title_en="Pumps", country_code="DE"),
    ]
    make_meeting(title="Герман Греф", country_code="FR")
    folders = ("organisations", "meetings", "meetings", "delegations", "follow-ups", "projects")
    urls = {f"/{folder}/{one.id}" for folder, one in zip(folders, about, strict=True)}
    for typed in ("Германия", "германияның", "Germany", "Deutschland", "Allemagne"):
        assert set(found(officer, typed)) == {"/countries/DE", *urls}, typed
    assert found(officer, "Germany pumps") == [f"/projects/{about[-1].id}"]
    assert found(officer, "United States") == ["/countries/US"]


def test_what_is_restricted_is_neither_found_nor_counted_nor_similar(officer, head):
    other = make_user()
    delegation = make_delegation(title="Kinne visits", officer=other, restricted=True)
    make_meeting(title="Kinne meets", officer=other, delegation_id=delegation.id)
    seen = make_meeting(title="Kinne speaks", officer=other)
    make_document(delegation, name="Kinne.pdf", added_by=other)
    assert found(officer, "kinne") == [f"/meetings/{seen.id}"]
    assert counts(officer) == ["1"]
    assert "Kinne" not in officer.open("/search/suggestions?q=Kinne vis").text
    assert len(found(head, "kinne")) == 4
    assert counts(head) == ["1", "2", "1"]


def test_archived_records_are_left_out_and_kinds_have_their_own_counts(officer):
    for number in range(12):
        make_organisation(name_en=f"Solar {number}")
    gone = make_organisation(name_en="Solar gone", archived_at=make_user().created_at)
    make_person(family_name="Solar")
    urls = found(officer, "sol")
    assert f"/organisations/{gone.id}" not in urls
    assert (len(urls), counts(officer)) == (11, ["12", "1"])
    officer.click("All in the list : Organisations")
    assert len(officer.rows) == 12


@on_sqlite  # a number of statements
def test_a_search_takes_as_many_statements_for_many_hits_as_for_one(officer):
    make_person(family_name="Kinne")
    make_organisation(name_en="Kinne AG")
    few = statements(officer, "/search?q=kinne")
    for number in range(5):
        make_person(family_name=f"Kinne{number}")
        make_organisation(name_en=f"Kinne {number}")
    assert statements(officer, "/search?q=kinne") == few


def test_nobody_is_led_astray_by_what_is_no_search(officer):
    make_meeting(title="100 % <b>Kinne</b> _")
    for typed in ("", "%25", " - ", "🙂", "\\", "x" * 150, "a-b-c-d-e-f-g-h-i-j-k-l"):
        assert found(officer, typed) == [], typed
    assert found(officer, "k") != []
    assert "<b>Kinne" not in officer.response.text
    assert marked(officer) == ["Kinne"]
    for address in ("/search", "/search/suggestions"):
        assert officer.open(f"{address}?q=%00").status == 400
        assert officer.open(f"{address}?q={'к' * 10_000}").status in (200, 422)
    assert officer.open(f"/search?q={'к' * 10_000}").errors != []


def test_names_that_are_only_similar_stand_apart(officer):
    kinne = make_person(family_name="Kinne", given_name="Ulrich")
    schmidt = make_person(family_name="Шмидт", given_name="Ганс")
    make_person(family_name="Ахметов", given_name="Ганс")
    assert found(officer, "Шмит Ганс") == []
    links = officer.page.select("#similar a")
    assert [link["href"] for link in links] == [f"/people/{schmidt.id}"]
    assert found(officer, "kinne") == [f"/people/{kinne.id}"]
    assert officer.page.select("#similar") == []

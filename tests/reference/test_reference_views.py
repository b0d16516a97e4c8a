"""The lists other records refer to, in the hands of administrators."""

from tests.browser import Browser
from tests.factories import (
    PASSWORD,
    make_department,
    make_district,
    make_organisation,
    make_sector,
    make_user,
)

BASE = "/admin/reference"


def names(browser):
    return [link.get_text() for link in browser.page.select("main tbody tr th a")]


def test_only_administrators_enter(officer, head, viewer):
    make_sector()
    for browser in (officer, head, viewer):
        for path in ("", "/sectors", "/sectors/new", "/sectors/MET/edit", "/sectors/MET/retire"):
            assert browser.open(BASE + path).status == 403, path
        assert "Reference data" not in browser.open("/organisations/").text


def test_every_list_is_shown_with_parents_before_their_children(admin):
    make_sector("TUR", "Tourism", position=1)
    make_sector("MET", "Metallurgy", position=2)
    make_sector("MET.NFM", "Non-ferrous", position=0)
    make_district()
    make_department()
    assert names(admin.open(BASE)) == ["Tourism", "Metallurgy", "Non-ferrous"]
    assert names(admin.click("Districts", within="main")) == ["Oskemen"]
    assert names(admin.click("Departments", within="main")) == ["Department of Entrepreneurship"]
    assert admin.open(f"{BASE}/planets").status == 404


def test_a_sector_is_added_under_another(admin):
    make_sector("MET", "Metallurgy", position=1)
    admin.open(f"{BASE}/sectors/new")
    admin.submit("Save", code="MET.REE", parent_code="MET", name_kk="Сирек металдар", position=2)
    assert names(admin) == ["Metallurgy", "Сирек металдар"]


def test_a_wrong_or_taken_code_is_refused(admin):
    make_sector("MET")
    make_district("631010000")
    for kind, code, words in (
        ("sectors", "met", "Write it as MET"),
        ("sectors", "MET.", "Write it as MET"),
        ("sectors", "MET", "This code is taken"),
        ("districts", "63101000", "exactly 9 digits"),
        ("districts", "63101000٣", "exactly 9 digits"),
        ("districts", "631010000", "This code is taken"),
        ("departments", "a b", "Letters, digits"),
    ):
        place = {} if kind == "departments" else {"position": 1}
        admin.open(f"{BASE}/{kind}/new").submit("Save", code=code, name_en="New", **place)
        assert admin.status == 422, code
        assert words in str(admin.errors), code


def test_a_name_is_needed_in_one_language_and_a_place_is_a_number(admin):
    admin.open(f"{BASE}/districts/new").submit("Save", code="631010000", position="first")
    assert admin.status == 422
    assert "Fill in at least one language" in str(admin.errors)
    assert "whole number" in str(admin.errors)


def test_names_change_but_codes_do_not(admin):
    make_sector("MET", position=1)
    make_district("631010000", position=1)
    department = make_department()
    entries = (("sectors", "MET"), ("districts", "631010000"), ("departments", department.id))
    for kind, key in entries:
        admin.open(f"{BASE}/{kind}/{key}")
        assert admin.url == f"{BASE}/{kind}/{key}/edit"
        assert admin.page.select_one("[name=code]") is None
        admin.submit("Save", name_en="Renamed", name_ru="Переименовано")
        assert names(admin) == ["Renamed"]
        assert "Переименовано" in admin.text


def test_a_retired_sector_is_offered_no_more_but_still_shown(admin, officer):
    sector = make_sector("MET", "Metallurgy")
    organisation = make_organisation(sectors=[sector])
    admin.open(f"{BASE}/sectors/MET/retire").submit("Retire", within="main form")
    assert admin.status == 422
    admin.submit("Retire", within="main form", reason="Split in two")
    assert "Split in two" in admin.text
    assert "Metallurgy" in officer.open(f"/organisations/{organisation.id}").text
    assert "Metallurgy" not in str(officer.open("/organisations/new").page)
    admin.submit("Bring back: Metallurgy")
    assert "Metallurgy" in str(officer.open("/organisations/new").page)


def test_saving_an_organisation_keeps_its_retired_sector(admin, officer):
    sector = make_sector("MET", "Metallurgy")
    organisation = make_organisation(sectors=[sector])
    admin.open(f"{BASE}/sectors/MET/retire").submit("Retire", within="main form", reason="Old")
    officer.open(f"/organisations/{organisation.id}/edit").submit(
        "Save the organisation", note="Something else"
    )
    assert "Metallurgy" in officer.text


def test_two_administrators_rename_at_once(app, admin):
    make_sector("MET", "Metallurgy", position=1)
    colleague = Browser(app).sign_in(make_user(role="admin").email, PASSWORD)
    admin.open(f"{BASE}/sectors/MET/edit")
    colleague.open(f"{BASE}/sectors/MET/edit").submit("Save", name_en="Hers")
    admin.submit("Save", name_en="Mine")
    assert admin.status == 409
    for text in ("Metallurgy", "Hers", "Mine"):
        assert text in admin.text


def test_an_unknown_entry_is_not_found(admin):
    make_sector()
    paths = ("sectors/NONE", "districts/1", "departments/x", "departments/2147483648", "sectors/me")
    for path in paths:
        assert admin.open(f"{BASE}/{path}/edit").status == 404, path

"""The lists other records refer to, in the hands of administrators."""

from datetime import date

from crm.core import clock
from crm.meetings.models import MeetingSector
from crm.reference.queries import working_calendar
from tests.browser import Browser, text_of
from tests.factories import (
    PASSWORD,
    make_country,
    make_delegation,
    make_department,
    make_district,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_sector,
    make_user,
    make_working_day,
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
    admin.submit("Save", code="MET.REE", parent_code="MET", name_kk="Сирек металдар")
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
        admin.open(f"{BASE}/{kind}/new").submit("Save", code=code, name_en="New")
        assert admin.status == 422, code
        assert words in str(admin.errors), code


def test_a_name_is_needed_in_one_language(admin):
    admin.open(f"{BASE}/districts/new").submit("Save", code="631010000")
    assert admin.status == 422
    assert "Fill in at least one language" in str(admin.errors)


def test_a_new_entry_stands_last_and_is_moved_by_buttons(admin, officer):
    for place, name in enumerate(("Metallurgy", "Tourism"), 1):
        make_sector(name[:3].upper(), name, position=place)
    make_sector("MET.NFM", "Non-ferrous", position=1)
    admin.open(f"{BASE}/sectors/new").submit("Save", code="AGR", name_en="Agro-industry")
    assert names(admin) == ["Metallurgy", "Non-ferrous", "Tourism", "Agro-industry"]
    assert "Move up: Metallurgy" not in str(admin.page)
    assert "Move down: Non-ferrous" not in str(admin.page)
    admin.submit("Move up: Agro-industry")
    assert admin.redirects[-1].endswith("#entry-AGR")
    assert names(admin.submit("Move up: Agro-industry")) == [
        *("Agro-industry", "Metallurgy", "Non-ferrous", "Tourism")
    ]
    assert names(admin.submit("Move down: Metallurgy"))[1:] == [
        *("Tourism", "Metallurgy", "Non-ferrous")
    ]
    officer.open("/organisations/new")
    options = officer.page.select_one("[name=sectors], [name$=-sector]").select("option[value]")
    assert [one.get_text() for one in options if one["value"]] == [
        *("Agro-industry", "Tourism", "Metallurgy", "— Non-ferrous")
    ]


def test_entries_that_share_a_place_can_be_moved(admin):
    for name in ("Invest", "Protocol", "Trade"):
        make_department(name_en=name)
    admin.open(f"{BASE}/departments").submit("Move up: Trade")
    assert names(admin) == ["Invest", "Trade", "Protocol"]


def test_moving_what_somebody_changed_meanwhile_shows_the_list_again(app, admin):
    make_district("631010000", "Oskemen", position=1)
    make_district("632410000", "Ridder", position=2)
    admin.open(f"{BASE}/districts")
    colleague = Browser(app).sign_in(make_user(role="admin").email, PASSWORD)
    colleague.open(f"{BASE}/districts/632410000/edit").submit("Save", name_en="Ridder town")
    admin.submit("Move up: Ridder")
    assert admin.status == 409
    assert names(admin) == ["Oskemen", "Ridder town"]
    assert names(admin.submit("Move up: Ridder town")) == ["Ridder town", "Oskemen"]


def test_a_move_is_up_or_down_and_days_have_no_order(admin):
    make_department()
    day = make_working_day()
    admin.open(f"{BASE}/departments")
    for key, step, status in (("1", "sideways", 400), ("1", "", 400), ("1", "up", 400)):
        assert admin.post(f"{BASE}/departments/{key}/move", step=step).status == status
    admin.open(f"{BASE}/departments")
    url = f"{BASE}/working-days/{day.id}/move"
    assert admin.post(url, step="up", version="1").status == 404


def test_days_moved_by_decree_are_listed_by_year(admin, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 24))
    make_working_day(day=date(2025, 1, 5), decree="Of last year")
    admin.open(f"{BASE}/working-days/new")
    admin.submit("Save", day="2026-05-08", kind="day_off", decree="No. 1000 of 1 December 2025")
    assert "2026" in admin.url
    assert admin.rows[0][:3] == ["8 May 2026 Friday", "Day off", "No. 1000 of 1 December 2025"]
    assert len(admin.rows) == 1
    assert admin.click("2025", within="main").rows[0][2] == "Of last year"
    assert "Nothing here yet" in admin.click("2027", within="main").text
    for year in ("next", "٢٠٢٦", "20260", "0000"):
        assert admin.open(f"{BASE}/working-days?year={year}").status == 400, year


def test_one_day_is_listed_once_and_needs_its_decree(admin):
    make_working_day(day=date(2026, 5, 4))
    other = make_working_day(day=date(2026, 5, 8))
    for url in ("new", f"{other.id}/edit"):
        admin.open(f"{BASE}/working-days/{url}")
        admin.submit("Save", day="04.05.2026", decree="Another")
        assert admin.status == 422
        assert "stands in the list already" in str(admin.errors)
    admin.open(f"{BASE}/working-days/new").submit("Save", day="2026-02-30")
    assert "There is no such date" in str(admin.errors)
    assert "This field is required" in str(admin.errors)


def test_a_retired_day_counts_no_more_until_it_is_brought_back(admin):
    saturday = date(2026, 5, 16)
    day = make_working_day(day=saturday, kind="working")
    assert working_calendar().is_working(saturday)
    admin.open(f"{BASE}/working-days/{day.id}/edit").click("Retire", within="main")
    admin.submit("Retire", within="main form", reason="The decree was withdrawn")
    assert "The decree was withdrawn" in admin.text
    assert not working_calendar().is_working(saturday)
    admin.submit("Bring back: 16 May 2026")
    assert working_calendar().is_working(saturday)


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
    officer.open(f"/organisations/{organisation.id}/edit").submit("Save", note="Something else")
    assert "Metallurgy" in officer.text


def test_a_page_leads_to_the_list_of_its_retired_sector(admin, officer):
    sectors = [make_sector("MET", "Metallurgy"), make_sector("MET.NFM", "Copper")]
    delegation = make_delegation(sectors=[sectors[0]])
    meeting = make_meeting(sector_links=[MeetingSector(sector_code="MET.NFM", weight="focus")])
    organisation = make_organisation(sectors=[sectors[0]])
    make_sector("AGR", "Agriculture", position=9)
    for code in ("MET.NFM", "MET"):
        admin.open(f"{BASE}/sectors/{code}/retire")
        admin.submit("Retire", within="main form", reason="Old")
    officer.open(f"/delegations/{delegation.id}").click("Metallurgy", within="main")
    assert (officer.status, len(officer.rows)) == (200, 1)
    officer.open("/delegations/")
    offered = [text_of(one.parent) for one in officer.page.select("[name=sector]")]
    assert offered[-4:-1] == ["Agriculture", "Metallurgy (retired)", "— Copper (retired)"]
    officer.open(f"/meetings/{meeting.id}").click("Copper", within="main")
    assert (officer.status, len(officer.rows)) == (200, 1)
    assert organisation.name_en in officer.open("/organisations/?sector=MET").text
    for path in ("/people/", "/follow-ups/"):
        assert officer.open(f"{path}?sector=MET").status == 200


def test_the_desk_leads_to_the_points_of_a_retired_department(admin, app):
    department = make_department()
    chief = make_user(role="head", department_id=department.id)
    make_follow_up(text="Send the samples", owner=chief)
    admin.open(f"{BASE}/departments/{department.id}/retire")
    admin.submit("Retire", within="main form", reason="Merged")
    browser = Browser(app).sign_in(chief.email, PASSWORD).open("/")
    counter = browser.page.select_one(".sk-tally a[href*='department=']")
    assert browser.open(str(counter["href"])).status == 200
    assert "Send the samples" in browser.open(f"/follow-ups/?department={department.id}").text
    assert len(admin.open(f"/admin/users/?department={department.id}").rows) == 1
    chip = text_of(admin.page.select_one(".sk-chip-on"))
    assert chip == "Department: Department of Entrepreneurship (retired)"


def test_a_filter_says_who_is_disabled(officer):
    make_user(name="Anna", is_active=False)
    make_user(name="Bota")
    officer.open("/follow-ups/")
    offered = {text_of(one.parent) for one in officer.page.select("[name=owner]")}
    assert {"Anna (disabled)", "Bota"} <= offered


def test_departments_are_offered_in_the_order_of_their_list(admin):
    make_department(name_en="Beta", position=1)
    make_department(name_en="Alpha", position=2)
    admin.open("/admin/users/new")
    offered = [text_of(one) for one in admin.page.select("[name=department_id] option")]
    assert offered[-2:] == ["Beta", "Alpha"]


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


def test_an_administrator_finds_and_changes_any_country_among_the_reference_data(admin, officer):
    make_country("DE", "Germany")
    make_country("FR", "France", is_partner=False)
    aigerim = make_user(name="Aigerim")
    assert names(admin.open(BASE).click("Countries", within="main")) == ["France", "Germany"]
    assert names(admin.open(f"{BASE}/countries?q=fran")) == ["France"]
    admin.click("France", within="main")
    admin.submit("Save", name_kk="Франция", is_partner=True, desk_officer_id=aigerim.id)
    assert admin.open(f"{BASE}/countries?q=франция").rows == [
        ["France", "FR", "Partner country", "Aigerim"]
    ]
    assert "Edit the country" in admin.open("/countries/FR").text
    assert "Add a figure" not in admin.text
    assert officer.open(f"{BASE}/countries").status == 403


def test_an_unknown_filter_of_the_countries_is_refused(admin):
    assert admin.open(f"{BASE}/countries?colour=red").status == 400


def test_a_code_that_cannot_be_stored_is_refused_at_its_field(admin):
    admin.open(f"{BASE}/sectors/new").submit("Save", code="MET\x00", name_en="Metallurgy")
    assert admin.status == 422
    assert "Code: This text holds a character that cannot be stored" in admin.errors

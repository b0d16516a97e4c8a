"""The demo world as its officer reads it: every fact of the press release and of the cases."""

import csv
import io
from urllib.parse import quote

import pytest
from sqlalchemy import select

from crm.accounts.models import Role, User
from crm.accounts.queries import user_called
from crm.audit.models import AuditEntry
from crm.core.database import db
from crm.delegations.models.delegation import Delegation
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation, Person
from tests.browser import Browser, text_of
from tests.postgres import KINDS, crm, opened_app

PASSWORD = "a world to look at"
CONSULTATIONS = "/follow-ups/?country=DE&kind=consultation&status=pending"
THE_TWO = ["Тәжірибе алмасу", "Нақты бірлескен бастамаларды дайындау"]


@pytest.fixture(scope="module", params=KINDS)
def world(request, databases, tmp_path_factory):
    """An app with the demo world; its tests only read."""
    folder = tmp_path_factory.mktemp("world")
    with databases.migrated(request.param) as url, opened_app(url, folder) as app:
        crm(app, "seed", "demo", "--password", PASSWORD)
        with app.app_context():
            for name in ("officer", "viewer"):
                db.session.scalar(user_called(f"{name}@seriktes.example")).language = "en"
            db.session.commit()
        yield app


@pytest.fixture
def officer(world):
    return of(world, "officer")


def of(world, name):
    """A browser of the user called so, with a cookie of an earlier sign-in."""
    with world.app_context():
        return Browser(world).come_back(db.session.scalar(user_called(f"{name}@seriktes.example")))


@pytest.fixture
def meeting(world, officer):
    """The officer's browser on the page of the German meeting."""
    with world.app_context():
        wanted = select(Meeting.id).where(Meeting.title.startswith("Германия делегациясымен"))
        meeting_id = db.session.scalars(wanted).one()
    return officer.open(f"/meetings/{meeting_id}")


def shown(browser, selector):
    return [text_of(node) for node in browser.page.select(selector)]


def files_ids(browser, address):
    text = browser.open(address).response.get_data().decode("utf-8-sig")
    return [int(row["id"]) for row in csv.DictReader(io.StringIO(text))]


def listed_ids(browser, address):
    links = browser.open(address).page.select('main table tbody a[href^="/follow-ups/"]')
    paths = [str(link["href"]).split("?")[0].removeprefix("/follow-ups/") for link in links]
    return list(dict.fromkeys(int(path) for path in paths if path.isdecimal()))


# -- what about the Germans? -----------------------------------------------------------------------

FIVE_LINES = {
    "kk": [
        "Германия, соңғы байланыс: 2025 жылғы қыркүйек – Германия елшісінің қыркүйектегі сапары"
        " (кім қабылдады: көрсетілмеген; серіктес тарап: Елші);"
        " күні белгісіз – Германия делегациясымен жұмыс кездесуі"
        " (кім қабылдады: Облыс әкімі Нұрымбет Сақтағанов; серіктес тарап:"
        " Ульрих Кинне – Екінші хатшы, Жетекші неміс компанияларының өкілдері);"
        " күні белгісіз байланыстар: 2",
        "Уағдаластықтар: барлығы 2, орындалуға тиісі: 2 – Тәжірибе алмасу"
        " (консультация, екі тарап); Нақты бірлескен бастамаларды дайындау"
        " (консультация, екі тарап)",
        "Орындалды: әзірге жоқ",
        "Мерзімі өткен: жоқ",
        "Келесі қадам: кездесу де, сапар да жоспарланбаған; мерзімі белгіленбегені: 2",
    ],
    "ru": [
        "Германия, последний контакт: сентябрь 2025 года – Германия елшісінің қыркүйектегі сапары"
        " (кто принял: не указано; сторона партнёра: Елші);"
        " дата неизвестна – Германия делегациясымен жұмыс кездесуі"
        " (кто принял: Облыс әкімі Нұрымбет Сақтағанов; сторона партнёра:"
        " Ульрих Кинне – Екінші хатшы, Жетекші неміс компанияларының өкілдері);"
        " контакты без даты: 2",
        "Обещано: 2 договорённости, на исполнении: 2 – Тәжірибе алмасу"
        " (консультация, обе стороны); Нақты бірлескен бастамаларды дайындау"
        " (консультация, обе стороны)",
        "Исполнено: пока ничего",
        "Просрочено: нет",
        "Следующий шаг: встречи и визиты не запланированы; срок не установлен: 2",
    ],
    "en": [
        "Germany, last contact: September 2025 – Германия елшісінің қыркүйектегі сапары"
        " (received by: not stated; partner side: Елші);"
        " date unknown – Германия делегациясымен жұмыс кездесуі"
        " (received by: Облыс әкімі Нұрымбет Сақтағанов; partner side:"
        " Ulrich Kinne – Екінші хатшы, Жетекші неміс компанияларының өкілдері);"
        " contacts without a date: 2",
        "Promised: 2 points, pending: 2 – Тәжірибе алмасу (consultation, both sides);"
        " Нақты бірлескен бастамаларды дайындау (consultation, both sides)",
        "Done: nothing yet",
        "Overdue: none",
        "Next step: no meeting or visit is planned; no deadline set: 2",
    ],
}


@pytest.mark.parametrize("language", FIVE_LINES)
def test_the_page_of_germany_sums_it_up_in_five_lines(officer, language):
    officer.open(f"/language?to={language}&next=/countries/DE")
    lines = officer.page.select("#five-lines > li")
    assert [" ".join(line.get_text().split()) for line in lines] == FIVE_LINES[language]


# -- the German meeting ---------------------------------------------------------------------------


def test_the_second_secretary_was_received_by_the_akim(meeting):
    ours, partners = shown(meeting, ".sk-sides > section")
    assert "Нұрымбет Сақтағанов" in ours or "Nurymbet Saktaganov" in ours
    assert "Облыс әкімі" in ours
    assert "Ulrich Kinne" in partners
    assert "Екінші хатшы" in partners
    assert "Embassy of the Federal Republic of Germany" in partners or "Елшілігі" in partners
    assert "Облыс әкімі Нұрымбет Сақтағанов" in meeting.text


def test_in_kazakh_his_name_stands_in_both_scripts(meeting):
    _ours, partners = shown(
        meeting.open(f"/language?to=kk&next={meeting.url}"), ".sk-sides > section"
    )
    assert "Ульрих Кинне" in partners
    assert "Ulrich Kinne" in partners


def test_the_second_secretary_has_his_name_in_cyrillic_too(officer):
    officer.open("/people/?q=Кинне")
    assert len(officer.rows) == 1
    officer.open(str(officer.page.select_one('main tbody a[href^="/people/"]')["href"]))
    assert "Ульрих Кинне" in officer.text
    assert "Ulrich Kinne" in officer.text


def test_german_companies_took_part_as_a_group_nobody_counted(meeting):
    group = next(one for one in shown(meeting, ".sk-who") if "неміс компаниялары" in one)
    assert "Жетекші неміс компанияларының өкілдері" in group
    assert "number not stated" in group


def test_sectors_stand_in_focus_or_discussed(meeting):
    focus, discussed = meeting.page.select(".sk-weights dd")
    assert [text_of(sector) for sector in focus.select("a")] == [
        "Mining and metallurgy",
        "Agro-industry",
        "Tourism",
        "High technology",
    ]
    assert [text_of(sector) for sector in discussed.select("a")] == [
        "Industrial digitalisation",
        "Ecology and green technologies",
        "Energy",
    ]


def test_the_day_of_the_meeting_is_unknown(meeting):
    assert "date unknown" in text_of(meeting.page.select_one("main"))
    assert "релиздің өзіне күн қойылмаған" in meeting.text


def test_two_consultations_wait_for_a_deadline_with_the_officer(meeting):
    points = shown(meeting, "#points .sk-row, section:has(> .sk-sec-h) .sk-row")
    points = list(dict.fromkeys(points))
    assert len(points) == 2
    for number, (point, text) in enumerate(zip(points, THE_TWO, strict=True), 1):
        assert f"№ {number}" in point
        assert text in point
        assert "Holding consultations" in point
        assert "both sides" in point
        assert "Айгерім Сейітқали" in point
        assert "Set a deadline" in point


def test_the_meeting_tells_the_turnover_and_the_ambassadors_earlier_visit(meeting):
    aside = text_of(meeting.page.select_one("aside.sk-aside"))
    assert "39.5" in aside
    assert "Германия елшісінің қыркүйектегі сапары" in aside
    assert "September 2025" in aside


# -- the country and the delegations ---------------------------------------------------------------


def test_germanys_page_shows_what_is_pending_and_who_keeps_the_country(officer):
    officer.open("/countries/DE")
    assert officer.heading.endswith("Germany")
    for text in THE_TWO:
        assert text in officer.text
    assert "Айгерім Сейітқали" in text_of(officer.page.select_one(".sk-head, header, main"))


def test_germanys_turnover_is_ours_since_the_start_of_the_year(officer):
    trade = officer.open("/countries/DE").page.select_one("#trade, section:has(#trade)")
    ours, zhambyl = officer.page.select("table.sk-table")
    assert "39.5" in text_of(ours)
    assert "52.1" not in text_of(ours)
    assert "52.1" in text_of(zhambyl)
    assert "Zhambyl Region" in text_of(trade if trade is not None else officer.page)
    assert "2025 жыл – тұжырым" in text_of(ours)  # the inferred year is marked as such
    headline = text_of(officer.page.select_one("aside.sk-aside section"))
    assert "39.5" in headline


def test_the_ambassador_came_in_september_without_a_day_or_a_name(world, officer):
    with world.app_context():
        wanted = select(Delegation.id).where(Delegation.title.contains("қыркүйектегі сапары"))
        delegation_id = db.session.scalars(wanted).one()
    officer.open(f"/delegations/{delegation_id}")
    assert "September 2025" in officer.text
    assert "01.09.2025" not in officer.text
    assert "1 Sep 2025" not in officer.text
    head = next(one for one in shown(officer, ".sk-who") if "Елші" in one)
    assert "name not stated" in head
    assert "2025 жыл – тұжырым" in officer.text


def test_the_german_contacts_are_all_there_and_only_they(officer):
    officer.open("/meetings/?country=DE")
    assert len(officer.rows) == 3
    officer.open("/delegations/?country=DE")
    assert len(officer.rows) == 4
    officer.open("/meetings/")
    assert len(officer.rows) == 9


@pytest.mark.parametrize("code", ["DE", "CN", "KR", "FR", "BY", "TR"])
def test_every_partner_has_a_page_with_its_contacts(officer, code):
    officer.open("/countries/")
    assert officer.page.select_one(f'main tbody a[href="/countries/{code}"]') is not None
    officer.open(f"/countries/{code}")
    assert officer.page.select_one('main a[href^="/meetings/"]') is not None


def test_each_spelling_of_each_person_finds_that_person(world, officer):
    people = found(world, select(Person))
    assert len(people) > 10
    for one in people:
        names = {one.name, one.name_kk, one.name_ru, one.name_en, one.name_latin, one.family_name}
        initial = f"{one.family_name} {one.given_name[:1]}." if one.given_name else None
        for name in filter(None, {*names, *one.aliases, initial}):
            officer.open(f"/search?q={quote(name)}")
            assert officer.page.select_one(f'main a[href="/people/{one.id}"]'), name


def test_an_unnamed_ambassador_is_a_post_without_a_name(world, officer):
    with world.app_context():
        wanted = select(Meeting.id).where(Meeting.country_code == "KR")
        meeting_id = db.session.scalars(wanted).one()
    officer.open(f"/meetings/{meeting_id}")
    partners = shown(officer, ".sk-sides > section")[1]
    assert "Төтенше және Өкілетті Елші" in partners
    assert "Embassy" in partners or "Елшілігі" in partners


# -- the list of pending consultations ------------------------------------------------------------


def test_exactly_two_consultations_with_germany_are_pending(officer):
    officer.open(CONSULTATIONS)
    assert len(officer.rows) == 2
    cells = [" ".join(row) for row in officer.rows]
    for text in THE_TWO:
        assert sum(text in row for row in cells) == 1
    assert not officer.page.select("main [data-overdue], main .due-over")


def test_the_file_of_the_list_has_exactly_those_two(officer):
    listed = listed_ids(officer, CONSULTATIONS)
    address = CONSULTATIONS.replace("/?", ".csv?") + "&headers=keys&dialect=rfc4180"
    assert files_ids(officer, address) == listed
    assert len(listed) == 2


def test_a_reader_sees_the_world_and_changes_nothing(world):
    viewer = Browser(world).sign_in("viewer@seriktes.example", PASSWORD)
    assert len(viewer.open(CONSULTATIONS).rows) == 2
    assert viewer.open("/meetings/new").status == 403


def test_interests_of_the_cases_are_no_points(officer):
    for code in ("FR", "KR"):
        assert listed_ids(officer, f"/follow-ups/?country={code}") == []


# -- interests and projects -----------------------------------------------------------------------


def rows_of(browser, address):
    text = browser.open(address).response.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_interests_of_the_sources_stand_with_who_was_interested(officer):
    rows = rows_of(officer, "/interests.csv?headers=keys&dialect=rfc4180")
    found = {(one["whose_country"], one["sector"], one["strength"]) for one in rows}
    assert found == {
        ("DE", "HTC", "expressed"),
        ("DE", "AGR", "expressed"),
        ("DE", "TRL.AIR", "expressed"),
        ("KZ", "EDU", "expressed"),
        ("KZ", "AGR", "expressed"),
        ("CN", "ENE.GAS", "concrete"),
        ("FR", "ECO.WTR", "expressed"),
        ("FR", "ECO.WTR", "mentioned"),
    }
    assert len(rows) == len(found)
    assert all(one["meeting_id"] and not one["noted_on"] for one in rows)
    assert "Agro-industry" in text_of(officer.open("/countries/DE").page.select_one("#interests"))


def test_the_zaisan_gas_project_is_in_negotiations_with_its_qualifiers(officer):
    [gas] = rows_of(officer, "/projects.csv?headers=keys&dialect=rfc4180&sector=ENE.GAS")
    assert (gas["country"], gas["stage"], gas["district"]) == ("CN", "negotiation", "634600000")
    officer.open(f"/projects/{gas['id']}")
    assert "Natural gas production in Zaisan district" in officer.heading
    for text in ("≈ USD 2,000 mn", "Funde Holding Group", "YK.kz", "алдын ала жоспарын"):
        assert text.replace(" ", " ") in officer.text.replace(" ", " "), text
    assert any("1,000" in row or "1 000" in row for row in shown(officer, "#plan tr"))
    assert "Funde Holding Group компаниясымен келіссөз" in officer.text
    assert "егжей-тегжейлі жоспарын" in text_of(officer.page.select_one("#points"))


def test_the_two_chinese_projects_of_the_forum_are_proposals(officer):
    rows = rows_of(officer, "/projects.csv?headers=keys&dialect=rfc4180&stage=proposal")
    assert {one["sector"] for one in rows} == {"AGR.CRP", "HTC.RND"}
    texts = {one["sector"]: officer.open(f"/projects/{one['id']}").text for one in rows}
    assert "≈ KZT 108,000 mn" in texts["AGR.CRP"].replace(" ", " ")
    assert "108,000" not in texts["HTC.RND"]


def test_executed_points_keep_their_outcome_and_their_last_line(officer):
    [point_id] = listed_ids(officer, "/follow-ups/?country=BY")
    officer.open(f"/follow-ups/{point_id}")
    assert "Меморандумға қол қойылды." in officer.text
    assert "Алматы облысының әкімдігі" in officer.text


# -- what the pages do not show --------------------------------------------------------------------


def found(world, statement):
    with world.app_context():
        return list(db.session.scalars(statement))


def test_the_trail_names_the_officer_who_recorded_it(world):
    [officer] = found(world, user_called("officer@seriktes.example"))
    for kind in ("organisations", "people", "delegations", "meetings", "follow_ups", "projects"):
        actors = select(AuditEntry.actor_id).where(AuditEntry.kind == kind).distinct()
        assert found(world, actors) == [officer.id]


def test_records_are_found_and_sorted_like_any_other(world):
    [meeting] = found(world, select(Meeting).where(Meeting.country_code == "KR"))
    assert meeting.title_key
    assert "корея" in meeting.search_text
    akimats = select(Organisation).where(Organisation.name_en.startswith("Akimat of"))
    keys = {one.name_key_kk for one in found(world, akimats)}
    assert len(keys) == 5
    assert None not in keys


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_one_user_in_a_department(world, role):
    [user] = found(world, select(User).where(User.role == role))
    assert user.email == f"{role}@seriktes.example"
    assert user.department_id is not None


def test_only_places_of_our_region_have_a_district(world):
    meetings = found(world, select(Meeting).where(Meeting.district_code.is_not(None)))
    assert {meeting.district_code for meeting in meetings} == {"631010000"}
    assert {meeting.country_code for meeting in meetings} == {"CN", "DE"}

"""The list of points: filters, sorting, files, and the small forms of a row."""

import io
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy import text as sql
from werkzeug.datastructures import MultiDict

from crm.accounts.queries import user_called
from crm.core import clock
from crm.core.database import db
from crm.core.listing.csv_file import write_csv
from crm.core.listing.sheet import sheet_of
from crm.follow_ups import services
from crm.follow_ups.listing.points import FOLLOW_UPS
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import point_page
from crm.meetings.models import MeetingSector
from tests.browser import text_of
from tests.factories import (
    make_country,
    make_department,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_sector,
    make_user,
)
from tests.postgres import on_sqlite

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def me():
    return db.session.scalars(user_called("officer@test.example")).one()


def found(browser, query=""):
    """Texts of the points the list shows, in order."""
    browser.open(f"/follow-ups/{query}")
    assert browser.status == 200, browser.status
    return [text_of(link) for link in browser.page.select("main tbody th a")]


def named(point, lead, helpers=()):
    point = db.session.scalars(point_page(point.id)).unique().one()
    services.name_executors(point, lead, helpers)
    db.session.commit()
    return point


def test_the_list_begins_with_what_is_pending_and_so_does_its_file(officer):
    for text, day, status in (
        ("last year's", date(2025, 1, 10), "done"),
        ("undated", None, "agreed"),
        ("given up", date(2025, 3, 10), "cancelled"),
        ("next week", date(2026, 12, 1), "in_progress"),
        ("late", date(2026, 11, 1), "agreed"),
    ):
        make_follow_up(text=text, due_on=day, status=status, outcome="Held")
    by_urgency = ["late", "next week", "undated", "last year's", "given up"]
    assert found(officer) == by_urgency
    file = officer.open("/follow-ups.csv?headers=keys&dialect=rfc4180").response.data
    lines = file.decode("utf-8-sig").splitlines()
    place = lines[0].split(",").index("text")
    assert [line.split(",")[place] for line in lines[1:]] == by_urgency
    by_date = ["last year's", "given up", "late", "next week", "undated"]
    assert found(officer, "?sort=due_on") == by_date
    assert found(officer, "?status=done") == ["last year's"]


@on_sqlite  # PostgreSQL chooses by the sizes of tables, and those of the tests are small
@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("SELECT id FROM follow_ups ORDER BY urgency_key, id", "ix_follow_ups_urgency"),
        (
            "SELECT id FROM audit_entries WHERE kind = 'people' ORDER BY id DESC",
            "ix_audit_entries_kind_id",
        ),
    ],
)
def test_an_index_serves_what_long_lists_begin_with(app, statement, index):
    assert index in str(db.session.execute(sql(f"EXPLAIN QUERY PLAN {statement}")).all())


def test_the_german_consultations_that_are_pending(officer):
    make_country("CN", "China")
    meeting = make_meeting(title="Germans")
    for number, text in enumerate(("Exchange of experience", "Joint initiatives"), start=1):
        make_follow_up(text=text, meeting_id=meeting.id, country_code="DE", number=number)
    make_follow_up(text="Held", country_code="DE", status="done", outcome="Held in May")
    make_follow_up(text="A site plan", country_code="DE", kind="provide_info")
    make_follow_up(text="Chinese", country_code="CN")
    gone = make_follow_up(text="Entered twice", country_code="DE")
    gone.archive(clock.now(), "twice")
    db.session.commit()
    query = "?country=DE&kind=consultation&status=pending"
    assert found(officer, query) == ["Exchange of experience", "Joint initiatives"]
    assert officer.rows[0][0] == "Set a deadline"
    assert officer.rows[0][1] == "Exchange of experience Holding consultations, № 1"
    assert officer.rows[0][2] == "DE Germans"


QUERIES = {
    "": ["late", "week", "later", "undated", "waits", "done", "off"],
    "?status=pending": ["late", "week", "later", "undated", "waits"],
    "?status=overdue": ["late"],
    "?status=awaiting_partner": ["waits"],
    "?status=done": ["done"],
    "?no_deadline=1": ["undated", "waits", "done", "off"],
    "?due=none": ["undated", "waits", "done", "off"],
    "?due=none&status=pending": ["undated", "waits"],
    "?due=this_week": ["late", "week"],
    "?due=this_quarter": ["late", "week", "later"],
    "?due=next_month": ["later"],
    "?due=last_week": [],
    "?due=this_quarter&due_from=2026-11-24": ["week", "later"],
    "?due_from=2026-11-24": ["week", "later"],
    "?due_to=2026-11-24": ["late", "week"],
    "?due_from=2026-11-24&due_to=2026-11-24": ["week"],
    "?side=partner": ["waits"],
    "?kind=training": ["later"],
    "?q=LATE": ["late", "later"],
    "?q=held%20may": ["done"],
    "?sort=-due_on": ["later", "week", "late", "off", "done", "waits", "undated"],
    "?sort=text": ["done", "late", "later", "off", "undated", "waits", "week"],
    "?sort=status": ["late", "week", "later", "undated", "waits", "done", "off"],
    "?sort=-status": ["off", "done", "waits", "undated", "later", "week", "late"],
}


def test_each_filter_narrows_the_list_and_each_sort_orders_it(officer):
    owner = make_user()
    make_follow_up(text="late", due_on=date(2026, 11, 23), owner=owner)
    make_follow_up(text="week", due_on=TODAY, owner=owner)
    make_follow_up(text="later", due_on=date(2026, 12, 24), kind="training", owner=owner)
    make_follow_up(text="undated", owner=owner)
    make_follow_up(text="waits", status="awaiting_partner", responsible_side="partner", owner=owner)
    make_follow_up(text="done", status="done", outcome="Held in May", owner=owner)
    make_follow_up(text="off", status="off_control", outcome="Held", owner=owner)
    assert {query: found(officer, query) for query in QUERIES} == QUERIES


def test_points_are_found_by_owner_executor_person_or_department(officer):
    department = make_department()
    colleague, third = make_user(department_id=department.id), make_user()
    make_follow_up(text="mine", owner=me())
    carried = make_follow_up(text="carried by me", owner=colleague)
    helped = make_follow_up(text="helped by me", owner=third)
    make_follow_up(text="a colleague's", owner=colleague)
    my_id, colleague_id = me().id, colleague.id
    named(carried, f"user-{my_id}")
    named(helped, f"user-{colleague_id}", [f"user-{my_id}"])
    assert found(officer, f"?owner={my_id}") == ["mine"]
    assert found(officer, f"?executor={my_id}") == ["carried by me"]
    assert found(officer, f"?person={my_id}") == ["mine", "carried by me", "helped by me"]
    assert found(officer, f"?department={department.id}") == ["carried by me", "a colleague's"]
    officer.open("/follow-ups/").click("Mine")
    assert officer.url == f"/follow-ups/?person={my_id}"


def test_points_are_found_by_whoever_carries_them_out(officer):
    department = make_department(name_en="Industry")
    for text, lead, helpers in (
        ("user", f"user-{make_user(name='Дәурен Әлі').id}", []),
        ("department", f"department-{department.id}", []),
        ("outsider", "Қала әкімдігі", []),
        ("helper", f"user-{me().id}", ["Қала әкімдігі"]),
    ):
        named(make_follow_up(text=text, owner=me()), lead, helpers)
    make_follow_up(text="nobody", owner=me())
    assert found(officer, "?executor_name=даурен") == ["user"]
    assert found(officer, "?executor_name=industry") == ["department"]
    assert found(officer, "?executor_name=КАЛА+аким") == ["outsider", "helper"]
    assert found(officer, "?executor_name=кала+industry") == []
    named(make_follow_up(text="later named", owner=me()), "Қала аким", [])
    assert found(officer, "?executor_name=КАЛА+аким") == ["outsider", "helper", "later named"]
    assert found(officer, "?executor_name=++") == found(officer)
    assert found(officer, f"?executor=department-{department.id}") == ["department"]
    assert found(officer, "?executor=none") == ["nobody"]


def test_a_desk_officer_finds_the_points_of_the_own_countries(officer):
    make_country("CN", "China")
    make_follow_up(text="Chinese", country_code="CN")
    make_follow_up(text="of no country")
    officer.open("/follow-ups/")
    assert "My countries" not in officer.text
    make_country("DE", desk_officer_id=me().id)
    make_follow_up(text="German", country_code="DE")
    officer.open("/follow-ups/").click("My countries")
    assert [text_of(link) for link in officer.page.select("main tbody th a")] == ["German"]
    assert "Desk officer of the country" in text_of(officer.page.select_one(".sk-filters"))
    assert found(officer, "?country=none") == ["of no country"]


def test_every_set_filter_is_a_chip_that_can_be_taken_off(officer):
    make_follow_up(text="late", due_on=TODAY, owner=me())
    query = "?due=this_quarter&due_to=2026-12-01&meeting=none&executor_name=Али&controller=none"
    officer.open(f"/follow-ups/{query}&status=pending")
    chips = officer.page.select(".sk-filters .sk-chip-on")
    assert [text_of(chip) for chip in chips if chip.select_one("a.x")] == [
        "Status: Pending",
        "Due date: This quarter, … – 1 Dec 2026",
        "Executor or co-executor by name: Али",
        "Controller: not stated",
        "Meeting: not stated",
    ]
    while officer.page.select(".sk-filters a.x"):
        officer.open(officer.page.select_one(".sk-filters a.x")["href"])
    assert officer.url == "/follow-ups/"
    officer.open("/follow-ups/?status=pending&page=1")
    assert officer.page.select(".sk-filters a[href='/follow-ups/?status=pending&due=this_quarter']")


def test_a_set_filter_takes_another_value_at_once(officer):
    make_follow_up(text="done", status="done", outcome="Held")
    make_follow_up(text="pending")
    officer.open("/follow-ups/?status=pending&due=none")
    officer.submit("Apply", within=".sk-split:has([name=status])", status="done")
    chips = officer.page.select(".sk-split .sk-chip-on")
    assert [text_of(chip) for chip in chips] == ["Status: Done", "Due date: No deadline set"]
    assert [text_of(link) for link in officer.page.select("main tbody th a")] == ["done"]


def test_the_list_can_be_narrowed_to_the_points_of_one_meeting(officer):
    meeting, other = make_meeting(title="Germans"), make_meeting(title="Another")
    make_follow_up(text="here", meeting_id=meeting.id, number=1)
    make_follow_up(text="there", meeting_id=other.id, number=1)
    assert found(officer, f"?meeting={meeting.id}") == ["here"]
    assert "Meeting: Germans" in text_of(officer.page.select_one(".sk-filters"))
    assert found(officer, f"?meeting={meeting.id + 77}") == []
    officer.open("/follow-ups/")
    assert [one["value"] for one in officer.page.select(".sk-filters [name=meeting]")] == ["none"]


def test_an_address_that_means_nothing_is_refused(officer):
    make_follow_up()
    for query in (
        *("status=late", "country=ZZ", "kind=dance", "owner=99", "side=left", "meeting=x"),
        *("due_from=31.12.2026", "due_to=2026-13-01", "no_deadline=yes", "sort=colour"),
        *("due=soon", "due=next_year", "kind=none", "owner=none", "executor=department-9"),
        *("project=none", f"executor_name={'a' * 201}", "executor_name=%00", "done=none"),
        *("page=0", "page=x", "meeting=99999999999", "colour=red", "department=1"),
    ):
        assert officer.open(f"/follow-ups/?{query}").status == 400, query


def test_countries_and_owners_sort_by_the_kazakh_alphabet(officer):
    for code, name in (("CN", "Қытай"), ("KR", "Корея"), ("YE", "Әдемі")):
        make_country(code, name, name_en=name)
        make_follow_up(text=code, country_code=code, owner=make_user(name=name))
    make_follow_up(text="no country", owner=make_user(name="Өмір"))
    assert found(officer, "?sort=country") == ["YE", "KR", "CN", "no country"]
    assert found(officer, "?sort=-country") == ["CN", "KR", "YE", "no country"]
    assert found(officer, "?sort=owner") == ["YE", "KR", "CN", "no country"]


def test_status_due_date_and_progress_are_set_from_the_row(officer):
    point = make_follow_up(text="Roadmap", owner=me(), country_code=make_country().code)
    here = "/follow-ups/?country=DE&sort=text"
    officer.open(here)
    officer.submit("Change the status", within="tbody tr", status="in_progress")
    assert officer.redirects == [here]
    officer.submit("Set a deadline", within="tbody tr", due_on="2026-12-01")
    assert officer.redirects == [here]
    officer.submit("Add a progress line", within="tbody tr", text="The letter went out")
    assert officer.redirects == [here]
    [row] = officer.rows
    assert row[0] == "1 Dec 2026 7 days left"
    assert row[3].endswith("24 Nov 2026 The letter went out")
    assert row[4].startswith("In progress")
    officer.submit(
        "Extend the deadline",
        within="tbody tr",
        due_on="2026-12-31",
        reason="Asked",
        authority="Head",
    )
    assert officer.rows[0][0] == "31 Dec 2026 37 days left"
    officer.submit("Mark as done", within="tbody tr", outcome="Signed by both sides")
    assert officer.redirects == [here]
    db.session.expire_all()
    assert db.session.get(FollowUp, point.id).outcome == "Signed by both sides"
    assert officer.page.select("tbody form") == []


def test_a_step_refused_in_the_row_goes_on_on_the_page_of_the_point(officer):
    point = make_follow_up(text="Roadmap", owner=me(), due_on=date(2026, 12, 1))
    officer.open("/follow-ups/?status=pending")
    officer.submit(
        "Extend the deadline", within="tbody tr", due_on="2026-12-31", reason="They asked"
    )
    assert (officer.status, officer.heading) == (422, "Roadmap")
    assert officer.url == f"/follow-ups/{point.id}/due"
    assert officer.page.select_one("[name=due_on]")["value"] == "2026-12-31"
    officer.submit("Extend the deadline", within="#step-due", authority="Deputy akim")
    assert officer.redirects == ["/follow-ups/?status=pending"]


def test_a_step_leads_back_to_local_pages_only(officer):
    point_id = make_follow_up(owner=me()).id
    targets = ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)")
    for target in targets:
        officer.open("/follow-ups/")
        officer.post(f"/follow-ups/{point_id}/progress", text="line", next=target)
        assert len(officer.redirects) == 1
        assert all(place.startswith("/") and "evil" not in place for place in officer.redirects)


def test_a_viewer_reads_the_list_without_buttons(viewer):
    make_follow_up(text="Roadmap")
    assert found(viewer) == ["Roadmap"]
    assert viewer.page.select("main table form[method=post]") == []
    assert "Add a point" not in viewer.text


def test_an_empty_list_says_what_to_do(officer):
    officer.open("/follow-ups/")
    assert "What is agreed with partners stands here" in officer.text
    officer.open("/follow-ups/?status=overdue")
    assert "No point fits" in officer.text


def test_the_file_has_every_column_of_the_record(app):
    user, department = make_user(name="Dauren"), make_department(name_en="Industry")
    partner = make_organisation(name_en="Iwersen")
    meeting = make_meeting(title="Germans")
    point = make_follow_up(
        text="=Roadmap",
        owner=user,
        kind="prepare_roadmap",
        meeting_id=meeting.id,
        number=2,
        country_code="DE",
        partner_organisation_id=partner.id,
        basis="akim_instruction",
        basis_number="12-3",
        controller_name="Office of the akim",
        status_since=TODAY,
        due_on=date(2026, 12, 1),
        original_due_on=date(2026, 11, 1),
    )
    point = named(point, f"department-{department.id}", [f"user-{user.id}", "KIDI"])
    services.note_progress(point, "asked", date(2026, 11, 2), user.id)
    services.note_progress(point, "answered", date(2026, 11, 20), user.id)
    db.session.commit()
    with app.test_request_context():
        file = io.BytesIO()
        sheet = sheet_of(FOLLOW_UPS, MultiDict({"headers": "keys"}))
        write_csv(sheet, "rfc4180", file, lambda _rows: None)
    head, row = file.getvalue().decode().splitlines()
    values = dict(zip(head.lstrip("\ufeff").split(","), row.split(","), strict=True))
    assert list(values)[:6] == ["id", "number", "country", "country_name", "text", "text_language"]
    expected = {
        "text": "'=Roadmap",
        "country": "DE",
        "meeting": "Germans",
        "partner_organisation": "Iwersen",
        "owner": "Dauren",
        "country_name": "Germany",
        "executor_id": f"department-{department.id}",
        "executor": "Industry",
        "co_executor_ids": f"user-{user.id};KIDI",
        "co_executors": "Dauren;KIDI",
        "controller_id": "",
        "controller": "Office of the akim",
        "team_ids": "",
        "basis": "akim_instruction",
        "due_on": "2026-12-01",
        "original_due_on": "2026-11-01",
        "status": "agreed",
        "status_since": "2026-11-24",
        "progress": "answered",
        "progress_on": "2026-11-20",
        "outcome": "",
        "closing_meeting_id": "",
    }
    assert {name: values[name] for name in expected} == expected


def statements_of(browser, url):
    """How many SQL statements one page takes."""
    seen = []

    def note(connection, cursor, statement, *more):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert browser.open(url).status == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("url", ["/follow-ups/", "/", "/follow-ups/?status=pending&q=row"])
def test_pages_take_the_same_statements_for_few_and_for_many_rows(officer, url):
    def add(number):
        for place in range(number):
            meeting = make_meeting(title=f"Meeting {place}", held_on=TODAY)
            point = make_follow_up(
                text=f"row {place}", owner=me(), meeting_id=meeting.id, country_code="DE"
            )
            point = named(point, f"user-{make_user().id}", ["KIDI"])
            services.note_progress(point, "line", TODAY, me().id)
            db.session.commit()

    add(2)
    officer.open(url)
    few = statements_of(officer, url)
    add(8)
    officer.open(url)  # there are more users to choose from now
    assert statements_of(officer, url) == few


def test_points_are_found_by_the_sector_their_meeting_was_about(officer):
    make_sector("MET")
    make_sector("MET.REE", "Rare earths")
    make_sector("TUR", "Tourism")
    for code, text in (("MET.REE", "Send the samples"), ("TUR", "Show the lake")):
        meeting = make_meeting(sector_links=[MeetingSector(sector_code=code)])
        make_follow_up(text=text, meeting_id=meeting.id)
    make_follow_up(text="Of no meeting")
    assert found(officer, "?sector=MET") == ["Send the samples"]

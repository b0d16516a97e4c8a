"""The list of points: sorting, files, and the small forms of a row."""

import io
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy import text as sql
from werkzeug.datastructures import MultiDict

from crm.core.database import db
from crm.core.listing.csv_file import write_csv
from crm.core.listing.sheet import sheet_of
from crm.follow_ups import services
from crm.follow_ups.listing.points import FOLLOW_UPS
from crm.follow_ups.models.follow_up import FollowUp
from tests.factories import (
    make_country,
    make_department,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_user,
)
from tests.follow_ups.points import TODAY, found, me, named
from tests.postgres import on_sqlite

pytestmark = pytest.mark.usefixtures("today")


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

"""Every list as a file: the rows of the page, in its order, in CSV and Excel alike."""

import csv
import io
from datetime import date, datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from crm.accounts.models import User
from crm.core.database import db
from crm.core.listing.cells import escaped, keyed_cell, read_cell
from crm.meetings.models import Meeting
from tests.factories import (
    make_country,
    make_delegation,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_user,
    some_user,
)
from tests.postgres import on_sqlite
from tests.sweep import listings, make_world, signed_in, statements

DANGEROUS = ("=1+1", "+7 705", "-5", "@name", "\ttab", "'quoted", "=")
SAFE = ("Сақтағанов", "1-2", "a=b", "5", "«=»")


@pytest.fixture
def reader(app):
    return signed_in(app, "viewer")


def csv_rows(browser, url, delimiter=";"):
    browser.open(url)
    assert browser.status == 200, browser.text
    text = browser.response.get_data().decode("utf-8")
    assert text.startswith("\ufeff")
    return list(
        csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    )


def xlsx_rows(browser, url):
    browser.open(url)
    assert browser.status == 200
    book = load_workbook(io.BytesIO(browser.response.get_data()))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def ids_on_page(browser, url):
    """The records of every page of the list, in order."""
    found = []
    while url:
        browser.open(url)
        for row in browser.page.select("main table tbody tr"):
            link = row.select_one(f"a[href^='{browser.url.split('?')[0]}']")
            found.append(link["href"].rpartition("/")[2].split("?")[0].split("#")[0])
        following = browser.page.select_one("a[rel=next]")
        url = following["href"] if following else None
    return found


def test_every_list_is_the_same_as_page_csv_and_excel(reader):
    make_world()
    for name in ("Жезқазған", "Ґ", "Өскемен", "Үлкен Нарын", "Алтай", "alpha"):
        make_organisation(name_kk=name)
        make_meeting(title=name, held_on=date(2026, 5, 4))
        make_follow_up(text=name, country_code="DE")
    assert len(listings()) >= 6
    for listing in listings():  # in other orders: tests/lists/test_same_rows.py
        shown = ids_on_page(reader, f"/{listing.name}/")
        head, *rows = csv_rows(reader, f"/{listing.name}.csv?headers=keys")
        assert [row[0] for row in rows] == shown, listing.name
        assert head == [column.name for column in listing.columns]
        head, *rows = xlsx_rows(reader, f"/{listing.name}.xlsx?headers=keys")
        assert [str(row[0]) for row in rows] == shown, listing.name
        assert head == [column.name for column in listing.columns]


def test_the_pending_german_consultations_and_no_others(reader):
    make_country("DE")
    make_country("FR", "France")
    wanted = [make_follow_up(country_code="DE").id for _ in range(2)]
    make_follow_up(country_code="FR")
    make_follow_up(country_code="DE", kind="training")
    make_follow_up(country_code="DE", status="done", outcome="Held")
    query = "country=DE&kind=consultation&status=pending"
    assert ids_on_page(reader, f"/follow-ups/?{query}") == [str(one) for one in wanted]
    rows = csv_rows(reader, f"/follow-ups.csv?{query}&headers=keys")
    assert rows[0][0] == "id"
    assert [int(row[0]) for row in rows[1:]] == wanted
    assert [row[0] for row in xlsx_rows(reader, f"/follow-ups.xlsx?{query}")[1:]] == wanted


def test_a_list_longer_than_a_page_is_whole_in_the_file(reader):
    make_country("DE")
    officer = some_user()
    count = 520  # more than a portion of the stream
    db.session.add_all(
        Meeting(title=f"Meeting {number % 7}", country_code="DE", officer_id=officer.id)
        for number in range(count)
    )
    db.session.commit()
    rows = csv_rows(reader, "/meetings.csv?headers=keys&sort=title")[1:]
    assert len(rows) == len({row[0] for row in rows}) == count
    assert [row[0] for row in rows[:100]] == (ids_on_page(reader, "/meetings/?sort=title")[:100])
    assert len(xlsx_rows(reader, "/meetings.xlsx")) == count + 1


def test_every_list_names_what_its_keys_mean(app):
    head = signed_in(app, "head")
    helpers = [make_user(name="Anna"), make_user(name="Berik")]
    given = {"restricted": True, "team": helpers}
    make_delegation(**given, text_language="ru")
    make_meeting(**given)
    make_follow_up(**given, country_code="DE", controller=helpers[0])
    found = {}
    for listing in listings():
        keys, *rows = csv_rows(head, f"/{listing.name}.csv?headers=keys")
        found[listing.name] = dict(zip(keys, rows[0], strict=True)) if rows else {}
        assert keys[0] == "id", listing.name
        assert ("country" in keys) == ("country_name" in keys), listing.name
        assert ("restricted" in keys) == ("team" in keys) == ("team_ids" in keys), listing.name
    for name in ("delegations", "meetings", "follow-ups"):
        assert found[name]["team"] == "Anna;Berik"
        assert found[name]["team_ids"] == f"{helpers[0].id};{helpers[1].id}"
        assert found[name]["country_name"] == "Germany"
    assert found["delegations"]["text_language"] == "ru"
    assert found["follow-ups"]["controller_id"] == str(helpers[0].id)


@on_sqlite  # a number of statements
def test_a_longer_list_takes_no_more_statements(app, reader):
    make_world()

    urls = [f"/{one.name}{end}" for one in listings() for end in (".csv", ".xlsx", "/")]
    few = {url: statements(reader, url) for url in urls}
    for number in range(3):
        make_meeting(title=f"Meeting {number}")
        make_organisation()
        make_follow_up(country_code="DE")
    many = {url: statements(reader, url) for url in urls}
    assert {url: many[url] for url in urls if many[url] > few[url]} == {}  # choices are known


@on_sqlite
def test_a_report_has_the_columns_it_asks_for(reader):
    make_world()
    reports = [(listing, one) for listing in listings() for one in listing.sets]
    assert {listing.name for listing, _one in reports} >= {"meetings", "projects", "interests"}
    for listing, one in reports:
        head, *rows = csv_rows(reader, f"/{listing.name}.csv?set={one.name}&headers=keys")
        assert head == list(one.columns), listing.name
        assert rows, listing.name


def test_the_dialect_is_the_reader_s_choice(reader):
    make_meeting(title="One; two, three")
    for query, delimiter in (("", ";"), ("excel", ";"), ("rfc4180", ",")):
        head, row = csv_rows(reader, f"/meetings.csv?dialect={query}", delimiter)
        assert len(head) == len(row) > 10
        assert row[1] == "One; two, three"


def test_the_dialect_of_the_own_page_is_taken(app, reader):
    make_meeting()
    db.session.execute(update(User.__table__).values(csv_dialect="rfc4180"))
    db.session.commit()
    assert len(csv_rows(reader, "/meetings.csv", ",")[0]) > 10
    assert len(csv_rows(reader, "/meetings.csv?dialect=excel", ";")[0]) > 10


def test_what_means_nothing_is_refused(reader):
    for query in ("dialect=tsv", "headers=all", "country=XX", "sort=nonsense", "colour=red"):
        assert reader.open(f"/meetings.csv?{query}").status == 400, query
        assert reader.open(f"/meetings.xlsx?{query}").status == 400, query


def test_a_list_that_does_not_exist_is_not_found(reader):
    for url in ("/nothing.csv", "/meeting.csv", "/meetings.ods", "/login.csv"):
        assert reader.open(url).status == 404, url


def test_the_file_has_a_name_and_a_type(reader):
    make_meeting()
    reader.open("/meetings.csv")
    name = reader.response.headers["Content-Disposition"]
    assert name.startswith("attachment; filename=meetings-20")
    assert name.endswith(".csv")
    assert reader.response.mimetype == "text/csv"
    assert reader.response.headers["X-Content-Type-Options"] == "nosniff"
    assert reader.open("/meetings.xlsx").response.mimetype.endswith("spreadsheetml.sheet")


def test_headings_are_in_the_reader_s_language_and_keys_in_none(app, reader):
    make_meeting(held_on=date(2026, 5, 4))
    english, keyed = (csv_rows(reader, f"/meetings.csv?{q}") for q in ("", "headers=keys"))
    reader.open("/language?to=ru&next=/")
    russian, keyed_too = (csv_rows(reader, f"/meetings.csv?{q}") for q in ("", "headers=keys"))
    assert "Title" in english[0]
    assert english[0] != russian[0]
    assert keyed[0] == keyed_too[0]
    place = keyed[0].index("held_on")
    assert [rows[1][place] for rows in (keyed, keyed_too)] == ["2026-05-04", "2026-05-04"]
    assert [rows[1][place] for rows in (english, russian)] == ["4 May 2026", "04.05.2026"]
    assert keyed[1][keyed[0].index("kind")] == "working_meeting"
    assert english[1][keyed[0].index("kind")] == "Working meeting"


def test_a_text_a_spreadsheet_would_run_is_escaped_once(reader):
    owner = make_user(name="Asan")
    for text in DANGEROUS:
        make_follow_up(text=text, owner=owner)
    escaped_texts = {f"'{text}" for text in DANGEROUS}
    for url in ("/follow-ups.csv?headers=keys", "/follow-ups.csv"):
        assert {row[4] for row in csv_rows(reader, url)[1:]} == escaped_texts
    assert {row[4] for row in xlsx_rows(reader, "/follow-ups.xlsx")[1:]} == escaped_texts


@pytest.mark.parametrize("text", SAFE)
def test_a_harmless_text_is_left_alone(text):
    assert escaped(text) == text


def test_cells_say_what_they_hold_to_machines_and_to_people(app):
    with app.test_request_context():
        assert keyed_cell(-5) == -5
        assert keyed_cell(None) == ""
        assert keyed_cell(True) == "true"
        assert keyed_cell(date(2026, 5, 4)) == "2026-05-04"
        assert keyed_cell(["=a", "b"]) == "'=a;b"
        assert keyed_cell(["a", "=b"]) == "a;=b"
        assert read_cell(["=a", "b"]) == "'=a, b"
        assert read_cell(date(2026, 5, 4)) == "04.05.2026"


def test_excel_gets_real_dates_and_numbers(reader):
    make_meeting(held_on=date(2026, 5, 4))
    head, row = xlsx_rows(reader, "/meetings.xlsx?headers=keys")
    assert row[head.index("held_on")] == datetime(2026, 5, 4)  # noqa: DTZ001 (Excel knows no zone)
    assert isinstance(row[head.index("id")], int)

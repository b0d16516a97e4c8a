"""The list of meetings: its rows, order, filters and file."""

import csv
import io
from datetime import date, time

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from crm.core.database import db
from crm.meetings.models import Meeting, MeetingSector
from tests.factories import (
    make_country,
    make_delegation,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_sector,
    make_user,
)
from tests.meetings.recording import TODAY

pytestmark = pytest.mark.usefixtures("today")


def titles(browser, address):
    browser.open(address)
    assert browser.status == 200, browser.text
    return [link.text for link in browser.page.select("main tbody th a")]


def link_sector(meeting, code, weight="discussed", place=0):
    db.session.add(
        MeetingSector(meeting_id=meeting.id, sector_code=code, weight=weight, position_number=place)
    )
    db.session.commit()


def test_a_row_says_when_who_what_and_how_much_is_pending(officer):
    make_sector("MET", "Metallurgy")
    make_sector("ENE", "Energy")
    meeting = make_meeting(title="Talks", held_on=TODAY, starts_at=time(15), kind="negotiation")
    person = make_person(family_name="Kinne")
    make_participant(
        meeting=meeting, person=person, group_text=None, position_text="second secretary"
    )
    make_participant(meeting=meeting, side="ours", group_text="Our people")
    make_participant(meeting=meeting)
    link_sector(meeting, "ENE")
    link_sector(meeting, "MET", "focus")
    make_follow_up(meeting=meeting, number=1)
    make_follow_up(meeting=meeting, number=2, status="cancelled")
    officer.open("/meetings/")
    assert officer.rows == [
        [
            "24 Nov 2026 15:00",
            "Talks Negotiation",
            "DE Ulrich Kinne +1 second secretary",
            "Metallurgy +1",
            "1",
            "Held",
        ]
    ]


def test_the_list_counts_overdue_points_in_place_of_pending_ones(officer):
    meeting = make_meeting()
    make_follow_up(meeting=meeting, number=1, due_on=date(2026, 11, 23))
    make_follow_up(meeting=meeting, number=2, due_on=TODAY)
    make_meeting(title="Planned", status="planned")
    officer.open("/meetings/?sort=title")
    assert [row[4] for row in officer.rows] == ["not applicable", "overdue: 1"] or [
        row[4] for row in officer.rows
    ] == ["– not applicable", "overdue: 1"]


def test_undated_meetings_come_last_both_ways(officer):
    make_meeting(title="Undated")
    make_meeting(title="Old", held_on=date(2025, 1, 1))
    make_meeting(title="New", held_on=date(2026, 1, 1))
    assert titles(officer, "/meetings/") == ["New", "Old", "Undated"]
    assert titles(officer, "/meetings/?sort=held_on") == ["Old", "New", "Undated"]
    assert titles(officer, "/meetings/?undated=1") == ["Undated"]
    assert "date unknown" in officer.rows[0][0]


def test_titles_sort_by_the_kazakh_alphabet(officer):
    for title in ("Ұлан", "Үлкен", "Зайсан", "Өскемен", "Алтай"):
        make_meeting(title=title)
    assert titles(officer, "/meetings/?sort=title") == [
        "Алтай",
        "Зайсан",
        "Өскемен",
        "Ұлан",
        "Үлкен",
    ]


def test_countries_sort_by_name_not_by_code(officer):
    make_country("CN", "China")
    make_country("DE", "Germany")
    make_country("AT", "Österreich")
    for code in ("AT", "CN", "DE"):
        make_meeting(title=code, country_code=code)
    assert titles(officer, "/meetings/?sort=country") == ["CN", "DE", "AT"]


def test_filters_find_the_hit_and_leave_the_near_miss(officer):
    other = make_user(name="Other")
    make_country("CN", "China")
    for code, name in (("MET", "Metallurgy"), ("MET.NFM", "Non-ferrous"), ("ENE", "Energy")):
        make_sector(code, name)
    hit = make_meeting(
        title="Hit", held_on=date(2026, 5, 5), kind="call", officer=other, status="planned"
    )
    link_sector(hit, "MET.NFM")
    miss = make_meeting(title="Miss", country_code="CN", held_on=date(2026, 5, 6))
    link_sector(miss, "ENE")
    for query in (
        "country=DE",
        "sector=MET",
        "sector=MET.NFM",
        "status=planned",
        "kind=call",
        f"officer={other.id}",
        "held_from=2026-05-05&held_to=2026-05-05",
        "held_to=2026-05-05",
        "q=hit",
    ):
        assert titles(officer, f"/meetings/?{query}") == ["Hit"], query


MEANINGLESS = [
    *("country=XX", "sector=NO", "status=lost", "kind=x", "officer=x", "officer=999"),
    *("held_from=yesterday", "held_from=20260101", "held_to=2026-W01-1", "sort=nothing"),
    *("page=x", "colour=red", "delegation=x"),
    *("undated=2", "q=%00"),
]


def test_an_address_that_means_nothing_is_400(officer):
    for query in MEANINGLESS:
        make_meeting()
        assert officer.open(f"/meetings/?{query}").status == 400


def test_archived_meetings_leave_the_list_but_their_page_opens(officer):
    meeting = make_meeting(title="Gone")
    make_meeting(title="Here")
    officer.open(f"/meetings/{meeting.id}").click("Archive").submit("Archive", reason="Duplicate")
    assert "Archived: Gone" in officer.text
    assert titles(officer, "/meetings/") == ["Here"]
    officer.open(f"/meetings/{meeting.id}")
    assert "Duplicate" in officer.text
    assert "Edit the meeting" not in officer.text
    assert "Restore" not in officer.text


def test_a_head_restores_an_archived_meeting(head):
    meeting = make_meeting(title="Gone")
    head.open(f"/meetings/{meeting.id}").click("Archive").submit("Archive", reason="Duplicate")
    head.open(f"/meetings/{meeting.id}").submit("Restore")
    assert titles(head, "/meetings/") == ["Gone"]


def exported(browser, query=""):
    browser.open(f"/meetings.csv?headers=keys&dialect=rfc4180{query}")
    assert browser.status == 200
    return list(csv.DictReader(io.StringIO(browser.text.removeprefix("\ufeff"))))


def test_the_file_has_the_rows_of_the_page_in_its_order(officer):
    make_country("CN", "China")
    for title, code in (("A", "DE"), ("B", "CN"), ("C", "DE"), ("=D", "DE")):
        make_meeting(title=title, country_code=code)
    shown = titles(officer, "/meetings/?country=DE&sort=-title")
    rows = exported(officer, "&country=DE&sort=-title")
    assert [row["title"].removeprefix("'") for row in rows] == shown == ["=D", "C", "A"]
    assert rows[0]["title"] == "'=D"


def test_the_file_tells_participants_sectors_and_the_date_as_known(officer):
    make_sector("MET", "Metallurgy")
    delegation = make_delegation(title="Visit")
    meeting = make_meeting(
        title="Talks",
        held_on=date(2025, 9, 1),
        date_precision="month",
        delegation=delegation,
        starts_at=time(9, 30),
    )
    make_participant(meeting=meeting, side="ours", group_text="Our people")
    make_participant(
        meeting=meeting,
        person=make_person(family_name="Kinne"),
        group_text=None,
        position_text="second secretary",
        organisation_text="Embassy",
    )
    link_sector(meeting, "MET", "focus")
    row = exported(officer)[0]
    assert next(iter(row)) == "id"
    assert row["held_on"] == "2025-09-01"
    assert row["date_precision"] == "month"
    assert (row["country"], row["kind"], row["starts_at"]) == ("DE", "working_meeting", "09:30:00")
    assert (row["delegation_id"], row["delegation"]) == (str(delegation.id), "Visit")
    assert row["participants_ours"] == "Our people"
    assert row["participants_partner"] == "Ulrich Kinne (second secretary, Embassy)"
    assert row["sectors"] == "MET:focus"
    assert row["sector_names"] == "Metallurgy (in focus)"


class Counter:
    """Counts statements while it is open."""

    def __enter__(self):
        self.count = 0
        event.listen(Engine, "before_cursor_execute", self._add)
        return self

    def __exit__(self, *problem):
        event.remove(Engine, "before_cursor_execute", self._add)

    def _add(self, *arguments):
        self.count += 1


def crowd(number):
    make_sector(f"S{number}", "Sector")
    meeting = make_meeting(title=f"Meeting {number}", held_on=TODAY)
    for _place in range(3):
        make_participant(
            meeting=meeting,
            person=make_person(),
            group_text=None,
            organisation=make_organisation(),
            organisation_text="x",
        )
    link_sector(meeting, f"S{number}")
    make_follow_up(meeting=meeting, number=1)
    return meeting


def test_statements_do_not_grow_with_rows(officer):
    first = crowd(1)
    urls = ("/meetings/", f"/meetings/{first.id}", f"/meetings/{first.id}/edit")
    few = {}
    for url in urls:
        officer.open(url)
        with Counter() as counter:
            officer.open(url)
        few[url] = counter.count
    for number in range(2, 7):
        crowd(number)
    for number in range(2, 6):
        make_follow_up(meeting_id=first.id, number=number)
        make_participant(meeting=db.session.get(Meeting, first.id), person=make_person())
    for url in urls:
        officer.open(url)  # choices that have changed are read again, once
        with Counter() as many:
            officer.open(url)
        assert officer.status == 200
        assert many.count == few[url], url

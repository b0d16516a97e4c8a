"""What the filters of the list of points find."""

from datetime import date

import pytest

from crm.core import clock
from crm.core.database import db
from crm.meetings.models import MeetingSector
from tests.browser import text_of
from tests.factories import (
    make_country,
    make_department,
    make_follow_up,
    make_meeting,
    make_sector,
    make_user,
)
from tests.follow_ups.points import TODAY, found, me, named

pytestmark = pytest.mark.usefixtures("today")


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


def test_points_are_found_by_the_sector_their_meeting_was_about(officer):
    make_sector("MET")
    make_sector("MET.REE", "Rare earths")
    make_sector("TUR", "Tourism")
    for code, text in (("MET.REE", "Send the samples"), ("TUR", "Show the lake")):
        meeting = make_meeting(sector_links=[MeetingSector(sector_code=code)])
        make_follow_up(text=text, meeting_id=meeting.id)
    make_follow_up(text="Of no meeting")
    assert found(officer, "?sector=MET") == ["Send the samples"]

"""What holds for every list: its pages, its order where something is empty, its search."""

from datetime import date

import pytest

from crm.core.database import db
from crm.delegations.models.delegation import Delegation
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation, Person
from tests.factories import (
    make_appointment,
    make_follow_up,
    make_meeting,
    make_participant,
    make_user,
)
from tests.postgres import on_sqlite
from tests.sweep import (
    addresses,
    listings,
    make_member,
    make_world,
    signed_in,
    statements,
    statements_now,
)


@pytest.fixture
def reader(app):
    return signed_in(app, "officer")


def lists():
    return [one.name for one in listings()]


def test_pages_begin_at_one_and_end(reader):
    make_world()
    for name in lists():
        for page, status in (("1", 200), ("x", 400), ("2", 404)):
            assert reader.open(f"/{name}/?page={page}").status == status, f"{name} {page}"
    refused = dict.fromkeys(("0", "-1", "1.0", "٢"), 400)
    beyond = dict.fromkeys(("10001", "9" * 30), 404)
    for page, status in ({"": 200} | refused | beyond).items():
        assert reader.open(f"/meetings/?page={page}").status == status, page


def test_a_long_list_shows_every_record_once_over_its_pages(reader):
    for number in range(110):
        make_meeting(title=f"Meeting {number % 3}")
    for sort in ("title", "-title", "held_on", "-held_on"):
        seen, url = [], f"/meetings/?sort={sort}"
        while url:
            page = reader.open(url).page
            rows = page.select("main table tbody tr")
            seen += [row.select_one("a[href^='/meetings/']")["href"] for row in rows]
            following = page.select_one("a[rel=next]")
            url = following["href"] if following else None
        assert len(seen) == len(set(seen)) == 110, sort


def test_what_has_no_date_comes_last_both_ways(reader):
    dated = [make_meeting(title=f"Day {day}", held_on=date(2026, 5, day)).id for day in (4, 5)]
    undated = make_meeting(title="Some day").id
    for sort, wanted in (("held_on", dated), ("-held_on", dated[::-1])):
        rows = reader.open(f"/meetings/?sort={sort}").page.select("main table tbody tr")
        found = [row.select_one("a[href^='/meetings/']")["href"] for row in rows]
        assert found == [f"/meetings/{one}" for one in [*wanted, undated]]


def test_a_search_takes_no_sign_for_a_wildcard(reader):
    title = "Өскемен: 100 % кепілдік"
    make_meeting(title=title)
    make_meeting(title="Another 100")
    for typed in ("100 %25", "ОСКЕМЕН", "оскемен 100"):
        assert title in reader.open(f"/meetings/?q={typed}").text, typed
    for typed in ("өскемендік", "%25", "_", "%25_", "\\"):
        assert title not in reader.open(f"/meetings/?q={typed}").text, typed
        assert reader.status == 200


@on_sqlite  # a number of statements
def test_a_page_takes_as_many_statements_for_many_records_as_for_one(app):
    """Every page a head may open, before and after the world has grown."""
    browser = signed_in(app, "head")
    make_world()
    make_appointment(organisation=db.session.get(Organisation, 1))  # of somebody like the first
    urls = [
        address.url
        for address in addresses(app)
        if "GET" in address.methods and "head" in address.roles and not address.is_public
    ]

    few = {url: statements(browser, url) for url in urls}
    grow()
    many = {url: statements_now(browser, url) for url in urls}
    many |= {url: statements(browser, url) for url in urls if many[url] > few[url]}
    assert {url: (few[url], many[url]) for url in urls if many[url] > few[url]} == {}
    assert max(many.values()) < 50


def grow():
    """More of everything the first record of each kind has, and of the kinds themselves."""
    meeting, delegation = db.session.get(Meeting, 1), db.session.get(Delegation, 1)
    person, organisation = db.session.get(Person, 1), db.session.get(Organisation, 1)
    for _ in range(3):
        make_participant(meeting=meeting)
        make_member(delegation)
        make_appointment(person=person)
        make_appointment(organisation=organisation)
        make_meeting(delegation_id=1)
        make_follow_up(meeting_id=1, country_code="DE", owner=make_user())
        make_follow_up(delegation_id=1, country_code="DE")

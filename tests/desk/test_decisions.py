"""What waits for a head on the desk: extension requests, points without a deadline for long."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm.accounts.queries import user_called
from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from tests.browser import text_of
from tests.factories import (
    make_department,
    make_extension_request,
    make_follow_up,
    make_user,
    make_working_day,
)

TUESDAY = date(2026, 11, 24)
DUE, WANTED = date(2026, 12, 1), date(2026, 12, 18)
ASKED, MISSING = "Extension requests", "No deadline for five working days"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TUESDAY)


def the_head():
    return db.session.scalars(user_called("head@test.example")).one()


def stored(point):
    db.session.expire_all()
    return db.session.get(FollowUp, point.id)


def points_in(browser, section):
    links = browser.page.select(f"section[aria-labelledby={section}] .sk-row-t > a")
    return [one.own_text.strip() for one in links]


def counters(browser):
    return {
        text_of(one).removeprefix(text_of(one.b)).strip(): (int(text_of(one.b)), str(one["href"]))
        for one in browser.page.select(".sk-tally li a")
    }


def undated(text, recorded, hour=6, **given):
    """A point recorded on a day, at an hour of UTC: five hours later in Almaty."""
    instant = datetime(recorded.year, recorded.month, recorded.day, hour, tzinfo=UTC)
    return make_follow_up(text=text, created_at=instant, **given)


def test_a_point_without_a_deadline_comes_before_the_head_on_the_fifth_working_day(head, app):
    tuesday, day = date(2026, 11, 17), timedelta(days=1)
    undated("five", tuesday)
    undated("just before midnight", tuesday, hour=18)
    undated("just after midnight", tuesday, hour=19)
    undated("four", tuesday + day)
    undated("agreed long ago", TUESDAY, agreed_on=date(2026, 9, 1))
    undated("agreed today", date(2026, 9, 1), agreed_on=TUESDAY)
    undated("has one", tuesday, due_on=DUE)
    undated("closed", tuesday, status="done", outcome="Held")
    head.open("/")
    assert points_in(head, "undated") == ["five", "just before midnight", "agreed long ago"]
    number, url = counters(head)[MISSING]
    assert number == len(head.open(url).rows) == 3
    # A decree makes the Saturday between a working day: one more has passed.
    make_working_day(day=date(2026, 11, 21))
    assert len(points_in(head.open("/"), "undated")) == 5


def test_the_head_sets_it_in_one_click_or_names_a_day(head, app):
    first, second = (undated(text, date(2026, 11, 2)) for text in ("first", "second"))
    head.open("/")
    buttons = [text_of(one) for one in head.page.select(".sk-decide button")][:2]
    assert buttons == ["end of the month, 30 Nov 2026", "in 10 working days, 8 Dec 2026"]
    head.submit(buttons[1], within="section[aria-labelledby=undated] li")
    assert (head.redirects, stored(first).due_on) == (["/"], date(2026, 12, 8))
    assert points_in(head, "undated") == ["second"]
    head.submit("Set", within="section[aria-labelledby=undated] li", due_on="2026-11-28")
    assert "is a day off" in text_of(head.page.select_one(".sk-ask"))
    head.submit("Take 30 Nov 2026", within="#steps")
    assert stored(second).due_on == date(2026, 11, 30)
    assert head.url == "/"


def test_a_head_grants_from_the_desk_and_another_change_in_between_is_told(head, app):
    owner = make_user(name="Dauren")
    point = make_follow_up(text="Roadmap", owner=owner, due_on=DUE, original_due_on=DUE)
    late = make_follow_up(text="Late", owner=owner, due_on=date(2026, 10, 1))
    make_extension_request(point, new_due_on=WANTED, reason="The partner is on leave")
    make_extension_request(late, new_due_on=date(2026, 11, 2))  # time has overtaken the wish
    closed = make_follow_up(owner=owner, due_on=DUE)
    make_extension_request(closed, new_due_on=WANTED)
    closed.archive(clock.now(), "Entered twice")
    db.session.commit()
    head.open("/")
    assert points_in(head, "requests") == ["Roadmap", "Late"]
    number, url = counters(head)[ASKED]
    row = text_of(head.page.select_one("section[aria-labelledby=requests] .sk-row"))
    for words in ("Dauren", "1 Dec 2026 → 18 Dec 2026", "The partner is on leave"):
        assert words in row
    point.touch()
    db.session.commit()
    head.submit("Grant to 18 Dec 2026")
    assert (head.status, stored(point).due_on) == (409, DUE)
    head.open("/").submit("Grant to 18 Dec 2026")
    assert (head.redirects, stored(point).due_on) == (["/"], WANTED)
    assert points_in(head, "requests") == ["Late"]
    assert len(head.open(url).rows) == number - 1 == 1


def test_only_heads_have_it_on_their_desk_each_of_the_own_department(officer, viewer, head, app):
    ours, theirs = make_department(name_en="Ours"), make_department(name_en="Theirs")
    the_head().department_id = ours.id
    me = db.session.scalars(user_called("officer@test.example")).one()
    me.department_id = ours.id
    undated("ours", date(2026, 11, 2), owner=me)
    undated("theirs", date(2026, 11, 2), owner=make_user(department_id=theirs.id))
    assert points_in(head.open("/"), "undated") == ["ours"]
    assert counters(head)[MISSING][0] == len(head.open(counters(head)[MISSING][1]).rows) == 1
    for browser in (officer, viewer):
        browser.open("/")
        assert (points_in(browser, "undated"), MISSING in counters(browser)) == ([], False)

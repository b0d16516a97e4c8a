"""The desk: counters that equal their lists, groups, this week, and the head's view."""

from datetime import date, time, timedelta

import pytest

from crm.accounts.queries import user_called
from crm.core import clock
from crm.core.database import db
from crm.desk.queries.points import SHOWN
from crm.follow_ups import services
from crm.follow_ups.queries.points import point_page
from tests.browser import text_of
from tests.factories import (
    make_delegation,
    make_department,
    make_follow_up,
    make_meeting,
    make_user,
)

TUESDAY = date(2026, 11, 24)
COUNTERS = [
    "Overdue",
    "Due this week",
    "No deadline set",
    "Awaiting the foreign side",
    "Awaiting removal from control",
]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TUESDAY)


def user_named(email):
    return db.session.scalars(user_called(email)).one()


def counters(browser):
    """By its words, the number of every counter and the list it opens."""
    strip = browser.page.select(".sk-tally li a")
    return {
        text_of(one).removeprefix(text_of(one.b)).strip(): (int(text_of(one.b)), str(one["href"]))
        for one in strip
    }


def shelves(browser):
    """The heads on the desk in order, each group with its points."""
    read = []
    for node in browser.page.select("main h2, main .sk-grp, main .sk-row-t > a"):
        if node.name == "a":
            text = node.own_text.strip()
            read[-1][1].append(text)
        elif node.find_parent("aside") is None:
            read.append((text_of(node.parent if node.name == "h2" else node), []))
    return read


def a_desk(owner):
    """One point and more for every counter, and near misses."""
    day = timedelta(days=1)
    make_follow_up(text="late", owner=owner, due_on=TUESDAY - day)
    make_follow_up(
        text="late and awaited",
        owner=owner,
        due_on=TUESDAY - day,
        status="awaiting_partner",
        kind="other",
    )
    make_follow_up(text="today", owner=owner, due_on=TUESDAY, kind="other")
    make_follow_up(text="sunday", owner=owner, due_on=date(2026, 11, 29))
    make_follow_up(text="monday", owner=owner, due_on=date(2026, 11, 30))
    make_follow_up(text="undated", owner=owner)
    make_follow_up(text="undated too", owner=owner, kind="training")
    make_follow_up(
        text="awaited",
        owner=owner,
        due_on=date(2026, 12, 20),
        kind="other",
        status="awaiting_partner",
    )
    make_follow_up(text="done", owner=owner, status="done", outcome="Held", due_on=TUESDAY - day)
    make_follow_up(text="off control", owner=owner, status="off_control", outcome="Held")
    make_follow_up(text="given up", owner=owner, status="cancelled", due_on=TUESDAY)
    gone = make_follow_up(text="archived", owner=owner, due_on=TUESDAY - day)
    gone.archive(clock.now(), "twice")
    db.session.commit()


def test_counters_equal_the_lists_they_open(officer):
    a_desk(user_named("officer@test.example"))
    a_desk(make_user())
    officer.open("/")
    found = counters(officer)
    assert list(found) == COUNTERS
    assert [number for number, _url in found.values()] == [2, 2, 2, 2, 1]
    for name, (number, url) in found.items():
        assert len(officer.open(url).rows) == number, name


def test_consultations_come_first_each_point_once_in_the_first_group_that_fits(officer):
    a_desk(user_named("officer@test.example"))
    a_desk(make_user())
    assert shelves(officer.open("/")) == [
        ("Pending consultations 4", []),
        ("Overdue 1", ["late"]),
        ("Due this week 1", ["sunday"]),
        ("No deadline set 1", ["undated"]),
        ("Later 1", ["monday"]),
        ("Other points 4", []),
        ("Overdue 1", ["late and awaited"]),
        ("Due this week 1", ["today"]),
        ("No deadline set 1", ["undated too"]),
        ("Awaiting the foreign side 1", ["awaited"]),
    ]


def test_a_zero_stays(officer):
    make_meeting()
    officer.open("/")
    assert [text_of(one) for one in officer.page.select(".sk-tally .t-zero b")] == ["0"] * 5
    assert "No points yet" in officer.text
    assert officer.page.select_one(".sk-empty a")["href"] == "/meetings/new"


def test_when_all_is_done_the_desk_says_so(officer):
    make_follow_up(owner=user_named("officer@test.example"), status="done", outcome="Held")
    assert "Nothing is owed" in officer.open("/").text


def test_points_i_carry_out_stand_on_my_desk_a_departments_do_not(officer):
    me = user_named("officer@test.example")
    me.department_id = make_department().id
    colleague = make_user()
    ids = [make_follow_up(text=text, owner=colleague).id for text in ("mine", "ours", "theirs")]
    for point_id, lead, helpers in zip(
        ids,
        (f"user-{colleague.id}", f"department-{me.department_id}", "KIDI"),
        ([f"user-{me.id}"], [], []),
        strict=True,
    ):
        point = db.session.scalars(point_page(point_id)).unique().one()
        services.name_executors(point, lead, helpers)
    db.session.commit()
    assert shelves(officer.open("/")) == [
        ("Pending consultations 1", []),
        ("No deadline set 1", ["mine"]),
    ]


def test_a_step_from_the_desk_leads_back_to_it(officer):
    make_follow_up(text="Roadmap", owner=user_named("officer@test.example"))
    officer.open("/").submit("Set a deadline", within=".sk-row", due_on="2026-11-26")
    assert officer.redirects == ["/"]
    assert shelves(officer)[1] == ("Due this week 1", ["Roadmap"])


def test_a_long_group_is_cut_and_says_so(officer):
    me = user_named("officer@test.example")
    for number in range(SHOWN + 2):
        db.session.add(make_follow_up(text=f"point {number}", owner=me))
    officer.open("/")
    assert len(officer.page.select(".sk-row")) == SHOWN
    assert f"Shown: {SHOWN} of {SHOWN + 2}." in officer.text
    officer.click("All of them in the list")
    assert len(officer.rows) == SHOWN + 2


def test_this_week_runs_from_monday_to_sunday(officer):
    monday, sunday = date(2026, 11, 23), date(2026, 11, 29)
    make_meeting(title="On Sunday", held_on=sunday)
    make_meeting(title="Today", held_on=TUESDAY, starts_at=time(15))
    make_meeting(title="On Monday", held_on=monday)
    make_meeting(title="Next Monday", held_on=sunday + timedelta(days=1))
    make_meeting(title="Last Sunday", held_on=monday - timedelta(days=1))
    make_meeting(title="Some time")
    make_delegation(title="Coming", arrives_on=sunday, date_precision="day")
    make_delegation(title="Gone", arrives_on=monday - timedelta(days=1), date_precision="day")
    officer.open("/")
    titles = [text_of(one) for one in officer.page.select(".sk-ag div > a")]
    assert titles == ["On Monday", "Today", "On Sunday"]
    assert text_of(officer.page.select_one(".sk-ag-now time")) == "15:00 today"
    aside = text_of(officer.page.select_one("aside"))
    this_week = aside.partition("Meetings this week")[2]
    assert "Coming" in this_week
    assert "Gone" not in this_week


def test_what_is_still_planned_though_its_day_has_passed_is_to_be_settled(officer):
    me, day = user_named("officer@test.example"), TUESDAY - timedelta(days=1)
    of_others = {"title": "Another officer's", "officer": make_user(name="Dana")}
    make_meeting(title="Today", held_on=TUESDAY, status="planned", officer=me)
    make_meeting(title="Held", held_on=day, officer=me)
    make_meeting(held_on=day, status="planned", **of_others)
    make_meeting(title="Yesterday", held_on=day, status="planned", officer=me)
    aside = text_of(officer.open("/").page.select_one("aside")).partition("Meetings this week")[0]
    assert "Yesterday" in aside
    assert all(title not in aside for title in ("Today", "Held DE", "Another"))
    officer.click("Yesterday", within="aside ul").submit("Save", status="held")
    assert "Held or not?" not in officer.open("/").text


def test_a_head_sees_every_officer_and_opens_one(head):
    aliya, dauren = make_user(name="Aliya"), make_user(name="Dauren")
    a_desk(aliya)
    make_follow_up(text="Dauren's", owner=dauren, due_on=TUESDAY)
    head.open("/")
    assert head.rows == [["Aliya", "2", "2", "2", "8"], ["Dauren", "0", "1", "0", "1"]]
    head.click("Dauren")
    assert head.heading == "Points of the officer: Dauren"
    assert shelves(head) == [
        ("Pending consultations 1", []),
        ("Due this week 1", ["Dauren's"]),
    ]
    head.open("/").click("Aliya")
    for name, (number, url) in counters(head).items():
        assert len(head.open(url).rows) == number, name


def test_a_heads_desk_is_the_department(head):
    department = make_department()
    user_named("head@test.example").department_id = department.id
    make_follow_up(text="ours", owner=make_user(name="Aliya", department_id=department.id))
    make_follow_up(text="theirs", owner=make_user(name="Other"))
    db.session.commit()
    head.open("/")
    assert [row[0] for row in head.rows] == ["Aliya"]
    assert shelves(head)[-1] == ("No deadline set 1", ["ours"])
    for name, (number, url) in counters(head).items():
        assert len(head.open(url).rows) == number, name


def test_those_who_read_see_all_that_is_owed_without_buttons(viewer, admin):
    a_desk(make_user(name="Aliya"))
    for browser in (viewer, admin):
        browser.open("/")
        assert [number for number, _url in counters(browser).values()] == [2, 2, 2, 2, 1]
        assert browser.page.select("main form[method=post]") == []
        assert "Add a meeting" not in browser.text


def test_an_officer_that_is_not_there_is_refused(head):
    for officer_id in ("x", "0", "77", "99999999999"):
        assert head.open(f"/?officer={officer_id}").status == 400, officer_id

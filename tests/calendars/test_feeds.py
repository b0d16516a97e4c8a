"""The feed of a person: what stands in it, when, and who may read it."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import delete, select

from crm.accounts.models import User
from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import Executor
from crm.meetings.models import meeting_team
from tests.browser import Browser
from tests.calendars.reading import make_feed, read
from tests.factories import (
    make_delegation,
    make_district,
    make_follow_up,
    make_meeting,
    make_programme_item,
    make_user,
)
from tests.postgres import on_sqlite
from tests.sweep import send, signed_in, statements
from tests.tree import Tag

KAZAKH = "Шығыс Қазақстан облысының әкімі қабылдайтын Германия іскер топтарының өкілдері, " * 3


@pytest.fixture
def me(officer):
    return db.session.scalar(select(User).where(User.email == "officer@test.example"))


@pytest.fixture
def today(monkeypatch):
    day = date(2024, 11, 25)
    monkeypatch.setattr(clock, "today", lambda: day)
    return day


def test_times_are_right_on_both_sides_of_the_first_of_march_2024(app, officer, browser, me, today):
    """East Kazakhstan kept UTC+6 until 29 February 2024 and has kept UTC+5 since."""
    before = make_meeting(
        title="Before", held_on=date(2024, 2, 29), starts_at=time(15), ends_at=time(16, 30)
    )
    after = make_meeting(title="After", held_on=date(2024, 3, 1), starts_at=time(15))
    night = make_meeting(title="Night", held_on=date(2024, 3, 1), starts_at=time(2))
    found = read(browser, make_feed(officer))
    old, new = (found[f"meeting-{one.id}"] for one in (before, after))
    assert old.decoded("dtstart") == datetime(2024, 2, 29, 9, 0, tzinfo=UTC)
    assert old.decoded("dtend") == datetime(2024, 2, 29, 10, 30, tzinfo=UTC)
    assert new.decoded("dtstart") == datetime(2024, 3, 1, 10, 0, tzinfo=UTC)
    assert "dtend" not in new  # none is invented
    night = found[f"meeting-{night.id}"]
    assert night.decoded("dtstart") == datetime(2024, 2, 29, 21, 0, tzinfo=UTC)


def test_a_meeting_is_told_in_the_owner_s_language_and_its_own_words(
    app, officer, browser, me, today
):
    me.language = "kk"
    district = make_district(name_kk="Өскемен қаласы")
    meeting = make_meeting(
        title=KAZAKH.strip(),
        kind="consultation",
        held_on=date(2024, 11, 26),
        place="Протозанов көшесі, 77; 3-қабат",
        district_code=district.code,
    )
    found = read(browser, make_feed(officer.open("/language?to=en")))[f"meeting-{meeting.id}"]
    assert found["summary"].startswith("Консультация: Шығыс Қазақстан облысының әкімі")
    assert found["location"] == "Протозанов көшесі, 77; 3-қабат, Өскемен қаласы"
    assert found["description"].startswith("Ел: Germany\nЖауапты қызметкер: ")
    assert found["url"] == f"http://127.0.0.1:8000/meetings/{meeting.id}"
    assert found.decoded("dtstart") == date(2024, 11, 26)
    assert found.decoded("dtend") == date(2024, 11, 27)
    assert found["sequence"] == 0
    assert found["uid"] == f"meeting-{meeting.id}@127.0.0.1"
    meeting.place = "Moved"
    db.session.commit()
    url = make_feed(officer)
    changed = read(browser, url)[f"meeting-{meeting.id}"]
    assert (changed["uid"], changed["sequence"]) == (found["uid"], 1)
    assert changed.decoded("dtstamp") >= found.decoded("dtstamp")
    assert changed["last-modified"] == changed["dtstamp"]


def test_only_known_days_of_my_own_stand_in_the_calendar(app, officer, browser, me, today):
    other = make_user()
    day = date(2024, 11, 26)
    mine = [
        make_meeting(held_on=day),
        make_meeting(held_on=day, officer=other, team=[me]),
        make_meeting(held_on=day, held_until=date(2024, 11, 28), date_precision="range"),
        make_meeting(held_on=date(2023, 11, 27), status="held"),  # a year back
    ]
    make_meeting(held_on=day, officer=other)
    make_meeting(held_on=day, status="cancelled")
    make_meeting(held_on=day, archived_at=clock.now())
    make_meeting(held_on=date(2023, 11, 20))
    make_meeting()
    for precision in ("month", "week", "publication_day"):
        make_meeting(held_on=day, date_precision=precision)
    found = read(browser, make_feed(officer))
    assert set(found) == {f"meeting-{one.id}" for one in mine}
    days = found[f"meeting-{mine[2].id}"]
    assert (days.decoded("dtstart"), days.decoded("dtend")) == (day, date(2024, 11, 29))


def test_visits_programmes_and_deadlines_stand_in_it(app, officer, browser, me, today):
    other = make_user()
    visit = make_delegation(
        title="Неміс делегациясы",
        arrives_on=date(2024, 11, 26),
        departs_on=date(2024, 11, 28),
        date_precision="range",
    )
    theirs = make_delegation(officer=other, arrives_on=date(2024, 11, 26), date_precision="day")
    vague = make_delegation(arrives_on=date(2024, 12, 1), date_precision="month")
    dinner = make_programme_item(visit, planned_on=date(2024, 11, 27), starts_at=time(19))
    whole = make_programme_item(vague, planned_on=date(2024, 12, 5), title="Tour")
    make_programme_item(visit)
    make_programme_item(theirs, planned_on=date(2024, 11, 27))
    owned = make_follow_up(due_on=date(2024, 11, 29), text="Send the plan")
    carried = make_follow_up(
        owner=other, due_on=date(2024, 11, 20), executors=[Executor(is_lead=True, user_id=me.id)]
    )
    make_follow_up(owner=other, due_on=date(2024, 11, 29))
    make_follow_up()
    make_follow_up(due_on=date(2024, 11, 29), status="done", outcome="Sent")
    make_follow_up(due_on=date(2024, 11, 29), archived_at=clock.now())
    found = read(browser, make_feed(officer))
    names = {f"visit-{visit.id}", f"programme-{dinner.id}", f"programme-{whole.id}"}
    assert set(found) == names | {f"deadline-{owned.id}", f"deadline-{carried.id}"}
    days = found[f"visit-{visit.id}"]
    assert days.decoded("dtstart") == date(2024, 11, 26)
    assert days.decoded("dtend") == date(2024, 11, 29)
    at_table = found[f"programme-{dinner.id}"]
    assert at_table.decoded("dtstart") == datetime(2024, 11, 27, 14, 0, tzinfo=UTC)
    assert "Delegation: Неміс делегациясы" in at_table["description"]
    due = found[f"deadline-{owned.id}"]
    assert due["summary"] == "Due date: Send the plan"
    assert due.decoded("dtstart") == date(2024, 11, 29)
    assert due["url"] == f"http://127.0.0.1:8000/follow-ups/{owned.id}"


def test_what_its_owner_may_not_see_now_stays_out(app, officer, browser, me, today):
    other, day = make_user(), date(2024, 11, 26)
    kept = make_meeting(held_on=day, officer=other, team=[me], restricted=True, title="Kept")
    left = make_meeting(held_on=day, officer=other, team=[me], restricted=True, title="Left")
    secret = make_meeting(held_on=day, officer=other, restricted=True, title="Zyxwort")
    owned = make_follow_up(due_on=day, meeting_id=secret.id, text="Mine all the same")
    url = make_feed(officer)
    both = {f"meeting-{kept.id}", f"meeting-{left.id}", f"deadline-{owned.id}"}
    assert set(read(browser, url)) == both
    db.session.execute(delete(meeting_team).where(meeting_team.c.meeting_id == left.id))
    db.session.commit()
    found = read(browser, url)
    assert set(found) == both - {f"meeting-{left.id}"}
    assert "Zyxwort" not in str(found)
    assert "Meeting" not in found[f"deadline-{owned.id}"]["description"]
    assert found[f"meeting-{kept.id}"]["class"] == "PRIVATE"
    assert send(Browser(app), "GET", url).data == send(officer, "GET", url).data
    assert send(browser, "GET", f"/meetings/{kept.id}.ics").status_code == 303  # sign in first
    assert send(officer, "GET", f"/meetings/{left.id}.ics").status_code == 404


def test_an_old_closed_or_unknown_address_is_not_found(app, officer, browser, me):
    first = make_feed(officer)
    assert officer.open("/account/calendar").page.select_one("#calendar-address") is None
    second = make_feed(officer)
    assert len({first, second}) == 2
    assert len(second.removeprefix("/calendar/").removesuffix(".ics")) >= 22  # 128 bits and more
    assert read(browser, second) == {}
    gone = [send(browser, "GET", first), send(browser, "GET", "/calendar/nobody.ics")]
    officer.open("/account/calendar").submit("Switch the address off")
    gone.append(send(browser, "GET", second))
    third = make_feed(officer)
    me.is_active = False
    db.session.commit()
    gone.append(send(browser, "GET", third))
    assert {one.status_code for one in gone} == {404}
    assert len({Tag.read(one.data).get_text() for one in gone}) == 1
    assert first.split("/")[-1][:-4] not in str(db.session.execute(select(User)).all())


@on_sqlite
def test_a_feed_is_kept_by_its_owner_alone_and_asked_for_anew(app, officer, browser, me, today):
    url = make_feed(officer)
    before = statements(browser, url)
    for _each in range(3):
        meeting = make_meeting(held_on=today)
        visit = make_delegation(arrives_on=today, date_precision="day")
        make_programme_item(visit, planned_on=today)
        make_follow_up(due_on=today, meeting_id=meeting.id)
    assert statements(browser, url) == before <= 8
    answer = send(browser, "GET", url)
    assert "private" in answer.headers["Cache-Control"]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert send(browser, "GET", url, headers=tag).status_code == 304
    make_meeting(held_on=today)
    assert send(browser, "GET", url, headers=tag).status_code == 200


def test_a_meeting_is_a_file(app, officer, me):
    meeting = make_meeting(held_on=date(2026, 11, 26), starts_at=time(15), ends_at=time(16))
    undated = make_meeting()
    officer.open(f"/meetings/{meeting.id}").click("Add to a calendar")
    assert officer.response.headers["Content-Disposition"] == (
        f"attachment; filename=meeting-{meeting.id}.ics"
    )
    found = read(officer, f"/meetings/{meeting.id}.ics")[f"meeting-{meeting.id}"]
    assert found.decoded("dtend") == datetime(2026, 11, 26, 11, 0, tzinfo=UTC)
    officer.open(f"/meetings/{undated.id}.ics")
    assert officer.url == f"/meetings/{undated.id}"
    assert "Only a meeting whose day is known exactly" in officer.text
    assert "Add to a calendar" not in officer.text


def test_the_history_says_when_an_address_was_made_and_not_which(app, officer, me):
    url = make_feed(officer)
    officer.open("/account/calendar").submit("Save", has_invitations=False)
    assert officer.page.select_one("#has_invitations").get("checked") is None
    history = signed_in(app, "head").open(f"/admin/users/{me.id}/history")
    admin = signed_in(app, "admin").open(f"/admin/users/{me.id}/history")
    assert history.status == 403
    assert "Calendar" in admin.text
    assert "Invitations to meetings by mail" in admin.text
    assert url not in admin.text

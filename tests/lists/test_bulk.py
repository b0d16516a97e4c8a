"""Many records of a list changed at once: as a whole or not at all, and back again."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy import event, func, select

from crm.core import clock, records
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.follow_ups.models.follow_up import FollowUp, Progress
from crm.lists.forms import bulk
from crm.lists.models import BulkChange
from tests.browser import Browser, text_of
from tests.factories import make_follow_up, make_meeting, make_user
from tests.lists.choosing import (
    BAR,
    LIST,
    boxes,
    chosen,
    done,
    faults,
    stored,
    trail,
    user_named,
)
from tests.sweep import make_world, statements

pytestmark = pytest.mark.usefixtures("today")


KINDS = ("organisations", "people", "delegations", "meetings", "projects", "interests")


# -- two people ----------------------------------------------------------------------------------


def test_one_stale_record_refuses_the_whole(officer, points):
    chosen(officer, points, "Set a deadline")
    point = stored(points[2])
    point.text = "Train the new staff"
    db.session.commit()
    done(officer, due_on="2026-12-21", reason="A", authority="B")
    assert officer.status == 409
    assert "Changed meanwhile" in faults(officer)[0]
    assert officer.page.select_one("[name=due_on]")["value"] == "2026-12-21"
    assert [stored(one).due_on for one in points] == [None, date(2026, 12, 1), None]


def test_what_was_edited_since_keeps_the_change_from_being_undone(app, officer, head, points):
    chosen(officer, points, "Archive")
    done(officer, reason="Recorded twice")
    assert all(stored(one).archived_at for one in points)
    head.open(f"{LIST}{points[0].id}").submit("Restore")
    officer.submit("Undo", within=".sk-flash")
    assert officer.status == 409
    assert faults(officer)[0].startswith("Send the plan : Changed meanwhile: User")
    assert [stored(one).archived_at is None for one in points] == [True, False, False]


def test_a_head_undoes_an_officers_change_and_nobody_else_does(app, officer, head, points):
    chosen(officer, points, "Archive")
    done(officer, reason="Recorded twice")
    number = db.session.scalars(select(BulkChange.id)).one()
    other = Browser(app).come_back(make_user(email="other@test.example"))
    assert other.post(f"/lists/bulk/{number}/undo").status == 404
    assert other.open(f"/lists/bulk/{number}").status == 404
    head.open(f"/lists/bulk/{number}").submit("Undo", within="main")
    assert "Undone: 3 records" in head.text
    assert all(stored(one).archived_at is None for one in points)


def test_sent_twice_nothing_is_done_twice(officer, points):
    chosen(officer, points[:1], "Add a progress line")
    number = officer.url.rpartition("/")[2]
    for _time in range(2):
        officer.post(f"/lists/bulk/{number}/do", text="The embassy was asked")
        assert officer.redirects[-1] == LIST
    assert db.session.scalar(select(func.count()).select_from(Progress)) == 1
    for _time in range(2):
        officer.post(f"/lists/bulk/{number}/undo")
        assert officer.redirects[-1] == LIST
    assert db.session.scalar(select(func.count()).select_from(Progress)) == 0
    done_and_undone = [one.action.value for one in trail(points[0]) if one.part]
    assert done_and_undone == ["created", "removed"]


# -- progress and owners -------------------------------------------------------------------------


def test_a_progress_line_is_added_to_every_point_by_the_reader(officer, points):
    chosen(officer, points, "Add a progress line")
    done(officer, text="Letters were sent", noted_on="2026-11-20")
    lines = db.session.scalars(select(Progress)).all()
    assert {(one.follow_up_id, one.text, one.noted_on) for one in lines} == {
        (one.id, "Letters were sent", date(2026, 11, 20)) for one in points
    }
    assert {one.author_id for one in lines} == {user_named("officer").id}
    chosen(officer, points, "Add a progress line")
    done(officer, text="Next year", noted_on="2027-01-01")
    assert (officer.status, officer.errors[-1]) == (422, "This day is still ahead")


def test_points_are_handed_over_and_back(officer, points):
    colleague = make_user(name="Dana")
    chosen(officer, points, "Change the owner")
    assert done(officer, owner_id=None).status == 422
    done(officer, owner_id=colleague.id)
    assert {stored(one).owner_id for one in points} == {colleague.id}
    officer.submit("Undo", within=".sk-flash")
    assert {stored(one).owner_id for one in points} == {user_named("officer").id}


def test_a_restricted_point_is_handed_over_by_its_owner_who_goes_on_seeing_it(app, officer, points):
    secret = make_follow_up(text="Secret", restricted=True, owner=user_named("officer"))
    helper = make_user(email="helper@test.example")
    theirs = make_follow_up(
        text="Not mine", restricted=True, owner=helper, team=[user_named("officer")]
    )
    chosen(officer, [secret, theirs], "Change the owner")
    assert faults(officer)[0].startswith("Not mine : Only User")
    officer.submit("Leave these out", within="main")
    done(officer, owner_id=helper.id)
    assert stored(secret).owner_id == helper.id
    assert officer.open(f"{LIST}{secret.id}").status == 200
    number = db.session.scalars(select(BulkChange.id)).one()
    officer.post(f"/lists/bulk/{number}/undo")
    officer_id = user_named("officer").id
    secret = stored(secret)
    with seeing_everything():
        assert (
            secret.owner_id,
            db.session.scalar(
                select(func.count())
                .select_from(FollowUp)
                .where(FollowUp.id == secret.id, FollowUp.team.any())
            ),
        ) == (officer_id, 0)


# -- who and what --------------------------------------------------------------------------------


def test_anothers_restricted_record_is_as_good_as_none(officer, points):
    hidden = make_follow_up(text="Hidden", restricted=True, owner=make_user())
    for record_id in (hidden.id, 2**31 - 1):
        officer.open(LIST).post(
            "/lists/follow-ups/bulk", action="archive", ids=[*boxes(points), f"{record_id}:1"]
        )
        assert faults(officer) == [f"№ {record_id}: There is no such record any more"]
        assert "Hidden" not in officer.text
        officer.post(f"{officer.url}/do", reason="Twice")
        assert officer.status == 409
    assert all(stored(one).archived_at is None for one in [*points, hidden])


def test_all_that_match_are_chosen_by_the_filters_of_the_list(officer, points, monkeypatch):
    make_follow_up(text="Somebody else's", owner=make_user())
    monkeypatch.setattr("crm.lists.views.pages.PAGE_SIZE", 2)
    owner = user_named("officer").id
    officer.open(f"{LIST}?owner={owner}&sort=-due_on")
    officer.submit("Archive", within=BAR, all=True)
    assert officer.heading == "Archive 3"
    assert officer.rows[0][0] == "Visit the site"
    done(officer, reason="Recorded twice")
    assert officer.url == f"{LIST}?owner={owner}&sort=-due_on"
    assert [stored(one).archived_at is None for one in points] == [False] * 3


def test_more_than_can_be_changed_at_once_is_refused_in_words(officer, points, monkeypatch):
    monkeypatch.setattr("crm.lists.services.bulk.MOST", 2)
    for sent in ({"all": "1"}, {"ids": boxes(points)}):
        officer.open(LIST).post("/lists/follow-ups/bulk", action="archive", **sent)
        assert officer.status == 422
        assert "records are chosen: narrow the list" in officer.text
    officer.open(LIST).submit("Archive", within=BAR)
    assert (officer.status, "Choose at least one record" in officer.text) == (422, True)
    assert db.session.scalars(select(BulkChange)).all() == []


@pytest.mark.parametrize(
    "sent",
    [
        {"ids": "abc"},
        {"ids": "1"},
        {"ids": "1:0"},
        {"ids": f"{2**31}:1"},
        {"ids": "1:1:1"},
        {"ids": "1:1", "action": "erase"},
        {"all": "1", "query": "status=nonsense"},
        {"all": "1", "query": "misspelt=1"},
    ],
)
def test_what_means_nothing_is_a_bad_request(officer, points, sent):
    assert (
        officer.open(LIST).post("/lists/follow-ups/bulk", **{"action": "archive", **sent}).status
        == 400
    )


def test_a_viewer_takes_a_selection_away_and_changes_nothing(officer, viewer, points):
    viewer.open(LIST)
    buttons = [text_of(one) for one in viewer.page.select(f"{BAR} button[name]")]
    assert buttons == ["Download: Excel", "CSV"]
    viewer.submit("CSV", within=BAR, ids=boxes(points[::2]))
    assert viewer.redirects == ["/lists/bulk/1.csv"]
    rows = list(csv.DictReader(io.StringIO(viewer.text.removeprefix("\ufeff")), delimiter=";"))
    texts = {row["What was agreed"] for row in rows}
    assert texts == {"Send the plan", "Train the staff"}
    assert officer.open("/lists/bulk/1.csv").status == 404
    assert viewer.open("/lists/bulk/1").status == 403
    assert viewer.open(LIST).post("/lists/follow-ups/bulk", action="archive").status == 403


def test_all_that_match_are_taken_away_as_the_file_of_the_list(viewer, points):
    viewer.open(f"{LIST}?status=pending").post(
        "/lists/follow-ups/selected", format="csv", all="1", query="status=pending"
    )
    assert viewer.redirects == ["/follow-ups.csv?status=pending"]


def test_an_archived_record_is_not_archived_again(head, points):
    point = stored(points[0])
    point.archive(clock.now(), "Twice")
    db.session.commit()
    head.open(f"{LIST}?archived=1")
    buttons = [one["name"] for one in head.page.select(f"{BAR} button[name]")]
    assert buttons == ["format", "format"]
    head.post("/lists/follow-ups/bulk", action="archive", ids=boxes(points[:1]))
    assert "Archived: only a restored record can be changed" in faults(head)[0]


# -- as a whole ----------------------------------------------------------------------------------


def test_a_fault_of_the_database_in_the_middle_moves_nothing(app, officer, points):
    chosen(officer, points, "Add a progress line")
    number = officer.url.rpartition("/")[2]

    def break_down(_connection, _cursor, statement, *_more):
        if statement.startswith("UPDATE bulk_records"):  # the lines are written, nothing is kept
            raise KeyboardInterrupt

    event.listen(db.engine, "before_cursor_execute", break_down)
    with pytest.raises(KeyboardInterrupt):
        officer.post(f"/lists/bulk/{number}/do", text="Letters were sent")
    event.remove(db.engine, "before_cursor_execute", break_down)
    assert db.session.scalars(select(Progress)).all() == []
    assert db.session.scalars(select(BulkChange.status)).one() == "previewed"


def test_the_preview_reads_as_often_for_many_records_as_for_few(officer, points):
    counts = []
    for number in (4, 40):
        while len(points) < number:
            points.append(make_follow_up(owner=make_user(), meeting_id=make_meeting().id))
        chosen(officer, points, "Change the owner")
        counts.append(statements(officer, officer.url))
    assert counts[0] == counts[1]


def test_every_kind_of_record_is_archived_and_handed_over_together_and_put_back(app, officer):
    make_world()
    colleague = make_user(name="Dana").id
    for address in KINDS:
        kind = records.kind_at(address)
        record = db.session.scalars(select(kind.model).order_by(kind.model.id)).unique().first()
        key, before = f"{record.id}:{record.version}", getattr(record, "officer_id", None)
        for form in bulk.offered(address):
            typed = {"archive": {"reason": "Twice"}, "assign": {"officer_id": colleague}}
            if form.action not in typed:
                continue
            officer.open("/").post(f"/lists/{address}/bulk", action=form.action, ids=key)
            assert (officer.status, len(officer.rows)) == (200, 1), address
            number = officer.url.rpartition("/")[2]
            officer.post(f"/lists/bulk/{number}/do", **typed[form.action])
            db.session.expire_all()
            found = db.session.get(kind.model, record.id)
            changed = found.archived_at or getattr(found, "officer_id", None) == colleague
            assert changed, (address, form.action)
            officer.post(f"/lists/bulk/{number}/undo")
            db.session.expire_all()
            found = db.session.get(kind.model, record.id)
            assert (found.archived_at, getattr(found, "officer_id", None)) == (None, before)
            key = f"{found.id}:{found.version}"

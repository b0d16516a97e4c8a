"""A slip is taken back with one press, soon after, by who made it; nothing else is undone."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.database import db
from crm.delegations.models.delegation import ProgrammeItem
from crm.follow_ups.models.extensions import Extension
from crm.follow_ups.models.follow_up import FollowUp, Progress
from crm.meetings.models import Participant
from crm.projects.models.log import StageMove, StatusChange
from crm.projects.models.project import InvestmentProject
from tests.factories import (
    make_delegation,
    make_follow_up,
    make_meeting,
    make_merge,
    make_participant,
    make_person,
    make_programme_item,
    make_project,
)

DUE = date(2026, 12, 10)


@pytest.fixture
def point(officer):
    return make_follow_up(text="Exchange of experience", due_on=DUE, original_due_on=DUE).id


def values(model, record_id):
    """All that is stored of a record, but for when it was touched and how often."""
    db.session.expire_all()
    record = db.session.get(model, record_id)
    names = [column.key for column in model.__table__.columns]
    return {name: getattr(record, name) for name in names if name not in ("version", "updated_at")}


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def mark_as_done(browser, point):
    browser.open(f"/follow-ups/{point}")
    return browser.submit("Mark as done", within="#step-done", outcome="Held in October")


def offer(browser):
    """What the button «Undo» of the message sends."""
    return browser.page.select_one(".sk-flash [name=offer]")["value"]


def take_out_of_programme(browser, visit, item):
    browser.open(f"/delegations/{visit}/programme/{item}/edit")
    return browser.submit("Remove from the programme")


def test_a_point_closed_by_mistake_is_as_it_was(officer, point):
    before = values(FollowUp, point)
    mark_as_done(officer, point)
    assert values(FollowUp, point)["status"] == "done"
    officer.submit("Undo")
    assert "Undone: Exchange of experience" in officer.text
    assert values(FollowUp, point) == before
    trail = select(AuditEntry.version).where(AuditEntry.kind == "follow_ups")
    assert db.session.scalars(trail.order_by(AuditEntry.id)).all() == [1, 2, 3]  # both are told


def test_a_long_text_is_told_in_so_few_words_that_a_cookie_carries_them(officer):
    words = " ".join(f"{number}-тармақ" for number in range(1500))
    point = make_follow_up(text=words).id
    mark_as_done(officer, point)
    (message,) = officer.page.select(".sk-flash span")
    assert message.text.startswith("Done: 0-тармақ 1-тармақ")
    assert len(message.text) <= 300
    officer.submit("Undo")
    assert values(FollowUp, point)["status"] == "agreed"


def test_from_the_desk_one_comes_back_to_the_desk(officer, point):
    officer.open("/").submit("Mark as done", outcome="Held in October")
    officer.submit("Undo")
    assert officer.url == "/"
    assert "Exchange of experience" in officer.text


def test_the_line_that_came_with_a_step_goes_with_it(officer, point):
    officer.open(f"/follow-ups/{point}")
    officer.submit(
        "Give up as no longer relevant", within="#step-cancel", reason="The partner withdrew"
    )
    assert count(Progress) == 1
    officer.submit("Undo")
    assert count(Progress) == 0
    assert values(FollowUp, point)["status"] == "agreed"


def test_an_extension_granted_by_mistake_is_asked_for_again(app, officer, head):
    point = make_follow_up(due_on=DUE, original_due_on=DUE, owner_id=1).id
    officer.open(f"/follow-ups/{point}")
    officer.submit("Ask for an extension", new_due_on="2026-12-24", reason="The land plot")
    before = values(FollowUp, point)
    head.open(f"/follow-ups/{point}").submit(
        "Grant the extension to 24 Dec 2026", within="#step-grant"
    )
    assert count(Extension) == 1
    head.submit("Undo")
    assert count(Extension) == 0
    assert values(FollowUp, point) == before
    assert "Grant the extension" in head.open(f"/follow-ups/{point}").text


def test_what_somebody_changed_since_is_not_undone(officer, head, point):
    mark_as_done(officer, point)
    head.open(f"/follow-ups/{point}")
    head.submit("Reopen the point", within="#step-reopen", reason="Not held after all")
    stood = values(FollowUp, point)
    officer.submit("Undo")
    assert "Not undone" in officer.text
    assert values(FollowUp, point) == stood


def test_a_line_written_since_is_not_lost(officer, point):
    officer.open(f"/follow-ups/{point}")
    officer.submit("Change the status", within="#step-status", status="in_progress")
    undoing = offer(officer)  # the message still stands in another tab
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    later = entry.made_at + timedelta(seconds=30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        officer.open(f"/follow-ups/{point}")
        officer.submit("Add a progress line", within="#progress", text="A letter came")
        officer.post(f"/follow-ups/{point}/undo", offer=undoing)
    assert "Not undone" in officer.text
    assert count(Progress) == 1


def test_after_a_quarter_of_an_hour_it_is_no_slip_any_more(officer, point, monkeypatch):
    mark_as_done(officer, point)
    later = clock.now() + timedelta(minutes=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    officer.submit("Undo")
    assert "Not undone" in officer.text
    assert values(FollowUp, point)["status"] == "done"


def test_nobody_undoes_the_change_of_another(officer, head, point):
    officers = offer(mark_as_done(officer, point))
    head.post(f"/follow-ups/{point}/undo", offer=officers, csrf_token=head.token())
    assert "Not undone" in head.text
    assert values(FollowUp, point)["status"] == "done"


def test_pressed_twice_it_is_undone_once(officer, point):
    before = values(FollowUp, point)
    undoing = offer(mark_as_done(officer, point))
    officer.submit("Undo")
    officer.post(f"/follow-ups/{point}/undo", offer=undoing)
    assert "Not undone" in officer.text
    assert values(FollowUp, point) == before


def test_a_project_moved_by_mistake_never_was_there(head):
    project = make_project(stage="proposal").id
    before = values(InvestmentProject, project)
    head.open(f"/projects/{project}")
    head.submit("Change the stage", within="#move", stage="negotiation", reason="Agreed")
    assert values(InvestmentProject, project)["stage"] == "negotiation"
    head.submit("Undo")
    assert values(InvestmentProject, project) == before
    assert count(StageMove) == 0


def test_a_project_suspended_by_mistake_works_on(officer):
    project = make_project().id
    before = values(InvestmentProject, project)
    officer.open(f"/projects/{project}")
    officer.submit("Change the status", status="suspended", reason="The wrong one")
    officer.submit("Undo")
    assert values(InvestmentProject, project) == before
    assert count(StatusChange) == 0


def test_what_was_archived_by_mistake_needs_no_head(officer):
    meeting = make_meeting(title="Talks").id
    officer.open(f"/meetings/{meeting}/archive").submit("Archive", reason="The wrong one")
    officer.submit("Undo")
    assert "Talks" in officer.open("/meetings/").text


def test_a_part_taken_out_by_mistake_is_back_as_it_was(officer):
    visit = make_delegation(arrives_on=DUE, date_precision="day")
    item = make_programme_item(visit, title="Plant", planned_on=DUE, place="Ridder").id
    before = values(ProgrammeItem, item)
    take_out_of_programme(officer, visit.id, item)
    assert count(ProgrammeItem) == 0
    officer.submit("Undo")
    assert values(ProgrammeItem, item) == before


def test_only_what_was_offered_is_undone(officer, point):
    other, url = make_follow_up().id, f"/follow-ups/{point}/undo"
    given = offer(mark_as_done(officer, point))
    stood, token = values(FollowUp, point), officer.token()
    elsewhere = f"/follow-ups/{other}/undo", given
    for address, sent in (elsewhere, (url, ""), (url, "x"), (url, given[:-1])):
        assert officer.post(address, offer=sent, csrf_token=token).status == 400
    assert values(FollowUp, point) == stood
    assert "Undone" in officer.post(url, offer=given, csrf_token=token).text


def test_a_part_with_its_time_is_back_at_its_time(officer):
    visit = make_delegation(arrives_on=DUE, date_precision="day")
    given = {"planned_on": DUE, "starts_at": time(9, 30), "ends_at": time(11, 0)}
    item = make_programme_item(visit, title="Plant", **given).id
    before = values(ProgrammeItem, item)
    take_out_of_programme(officer, visit.id, item).submit("Undo")
    assert values(ProgrammeItem, item) == before


def test_a_part_is_back_though_its_number_was_given_to_another(officer, head):
    visit, other = (make_delegation(arrives_on=DUE, date_precision="day") for _ in range(2))
    item = make_programme_item(visit, title="Plant", planned_on=DUE).id
    take_out_of_programme(officer, visit.id, item)
    make_programme_item(other, title="Mine", planned_on=DUE)  # SQLite counts on from what is there
    officer.submit("Undo")
    assert "Undone: " in officer.text
    titles = select(ProgrammeItem.title).order_by(ProgrammeItem.title)
    assert db.session.scalars(titles).all() == ["Mine", "Plant"]


def test_a_part_does_not_come_back_to_a_person_merged_since(officer):
    kept, merged = make_person(family_name="Kinne"), make_person(family_name="Kine")
    meeting = make_meeting()
    participant = make_participant(meeting=meeting, person=merged)
    officer.open(f"/meetings/{meeting.id}/participants/{participant.id}/edit")
    officer.submit("Remove from the meeting")
    make_merge(kept, merged)
    officer.submit("Undo")
    assert officer.status == 409
    assert count(Participant) == 0


def test_of_two_quick_moves_the_first_stays_in_the_log(head):
    project = make_project(stage="proposal").id
    for stage in ("negotiation", "pre_investment"):
        head.open(f"/projects/{project}")
        head.submit("Change the stage", within="#move", stage=stage, reason="Agreed")
    head.submit("Undo")
    assert "Undone: " in head.text
    assert values(InvestmentProject, project)["stage"] == "negotiation"
    assert db.session.scalars(select(StageMove.to_stage)).all() == ["negotiation"]

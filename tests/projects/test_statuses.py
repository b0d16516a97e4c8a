"""Whether work on a project goes on: suspended, withdrawn, completed, taken up again."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.core import clock
from crm.core.database import db
from crm.projects.models.log import StatusChange
from crm.projects.models.project import InvestmentProject
from tests.browser import text_of
from tests.factories import make_project

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def project(app):
    return make_project(stage="investment", stage_since=date(2026, 11, 1), status_since=TODAY)


def stored(project):
    db.session.expire_all()
    return db.session.get(InvestmentProject, project.id)


def changes():
    return db.session.scalars(select(StatusChange).order_by(StatusChange.id)).all()


def change(browser, project, **typed):
    browser.open(f"/projects/{project.id}")
    return browser.submit("Change the status", within="#status", **typed)


def test_a_project_is_suspended_with_day_and_reason_and_keeps_its_stage(officer, project):
    change(officer, project, status="suspended", changed_on="2026-03-02", reason="No gas price")
    assert officer.redirects == [f"/projects/{project.id}"]
    now = stored(project)
    assert (now.status, now.status_since, now.stage) == (
        "suspended",
        date(2026, 3, 2),
        "investment",
    )
    (made,) = changes()
    assert (made.from_status, made.to_status, made.reason) == (
        "active",
        "suspended",
        "No gas price",
    )
    assert text_of(officer.page.select_one(".sk-halt")) == "Suspended 2 Mar 2026 No gas price"
    told = [text_of(cell) for cell in officer.page.select("#way tbody tr:first-child td")]
    assert told[:2] == ["2 Mar 2026", "Active → Suspended Status"]


@pytest.mark.parametrize("status", ["suspended", "withdrawn"])
def test_suspending_and_withdrawing_need_a_day_and_a_reason(officer, project, status):
    change(officer, project, status=status, changed_on="")
    assert officer.status == 422
    for field in ("changed_on", "reason"):
        assert officer.page.select_one(f"#status-{field}")["aria-invalid"] == "true"
    assert officer.page.select_one("#status option[selected]")["value"] == status
    assert (stored(project).status, changes()) == ("active", [])


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-11-25", "This day is still ahead"),
        ("2026-11-09", "The current status has stood since 10 Nov 2026"),
        ("31.11.2026", "There is no such date"),
    ],
)
def test_a_day_that_cannot_be_keeps_what_was_typed(officer, project, day, why):
    change(officer, project, status="suspended", changed_on="2026-11-10", reason="No gas price")
    change(officer, project, status="withdrawn", changed_on=day, reason="They <b>left</b>")
    assert officer.status == 422
    assert why in " ".join(officer.errors)
    assert officer.page.select_one("#status-changed_on")["value"] == day
    assert officer.page.select_one("#status-reason").text.strip() == "They <b>left</b>"
    assert stored(project).status == "suspended"
    officer.submit("Change the status", within="#status", changed_on="2026-11-10")
    assert stored(project).status == "withdrawn"


def test_a_project_out_of_work_moves_for_nobody_until_it_is_taken_up(head, project):
    change(head, project, status="completed", changed_on="")
    assert changes()[0].changed_on == TODAY
    head.submit("Change the stage", within="#move", stage="commissioned", reason="Ready")
    assert head.status == 422
    assert "Only an active project moves" in " ".join(head.errors)
    assert stored(project).stage == "investment"
    head.submit("Change the status", within="#status", status="active")
    head.submit("Change the stage", within="#move", stage="commissioned", reason="Ready")
    assert stored(project).stage == "commissioned"
    assert [one.to_status for one in changes()] == ["completed", "active"]


def test_a_status_that_cannot_be_meant_is_refused(officer, project):
    officer.open(f"/projects/{project.id}")
    for status, why in (("active", "has this status already"), ("lost", "Choose one of the list")):
        officer.post(f"/projects/{project.id}/status", status=status, version=project.version)
        assert officer.status == 422
        assert why in " ".join(officer.errors)
    assert changes() == []


def test_readers_see_the_way_and_no_form(viewer, project):
    viewer.open(f"/projects/{project.id}")
    assert "Next stage: Commissioned." in viewer.text
    assert viewer.page.select("#move, #status") == []
    assert viewer.page.select("#gate a") == []
    assert (
        viewer.post(f"/projects/{project.id}/status", status="suspended", version=1).status == 403
    )

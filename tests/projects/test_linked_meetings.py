"""Meetings about a project, linked from either page; a hidden one is neither named nor counted."""

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.projects.models.parts import ProjectMeeting
from tests.browser import text_of
from tests.factories import (
    make_amount,
    make_country,
    make_meeting,
    make_project,
    make_project_meeting,
    make_user,
)


def section(browser, name):
    found = browser.page.select_one(f"#{name}")
    return text_of(found) if found else ""


def links():
    db.session.rollback()
    with seeing_everything():
        found = db.session.scalars(select(ProjectMeeting))
        return [(one.project_id, one.meeting_id) for one in found]


def offered(browser, name):
    return [text_of(one) for one in browser.page.select(f"[name={name}] option")][1:]


def test_a_meeting_is_linked_on_the_projects_page_those_of_its_country_first(officer):
    make_country("CN")
    abroad = make_meeting(title="Talks in Berlin")
    near = make_meeting(title="Talks in Zaisan", country_code="CN")
    make_meeting(title="Newest in Berlin")
    project = make_project(country_code="CN")
    officer.open(f"/projects/{project.id}")
    assert [one.split(" · ")[0] for one in offered(officer, "meeting_id")] == [
        "Talks in Zaisan",
        "Newest in Berlin",
        "Talks in Berlin",
    ]
    officer.submit("Link a meeting", meeting_id=near.id)
    assert "Talks in Zaisan" in section(officer, "meetings").split("Link a meeting")[0]
    assert [one.split(" · ")[0] for one in offered(officer, "meeting_id")] == [
        "Newest in Berlin",
        "Talks in Berlin",
    ]
    assert links() == [(project.id, near.id)]
    # Twice is once: whoever had the page open meanwhile is told at the field.
    officer.post(f"/projects/{project.id}/meetings", meeting_id=near.id)
    assert officer.status == 422
    assert "Choose one of the list" in " ".join(officer.errors)
    assert links() == [(project.id, near.id)]
    assert abroad.id != near.id


def test_a_project_is_linked_and_begun_on_the_meetings_page(officer):
    meeting = make_meeting()
    project = make_project(title_en="Gas in Zaisan", stage="negotiation")
    make_amount(project, 2000, "USD", qualifier="about")
    officer.open(f"/meetings/{meeting.id}").submit("Link a project", project_id=project.id)
    words = section(officer, "projects")
    assert f"Gas in Zaisan {project.code} Negotiations ≈ USD 2,000 mn" in words
    assert officer.page.select_one(f"#projects a[href='/projects/{project.id}']")
    assert officer.page.select_one(f"#projects a[href='/projects/new?meeting={meeting.id}']")
    assert links() == [(project.id, meeting.id)]


def test_a_link_is_removed_and_a_stale_removal_asks_once_more(officer, head):
    project, meeting = make_project(), make_meeting(title="Talks")
    make_project_meeting(project, meeting)
    officer.open(f"/projects/{project.id}")
    head.open(f"/projects/{project.id}/edit").submit("Save", within="main", title_en="Changed")
    officer.submit("Remove the link: Talks")
    assert officer.status == 409
    assert "Talks" in officer.text
    officer.submit("Remove the link")
    assert links() == []
    officer.open(f"/projects/{project.id}/history")
    assert "Linked meeting" in officer.text


@pytest.fixture
def hidden(app):
    """A project everybody sees, linked with a meeting they do not."""
    with seeing_everything():
        project = make_project(title_en="Gas in Zaisan")
        meeting = make_meeting(title="Secret talks", restricted=True, officer=make_user())
        link = make_project_meeting(project, meeting)
        db.session.commit()
        return project.id, meeting.id, link.id


def test_a_hidden_meeting_is_neither_named_nor_counted_nor_unlinked(officer, head, hidden):
    project_id, meeting_id, link_id = hidden
    for url in (f"/projects/{project_id}", f"/projects/{project_id}/history"):
        officer.open(url)
        assert "Secret" not in officer.text
        assert "do not see" not in officer.text
    history = officer.open(f"/projects/{project_id}").page.select_one(
        ".sk-tabs [href$=history] .num"
    )
    assert text_of(history) == "1"
    officer.post(f"/projects/{project_id}/meetings/{link_id}/remove", version="1")
    assert officer.status == 404
    officer.open(f"/projects/{project_id}").post(
        f"/projects/{project_id}/meetings", meeting_id=meeting_id
    )
    assert officer.status == 422
    assert links() == [(project_id, meeting_id)]
    assert "Secret talks" in section(head.open(f"/projects/{project_id}"), "meetings")
    head.submit("Remove the link: Secret talks")
    assert links() == []
    officer.open(f"/projects/{project_id}/history")
    assert "do not see" not in officer.text


def test_a_hidden_project_is_not_told_on_the_page_of_a_meeting(officer, head):
    meeting = make_meeting()
    with seeing_everything():
        project = make_project(title_en="Secret plant", restricted=True, officer=make_user())
        make_project_meeting(project, meeting)
        db.session.commit()
    officer.open(f"/meetings/{meeting.id}")
    assert "Secret" not in officer.text
    assert section(officer, "projects").startswith("Projects 0")
    assert "Secret plant" in section(head.open(f"/meetings/{meeting.id}"), "projects")

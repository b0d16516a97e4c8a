"""Points that belong to a project: recorded on its page, named everywhere, hidden with it."""

import csv
import io

import pytest
from sqlalchemy import select

from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.follow_ups.models.follow_up import Executor, FollowUp
from tests.browser import Browser, text_of
from tests.factories import (
    PASSWORD,
    make_country,
    make_follow_up,
    make_meeting,
    make_project,
    make_user,
)
from tests.postgres import on_sqlite


def only_point():
    db.session.rollback()
    with seeing_everything():
        return db.session.scalars(select(FollowUp)).one()


def exported(browser, url):
    browser.open(url)
    text = browser.response.get_data(as_text=True).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_point_is_added_on_the_projects_page(officer):
    project = make_project(country_code="CN", title_en="Gas in Zaisan")
    officer.open(f"/projects/{project.id}").submit(
        "Save the point", text="Send the terms", kind="technical_conditions", due_on="2030-01-03"
    )
    point = only_point()
    assert (point.project_id, point.country_code, point.number) == (project.id, "CN", None)
    points = officer.page.select_one("#points")
    assert "Follow-ups 1" in text_of(points)
    assert "Send the terms" in text_of(points)
    officer.submit("Save the point", text="")
    assert officer.status == 422
    assert "Write what was agreed" in " ".join(officer.errors)


def test_a_point_says_its_project_on_its_page_in_lists_and_files(officer):
    project = make_project(title_en="Gas in Zaisan", country_code="CN")
    officer.open(f"/follow-ups/new?project={project.id}").submit(
        "Save", text="Send the terms", kind="other", country=""
    )
    assert "Gas in Zaisan" in officer.text
    assert only_point().country_code == "CN"
    make_follow_up(text="Another")
    officer.open(f"/follow-ups/?project={project.id}")
    assert [row[1].split(" Other")[0] for row in officer.rows] == ["Send the terms"]
    assert "Gas in Zaisan" in officer.rows[0][2]
    rows = exported(officer, "/follow-ups.csv?headers=keys&dialect=rfc4180&sort=text")
    assert [(row["project_id"], row["project"]) for row in rows] == [
        ("", ""),
        (str(project.id), "Gas in Zaisan"),
    ]
    officer.open(f"/follow-ups/{only_id('Send the terms')}/history")
    assert "Project Gas in Zaisan" in officer.text


def only_id(text):
    return db.session.scalar(select(FollowUp.id).where(FollowUp.text == text))


def test_the_country_typed_or_of_the_meeting_goes_before_that_of_the_project(officer):
    make_country("DE")
    meeting, project = make_meeting(), make_project(country_code="CN")
    officer.open("/follow-ups/new").submit(
        "Save", text="A", kind="other", project_id=project.id, country="DE"
    )
    officer.open("/follow-ups/new").submit(
        "Save", text="B", kind="other", project_id=project.id, meeting_id=meeting.id
    )
    db.session.rollback()
    codes = db.session.scalars(select(FollowUp.country_code).order_by(FollowUp.text)).all()
    assert codes == ["DE", "DE"]


@on_sqlite
def test_a_form_asks_for_a_project_once_there_are_some(officer):
    assert officer.open("/follow-ups/new").page.select_one("[name=project_id]") is None
    make_project()
    assert officer.open("/follow-ups/new").page.select_one("[name=project_id]")
    assert officer.open("/follow-ups/new?project=999").status == 404


@pytest.fixture
def secret(app):
    """A point under a restricted project: its owner, its executor, and others."""
    people = {
        name: make_user(name=name, email=f"{name}@test.example")
        for name in ("keeper", "helper", "owner", "carrier", "stranger")
    }
    with seeing_everything():
        project = make_project(
            title_en="Secret plant",
            country_code="CN",
            restricted=True,
            officer=people["keeper"],
            team=[people["helper"]],
        )
        point = make_follow_up(
            text="Send the terms", project_id=project.id, owner=people["owner"], country_code="CN"
        )
        db.session.add(Executor(follow_up_id=point.id, is_lead=True, user_id=people["carrier"].id))
        db.session.commit()
        return project.id, point.id


@pytest.mark.parametrize(
    ("who", "sees_point", "sees_project"),
    [
        ("keeper", True, True),
        ("helper", True, True),
        ("owner", True, False),
        ("carrier", True, False),
        ("stranger", False, False),
    ],
)
def test_a_point_of_a_hidden_project_is_seen_by_its_team_owner_and_executors(
    app, secret, who, sees_point, sees_project
):
    project_id, point_id = secret
    browser = Browser(app).sign_in(f"{who}@test.example", PASSWORD)
    assert (browser.open(f"/follow-ups/{point_id}").status == 200) is sees_point
    urls = [f"/follow-ups/{point_id}", f"/follow-ups/{point_id}/edit", "/follow-ups/"]
    urls += [f"/follow-ups/{point_id}/history", "/follow-ups.csv?headers=keys", "/countries/CN"]
    for url in urls:
        told = browser.open(url).response.get_data(as_text=True)
        assert ("Send the terms" in told) is sees_point, url
        assert "Secret plant" not in told or sees_project, url
        assert f"/projects/{project_id}" not in told or sees_project, url
    assert (len(browser.open(f"/follow-ups/?project={project_id}").rows) == 1) is sees_project


def test_the_owner_edits_such_a_point_and_its_project_stays(app, secret):
    project_id, point_id = secret
    owner = Browser(app).sign_in("owner@test.example", PASSWORD)
    owner.open(f"/follow-ups/{point_id}/edit")
    assert owner.page.select_one("[name=project_id]") is None
    owner.submit("Save", text="Send the terms soon")
    assert (only_point().project_id, only_point().text) == (project_id, "Send the terms soon")


def test_open_points_of_projects_are_promised_before_the_next_meeting(officer):
    project = make_project(country_code="CN")
    make_follow_up(text="Send the terms", project_id=project.id, country_code="CN")
    meeting = make_meeting(country_code="CN", status="planned")
    assert "Send the terms" in officer.open(f"/meetings/{meeting.id}").text
    assert "Send the terms" in officer.open("/countries/CN").text

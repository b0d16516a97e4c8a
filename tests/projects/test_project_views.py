"""Projects: recorded with little, shown with what is known, changed without loss."""

from crm.core.database import db
from crm.projects.models.log import StageMove
from crm.projects.models.project import InvestmentProject
from tests.factories import make_country, make_project, make_sector

NEW = "/projects/new"


def record(browser, **typed):
    given = {"title_en": "Gas production", "country": "DE", "sector": "MET", **typed}
    return browser.open(NEW).submit("Save", within="main", **given)


def test_a_title_a_country_and_a_sector_are_enough(officer):
    make_country()
    make_sector()
    record(officer)
    assert officer.heading == "Gas production"
    project = db.session.query(InvestmentProject).one()
    assert project.code.endswith("-0001")
    (move,) = db.session.query(StageMove)
    assert (move.from_stage, move.to_stage) == (None, "proposal")


def test_a_project_stands_in_the_list_and_can_be_changed(officer):
    project = make_project(title_en="Gas production")
    assert project.code in officer.open("/projects/").rows[0][0]
    officer.click("Gas production").click("Edit the project").submit(
        "Save", within="main", title_en="Gas", capacity_number="12.5"
    )
    assert officer.heading == "Gas"

"""The board in a real browser: dragging, the form behind ⇄, and the server's last word."""

from datetime import date

import pytest

from crm.core import clock
from crm.core.database import db
from crm.projects.models.log import StageMove
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import Stage
from crm.projects.queries.projects import project_by_id
from crm.projects.services import moves
from tests import chromium
from tests.factories import (
    make_amount,
    make_interest,
    make_organisation,
    make_problem,
    make_project,
    make_project_participant,
    make_user,
)
from tests.postgres import on_sqlite

# What Chromium does does not hang on the database; the other tests see to both.
pytestmark = on_sqlite
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def officer(app):
    return make_user(email="officer@test.example", name="Officer")


@pytest.fixture
def head(app):
    return make_user(role="head", email="head@test.example", name="Head")


def open_board(page, user, query=""):
    chromium.come_back(page, user)
    page.goto(f"/projects/board{query}")


def column(page, stage):
    return page.locator(f"[data-stage={stage}]")


def card_in(page, stage, title):
    return column(page, stage).get_by_role("heading", name=title)


def drag(page, title, stage):
    page.get_by_role("heading", name=title).drag_to(
        column(page, stage), target_position={"x": 20, "y": 60}
    )


def head_of(page, stage):
    return " ".join(column(page, stage).locator("header").inner_text().split())


def stored(project):
    db.session.expire_all()
    db.session.commit()
    found = db.session.get(InvestmentProject, project.id)
    log = db.session.query(StageMove.from_stage, StageMove.to_stage, StageMove.reason)
    return found.stage, [tuple(map(str, row)) for row in log.filter_by(project_id=project.id)]


def test_a_card_dropped_in_the_wrong_column_is_taken_back(page, officer):
    gas = make_project(title_en="Gas")
    open_board(page, officer)
    drag(page, "Gas", "negotiation")
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Undone: Gas").wait_for()
    card_in(page, "proposal", "Gas").wait_for()
    assert page.url.endswith("/projects/board")
    assert stored(gas) == ("proposal", [])


def test_dragging_and_the_keyboard_have_the_same_effect(page, officer):
    gas, milk = make_project(title_en="Gas"), make_project(title_en="Milk")
    make_amount(gas, 10)
    make_amount(milk, 20)
    open_board(page, officer)
    drag(page, "Gas", "negotiation")
    card_in(page, "negotiation", "Gas").wait_for()
    column(page, "negotiation").get_by_text("KZT 10 mn", exact=True).nth(1).wait_for()
    page.get_by_role("link", name="Change the stage: Milk").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    card_in(page, "negotiation", "Milk").wait_for()
    column(page, "negotiation").get_by_text("KZT 30 mn", exact=True).wait_for()
    assert head_of(page, "negotiation") == "Negotiations 2 KZT 30 mn"
    assert "sk-col-0" in column(page, "proposal").get_attribute("class")
    expected = ("negotiation", [("proposal", "negotiation", "None")])
    assert stored(gas) == stored(milk) == expected
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Change the stage: Milk"
    assert "Investment proposal → Negotiations" in page.locator("#board-live").inner_text()
    assert page.locator(f"#p{gas.id} [data-days]").inner_text() == "0 days"
    wanted = page.locator(".sk-toast", has_text="Milk: Not needed, but wanted at this stage:")
    assert wanted.get_by_role("link").first.inner_text() == "Next step"
    assert page.get_by_role("alert").count() == 0


def test_a_refused_card_goes_back_and_the_missing_fields_are_links(page, officer):
    gas = make_project(title_en="Gas", stage="negotiation")
    open_board(page, officer)
    drag(page, "Gas", "pre_investment")
    toast = page.get_by_role("alert")
    toast.get_by_text("Needed for «Pre-investment stage»").wait_for()
    assert card_in(page, "negotiation", "Gas").count() == 1
    links = toast.get_by_role("link")
    assert [link.inner_text() for link in links.all()] == ["Amount", "Investor"]
    assert [link.get_attribute("href") for link in links.all()] == [
        f"/projects/{gas.id}/edit#{name}" for name in ("amounts", "participants")
    ]
    assert chromium.violations(page) == []
    drag(page, "Gas", "investment")
    toast.get_by_text("Only a head skips a stage").wait_for()
    assert "Still empty: Amount, Investor, District" in toast.inner_text()
    assert card_in(page, "negotiation", "Gas").count() == 1
    assert stored(gas) == ("negotiation", [])
    toast.get_by_role("button", name="Close").click()
    assert toast.count() == 0
    make_amount(gas)
    make_project_participant(gas)
    page.reload()
    drag(page, "Gas", "pre_investment")
    column(page, "pre_investment").get_by_text("KZT 100 mn", exact=True).nth(1).wait_for()
    assert stored(gas)[0] == "pre_investment"


def test_a_head_is_asked_for_the_reason_and_may_think_better_of_it(page, head):
    gas = make_project(title_en="Gas")
    open_board(page, head)
    dialog = page.get_by_role("dialog")
    drag(page, "Gas", "pre_investment")
    dialog.get_by_role("link", name="Investor").wait_for()
    assert chromium.violations(page) == []
    page.keyboard.press("Escape")
    card_in(page, "proposal", "Gas").wait_for()
    assert stored(gas) == ("proposal", [])
    drag(page, "Gas", "pre_investment")
    assert dialog.locator("option:disabled").get_attribute("value") == "proposal"
    dialog.get_by_label("Reason").fill("Ordered by the akim")
    dialog.get_by_role("button", name="Change the stage").click()
    column(page, "pre_investment").get_by_text("0 days").wait_for()
    assert stored(gas) == (
        "pre_investment",
        [("proposal", "pre_investment", "Ordered by the akim")],
    )


def test_the_second_of_two_is_told_who_moved_the_card(page, officer, head):
    gas = make_project(title_en="Gas")
    open_board(page, officer)
    moved = db.session.scalars(project_by_id(gas.id)).unique().one()
    moves.move(moved, Stage.INVESTMENT, head, "Signed", TODAY)
    db.session.commit()
    drag(page, "Gas", "negotiation")
    card_in(page, "investment", "Gas").wait_for()
    page.get_by_role("alert").get_by_text("Meanwhile: Investment proposal → Investment").wait_for()
    assert stored(gas)[0] == "investment"


def test_with_the_network_cut_the_card_goes_back_and_says_so(page, officer):
    gas = make_project(title_en="Gas")
    open_board(page, officer)
    page.context.set_offline(True)
    drag(page, "Gas", "negotiation")
    page.get_by_role("alert").get_by_text("the server cannot be reached").wait_for()
    assert card_in(page, "proposal", "Gas").count() == 1
    page.context.set_offline(False)
    drag(page, "Gas", "negotiation")
    column(page, "negotiation").locator("header").get_by_text("no amount").wait_for()
    assert page.get_by_role("alert").count() == 0
    page.context.clear_cookies()  # signed out meanwhile
    drag(page, "Gas", "pre_investment")
    page.get_by_role("alert").get_by_text("reload the page").wait_for()
    assert card_in(page, "negotiation", "Gas").count() == 1
    assert stored(gas)[0] == "negotiation"


def test_on_a_phone_the_form_moves_what_cannot_be_dragged(page, officer):
    gas = make_project(title_en="Gas")
    page.set_viewport_size({"width": 360, "height": 740})
    open_board(page, officer)
    assert page.locator(".sk-card[draggable=true]").count() == 0
    page.get_by_role("link", name="Change the stage: Gas").click()
    assert chromium.violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Change the stage").click()
    card_in(page, "negotiation", "Gas").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    column(page, "negotiation").get_by_text("0 days").wait_for()
    assert stored(gas)[0] == "negotiation"


def test_who_only_reads_drags_nothing(page):
    make_project(title_en="Gas")
    reader = make_user(role="viewer", email="viewer@test.example")
    open_board(page, reader)
    assert card_in(page, "proposal", "Gas").count() == 1
    assert page.locator(".sk-card[draggable=true], .sk-q").count() == 0


def test_words_without_end_stay_inside_the_page_of_a_project_and_the_board(page, officer):
    long = "W" * 480
    texts = {"title_en": long, "next_step": long, "next_step_on": date(2026, 1, 1)}
    project = make_project(stage="negotiation", **texts)
    for _number in range(3):
        make_project_participant(project, organisation=make_organisation(name_en=long))
    make_problem(project, text=long, agency=long[:300])
    make_amount(project, 2000, "USD", source=long)
    make_interest(country_code=None, organisation_id=make_organisation(name_en=long).id, note=long)
    addresses = [f"/projects/{project.id}{end}" for end in ("", "/edit", "/amounts/new")]
    chromium.come_back(page, officer)
    for address in (*addresses, "/projects/", "/projects/board", "/interests/"):
        page.goto(address)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address

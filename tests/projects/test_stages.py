"""Moving a project along its stages: gates, jumps, heads, and what is kept of it."""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.audit.models import AuditChange, AuditEntry
from crm.core import clock
from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.projects.models.gates import RULES
from crm.projects.models.log import StageMove
from crm.projects.models.project import InvestmentProject
from tests.browser import text_of
from tests.factories import make_amount, make_project, make_project_participant, make_user

TODAY = date(2026, 11, 24)
SINCE = date(2026, 9, 22)  # 63 days before


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def negotiated(app):
    """A project without amount and investor, before the first gate that needs something."""
    return make_project(stage="negotiation", stage_since=SINCE)


def stored(project):
    db.session.expire_all()
    with seeing_everything():
        return db.session.get(InvestmentProject, project.id, populate_existing=True)


def moves_of(project):
    with seeing_everything():
        statement = select(StageMove).where(StageMove.project_id == project.id)
        return db.session.scalars(statement.order_by(StageMove.id)).all()


def audited(project, field="stage"):
    """Old and new value of every change of ``field`` in the trail."""
    statement = (
        select(AuditChange.old, AuditChange.new)
        .join(AuditEntry)
        .where(
            AuditEntry.kind == "projects",
            AuditEntry.record_id == str(project.id),
            AuditEntry.action == "changed",
            AuditChange.field == field,
        )
    )
    with seeing_everything():
        return [tuple(row) for row in db.session.execute(statement)]


def log_of(browser):
    rows = browser.page.select("#way tbody tr")
    return [[text_of(cell) for cell in row.select("td, th")] for row in rows]


def move(browser, project, **typed):
    browser.open(f"/projects/{project.id}")
    return browser.submit("Change the stage", within="#move", **typed)


def gap_links(browser, within="[role=alert]"):
    return {text_of(a): a["href"] for a in browser.page.select(f"{within} a")}


def test_what_nothing_keeps_back_moves_with_one_press(officer):
    project = make_project(stage="proposal")
    officer.open(f"/projects/{project.id}").submit("Move to the next stage")
    db.session.expire_all()
    assert (project.stage, officer.status) == ("negotiation", 200)
    assert "Undo" in officer.text
    assert "Move to the next stage" not in officer.text  # investors and amounts are missing


def test_a_project_without_amount_and_investor_is_refused_with_links_to_both(officer, negotiated):
    move(officer, negotiated, stage="pre_investment", reason="They insist")
    assert officer.status == 422
    assert gap_links(officer) == {
        "Amount": f"/projects/{negotiated.id}/edit#amounts",
        "Investor": f"/projects/{negotiated.id}/edit#participants",
    }
    assert officer.page.select_one("#move option[selected]")["value"] == "pre_investment"
    assert officer.page.select_one("#move [name=reason]").text.strip() == "They insist"
    assert stored(negotiated).stage == "negotiation"
    assert (moves_of(negotiated), audited(negotiated)) == ([], [])


def test_filled_it_moves_and_the_move_is_in_log_and_trail_once(officer, negotiated):
    make_amount(negotiated)
    make_project_participant(negotiated)
    move(officer, negotiated, stage="pre_investment")
    assert officer.redirects == [f"/projects/{negotiated.id}"]
    assert "Negotiations → Pre-investment stage. Days spent: 63" in officer.text
    assert "Not needed, but wanted at this stage: Next step" in officer.text
    (made,) = moves_of(negotiated)
    assert (made.from_stage, made.to_stage) == ("negotiation", "pre_investment")
    assert (made.days_spent, made.moved_on, made.passed_gaps) == (63, TODAY, ())
    assert audited(negotiated) == [("negotiation", "pre_investment")]
    assert log_of(officer)[0][0:3] == [
        "24 Nov 2026",
        "Negotiations → Pre-investment stage Stage",
        "63",
    ]


@pytest.mark.parametrize("stage", ["investment", "proposal"])
def test_an_officers_jump_or_step_back_is_refused_and_says_that_a_head_may(
    officer, negotiated, stage
):
    move(officer, negotiated, stage=stage, reason="Hurry")
    assert officer.status == 422
    assert "Only a head skips a stage or takes a project back" in officer.text
    assert stored(negotiated).stage == "negotiation"
    assert moves_of(negotiated) == []


def test_a_head_jumps_with_a_reason_and_what_was_open_stays_in_sight(head, negotiated):
    move(head, negotiated, stage="investment")
    assert head.status == 422
    said = "Say why the project passes with open fields: Amount, Investor, District"
    assert said in " ".join(head.errors)
    assert stored(negotiated).stage == "negotiation"
    head.submit("Change the stage", within="#move", reason="Order of the akim")
    assert head.redirects == [f"/projects/{negotiated.id}"]
    (made,) = moves_of(negotiated)
    assert (made.to_stage, made.days_spent, made.reason) == (
        "investment",
        63,
        "Order of the akim",
    )
    assert made.passed_gaps == ("amount", "investor", "district", "contracted", "start")
    assert audited(negotiated) == [("negotiation", "investment")]
    assert "Passed with open fields: Amount, Investor" in text_of(
        head.page.select_one(".sk-msg-warn:not([role])")
    )
    make_project_participant(negotiated)
    warned = text_of(head.open(f"/projects/{negotiated.id}").page.select_one(".sk-msg-warn"))
    assert "Passed with open fields: Amount, District" in warned
    assert "Passed with open fields: Amount, Investor, District" in log_of(head)[0][-1]


def test_a_head_takes_a_project_back_only_with_a_reason(head, negotiated):
    move(head, negotiated, stage="proposal")
    assert head.status == 422
    assert head.page.select_one("#move-reason")["aria-invalid"] == "true"
    assert "Say why the project skips a stage or goes back" in " ".join(head.errors)
    head.submit("Change the stage", within="#move", reason="The partner left")
    assert stored(negotiated).stage == "proposal"
    assert moves_of(negotiated)[0].passed_gaps == ()


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        ("memorandum", "Choose one of the list"),
        ("", "This field is required"),
        ("negotiation", "The project is at this stage already"),
    ],
)
def test_a_stage_that_cannot_be_meant_is_refused(officer, negotiated, stage, why):
    officer.open(f"/projects/{negotiated.id}")
    officer.post(
        f"/projects/{negotiated.id}/stage", stage=stage, reason="R", version=negotiated.version
    )
    assert officer.status == 422
    assert why in " ".join(officer.errors)
    assert officer.page.select_one("#move [name=reason]").text.strip() == "R"
    assert moves_of(negotiated) == []


JSON = {"Accept": "application/json"}


def asked(browser, project, **typed):
    """What a script is answered."""
    token = browser.open(f"/projects/{project.id}").page.select_one("[name=csrf_token]")
    typed = {"csrf_token": token["value"], "version": project.version, **typed}
    browser._go("POST", f"/projects/{project.id}/stage", data=typed, headers=JSON)
    return browser.status, browser.response.get_json()


def test_a_version_no_form_was_opened_at_is_a_bad_request(officer, negotiated):
    for act, typed in (("stage", "pre_investment"), ("status", "completed")):
        fields = {act: typed, "version": "0"}
        assert officer.post(f"/projects/{negotiated.id}/{act}", **fields).status == 400


def test_the_board_is_answered_in_json(officer, negotiated):
    project_id = negotiated.id
    status, told = asked(officer, negotiated, stage="pre_investment")
    assert status == 422
    assert told == {
        "message": "Needed for «Pre-investment stage» and still empty: Amount, Investor",
        "gaps": [
            {"label": "Amount", "url": f"/projects/{project_id}/edit#amounts"},
            {"label": "Investor", "url": f"/projects/{project_id}/edit#participants"},
        ],
        "stage": "negotiation",
        "version": 1,
        "needs_head": False,
        "needs_reason": False,
    }
    make_amount(negotiated)
    make_project_participant(negotiated)
    status, told = asked(officer, negotiated, stage="pre_investment")
    assert (status, told["stage"], told["version"]) == (200, "pre_investment", 2)
    assert "Days spent: 63" in told["message"]
    assert told["gaps"][0] == {
        "label": "Next step",
        "url": f"/projects/{project_id}/edit#next_step",
    }
    status, told = asked(officer, negotiated, stage="investment", version=1)
    assert (status, told["stage"], told["version"]) == (409, "pre_investment", 2)
    assert told["who"] in told["message"]
    assert "Negotiations → Pre-investment stage" in told["message"]


def test_the_board_is_told_of_jumps_and_of_archived_projects(officer, head, negotiated):
    status, told = asked(officer, negotiated, stage="commissioned")
    assert (status, told["needs_head"], told["needs_reason"]) == (422, True, False)
    status, told = asked(head, negotiated, stage="proposal")
    assert (status, told["needs_head"], told["needs_reason"]) == (422, False, True)
    version = negotiated.version
    negotiated.archive(clock.now(), "Twice")
    db.session.commit()
    status, told = asked(officer, negotiated, stage="pre_investment", version=version)
    assert status == 409
    assert "archived" in told["message"]


def test_who_was_slower_is_told_who_moved_it_where_and_confirms_once(officer, head, negotiated):
    make_amount(negotiated)
    make_project_participant(negotiated)
    officer.open(f"/projects/{negotiated.id}")
    move(head, negotiated, stage="pre_investment")
    officer.submit("Change the stage", within="#move", stage="investment", reason="Mine")
    assert officer.status == 409
    told = text_of(officer.page.select_one("[role=alert]"))
    assert "Meanwhile: Negotiations → Pre-investment stage" in told
    assert db.session.scalar(select(User.name).where(User.role == "head")) in told
    assert officer.page.select_one("#move [name=reason]").text.strip() == "Mine"
    assert officer.page.select_one("#move option[selected]")["value"] == "investment"
    assert len(moves_of(negotiated)) == 1
    officer.submit("Change the stage", within="#move")
    assert officer.status == 422  # looked at now: a contracted amount is needed
    assert "Contracted amount" in gap_links(officer)


def test_who_wanted_the_same_is_offered_the_next_stage(officer, head, negotiated):
    make_amount(negotiated)
    make_project_participant(negotiated)
    officer.open(f"/projects/{negotiated.id}")
    move(head, negotiated, stage="pre_investment")
    officer.submit("Change the stage", within="#move", stage="pre_investment")
    assert officer.status == 409
    assert officer.page.select_one("#move option[selected]")["value"] == "investment"


def test_who_comes_from_the_board_is_led_back_there(officer, negotiated):
    make_amount(negotiated)
    officer.open(f"/projects/{negotiated.id}")
    typed = {"stage": "pre_investment", "version": 1, "next": "/projects/?country=DE"}
    officer.post(f"/projects/{negotiated.id}/stage", **typed)
    assert officer.status == 422
    make_project_participant(negotiated)
    officer.submit("Change the stage", within="#move")
    assert officer.redirects == ["/projects/?country=DE"]
    assert f"{negotiated.code}: Negotiations → Pre-investment stage" in officer.text
    officer.open(f"/projects/{negotiated.id}")
    typed = {"status": "completed", "version": 2, "next": "//elsewhere.example/"}
    assert officer.post(f"/projects/{negotiated.id}/status", **typed).redirects == ["/"]


def test_every_gap_leads_to_its_field(officer, negotiated):
    officer.open(f"/projects/{negotiated.id}/edit")
    there = {one["id"] for one in officer.page.select("main [id]")}
    assert {rule.anchor for rule in RULES} - there == set()


def test_another_change_meanwhile_is_told_too(officer, head, negotiated):
    officer.open(f"/projects/{negotiated.id}")
    head.open(f"/projects/{negotiated.id}")
    head.submit("Change the status", within="#status", status="suspended", reason="No gas")
    officer.submit("Change the stage", within="#move", stage="pre_investment")
    assert officer.status == 409
    assert "The project was changed meanwhile" in officer.text
    assert stored(negotiated).stage == "negotiation"


def test_of_two_who_move_at_once_one_wins_and_the_other_is_told_who(officer, head, negotiated):
    make_amount(negotiated)
    make_project_participant(negotiated)
    start = Barrier(2)
    for browser in (officer, head):
        browser.open(f"/projects/{negotiated.id}")

    def press(browser):
        start.wait()
        browser.submit("Change the stage", within="#move", stage="pre_investment")

    project_id, names = negotiated.id, dict(db.session.execute(select(User.role, User.name)).all())
    db.session.remove()
    threads = [Thread(target=press, args=(browser,)) for browser in (officer, head)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(browser.status for browser in (officer, head)) == [200, 409]
    winner, loser = (officer, head) if officer.status == 200 else (head, officer)
    project = db.session.get(InvestmentProject, project_id)
    assert (len(moves_of(project)), len(audited(project))) == (1, 1)
    assert names["officer" if winner is officer else "head"] in text_of(
        loser.page.select_one("[role=alert]")
    )


def test_the_days_of_every_visit_to_a_stage_are_added_up(head, negotiated):
    project = negotiated
    for came, left, days in (("proposal", "negotiation", 41), ("negotiation", "proposal", 10)):
        db.session.add(
            StageMove(
                project_id=project.id,
                from_stage=came,
                to_stage=left,
                moved_on=SINCE,
                days_spent=days,
            )
        )
    db.session.commit()
    stages = [
        text_of(one) for one in head.open(f"/projects/{project.id}").page.select(".sk-stages li")
    ]
    assert stages[0] == "passed: Investment proposal 41 days"
    assert stages[1] == "2. Negotiations 63 days in this stage 73 days in all"
    assert stages[2] == "3. Pre-investment stage"


def test_the_gate_says_how_much_is_there_and_what_is_needed_first(officer, negotiated):
    make_amount(negotiated)
    officer.open(f"/projects/{negotiated.id}")
    gaps = [text_of(one) for one in officer.page.select("#gate li")]
    assert gaps[0] == "Investor needed"
    assert gaps[1] == "Next step wanted"
    assert "Missing fields: 6" in officer.text
    meter = officer.page.select_one(".sk-meter")
    assert meter["aria-label"] == "Fields filled: 1 of 7"
    assert meter.select_one(".f")["width"] == str(160 // 7)


def test_the_history_tells_of_a_move_in_words(officer, negotiated):
    make_amount(negotiated)
    make_project_participant(negotiated)
    move(officer, negotiated, stage="pre_investment")
    told = officer.open(f"/projects/{negotiated.id}/history").text
    assert "Stage" in told
    assert "Pre-investment stage" in told
    assert "pre_investment" not in told


def test_an_archived_project_is_not_moved_and_what_was_typed_is_kept(officer, negotiated):
    officer.open(f"/projects/{negotiated.id}")
    negotiated.archive(clock.now(), "Twice")
    db.session.commit()
    officer.submit("Change the stage", within="#move", stage="pre_investment", reason="Mine")
    assert officer.status == 409
    assert "This record is archived" in officer.heading
    assert officer.page.select_one("[name=reason]")["value"] == "Mine"
    assert moves_of(negotiated) == []


def test_a_restricted_project_is_not_moved_by_others(officer, negotiated):
    officer.open(f"/projects/{negotiated.id}")
    negotiated.restricted = True
    negotiated.officer_id = make_user().id
    db.session.commit()
    officer.submit("Change the stage", within="#move", stage="pre_investment")
    assert officer.status == 404
    assert moves_of(negotiated) == []

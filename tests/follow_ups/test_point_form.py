"""The form of a point: new, edited, and edited by two at once."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.accounts.queries import user_called
from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.queries.points import point_page
from tests.browser import text_of
from tests.factories import (
    make_country,
    make_delegation,
    make_department,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_user,
)

TODAY = date(2026, 11, 24)


def user_named(email):
    return db.session.scalars(user_called(email)).one()


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def the_point():
    db.session.expire_all()
    point_id = db.session.scalars(select(FollowUp.id)).one()
    return db.session.scalars(point_page(point_id)).unique().one()


def test_only_the_text_and_the_kind_are_required(officer):
    officer.open("/follow-ups/new").submit("Save", text="", kind="")
    assert officer.status == 422
    assert [link["href"] for link in officer.page.select(".sk-msg-err a")] == ["#text", "#kind"]
    officer.submit("Save", text="Hold a consultation", kind="consultation")
    point = the_point()
    assert officer.url == f"/follow-ups/{point.id}"
    assert (point.owner.email, point.status) == ("officer@test.example", "agreed")
    assert (point.responsible_side, point.basis, point.due_on) == ("ours", "agreement", None)
    assert (point.number, point.country_code, point.executor) == (None, None, None)
    assert "no deadline is set" in officer.text


def test_a_point_of_a_meeting_starts_with_what_the_meeting_knows(officer):
    make_country("FR", "France")
    delegation = make_delegation()
    meeting = make_meeting(title="Germans", delegation_id=delegation.id, held_on=date(2026, 11, 20))
    make_follow_up(meeting_id=meeting.id, number=3)
    officer.open(f"/follow-ups/new?meeting={meeting.id}")
    officer.submit("Save", text="A return visit", kind="return_visit", country="FR")
    point = db.session.scalars(select(FollowUp).where(FollowUp.text == "A return visit")).one()
    assert (point.number, point.country_code) == (4, "DE")
    assert (point.delegation_id, point.agreed_on) == (delegation.id, date(2026, 11, 20))


def test_a_parent_that_is_not_there_is_no_page(officer):
    for address in (
        *("meeting=7", "meeting=abc", "meeting=99999999999", "country=XX", "delegation=0"),
        "organisation=7",
    ):
        assert officer.open(f"/follow-ups/new?{address}").status == 404, address


def test_the_country_is_the_delegations_else_what_was_typed_else_the_partners(officer):
    for code, name in (("CN", "China"), ("FR", "France")):
        make_country(code, name)
    delegation = make_delegation(country_code="CN")
    partner = make_organisation(country_code="DE")
    for text, fields, code in (
        ("one", {"delegation_id": delegation.id, "country": "FR"}, "CN"),
        ("two", {"partner_organisation_id": partner.id, "country": "FR"}, "FR"),
        ("three", {"partner_organisation_id": partner.id}, "DE"),
    ):
        officer.open("/follow-ups/new").submit("Save", text=text, kind="other", **fields)
        found = db.session.scalars(select(FollowUp).where(FollowUp.text == text)).one()
        assert found.country_code == code, text


def test_executors_are_users_departments_and_outsiders(officer):
    user, department = make_user(name="Dauren"), make_department(name_en="Industry")
    officer.open("/follow-ups/new")
    officer.submit(
        "Save",
        text="Roadmap",
        kind="prepare_roadmap",
        executor=f"department-{department.id}",
        co_executors=[f"user-{user.id}", f"department-{department.id}"],
        co_executor_names="JSC Kazakh Invest\n\nQazTrade",
        controller_name="Office of the akim",
        basis="akim_instruction",
        basis_number="12-3",
        basis_date="2026-11-02",
        basis_point="4.1",
    )
    point = the_point()
    assert point.executor.name == "Industry"
    assert [one.name for one in point.co_executors] == ["Dauren", "JSC Kazakh Invest", "QazTrade"]
    facts = text_of(officer.page.select_one(".sk-dl"))
    assert "Instruction of the akim № 12-3 of 2 Nov 2026, point 4.1" in facts
    assert "Office of the akim" in facts


def test_an_executor_without_sign_in_is_named(officer):
    officer.open("/follow-ups/new")
    fields = {"text": "Plots", "kind": "land_plot", "executor_name": "Iwersen GmbH"}
    officer.submit("Save", executor=f"user-{user_named('officer@test.example').id}", **fields)
    assert officer.status == 422
    assert "not both" in " ".join(officer.errors)
    officer.submit("Save", executor="")
    point = the_point()
    assert (point.executor.name, point.executor.user_id) == ("Iwersen GmbH", None)
    assert officer.open("/follow-ups/").rows[0][3].startswith("Iwersen GmbH")


def test_what_was_typed_wrong_is_kept_and_explained(officer):
    officer.open("/follow-ups/new")
    officer.submit("Save", text="Roadmap", kind="other", due_on="31.11.2026", basis_number="7")
    assert officer.status == 422
    assert officer.page.select_one("[name=due_on]")["value"] == "31.11.2026"
    assert officer.page.select_one("[name=text]").get_text().strip() == "Roadmap"
    fold = officer.page.select_one("[name=basis_number]").find_parent("details")
    assert fold.has_attr("open")


def test_a_value_no_list_offers_is_refused_at_its_field(officer):
    officer.open("/follow-ups/new")
    for name, value in (
        ("kind", "dance"),
        ("owner_id", "99999999999999999999"),
        ("owner_id", "x"),
        ("meeting_id", "41"),
        ("country", "ZZ"),
        ("executor", "user-77"),
        ("executor", "x"),
        ("co_executors", "department-9"),
        ("text", "a\x00b"),
        ("text_language", "de"),
    ):
        officer.post("/follow-ups/new", **{"text": "A", "kind": "other", name: value})
        assert officer.status == 422, (name, value)
        assert officer.page.select_one(f"[name={name}].is-invalid") is not None, (name, value)
    assert db.session.scalars(select(FollowUp)).all() == []


def test_editing_keeps_the_executors_that_stay(officer):
    user = make_user(name="Dauren")
    officer.open("/follow-ups/new")
    officer.submit(
        "Save",
        text="Roadmap",
        kind="other",
        executor_name="QazTrade",
        co_executors=[f"user-{user.id}"],
    )
    before = {one.name: one.id for one in the_point().executors}
    officer.click("Edit the point")
    officer.submit("Save", text="A roadmap", co_executor_names="KIDI")
    point = the_point()
    assert point.text == "A roadmap"
    assert [one.name for one in point.executors] == ["QazTrade", "Dauren", "KIDI"]
    assert {one.name: one.id for one in point.executors}.items() >= before.items()


def test_another_meeting_gives_another_number(officer):
    first, second = make_meeting(title="First"), make_meeting(title="Second")
    make_follow_up(meeting_id=second.id, number=1, text="there already")
    point = make_follow_up(meeting_id=first.id, number=1, text="moves")
    officer.open(f"/follow-ups/{point.id}/edit")
    officer.submit("Save", meeting_id=second.id)
    db.session.expire_all()
    assert db.session.get(FollowUp, point.id).number == 2
    officer.open(f"/follow-ups/{point.id}/edit").submit("Save", meeting_id="")
    db.session.expire_all()
    assert db.session.get(FollowUp, point.id).number is None


def test_a_set_deadline_moves_back_only_by_an_extension(officer):
    point = make_follow_up(due_on=date(2026, 12, 1), original_due_on=date(2026, 12, 1))
    officer.open(f"/follow-ups/{point.id}/edit")
    for typed in ("2026-12-02", ""):
        officer.submit("Save", due_on=typed, note="Looked at")
        assert officer.status == 422, typed
        assert "only by an extension" in " ".join(officer.errors)
        assert officer.page.select_one("[name=note]").get_text().strip() == "Looked at"
    officer.submit("Save", due_on="2026-12-01")
    assert officer.status == 200
    assert (the_point().note, the_point().due_on) == ("Looked at", date(2026, 12, 1))


def test_a_deadline_comes_forward_by_editing_and_the_first_one_is_kept(officer):
    point = make_follow_up(due_on=date(2026, 12, 1), original_due_on=date(2026, 12, 1))
    officer.open(f"/follow-ups/{point.id}/edit").submit("Save", due_on="2026-11-30")
    kept = the_point()
    assert (kept.due_on, kept.original_due_on) == (date(2026, 11, 30), date(2026, 12, 1))
    assert "originally 1 Dec 2026" in officer.text


def test_a_deadline_a_colleague_moved_meanwhile_is_a_conflict_and_no_fault_of_ours(officer, head):
    point = make_follow_up(due_on=date(2026, 12, 20), original_due_on=date(2026, 12, 20))
    for browser in (officer, head):
        browser.open(f"/follow-ups/{point.id}/edit")
    head.submit("Save", due_on="2026-12-01")
    officer.submit("Save", note="Looked at")
    assert officer.status == 409
    officer.submit("Save what is chosen")
    assert (the_point().note, the_point().due_on) == ("Looked at", date(2026, 12, 1))


def test_the_first_deadline_may_be_set_by_editing(officer):
    point = make_follow_up()
    officer.open(f"/follow-ups/{point.id}/edit").submit("Save", due_on="2026-12-09")
    kept = the_point()
    assert (kept.due_on, kept.original_due_on) == (date(2026, 12, 9), date(2026, 12, 9))


def test_a_stale_save_shows_three_values_and_can_then_be_saved(officer, head):
    user, other = make_user(name="Dauren"), make_user(name="Aliya")
    point = make_follow_up(text="Roadmap")
    for browser in (officer, head):
        browser.open(f"/follow-ups/{point.id}/edit")
    head.submit("Save", text="The roadmap", executor=f"user-{user.id}")
    officer.submit("Save", text="Our roadmap", executor=f"user-{other.id}", note="N")
    assert officer.status == 409
    for value in ("Roadmap", "The roadmap", "Our roadmap", "Dauren", "Aliya"):
        assert value in officer.text
    officer.submit("Save what is chosen")
    kept = the_point()
    assert (kept.text, kept.executor.name, kept.note) == ("Our roadmap", "Aliya", "N")


def test_a_stale_save_does_not_take_back_the_executor_a_colleague_named(officer, head):
    user = make_user(name="Dauren")
    point = make_follow_up(text="Roadmap")
    for browser in (officer, head):
        browser.open(f"/follow-ups/{point.id}/edit")
    head.submit("Save", executor=f"user-{user.id}", co_executor_names="KIDI")
    officer.submit("Save", text="Our roadmap")
    assert officer.status == 409
    assert "Dauren" in officer.text
    officer.submit("Save what is chosen")
    kept = the_point()
    assert (kept.text, [one.name for one in kept.executors]) == ("Our roadmap", ["Dauren", "KIDI"])


def test_a_viewer_does_not_write(viewer):
    point = make_follow_up()
    for address in ("/follow-ups/new", f"/follow-ups/{point.id}/edit"):
        assert viewer.open(address).status == 403
    viewer.open(f"/follow-ups/{point.id}")
    assert viewer.post(f"/follow-ups/{point.id}/edit", text="x", version=1).status == 403
    assert "Edit the point" not in viewer.text


def test_what_is_no_point_is_no_page(officer):
    for address in ("0", "2147483648", "99999999999", "x", "7"):
        for page in (f"/follow-ups/{address}", f"/follow-ups/{address}/edit"):
            assert officer.open(page).status == 404, page

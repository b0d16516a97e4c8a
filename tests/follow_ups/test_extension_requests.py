"""A later deadline is asked for by the owner, and granted or refused by a head."""

from datetime import date

import pytest
from sqlalchemy import select

from crm.accounts.queries import user_called
from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.database import db
from crm.follow_ups.models.extensions import Extension, ExtensionRequest
from tests.browser import text_of
from tests.factories import make_extension_request, make_follow_up, make_user

TODAY = date(2026, 11, 24)
DUE, WANTED = date(2026, 12, 1), date(2026, 12, 18)
ASK, GRANT = "Ask for an extension", "Grant the extension to 18 Dec 2026"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def user_named(role):
    return db.session.scalars(user_called(f"{role}@test.example")).one()


@pytest.fixture
def point(app, officer):
    return make_follow_up(owner=user_named("officer"), due_on=DUE, original_due_on=DUE)


@pytest.fixture
def asked(point):
    return make_extension_request(point, new_due_on=WANTED, reason="The partner is on leave")


def stored(record):
    db.session.expire_all()
    return db.session.get(type(record), record.id)


def ask(browser, point, **typed):
    browser.open(f"/follow-ups/{point.id}")
    return browser.submit(ASK, within="#step-extension-request", **typed)


def test_the_owner_asks_for_a_later_deadline_with_a_reason(officer, point):
    ask(officer, point, new_due_on="2026-12-18")
    assert (officer.status, db.session.scalars(select(ExtensionRequest)).all()) == (422, [])
    ask(officer, point, new_due_on="2026-12-01", reason="R")
    assert "Due on 1 Dec 2026 already" in " ".join(officer.errors)
    ask(officer, point, new_due_on="2026-12-18", reason="The partner is on leave")
    (request,) = db.session.scalars(select(ExtensionRequest))
    assert (request.old_due_on, request.new_due_on, request.asked_on) == (DUE, WANTED, TODAY)
    assert request.asked_by_id == user_named("officer").id
    assert (stored(point).due_on, stored(point).version) == (DUE, 1)  # nothing is granted by it
    assert "asks to move the deadline to 18 Dec 2026" in text_of(
        officer.page.select_one(".sk-next")
    )
    # One at a time: it is offered no more, and refused.
    assert officer.page.select_one("#step-extension-request") is None
    officer.post(
        f"/follow-ups/{point.id}/extension-request", new_due_on=WANTED, reason="R", version=1
    )
    assert "is asked for and not decided yet" in " ".join(officer.errors)


def test_only_the_owner_of_an_open_dated_point_asks(officer, head, app):
    of_another = make_follow_up(owner=make_user(name="Dauren"), due_on=DUE)
    undated = make_follow_up(owner=user_named("officer"))
    done = make_follow_up(owner=user_named("officer"), due_on=DUE, status="done", outcome="Held")
    for one, why in (
        (of_another, "Owner: Dauren"),
        (undated, "No deadline is set"),
        (done, "The point is closed"),
    ):
        officer.open(f"/follow-ups/{one.id}")
        assert officer.page.select_one("#step-extension-request") is None
        url = f"/follow-ups/{one.id}/extension-request"
        officer.post(url, new_due_on="2026-12-18", reason="R", version=1)
        assert officer.status == 422
        assert why in " ".join(officer.errors)
    head.open(f"/follow-ups/{of_another.id}")  # a head extends, and asks nobody
    assert head.page.select_one("#step-extension-request") is None
    url = f"/follow-ups/{of_another.id}/extension-request"
    assert head.post(url, new_due_on="2026-12-18", reason="R", version=1).status == 403


def test_a_head_grants_in_one_click_on_the_heads_own_authority(head, asked, point):
    head.open(f"/follow-ups/{point.id}").submit(GRANT, within=".sk-next")
    kept, request = stored(point), stored(asked)
    assert (kept.due_on, kept.original_due_on) == (WANTED, DUE)
    (extension,) = db.session.scalars(select(Extension))
    assert (extension.authority, extension.reason) == (
        user_named("head").name,
        "The partner is on leave",
    )
    assert (request.decision, request.decided_on) == ("granted", TODAY)
    assert (request.decided_by_id, request.extension_id) == (user_named("head").id, extension.id)
    assert "Granted" in text_of(head.page.select_one("#requests"))
    parts = [one.part for one in db.session.scalars(select(AuditEntry)) if one.part]
    assert parts.count("follow_up_extension_requests") == 2  # asked and granted
    head.open(f"/follow-ups/{point.id}/history")
    assert "Extension request" in head.text


def test_a_refusal_has_its_reason_and_the_owner_reads_it(head, officer, asked, point):
    head.open(f"/follow-ups/{point.id}")
    head.submit("Refuse the extension", within="#step-refuse")
    assert (head.status, stored(asked).decision) == (422, None)
    head.submit("Refuse the extension", within="#step-refuse", answer="The akim waits for it")
    request = stored(asked)
    assert (request.decision, request.answer) == ("refused", "The akim waits for it")
    assert stored(point).due_on == DUE
    officer.open(f"/follow-ups/{point.id}")
    assert "The akim waits for it" in text_of(officer.page.select_one("#requests"))
    assert officer.page.select_one("#step-extension-request") is not None  # and may ask anew


def test_who_asked_withdraws_nobody_else_does(officer, head, asked, point):
    head.open(f"/follow-ups/{point.id}")
    assert head.page.select_one("#step-withdraw") is None
    head.post(f"/follow-ups/{point.id}/extension-request/withdraw", version=1)
    assert "Only the one who asked can withdraw" in " ".join(head.errors)
    officer.open(f"/follow-ups/{point.id}")
    for decide in ("grant", "refuse"):
        url = f"/follow-ups/{point.id}/extension-request/{decide}"
        assert officer.post(url, answer="A", version=1).status == 403
    officer.open(f"/follow-ups/{point.id}")
    officer.submit("Withdraw the request", within="#step-withdraw")
    assert stored(asked).decision == "withdrawn"
    head.open(f"/follow-ups/{point.id}")
    head.post(f"/follow-ups/{point.id}/extension-request/grant", version=stored(point).version)
    assert (head.status, stored(point).due_on) == (422, DUE)
    assert "No extension is asked for any more" in " ".join(head.errors)


def test_a_wish_that_time_has_overtaken_is_not_granted(head, point, asked, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 19))
    head.open(f"/follow-ups/{point.id}")
    assert head.page.select_one("#step-grant") is None
    head.post(f"/follow-ups/{point.id}/extension-request/grant", version=1)
    assert (head.status, stored(asked).decision) == (422, None)
    assert "The new deadline is already past" in " ".join(head.errors)


def test_two_heads_decide_at_once_and_the_second_is_told(head, asked, point):
    head.open(f"/follow-ups/{point.id}")
    point.touch()
    db.session.commit()
    head.submit(GRANT, within=".sk-next")
    assert (head.status, stored(asked).decision) == (409, None)
    head.submit("Save what is chosen")
    assert stored(asked).decision == "granted"


@pytest.mark.parametrize(
    ("button", "typed", "decision"),
    [
        ("Mark as done", {"outcome": "Held by video after all"}, "settled"),
        ("Give up as no longer relevant", {"reason": "The firm has left"}, "settled"),
        (
            "Extend the deadline",
            {"due_on": "2026-12-10", "reason": "R", "authority": "Deputy akim"},
            "granted",
        ),
    ],
)
def test_closing_the_point_settles_the_request_and_another_extension_answers_it(
    officer, asked, point, button, typed, decision
):
    officer.open(f"/follow-ups/{point.id}").submit(button, within="#steps", **typed)
    assert officer.status == 200
    assert stored(asked).decision == decision
    found = db.session.scalars(select(Extension)).all()
    assert [one.new_due_on for one in found] == [date(2026, 12, 10)] * (decision == "granted")


def test_an_extension_of_many_answers_requests_and_undoing_it_asks_again(head, asked, point):
    head.open("/follow-ups/").submit(
        "Set a deadline", within=".sk-choose", ids=[f"{point.id}:{point.version}"]
    )
    button = text_of(head.page.select_one(".sk-bar button"))
    head.submit(button, within="main", due_on="2026-12-10", reason="All of them")
    assert (stored(asked).decision, stored(point).due_on) == ("granted", date(2026, 12, 10))
    head.submit("Undo", within=".sk-flash")
    assert (stored(asked).decision, stored(point).due_on) == (None, DUE)


def test_the_list_marks_and_finds_what_is_asked_for(officer, asked, point):
    make_follow_up(text="Another", owner=user_named("officer"), due_on=DUE)
    officer.open("/follow-ups/")
    marks = [text_of(row.select_one("td:not(.sk-pick)")) for row in officer.page.select("tbody tr")]
    assert ["extension asked for: 18 Dec 2026" in one for one in marks] == [True, False]
    officer.open("/follow-ups/?extension_asked=1")
    assert [row[1] for row in officer.rows] == ["Exchange of experience Holding consultations"]

"""Everything that happened to every record, for heads and administrators."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from crm.accounts.models import User
from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.database import db
from tests.factories import make_follow_up, make_meeting, make_organisation, make_user
from tests.sweep import statements


def told(browser, query=""):
    """Every entry of the page in words, newest first."""
    browser.open(f"/admin/audit{query}")
    return [" ".join(one.get_text(" ").split()) for one in browser.page.select(".entry")]


@pytest.fixture
def events(app):
    """A meeting made by a command and changed by somebody, then an organisation archived."""
    meeting = make_meeting(title="Talks on titanium")
    somebody = make_user(name="Aigerim")
    db.session.info["actor_id"] = somebody.id
    meeting.title = "Negotiations"
    db.session.commit()
    organisation = make_organisation(name_en="Iwersen")
    organisation.archive(clock.now(), "recorded twice")
    db.session.commit()
    db.session.info.pop("actor_id")
    return meeting, somebody, organisation


def test_heads_and_administrators_read_it_and_nobody_else(head, admin, officer, viewer):
    for browser, status in ((head, 200), (admin, 200), (officer, 403), (viewer, 403)):
        assert browser.open("/admin/audit").status == status
    for browser, is_there in ((head, True), (admin, True), (officer, False), (viewer, False)):
        links = [a["href"] for a in browser.open("/").page.select(".sk-side a")]
        assert ("/admin/audit" in links) is is_there


def test_the_newest_stands_first_with_its_record_and_in_words(head, events):
    _meeting, _somebody, organisation = events
    found = told(head)
    assert found[0].startswith("Organisation: Iwersen Archived")
    assert "Reason for archiving empty recorded twice" in found[0].replace("was: ", "").replace(
        "now: ", ""
    )
    assert any(one.startswith("Meeting: Negotiations Changed Title") for one in found)
    link = head.page.select_one(f'.what a[href="/organisations/{organisation.id}"]')
    assert link.text == "Iwersen"
    assert "Aigerim" in head.text
    assert "a command, without a person signed in" in head.text


def test_it_is_narrowed_by_kind_person_action_day_and_record(head, events):
    _meeting, somebody, organisation = events
    assert len(told(head, "?kind=meetings")) == 2
    assert len(told(head, f"?person={somebody.id}")) == 3
    assert told(head, "?person=none&kind=meetings")[0].startswith("Meeting: Negotiations Created")
    assert len(told(head, "?action=archived")) == 1
    assert len(told(head, f"?record=organisations:{organisation.id}")) == 2
    assert "Organisation № " in head.page.select_one(".sk-chip-on").text
    today = clock.today().isoformat()
    assert len(told(head, f"?made_from={today}&made_to={today}&kind=meetings")) == 2
    assert told(head, "?made_to=2000-01-01") == []
    assert "Nothing found" in head.text


def test_days_are_local_ones(head, app):
    db.session.add(
        AuditEntry(
            made_at=datetime(2025, 3, 1, 20, 30, tzinfo=UTC),  # 2 March in Oskemen
            kind="meetings",
            record_id=str(make_meeting().id),
            action="changed",
        )
    )
    db.session.commit()
    assert len(told(head, "?made_from=2025-03-02&made_to=2025-03-02")) == 1
    assert told(head, "?made_from=2025-03-01&made_to=2025-03-01") == []
    told(head, "?made_from=2025-03-02&made_to=2025-03-02")
    assert "2 Mar 2025 01:30" in head.text


@pytest.mark.parametrize(
    "query",
    [
        "kind=nothing",
        "person=x",
        "action=eaten",
        "made_from=2026-02-30",
        "record=meetings",
        "record=x:1",
        "record=meetings:" + "9" * 41,
        "page=x",
        "q=talks",
        "sort=kind",
    ],
)
def test_what_it_does_not_know_is_refused(head, query):
    assert head.open(f"/admin/audit?{query}").status == 400


def test_a_long_trail_is_paged_and_takes_a_constant_number_of_statements(head, events):
    few = statements(head, "/admin/audit")
    users = list(db.session.scalars(select(User)))
    for number in range(60):
        db.session.info["actor_id"] = users[number % len(users)].id
        make_meeting(title=f"Talks {number}", officer=users[number % len(users)])
    db.session.info.pop("actor_id")
    assert statements(head, "/admin/audit") <= few
    assert len(told(head)) == 50
    first = head.page.select_one("a[rel=next]")["href"]
    assert len(told(head, first.removeprefix("/admin/audit"))) > 10
    assert head.open("/admin/audit?page=9").status == 404


def test_of_a_restricted_record_only_who_and_when_are_told(head, admin, events):
    meeting, somebody, _organisation = events
    db.session.info["actor_id"] = somebody.id
    meeting.restricted = True
    db.session.commit()
    db.session.info.pop("actor_id")
    assert any("Negotiations" in one for one in told(head))
    found = told(admin)
    assert found.count("restricted record") >= 1
    assert "Negotiations" not in admin.text
    assert "titanium" not in admin.text
    assert "Aigerim" in admin.text
    for query in ("?kind=meetings", f"?record=meetings:{meeting.id}"):
        assert told(admin, query) == []
    assert len(told(head, "?kind=meetings")) == 3
    assert admin.open(f"/meetings/{meeting.id}/history").status == 404


def test_a_history_names_no_restricted_record(officer, head, events):
    meeting, somebody, _organisation = events
    point = make_follow_up(owner=db.session.scalar(select(User).where(User.email.like("officer%"))))
    point.meeting_id, meeting.officer_id = meeting.id, somebody.id
    meeting.restricted = True
    db.session.commit()
    url = f"/follow-ups/{point.id}/history"
    assert "a record you do not see" in officer.open(url).text
    assert "Negotiations" not in officer.text
    assert "Negotiations" in head.open(url).text

"""What was promised last time: what is open with those who come to a planned meeting or visit."""

from datetime import date, timedelta

import pytest

from crm.core import clock
from crm.core.database import db
from crm.delegations.models.delegation import DelegationMember
from crm.follow_ups.models.follow_up import Progress
from tests.browser import text_of
from tests.factories import (
    make_country,
    make_delegation,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
)
from tests.postgres import on_sqlite
from tests.sweep import statements

TODAY = date(2026, 11, 24)
NOTHING = "Nothing is open with this country, nor with those who take part"


@pytest.fixture
def firm(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return make_organisation(name_en="Siemens")


def member(delegation, **who):
    db.session.add(DelegationMember(delegation_id=delegation.id, **who))
    db.session.commit()


def guest(meeting, **who):
    return make_participant(meeting=meeting, group_text=None, **who)


def promised(browser, url):
    """By side, the texts the panel shows in order; None without a panel."""
    panel = browser.open(url).page.select_one("#promised")
    if panel is None:
        return None
    heads = [text_of(head) for head in panel.select(".sk-grp h3")]
    rows = [
        [link.get_text() for link in rows.select(".sk-row-t > a")]
        for rows in panel.select(".sk-rows")
    ]
    return dict(zip(heads, rows, strict=True))


def test_first_what_is_open_with_those_who_come_then_with_the_country(officer, firm):
    kinne = make_person()
    earlier = make_meeting(title="Earlier", country_code="AT", held_on=date(2026, 1, 5))
    guest(earlier, person_id=kinne.id)
    german = {"country_code": "DE", "responsible_side": "partner"}
    make_follow_up(text="of the country, late", due_on=date(2026, 11, 1), **german)
    make_follow_up(text="of the firm", partner_organisation_id=firm.id, responsible_side="partner")
    make_follow_up(text="of the person", meeting_id=earlier.id, due_on=date(2026, 12, 1))
    make_follow_up(text="both owe", country_code="DE", responsible_side="both")
    make_follow_up(text="done", status="done", outcome="Held", **german)
    make_follow_up(text="of others", country_code="AT", meeting_id=make_meeting().id)
    make_follow_up(text="archived", archived_at=clock.now(), **german)
    planned = make_meeting(status="planned", held_on=date(2026, 12, 1))
    guest(planned, person_id=kinne.id, organisation_id=firm.id)
    make_follow_up(text="its own", meeting_id=planned.id, country_code="DE")
    assert promised(officer, f"/meetings/{planned.id}") == {
        "Our side": ["of the person"],
        "Partner side": ["of the firm", "of the country, late"],
        "Both sides": ["both owe"],
    }
    officer.click("All of them in the list", within="#promised")
    assert sorted(row[1].split(" Hold")[0] for row in officer.rows) == [
        *("both owe", "of the country, late", "of the firm", "of the person")
    ]
    assert "Open before the meeting" in officer.text


def test_our_own_people_do_not_count_as_those_who_come(officer, firm):
    akim, akimat = make_person(), make_organisation()
    make_country("CN", "China")
    elsewhere = make_meeting(country_code="CN")
    guest(elsewhere, person_id=akim.id, organisation_id=akimat.id, side="ours")
    make_follow_up(text="Chinese", meeting_id=elsewhere.id, country_code="CN")
    planned = make_meeting(status="planned")
    guest(planned, person_id=akim.id, organisation_id=akimat.id, side="ours")
    assert promised(officer, f"/meetings/{planned.id}") == {}
    assert NOTHING in officer.text
    ours = make_delegation(direction="outbound")
    member(ours, person_id=akim.id, organisation_id=akimat.id)
    assert promised(officer, f"/delegations/{ours.id}") == {}


def test_a_visit_asks_about_its_members_and_the_guests_of_its_meetings(officer, firm):
    kinne, other = make_person(), make_organisation()
    make_country("CN", "China")
    visit = make_delegation(status="confirmed")
    member(visit, person_id=kinne.id)
    guest(make_meeting(delegation_id=visit.id, status="planned"), organisation_id=firm.id)
    before = make_delegation(country_code="CN", status="completed")
    member(before, person_id=kinne.id)
    make_follow_up(text="with the member", delegation_id=before.id, country_code="CN")
    make_follow_up(text="with the guest", partner_organisation_id=firm.id)
    make_follow_up(text="with nobody here", partner_organisation_id=other.id)
    make_follow_up(text="its own", delegation_id=visit.id, country_code="DE")
    both = {"Our side": ["with the member", "with the guest"]}
    assert promised(officer, f"/delegations/{visit.id}") == both
    officer.click("All of them in the list", within="#promised")
    assert len(officer.rows) == 2


@on_sqlite
def test_only_what_is_ahead_has_the_panel(officer, firm):
    for status in ("held", "cancelled"):
        assert promised(officer, f"/meetings/{make_meeting(status=status).id}") is None
    for status in ("completed", "cancelled"):
        assert promised(officer, f"/delegations/{make_delegation(status=status).id}") is None
    gone = make_meeting(status="planned", archived_at=clock.now())
    assert promised(officer, f"/meetings/{gone.id}") is None


def test_a_row_says_its_age_its_deadline_and_how_it_stands(officer, firm):
    point = make_follow_up(
        country_code="DE", agreed_on=TODAY - timedelta(days=40), due_on=TODAY - timedelta(days=5)
    )
    db.session.add(Progress(follow_up_id=point.id, noted_on=date(2026, 11, 3), text="Sent"))
    db.session.commit()
    officer.open(f"/meetings/{make_meeting(status='planned').id}")
    row = text_of(officer.page.select_one("#promised .sk-row"))
    for text in ("open for 40 days", "5 days overdue", "3 Nov 2026", "Sent"):
        assert text in row, text


def test_many_points_show_the_first_and_lead_to_exactly_the_rest(officer, firm):
    planned = make_meeting(status="planned")
    for number in range(8):
        make_follow_up(text=f"ours {number}", country_code="DE")
    make_follow_up(text="theirs", country_code="DE", responsible_side="partner")
    few = promised(officer, f"/meetings/{planned.id}")
    assert few == {
        "Our side": [f"ours {number}" for number in range(5)],
        "Partner side": ["theirs"],
    }
    assert "Shown: 5 of 8." in text_of(officer.page.select_one("#promised"))
    rest = officer.page.select_one("#promised .fine a[href*=before_meeting]")["href"]
    assert len(officer.open(rest).rows) == 8
    taken = statements(officer, f"/meetings/{planned.id}")
    for number in range(8):
        make_follow_up(text=f"more {number}", country_code="DE", responsible_side="partner")
    assert statements(officer, f"/meetings/{planned.id}") == taken
    for address in ("?before_meeting=x", "?before_meeting=0", "?before_delegation=-1"):
        assert officer.open(f"/follow-ups/{address}").status == 400
    assert officer.open("/follow-ups/?before_meeting=99999").rows == []

"""A delegation's page: its members, and two people who change it at once."""

from urllib.parse import quote

import pytest
from sqlalchemy import select

from crm.audit.models import AuditEntry
from crm.core import clock
from crm.core.database import db
from crm.reference.models import Sector
from tests.delegations.visits import TODAY, make_member, members, only
from tests.factories import make_delegation, make_follow_up, make_meeting, make_sector

pytestmark = pytest.mark.usefixtures("world")


def test_the_page_shows_meetings_and_points_of_the_visit(officer):
    delegation = make_delegation(title="Visit")
    meeting = make_meeting(title="Talks", delegation_id=delegation.id, held_on=TODAY)
    make_meeting(title="Other talks")
    make_follow_up(meeting_id=meeting.id, number=1, text="Send the plan")
    make_follow_up(delegation_id=delegation.id, text="Arrange a return visit")
    make_follow_up(text="Foreign to it")
    text = officer.open(f"/delegations/{delegation.id}").text
    for words in ("Talks 24 Nov 2026", "Send the plan", "Arrange a return visit"):
        assert words in text
    assert "Foreign to it" not in text
    assert "Other talks" not in text
    assert "points without a deadline: 2" in text


def test_members_are_added_corrected_and_taken_out(officer):
    delegation = make_delegation(title="Visit")
    version = delegation.version
    officer.open(f"/delegations/{delegation.id}").click("Add a member", within="#members").submit(
        "Save", name="Karl May", position="Director", organisation="Siemens"
    )
    assert "Karl May Director Siemens" in officer.text
    assert only().version == version
    officer.click("Change the member: Karl May").submit("Save", role="interpreter")
    assert "Karl May Interpreter Director Siemens" in officer.text
    assert only().version == version + 1
    officer.click("Change the member: Karl May").submit("Remove from the delegation")
    assert "nobody named" in officer.text
    assert only().version == version + 2
    parts = select(AuditEntry.action).where(AuditEntry.part == "delegation_members")
    assert db.session.scalars(parts.order_by(AuditEntry.id)).all() == [
        "created",
        "changed",
        "removed",
    ]


def test_members_stand_in_order_of_precedence(officer):
    delegation = make_delegation()
    for number, name in enumerate(("First", "Second", "Third"), start=1):
        make_member(delegation, group_text=name, position_number=number)
    last = members()[-1]
    url = f"/delegations/{delegation.id}/members/{last.id}/edit"
    officer.open(url).submit("Save", place="1")
    assert [member.group_text for member in members()] == ["Third", "First", "Second"]
    officer.open(url).submit("Save", place="99")
    assert [member.group_text for member in members()] == ["First", "Second", "Third"]


def test_two_people_change_one_member(officer, head):
    delegation = make_delegation()
    for number, name in enumerate(("First", "Second", "Third"), start=1):
        member = make_member(delegation, group_text=name, position_number=number)
    url = f"/delegations/{delegation.id}/members/{member.id}/edit"
    officer.open(url)
    head.open(url).submit("Save", name="Leading firms", place="1")
    officer.submit("Save", name="Small firms", count="5")
    assert officer.status == 409
    assert [row[:2] for row in officer.rows] == [
        ["Name or description both changed it", "Third"],
        ["How many", "empty → 5"],
        ["Place in the order", "3 → 1"],
    ]
    officer.submit("Save what is chosen", **{"resolve-name": "stored"})
    assert officer.redirects == [f"/delegations/{delegation.id}#members"]
    assert [(one.group_text, one.member_count) for one in members()] == [
        ("Leading firms", 5),
        ("First", None),
        ("Second", None),
    ]


def test_two_people_edit_one_delegation(officer, head):
    delegation = make_delegation(title="Visit", purpose="Talks")
    url = f"/delegations/{delegation.id}/edit"
    officer.open(url)
    head.open(url).submit("Save", purpose="Negotiations", **{"sectors-0-code": "MET"})
    officer.submit("Save", purpose="Consultations", **{"sectors-0-code": "ENE"})
    assert officer.status == 409
    for words in ("Talks", "Negotiations", "Consultations", "Metallurgy", "Energy"):
        assert words in officer.text
    officer.submit("Save what is chosen", **{"resolve-purpose": "stored"})
    stored = only()
    assert stored.purpose == "Negotiations"
    assert [sector.code for sector in stored.sectors] == ["ENE"]


def test_saving_without_a_change_leaves_the_version(officer):
    delegation = make_delegation(sectors=[db.session.get(Sector, "MET")])
    version = delegation.version
    officer.open(f"/delegations/{delegation.id}/edit").submit("Save")
    assert only().version == version


def test_a_retired_sector_stays_with_its_delegation(officer):
    old = make_sector("OLD", "Whaling")
    delegation = make_delegation(sectors=[old])
    old.archive(clock.now(), "retired")
    db.session.commit()
    officer.open(f"/delegations/{delegation.id}/edit").submit("Save", purpose="x")
    assert officer.redirects, officer.errors
    assert [sector.code for sector in only().sectors] == ["OLD"]
    officer.open("/delegations/new")
    assert "Whaling" not in officer.text


NO_DELEGATION = ["0", "abc", "2147483648", "-1", "77"]


def test_a_delegation_that_is_none_is_404(officer):
    for address in NO_DELEGATION:
        for page in ("", "/edit", "/members/new", "/members/1/edit", "/archive"):
            assert officer.open(f"/delegations/{quote(address)}{page}").status == 404


def test_a_viewer_reads_and_changes_nothing(viewer):
    delegation = make_delegation()
    member = make_member(delegation)
    viewer.open(f"/delegations/{delegation.id}")
    assert viewer.status == 200
    for word in ("Edit the delegation", "Add a member", "Add a meeting", "Archive"):
        assert word not in viewer.text
    for address in ("edit", "members/new", f"members/{member.id}/edit", "archive"):
        assert viewer.open(f"/delegations/{delegation.id}/{address}").status == 403

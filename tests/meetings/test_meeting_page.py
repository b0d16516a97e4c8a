"""A meeting's page: what it tells, its participants and points."""

from datetime import date
from urllib.parse import quote

import pytest
from flask_babel import refresh
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.audit.models import AuditEntry
from crm.core.database import db
from crm.follow_ups.models.follow_up import FollowUp
from crm.meetings.models import Meeting, Participant
from tests.factories import (
    make_country,
    make_delegation,
    make_district,
    make_follow_up,
    make_meeting,
    make_organisation,
    make_participant,
    make_person,
    make_trade_fact,
)
from tests.meetings.recording import TODAY

pytestmark = pytest.mark.usefixtures("today")


def test_an_archiving_needs_a_reason_and_the_present_version(officer):
    meeting = make_meeting(title="Talks")
    officer.open(f"/meetings/{meeting.id}/archive").submit("Archive", reason=" ")
    assert officer.status == 422
    other = make_meeting(title="Other")
    officer.open(f"/meetings/{other.id}/archive")
    other.place = "Elsewhere"
    db.session.commit()
    officer.submit("Archive", reason="Duplicate")
    assert officer.status == 409
    assert "Duplicate" in officer.page.select_one("[name=reason]").text
    officer.submit("Archive")
    assert "Archived: Other" in officer.text


def test_the_page_shows_figure_contacts_and_place(officer):
    make_trade_fact(is_year_to_date=True)
    make_district("631010000", "Oskemen")
    meeting = make_meeting(title="Talks", place="Akimat", district_code="631010000")
    make_delegation(
        title="Visit of the ambassador", arrives_on=date(2025, 9, 1), date_precision="month"
    )
    make_country("CN", "China")
    make_delegation(title="Chinese visit", country_code="CN")
    make_participant(
        meeting=meeting, side="ours", role="host", group_text=None, position_text="Akim"
    )
    officer.open(f"/meetings/{meeting.id}")
    text = officer.text
    assert "39.5" in text
    assert "Visit of the ambassador September 2025" in text
    assert "Chinese visit" not in text
    assert "Venue Akimat Oskemen" in text
    assert "Received by Akim" in text


def test_contacts_after_a_dated_meeting_are_not_earlier(officer):
    meeting = make_meeting(title="Talks", held_on=date(2026, 1, 1))
    make_meeting(title="Before", held_on=date(2025, 12, 31))
    make_meeting(title="After", held_on=date(2026, 1, 2))
    make_meeting(title="Planned", status="planned")
    make_delegation(title="Visit without a day")
    make_meeting(title="Sometime")
    officer.open(f"/meetings/{meeting.id}")
    assert panels(officer) == {
        "Earlier contacts": ["Before"],
        "Other contacts, order not known": ["Sometime"],
    }


def panels(officer):
    found = {}
    for box in officer.page.select("aside .sk-sec:has(h2)"):
        found[box.select_one("h2").text] = [link.text for link in box.select(".sk-list a")]
    return found


def test_of_no_contact_it_is_said_that_it_was_earlier_when_nobody_knows(officer):
    in_spring = make_meeting(title="Talks", held_on=date(2026, 4, 1), date_precision="month")
    make_meeting(title="In March", held_on=date(2026, 3, 31))
    make_meeting(title="In April", held_on=date(2026, 4, 10))
    make_meeting(title="That year", held_on=date(2026, 1, 1), date_precision="year")
    officer.open(f"/meetings/{in_spring.id}")
    assert panels(officer) == {
        "Earlier contacts": ["In March"],
        "Other contacts, order not known": ["In April", "That year"],
    }
    undated = make_meeting(title="Sometime")
    officer.open(f"/meetings/{undated.id}")
    assert list(panels(officer)) == ["Other contacts, order not known"]


def test_an_undated_meeting_has_no_contacts_in_the_future(officer):
    meeting = make_meeting(title="Talks")
    make_meeting(title="Tomorrow", held_on=date(2026, 11, 25))
    make_delegation(title="Coming", arrives_on=date(2026, 11, 30), date_precision="day")
    make_delegation(title="Been here", status="completed")
    officer.open(f"/meetings/{meeting.id}")
    assert [link.text for link in officer.page.select("aside .sk-list a")] == ["Been here"]


def test_the_next_step_is_what_is_late_then_what_has_no_deadline(officer):
    meeting = make_meeting()
    make_follow_up(meeting=meeting, number=1)
    officer.open(f"/meetings/{meeting.id}")
    assert "Next step: one point has no deadline" in officer.text
    make_follow_up(meeting_id=meeting.id, number=2, due_on=date(2026, 11, 1))
    officer.open(f"/meetings/{meeting.id}")
    assert "Next step: one point is overdue" in officer.text


def test_a_meeting_without_anything_due_has_no_next_step(officer):
    meeting = make_meeting()
    make_follow_up(meeting=meeting, number=1, due_on=TODAY)
    make_follow_up(meeting=meeting, number=2, status="done", outcome="Held")
    officer.open(f"/meetings/{meeting.id}")
    assert "Next step" not in officer.text


NO_MEETING = ["0", "abc", "2147483648", "99999999999999999999", "-1", "77"]


def test_a_meeting_that_is_none_is_404(officer):
    for address in NO_MEETING:
        for page in ("", "/edit", "/participants/new", "/participants/1/edit", "/archive"):
            assert officer.open(f"/meetings/{quote(address)}{page}").status == 404


def test_a_point_is_added_on_the_page(officer):
    meeting = make_meeting()
    make_follow_up(meeting=meeting, number=1)
    version = meeting.version
    officer.open(f"/meetings/{meeting.id}").submit(
        "Save the point", text="Send the plan", kind="provide_info", due_on="2026-12-01"
    )
    assert "№ 2 Send the plan" in officer.text
    point = db.session.scalars(select(FollowUp).order_by(FollowUp.id.desc())).first()
    assert (point.number, point.due_on, point.country_code) == (2, date(2026, 12, 1), "DE")
    assert db.session.get(Meeting, meeting.id).version == version


def test_a_point_without_words_is_refused_and_kept(officer):
    meeting = make_meeting()
    officer.open(f"/meetings/{meeting.id}").submit("Save the point", due_on="2026-12-01", text=" ")
    assert officer.status == 422
    assert "What was agreed: Write what was agreed" in officer.errors
    assert officer.page.select_one("#new-point[open] [name=due_on]")["value"] == "2026-12-01"
    assert db.session.scalars(select(FollowUp)).all() == []


def test_a_participant_is_added_without_a_version(officer):
    meeting = make_meeting()
    version = meeting.version
    officer.open(f"/meetings/{meeting.id}").click(
        "Add a participant", within="#participants"
    ).submit("Save", name="Karl May", position="Director", organisation="Siemens")
    assert "Karl May Director Siemens" in officer.text
    assert officer.redirects == [f"/meetings/{meeting.id}#participants"]
    meeting = db.session.get(Meeting, meeting.id)
    assert meeting.version == version


def test_a_participant_is_corrected_and_the_version_moves(officer):
    meeting = make_meeting()
    one = make_participant(meeting=meeting, group_text="Firms", position_text=None)
    version = meeting.version
    officer.open(f"/meetings/{meeting.id}").click("Change the participant: Firms").submit(
        "Save", name="Leading firms", count="12", side="ours"
    )
    assert "Leading firms" in officer.text
    assert "Number: 12" in officer.text
    db.session.expire_all()
    stored = db.session.get(Participant, one.id)
    assert (stored.group_text, stored.member_count, stored.side) == ("Leading firms", 12, "ours")
    assert db.session.get(Meeting, meeting.id).version == version + 1


def test_a_correction_leaves_person_and_post_as_they_were(officer):
    meeting = make_meeting(held_on=date(2020, 5, 5))
    officer.open(f"/meetings/{meeting.id}/participants/new").submit(
        "Save", name="Karl May", position="Consul", organisation="Consulate"
    )
    one = db.session.scalars(select(Participant)).one()
    officer.open(f"/meetings/{meeting.id}/participants/{one.id}/edit").submit("Save", role="head")
    db.session.expire_all()
    changed = db.session.get(Participant, one.id)
    assert (changed.position_text, changed.organisation_text, changed.role) == (
        "Consul",
        "Consulate",
        "head",
    )
    assert changed.person_id == one.person_id


def test_participants_stand_in_order_of_precedence_on_each_side(officer):
    meeting = make_meeting()
    for name, side in (("A", "ours"), ("B", "partner"), ("C", "ours"), ("D", "partner")):
        last = make_participant(meeting=meeting, group_text=name, side=side)
    url = f"/meetings/{meeting.id}/participants/{last.id}/edit"
    officer.open(url).submit("Save", place="1")
    names = [link.text for link in officer.page.select(".sk-who b")]
    assert names == ["A", "C", "D", "B"]


def test_a_removal_stands_in_the_history(officer):
    meeting = make_meeting()
    one = make_participant(meeting=meeting, group_text="Firms")
    officer.open(f"/meetings/{meeting.id}/participants/{one.id}/edit")
    officer.submit("Remove from the meeting")
    assert db.session.scalars(select(Participant)).all() == []
    entries = select(AuditEntry.action).where(AuditEntry.part == "participants")
    actions = db.session.scalars(entries.order_by(AuditEntry.id)).all()
    assert actions == ["created", "removed"]


def test_a_participant_of_another_meeting_is_404(officer):
    one = make_participant()
    other = make_meeting()
    assert officer.open(f"/meetings/{other.id}/participants/{one.id}/edit").status == 404


def test_a_viewer_reads_and_changes_nothing(viewer):
    meeting = make_meeting()
    one = make_participant(meeting=meeting)
    viewer.open(f"/meetings/{meeting.id}")
    assert viewer.status == 200
    for word in ("Edit the meeting", "Add a participant", "Add a point", "Archive"):
        assert word not in viewer.text
    for address in ("edit", "participants/new", f"participants/{one.id}/edit", "archive"):
        assert viewer.open(f"/meetings/{meeting.id}/{address}").status == 403
    for address in ("edit", "points", f"participants/{one.id}/remove", "restore"):
        viewer.open(f"/meetings/{meeting.id}").post(f"/meetings/{meeting.id}/{address}")
        assert viewer.status == 403


def test_a_snapshot_is_read_in_the_reader_s_language_until_the_name_changes(app):
    place = make_organisation(name_en="Embassy", name_kk="Елшілік")
    make_participant(
        person=make_person(), group_text=None, organisation=place, organisation_text="Елшілік"
    )
    statement = select(Participant).options(
        joinedload(Participant.person), joinedload(Participant.organisation)
    )
    one = db.session.scalars(statement).one()
    with app.test_request_context(headers={"Cookie": "language=en"}):
        refresh()  # it stands in the context of the test, where a language is known already
        assert one.organisation_name == "Embassy"
        place.name_kk = "Германия елшілігі"
        assert one.organisation_name == "Елшілік"


def test_a_step_s_address_leads_to_its_meeting(officer):
    meeting = make_meeting()
    url = f"/meetings/{meeting.id}"
    officer.open(url).submit("Save the point", text="")
    assert officer.status == 422
    assert officer.open(officer.url).redirects == [url]


def test_the_form_of_a_new_point_is_drawn_for_each_reader_and_meeting(officer, head):
    first, second = make_meeting(), make_meeting()
    for reader, meeting in ((officer, first), (head, first), (officer, second)):
        page = reader.open(f"/meetings/{meeting.id}").page
        form, name = page.select_one("#new-point form"), page.select_one(".sk-user .name").text
        assert form["action"] == f"/meetings/{meeting.id}/points"
        assert form.select_one("select[name=owner_id] option[selected]").text == name
        assert "\x00" not in str(page)

"""Every change of a record is written down, once, by the database transaction that makes it."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import selectinload

from crm.audit.models import Action, AuditEntry
from crm.audit.queries import changes_since, history_of
from crm.core import clock
from crm.core.database import db
from crm.meetings.models import Meeting, MeetingSector, Weight
from crm.organisations.models import Organisation
from tests.factories import (
    make_meeting,
    make_organisation,
    make_participant,
    make_sector,
    make_user,
)

pytestmark = pytest.mark.usefixtures("app")


def entries(record):
    return list(db.session.scalars(history_of(record.__tablename__, record.id)).unique())


def changes(entry):
    return {change.field: (change.old, change.new) for change in entry.changes}


def test_a_new_record_is_written_down_with_its_values():
    meeting = make_meeting(title="Talks on titanium")
    (entry,) = entries(meeting)
    assert (entry.action, entry.version) == (Action.CREATED, 1)
    assert changes(entry)["title"] == (None, "Talks on titanium")
    assert "place" not in changes(entry)


def test_a_change_names_the_old_and_the_new_value_who_and_when():
    meeting = make_meeting(title="Talks")
    somebody = make_user()
    db.session.info["actor_id"] = somebody.id
    meeting.title = "Negotiations"
    db.session.commit()
    newest = entries(meeting)[0]
    assert changes(newest) == {"title": ("Talks", "Negotiations")}
    assert (newest.version, newest.actor_id) == (2, somebody.id)
    assert abs((clock.now() - newest.made_at).total_seconds()) < 60


def test_a_save_that_changes_nothing_leaves_no_line_and_no_new_version():
    meeting = make_meeting(title="Talks")
    meeting.title = "Talks"
    db.session.commit()
    assert len(entries(meeting)) == 1
    assert meeting.version == 1


def test_a_change_taken_back_by_a_rollback_leaves_no_line():
    meeting = make_meeting()
    meeting.title = "Never"
    db.session.flush()
    db.session.rollback()
    assert [entry.action for entry in entries(meeting)] == [Action.CREATED]


def test_sectors_of_a_meeting_are_one_field_of_it_and_count_its_version_up():
    make_sector("MET")
    make_sector("TUR", "Tourism")
    meeting = make_meeting()
    db.session.refresh(meeting, ["sector_links"])
    meeting.sector_links = [
        MeetingSector(sector_code="TUR", weight=Weight.DISCUSSED),
        MeetingSector(sector_code="MET", weight=Weight.FOCUS),
    ]
    db.session.commit()
    newest = entries(meeting)[0]
    assert changes(newest) == {"sector_links": ([], [["MET", "focus"], ["TUR", "discussed"]])}
    assert newest.version == meeting.version == 2


def test_a_part_is_written_down_in_the_history_of_its_record():
    participant = make_participant(group_text="Leading firms")
    meeting = db.session.get(Meeting, participant.meeting_id)
    db.session.delete(participant)
    db.session.commit()
    removed, added = entries(meeting)[:2]
    assert (added.part, added.action) == ("participants", Action.CREATED)
    assert (removed.part, removed.action) == ("participants", Action.REMOVED)
    assert changes(removed)["group_text"] == ("Leading firms", None)


def test_archiving_and_restoring_are_told_apart_from_other_changes():
    organisation = make_organisation()
    organisation.archive(clock.now(), "recorded twice")
    db.session.commit()
    organisation.restore()
    db.session.commit()
    assert [entry.action for entry in entries(organisation)] == [
        Action.RESTORED,
        Action.ARCHIVED,
        Action.CREATED,
    ]


def test_the_first_change_since_a_version_carries_what_stood_there_then():
    meeting = make_meeting(place="Astana")
    for place in ("Oskemen", "Ridder"):
        meeting.place = place
        db.session.commit()
    found = [
        (change.old, change.new)
        for _entry, change in db.session.execute(changes_since("meetings", meeting.id, 1))
    ]
    assert found == [("Astana", "Oskemen"), ("Oskemen", "Ridder")]
    assert not db.session.execute(changes_since("meetings", meeting.id, 3)).all()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET kind = 'other'",
        "DELETE FROM audit_changes",
        "DELETE FROM audit_entries",
    ],
)
def test_the_database_itself_refuses_to_rewrite_the_trail(statement):
    make_meeting()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.parametrize("statement", [update(Organisation).values(note="x"), delete(Organisation)])
def test_a_bulk_write_that_would_leave_no_trail_is_refused(statement):
    with pytest.raises(RuntimeError, match="trail"):
        db.session.execute(statement)
    db.session.rollback()


def test_a_password_never_stands_in_the_trail():
    user = make_user()
    entry = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.kind == "users", AuditEntry.record_id == str(user.id))
        .options(selectinload(AuditEntry.changes))
    ).one()
    assert not {"password_hash"} & set(changes(entry))
    assert changes(entry)["role"] == (None, "officer")


def test_a_part_taken_out_of_its_list_is_written_down_as_removed():
    participant = make_participant(group_text="Leading firms")
    meeting = db.session.get(Meeting, participant.meeting_id)
    db.session.refresh(meeting, ["participants"])
    meeting.participants.remove(participant)
    db.session.commit()
    newest = entries(meeting)[0]
    assert (newest.part, newest.action) == ("participants", Action.REMOVED)
    assert changes(newest)["group_text"] == ("Leading firms", None)

"""Numbers of points within their meeting, also when two are recorded at once."""

from datetime import date
from threading import Barrier, Thread

from sqlalchemy import select

from crm.core.database import db
from crm.follow_ups import services
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpKind, ResponsibleSide
from crm.meetings.models import Meeting
from tests.factories import make_delegation, make_follow_up, make_meeting, make_user

TODAY = date(2026, 11, 24)


def numbers_of(meeting_id):
    statement = select(FollowUp.number).where(FollowUp.meeting_id == meeting_id)
    return sorted(db.session.scalars(statement))


def test_a_point_takes_what_its_meeting_knows(app):
    delegation = make_delegation()
    meeting = make_meeting(delegation_id=delegation.id, held_on=date(2026, 11, 20))
    owner = make_user()
    point = services.add_point(
        meeting,
        text="Exchange of experience",
        kind=FollowUpKind.CONSULTATION,
        responsible_side=ResponsibleSide.BOTH,
        owner_id=owner.id,
        due_on=date(2026, 12, 1),
        today=TODAY,
    )
    db.session.commit()
    assert (point.country_code, point.delegation_id, point.number) == ("DE", delegation.id, 1)
    assert (point.agreed_on, point.original_due_on) == (date(2026, 11, 20), date(2026, 12, 1))
    assert (point.status, point.status_since) == ("agreed", TODAY)


def test_an_unknown_day_of_agreement_stays_unknown(app):
    for precision in ("month", "publication_day"):
        meeting = make_meeting(held_on=date(2026, 9, 1), date_precision=precision)
        point = services.add_point(
            meeting, text="x", kind=FollowUpKind.OTHER, owner_id=make_user().id, today=TODAY
        )
        assert point.agreed_on is None


def test_a_meeting_still_ahead_or_given_up_gives_no_day_of_agreement(app):
    day = date(2026, 11, 20)
    for status, today, agreed_on in (
        ("planned", TODAY, None),
        ("cancelled", day, None),
        ("held", date(2026, 11, 19), None),
        ("held", day, day),
    ):
        meeting = make_meeting(held_on=day, status=status)
        point = services.add_point(
            meeting, text="x", kind=FollowUpKind.OTHER, owner_id=make_user().id, today=today
        )
        assert point.agreed_on == agreed_on, status


def test_a_number_is_not_given_twice_though_the_last_point_was_archived(app):
    meeting = make_meeting()
    make_follow_up(meeting_id=meeting.id, number=4, archived_at=None)
    point = services.add_point(
        meeting, text="x", kind=FollowUpKind.OTHER, owner_id=make_user().id, today=TODAY
    )
    assert point.number == 5


def test_points_recorded_at_once_get_numbers_of_their_own(app):
    meeting_id, owner_id = make_meeting().id, make_user().id
    db.session.remove()
    start, refused = Barrier(4), []

    def record():
        with app.app_context():
            start.wait()
            try:
                for _ in range(5):
                    services.add_point(
                        db.session.get(Meeting, meeting_id),
                        text="x",
                        kind=FollowUpKind.OTHER,
                        owner_id=owner_id,
                        today=TODAY,
                    )
                    db.session.commit()
            except Exception as error:
                refused.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert numbers_of(meeting_id) == list(range(1, 21))

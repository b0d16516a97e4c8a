"""A session shows its reader only what they may see, however the question is put."""

import pytest
from sqlalchemy import func, select, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from crm.accounts.models import User
from crm.audit.models import AuditChange, AuditEntry
from crm.core.database import db
from crm.core.sight import EVERYTHING, NOBODY, Sight, only_of, seeing, seeing_everything
from crm.delegations.models.delegation import Delegation, DelegationMember
from crm.follow_ups.models.extensions import Extension
from crm.follow_ups.models.follow_up import Executor, FollowUp, Progress
from crm.meetings.models import Meeting, MeetingSector, Participant
from tests.factories import (
    make_delegation,
    make_follow_up,
    make_meeting,
    make_participant,
    make_sector,
    make_user,
)
from tests.sweep import make_member


@pytest.fixture
def people(app):
    names = ("officer", "helper", "owner", "executor", "stranger")
    found = {name: make_user(email=f"{name}@test.example") for name in names}
    db.session.commit()
    return {name: user.id for name, user in found.items()}


def user(people, name):
    return db.session.get(User, people[name])


def seen_by(people, name, statement):
    sight = {"nobody": NOBODY, "head": EVERYTHING}.get(name) or Sight(people[name])
    with seeing(sight):
        return sorted(db.session.scalars(statement).unique())


@pytest.fixture
def world(people):
    """An open meeting beside a restricted one with a point that has an owner and an executor."""
    make_sector()
    with seeing_everything():
        open_one = make_meeting(title="open", officer=user(people, "officer"))
        secret = make_meeting(
            title="secret",
            officer=user(people, "officer"),
            team=[user(people, "helper")],
            restricted=True,
            sector_links=[MeetingSector(sector_code="MET")],
        )
        make_participant(meeting=secret)
        point = make_follow_up(
            text="of the secret one",
            meeting_id=secret.id,
            owner=user(people, "owner"),
            executors=[Executor(is_lead=False, user_id=people["executor"])],
        )
        db.session.add(Progress(follow_up_id=point.id, noted_on=point.status_since, text="so"))
        make_follow_up(text="of the open one", meeting_id=open_one.id)
        ids = {"open": open_one.id, "secret": secret.id, "point": point.id}
        db.session.commit()
        db.session.expunge_all()
    return ids


@pytest.mark.parametrize("name", ["officer", "helper", "owner", "executor", "stranger"])
def test_a_restricted_meeting_is_seen_by_its_officer_its_team_and_heads(people, world, name):
    is_in = name in ("officer", "helper")
    titles = ["open", "secret"] if is_in else ["open"]
    assert seen_by(people, name, select(Meeting.title)) == titles
    assert seen_by(people, "head", select(Meeting.title)) == ["open", "secret"]
    assert seen_by(people, "nobody", select(Meeting.title)) == ["open"]


def test_every_way_to_ask_is_narrowed(people, world):
    also = aliased(Meeting)
    inside = select(Meeting.id).subquery()
    titles = select(Meeting.title).where(Meeting.id == FollowUp.meeting_id).scalar_subquery()
    for statement, seen, hidden in (
        (select(func.count()).select_from(Meeting), [2], [1]),
        (select(func.count(Meeting.id)), [2], [1]),
        (select(also.title), ["open", "secret"], ["open"]),
        (select(inside), 2, 1),
        (select(func.count()).select_from(inside), [2], [1]),
        (select(FollowUp.id).join(Meeting, Meeting.id == FollowUp.meeting_id), 2, 1),
        (select(FollowUp.id).join(FollowUp.meeting), 2, 1),
        (select(FollowUp.text).where(FollowUp.meeting_id.in_(select(also.id))), 2, 1),
        (
            select(func.count()).select_from(Meeting).join(inside, inside.c.id == Meeting.id),
            [2],
            [1],
        ),
        (select(func.max(Meeting.id)), [world["secret"]], [world["open"]]),
        (
            select(titles).select_from(FollowUp).where(titles.is_not(None)),
            ["open", "secret"],
            ["open"],
        ),
        (select(Participant.id), 1, 0),
        (select(MeetingSector.meeting_id), 1, 0),
        (select(Participant.id).join(Participant.meeting), 1, 0),
        (select(Meeting.id).where(Meeting.participants.any()), 1, 0),
        (select(Executor.id), 1, 0),
        (select(Progress.id), 1, 0),
        (select(FollowUp.id).where(select(Executor.id).exists()), 2, 0),
        (select(AuditEntry.id).where(AuditEntry.kind == "meetings"), 3, 1),
        (
            select(AuditChange.id)
            .join(AuditEntry, AuditEntry.id == AuditChange.entry_id)
            .where(
                AuditEntry.record_id == str(world["secret"]),
                AuditEntry.kind == "meetings",
                AuditChange.field == "title",
            ),
            1,
            0,
        ),
    ):
        for name, expected in (("officer", seen), ("stranger", hidden), ("helper", seen)):
            found = seen_by(people, name, statement)
            assert (len(found) if isinstance(expected, int) else found) == expected, (
                name,
                str(statement),
            )


def test_a_record_is_not_got_by_its_id(people, world):
    with seeing(Sight(people["stranger"])):
        assert db.session.get(Meeting, world["secret"]) is None
        assert db.session.get(Meeting, world["open"]).title == "open"
    with seeing(Sight(people["officer"])):
        assert db.session.get(Meeting, world["secret"]).title == "secret"


def test_what_was_loaded_with_other_eyes_is_not_carried_over(people, world):
    statement = select(FollowUp).options(joinedload(FollowUp.meeting)).order_by(FollowUp.id)
    with seeing(EVERYTHING):
        kept = db.session.scalars(statement).all()
        assert [one.meeting.title for one in kept] == ["secret", "open"]
    with seeing(Sight(people["owner"])):
        assert [one.meeting and one.meeting.title for one in db.session.scalars(statement)] == [
            None,
            "open",
        ]
        assert db.session.get(Meeting, world["secret"]) is None


@pytest.mark.parametrize("load", [joinedload, selectinload])
def test_an_owner_and_an_executor_see_the_point_with_the_meeting_unnamed(people, world, load):
    statement = (
        select(FollowUp).where(FollowUp.id == world["point"]).options(load(FollowUp.meeting))
    )
    for name, title in (("owner", None), ("executor", None), ("officer", "secret")):
        with seeing(Sight(people[name])):
            point = db.session.scalar(statement)
            assert (point.meeting and point.meeting.title) == title, name
    with seeing(Sight(people["stranger"])):
        assert db.session.scalar(statement) is None


def test_a_restricted_point_is_its_owners_and_its_teams_not_its_executors(people):
    make_follow_up(
        text="own",
        restricted=True,
        owner=user(people, "owner"),
        team=[user(people, "helper")],
        executors=[Executor(is_lead=True, user_id=people["executor"])],
    )
    seen = [name for name in people if seen_by(people, name, select(FollowUp.text))]
    assert seen == ["helper", "owner"]


def test_a_restricted_delegation_hides_what_hangs_on_it(people):
    delegation = make_delegation(
        restricted=True, officer=user(people, "officer"), team=[user(people, "helper")]
    )
    make_member(delegation)
    meeting = make_meeting(delegation_id=delegation.id, officer=user(people, "owner"))
    make_follow_up(
        text="met", meeting_id=meeting.id, delegation_id=delegation.id, owner=user(people, "helper")
    )
    make_follow_up(text="alone", delegation_id=delegation.id, owner=user(people, "executor"))
    expected = {
        "officer": (1, 1, 1, ["alone", "met"]),
        "helper": (1, 1, 1, ["alone", "met"]),
        "owner": (0, 0, 1, ["met"]),  # the officer of the meeting: the delegation unnamed
        "executor": (0, 0, 0, ["alone"]),
        "stranger": (0, 0, 0, []),
    }
    for name, counts in expected.items():
        found = [
            len(seen_by(people, name, select(model.id)))
            for model in (Delegation, DelegationMember, Meeting)
        ]
        assert (*found, seen_by(people, name, select(FollowUp.text))) == counts, name


def test_a_union_is_narrowed_too(people, world):
    both = union_all(select(Meeting.title), select(FollowUp.text))
    assert seen_by(people, "stranger", both) == ["of the open one", "open"]


def test_a_trail_asked_for_of_one_kind_of_records_shows_their_visible_entries_and_no_others(
    people, world
):
    of_meetings = only_of(select(AuditEntry), Meeting)
    of_points = only_of(select(AuditChange).options(joinedload(AuditChange.entry)), FollowUp)

    def seen(name):
        with seeing({"head": EVERYTHING}.get(name) or Sight(people[name])):
            kinds = {(one.kind, one.record_id) for one in db.session.scalars(of_meetings)}
            return kinds, {one.entry.record_id for one in db.session.scalars(of_points)}

    opened, secret = (("meetings", str(world[one])) for one in ("open", "secret"))
    point, other = str(world["point"]), str(world["point"] + 1)
    assert seen("officer") == ({opened, secret}, {point, other})
    assert seen("owner") == ({opened}, {point, other})
    assert seen("stranger") == ({opened}, {other})
    trail, _changes = seen("head")  # who is kept from nothing is asked nothing
    assert {opened, secret, ("follow_ups", point)} <= trail


def test_a_guarded_table_is_read_through_its_model(people, world):
    for statement in (
        select(Meeting.__table__.c.title),
        select(func.count()).select_from(Extension.__table__),
    ):
        with pytest.raises(RuntimeError, match="restricted rows"), seeing(Sight(1)):
            db.session.execute(statement).all()


def test_a_change_of_a_hidden_record_at_hand_is_no_error(people, world):
    with seeing_everything():
        secret = db.session.get(Meeting, world["secret"])
    secret.title = "more secret"
    db.session.commit()
    db.session.refresh(secret)
    assert (secret.title, secret.version) == ("more secret", 2)

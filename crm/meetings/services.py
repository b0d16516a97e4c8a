"""Recording who took part in a meeting and what it was about."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crm.core.database import db
from crm.core.dates import EXACT
from crm.delegations.services.parties import (
    OUR_COUNTRY,
    Finder,
    Named,
    add_all,
    describe,
    next_number,
)
from crm.meetings.models import (
    Meeting,
    MeetingSector,
    Participant,
    ParticipantRole,
    Side,
    Weight,
)


@dataclass(frozen=True)
class Given:
    """A participant as typed, with side and role."""

    side: Side
    named: Named
    role: ParticipantRole = ParticipantRole.MEMBER


def add_participant(meeting: Meeting, given: Given) -> Participant:
    """A new last participant of ``meeting``, added and flushed; raises AmbiguousName.

    People and organisations that are missing are made: the partner's in the country of the
    meeting, ours in Kazakhstan. Post and organisation are kept as at the meeting.
    """
    known = finder_for(meeting, given.side).known(given.named)
    numbers = select(Participant.position_number).where(Participant.meeting_id == meeting.id)
    participant = Participant(
        meeting_id=meeting.id,
        side=given.side,
        role=given.role,
        position_number=next_number(numbers),
    )
    known.write_to(participant)
    db.session.add(participant)
    db.session.flush()
    return participant


def add_participants(meeting: Meeting, rows: Sequence[Given]) -> None:
    """All of ``rows`` as participants, in their order; raises UnclearRows after trying each."""
    add_all(rows, lambda given: add_participant(meeting, given))


def change_participant(participant: Participant, given: Given, meeting: Meeting) -> None:
    """Correct ``participant``; the snapshot follows only what was typed. Raises AmbiguousName."""
    describe(participant, given.named, finder_for(meeting, given.side))
    participant.side, participant.role = given.side, given.role


def finder_for(meeting: Meeting, side: Side) -> Finder:
    """Finds or makes those of one side, with the posts of the day of the meeting."""
    home = meeting.country_code if side == Side.PARTNER else OUR_COUNTRY
    day = meeting.held_on if meeting.date_precision in EXACT else None
    return Finder(home, meeting.text_language, day)


def set_sectors(meeting: Meeting, weights: Sequence[tuple[str, Weight]]) -> None:
    """The sectors of ``meeting`` from now on, in this order; links that stay are left alone.

    A changed weight is a new link in place of the old one: so the trail sees the change.
    """
    stored = {(link.sector_code, link.weight): link for link in meeting.sector_links}
    links = []
    for place, (code, weight) in enumerate(weights, start=1):
        link = stored.get((code, weight)) or MeetingSector(sector_code=code, weight=weight)
        link.position_number = place
        links.append(link)
    meeting.sector_links = links

"""Recording who took part in a meeting and what it was about."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crm.core.database import db
from crm.core.dates import EXACT
from crm.delegations.services import (
    OUR_COUNTRY,
    Finder,
    Named,
    UnclearRows,
    describe,
    named_of,
    namesakes,
)
from crm.meetings.models import (
    Meeting,
    MeetingSector,
    Participant,
    ParticipantRole,
    Side,
    Weight,
)
from crm.organisations.services import AmbiguousName


@dataclass(frozen=True)
class Given:
    """A participant as typed, with side and role."""

    side: Side
    named: Named
    role: ParticipantRole = ParticipantRole.MEMBER


def add_participant(meeting: Meeting, given: Given, language: str) -> Participant:
    """A new last participant of ``meeting``, added and flushed; raises AmbiguousName.

    People and organisations that are missing are made: the partner's in the country of the
    meeting, ours in Kazakhstan. Post and organisation are kept as at the meeting.
    """
    known = finder_for(meeting, given.side, language).known(given.named)
    participant = Participant(
        meeting_id=meeting.id,
        side=given.side,
        role=given.role,
        position_number=_next_number(meeting),
        person=known.person,
        organisation=known.organisation,
        group_text=known.group_text,
        position_text=known.position_text,
        organisation_text=known.organisation_text,
        member_count=known.member_count,
    )
    db.session.add(participant)
    db.session.flush()
    return participant


def add_participants(meeting: Meeting, rows: Sequence[Given], language: str) -> None:
    """All of ``rows`` as participants, in their order; raises UnclearRows after trying each."""
    unclear = {}
    for place, given in enumerate(rows):
        try:
            add_participant(meeting, given, language)
        except AmbiguousName as error:
            unclear[place] = namesakes(error)
    if unclear:
        raise UnclearRows(unclear)


def change_participant(participant: Participant, given: Given, meeting: Meeting) -> None:
    """Correct ``participant``; the snapshot follows only what was typed. Raises AmbiguousName."""
    finder = finder_for(meeting, given.side, meeting.text_language)
    known = describe(participant, given.named, finder)
    if known is not None:
        participant.organisation_text = known.organisation_text
    participant.side, participant.role = given.side, given.role


def finder_for(meeting: Meeting, side: Side, language: str) -> Finder:
    """Finds or makes those of one side, with the posts of the day of the meeting."""
    home = meeting.country_code if side == Side.PARTNER else OUR_COUNTRY
    return Finder(home, language, meeting.held_on if meeting.date_precision in EXACT else None)


def given_of(participant: Participant) -> Given:
    """``participant`` as a form shows it."""
    return Given(participant.side, named_of(participant), participant.role)


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


def _next_number(meeting: Meeting) -> int:
    numbers = select(Participant.position_number).where(Participant.meeting_id == meeting.id)
    return max(db.session.scalars(numbers), default=0) + 1

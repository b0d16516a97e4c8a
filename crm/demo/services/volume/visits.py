"""Delegations and meetings with who took part, made up."""

from datetime import date, time, timedelta
from typing import Any

from crm.accounts.models import Language
from crm.core.dates import DatePrecision, first_of
from crm.countries.models import HOME
from crm.delegations.models.delegation import (
    Delegation,
    DelegationMember,
    ProgrammeItem,
    delegation_sectors,
    delegation_team,
)
from crm.delegations.models.terms import (
    Channel,
    DelegationStatus,
    Direction,
    Level,
    MemberRole,
)
from crm.demo.services.volume.chance import TODAY, Chance, Shares
from crm.demo.services.volume.found import Lists, Partners, Staff
from crm.demo.services.volume.words import (
    ARCHIVED,
    COUNTRIES,
    DELEGATIONS,
    HOSTS,
    LANGUAGES,
    MEETINGS,
    PLACES,
    POSITIONS,
    TOPICS,
    brand,
)
from crm.demo.services.volume.writer import Writer
from crm.meetings.models import (
    Meeting,
    MeetingKind,
    MeetingSector,
    MeetingStatus,
    Participant,
    ParticipantRole,
    Side,
    Weight,
    meeting_team,
)

RESTRICTED = 3  # of a hundred records
_PRECISIONS = Shares(
    {
        **{DatePrecision.DAY: 80, DatePrecision.PUBLICATION_DAY: 4, DatePrecision.WEEK: 2},
        **{DatePrecision.MONTH: 4, DatePrecision.QUARTER: 2, DatePrecision.YEAR: 2},
        **{DatePrecision.RANGE: 3, DatePrecision.UNKNOWN: 3},
    }
)
_KINDS = Shares(
    {
        **{MeetingKind.WORKING_MEETING: 40, MeetingKind.NEGOTIATION: 25, MeetingKind.FORUM: 5},
        **{MeetingKind.CONSULTATION: 10, MeetingKind.SITE_VISIT: 8, MeetingKind.CALL: 4},
        **{MeetingKind.VIDEO_CALL: 8},
    }
)
_DIRECTIONS = Shares({Direction.INBOUND: 80, Direction.OUTBOUND: 15, Direction.THIRD_PLACE: 5})
_LAST_PLAN = TODAY + timedelta(days=60)


class Visits:
    """Delegations first, then meetings, some of which are with them."""

    def __init__(self, writer: Writer, staff: Staff, partners: Partners, lists: Lists) -> None:
        self._writer, self._staff, self._partners, self._lists = writer, staff, partners, lists
        self._delegations: dict[str, list[int]] = {}

    def add_delegations(self, count: int) -> None:
        """``count`` delegations with members, a programme and sectors."""
        chance = Chance(f"delegations {self._writer.next_id(Delegation)}")
        for _ in range(count):
            delegation = self._delegation(chance)
            team = self._restrict(delegation, chance)
            recorded = min(delegation.arrives_on or chance.recent_day(), TODAY)
            made = self._writer.add(delegation, chance.hour_of(recorded), delegation.officer_id)
            self._delegations.setdefault(delegation.country_code, []).append(made)
            for user in team:
                self._writer.link(delegation_team, delegation_id=made, user_id=user)
            for code in self._lists.some_sectors(chance, 3):
                self._writer.link(delegation_sectors, delegation_id=made, sector_code=code)
            self._add_members(made, delegation.country_code, chance)
            self._add_programme(made, delegation.arrives_on, chance)

    def _delegation(self, chance: Chance) -> Delegation:
        language, first = LANGUAGES.draw(chance), _day_of(chance)
        precision = _PRECISIONS.draw(chance)
        dates = _dated("arrives_on", "departs_on", first, precision, chance)
        is_over = dates["arrives_on"] is not None and dates["arrives_on"] < TODAY
        latin, cyrillic = brand(chance)
        name = latin if language == "en" else cyrillic
        return Delegation(
            title=DELEGATIONS[language].format(name, chance.choice(TOPICS[language])),
            text_language=language,
            country_code=COUNTRIES.draw(chance),
            direction=_DIRECTIONS.draw(chance),
            level=chance.choice(list(Level)) if chance.maybe(80) else None,
            status=DelegationStatus.COMPLETED if is_over else DelegationStatus.PLANNED,
            officer_id=self._staff.officer(chance),
            received_by=chance.choice(HOSTS[language]),
            channel=chance.choice(list(Channel)) if chance.maybe(60) else None,
            purpose=chance.choice(TOPICS[language]),
            **dates,
        )

    def _add_members(self, delegation: int, country: str, chance: Chance) -> None:
        for place in range(1, chance.randrange(2, 5)):
            role = MemberRole.HEAD if place == 1 else MemberRole.MEMBER
            party = self._party(country, chance)
            self._writer.add(
                DelegationMember(
                    delegation_id=delegation, role=role, position_number=place, **party
                )
            )

    def _add_programme(self, delegation: int, first: date | None, chance: Chance) -> None:
        for place in range(chance.randrange(3)):
            self._writer.add(
                ProgrammeItem(
                    delegation_id=delegation,
                    planned_on=first,
                    starts_at=None if first is None else time(9 + place * 2),
                    ends_at=None if first is None else time(10 + place * 2),
                    title=chance.choice(TOPICS[Language.KK]),
                    place=chance.choice(PLACES[Language.KK]),
                )
            )

    def add_meetings(self, count: int) -> None:
        """``count`` meetings with both sides and their sectors."""
        chance = Chance(f"meetings {self._writer.next_id(Meeting)}")
        for _ in range(count):
            meeting = self._meeting(chance)
            team = self._restrict(meeting, chance)
            recorded = min(meeting.held_on or chance.recent_day(), TODAY)
            made = self._writer.add(meeting, chance.hour_of(recorded), meeting.officer_id)
            for user in team:
                self._writer.link(meeting_team, meeting_id=made, user_id=user)
            self._add_sectors(made, chance)
            self._add_participants(made, meeting.country_code, chance)

    def _meeting(self, chance: Chance) -> Meeting:
        language, country = LANGUAGES.draw(chance), COUNTRIES.draw(chance)
        precision, first = _PRECISIONS.draw(chance), _day_of(chance)
        dates = _dated("held_on", "held_until", first, precision, chance)
        latin, cyrillic = brand(chance)
        name, topic = latin if language == "en" else cyrillic, chance.choice(TOPICS[language])
        starts = time(chance.randrange(9, 18), chance.choice((0, 30)))
        has_hour = precision == DatePrecision.DAY and chance.maybe(50)
        visits = self._delegations.get(country)
        return Meeting(
            title=chance.choice(MEETINGS[language]).format(name, topic),
            text_language=language,
            kind=_KINDS.draw(chance),
            status=_status(dates["held_on"], chance),
            country_code=country,
            delegation_id=chance.choice(visits) if visits and chance.maybe(35) else None,
            starts_at=starts if has_hour else None,
            place=chance.choice(PLACES[language]) if chance.maybe(80) else None,
            district_code=chance.choice(self._lists.districts) if chance.maybe(25) else None,
            received_by=chance.choice(HOSTS[language]) if chance.maybe(60) else None,
            agenda=topic if chance.maybe(50) else None,
            summary=f"{topic}. {chance.choice(TOPICS[language])}." if chance.maybe(60) else None,
            outcome=chance.choice(TOPICS[language]) if chance.maybe(40) else None,
            source_name="akimvko.gov.kz" if chance.maybe(10) else None,
            officer_id=self._staff.officer(chance),
            **dates,
        )

    def _restrict(self, record: Any, chance: Chance) -> list[int]:
        """Archive some, keep some to a team, whose ids come back."""
        if chance.maybe(2):
            record.archive(chance.hour_of(TODAY), ARCHIVED)
        record.restricted = chance.maybe(RESTRICTED)
        return self._staff.team(chance, record.keeper_id) if record.restricted else []

    def _add_sectors(self, meeting: int, chance: Chance) -> None:
        for place, code in enumerate(self._lists.some_sectors(chance, 2), 1):
            self._writer.add(
                MeetingSector(
                    meeting_id=meeting,
                    sector_code=code,
                    weight=Weight.FOCUS if place == 1 else Weight.DISCUSSED,
                    position_number=place,
                )
            )

    def _add_participants(self, meeting: int, country: str, chance: Chance) -> None:
        count = chance.randrange(1, 4)
        for place in range(1, count + 1):
            is_first = place == 1
            self._add_participant(
                meeting, Side.PARTNER, country, place, ParticipantRole.HEAD, is_first, chance
            )
        self._add_participant(
            meeting, Side.OURS, HOME, count + 1, ParticipantRole.HOST, chance.maybe(60), chance
        )

    def _add_participant(
        self,
        meeting: int,
        side: Side,
        country: str,
        place: int,
        role: ParticipantRole,
        has_role: bool,
        chance: Chance,
    ) -> None:
        self._writer.add(
            Participant(
                meeting_id=meeting,
                side=side,
                role=role if has_role else ParticipantRole.MEMBER,
                position_number=place,
                **self._party(country, chance),
            )
        )

    def _party(self, country: str, chance: Chance) -> dict[str, Any]:
        """A person with a post, an organisation or a group, as far as the country has them."""
        position = chance.choice(POSITIONS)[0]
        if chance.maybe(12):
            return {"group_text": "Сарапшылар тобы", "member_count": chance.randrange(2, 12)}
        holder = self._partners.holder(country, chance) if chance.maybe(80) else None
        if holder is not None:
            person, organisation = holder
            return {
                "person_id": person,
                "organisation_id": organisation,
                "position_text": position,
            }
        body = self._partners.organisation(country, chance)
        return {"position_text": position} if body is None else {"organisation_id": body}


def _day_of(chance: Chance) -> date:
    return chance.day(TODAY, _LAST_PLAN) if chance.maybe(3) else chance.recent_day()


def _dated(
    first: str, last: str, day: date, precision: DatePrecision, chance: Chance
) -> dict[str, Any]:
    """What a record stores of a span that begins on ``day``: the columns ``first`` and ``last``."""
    if precision == DatePrecision.UNKNOWN:
        return {first: None, last: None, "date_precision": precision}
    ends = None
    if precision == DatePrecision.RANGE:
        ends = day + timedelta(days=chance.randrange(1, 5))
    return {first: first_of(day, precision), last: ends, "date_precision": precision}


def _status(held_on: date | None, chance: Chance) -> MeetingStatus:
    if held_on is not None and held_on > TODAY:
        return MeetingStatus.PLANNED
    if chance.maybe(4):
        return MeetingStatus.CANCELLED
    return MeetingStatus.PLANNED if chance.maybe(1) else MeetingStatus.HELD

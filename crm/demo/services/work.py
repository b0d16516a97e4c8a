"""Delegations, meetings and the points agreed in them, of the demo world."""

from datetime import date

from crm.accounts.models import User
from crm.core.database import db
from crm.core.dates import DatePrecision
from crm.delegations.models.delegation import Delegation, DelegationMember, ProgrammeItem
from crm.delegations.models.terms import (
    Channel,
    DelegationStatus,
    Direction,
    Level,
    MemberRole,
    ProgrammeKind,
)
from crm.demo.queries import Known
from crm.demo.services.files import Facts, day, world
from crm.demo.services.partners import sectors
from crm.follow_ups.models.follow_up import Executor, FollowUp, Progress
from crm.follow_ups.models.terms import Basis, FollowUpKind, FollowUpStatus, ResponsibleSide
from crm.follow_ups.services import add_point
from crm.meetings.models import (
    Meeting,
    MeetingKind,
    MeetingSector,
    MeetingStatus,
    Participant,
    ParticipantRole,
    Side,
    Weight,
)
from crm.organisations.models import Organisation, Person
from crm.projects.models.project import InvestmentProject


class Work:
    """Records what the officer's department did, with the partners it did it with."""

    def __init__(
        self,
        known: Known,
        officer: User,
        organisations: dict[str, Organisation],
        people: dict[str, Person],
    ) -> None:
        self._known, self._officer = known, officer
        self._organisations, self._people = organisations, people

    def delegations(self) -> dict[str, Delegation]:
        """The delegations by their key in the files, the missing ones added."""
        found = {}
        for facts in world("delegations"):
            values = {
                "title": facts["title"],
                "country_code": facts["country"],
                "officer_id": self._officer.id,
                "direction": Direction(facts["direction"]),
                "level": Level(facts["level"]),
                "status": DelegationStatus(facts["status"]),
                "arrives_on": day(facts["arrives_on"]),
                "departs_on": day(facts["departs_on"]),
                "date_precision": DatePrecision(facts["date_precision"]),
                "channel": Channel(facts["channel"]) if facts["channel"] else None,
                "received_by": facts["received_by"],
                "purpose": facts["purpose"],
                "note": facts["note"],
            }
            delegation = self._known.record(Delegation, values)
            if delegation is None:
                delegation = Delegation(
                    sectors=sectors(facts["sectors"]),
                    members=self._members(facts),
                    programme=_programme(facts),
                    **values,
                )
                db.session.add(delegation)
            found[facts["key"]] = delegation
        db.session.flush()
        return found

    def meetings(self, delegations: dict[str, Delegation]) -> dict[str, Meeting]:
        """The meetings by their key in the files, the missing ones added."""
        found = {}
        for facts in world("meetings"):
            values = {
                "title": facts["title"],
                "country_code": facts["country"],
                "delegation_id": delegations[facts["delegation"]].id,
                "officer_id": self._officer.id,
                "kind": MeetingKind(facts["kind"]),
                "status": MeetingStatus(facts["status"]),
                "held_on": day(facts["held_on"]),
                "held_until": day(facts["held_until"]),
                "date_precision": DatePrecision(facts["date_precision"]),
                "district_code": facts["district"],
                "source_published_on": day(facts["source_published_on"]),
                **{name: facts[name] for name in _TEXTS},
            }
            meeting = self._known.record(Meeting, values)
            if meeting is None:
                meeting = Meeting(
                    sector_links=_weighted(facts), participants=self._participants(facts), **values
                )
                db.session.add(meeting)
            found[facts["key"]] = meeting
        db.session.flush()
        return found

    def points(
        self, meetings: dict[str, Meeting], projects: dict[str, InvestmentProject], today: date
    ) -> None:
        """Add the points of the meetings that are missing, as they stand."""
        for facts in world("meetings"):
            meeting = meetings[facts["key"]]
            for point in facts["follow_ups"]:
                values = {"meeting_id": meeting.id, "text": point["text"]}
                if self._known.record(FollowUp, values) is None:
                    project = projects[point["project"]] if point["project"] else None
                    self._point(meeting, project, point, today)

    def _point(
        self, meeting: Meeting, project: InvestmentProject | None, facts: Facts, today: date
    ) -> None:
        point = add_point(
            meeting,
            text=facts["text"],
            kind=FollowUpKind(facts["kind"]),
            responsible_side=ResponsibleSide(facts["responsible_side"]),
            owner_id=self._officer.id,
            due_on=day(facts["due_on"]),
            today=today,
        )
        point.basis = Basis(facts["basis"])
        point.project_id = None if project is None else project.id
        if facts["executor_organisation"]:
            outsider = self._organisations[facts["executor_organisation"]].name_kk
            db.session.add(Executor(follow_up_id=point.id, is_lead=True, outsider=outsider))
        last = None
        for line in facts["progress"]:
            last = date.fromisoformat(line["noted_on"])
            author = self._officer.id
            db.session.add(
                Progress(follow_up_id=point.id, noted_on=last, text=line["text"], author_id=author)
            )
        if facts["status"] == FollowUpStatus.DONE:
            point.complete(facts["outcome"], last or today)
        db.session.flush()

    def _members(self, facts: Facts) -> list[DelegationMember]:
        return [
            DelegationMember(
                person=self._person(one),
                organisation=self._organisation(one),
                group_text=one["group"],
                member_count=one["count"],
                role=MemberRole(one["role"]),
                position_text=one["position"],
                position_number=place,
            )
            for place, one in enumerate(facts["members"], 1)
        ]

    def _participants(self, facts: Facts) -> list[Participant]:
        return [
            Participant(
                side=Side(one["side"]),
                person=self._person(one),
                organisation=self._organisation(one),
                group_text=one["group"],
                member_count=one["count"],
                role=ParticipantRole(one["role"]),
                position_text=one["position"],
                organisation_text=one["organisation_text"],
                position_number=place,
            )
            for place, one in enumerate(facts["participants"], 1)
        ]

    def _person(self, facts: Facts) -> Person | None:
        return self._people[facts["person"]] if facts["person"] else None

    def _organisation(self, facts: Facts) -> Organisation | None:
        return self._organisations[facts["organisation"]] if facts["organisation"] else None


_TEXTS = (
    *("place", "received_by", "agenda", "summary", "outcome", "note"),
    *("source_name", "source_url"),
)


def _programme(facts: Facts) -> list[ProgrammeItem]:
    return [
        ProgrammeItem(
            title=one["title"],
            planned_on=day(one["planned_on"]),
            place=one["place"],
            kind=ProgrammeKind(one["kind"]),
        )
        for one in facts["programme"]
    ]


def _weighted(facts: Facts) -> list[MeetingSector]:
    return [
        MeetingSector(sector_code=one["code"], weight=Weight(one["weight"]), position_number=place)
        for place, one in enumerate(facts["sectors"], 1)
    ]

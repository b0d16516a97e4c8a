"""Points under control with who carries them out and how they stand, made up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from crm.core.database import db
from crm.core.dates import DatePrecision
from crm.demo.services.volume.chance import TODAY, Chance, Shares
from crm.demo.services.volume.found import Partners, Staff, ids_of
from crm.demo.services.volume.visits import RESTRICTED
from crm.demo.services.volume.words import (
    ARCHIVED,
    COUNTRIES,
    LANGUAGES,
    OUTCOMES,
    OUTSIDERS,
    POINTS,
    PROGRESS,
    TOPICS,
    brand,
)
from crm.demo.services.volume.writer import Writer
from crm.follow_ups.models.extensions import Extension
from crm.follow_ups.models.follow_up import Executor, FollowUp, Progress, follow_up_team
from crm.follow_ups.models.terms import Basis, FollowUpKind, FollowUpStatus, ResponsibleSide
from crm.meetings.models import Meeting, MeetingStatus
from crm.projects.models.project import InvestmentProject

_BATCH = 1_000
_FROM_MEETING, _FROM_PROJECT = 75, 15  # of a hundred points; the others stand alone
_KINDS = Shares(
    {FollowUpKind.CONSULTATION: 30, **{one: 5 for one in FollowUpKind if one != "consultation"}}
)
_BASES = Shares(
    {
        **{Basis.AGREEMENT: 70, Basis.AKIM_INSTRUCTION: 18},
        **{Basis.HEADQUARTERS: 8, Basis.HIGHER_BODY: 4},
    }
)
_SIDES = Shares({ResponsibleSide.OURS: 65, ResponsibleSide.PARTNER: 15, ResponsibleSide.BOTH: 20})
_PENDING = Shares(
    {
        **{FollowUpStatus.AGREED: 30, FollowUpStatus.IN_PROGRESS: 45},
        **{FollowUpStatus.AWAITING_PARTNER: 25},
    }
)
_CLOSED = Shares(
    {
        **{FollowUpStatus.DONE: 55, FollowUpStatus.OFF_CONTROL: 35},
        **{FollowUpStatus.CANCELLED: 10},
    }
)


@dataclass(frozen=True)
class Source:
    """What a point comes from: a meeting, a project or nothing; and its day, where known."""

    country: str
    meeting: int | None = None
    delegation: int | None = None
    project: int | None = None
    agreed_on: date | None = None


class Points:
    """Points of the meetings and projects in use, a few of each."""

    def __init__(self, writer: Writer, staff: Staff, partners: Partners) -> None:
        self._writer, self._staff, self._partners = writer, staff, partners

    def add(self, count: int) -> None:
        """``count`` points: most of them closed, some late, some without a deadline."""
        chance = Chance(f"points {self._writer.next_id(FollowUp)}")
        meetings, projects = ids_of(Meeting), ids_of(InvestmentProject)
        for start in range(0, count, _BATCH):
            drawn: list[tuple[Any, int]] = []
            for _ in range(min(_BATCH, count - start)):
                where = chance.random() * 100
                if meetings and where < _FROM_MEETING:
                    drawn.append((Meeting, chance.choice(meetings)))
                elif projects and where < _FROM_MEETING + _FROM_PROJECT:
                    drawn.append((InvestmentProject, chance.choice(projects)))
                else:
                    drawn.append((None, 0))
            self._writer.flush()  # the numbers within meetings go on from those written
            self._add_batch(drawn, chance)

    def _add_batch(self, drawn: list[tuple[Any, int]], chance: Chance) -> None:
        meetings = _meetings({one for model, one in drawn if model is Meeting})
        projects = _projects({one for model, one in drawn if model is InvestmentProject})
        numbers = _highest_numbers(list(meetings))
        for model, one in drawn:
            if model is Meeting:
                source = meetings[one]
                numbers[one] = numbers.get(one, 0) + 1
            elif model is InvestmentProject:
                source = projects[one]
            else:
                source = Source(COUNTRIES.draw(chance))
            self._add_point(source, numbers.get(one) if model is Meeting else None, chance)

    def _add_point(self, source: Source, number: int | None, chance: Chance) -> None:
        began = source.agreed_on or chance.recent_day()
        point = self._point(source, number, began, chance)
        extension = _with_deadline(point, began, chance)
        _move_on(point, began, chance)
        if chance.maybe(2):
            point.archive(chance.hour_of(TODAY), ARCHIVED)
        made = self._writer.add(point, chance.hour_of(min(began, TODAY)), point.owner_id)
        if point.restricted:
            for user in self._staff.team(chance, point.owner_id):
                self._writer.link(follow_up_team, follow_up_id=made, user_id=user)
        parts = [*self._executors(made, chance), *_lines(point, began, chance)]
        if extension is not None:
            extension.follow_up_id = made
            parts.append(extension)
        for part in parts:
            self._writer.add(part)

    def _point(self, source: Source, number: int | None, began: date, chance: Chance) -> FollowUp:
        language, basis = LANGUAGES.draw(chance), _BASES.draw(chance)
        latin, cyrillic = brand(chance)
        name, topic = latin if language == "en" else cyrillic, chance.choice(TOPICS[language])
        has_paper = basis != Basis.AGREEMENT
        controller, partner = chance.random() * 100, chance.maybe(50)
        return FollowUp(
            text=chance.choice(POINTS[language]).format(name, topic),
            text_language=language,
            kind=_KINDS.draw(chance),
            basis=basis,
            basis_number=f"{chance.randrange(1, 60)}-{chance.randrange(1, 999)}"
            if has_paper
            else None,
            basis_date=began if has_paper else None,
            basis_point=f"{chance.randrange(1, 9)}.{chance.randrange(1, 5)}" if has_paper else None,
            meeting_id=source.meeting,
            delegation_id=source.delegation,
            project_id=source.project,
            partner_organisation_id=self._partners.organisation(source.country, chance)
            if partner
            else None,
            country_code=source.country,
            number=number,
            responsible_side=_SIDES.draw(chance),
            owner_id=self._staff.officer(chance),
            controller_id=chance.choice(self._staff.heads)
            if self._staff.heads and controller < 40
            else None,
            controller_name=chance.choice(OUTSIDERS) if controller > 92 else None,
            agreed_on=source.agreed_on,
            status=FollowUpStatus.AGREED,
            status_since=min(began, TODAY),
            restricted=chance.maybe(RESTRICTED),
        )

    def _executors(self, point: int, chance: Chance) -> Iterable[Executor]:
        if chance.maybe(12):
            return
        for place in range(1 + (chance.random() < 0.3) + (chance.random() < 0.1)):
            yield Executor(follow_up_id=point, is_lead=place == 0, **self._executor(chance))

    def _executor(self, chance: Chance) -> dict[str, Any]:
        which = chance.random() * 100
        if which < 50:
            return {"user_id": self._staff.officer(chance)}
        if which < 80 and self._staff.departments:
            return {"department_id": chance.choice(self._staff.departments)}
        return {"outsider": chance.choice(OUTSIDERS)}


def _meetings(ids: set[int]) -> dict[int, Source]:
    columns = Meeting.__table__.c
    wanted = (
        *(columns.id, columns.country_code, columns.delegation_id, columns.held_on),
        *(columns.date_precision, columns.status),
    )
    rows = db.session.execute(select(*wanted).where(columns.id.in_(ids)))
    found = {}
    for one, country, delegation, held_on, precision, status in rows:
        is_known = status == MeetingStatus.HELD and precision == DatePrecision.DAY
        found[one] = Source(country, one, delegation, agreed_on=held_on if is_known else None)
    return found


def _projects(ids: set[int]) -> dict[int, Source]:
    columns = InvestmentProject.__table__.c
    rows = db.session.execute(select(columns.id, columns.country_code).where(columns.id.in_(ids)))
    return {one: Source(country, project=one) for one, country in rows}


def _highest_numbers(meetings: list[int]) -> dict[int, int]:
    columns = FollowUp.__table__.c
    highest = (
        select(columns.meeting_id, func.max(columns.number))
        .where(columns.meeting_id.in_(meetings), columns.number.is_not(None))
        .group_by(columns.meeting_id)
    )
    return {row[0]: row[1] for row in db.session.execute(highest)}


def _with_deadline(point: FollowUp, began: date, chance: Chance) -> Extension | None:
    """Set the deadline, if there is one; how it was moved, if it was."""
    if chance.maybe(15):
        return None
    point.set_due(began + timedelta(days=chance.randrange(10, 200)))
    if point.due_on is None or not chance.maybe(10):
        return None
    old, new = point.due_on, point.due_on + timedelta(days=chance.randrange(7, 90))
    point.set_due(new)
    return Extension(
        old_due_on=old,
        new_due_on=new,
        reason=chance.choice(PROGRESS[point.text_language]),
        authority="Облыс әкімінің орынбасары",
        extended_on=min(old, TODAY),
    )


def _move_on(point: FollowUp, began: date, chance: Chance) -> None:
    """Close the point or not: old ones mostly are."""
    due = point.due_on or began + timedelta(days=150)
    closed = 88 if due < TODAY - timedelta(days=60) else 60 if due < TODAY else 12
    began = min(began, TODAY)
    if not chance.maybe(closed):
        point.set_status(_PENDING.draw(chance), chance.day(began, TODAY))
        return
    status, day = _CLOSED.draw(chance), chance.day(began, min(due + timedelta(days=20), TODAY))
    if status == FollowUpStatus.CANCELLED:
        point.set_status(status, day)
        return
    point.complete(chance.choice(OUTCOMES[point.text_language]), day)
    if status == FollowUpStatus.OFF_CONTROL:
        removed = chance.day(day, min(day + timedelta(days=30), TODAY))
        point.remove_from_control(f"{chance.randrange(1, 999)}-к", removed)


def _lines(point: FollowUp, began: date, chance: Chance) -> list[Progress]:
    days = sorted(chance.day(min(began, TODAY), TODAY) for _ in range(chance.randrange(4)))
    return [
        Progress(
            follow_up_id=point.id,
            noted_on=day,
            text=chance.choice(PROGRESS[point.text_language]),
            author_id=point.owner_id,
        )
        for day in days
    ]

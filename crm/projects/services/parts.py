"""Recording what belongs to a project: its amounts and participants; flushed, never committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.core.database import db
from crm.core.dates import DatePrecision
from crm.core.money import Money, Qualifier
from crm.delegations.services.parties import organisation_kind
from crm.organisations.models import Organisation
from crm.organisations.services import (
    comparable,
    find_or_make_organisation,
    find_organisation,
)
from crm.projects.models.parts import ProjectAmount, ProjectMeeting, ProjectParticipant
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import AmountKind, ProjectRole


@dataclass(frozen=True)
class GivenAmount:
    """An amount as typed."""

    kind: AmountKind
    value: Money
    qualifier: Qualifier = Qualifier.EXACT
    dated_on: date | None = None
    date_precision: DatePrecision = DatePrecision.UNKNOWN
    source: str | None = None

    def write_to(self, amount: ProjectAmount) -> None:
        """Make ``amount`` what was typed."""
        amount.kind, amount.value, amount.qualifier = self.kind, self.value, self.qualifier
        amount.dated_on, amount.date_precision = self.dated_on, self.date_precision
        amount.dated_until, amount.source = None, self.source


@dataclass(frozen=True)
class GivenParticipant:
    """A participant as typed: an organisation by its name."""

    organisation: str
    role: ProjectRole = ProjectRole.INVESTOR
    share_basis_points: int | None = None


class TakesPartAlready(ValueError):  # noqa: N818 (a slip of who types, no fault)
    """The organisation stands among the participants in this role already."""


def add_amount(project: InvestmentProject, given: GivenAmount) -> ProjectAmount:
    """A new amount of ``project``, which has its id; flushed."""
    amount = ProjectAmount(project_id=project.id)
    given.write_to(amount)
    db.session.add(amount)
    db.session.flush()
    return amount


def add_participant(project: InvestmentProject, given: GivenParticipant) -> ProjectParticipant:
    """A new participant of ``project``, its organisation made where it is missing; flushed.

    ``project`` has its id and its participants loaded. Raises TakesPartAlready.
    """
    participant = ProjectParticipant(project_id=project.id)
    write_participant(project, participant, given)
    db.session.add(participant)
    db.session.flush()
    return participant


def write_participant(
    project: InvestmentProject, participant: ProjectParticipant, given: GivenParticipant
) -> None:
    """Make ``participant`` what was typed; raises TakesPartAlready."""
    organisation = _organisation(project, given.organisation)
    others = [one for one in project.participants if one is not participant]
    if (organisation.id, given.role) in {(one.organisation_id, one.role) for one in others}:
        raise TakesPartAlready(given.organisation)
    participant.organisation_id, participant.role = organisation.id, given.role
    participant.share_basis_points = given.share_basis_points


def same_participants(rows: Sequence[GivenParticipant]) -> list[int]:
    """Places of those ``rows`` that name an organisation a second time in the same role."""
    seen: set[tuple[object, ProjectRole]] = set()
    found = []
    for place, row in enumerate(rows):
        known = find_organisation(row.organisation)
        key = (known.id if known else comparable(row.organisation), row.role)
        found += [place] if key in seen else []
        seen.add(key)
    return found


def link_meeting(project_id: int, meeting_id: int) -> ProjectMeeting | None:
    """The link of a meeting with a project, flushed; None when they were linked already."""
    # Whoever links the same two from the other page waits here.
    db.session.scalar(
        select(InvestmentProject.id).where(InvestmentProject.id == project_id).with_for_update()
    )
    present = select(ProjectMeeting.id).where(
        ProjectMeeting.project_id == project_id, ProjectMeeting.meeting_id == meeting_id
    )
    if db.session.scalar(present) is not None:
        return None
    link = ProjectMeeting(project_id=project_id, meeting_id=meeting_id)
    db.session.add(link)
    db.session.flush()
    return link


def _organisation(project: InvestmentProject, name: str) -> Organisation:
    return find_or_make_organisation(
        name, project.country_code, project.text_language, organisation_kind(name)
    )

"""Investment projects and sector interests of the demo world."""

from datetime import date
from decimal import Decimal

from crm.accounts.models import User
from crm.core.database import db
from crm.core.dates import DatePrecision
from crm.core.money import Money, Qualifier
from crm.delegations.models.delegation import Delegation
from crm.demo.queries import Known
from crm.demo.services.files import Facts, day, world
from crm.interests.models import InterestDirection, SectorInterest, Strength
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation
from crm.projects.models.parts import ProjectAmount, ProjectMeeting, ProjectParticipant
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import AmountKind, ProjectRole, Stage
from crm.projects.services.projects import record_project

_TITLES = ("title_kk", "title_ru", "title_en")


def projects(
    known: Known,
    officer: User,
    organisations: dict[str, Organisation],
    meetings: dict[str, Meeting],
    today: date,
) -> dict[str, InvestmentProject]:
    """The projects by their key in the files, the missing ones added with their first log lines."""
    found = {}
    for facts in world("projects"):
        values = {
            "country_code": facts["country"],
            "sector_code": facts["sector"],
            "district_code": facts["district"],
            "stage": Stage(facts["stage"]),
            "jobs_total_planned": facts["jobs_total_planned"],
            "jobs_total_planned_qualifier": Qualifier(facts["jobs_total_planned_qualifier"]),
            **{name: facts[name] for name in (*_TITLES, "next_step", "note")},
        }
        project = known.record(InvestmentProject, values)
        if project is None:
            project = InvestmentProject(officer_id=officer.id, team=[], **values)
            record_project(project, officer, today)
            db.session.add_all(_parts(project, facts, organisations, meetings))
        found[facts["key"]] = project
    db.session.flush()
    return found


def _parts(
    project: InvestmentProject,
    facts: Facts,
    organisations: dict[str, Organisation],
    meetings: dict[str, Meeting],
) -> list[ProjectAmount | ProjectParticipant | ProjectMeeting]:
    named = [
        ProjectParticipant(
            project_id=project.id,
            organisation_id=organisations[one["organisation"]].id,
            role=ProjectRole(one["role"]),
        )
        for one in facts["participants"]
    ]
    linked = [
        ProjectMeeting(project_id=project.id, meeting_id=meetings[key].id)
        for key in facts["meetings"]
    ]
    return [*(_amount(project, one) for one in facts["amounts"]), *named, *linked]


def _amount(project: InvestmentProject, facts: Facts) -> ProjectAmount:
    value = Money.of_millions(Decimal(facts["value_mln"]), facts["currency"])
    return ProjectAmount(
        project_id=project.id,
        kind=AmountKind(facts["kind"]),
        value=value,
        qualifier=Qualifier(facts["qualifier"]),
        dated_on=day(facts["dated_on"]),
        date_precision=DatePrecision(facts["date_precision"]),
        source=facts["source"],
    )


def interests(
    known: Known,
    officer: User,
    organisations: dict[str, Organisation],
    delegations: dict[str, Delegation],
    meetings: dict[str, Meeting],
) -> None:
    """Add the interests that are missing; none of them is dated by its source."""
    for facts in world("interests"):
        organisation, delegation = facts["organisation"], facts["delegation"]
        direction = facts["direction"]
        values = {
            "organisation_id": organisations[organisation].id if organisation else None,
            "delegation_id": delegations[delegation].id if delegation else None,
            "sector_code": facts["sector"],
            "strength": Strength(facts["strength"]),
            "direction": InterestDirection(direction) if direction else None,
            "meeting_id": meetings[facts["meeting"]].id,
            "note": facts["note"],
        }
        if known.record(SectorInterest, values) is None:
            db.session.add(SectorInterest(officer_id=officer.id, **values))
    db.session.flush()

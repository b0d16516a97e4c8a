"""The columns of a file of projects: everything a project says of itself."""

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, case, select
from sqlalchemy.orm import aliased

from crm.accounts.models import User
from crm.core import clock
from crm.core.listing.columns import (
    Column,
    Heading,
    gathered,
    in_reader_language,
    language_shown,
    ml_columns,
    part_rows,
    parts,
    plain,
    relation_columns,
    sight_columns,
    worded_rows,
)
from crm.core.listing.declare import KEY_LABEL
from crm.countries.models import Country
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation
from crm.projects.listing.amounts import COST, PairHeading, newest_columns
from crm.projects.models.parts import (
    Problem,
    ProjectMeeting,
    ProjectParticipant,
)
from crm.projects.models.project import InvestmentProject, project_team
from crm.projects.models.terms import AmountKind, ProjectRole
from crm.reference.models import District, Sector

_country, _sector = aliased(Country), aliased(Sector)
_district, _officer = aliased(District), aliased(User)


def _participants() -> ColumnElement[Any]:
    """Role, id, name and share of everybody who takes part."""
    one, organisation = aliased(ProjectParticipant), aliased(Organisation)
    name = in_reader_language(organisation, "name")()
    found = (
        select(one.role, one.organisation_id, name, one.share_basis_points)
        .join(one.organisation.of_type(organisation))
        .where(one.project_id == InvestmentProject.id)
        .order_by(one.id)
    )
    return gathered(found, InvestmentProject)


def _partners(role: ProjectRole) -> list[Column]:
    def ids(text: str | None) -> list[int]:
        return [int(number) for is_it, number, *_more in part_rows(text) if is_it == role]

    def names(text: str | None) -> list[str]:
        return [name for is_it, _number, name, _share in part_rows(text) if is_it == role]

    name = f"{role.value}s"
    return [
        Column(f"{role.value}_ids", Heading(role.label, "№"), _participants, ids),
        Column(name, role.label, _participants, names),
    ]


def _shares(text: str | None) -> list[str]:
    found = ((name, share) for _role, _number, name, share in part_rows(text) if share)
    return [f"{name}: {Decimal(share) / 100:f} %" for name, share in found]


def _problems() -> ColumnElement[Any]:
    problem = aliased(Problem)
    texts = select(problem.text).where(
        problem.project_id == InvestmentProject.id, problem.solved_on.is_(None)
    )
    return gathered(texts.order_by(problem.since_on, problem.id), InvestmentProject)


def count_of(text: str | None) -> int:
    """How many values ``gathered`` fetched."""
    return len(parts(text))


def _meetings() -> ColumnElement[Any]:
    link, meeting = aliased(ProjectMeeting), aliased(Meeting)
    found = select(meeting.id, meeting.title).join(link.meeting.of_type(meeting))
    found = found.where(link.project_id == InvestmentProject.id)
    return gathered(found.order_by(link.id), InvestmentProject)


def _ids(text: str | None) -> list[int]:
    return [int(number) for number, _name in part_rows(text)]


def _names(text: str | None) -> list[str]:
    return [name for _number, name in part_rows(text)]


def _days(since: date) -> int:
    return (clock.today() - since).days


def _jobs() -> list[Column]:
    labels = {
        "jobs_permanent_planned": _l("Permanent jobs, planned"),
        "jobs_permanent_actual": _l("Permanent jobs, actual"),
        "jobs_temporary_planned": _l("Temporary jobs, planned"),
        "jobs_temporary_actual": _l("Temporary jobs, actual"),
        "jobs_total_planned": _l("Jobs in total, planned"),
        "jobs_total_actual": _l("Jobs in total, actual"),
    }
    return [column for name, label in labels.items() for column in _count(name, label)]


def _count(name: str, label: Any) -> list[Column]:
    """A number and, where there is one, how exactly it is known."""

    number = getattr(InvestmentProject, name)
    qualifier = getattr(InvestmentProject, f"{name}_qualifier")
    return [
        plain(number, label),
        Column(
            f"{name}_qualifier",
            PairHeading(label, _l("how exactly")),
            case((number.is_not(None), qualifier)),
        ),
    ]


def _quarter(name: str, label: Any) -> list[Column]:
    return [
        plain(getattr(InvestmentProject, f"{name}_year"), PairHeading(label, _l("year"))),
        plain(getattr(InvestmentProject, f"{name}_quarter"), PairHeading(label, _l("quarter"))),
    ]


def _capacity(thousandths: int | None) -> Decimal | None:
    return None if thousandths is None else Decimal(thousandths) / 1000


COLUMNS = [
    plain(InvestmentProject.id, KEY_LABEL),
    plain(InvestmentProject.code, _l("Code")),
    *ml_columns("title", _l("Title"), InvestmentProject),
    Column("country", _l("Country code"), InvestmentProject.country_code),
    Column(
        "country_name",
        _l("Country"),
        in_reader_language(_country, "name"),
        joins=(InvestmentProject.country.of_type(_country),),
    ),
    Column("sector", _l("Sector code"), InvestmentProject.sector_code),
    Column(
        "sector_name",
        _l("Sector"),
        in_reader_language(_sector, "name"),
        joins=(InvestmentProject.sector.of_type(_sector),),
    ),
    Column("district", _l("KATO code"), InvestmentProject.district_code),
    Column(
        "district_name",
        _l("District"),
        in_reader_language(_district, "name"),
        joins=(InvestmentProject.district.of_type(_district),),
    ),
    plain(InvestmentProject.oked, _l("OKED code")),
    plain(InvestmentProject.stage, _l("Stage")),
    plain(InvestmentProject.stage_since, _l("At this stage since")),
    Column("days_in_stage", _l("Days in this stage"), InvestmentProject.stage_since, _days),
    plain(InvestmentProject.status, _l("Status")),
    plain(InvestmentProject.status_since, _l("Status since")),
    *relation_columns(
        "officer",
        _l("Responsible officer"),
        InvestmentProject.officer_id,
        _officer.name,
        joins=(InvestmentProject.officer.of_type(_officer),),
    ),
    *(column for role in ProjectRole for column in _partners(role)),
    Column("shares", _l("Shares"), _participants, _shares),
    *COST,
    *(column for kind in AmountKind for column in newest_columns(kind)),
    *_jobs(),
    Column(
        "capacity_number",
        _l("Production capacity"),
        InvestmentProject.capacity_thousandths,
        _capacity,
    ),
    plain(InvestmentProject.capacity_unit, _l("Unit of the capacity")),
    plain(InvestmentProject.capacity_product, _l("Product")),
    *_quarter("start", _l("Start")),
    *_quarter("commissioning_planned", _l("Commissioning, planned")),
    *_quarter("commissioning_actual", _l("Commissioning, actual")),
    plain(InvestmentProject.next_step, _l("Next step")),
    plain(InvestmentProject.next_step_on, _l("Date of the next step")),
    Column("problem_count", _l("Open problems"), _problems, count_of),
    Column("problems", _l("What the problems are"), _problems, parts),
    Column("meeting_ids", Heading(_l("Meetings"), "№"), _meetings, _ids),
    Column("meetings", _l("Meetings"), _meetings, _names),
    plain(InvestmentProject.memorandum_on, _l("Memorandum signed on")),
    plain(InvestmentProject.in_report, _l("In the report")),
    plain(InvestmentProject.text_language, _l("Language of the texts")),
    plain(InvestmentProject.note, _l("Note")),
    *sight_columns(InvestmentProject, project_team, project_team.c.project_id, User),
]

# What the page draws beside the record.
INVESTORS = Column(
    "investors",
    ProjectRole.INVESTOR.label,
    lambda: gathered(_investors(), InvestmentProject),
    worded_rows,
)
PROBLEM_COUNT = Column("problem_count", _l("Open problems"), _problems, count_of)


def _investors() -> Select[Any]:
    one, organisation = aliased(ProjectParticipant), aliased(Organisation)
    return (
        select(in_reader_language(organisation, "name")(), language_shown(organisation, "name"))
        .select_from(one)
        .join(one.organisation.of_type(organisation))
        .where(one.project_id == InvestmentProject.id, one.role == ProjectRole.INVESTOR)
        .order_by(one.id)
    )

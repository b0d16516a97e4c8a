"""The columns of a file of projects: everything a project says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from crm.core import clock
from crm.core.language import worded
from crm.core.listing.columns import Column, ml_columns, plain, relation_columns, sight_columns
from crm.core.listing.declare import KEY_LABEL
from crm.core.money import Money
from crm.projects.models.parts import ProjectAmount
from crm.projects.models.terms import AmountKind, ProjectRole
from crm.projects.queries.pools import pool_of

Value = Callable[[Any], Any]


@dataclass(frozen=True)
class _Heading:
    """A heading of two parts: «Announced: currency»."""

    label: Any
    more: Any

    def __str__(self) -> str:
        return f"{self.label}: {self.more}"


def _of(amount: Callable[[Any], ProjectAmount | None], attribute: str) -> Value:
    """What the sum that ``amount`` finds says, None where there is none."""

    def value(project: Any) -> Any:
        found = amount(project)
        return None if found is None else getattr(found, attribute)

    return value


def _whole(amount: Callable[[Any], ProjectAmount | None], attribute: str) -> Value:
    """The same in whole units with two digits behind the mark: what files add up is exact."""
    minor = _of(amount, attribute)

    def value(project: Any) -> Decimal | None:
        count = minor(project)
        return None if count is None else Money(count, "").amount

    return value


def _newest(kind: AmountKind) -> list[Column]:
    """The newest sum of ``kind`` and all that is known of it."""
    name, label = kind.value, kind.label

    def amount(project: Any) -> ProjectAmount | None:
        found: ProjectAmount | None = project.amount_of(kind)
        return found

    return [
        Column(f"{name}_amount", label, _whole(amount, "value_minor")),
        Column(f"{name}_currency", _Heading(label, _l("currency")), _of(amount, "currency")),
        Column(f"{name}_qualifier", _Heading(label, _l("how exactly")), _of(amount, "qualifier")),
        Column(f"{name}_kzt", _Heading(label, "KZT"), _whole(amount, "tenge_minor")),
        Column(f"{name}_on", _Heading(label, _l("as of")), _of(amount, "dated_on")),
        Column(
            f"{name}_date_precision",
            _Heading(label, _l("date precision")),
            _of(amount, "date_precision"),
        ),
        Column(f"{name}_source", _Heading(label, _l("source")), _of(amount, "source")),
    ]


def _cost(project: Any) -> ProjectAmount | None:
    found: ProjectAmount | None = project.cost
    return found


_COST = [
    Column("amount", _l("Project cost"), _whole(_cost, "value_minor")),
    Column("amount_currency", _Heading(_l("Project cost"), _l("currency")), _of(_cost, "currency")),
    Column(
        "amount_qualifier", _Heading(_l("Project cost"), _l("how exactly")), _of(_cost, "qualifier")
    ),
    Column("amount_kzt", _Heading(_l("Project cost"), "KZT"), _whole(_cost, "tenge_minor")),
    Column("amount_usd", _Heading(_l("Project cost"), "USD"), _whole(_cost, "dollar_minor")),
    Column("amount_missing", _l("Why there is no sum in KZT"), lambda one: one.unreckoned),
    Column("rate_date", _l("Exchange rate date"), _of(_cost, "rated_on")),
    Column("pool", _l("Pool"), lambda one: pool_of(one, clock.today()).pool),
]


def _partners(role: ProjectRole) -> list[Column]:
    return relation_columns(
        f"{role.value}s",
        role.label,
        lambda one: [who.organisation_id for who in one.partners(role)],
        lambda one: [worded(who.organisation, "name").text for who in one.partners(role)],
        key=f"{role.value}_ids",
    )


def _shares(project: Any) -> list[str]:
    return [
        f"{worded(who.organisation, 'name')}: {who.share_percent:f} %"
        for who in project.participants
        if who.share_percent is not None
    ]


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

    def qualifier(project: Any) -> Any:
        known = getattr(project, name) is not None
        return getattr(project, f"{name}_qualifier") if known else None

    return [
        plain(name, label),
        Column(f"{name}_qualifier", _Heading(label, _l("how exactly")), qualifier),
    ]


def _quarter(name: str, label: Any) -> list[Column]:
    return [
        plain(f"{name}_year", _Heading(label, _l("year"))),
        plain(f"{name}_quarter", _Heading(label, _l("quarter"))),
    ]


COLUMNS = [
    plain("id", KEY_LABEL),
    plain("code", _l("Code")),
    *ml_columns("title", _l("Title"), lambda one: one),
    Column("country", _l("Country code"), lambda one: one.country_code),
    Column("country_name", _l("Country"), lambda one: worded(one.country, "name").text),
    Column("sector", _l("Sector code"), lambda one: one.sector_code),
    Column("sector_name", _l("Sector"), lambda one: worded(one.sector, "name").text),
    Column("district", _l("KATO code"), lambda one: one.district_code),
    Column(
        "district_name",
        _l("District"),
        lambda one: worded(one.district, "name").text if one.district else None,
    ),
    plain("oked", _l("OKED code")),
    plain("stage", _l("Stage")),
    plain("stage_since", _l("At this stage since")),
    Column("days_in_stage", _l("Days in this stage"), lambda one: one.days_in_stage(clock.today())),
    plain("status", _l("Status")),
    plain("status_since", _l("Status since")),
    *relation_columns(
        "officer",
        _l("Responsible officer"),
        lambda one: one.officer_id,
        lambda one: one.officer.name,
    ),
    *(column for role in ProjectRole for column in _partners(role)),
    Column("shares", _l("Shares"), _shares),
    *_COST,
    *(column for kind in AmountKind for column in _newest(kind)),
    *_jobs(),
    plain("capacity_number", _l("Production capacity")),
    plain("capacity_unit", _l("Unit of the capacity")),
    plain("capacity_product", _l("Product")),
    *_quarter("start", _l("Start")),
    *_quarter("commissioning_planned", _l("Commissioning, planned")),
    *_quarter("commissioning_actual", _l("Commissioning, actual")),
    plain("next_step", _l("Next step")),
    plain("next_step_on", _l("Date of the next step")),
    Column("problem_count", _l("Open problems"), lambda one: len(one.open_problems)),
    Column(
        "problems", _l("What the problems are"), lambda one: [p.text for p in one.open_problems]
    ),
    *relation_columns(
        "meetings",
        _l("Meetings"),
        lambda one: [link.meeting_id for link in one.meeting_links],
        lambda one: [link.meeting.title for link in one.meeting_links],
        key="meeting_ids",
    ),
    plain("memorandum_on", _l("Memorandum signed on")),
    plain("in_report", _l("In the report")),
    plain("text_language", _l("Language of the texts")),
    plain("note", _l("Note")),
    *sight_columns(),
]

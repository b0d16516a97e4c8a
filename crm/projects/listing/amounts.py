"""The columns of what a project costs: as stated, in tenge and in dollars."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from crm.core.listing.columns import Column
from crm.core.money import Money
from crm.projects.models.parts import ProjectAmount
from crm.projects.models.project import is_cost, why_unreckoned
from crm.projects.models.terms import AmountKind
from crm.projects.queries.pools import pool_by_size
from crm.projects.queries.sums import newest_amount, on_newest


@dataclass(frozen=True)
class PairHeading:
    """A heading of two parts: «Announced: currency»."""

    label: Any
    more: Any

    def __str__(self) -> str:
        return f"{self.label}: {self.more}"


_cost = aliased(ProjectAmount, name="cost")
_WITH_COST = ((_cost, is_cost(_cost)),)


def _whole(minor: int | None) -> Decimal | None:
    """In whole units with two digits behind the mark: what files add up is exact."""
    return None if minor is None else Money(int(minor), "").amount


def newest_columns(kind: AmountKind) -> list[Column]:
    """The newest sum of ``kind`` and all that is known of it."""
    name, label, amount = kind.value, kind.label, newest_amount(kind)
    joins = ((amount, on_newest(amount, kind)),)
    return [
        Column(f"{name}_amount", label, amount.value_minor, _whole, joins),
        Column(
            f"{name}_currency", PairHeading(label, _l("currency")), amount.currency, joins=joins
        ),
        Column(
            f"{name}_qualifier",
            PairHeading(label, _l("how exactly")),
            amount.qualifier,
            joins=joins,
        ),
        Column(f"{name}_kzt", PairHeading(label, "KZT"), amount.tenge_minor, _whole, joins),
        Column(f"{name}_on", PairHeading(label, _l("as of")), amount.dated_on, joins=joins),
        Column(
            f"{name}_date_precision",
            PairHeading(label, _l("date precision")),
            amount.date_precision,
            joins=joins,
        ),
        Column(f"{name}_source", PairHeading(label, _l("source")), amount.source, joins=joins),
    ]


COST = [
    Column("amount", _l("Project cost"), _cost.value_minor, _whole, _WITH_COST),
    Column(
        "amount_currency",
        PairHeading(_l("Project cost"), _l("currency")),
        _cost.currency,
        joins=_WITH_COST,
    ),
    Column(
        "amount_qualifier",
        PairHeading(_l("Project cost"), _l("how exactly")),
        _cost.qualifier,
        joins=_WITH_COST,
    ),
    Column(
        "amount_kzt", PairHeading(_l("Project cost"), "KZT"), _cost.tenge_minor, _whole, _WITH_COST
    ),
    Column(
        "amount_usd", PairHeading(_l("Project cost"), "USD"), _cost.dollar_minor, _whole, _WITH_COST
    ),
    Column(
        "amount_missing",
        _l("Why there is no sum in KZT"),
        (_cost.value_minor, _cost.tenge_minor),
        why_unreckoned,
        _WITH_COST,
    ),
    Column("rate_date", _l("Exchange rate date"), _cost.rated_on, joins=_WITH_COST),
    Column(
        "pool",
        _l("Pool"),
        (_cost.tenge_minor, _cost.national_from),
        pool_by_size,
        _WITH_COST,
    ),
]

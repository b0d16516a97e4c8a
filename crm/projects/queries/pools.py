"""Of which pool a project is by its size: it follows from the yearly table, nobody types it."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement

from crm.core.money import Money
from crm.projects.models.parts import ProjectAmount
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import Pool
from crm.reference.models import TENGE


@dataclass(frozen=True)
class ProjectPool:
    """The pool of a project, or what is missing to tell it.

    ``year``: whose table counts. ``threshold``: None when that year is not in the table.
    """

    pool: Pool | None
    year: int
    threshold: Money | None
    has_amount: bool = True
    has_rate: bool = True

    @property
    def lacks_index(self) -> bool:
        """Whether nothing is missing but the year in the table, which an administrator adds."""
        return self.has_amount and self.has_rate and self.threshold is None

    @property
    def text(self) -> str:
        """The pool in words, or what is missing."""
        if self.pool is not None:
            return str(self.pool.label)
        if not self.has_amount:
            return str(_("no amount"))
        if not self.has_rate:
            return str(_("no rate"))
        return str(_("no MCI for %(year)s", year=self.year))


def pool_of(project: InvestmentProject, today: date) -> ProjectPool:
    """The pool of ``project``, its ``cost`` loaded, by that and the table of the year of its date.

    The year of ``today`` counts where the cost has no date. A project with an investment contract
    is of the national pool whatever it costs (order of MFA 11-1-4/746 of 31 Dec 2024); of such
    contracts the records say nothing, so this is the pool by size.
    """
    cost = project.cost
    if cost is None:
        return ProjectPool(None, today.year, None, has_amount=False)
    year = (cost.dated_on or today).year
    limit = cost.national_from
    threshold = None if limit is None else Money(limit, TENGE)
    if cost.tenge_minor is None:
        return ProjectPool(None, year, threshold, has_rate=False)
    if limit is None:
        return ProjectPool(None, year, None)
    return ProjectPool(pool_by_size(cost.tenge_minor, limit), year, threshold)


def pool_by_size(tenge_minor: int | None, national_from: int | None) -> Pool | None:
    """The pool of a project that costs ``tenge_minor``; None while either is not known."""
    if tenge_minor is None or national_from is None:
        return None
    return Pool.NATIONAL if tenge_minor > national_from else Pool.REGIONAL


def is_of_pool(pool: Pool) -> ColumnElement[bool]:
    """Whether a project is of ``pool``; one of which nothing can be told is of neither."""
    is_above = ProjectAmount.tenge_minor > ProjectAmount.national_from
    return InvestmentProject.cost.has(is_above if pool == Pool.NATIONAL else ~is_above)

"""What a project must and should say of itself before it comes to a stage: one table of rules.

It checks a move, lists every gap with the field that fills it, and draws completeness.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from crm.core.words import Term
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import AmountKind, ProjectRole, Stage


class Demand(Term):
    """How strongly a stage asks for a field."""

    NEEDED = "needed", _l("needed")  # a move without it is refused
    WANTED = "wanted", _l("wanted")  # a move without it is warned of


@dataclass(frozen=True)
class Rule:
    """A field that the project must or should have when it comes to ``stage``."""

    name: str  # of the rule, as the log keeps it
    anchor: str  # where on the edit form it is filled
    label: LazyString
    stage: Stage
    demand: Demand
    is_filled: Callable[[InvestmentProject], bool]

    def stands_before(self, stage: Stage) -> bool:
        """Whether the rule counts for a project that comes to ``stage``."""
        return self.stage.number <= stage.number


def _has(attribute: str) -> Callable[[InvestmentProject], bool]:
    return lambda project: getattr(project, attribute) is not None


def _has_amount(*kinds: AmountKind) -> Callable[[InvestmentProject], bool]:
    return lambda project: any(project.amount_of(kind) for kind in kinds)


def _has_investor(project: InvestmentProject) -> bool:
    return any(one.role == ProjectRole.INVESTOR for one in project.participants)


def _has_shares(project: InvestmentProject) -> bool:
    investors = [one for one in project.participants if one.role == ProjectRole.INVESTOR]
    return bool(investors) and all(one.share_basis_points is not None for one in investors)


def _has_planned_jobs(project: InvestmentProject) -> bool:
    return project.jobs_permanent_planned is not None or project.jobs_total_planned is not None


_SIZE = (AmountKind.ANNOUNCED, AmountKind.CONTRACTED)

RULES: tuple[Rule, ...] = (
    Rule("amount", "amounts", _l("Amount"), Stage.PRE_INVESTMENT, Demand.NEEDED,
         _has_amount(*_SIZE)),
    Rule("investor", "participants", _l("Investor"), Stage.PRE_INVESTMENT, Demand.NEEDED,
         _has_investor),
    Rule("district", "district", _l("District"), Stage.INVESTMENT, Demand.NEEDED,
         _has("district_code")),
    Rule("contracted", "amounts", _l("Contracted amount"), Stage.INVESTMENT, Demand.NEEDED,
         _has_amount(AmountKind.CONTRACTED)),
    Rule("start", "start_year", _l("Start"), Stage.INVESTMENT, Demand.NEEDED,
         _has("start_year")),
    Rule("actual", "amounts", _l("Actual amount"), Stage.COMMISSIONED, Demand.NEEDED,
         _has_amount(AmountKind.ACTUAL)),
    Rule("jobs_permanent_actual", "jobs_permanent_actual", _l("Permanent jobs, actual"),
         Stage.COMMISSIONED, Demand.NEEDED, _has("jobs_permanent_actual")),
    Rule("commissioning_actual", "commissioning_actual_year", _l("Commissioning, actual"),
         Stage.COMMISSIONED, Demand.NEEDED, _has("commissioning_actual_year")),
    Rule("next_step", "next_step", _l("Next step"), Stage.NEGOTIATION, Demand.WANTED,
         _has("next_step")),
    Rule("next_step_on", "next_step_on", _l("Date of the next step"), Stage.NEGOTIATION,
         Demand.WANTED, _has("next_step_on")),
    Rule("oked", "oked", _l("OKED code"), Stage.PRE_INVESTMENT, Demand.WANTED, _has("oked")),
    Rule("memorandum", "memorandum_on", _l("Memorandum signed on"), Stage.PRE_INVESTMENT,
         Demand.WANTED, _has("memorandum_on")),
    Rule("jobs_planned", "jobs_permanent_planned", _l("Permanent jobs, planned"),
         Stage.PRE_INVESTMENT, Demand.WANTED, _has_planned_jobs),
    Rule("shares", "participants", _l("Shares of the investors"), Stage.INVESTMENT,
         Demand.WANTED, _has_shares),
    Rule("capacity", "capacity_number", _l("Production capacity"), Stage.INVESTMENT,
         Demand.WANTED, _has("capacity_thousandths")),
    Rule("commissioning_planned", "commissioning_planned_year", _l("Commissioning, planned"),
         Stage.INVESTMENT, Demand.WANTED, _has("commissioning_planned_year")),
    Rule("jobs_temporary_actual", "jobs_temporary_actual", _l("Temporary jobs, actual"),
         Stage.COMMISSIONED, Demand.WANTED, _has("jobs_temporary_actual")),
)  # fmt: skip


def rules_before(stage: Stage) -> list[Rule]:
    """Every rule that counts for a project that comes to ``stage``, needed ones first."""
    found = [rule for rule in RULES if rule.stands_before(stage)]
    return sorted(found, key=lambda rule: rule.demand != Demand.NEEDED)


def gaps_before(
    project: InvestmentProject, stage: Stage, demand: Demand | None = None
) -> list[Rule]:
    """The rules for ``stage`` that ``project`` does not meet; its amounts and participants loaded.

    All of them, or those of one ``demand``.
    """
    return [
        rule
        for rule in rules_before(stage)
        if demand in (None, rule.demand) and not rule.is_filled(project)
    ]

"""The words an investment project is described in."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from crm.core.words import Term


class Stage(Term):
    """How far a project is, in order; a memorandum is a document, not a stage (domain B3)."""

    PROPOSAL = "proposal", _l("Investment proposal")
    NEGOTIATION = "negotiation", _l("Negotiations")
    PRE_INVESTMENT = "pre_investment", _l("Pre-investment stage")
    INVESTMENT = "investment", _l("Investment stage")
    COMMISSIONED = "commissioned", _l("Commissioned")
    POST_INVESTMENT = "post_investment", _l("Post-investment stage")

    @property
    def number(self) -> int:
        """Its place in the order, from 1."""
        return list(Stage).index(self) + 1

    @property
    def following(self) -> "Stage | None":
        """The next stage; None behind the last."""
        return next(iter(list(Stage)[self.number :]), None)

    def is_step_to(self, stage: "Stage") -> bool:
        """Whether ``stage`` is the one right behind: any other move is a head's."""
        return self.following == stage


class ProjectStatus(Term):
    """Whether work on a project goes on; it says nothing of the stage."""

    ACTIVE = "active", _l("Active")
    SUSPENDED = "suspended", _l("Suspended")
    WITHDRAWN = "withdrawn", _l("Withdrawn")
    COMPLETED = "completed", lazy_pgettext("project", "Completed")


class AmountKind(Term):
    """What a sum of a project is: said in public, agreed by contract, or spent so far."""

    ANNOUNCED = "announced", _l("Announced")
    CONTRACTED = "contracted", _l("Contracted")
    ACTUAL = "actual", _l("Actual")


class ProjectRole(Term):
    """What an organisation does in a project."""

    INVESTOR = "investor", _l("Investor")
    INITIATOR = "initiator", _l("Project initiator")
    CONTRACTOR = "contractor", _l("Contractor")
    OPERATOR = "operator", _l("Operator")


class Pool(Term):
    """Where a project is registered by its size (order of MFA 11-1-4/746 of 31 Dec 2024)."""

    REGIONAL = "regional", _l("Regional pool")
    NATIONAL = "national", _l("National pool")


class Unreckoned(Term):
    """Why nobody can say what a project costs in tenge."""

    NO_AMOUNT = "no_amount", _l("no amount")
    NO_RATE = "no_rate", _l("no rate")

"""Amounts, participants and problems of a project: added, corrected, taken out."""

from collections.abc import Sequence
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from crm.accounts.models import WRITERS
from crm.audit.views.parts import PartPages
from crm.core import clock
from crm.core.database import db
from crm.core.language import worded
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.delegations.queries import known_organisations
from crm.projects.forms.amounts import role_is_taken
from crm.projects.forms.parts import AmountForm, ParticipantForm, ProblemForm, SolvedForm
from crm.projects.models.parts import Problem, ProjectAmount, ProjectParticipant
from crm.projects.models.project import FULL_SHARE, InvestmentProject
from crm.projects.queries.projects import project_by_id
from crm.projects.services.parts import (
    TakesPartAlready,
    add_amount,
    add_participant,
    write_participant,
)
from crm.projects.views.pages import bp


class ProjectParts(PartPages):
    """Parts of a project, whatever they are."""

    def record(self, record_id: int) -> Select[InvestmentProject]:
        return project_by_id(record_id)


class _AmountPages(ProjectParts):
    model = ProjectAmount
    address = "amounts"
    template = "projects/amount.html"
    form = AmountForm
    to_add, to_change = _l("Add an amount"), _l("Change the amount")
    to_remove = _l("Remove the amount")
    added, removed = _l("Amount added"), _l("Amount removed")

    def parts_of(self, record: InvestmentProject) -> Sequence[ProjectAmount]:
        return record.amounts

    def values_of(self, part: ProjectAmount, parts: Sequence[ProjectAmount]) -> dict[str, Any]:
        own = ("kind", "value", "qualifier", "date_precision", "dated_on", "source")
        return {name: getattr(part, name) for name in own}

    def add(self, record: InvestmentProject, form: AmountForm) -> None:
        add_amount(record, form.given)

    def change(self, record: InvestmentProject, part: ProjectAmount, form: AmountForm) -> None:
        form.given.write_to(part)


class _ParticipantPages(ProjectParts):
    model = ProjectParticipant
    address = "participants"
    template = "projects/participant.html"
    form = ParticipantForm
    refusals = (TakesPartAlready,)
    to_add, to_change = _l("Add a participant"), _l("Change the participant")
    to_remove = _l("Remove from the project")
    added, removed = _l("Participant added"), _l("Participant removed")

    def parts_of(self, record: InvestmentProject) -> Sequence[ProjectParticipant]:
        return record.participants

    def values_of(
        self, part: ProjectParticipant, parts: Sequence[ProjectParticipant]
    ) -> dict[str, Any]:
        name = worded(part.organisation, "name").text if part.organisation else None
        return {"organisation": name, "role": part.role, "share_percent": part.share_basis_points}

    def add(self, record: InvestmentProject, form: ParticipantForm) -> None:
        add_participant(record, form.given)
        self._warn(record)

    def change(
        self, record: InvestmentProject, part: ProjectParticipant, form: ParticipantForm
    ) -> None:
        write_participant(record, part, form.given)
        self._warn(record)

    def refuse(self, form: ParticipantForm, error: TakesPartAlready) -> None:
        form.organisation.errors = [role_is_taken()]

    def offers(self, record: InvestmentProject) -> dict[str, Any]:
        return {"organisations": known_organisations()}

    def _warn(self, record: InvestmentProject) -> None:
        db.session.flush()
        db.session.refresh(record, ["participants"])
        if record.investors_share > FULL_SHARE:
            flash(shares_warning(), "warning")


class _ProblemPages(ProjectParts):
    model = Problem
    address = "problems"
    template = "projects/problem.html"
    form = ProblemForm
    to_add, to_change = _l("Add a problem"), _l("Change the problem")
    to_remove = _l("Remove the problem")
    added, removed = _l("Problem added"), _l("Problem removed")

    def parts_of(self, record: InvestmentProject) -> Sequence[Problem]:
        return record.problems

    def presets(self, record: InvestmentProject) -> dict[str, Any]:
        return {"since_on": clock.today()}

    def values_of(self, part: Problem, parts: Sequence[Problem]) -> dict[str, Any]:
        return {name: getattr(part, name) for name in self.form.record_fields()}

    def add(self, record: InvestmentProject, form: ProblemForm) -> None:
        problem = Problem(project_id=record.id)
        form.fill(problem)
        db.session.add(problem)

    def change(self, record: InvestmentProject, part: Problem, form: ProblemForm) -> None:
        form.fill(part)


class SolvedTooEarly(ValueError):  # noqa: N818 (a slip of who types, no fault)
    """The problem arose after the day it is said to be solved on."""


class _SolvedPages(_ProblemPages):
    """The same problems at their end: the day and the solution alone."""

    template = "projects/solved.html"
    form = SolvedForm
    refusals = (SolvedTooEarly,)
    verb = "solve"
    to_change = _l("Mark the problem as solved")
    to_remove = None

    def change(self, record: InvestmentProject, part: Problem, form: SolvedForm) -> None:
        form.fill(part)
        if part.solved_on is not None and part.solved_on < part.since_on:
            raise SolvedTooEarly

    def refuse(self, form: SolvedForm, error: SolvedTooEarly) -> None:
        form.say_too_early()

    def _removed_meanwhile(self, record: InvestmentProject, part_id: int) -> ResponseReturnValue:
        self._removal_of(record, part_id)
        return back_to(self._section(record), str(self.removed))


def shares_warning() -> str:
    """What is said of shares that cannot be."""
    return str(_("The shares of the investors add up to more than 100: check them"))


_AMOUNTS, _PARTICIPANTS = _AmountPages(), _ParticipantPages()
_PROBLEMS, _SOLVED = _ProblemPages(), _SolvedPages()


@bp.route("/projects/<id:project_id>/amounts/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new_amount(project_id: int) -> ResponseReturnValue:
    """One more amount; it needs no version."""
    return _AMOUNTS.new(project_id)


@bp.route("/projects/<id:project_id>/amounts/<id:amount_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit_amount(project_id: int, amount_id: int) -> ResponseReturnValue:
    """Correct one amount."""
    return _AMOUNTS.edit(project_id, amount_id)


@bp.post("/projects/<id:project_id>/amounts/<id:amount_id>/remove")
@requires(*WRITERS)
def remove_amount(project_id: int, amount_id: int) -> ResponseReturnValue:
    """Take an amount out."""
    return _AMOUNTS.remove(project_id, amount_id)


@bp.route("/projects/<id:project_id>/participants/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new_participant(project_id: int) -> ResponseReturnValue:
    """One more participant; it needs no version."""
    return _PARTICIPANTS.new(project_id)


@bp.route("/projects/<id:project_id>/participants/<id:partner_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit_participant(project_id: int, partner_id: int) -> ResponseReturnValue:
    """Correct one participant."""
    return _PARTICIPANTS.edit(project_id, partner_id)


@bp.post("/projects/<id:project_id>/participants/<id:partner_id>/remove")
@requires(*WRITERS)
def remove_participant(project_id: int, partner_id: int) -> ResponseReturnValue:
    """Take a participant out."""
    return _PARTICIPANTS.remove(project_id, partner_id)


@bp.route("/projects/<id:project_id>/problems/new", methods=["GET", "POST"])
@requires(*WRITERS)
def new_problem(project_id: int) -> ResponseReturnValue:
    """One more problem; it needs no version."""
    return _PROBLEMS.new(project_id)


@bp.route("/projects/<id:project_id>/problems/<id:problem_id>/edit", methods=["GET", "POST"])
@requires(*WRITERS)
def edit_problem(project_id: int, problem_id: int) -> ResponseReturnValue:
    """Correct one problem."""
    return _PROBLEMS.edit(project_id, problem_id)


@bp.post("/projects/<id:project_id>/problems/<id:problem_id>/remove")
@requires(*WRITERS)
def remove_problem(project_id: int, problem_id: int) -> ResponseReturnValue:
    """Take a problem out."""
    return _PROBLEMS.remove(project_id, problem_id)


@bp.route("/projects/<id:project_id>/problems/<id:problem_id>/solve", methods=["GET", "POST"])
@requires(*WRITERS)
def solve_problem(project_id: int, problem_id: int) -> ResponseReturnValue:
    """Say when a problem was solved, and how."""
    return _SOLVED.edit(project_id, problem_id)

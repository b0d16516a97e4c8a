"""Moving a project to another stage and changing its status: from its page and from the board."""

from typing import Any

from flask import Blueprint, abort, flash, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import WRITERS
from crm.accounts.views.sign_in import local_path
from crm.audit.models import AuditEntry
from crm.audit.queries import changes_since, history_of
from crm.audit.views.undoing import undoable
from crm.core import clock
from crm.core.database import db
from crm.core.editing import ArchivedError, is_stale, one_or_404
from crm.core.pages import Undoable, back_to, moment_text
from crm.core.permissions import requires
from crm.projects.forms.moves import MoveForm, ProjectStatusForm, WayForm
from crm.projects.models.log import StageMove
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import ProjectStatus, Stage
from crm.projects.queries.projects import project_by_id
from crm.projects.queries.way import wanted_before
from crm.projects.services import moves
from crm.projects.views.pages import project_page
from crm.projects.views.stage_panel import Gap, gaps_at

bp = Blueprint("project_moves", __name__)


@bp.post("/projects/<id:project_id>/stage")
@requires(*WRITERS)
def move_stage(project_id: int) -> ResponseReturnValue:
    """Bring a project to another stage; the board asks for JSON and is answered so."""
    project = _found(project_id)
    form = MoveForm(project, today=clock.today(), is_sent=True)
    made = None if _is_overtaken(project, form) else _moved(project, form)
    if made is None:
        return _refusal(project, form)
    told = _("%(code)s: %(old)s → %(new)s. Days spent: %(days)s", **_in_words(project, made))
    words = undoable(project, told, int(form.version.data or 0))
    gaps = gaps_at(project, wanted_before(project))
    answer = _json(project, told, gaps, 200, undo=words) if _wants_json() else None
    db.session.commit()
    return answer or _back(project_id, words, gaps)


@bp.post("/projects/<id:project_id>/status")
@requires(*WRITERS)
def change_status(project_id: int) -> ResponseReturnValue:
    """Suspend, withdraw, complete or take up a project; its stage stays."""
    project = _found(project_id)
    form = ProjectStatusForm(project, today=clock.today(), is_sent=True)
    if _is_overtaken(project, form) or not form.validate():
        return _refusal(project, form)
    status = ProjectStatus(form.status.data)
    moves.change_status(project, status, form.day, form.reason.data, current_user)
    told = _("%(code)s: %(status)s", code=project.code, status=status.label)
    words = undoable(project, told, int(form.version.data or 0))
    db.session.commit()
    return _back(project_id, words, [])


def _found(project_id: int) -> InvestmentProject:
    try:
        return one_or_404(project_by_id(project_id))
    except ArchivedError as error:
        if not _wants_json():
            raise
        words = _("%(code)s is archived: a head can restore it", code=error.record.code)
        abort(make_response(_json(error.record, words, [], 409)))


def _is_overtaken(project: InvestmentProject, form: WayForm) -> bool:
    """Whether somebody changed ``project`` since ``form`` was opened; the form says who."""
    if not is_stale(project, form.version.data):
        return False
    entry, way = _since(project, form)
    who = _("the system") if entry is None or entry.actor is None else entry.actor.name
    when = "" if entry is None else moment_text(entry.made_at)
    if way is None:
        words = _("The project was changed meanwhile: %(who)s, %(when)s.", who=who, when=when)
    else:
        old, new = (_label(form, value) for value in way)
        words = _(
            "Meanwhile: %(old)s → %(new)s (%(who)s, %(when)s).",
            **{"old": old, "new": new, "who": who, "when": when},
        )
    form.note_overtaken(who, words)
    return True


def _since(
    project: InvestmentProject, form: WayForm
) -> tuple[AuditEntry | None, tuple[Any, Any] | None]:
    """Since ``form`` was opened: the last change of what it sets, and from where to where it went.

    When that stands as it was, the last change of anything and None.
    """
    table, version = project.__tablename__, int(form.version.data or 0)
    rows = db.session.execute(changes_since(table, project.id, version)).all()
    found = [(entry, change) for entry, change in rows if change.field == form.about]
    if found:
        return found[-1][0], (found[0][1].old, found[-1][1].new)
    return db.session.scalar(history_of(table, project.id).limit(1)), None


def _label(form: WayForm, value: Any) -> str:
    terms = Stage if isinstance(form, MoveForm) else ProjectStatus
    return str(terms(value).label)


def _moved(project: InvestmentProject, form: MoveForm) -> StageMove | None:
    """The move, flushed; None when it may not be, and the form says why."""
    if not form.validate():
        return None
    stage, today = Stage(form.stage.data), clock.today()
    try:
        return moves.move(project, stage, current_user, form.reason.data, today)
    except moves.MoveRefusedError as refusal:
        form.refuse(refusal)
        return None


def _refusal(project: InvestmentProject, form: WayForm) -> ResponseReturnValue:
    """The page of ``project`` with what was typed; for the board what the page would say."""
    if not _wants_json():
        return project_page(project, form)
    if form.overtaken:
        return _json(project, form.overtaken, [], 409, who=form.faster)
    gaps, more = [], {}
    if isinstance(form, MoveForm) and form.refusal is not None:
        gaps = gaps_at(project, form.gaps)
        more = {name: getattr(form.refusal, name) for name in ("needs_head", "needs_reason")}
    return _json(project, " ".join(form.messages), gaps, 422, **more)


def _in_words(project: InvestmentProject, made: StageMove) -> dict[str, Any]:
    old = "" if made.from_stage is None else made.from_stage.label
    return {"code": project.code, "old": old, "new": made.to_stage.label, "days": made.days_spent}


def _back(project_id: int, words: str | Undoable, gaps: list[Gap]) -> ResponseReturnValue:
    """Back to the project, or where the form says; what is still wanted is only told."""
    target = request.form.get("next")
    url = local_path(target) if target else url_for("projects.detail", project_id=project_id)
    answer = back_to(url, words)
    if gaps:
        fields = ", ".join(gap.label for gap in gaps)
        flash(_("Not needed, but wanted at this stage: %(fields)s", fields=fields), "warning")
    return answer


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json"


def _json(
    project: InvestmentProject, words: str, gaps: list[Gap], code: int, **more: Any
) -> ResponseReturnValue:
    """The answer for a script: ``stage`` and ``version`` are those that stand now."""
    told = {
        "message": words,
        "gaps": [{"label": gap.label, "url": gap.url} for gap in gaps],
        "stage": project.stage.value,
        "version": project.version,
        **more,
    }
    return jsonify(told), code

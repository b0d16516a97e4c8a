"""The board of stages: what the list shows, in columns, and moved from one to the next."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.core.database import id_of
from crm.projects.models.terms import Stage
from crm.projects.queries.board import Unit, stage_cards, stage_sums, total_of
from crm.projects.views.narrowed import Narrowed, narrowed

bp = Blueprint("project_board", __name__)

_PATH = "/projects/board"
_OWN = ("unit", "all", "move", "heads")  # what the board reads and the list does not


@dataclass(frozen=True)
class _Asked:
    """What the address of the board says."""

    projects: Narrowed
    unit: Unit
    opened: Stage | None  # the stage all cards of which are wanted
    moving: int | None  # the project whose small form is wanted, where no script opens it
    has_cards: bool  # without them it is only about the heads of the columns


@bp.get(_PATH)
def index() -> ResponseReturnValue:
    """Every project asked for in the column of its stage."""
    asked = _asked()
    projects, found = asked.projects, asked.projects.found()
    sums = stage_sums(found, asked.unit)
    cards = stage_cards(found, asked.unit, asked.opened) if asked.has_cards else {}
    address = projects.address
    opened = {"all": asked.opened.value} if asked.opened else {}
    return render_template(
        "projects/board.html",
        bar=projects.bar(),
        columns=[(one, cards.get(one.stage, [])) for one in sums],
        whole=total_of(sums),
        unit=asked.unit,
        units=[(unit, address.with_(unit=unit, **opened)) for unit in Unit],
        list_url=projects.list_url(),
        figures_url=projects.url_at("/projects/figures"),
        downloads=projects.downloads,
        here=address.with_(**opened),
        moving=asked.moving if current_user.can_write else None,
    )


def _asked() -> _Asked:
    """What is asked for; 400 for what means nothing."""
    projects = narrowed(_PATH, _OWN, ("unit",))
    unit, opened, moving, heads = (request.args.get(name) or None for name in _OWN)
    is_known = unit in (None, *Unit) and opened in (None, *Stage) and heads in (None, "1")
    if not is_known or (moving and id_of(moving) is None):
        abort(400)
    return _Asked(
        projects,
        Unit(unit or Unit.KZT),
        Stage(opened) if opened else None,
        id_of(moving) if moving else None,
        heads is None,
    )

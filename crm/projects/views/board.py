"""The board of stages: what the list shows, in columns, and moved from one to the next."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Select

from crm.core.database import id_of
from crm.core.listing.filters import Args, BadQueryError
from crm.core.listing.page import Address, Bar, bar_of
from crm.core.listing.query import keys_of
from crm.projects.listing.projects import PROJECTS
from crm.projects.models.terms import ProjectStatus, Stage
from crm.projects.queries.board import Unit, stage_cards, stage_sums, total_of

bp = Blueprint("project_board", __name__)

_BOARD = replace(PROJECTS, path="/projects/board")
_EVERY = "any"  # the status that asks for all of them: without any the board shows active projects
_OWN = ("unit", "all", "move", "heads")  # what the board reads and the list does not
_OF_LISTS = ("sort", "page", "headers", "dialect")  # what it does not read


@dataclass(frozen=True)
class _Asked:
    """What the address of the board says."""

    args: Args  # the filters, the status always among them, and the unit
    unit: Unit
    opened: Stage | None  # the stage all cards of which are wanted
    moving: int | None  # the project whose small form is wanted, where no script opens it
    has_cards: bool  # without them it is only about the heads of the columns

    @property
    def address(self) -> Address:
        """Of this board, for links that keep its filters."""
        return Address(_BOARD, self.args)

    @property
    def of_list(self) -> Args:
        """The filters as the list knows them."""
        kept = {name: value for name, value in self.args.items() if name not in _OWN}
        return Args({name: value for name, value in kept.items() if value != _EVERY})


@bp.get("/projects/board")
def index() -> ResponseReturnValue:
    """Every project asked for in the column of its stage."""
    asked = _asked()
    found = _found(asked)
    sums = stage_sums(found, asked.unit)
    cards = stage_cards(found, asked.unit, asked.opened) if asked.has_cards else {}
    address, query = asked.address, Address(PROJECTS, asked.of_list).with_().partition("?")[2]
    tail = f"?{query}" if query else ""
    opened = {"all": asked.opened.value} if asked.opened else {}
    return render_template(
        "projects/board.html",
        bar=_bar(asked),
        columns=[(one, cards.get(one.stage, [])) for one in sums],
        whole=total_of(sums),
        unit=asked.unit,
        units=[(unit, address.with_(unit=unit, **opened)) for unit in Unit],
        list_url=f"/projects/{tail}",
        csv_url=f"/projects.csv{tail}",
        xlsx_url=f"/projects.xlsx{tail}",
        here=address.with_(**opened),
        moving=asked.moving if current_user.can_write else None,
    )


def _asked() -> _Asked:
    """What is asked for; 400 for what means nothing."""
    args = Args({name: value for name, value in request.args.items() if name not in _OWN})
    args["status"] = args.get("status", ProjectStatus.ACTIVE.value) or _EVERY
    unit, opened, moving, heads = (request.args.get(name) or None for name in _OWN)
    is_known = unit in (None, *Unit) and opened in (None, *Stage) and heads in (None, "1")
    if (
        not is_known
        or (moving and id_of(moving) is None)
        or any(name in args for name in _OF_LISTS)
    ):
        abort(400)
    if unit:
        args["unit"] = unit
    return _Asked(
        args,
        Unit(unit or Unit.KZT),
        Stage(opened) if opened else None,
        id_of(moving) if moving else None,
        heads is None,
    )


def _found(asked: _Asked) -> Select[Any]:
    """Ids of the projects asked for, in no order; 400 for filters that mean nothing."""
    try:
        return keys_of(PROJECTS, asked.of_list)
    except BadQueryError:
        abort(400)


def _bar(asked: _Asked) -> Bar:
    """The filters of the list; taking off the status shows every status, clearing all the active
    projects again.
    """
    bar = bar_of(_BOARD, asked.args, asked.address)
    every = asked.address.with_(status=_EVERY)
    filters = [
        replace(chip, remove_url=every) if chip.name == "status" and chip.value_label else chip
        for chip in bar.filters
    ]
    is_plain = dict(asked.of_list.items()) == {"status": ProjectStatus.ACTIVE.value}
    return replace(bar, filters=filters, clear_url=_BOARD.path, is_filtered=not is_plain)

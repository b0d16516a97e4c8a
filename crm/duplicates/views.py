"""Hints while something is typed, the review of likely pairs, and marking what is not the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from crm.accounts.models import WRITERS
from crm.core import records
from crm.core.database import db, id_of
from crm.core.editing import one_or_404
from crm.core.forms import ConfirmForm
from crm.core.language import reader_language, worded
from crm.core.names.likeness import NameKind
from crm.core.pages import back_to
from crm.core.permissions import may_open, requires
from crm.duplicates.forms import signs_typed
from crm.duplicates.models import MODELS, LikelyPair, NotTheSame, reason_labels
from crm.duplicates.queries.likely import in_short, told
from crm.duplicates.queries.pairs import COUNTED, likely_ones, likely_pairs, marks, pair_count
from crm.duplicates.services import marking
from crm.duplicates.services.finding import likely_there

bp = Blueprint("duplicates", __name__, url_prefix="/<any(people, organisations):folder>")

_KINDS = {"people": NameKind.PERSON, "organisations": NameKind.ORGANISATION}
_SIZE = 50
_NOTICED = 3  # likely ones named on the page of a record


@dataclass(frozen=True)
class Line:
    """A record that is likely the one meant, as a line shows it; ``row`` is one of ``in_short``."""

    row: Any
    name: str
    url: str
    score: int
    reasons: list[Any]
    merge_url: str | None = None


@bp.get("/likely")
@requires(*WRITERS)
def likely(folder: str) -> ResponseReturnValue:
    """What is there already like what is being typed: a piece of a page, empty when nothing is.

    ``besides`` is the record that is being edited; with ``take`` each can be chosen.
    """
    typed, kind = request.args, _KINDS[folder]
    besides = id_of(typed["besides"]) or abort(404) if "besides" in typed else 0
    lines = [
        _line(folder, one.row, one.comparison.score, one.comparison.reasons)
        for one in likely_there(signs_typed(kind, typed), besides)
    ]
    if not lines:
        return ""
    return render_template("duplicates/_hints.html", lines=lines, is_taking="take" in typed)


def _line(
    folder: str, row: Any, score: int = 0, reasons: Sequence[str] = (), beside: int | None = None
) -> Line:
    url = f"/{folder}/{row.id}"
    merge_url = None if beside is None else _merge_url(f"/{folder}/{beside}", row.id)
    return Line(
        row, _called(folder, row), url, score, reason_labels(_KINDS[folder], reasons), merge_url
    )


def _called(folder: str, row: Any) -> str:
    """As the record itself is called for the present reader."""
    if folder == "organisations":
        return worded(row, "name").text
    named: str | None = getattr(row, f"name_{reader_language()}")
    return named or " ".join(filter(None, (row.given_name, row.family_name)))


def _merge_url(kept: str, merged: int) -> str | None:
    """Where a head looks at what merging the two would do; None for who may not."""
    url = f"{kept}/merge"
    return f"{url}?with={merged}" if may_open(url, current_user.role) else None


@bp.app_template_global()
def likely_notice(record: Any) -> Markup:
    """What tells those who record, on the page of ``record``, that it is there twice perhaps."""
    if not current_user.can_write or record.archived_at is not None:
        return Markup()
    folder = records.kind_of(record).address
    kind = _KINDS[folder]
    found = db.session.execute(likely_ones(kind, record.id)).all()
    if not found:
        return Markup()
    ids = [other for other, _score, _reasons in found]
    others = {row.id: row for row in db.session.execute(told(kind, ids))}
    lines = [
        _line(folder, others[other], score, reasons, beside=record.id)
        for other, score, reasons in found
        if other in others
    ]
    if not lines:
        return Markup()
    page = render_template(
        "duplicates/_notice.html", record=record, folder=folder, lines=lines[:_NOTICED]
    )
    return Markup(page)  # noqa: S704 (drawn by a template)


@bp.get("/duplicates")
@requires(*WRITERS)
def index(folder: str) -> ResponseReturnValue:
    """Likely pairs, likeliest first; with ``marked`` those that are not the same."""
    kind, is_marked = _KINDS[folder], "marked" in request.args
    if request.args.get("marked", "1") != "1":
        abort(400)
    number = _page_number()
    read: Any = marks if is_marked else likely_pairs
    window = read(kind, _SIZE + 1, (number - 1) * _SIZE)
    rows: Sequence[Any] = db.session.scalars(window).all()
    if not rows and number > 1:
        abort(404)
    shown = [_pair(one) for one in rows[:_SIZE]]
    ids = sorted({one for pair in shown for one in pair[1:]})
    by_id = {row.id: row for row in db.session.execute(in_short(kind, ids))}
    total = None if is_marked else db.session.scalar(pair_count(kind)) or 0
    return render_template(
        "duplicates/index.html",
        folder=folder,
        kind=records.kind_at(folder),
        is_marked=is_marked,
        pairs=[_shown(folder, row, by_id[one], by_id[other]) for row, one, other in shown],
        total=total,
        counted=COUNTED,
        number=number,
        first=(number - 1) * _SIZE + 1,
        has_next=len(rows) > _SIZE,
    )


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal()) or not int(text[:9]) >= 1:
        abort(400)
    return int(text) if len(text) < 7 else abort(404)


def _pair(row: LikelyPair | NotTheSame) -> tuple[Any, int, int]:
    if isinstance(row, LikelyPair):
        return row, row.older_id, row.newer_id
    return row, row.record_id, row.other_id


def _shown(
    folder: str, row: LikelyPair | NotTheSame, one: Any, other: Any
) -> tuple[Any, Line, Line]:
    if isinstance(row, NotTheSame):
        return row, _line(folder, one), _line(folder, other)
    why = row.score, row.reasons
    return row, _line(folder, one, *why), _line(folder, other, *why, beside=one.id)


@bp.post("/<id:record_id>/not-same/<id:other_id>")
@requires(*WRITERS)
def mark(folder: str, record_id: int, other_id: int) -> ResponseReturnValue:
    """Say that two records are not the same."""
    kind = _KINDS[folder]
    one, other = _both(kind, record_id, other_id, even_archived=False)
    marking.mark(kind, one, other, current_user.id)
    db.session.commit()
    return _back(folder, one, _("Marked as not the same"))


@bp.post("/<id:record_id>/not-same/<id:other_id>/remove")
@requires(*WRITERS)
def unmark(folder: str, record_id: int, other_id: int) -> ResponseReturnValue:
    """Take that back."""
    kind = _KINDS[folder]
    one, other = _both(kind, record_id, other_id, even_archived=True)
    marking.unmark(kind, one, other)
    db.session.commit()
    return _back(folder, one, _("The mark is taken back"))


def _both(kind: NameKind, one: int, other: int, even_archived: bool) -> tuple[Any, Any]:
    model: Any = MODELS[kind]
    if one == other:
        abort(404)
    found = [
        one_or_404(select(model).where(model.id == key), even_archived)
        for key in sorted((one, other))  # in one order, whoever asks: nobody waits in a ring
    ]
    if not ConfirmForm().validate_on_submit():
        abort(400)
    return (found[0], found[1]) if one < other else (found[1], found[0])


def _back(folder: str, record: Any, message: str) -> ResponseReturnValue:
    """To the page the button was pressed on."""
    place = request.form.get("place")
    if place == "record":
        return back_to(records.kind_of(record).url(record.id), message)
    marked = "1" if place == "marked" else None
    return back_to(url_for(".index", folder=folder, marked=marked), message)

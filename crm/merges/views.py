"""Pages where a head makes two records one, and undoes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from crm.accounts.models import Role
from crm.audit.forms import typed_again
from crm.audit.listing.entries import moments
from crm.audit.listing.words import Bit, Key, titles_of, value_bit
from crm.audit.services.trail import as_json
from crm.core import records
from crm.core.database import MergedError, db, id_of
from crm.core.editing import id_in_address, in_use, is_stale, one_or_404
from crm.core.forms import ConfirmForm, RecordForm
from crm.core.listing.filters import BadQueryError
from crm.core.pages import Undoable, back_to
from crm.core.permissions import requires
from crm.core.records import RecordKind
from crm.core.trail import words_of
from crm.merges.forms import ADD, MergeForm, form_for
from crm.merges.models import Merge
from crm.merges.queries import (
    entries_by_id,
    kept_instead,
    merge_by_id,
    merge_of,
    merges_into,
)
from crm.merges.services.merging import Preview, both, candidates, labelled, merge, preview
from crm.merges.services.undoing import blocking, edited_since, undo
from crm.merges.services.values import KEPT, Difference

bp = Blueprint("merges", __name__)
NARROWING = ("organisation", "person")  # filters of lists by a record that may be merged


@dataclass(frozen=True)
class Choice:
    """One difference as the page shows it: the field, and both values in the reader's words."""

    field: Any
    kept: list[Bit]
    other: list[Bit]


@bp.route("/organisations/<id:record_id>/merge", methods=["GET", "POST"])
@requires(Role.HEAD)
def organisation(record_id: int) -> ResponseReturnValue:
    """Make another organisation one with this one."""
    return _merge(records.kind_named("organisation"), record_id)


@bp.route("/people/<id:record_id>/merge", methods=["GET", "POST"])
@requires(Role.HEAD)
def person(record_id: int) -> ResponseReturnValue:
    """Make another person one with this one."""
    return _merge(records.kind_named("person"), record_id)


def _merge(kind: RecordKind, record_id: int) -> ResponseReturnValue:
    if "with" not in request.args:
        record = one_or_404(kind.by_id(str(record_id)))
        return abort(404) if request.method == "POST" else _choose(kind, record)
    other_id = id_in_address("with")
    kept, other = both(kind, record_id, other_id, locked=request.method == "POST")
    if kept is None or other is None or kept is other:
        abort(404)
    if request.method == "POST" and other.merged_into_id == kept.id:
        return redirect(kind.url(kept.id), 303)  # sent twice, it was done by the first
    in_use(kept)
    in_use(other)
    plan = preview(kept, other)
    form = form_for(kept.__tablename__, plan.differences)()
    if not form.is_submitted():
        form.version.data, form.other_version.data = str(kept.version), str(other.version)
        form.shares.data = KEPT if plan.are_told_twice else ADD
    elif form.validate():
        if is_stale(kept, form.version.data) or is_stale(other, form.other_version.data):
            form.version.data, form.other_version.data = str(kept.version), str(other.version)
            note = _("Somebody changed this record meanwhile: look at it and confirm once more")
            return _page(kind, kept, other, plan, form, note), 409
        return _done(kind, kept, other, plan, form)
    return _page(kind, kept, other, plan, form), form.answer_status


def _choose(kind: RecordKind, record: Any) -> ResponseReturnValue:
    """Which record is meant, found by its words; and what was made one with this one before."""
    words = request.args.get("q", "")
    try:
        found = candidates(kind, record.id, words) if words else []
    except BadQueryError:
        abort(400)
    return render_template(
        "merges/choose.html",
        kind=kind,
        record=record,
        url=kind.url(record.id),
        words=words,
        found=found,
        earlier=db.session.scalars(merges_into(kind.name, record.id)).all(),
    )


def _done(
    kind: RecordKind, kept: Any, other: Any, plan: Preview, form: MergeForm
) -> ResponseReturnValue:
    choices = form.choices_of(plan.differences)
    name, adds_shares = kind.title(other), form.shares.data == ADD
    made = merge(kept, other, choices, current_user.id, adds_shares=adds_shares)
    url = kind.url(made.kept_id)
    words: Undoable = {
        "text": _("Merged: %(name)s is one with this record now", name=name),
        "undo_url": url_for(".undone", merge_id=made.id),
    }
    db.session.commit()
    return back_to(url, words)


def _page(
    kind: RecordKind, kept: Any, other: Any, plan: Preview, form: MergeForm, note: str | None = None
) -> str:
    fields = words_of(kept.__tablename__).fields
    titles = titles_of(_named(plan))
    columns = kept.__table__.c
    return render_template(
        "merges/merge.html",
        kind=kind,
        kept=kept,
        other=other,
        titles=(kind.title(kept), kind.title(other)),
        url=kind.url(kept.id),
        plan=plan,
        choices=[_choice(form[one.name], one, columns, titles) for one in plan.differences],
        united=[
            (fields[name], ", ".join(_shown(columns, name, lines, titles)), None)
            for name, lines in plan.united.items()
            if lines
        ],
        have_two_bins=any(
            one.name == "bin" and all(one.kept + one.other) for one in plan.differences
        ),
        form=form,
        note=note,
    )


def _named(plan: Preview) -> set[Key]:
    """The records that the values of both name: countries and sectors."""
    sides = [
        side for one in plan.differences if one.name == "country" for side in (one.kept, one.other)
    ]
    countries = {("countries", str(code)) for side in sides for code in side}
    return countries | {("sectors", code) for code in plan.united.get("sectors", ())}


def _choice(field: Any, found: Difference, columns: Any, titles: Mapping[Key, Bit]) -> Choice:
    kept, other = (
        [
            value_bit(columns[name], as_json(value), titles)
            for name, value in zip(found.columns, side, strict=True)
            if value and side[0]  # the language of a note that is not there tells nothing
        ]
        for side in (found.kept, found.other)
    )
    return Choice(field, kept, other)


def _shown(columns: Any, name: str, lines: Sequence[str], titles: Mapping[Key, Bit]) -> list[str]:
    if name == "sectors":
        return [titles[name, code].text for code in lines]
    return [columns[name].type.shown(line) for line in lines]


@bp.get("/merges/<id:merge_id>")
@requires(Role.HEAD)
def detail(merge_id: int) -> ResponseReturnValue:
    """What a merge moved, and what was edited since: that stays when it is undone."""
    return _past(one_or_404(merge_by_id(merge_id)))


@bp.post("/merges/<id:merge_id>/undo")
@requires(Role.HEAD)
def undone(merge_id: int) -> ResponseReturnValue:
    """Make two records of one again; what was edited since is looked at first."""
    made = one_or_404(merge_by_id(merge_id))
    if not ConfirmForm().validate_on_submit():
        abort(400)
    url = url_for(".detail", merge_id=made.id)
    if made.undone_at is not None:
        return redirect(url, 303)  # sent twice, it was done by the first
    kind = records.kind_named(made.record_kind)
    both(kind, made.kept_id, made.merged_id, locked=True)  # nobody builds on it meanwhile
    newest = max((entry.id for entry in edited_since(made)), default=0)
    if blocking(made) is not None or str(newest) != request.form.get("seen", "0"):
        return _past(made, is_refused=True)
    lost = undo(made, current_user.id)
    table = kind.model.__tablename__
    names = [str(words_of(table).fields[name]) for name in lost]
    db.session.commit()
    if names:
        words = _("Another record has it by now, so it stays empty: %(what)s")
        flash(words % {"what": ", ".join(names)}, "warning")
    return back_to(url, _("The merge is undone"))


def _past(made: Merge, is_refused: bool = False) -> ResponseReturnValue:
    kind = records.kind_named(made.record_kind)
    if made.undone_at is None:
        entries = edited_since(made)
    else:
        entries = db.session.scalars(entries_by_id(made.stayed or [])).all()
    kept, other = both(kind, made.kept_id, made.merged_id)
    page = render_template(
        "merges/detail.html",
        made=made,
        kind=kind,
        titles=(kind.title(kept), kind.title(other)),
        urls=(kind.url(made.kept_id), kind.url(made.merged_id)),
        # Its own page leads to the record that stays.
        trail_url=url_for("audit.index", record=f"{kind.model.__tablename__}:{made.merged_id}"),
        moved=list(labelled(kind.model, made.moved)),
        moments=moments(entries),
        seen=max((entry.id for entry in entries), default=0),
        first=blocking(made) if made.undone_at is None else None,
        is_refused=is_refused,
    )
    return page, 409 if is_refused else 200


@bp.before_app_request
def list_of_the_kept_one() -> ResponseReturnValue | None:
    """A list narrowed to a merged record is that of the kept one: bookmarks of it stay good."""
    if request.method not in ("GET", "HEAD") or request.endpoint is None:
        return None
    for kind in filter(request.args.__contains__, NARROWING):
        record_id = id_of(request.args[kind]) if current_user.is_authenticated else None
        kept_id = record_id and db.session.scalar(kept_instead(kind, record_id))
        if kept_id:
            args = request.args.to_dict(flat=False) | {kind: [str(kept_id)]}
            return redirect(f"{quote(request.path)}?{urlencode(args, doseq=True)}", 302)
    return None


@bp.app_errorhandler(MergedError)
def merged_page(error: MergedError) -> ResponseReturnValue:
    """The address of a merged record leads to the kept one; nothing is changed in it any more."""
    record = error.record
    kind = records.kind_of(record)
    old, new = kind.url(record.id), kind.url(record.merged_into_id)
    if request.method in ("GET", "HEAD"):
        return redirect(_there(old, new), 302)  # not for ever: a merge can be undone
    db.session.rollback()
    made = db.session.scalar(merge_of(kind.name, record.id)) if current_user.is_head else None
    fields = words_of(record.__tablename__).fields
    page = render_template(
        "merges/merged.html",
        kind=kind,
        url=new,
        undo_url=made and url_for("merges.detail", merge_id=made.id),
        typed=[(_label(fields, name), value) for name, value in typed_again()],
    )
    return page, 409


def _label(fields: Mapping[str, Any], name: str) -> Any:
    """What a field of the record's form is called; one of another form by its own name."""
    return fields.get(RecordForm.attributes.get(name, name), name)


def _there(old: str, new: str) -> str:
    """The present address with the kept record in place of the old one; else that record's."""
    asked = request.full_path if request.query_string else request.path
    rest = asked.removeprefix(old)
    return new + rest if rest != asked and rest[:1] in ("", "/", "?") else new

"""What is typed to take a slip back, and the answer to a form that another save has overtaken.

That stands below the views, since those of every feature give it.
"""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from wtforms import HiddenField
from wtforms.validators import InputRequired

from crm.accounts.models import User
from crm.audit.models import AuditChange
from crm.audit.queries import changes_since, history_of
from crm.core import records
from crm.core.database import db
from crm.core.editing import Merged, compare, is_stale
from crm.core.forms import BaseForm, RecordForm
from crm.core.trail import AuditedPart

Changes = dict[str, tuple[AuditChange, User | None]]  # by field of the form


class UndoForm(BaseForm):
    """Which change is taken back, as it was offered, and where to go then."""

    offer = HiddenField(validators=[InputRequired()])
    next = HiddenField()


def conflict_answer(
    record: Any,
    form: RecordForm,
    parts: Mapping[str, Any] | None = None,
    part: AuditedPart | None = None,
    home: tuple[str, str] | None = None,
    section: str | None = None,
) -> ResponseReturnValue | None:
    """None when ``record`` is still as the person opened it; else the 409 page with three values.

    The page sends everything typed again, to the same address, with a fresh version. ``parts``:
    by field, what stood in the record's parts when the form was opened. ``part``: the one part
    of ``record`` the form is about, when it is not about the record itself. ``home``: title and
    address of the page the form stands on, when that is not the record's own. ``section``: address
    of the place on the record's page that the form was opened from.
    """
    if not is_stale(record, form.version.data):
        return None
    changes = _changes_since(record, form, part)
    opened = {**{name: change.old for name, (change, _who) in changes.items()}, **(parts or {})}
    kind, identity = records.kind_of(record), records.identity(record)
    conflict, authors = compare(form, opened), _authors(changes)
    page = render_template(
        "audit/conflict.html",
        conflict=conflict,
        merged=[(one, authors.get(one.name)) for one in conflict.merged],
        record=record,
        kind=kind,
        last=db.session.scalar(history_of(record.__tablename__, identity).limit(1)),
        authors=authors,
        typed=typed_again(),
        version=record.version,
        url=kind.url(identity),
        back=section or (home[1] if home else kind.url(identity)),
        home=home,
    )
    return page, 409


def changes_of(
    record: Any, form: RecordForm, opened: Mapping[str, Any], part: AuditedPart
) -> list[tuple[Merged, str | None]]:
    """What became of ``part`` since ``form`` was opened, field by field, and who did it last.

    ``form`` shows what was ``opened``, nothing was typed.
    """
    authors = _authors(_changes_since(record, form, part))
    return [(one, authors.get(one.name)) for one in compare(form, opened).merged]


def _authors(changes: Changes) -> dict[str, str]:
    return {name: who.name for name, (_change, who) in changes.items() if who is not None}


def _changes_since(record: Any, form: RecordForm, part: Any) -> Changes:
    """By field: its first change since the form was opened, and who changed it last."""
    version = int(form.version.data or 0)
    names: dict[str, list[str]] = {}
    for name in form.record_fields():
        for column in form.columns_of(name):
            names.setdefault(column, []).append(name)
    of_part = None if part is None else (part.__tablename__, records.identity(part))
    statement = changes_since(record.__tablename__, records.identity(record), version, of_part)
    found: Changes = {}
    for entry, change in db.session.execute(statement):
        for name in names.get(change.field, ()):
            found[name] = (found[name][0] if name in found else change, entry.actor)
    return found


def typed_again() -> list[tuple[str, str]]:
    """Everything sent, but for what the page gives anew."""
    own = ("csrf_token", "version", "back-to-form")
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in own and not name.startswith("resolve-")
    ]

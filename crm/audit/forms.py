"""The answer to a form that somebody else's save has overtaken.

It stands below the views, since those of every feature give it.
"""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from crm.accounts.models import User
from crm.audit.models import AuditChange
from crm.audit.queries import changes_since, history_of
from crm.core import records
from crm.core.database import db
from crm.core.editing import compare, is_stale
from crm.core.forms import RecordForm
from crm.core.trail import AuditedPart


def conflict_answer(
    record: Any,
    form: RecordForm,
    parts: Mapping[str, Any] | None = None,
    part: AuditedPart | None = None,
    home: tuple[str, str] | None = None,
) -> ResponseReturnValue | None:
    """None when ``record`` is still as the person opened it; else the 409 page with three values.

    The page sends everything typed again, to the same address, with a fresh version. ``parts``:
    by field, what stood in the record's parts when the form was opened. ``part``: the one part
    of ``record`` the form is about, when it is not about the record itself. ``home``: title and
    address of the page the form stands on, when that is not the record's own.
    """
    if not is_stale(record, form.version.data):
        return None
    changes = _changes_since(record, form, part)
    opened = {**(parts or {}), **{name: change.old for name, (change, _who) in changes.items()}}
    kind, identity = records.kind_of(record), records.identity(record)
    page = render_template(
        "audit/conflict.html",
        conflict=compare(form, opened),
        record=record,
        kind=kind,
        last=db.session.scalar(history_of(record.__tablename__, identity).limit(1)),
        authors={name: who.name for name, (_change, who) in changes.items() if who is not None},
        typed=typed_again(),
        version=record.version,
        url=home[1] if home else kind.url(identity),
        home=home,
    )
    return page, 409


def _changes_since(
    record: Any, form: RecordForm, part: Any
) -> dict[str, tuple[AuditChange, User | None]]:
    """By field: its first change since the form was opened, and who changed it last."""
    version = int(form.version.data or 0)
    names = {form.attributes.get(name, name): name for name in form.record_fields()}
    of_part = None if part is None else (part.__tablename__, records.identity(part))
    statement = changes_since(record.__tablename__, records.identity(record), version, of_part)
    found: dict[str, tuple[AuditChange, User | None]] = {}
    for entry, change in db.session.execute(statement):
        name = names.get(change.field)
        if name is not None:
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

"""Pages of the parts of a record: members, participants, entries of a programme.

Adding one needs no version. Correcting or removing one checks the record's version and counts it
up, for the record was shown with its parts.
"""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Select

from crm.audit.forms import changes_of, conflict_answer
from crm.audit.models import Action, AuditEntry
from crm.audit.queries import history_of, part_entries_since, parts_before
from crm.audit.views.undoing import undoable
from crm.core import records
from crm.core.database import db
from crm.core.editing import is_stale, one_or_404, version_sent
from crm.core.forms import ConfirmForm
from crm.core.pages import Undoable, back_to, moment_text
from crm.core.parts import PartForm, Stored


class PartPages:
    """How one kind of part is added, corrected and removed; a subclass says what is its own.

    Its template extends ``part_form.html``.
    """

    model: ClassVar[type[Any]]  # an AuditedPart
    address: ClassVar[str]  # folder under the record, and section of its page: "members"
    template: ClassVar[str]
    form: ClassVar[type[PartForm]]
    refusals: ClassVar[tuple[type[Exception], ...]] = ()  # what ``add`` and ``change`` raise
    to_add: ClassVar[LazyString]
    to_change: ClassVar[LazyString]
    to_remove: ClassVar[LazyString | None]  # None: its page offers no removal
    added: ClassVar[LazyString]
    removed: ClassVar[LazyString]
    verb: ClassVar[str] = "edit"  # the end of the address where a part is changed
    kept: ClassVar[tuple[str, ...]] = ()  # fields in which the next new part begins like the last

    def record(self, record_id: int) -> Select[Any]:
        """The record with everything its parts need."""
        raise NotImplementedError

    def parts_of(self, record: Any) -> Sequence[Any]:
        """The parts of ``record``."""
        raise NotImplementedError

    def values_of(self, part: Any, parts: Sequence[Any]) -> dict[str, Any]:
        """What the form of ``part``, one of ``parts``, shows, but for the version."""
        raise NotImplementedError

    def add(self, record: Any, form: Any) -> None:
        """Make a part out of ``form``; may raise one of ``refusals``."""
        raise NotImplementedError

    def change(self, record: Any, part: Any, form: Any) -> None:
        """Write ``form`` to ``part``; may raise one of ``refusals``."""
        raise NotImplementedError

    def refuse(self, form: Any, error: Any) -> None:
        """Say at the fields of ``form`` what ``error`` means; the session is rolled back then."""
        raise NotImplementedError

    def presets(self, record: Any) -> dict[str, Any]:
        """What the form of a new part begins with."""
        return {}

    def offers(self, record: Any) -> dict[str, Any]:
        """What the template needs besides."""
        return {}

    def prepare(self, form: Any, record: Any, part: Any) -> None:
        """Give ``form`` what it needs to show and check ``part``; None: a new one."""

    def new(self, record_id: int, **preset: Any) -> ResponseReturnValue:
        """The empty form, and its answer: one more part."""
        record = one_or_404(self.record(record_id))
        form = self.form(data={**self.presets(record), **preset})
        self.prepare(form, record, None)
        if not form.is_ready():
            return self._page(form, record, None), form.answer_status
        try:
            self.add(record, form)
        except self.refusals as error:
            return self._refused(form, record_id, None, error)
        return self._done(record, str(self.added), self._next(record, form))

    def edit(self, record_id: int, part_id: int) -> ResponseReturnValue:
        """The form of one part, and its answer: the part corrected."""
        record = one_or_404(self.record(record_id))
        part = self._part_of(record, part_id)
        if part is None:
            return self._removed_meanwhile(record, part_id)
        form = self._form_of(record, part)
        if not form.is_ready():
            return self._page(form, record, part), form.answer_status
        if (conflict := self._conflict(record, form, part)) is not None:
            return conflict
        record.touch()  # first: what is flushed on the way is of the new version
        try:
            self.change(record, part, form)
        except self.refusals as error:
            return self._refused(form, record_id, part_id, error)
        return self._done(record, _("Saved"))

    def remove(self, record_id: int, part_id: int) -> ResponseReturnValue:
        """The answer of the button that takes a part out."""
        record = one_or_404(self.record(record_id))
        part = self._part_of(record, part_id)
        if not ConfirmForm().validate_on_submit():
            abort(400)
        if part is None:
            self._removal_of(record, part_id)
            return self._done(record, str(self.removed))  # by somebody else
        if is_stale(record, request.form.get("version")):
            return self._changed_meanwhile(record, part)
        before = record.version
        db.session.delete(part)  # not out of the list: the trail sees no orphans
        record.touch()
        return self._done(record, undoable(record, str(self.removed), before))

    def _part_of(self, record: Any, part_id: int) -> Any:
        return next((one for one in self.parts_of(record) if one.id == part_id), None)

    def _form_of(self, record: Any, part: Any) -> PartForm:
        values = self.values_of(part, self.parts_of(record))
        form = self.form(record=Stored(values, record.version))
        self.prepare(form, record, part)
        return form

    def _opened(self, record: Any, part: Any, version: int) -> dict[str, Any]:
        """What the form of ``part`` showed at ``version``."""
        parts = parts_before(record, self.model, self.parts_of(record), version)
        found = (self.values_of(one, parts) for one in parts if one.id == part.id)
        return next(found, {})  # added since: no form of it was opened

    def _conflict(self, record: Any, form: PartForm, part: Any) -> ResponseReturnValue | None:
        opened = self._opened(record, part, version_sent(form.version.data))
        return conflict_answer(record, form, opened, part, section=self._section(record))

    def _done(
        self, record: Any, message: str | Undoable, url: str | None = None
    ) -> ResponseReturnValue:
        url = url or self._section(record)
        db.session.commit()
        return back_to(url, message)

    def _next(self, record: Any, form: PartForm) -> str | None:
        """Where one more part is added, if that was asked for."""
        if "again" not in request.form:
            return None
        kept = urlencode({name: form[name].data for name in self.kept})
        url = f"{records.kind_of(record).url(record.id)}/{self.address}/new"
        return f"{url}?{kept}" if kept else url

    def _section(self, record: Any) -> str:
        return f"{records.kind_of(record).url(record.id)}#{self.address}"

    def _refused(
        self, form: PartForm, record_id: int, part_id: int | None, error: Exception
    ) -> ResponseReturnValue:
        self.refuse(form, error)
        db.session.rollback()
        record = db.session.scalars(self.record(record_id)).unique().one()
        part = None if part_id is None else self._part_of(record, part_id)
        return self._page(form, record, part), 422

    def _changed_meanwhile(self, record: Any, part: Any) -> ResponseReturnValue:
        """Asked to remove what somebody has changed: the part as it is now, and the changes."""
        form = self._form_of(record, part)
        stored = form.stored_values
        opened = self._opened(record, part, version_sent(form.version.data))
        form.show({**stored, **opened})
        changes = changes_of(record, form, opened, part)
        form.show(stored)
        form.version.data = str(record.version)
        notes = [
            _("Somebody changed this record meanwhile: look at it and confirm once more"),
            _("Last change: %(who)s, %(when)s.", **self._said_of(self._last_of(record))),
        ]
        return self._page(form, record, part, notes=notes, changes=changes), 409

    def _removed_meanwhile(self, record: Any, part_id: int) -> ResponseReturnValue:
        """Asked to change what somebody has removed: what was typed may be added anew."""
        entry = self._removal_of(record, part_id)
        if request.method != "POST":
            return back_to(self._section(record), str(self.removed))
        note = _(
            "Removed meanwhile: %(who)s, %(when)s. What you wrote is kept: save it to add it anew.",
            **self._said_of(entry),
        )
        form = self.form()
        self.prepare(form, record, None)
        return self._page(form, record, None, notes=[note]), 409

    def _removal_of(self, record: Any, part_id: int) -> AuditEntry:
        """The trail's word of the removal; 404 when ``record`` never had such a part."""
        kind, key = record.__tablename__, records.identity(record)
        statement = part_entries_since(kind, key, 0, self.model.__tablename__)
        one = statement.where(AuditEntry.part_id == str(part_id))
        entries = db.session.scalars(one.where(AuditEntry.action == Action.REMOVED)).all()
        return entries[-1] if entries else abort(404)

    def _last_of(self, record: Any) -> AuditEntry:
        history = history_of(record.__tablename__, records.identity(record))
        return db.session.scalars(history.limit(1)).one()

    def _said_of(self, entry: AuditEntry) -> dict[str, str]:
        who = entry.actor.name if entry.actor else _("the system")
        return {"who": who, "when": moment_text(entry.made_at)}

    def _page(self, form: PartForm, record: Any, part: Any, **more: Any) -> str:
        kind = records.kind_of(record)
        home = kind.url(record.id)
        return render_template(
            self.template,
            form=form,
            record=record,
            kind=kind,
            home=home,
            section_url=self._section(record),
            part=part,
            part_url=f"{home}/{self.address}" + (f"/{part.id}" if part is not None else ""),
            pages=self,
            **{"notes": (), "changes": (), **more},
            **self.offers(record),
        )

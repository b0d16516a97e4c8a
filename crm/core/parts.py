"""Pages of the parts of a record: members, participants, entries of a programme.

Adding one needs no version. Correcting or removing one checks the record's version and counts it
up, for the record was shown with its parts.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import Select
from wtforms import HiddenField

from crm.core import records
from crm.core.database import db
from crm.core.editing import is_stale, one_or_404
from crm.core.forms import BaseForm, ConfirmForm
from crm.core.pages import back_to


class PartForm(BaseForm):
    """One part of a record by itself, added or corrected."""

    version = HiddenField()


class PartPages:
    """How one kind of part is added, corrected and removed; a subclass says what is its own.

    Its template extends ``part_form.html``.
    """

    address: ClassVar[str]  # the folder under the record: "members"
    template: ClassVar[str]
    form: ClassVar[type[PartForm]]
    refusals: ClassVar[tuple[type[Exception], ...]] = ()  # what ``add`` and ``change`` raise
    to_add: ClassVar[LazyString]
    to_change: ClassVar[LazyString]
    to_remove: ClassVar[LazyString]
    added: ClassVar[LazyString]
    removed: ClassVar[LazyString]

    def record(self, record_id: int) -> Select[Any]:
        """The record with everything its parts need."""
        raise NotImplementedError

    def parts_of(self, record: Any) -> Sequence[Any]:
        """The parts of ``record``."""
        raise NotImplementedError

    def values_of(self, record: Any, part: Any) -> dict[str, Any]:
        """What the form of ``part`` shows, but for the version."""
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

    def new(self, record_id: int, **preset: Any) -> ResponseReturnValue:
        """The empty form, and its answer: one more part."""
        record = one_or_404(self.record(record_id))
        form = self.form(data={**self.presets(record), **preset})
        if not form.validate_on_submit():
            return self._page(form, record, None), form.answer_status
        try:
            self.add(record, form)
        except self.refusals as error:
            return self._refused(form, record_id, None, error)
        return self._done(record, self.added)

    def edit(self, record_id: int, part_id: int) -> ResponseReturnValue:
        """The form of one part, and its answer: the part corrected."""
        record = one_or_404(self.record(record_id))
        part = self._part_of(record, part_id)
        form = self._form_of(record, part)
        if not form.validate_on_submit():
            return self._page(form, record, part), form.answer_status
        if is_stale(record, form.version.data):
            return self._changed_meanwhile(form, record, part)
        try:
            self.change(record, part, form)
        except self.refusals as error:
            return self._refused(form, record_id, part_id, error)
        record.touch()
        return self._done(record, _("Saved"))

    def remove(self, record_id: int, part_id: int) -> ResponseReturnValue:
        """The answer of the button that takes a part out."""
        record = one_or_404(self.record(record_id))
        part = self._part_of(record, part_id)
        if not ConfirmForm().validate_on_submit():
            abort(400)
        if is_stale(record, request.form.get("version")):
            form = self._form_of(record, part, formdata=None)
            return self._changed_meanwhile(form, record, part)
        db.session.delete(part)  # not out of the list: the trail sees no orphans
        record.touch()
        return self._done(record, self.removed)

    def _part_of(self, record: Any, part_id: int) -> Any:
        found = (one for one in self.parts_of(record) if one.id == part_id)
        return next(found, None) or abort(404)

    def _form_of(self, record: Any, part: Any, **more: Any) -> PartForm:
        values = {**self.values_of(record, part), "version": str(record.version)}
        return self.form(data=values, **more)

    def _done(self, record: Any, message: Any) -> ResponseReturnValue:
        url = records.kind_of(record).url(record.id)
        db.session.commit()
        return back_to(url, message)

    def _refused(
        self, form: PartForm, record_id: int, part_id: int | None, error: Exception
    ) -> ResponseReturnValue:
        self.refuse(form, error)
        db.session.rollback()
        record = db.session.scalars(self.record(record_id)).unique().one()
        part = None if part_id is None else self._part_of(record, part_id)
        return self._page(form, record, part), 422

    def _changed_meanwhile(self, form: PartForm, record: Any, part: Any) -> ResponseReturnValue:
        form.version.data = str(record.version)
        note = _("Somebody changed this record meanwhile: look at it and confirm once more")
        return self._page(form, record, part, note), 409

    def _page(self, form: PartForm, record: Any, part: Any, note: str = "") -> str:
        kind = records.kind_of(record)
        home = kind.url(record.id)
        return render_template(
            self.template,
            form=form,
            record=record,
            kind=kind,
            home=home,
            part=part,
            part_url=None if part is None else f"{home}/{self.address}/{part.id}",
            pages=self,
            note=note,
            **self.offers(record),
        )

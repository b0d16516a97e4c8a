"""Changes of many points at once, by the rules of the steps of one."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core.database import db
from crm.core.dates import short_date
from crm.core.forms import ChoiceField, DayField, LineField, Optional, Required, TextField
from crm.follow_ups import services
from crm.follow_ups.forms.steps import (
    closed_words,
    extension_is_grounded,
    not_ahead,
    not_later_words,
)
from crm.follow_ups.models.extensions import Extension, ExtensionRequest
from crm.follow_ups.models.follow_up import FollowUp, Progress
from crm.follow_ups.queries.deadlines import open_requests
from crm.lists.forms.bulk import BulkForm, HandOver
from crm.reference.forms.due import DueField

Taken = Sequence[tuple[FollowUp, dict[str, Any]]]


class AssignOwner(HandOver):
    """Another owner: who keeps track of every point."""

    label, present_label = _l("Change the owner"), _l("Owner")
    owner_id = ChoiceField(_l("Owner"), [Required()])


class SetDeadlines(BulkForm):
    """One deadline for all: the first of a point is free, a set one moves with a reason and on an
    authority.
    """

    action, label, icon = "due", _l("Set a deadline"), "calendar-plus"
    present_label, wide = _l("Due date"), ("reason",)
    needed = ("authority", "reason")
    due_on = DueField(_l("New deadline"), [Required()])
    authority = LineField(_l("Who authorised it"), [Optional()], length=300)
    reason = TextField(_l("Reason"), [Optional()])

    @classmethod
    def options(cls, model: type[Any]) -> list[Any]:
        return [joinedload(FollowUp.meeting)]

    def prepare(self) -> None:
        takers = [one for one in self.records if one.is_pending and one.archived_at is None]
        self.extends = any(one.due_on is not None for one in takers)
        hint = _("A head may leave this empty") if self.actor.is_head else ""
        self.authority.description = hint
        if not self.extends:
            del self.reason, self.authority  # every one is a first deadline
        asked = open_requests().where(FollowUp.id.in_([one.id for one in takers]))
        self.requests = {one.follow_up_id: one for one in db.session.scalars(asked)}

    @property
    def authorised_by(self) -> str | None:
        """Who authorised the extensions; a head needs nobody else."""
        typed: str | None = self.authority.data
        return typed or (self.actor.name if self.actor.is_head else None)

    def validate(self, extra_validators: Any = None) -> bool:
        is_fine = bool(super().validate(extra_validators))
        return is_fine if not self.extends else extension_is_grounded(self) and is_fine

    def present(self, record: FollowUp) -> str:
        return short_date(record.due_on) or str(_("No deadline set"))

    def refusal(self, record: FollowUp) -> str | None:
        return closed_words(record)

    def misfit(self, record: FollowUp) -> str | None:
        due_on, agreed_on = self.due_on.data, record.agreed_day
        if due_on is None:
            return None
        if record.due_on is not None:
            return not_later_words(record.due_on, due_on, self.today)
        if agreed_on is None or due_on >= agreed_on:
            return None
        return str(_("It was agreed later than that: %(day)s", day=short_date(agreed_on)))

    def take(self, record: FollowUp) -> dict[str, Any]:
        days = (record.due_on, record.original_due_on)
        extension = services.move_deadline(
            record,
            self.due_on.data or self.today,
            reason=self.reason.data if self.extends else None,
            authority=self.authorised_by if self.extends else None,
            today=self.today,
        )
        request = self.requests.get(record.id)
        services.answer_by(extension, request, self.actor.id, self.today)
        due_on, original = (None if day is None else day.isoformat() for day in days)
        return {"due_on": due_on, "original_due_on": original, "part": extension}

    @classmethod
    def put_back(cls, taken: Taken) -> None:
        extensions = _parts(Extension, taken)
        _ask_again(extensions)
        for point, before in taken:
            for name in ("due_on", "original_due_on"):
                setattr(point, name, _day(before[name]))
            if before["part"] in extensions:
                db.session.delete(extensions[before["part"]])


class AddProgress(BulkForm):
    """The same dated line for every point."""

    action, label, icon = "progress", _l("Add a progress line"), "chat-dots"
    present_label, wide = _l("Progress"), ("text",)
    needed = ("noted_on",)
    text = TextField(_l("How it stands"), [Required()])
    noted_on = DayField(_l("As of"), [Optional()])

    @classmethod
    def options(cls, model: type[Any]) -> list[Any]:
        return [joinedload(FollowUp.last_progress)]

    def prepare(self) -> None:
        if self.noted_on.data is None and not self.noted_on.raw_data:
            self.noted_on.data = self.today

    def validate_noted_on(self, field: DayField) -> None:
        not_ahead(field, self.today)

    def present(self, record: FollowUp) -> str:
        line = record.last_progress
        return "" if line is None else f"{short_date(line.noted_on)} {line.text}"

    def take(self, record: FollowUp) -> dict[str, Any]:
        day = self.noted_on.data or self.today
        line = services.note_progress(record, self.text.data or "", day, self.actor.id)
        return {"part": line}

    @classmethod
    def put_back(cls, taken: Taken) -> None:
        lines = _parts(Progress, taken)
        for point, before in taken:
            point.touch()  # a part is taken out
            if before["part"] in lines:
                db.session.delete(lines[before["part"]])


def _ask_again(extensions: Iterable[int]) -> None:
    """Requests these extensions had answered are open again, unless another one is asked since."""
    answered = select(ExtensionRequest).where(ExtensionRequest.extension_id.in_(extensions))
    found = db.session.scalars(answered).all()
    points = FollowUp.id.in_([one.follow_up_id for one in found])
    asked = {one.follow_up_id for one in db.session.scalars(open_requests().where(points))}
    for request in found:
        if request.follow_up_id not in asked:
            request.open_again()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _parts(model: type[Any], taken: Taken) -> dict[int, Any]:
    """The parts that the change added, by id."""
    ids = [before["part"] for _point, before in taken if before["part"] is not None]
    return {one.id: one for one in db.session.scalars(select(model).where(model.id.in_(ids)))}

"""Changes of many records at once: what each asks for, which records refuse it, how they take it.

A feature offers its own kinds beside those every record has; ``features.py`` registers them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.datastructures import MultiDict

from crm.accounts.models import WRITERS
from crm.accounts.queries import user_choices
from crm.audit.models import AuditEntry
from crm.audit.queries import last_entries
from crm.core import clock
from crm.core.database import db
from crm.core.forms import BaseForm, ChoiceField, Required, TextField
from crm.core.pages import moment_text
from crm.core.sight import seeing_everything
from crm.lists.models import BulkChange

_LONGEST = 20_001  # characters kept of a field: one more than any takes, so that it is refused


@dataclass(frozen=True)
class Fault:
    """A record that cannot take the change, and why. ``record``: None when the reader sees none.

    ``is_typed``: it would take another value.
    """

    record_id: int
    record: Any
    text: str
    is_typed: bool = False


class BulkForm(BaseForm):
    """One kind of change of many records; a subclass says what is its own.

    Made for the ``records`` of ``model`` that the reader sees; by the same rules as the step of a
    single one.
    """

    action: ClassVar[str]
    label: ClassVar[Any]  # what it does, as a button says it
    icon: ClassVar[str]
    present_label: ClassVar[Any] = None  # of the column that shows what stands now
    wide: ClassVar[tuple[str, ...]] = ()  # fields that take a whole line
    needed: ClassVar[tuple[str, ...]] = ()  # not «optional», though the fields themselves are

    def __init__(
        self,
        model: type[Any],
        records: Sequence[Any],
        actor: Any,
        *,
        today: date,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(formdata=MultiDict(typed) if typed else None)
        self.model, self.records, self.actor, self.today = model, records, actor, today
        self.prepare()

    def prepare(self) -> None:
        """Offer the choices, and read what the checks need for all records together."""

    @classmethod
    def options(cls, model: type[Any]) -> list[Any]:
        """What must be loaded with the records."""
        return []

    def present(self, record: Any) -> str:
        """What stands in ``record`` now, where the change goes."""
        return ""

    def refusal(self, record: Any) -> str | None:
        """Why ``record`` takes no such change by this person; None when it does."""
        return None

    def misfit(self, record: Any) -> str | None:
        """Why ``record`` cannot take what was typed; None when it can, or nothing is typed."""
        return None

    def take(self, record: Any) -> dict[str, Any]:
        """Change ``record``, not flushed: what undoing it puts back, fit for JSON but for parts
        that were added, which stand for their ids.
        """
        raise NotImplementedError

    @classmethod
    def put_back(cls, taken: Sequence[tuple[Any, dict[str, Any]]]) -> None:
        """Undo the change of every record, each with what ``take`` answered."""
        raise NotImplementedError

    @property
    def typed(self) -> str:
        """What was typed, as JSON."""
        names = [name for name in self._fields if name != "csrf_token"]
        raw = {name: self[name].raw_data or [""] for name in names}
        return json.dumps({name: str(values[0])[:_LONGEST] for name, values in raw.items()})

    def faults(self, change: BulkChange) -> list[Fault]:
        """The records of ``change`` that cannot take it, in their order."""
        found = {one.id: one for one in self.records}
        seen = {one.record_id: one.version for one in change.records}
        stale = [one for one in self.records if one.version != seen[one.id]]
        said = last_words(self.model, [one.id for one in stale])
        faults = [self._fault(one, found.get(one), said) for one in seen]
        return [one for one in faults if one is not None]

    def _fault(self, record_id: int, record: Any, said: Mapping[int, str]) -> Fault | None:
        if record is None:
            return Fault(record_id, None, unknown_words())
        text = said.get(record_id)
        if record.archived_at is not None:
            text = _("Archived: only a restored record can be changed")
        text = text or self.refusal(record)
        if text is not None:
            return Fault(record_id, record, text)
        text = self.misfit(record)
        return None if text is None else Fault(record_id, record, text, is_typed=True)


def unknown_words() -> str:
    """Said of a record that the reader does not see, whether there is one or not."""
    return str(_("There is no such record any more"))


def last_words(model: type[Any], ids: Iterable[int]) -> dict[int, str]:
    """That each of these records of ``model`` was changed: who did it last, and when."""
    wanted = {str(one): one for one in ids}
    if not wanted:
        return {}
    said = dict.fromkeys(wanted.values(), str(_("Changed meanwhile")))
    entries = db.session.scalars(last_entries(model.__tablename__, wanted))
    return said | {wanted[one.record_id]: _said_of(one) for one in entries}


def _said_of(entry: AuditEntry) -> str:
    who = entry.actor.name if entry.actor else _("the system")
    when = moment_text(entry.made_at)
    return str(_("Changed meanwhile: %(who)s, %(when)s", who=who, when=when))


class ArchiveRecords(BulkForm):
    """Out of the lists, with one reason for all."""

    action, label, icon = "archive", _l("Archive"), "archive"
    reason = TextField(_l("Reason"), [Required()])
    wide = ("reason",)

    def take(self, record: Any) -> dict[str, Any]:
        record.archive(clock.now(), self.reason.data or "")
        return {}

    @classmethod
    def put_back(cls, taken: Sequence[tuple[Any, dict[str, Any]]]) -> None:
        for record, _before in taken:
            record.restore()


class HandOver(BulkForm):
    """Another person to answer for every record; the field is the record's own."""

    action, icon = "assign", "person"

    @classmethod
    def options(cls, model: type[Any]) -> list[Any]:
        keeper = getattr(model, _relation(model))
        return [joinedload(keeper), selectinload(model.team)]

    def prepare(self) -> None:
        self.keeper = self[self.model.__keeper__]
        self.keeper.offer(user_choices(WRITERS), blank=_("Choose"))
        others = [one.id for one in self.records if not one.may_be_handed_over_by(self.actor)]
        self._open = _seen_by_all(self.model, others)

    def present(self, record: Any) -> str:
        name: str = getattr(record, _relation(self.model)).name
        return name

    def refusal(self, record: Any) -> str | None:
        if record.may_be_handed_over_by(self.actor) or record.id in self._open:
            return None
        name = self.present(record)
        text = _("Only %(name)s or a head hands over a restricted record", name=name)
        return str(text)

    def take(self, record: Any) -> dict[str, Any]:
        before = {"keeper": record.keeper_id, "joined": None}
        setattr(record, self.model.__keeper__, self.keeper.data)
        if record.restricted and self._would_lose_sight_of(record):
            record.team.append(self.actor)
            before["joined"] = self.actor.id
        return before

    def _would_lose_sight_of(self, record: Any) -> bool:
        """Who hands over a restricted record goes on seeing it, as in ``core.teams``."""
        team = [one.id for one in record.team]
        return not self.actor.is_head and self.actor.id not in (record.keeper_id, *team)

    @classmethod
    def put_back(cls, taken: Sequence[tuple[Any, dict[str, Any]]]) -> None:
        for record, before in taken:
            setattr(record, record.__keeper__, before["keeper"])
            record.team = [one for one in record.team if one.id != before["joined"]]


class AssignOfficer(HandOver):
    """Another responsible officer."""

    label, present_label = _l("Change the responsible officer"), _l("Responsible officer")
    officer_id = ChoiceField(_l("Responsible officer"), [Required()])


def _relation(model: type[Any]) -> str:
    keeper: str = model.__keeper__
    return keeper.removesuffix("_id")


def _seen_by_all(model: type[Any], ids: Sequence[int]) -> frozenset[int]:
    """Those of ``ids`` whose records are kept from nobody."""
    if not ids:
        return frozenset()
    with seeing_everything(), db.session.no_autoflush:
        found = db.session.scalars(select(model.id).where(model.id.in_(ids), model.visible_to(0)))
        return frozenset(found)


_offered: dict[str, tuple[type[BulkForm], ...]] = {}


def offer(changes: Mapping[str, Sequence[type[BulkForm]]]) -> None:
    """Make known which changes the list at each address offers."""
    _offered.update({address: tuple(forms) for address, forms in changes.items()})


def offered(address: str) -> tuple[type[BulkForm], ...] | None:
    """The changes the list at ``address`` offers; None when nothing can be chosen there."""
    return _offered.get(address)

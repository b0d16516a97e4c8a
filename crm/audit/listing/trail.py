"""The list of everything that happened, and the same of one record."""

from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, and_

from crm.accounts.queries import everybody
from crm.audit.models import Action, AuditEntry
from crm.audit.queries import every_entry, history_of
from crm.core.listing.declare import Listing
from crm.core.listing.filters import (
    Args,
    BadQueryError,
    ChoiceFilter,
    Choices,
    term_choices,
)
from crm.core.listing.ranges import PAST, MomentRangeFilter
from crm.core.records import RecordKind
from crm.core.sight import only_of
from crm.core.trail import AuditedPart, audited_models, words_of

_NOBODY = "none"


@dataclass(frozen=True)
class _OneRecordFilter:
    """The entries of one record, by its kind and key: links set it, the bar shows it when set."""

    name: str
    label: LazyString
    kind = "record"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names it reads from the address."""
        return (self.name,)

    def clause(self, args: Args) -> ColumnElement[bool] | None:
        """The condition, or None when the filter is not set; raises BadQueryError."""
        value = args.get(self.name, "")
        if not value:
            return None
        table, _colon, key = value.partition(":")
        if table not in {name for name, _label in _kinds()} or not 0 < len(key) <= 40:
            raise BadQueryError(self.name)
        return and_(AuditEntry.kind == table, AuditEntry.record_id == key)

    def described(self, args: Args) -> str | None:
        """The kind and the number of the record, None when not set."""
        table, _colon, key = args.get(self.name, "").partition(":")
        label = dict(_kinds()).get(table)
        return f"{label} № {key}" if label is not None else None


def _kinds() -> Choices:
    """Every table whose records have a history of their own, by its label."""
    tables = [one.__tablename__ for one in audited_models() if not issubclass(one, AuditedPart)]
    found = [(table, str(words_of(table).label)) for table in tables]
    return sorted(found, key=lambda one: one[1])


def _people() -> Choices:
    return [(_NOBODY, _l("nobody: a command")), *everybody()]


def _made_by(user: str) -> ColumnElement[bool]:
    if user == _NOBODY:
        return AuditEntry.actor_id.is_(None)
    return AuditEntry.actor_id == int(user)


def _did(action: str) -> ColumnElement[bool]:
    return AuditEntry.action == Action(action)


TRAIL = Listing(
    name="audit",
    title=_l("Audit"),
    base=every_entry,
    key=AuditEntry.id,
    columns=(),
    screen=(),
    filters=[
        ChoiceFilter("kind", _l("Kind of record"), _kinds, lambda table: AuditEntry.kind == table),
        ChoiceFilter("person", _l("Who"), _people, _made_by),
        ChoiceFilter("action", _l("Action"), term_choices(Action), _did),
        MomentRangeFilter("made", _l("Date"), AuditEntry.made_at, periods=PAST),
        _OneRecordFilter("record", _l("Record")),
    ],
    sorts={"made": ()},
    default_sort="-made",
    path="/admin/audit",
)


def history_listing(kind: RecordKind, record_id: str) -> Listing:
    """The history of one record of ``kind`` as a list of its own."""
    return replace(
        TRAIL,
        name="history",
        title=_l("History of changes"),
        base=lambda: only_of(history_of(kind.model.__tablename__, record_id), kind.model),
        filters=(),
        path=f"{kind.url(record_id)}/history",
    )

"""The register of record kinds: how the readers (audit, export) reach every record.

Each kind is registered once, in ``features.py``; core itself knows none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Select, inspect, select, true

from crm.core.database import Model, db, id_of
from crm.core.listing.declare import Listing
from crm.core.sight import Guarded


@dataclass(frozen=True)
class RecordKind:
    """One kind of record: its table, its words and where it is shown."""

    name: str  # as the audit stores it: "meeting"
    address: str  # the folder of its pages: "meetings"
    model: type[Model]
    label: LazyString  # singular
    title: Callable[[Any], str]
    listing: Listing | None = None
    has_documents: bool = False  # whether files may be attached to it
    is_indexed: bool = False  # whether the search finds its records by the tokens of their texts

    def by_id(self, record_id: str) -> Select[Any]:
        """The record with this id as it stands in an address; 404 for what cannot be one."""
        key = inspect(self.model).primary_key[0]
        if key.type.python_type is not int:
            return select(self.model).where(key == record_id)
        return select(self.model).where(key == (id_of(record_id) or abort(404)))

    def key_of(self, record_id: str) -> Any:
        """``record_id``, as an address has it, as the key of the table; ValueError for none."""
        return inspect(self.model).primary_key[0].type.python_type(record_id)

    def visible_to(self, reader_id: Any) -> ColumnElement[bool]:
        """Whether the reader with this id, who is no head, sees a record."""
        return self.model.visible_to(reader_id) if issubclass(self.model, Guarded) else true()

    def url(self, record_id: object) -> str:
        """The local address of one record's page."""
        return f"/{self.address}/{record_id}"


_kinds: dict[str, RecordKind] = {}
_reports: dict[str, Listing] = {}
_titles: dict[str, LazyString] = {}


def register(*kinds: RecordKind) -> None:
    """Make ``kinds`` known; a second registration of a name replaces the first."""
    for kind in kinds:
        _kinds[kind.name] = kind


def offer(*listings: Listing) -> None:
    """Make known lists that are no kind's own: reports."""
    _reports.update({listing.name: listing for listing in listings})


def listings() -> tuple[Listing, ...]:
    """Every list there is, those of kinds first."""
    own = (kind.listing for kind in kinds())
    return (*(listing for listing in own if listing is not None), *_reports.values())


def call(titles: Mapping[str, LazyString]) -> None:
    """Make known what lists are called, by address, that are declared anew whenever one asks."""
    _titles.update(titles)


def titles() -> dict[str, LazyString]:
    """What every list is called, by address."""
    return {one.name: one.title for one in listings()} | _titles


def kinds() -> tuple[RecordKind, ...]:
    """Every registered kind, in the order of registration."""
    return tuple(_kinds.values())


def kind_named(name: str) -> RecordKind:
    """The kind called ``name``; raises KeyError."""
    return _kinds[name]


def kind_at(address: str) -> RecordKind | None:
    """The kind whose pages stand at this address, None when there is none."""
    return next((kind for kind in kinds() if kind.address == address), None)


def listing_at(address: str) -> Listing | None:
    """The list at this address, None when there is none."""
    kind = kind_at(address)
    return _reports.get(address) if kind is None else kind.listing


def kind_of(record: Model) -> RecordKind:
    """The kind of ``record``; raises KeyError when its model is not registered."""
    for kind in _kinds.values():
        if isinstance(record, kind.model):
            return kind
    raise KeyError(type(record).__name__)


def identity(record: object) -> str:
    """The key of ``record`` as addresses and the audit write it."""
    return ",".join(str(part) for part in inspect(type(record)).primary_key_from_instance(record))


_CHOICES = 300  # a select of all records of many years helps nobody


def newest_choices(
    statement: Select[Any],
    text: Callable[[Any], str],
    selected: int | None = None,
    stored: int | None = None,
    is_near: Callable[[Any], bool] = lambda _record: False,
) -> list[tuple[int, str]]:
    """Id and ``text`` of what ``statement`` finds, for a select, newest record first.

    All but the newest are left out; ``selected`` (what was posted) is kept where ``statement``
    finds it, ``stored`` (what a record has) in any case. Those that are ``is_near`` come first.
    """
    model = statement.column_descriptions[0]["entity"]
    found = list(db.session.scalars(statement.order_by(model.id.desc()).limit(_CHOICES)))
    if selected is not None and all(one.id != selected for one in found):
        found += db.session.scalars(statement.where(model.id == selected))
    if stored is not None and all(one.id != stored for one in found):
        found += db.session.scalars(select(model).where(model.id == stored))
    found.sort(key=lambda one: not is_near(one))
    return [(one.id, text(one)) for one in found]

"""The list of all documents a reader may see."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import aliased, joinedload

from crm.accounts.models import User
from crm.accounts.queries import everybody
from crm.audit.listing.words import Bit, titles_of
from crm.core import records
from crm.core.listing.columns import Column, plain, relation_columns, sight_columns
from crm.core.listing.declare import KEY_LABEL, Listing, ScreenColumn
from crm.core.listing.filters import ChoiceFilter, Choices, FlagFilter, term_choices
from crm.core.listing.ranges import PAST, MomentRangeFilter
from crm.documents.models import Document, FileType, Purpose, document_team

_adder, _helper = aliased(User), aliased(User)
_WITH_ADDER = (Document.added_by.of_type(_adder),)


def _every_document() -> Select[Document]:
    return select(Document).options(joinedload(Document.added_by))


def _kinds() -> Choices:
    return [(kind.name, kind.label) for kind in records.kinds() if kind.has_documents]


def _of_type(name: str) -> ColumnElement[bool]:
    return Document.type == FileType(name)


def _for_purpose(name: str) -> ColumnElement[bool]:
    return Document.purpose == Purpose(name)


def record_titles(documents: Sequence[Document]) -> dict[int, Bit]:
    """By document: title and address of its record; one statement for each kind of record."""
    tables = {one.id: records.kind_named(one.record_kind).model.__tablename__ for one in documents}
    found = titles_of((tables[one.id], one.record_id) for one in documents)
    keys = ((one.id, (tables[one.id], one.record_id)) for one in documents)
    return {number: found[key] for number, key in keys if key in found}


def kind_text(name: str) -> str:
    """What the kind of record called ``name`` is called."""
    return str(records.kind_named(name).label)


DOCUMENTS = Listing(
    name="documents",
    title=_l("Documents"),
    base=_every_document,
    key=Document.id,
    columns=[
        plain(Document.id, KEY_LABEL),
        plain(Document.name, _l("Name of the file")),
        plain(Document.type, _l("Kind of file")),
        Column("size", _l("Size, bytes"), Document.size),
        plain(Document.purpose, _l("What it is for")),
        plain(Document.record_kind, _l("Kind of record (code)")),
        Column("record_kind_name", _l("Kind of record"), Document.record_kind, kind_text),
        plain(Document.record_id, _l("No. of the record")),
        plain(Document.added_at, _l("Added at")),
        *relation_columns(
            "added_by", _l("Who added it"), Document.added_by_id, _adder.name, joins=_WITH_ADDER
        ),
        plain(Document.sha256, _l("SHA-256")),
        *sight_columns(Document, document_team, document_team.c.document_id, _helper),
    ],
    screen=[
        ScreenColumn("file", _l("Name of the file"), "name", None, ("name",), True),
        ScreenColumn("record", _l("Record"), None, None, ("record_kind_name", "record_id")),
        ScreenColumn("sort", _l("Kind of file"), None, "w-fifth", ("type", "size")),
        ScreenColumn("adder", _l("Who added it"), None, "w-fifth", ("added_by",)),
        ScreenColumn("moment", _l("Date and time"), "added_at", "w-date", ("added_at",)),
    ],
    filters=[
        ChoiceFilter(
            "kind", _l("Kind of record"), _kinds, lambda kind: Document.record_kind == kind
        ),
        ChoiceFilter("type", _l("Kind of file"), term_choices(FileType), _of_type),
        ChoiceFilter("purpose", _l("What it is for"), term_choices(Purpose), _for_purpose),
        ChoiceFilter(
            "person", _l("Who added it"), everybody, lambda user: Document.added_by_id == int(user)
        ),
        MomentRangeFilter("added", _l("Date"), Document.added_at, periods=PAST),
        FlagFilter("restricted", _l("Restricted"), lambda: Document.restricted.is_(True)),
    ],
    sorts={
        "name": [Document.name_key],
        "added_at": [Document.added_at],
        "size": [Document.size],
    },
    default_sort="-added_at",
    search=Document.search_text,
)

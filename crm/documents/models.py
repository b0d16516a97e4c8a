"""Documents: files attached to a record, each kept once however often it is attached."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    and_,
    case,
    cast,
    false,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import User
from crm.core import clock, records
from crm.core.database import Archivable, Keyed, Model, SortKey
from crm.core.language import sort_key
from crm.core.numbers import file_size
from crm.core.sight import Guarded, Restrictable, is_hidden_by
from crm.core.tokens import tokens_text
from crm.core.trail import AuditedPart
from crm.core.words import Term

Whose = tuple[type[Any], Any]


class FileType(Term):
    """The kinds of files that are taken.

    Not among them: archives and mails, whose content nobody has looked at, and the formats of
    Office before 2007, which may hold macros unseen.
    """

    PDF = "pdf", "PDF"
    DOCX = "docx", "Word (DOCX)"
    XLSX = "xlsx", "Excel (XLSX)"
    PPTX = "pptx", "PowerPoint (PPTX)"
    ODT = "odt", "OpenDocument (ODT)"
    ODS = "ods", "OpenDocument (ODS)"
    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    TXT = "txt", "TXT"
    CSV = "csv", "CSV"

    @property
    def facts(self) -> "TypeFacts":
        """What else is known of the kind."""
        return _FACTS[self]


@dataclass(frozen=True)
class TypeFacts:
    """Of one kind of file: endings of its names, what browsers call it, its icon.

    ``is_shown``: whether a browser may show it, locked up, in place of saving it.
    """

    endings: tuple[str, ...]
    media_type: str
    icon: str
    is_shown: bool = False


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
# A text goes as bytes: it is only saved, and nothing may squeeze it on the way, so that its length
# tells whether all of it has come.
_BYTES = "application/octet-stream"
_FACTS: Mapping[FileType, TypeFacts] = {
    FileType.PDF: TypeFacts(("pdf",), "application/pdf", "file-earmark-pdf", True),
    FileType.DOCX: TypeFacts(("docx",), f"{_OOXML}.wordprocessingml.document", "file-earmark-word"),
    FileType.XLSX: TypeFacts(
        ("xlsx",), f"{_OOXML}.spreadsheetml.sheet", "file-earmark-spreadsheet"
    ),
    FileType.PPTX: TypeFacts(
        ("pptx",), f"{_OOXML}.presentationml.presentation", "file-earmark-slides"
    ),
    FileType.ODT: TypeFacts(("odt",), f"{_ODF}.text", "file-earmark-text"),
    FileType.ODS: TypeFacts(("ods",), f"{_ODF}.spreadsheet", "file-earmark-spreadsheet"),
    FileType.JPEG: TypeFacts(("jpg", "jpeg"), "image/jpeg", "file-earmark-image", True),
    FileType.PNG: TypeFacts(("png",), "image/png", "file-earmark-image", True),
    FileType.WEBP: TypeFacts(("webp",), "image/webp", "file-earmark-image", True),
    FileType.TXT: TypeFacts(("txt",), _BYTES, "file-earmark-text"),
    FileType.CSV: TypeFacts(("csv",), _BYTES, "file-earmark-spreadsheet"),
}


class Purpose(Term):
    """What a document is attached for."""

    ATTACHMENT = "attachment", _l("Attached file")
    EVIDENCE = "evidence", _l("Evidence of execution")
    REMOVAL = "removal", _l("Document of removal from control")


document_team = Table(
    "document_team",
    Model.metadata,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class Document(Restrictable, AuditedPart, Archivable, Keyed, Model):
    """A file of a record of any kind; several may be of one content, which is kept once.

    ``record_kind`` is the name of a registered kind, ``record_id`` the key as addresses have it.
    """

    __tablename__ = "documents"
    __parent__ = "record"
    __keeper__ = "added_by_id"
    __unaudited__ = frozenset({"record_kind", "added_at", "added_by_id"})
    __audited_links__: ClassVar = {"team": ("id",)}
    __table_args__ = (
        Index("ix_documents_record", "record_kind", "record_id", "id"),
        CheckConstraint("size > 0", name="size_is_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    record_kind: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(240))
    name_key: Mapped[str | None] = mapped_column(SortKey(), index=True)
    search_text: Mapped[str] = mapped_column(default="")
    type: Mapped[FileType]
    size: Mapped[int] = mapped_column(BigInteger, info={"shown": file_size})
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    purpose: Mapped[Purpose] = mapped_column(default=Purpose.ATTACHMENT)
    added_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    added_by_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    added_by: Mapped[User] = relationship(lazy="raise_on_sql")
    team: Mapped[list[User]] = relationship(
        secondary=document_team, lazy="raise_on_sql", order_by=User.name_key
    )

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """The restricted ones, and those of a hidden record."""
        kinds = (kind for kind in records.kinds() if kind.has_documents)
        return or_(
            and_(row.restricted, cls.is_not_of(row, reader_id)),
            *(_is_of_hidden(kind, row, reader_id) for kind in kinds),
        )

    @classmethod
    def hides_of(cls, whose: Any, row: Any, reader_id: Any) -> ColumnElement[bool]:
        (kind,) = (one for one in records.kinds() if one.model is whose)
        return or_(
            row.record_kind != kind.name,
            and_(row.restricted, cls.is_not_of(row, reader_id)),
            _is_of_hidden(kind, row, reader_id),
        )

    def whose(self) -> Whose:
        kind = records.kind_named(self.record_kind)
        return kind.model, kind.key_of(self.record_id)

    def derive_keys(self) -> None:
        self.name_key = sort_key(self.name)
        self.search_text = tokens_text(self.name)


def _is_of_hidden(kind: records.RecordKind, row: Any, reader_id: Any) -> ColumnElement[bool]:
    if not issubclass(kind.model, Guarded):
        return false()
    is_of_kind = row.record_kind == kind.name
    key = case((is_of_kind, cast(row.record_id, Integer)))  # that of a country is no number
    return and_(is_of_kind, is_hidden_by(kind.model, key, reader_id))

"""Attaching files to a record, and taking them out of sight; flushed, never committed."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from crm.accounts.models import User
from crm.core import records
from crm.core.database import db
from crm.core.uploads import MOST_AT_ONCE
from crm.core.whole_files import is_full
from crm.documents.models import Document, FileType, Purpose
from crm.documents.services.contents import RefusedFileError, type_of
from crm.documents.services.names import clean_name
from crm.documents.services.store import digest_of, store, storing

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Candidate:
    """A file that was sent and may be taken."""

    name: str
    type: FileType
    size: int
    sha256: str
    file: IO[bytes]


@dataclass(frozen=True)
class Refused:
    """A file that is not taken, by name, and why; in words for people."""

    name: str
    why: str

    def __str__(self) -> str:
        name = self.name or _("a file without a name")
        return f"{name}: {self.why}"


def examine(sent: Sequence[FileStorage], limit_mb: int) -> tuple[list[Candidate], list[Refused]]:
    """The files that may be taken, and those that may not; one sent twice is taken once."""
    taken: dict[str, Candidate] = {}
    refused = []
    for number, one in enumerate(sent):
        name = clean_name(one.filename or "")
        try:
            if number >= MOST_AT_ONCE:
                text = _("At most %(count)s files are sent at once: send it again by itself")
                raise RefusedFileError(text % {"count": MOST_AT_ONCE})
            candidate = _examined(name, one.stream, limit_mb)
        except RefusedFileError as error:
            refused.append(Refused(name, str(error)))
        else:
            taken.setdefault(candidate.sha256, candidate)
    return list(taken.values()), refused


def _examined(name: str, file: IO[bytes], limit_mb: int) -> Candidate:
    file.seek(0, 2)
    size = file.tell()
    if not name:
        raise RefusedFileError(_("It has no name"))
    if size == 0:
        raise RefusedFileError(_("The file is empty"))
    if size > limit_mb * _MEGABYTE:
        raise RefusedFileError(_("It is larger than %(limit)s MB", limit=limit_mb))
    return Candidate(name, type_of(name, file), size, digest_of(file), file)


def keep(
    instance: Path, candidates: Iterable[Candidate]
) -> tuple[list[Candidate], list[Refused], OSError | None]:
    """Write the files to the disk: those that stand there, and those for which was no room.

    With the error of the last such one. Raises any other OSError.
    """
    kept, refused, full = [], [], None
    for one in candidates:
        try:
            store(instance, one.file)
        except OSError as error:
            if not is_full(error):
                raise
            full = error
            refused.append(Refused(one.name, _("There is no room for the file")))
        else:
            kept.append(one)
    return kept, refused, full


def attach(
    record: Any,
    candidates: Iterable[Candidate],
    actor: User,
    purpose: Purpose = Purpose.ATTACHMENT,
    restricted: bool = False,
) -> tuple[list[Document], list[Refused]]:
    """Documents of ``record`` out of files that are kept already, and those it has already."""
    kind, record_id = records.kind_of(record), records.identity(record)
    present = _present(kind.name, record_id)
    added, refused = [], []
    for one in candidates:
        if one.sha256 in present and purpose == Purpose.ATTACHMENT:
            words = _("The same file is here already: %(name)s", name=present[one.sha256])
            refused.append(Refused(one.name, words))
            continue
        document = Document(
            record_kind=kind.name,
            record_id=record_id,
            name=one.name,
            type=one.type,
            size=one.size,
            sha256=one.sha256,
            purpose=purpose,
            added_by_id=actor.id,
            restricted=restricted,
            team=[],
        )
        db.session.add(document)
        added.append(document)
    db.session.flush()
    return added, refused


def prove(
    record: Any, instance: Path, candidates: Iterable[Candidate], actor: User, purpose: Purpose
) -> None:
    """Keep and attach all of ``candidates`` to ``record`` for ``purpose``, or keep none. Raises
    OSError.
    """
    wanted = list(candidates)
    with ExitStack() as together:
        for one in wanted:
            together.enter_context(storing(instance, one.file))
    attach(record, wanted, actor, purpose)


def _present(kind: str, record_id: str) -> dict[str, str]:
    """Hash and name of the documents the reader sees of a record."""
    statement = select(Document.sha256, Document.name).where(
        Document.record_kind == kind,
        Document.record_id == record_id,
        Document.archived_at.is_(None),
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}

"""What the doctor looks at in the database; each check needs the one before."""

import sqlite3
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from crm.config import Config
from crm.core import records
from crm.core.commands import tell
from crm.core.database import db
from crm.core.names.likeness import NameKind
from crm.core.sight import seeing_everything
from crm.documents.services.checking import check_documents
from crm.operations.queries import (
    broken_references,
    known_revisions,
    tokens_told,
    without_keys,
)
from crm.operations.services.archive import BackupError
from crm.operations.services.databases import client_program, is_there, revision_of
from crm.operations.services.findings import FaultError, own_name

_SPOILT = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def database_mend(error: SQLAlchemyError) -> str:
    """How a database that answered with ``error`` comes to answer."""
    if getattr(getattr(error, "orig", None), "sqlite_errorcode", None) in _SPOILT:
        return f"move {db.engine.url.database} away and restore the last backup: crm restore FILE"
    if db.engine.dialect.name == "sqlite":
        return f"let {own_name()} read and write {db.engine.url.database} and its folder"
    return "see that the server runs, and that CRM_DATABASE_URL has its host, name and password"


def _database(config: Config) -> str:
    if not is_there(db.engine):
        raise _no_database(Path(str(db.engine.url.database)))
    with db.engine.connect().execution_options(is_reading=True) as connection:
        connection.execute(text("SELECT 1"))
        version = ".".join(map(str, connection.dialect.server_version_info or ()))
    return f"{db.engine.dialect.name} {version} answers"


def _no_database(path: Path) -> FaultError:
    if path.is_dir():
        return FaultError(f"{path} is a folder", "let CRM_DATABASE_URL name a file")
    if not path.parent.is_dir():
        mend = f"let CRM_DATABASE_URL name a file in a folder that is there, or mkdir {path.parent}"
        return FaultError(f"there is no folder {path.parent}", mend)
    return FaultError(f"there is none at {path}", "crm db upgrade")


def _schema(config: Config) -> str:
    with db.engine.connect().execution_options(is_reading=True) as connection:
        revision = revision_of(connection)
    head, *older = known_revisions()
    if revision is None or revision in older:
        raise FaultError(f"it is at {revision or 'nothing'}, not at {head}", "crm db upgrade")
    if revision != head:
        raise FaultError(
            f"{revision} is newer than this program, which knows {head}",
            "install the version that made it",
        )
    return f"at {head}"


def _writes(config: Config) -> str:
    try:
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
    except DBAPIError as error:
        mend = "see that the database is no copy for reading only and its disk has room"
        raise FaultError(str(error.orig), mend) from error
    return "taken by the database"


def _integrity(config: Config) -> str:
    with db.engine.connect().execution_options(is_reading=True) as connection:
        if connection.dialect.name == "sqlite":
            said = connection.scalar(text("PRAGMA quick_check(1)"))
            if said != "ok":
                raise FaultError(f"the file is damaged: {said}", "restore the last backup")
        counts = {name: connection.scalar(broken) for name, broken in broken_references()}
    broken = [f"{name} ({count} rows)" for name, count in counts.items() if count]
    if broken:
        raise FaultError(f"these point at nothing: {', '.join(broken)}", "restore the last backup")
    return f"{len(counts)} references intact"


def _backup(config: Config) -> str:
    if db.engine.dialect.name == "sqlite":
        return "by SQLite itself"
    with db.engine.connect() as connection:
        try:
            return f"by {client_program(connection, 'pg_dump')}"
        except BackupError as error:
            words, _colon, mend = str(error).partition(": ")
            raise FaultError(words, mend) from error


def _documents(config: Config) -> str:
    found = check_documents(config.instance_path, tell)
    tell("")
    if found.faults:
        mend = "bring the files back from the last backup (its «files/documents»)"
        if not (found.missing or found.altered):
            mend = "they are left of broken uploads and harm nobody: remove them or keep them"
        raise FaultError("; ".join(found.faults), mend)
    return f"{found.count} files, all as they were kept"


def _search(config: Config) -> str:
    with seeing_everything():
        kinds = [one for one in records.kinds() if one.is_indexed]
        counts = {one.address: db.session.execute(tokens_told(one)).one() for one in kinds}
        lacking = sum(db.session.scalar(without_keys(kind)) or 0 for kind in NameKind)
    db.session.rollback()
    drifted = [name for name, (told, held) in counts.items() if told != held]
    if drifted:
        words = f"the index does not say what the records say: {', '.join(drifted)}"
        raise FaultError(words, "crm search reindex")
    if lacking:
        words = f"of {lacking} people and organisations likely duplicates are not found"
        raise FaultError(words, "crm duplicates find")
    return f"{sum(held for _told, held in counts.values())} words, as the records say them"


DATABASE_CHECKS = (
    ("database", _database),
    ("schema", _schema),
    ("writes", _writes),
    ("integrity", _integrity),
    ("documents", _documents),
    ("backup", _backup),
    ("search", _search),
)

"""What the doctor looks at in the database; each check needs the one before."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from crm.config import Config
from crm.core.database import db
from crm.operations.queries import broken_references, known_revisions
from crm.operations.services.archive import BackupError
from crm.operations.services.databases import client_program, is_there, revision_of
from crm.operations.services.findings import FaultError, own_name


def database_mend() -> str:
    """How a database comes to answer."""
    if db.engine.dialect.name == "sqlite":
        return f"let {own_name()} read and write {db.engine.url.database} and its folder"
    return "see that the server runs, and that CRM_DATABASE_URL has its host, name and password"


def _database(config: Config) -> str:
    if not is_there(db.engine):
        raise FaultError(f"there is none at {db.engine.url.database}", "crm db upgrade")
    with db.engine.connect().execution_options(is_reading=True) as connection:
        connection.execute(text("SELECT 1"))
        version = ".".join(map(str, connection.dialect.server_version_info or ()))
    return f"{db.engine.dialect.name} {version} answers"


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


DATABASE_CHECKS = (
    ("database", _database),
    ("schema", _schema),
    ("writes", _writes),
    ("integrity", _integrity),
    ("backup", _backup),
)

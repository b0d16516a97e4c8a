"""What the doctor looks at: each check says what it found, or what is wrong and how to mend it."""

import errno
import gettext
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from crm.config import Config, ConfigError
from crm.core.database import db
from crm.core.language import LANGUAGES
from crm.core.mail import MailServerError, open_mailer
from crm.operations.queries import broken_references, known_revisions
from crm.operations.services.archive import BackupError
from crm.operations.services.databases import client_program, is_there, revision_of

_LEAST_ROOM_MB = 200
_TRIED_BYTES = 1024 * 1024
_SHORTEST_KEY = 16
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SOURCE_LANGUAGE = "en"  # its texts stand in the code
_NEW_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"

_SETTINGS = {
    "CRM_INSTANCE_PATH": "give the folder to the user that runs crm: chown -R USER FOLDER",
    "CRM_DATABASE_URL": "write postgresql://user:password@host/database or sqlite:////path/file",
    "CRM_BASE_URL": "write the address people open, as https://crm.example.org",
    "CRM_SMTP_URL": "write smtp://user:password@host:587?starttls=1, with %40 for @ in a password",
    "CRM_MAIL_FROM": "write an address of your own domain, as crm@example.org",
    "CRM_TIMEZONE": "write an IANA name as Asia/Almaty; if it is one, the time zone data is "
    "missing: pip install tzdata",
    "CRM_UPLOAD_LIMIT_MB": "write a whole number, as 25",
    "CRM_TRUSTED_PROXIES": "write how many reverse proxies stand before it, as 1",
}


def _user() -> str:
    """Who runs this; the number of a user without a name."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


class FaultError(Exception):
    """Something wrong, and how it is mended."""

    def __init__(self, words: str, mend: str) -> None:
        super().__init__(words)
        self.mend = mend


@dataclass(frozen=True)
class Finding:
    """What came of one check; ``mend`` is None when all is well."""

    name: str
    words: str
    mend: str | None = None

    def __str__(self) -> str:
        words = " ".join(f"{self.name}: {self.words}".split())
        return f"ok     {words}" if self.mend is None else f"WRONG  {words} - to mend: {self.mend}"


def examine_settings(environ: Mapping[str, str]) -> list[Finding]:
    """Every setting that cannot be used."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        harmless = {"CRM_INSTANCE_PATH": folder, "CRM_SECRET_KEY": "not asked for here"}
        for name in sorted({*environ} & {*_SETTINGS}) or ["CRM_TIMEZONE"]:
            given = {name: environ[name]} if name in environ else {}
            try:
                Config.from_environment({**harmless, **given})
            except ConfigError as error:
                found.append(_wrong_setting(error))
    found = list(dict.fromkeys(found))  # a missing zone spoils every one
    if not found:  # all are right alone: what remains is the folder and the key in it
        try:
            Config.from_environment(environ)
        except ConfigError as error:
            found.append(_wrong_setting(error))
    return found


def _wrong_setting(error: ConfigError) -> Finding:
    return Finding("settings", str(error), _SETTINGS[str(error).partition(":")[0]])


def examine(config: Config) -> Iterator[Finding]:
    """Every check, one after another; what needs a database that does not answer is left out."""
    os.environ.setdefault("PGCONNECT_TIMEOUT", "10")  # of libpq: a dead host takes minutes else
    yield Finding("settings", "readable")
    for name, check in _CHECKS:
        yield _found(name, check, config)
    for name, check in _OF_DATABASE:
        finding = _found(name, check, config)
        yield finding
        if finding.mend is not None:
            return


def _found(name: str, check: Callable[[Config], str], config: Config) -> Finding:
    try:
        return Finding(name, check(config))
    except FaultError as fault:
        return Finding(name, str(fault), fault.mend)
    except SQLAlchemyError as error:
        return Finding(name, str(getattr(error, "orig", None) or error), _database_mend(config))
    except OSError as error:
        return Finding(
            name,
            f"{error.filename or config.instance_path}: {error.strerror}",
            _mend(error, config.instance_path),
        )


def _mend(error: OSError, folder: Path) -> str:
    if error.errno in _NO_ROOM:
        return (
            f"make room on the disk of {folder}, or lift its quota or file-size limit (ulimit -f)"
        )
    return f"give it to {_user()}: chown -R {_user()} {folder}"


def _folder(config: Config) -> str:
    folder = config.instance_path
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"0" * _TRIED_BYTES)
        file.flush()
        os.fsync(file.fileno())
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & (stat.S_IWGRP | stat.S_IRWXO):
        raise FaultError(f"others may look into {folder} (mode {mode:o})", f"chmod 700 {folder}")
    return f"{folder} takes writes of {_user()}"


def _room(config: Config) -> str:
    free = shutil.disk_usage(config.instance_path).free // 1_000_000
    if free < _LEAST_ROOM_MB:
        raise FaultError(
            f"only {free} MB are left", f"make room on the disk of {config.instance_path}"
        )
    return f"{free} MB free"


def _key(config: Config) -> str:
    path = config.instance_path / "secret-key"
    is_kept = path.exists() and path.read_text(encoding="ascii").strip() == config.secret_key
    if len(config.secret_key) < _SHORTEST_KEY:
        raise FaultError("it is too short to be kept secret", f"set CRM_SECRET_KEY to {_NEW_KEY}")
    if path.exists() and (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077:
        raise FaultError(f"others may read {path} (mode {mode:o})", f"chmod 600 {path}")
    return f"{path}, mode 600" if is_kept else "from CRM_SECRET_KEY"


def _base_url(config: Config) -> str:
    host = urlsplit(config.base_url).hostname or ""
    if config.is_https and not config.trusted_proxies:
        raise FaultError(
            "https without a trusted proxy: failed sign-ins of all people count as one person's",
            "set CRM_TRUSTED_PROXIES=1",
        )
    if not config.is_https and host not in ("localhost", "::1") and not host.startswith("127."):
        raise FaultError(
            f"{config.base_url} is not https: passwords and cookies travel in the open",
            "put a proxy with TLS in front and set CRM_BASE_URL=https://…",
        )
    return config.base_url


def _time_zone(config: Config) -> str:
    """East Kazakhstan left UTC+6 on 1 March 2024: data older than that is an hour late."""
    zone, mend = ZoneInfo(config.timezone), "pip install --upgrade tzdata"
    offset = datetime(2024, 3, 2, tzinfo=zone).utcoffset()
    if config.timezone == "Asia/Almaty" and offset != timedelta(hours=5):
        raise FaultError("the time zone data is older than March 2024", mend)
    return config.timezone


def _translations(config: Config) -> str:
    folder = Path(current_app.config["BABEL_TRANSLATION_DIRECTORIES"])
    for language in LANGUAGES:
        if language == _SOURCE_LANGUAGE:
            continue
        path = folder / language / "LC_MESSAGES" / "messages.mo"
        mend = "make setup, or install the wheel once more"
        try:
            with path.open("rb") as file:
                texts = gettext.GNUTranslations(file)
        except FileNotFoundError:
            raise FaultError(f"{path} is missing", mend) from None
        except (OSError, ValueError, EOFError) as error:
            raise FaultError(f"{path} cannot be read: {error}", mend) from error
        if not texts.info():
            raise FaultError(f"{path} is empty", mend)
    return ", ".join(LANGUAGES)


def _mail(config: Config) -> str:
    if config.mail_server is None:
        folder = config.instance_path / "outbox"
        folder.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0" * _TRIED_BYTES)
            file.flush()
        return f"written into {folder}, as CRM_SMTP_URL is not set"
    try:
        with open_mailer(config) as mailer:
            mailer.make_ready()  # connects, STARTTLS, signs in
            mailer.make_ready()  # asks whether it still listens
    except MailServerError as error:
        raise FaultError(
            str(error), "see that the server runs and CRM_SMTP_URL has its host, port and password"
        ) from error
    return str(config.mail_server)


def _database_mend(config: Config) -> str:
    if db.engine.dialect.name == "sqlite":
        return f"let {_user()} read and write {db.engine.url.database} and its folder"
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


_CHECKS = (
    ("instance folder", _folder),
    ("disk", _room),
    ("secret key", _key),
    ("base URL", _base_url),
    ("time zone", _time_zone),
    ("translations", _translations),
    ("mail", _mail),
)
_OF_DATABASE = (
    ("database", _database),
    ("schema", _schema),
    ("writes", _writes),
    ("integrity", _integrity),
    ("backup", _backup),
)

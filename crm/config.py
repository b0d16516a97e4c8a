"""The settings of an installation, read from the environment once."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from email.utils import parseaddr
from pathlib import Path
from typing import ClassVar, Self
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

SHORTEST_KEY = 16
_DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


class ConfigError(ValueError):
    """A setting that cannot be used; the message is one line that names it."""


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed over; its certificate is always verified.

    ``cafile`` names a private authority, ``timeout`` the longest wait for an answer in seconds
    (RFC 5321 asks for minutes: a server may look a mail through before it takes it).
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    is_tls: bool = False
    has_starttls: bool = False
    cafile: str | None = None
    timeout: int = 300
    _MODEL: ClassVar[str] = "must look like smtp://user:pass@host:587?starttls=1"

    @classmethod
    def from_url(cls, url: str) -> Self:
        """``smtp://user:pass@host:587?starttls=1`` or ``smtps://…``; raises ValueError."""
        parts = urlsplit(url)
        try:
            port, more = parts.port, dict(parse_qsl(parts.query, keep_blank_values=True))
        except ValueError:  # its words may hold a piece of the password
            raise ValueError(cls._MODEL) from None
        is_tls, starttls = parts.scheme == "smtps", more.pop("starttls", "0")
        cafile, timeout = more.pop("cafile", None), more.pop("timeout", str(cls.timeout))
        is_readable = parts.scheme in ("smtp", "smtps") and parts.path in ("", "/") and not more
        if not (is_readable and parts.hostname and timeout.isdecimal() and int(timeout)):
            raise ValueError(cls._MODEL)
        if starttls not in ("0", "1"):
            raise ValueError("starttls is 1 or 0")
        if cafile is not None and not Path(cafile).is_file():
            raise ValueError(f"cafile: no such file: {cafile}")
        is_safe = is_tls or starttls == "1" or parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.username and not is_safe:
            raise ValueError("a password needs ?starttls=1 or smtps://")
        return cls(
            host=parts.hostname,
            port=port or (465 if is_tls else 587 if starttls == "1" else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            is_tls=is_tls,
            has_starttls=starttls == "1" and not is_tls,
            cafile=cafile,
            timeout=int(timeout),
        )

    def __str__(self) -> str:
        return f"mail server {self.host}:{self.port}"


@dataclass(frozen=True)
class Config:
    """Every setting, checked. ``instance_path`` holds all that the installation keeps."""

    instance_path: Path
    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = None
    mail_from: str = "seriktes@localhost"
    timezone: str = "Asia/Almaty"
    upload_limit_mb: int = 25
    trusted_proxies: int = 0
    digest_time: time = time(8, 30)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Read ``CRM_…``; raises ConfigError at the first wrong value."""
        settings = {
            key: environ[key].strip()
            for key in environ
            if key.startswith("CRM_") and environ[key].strip()
        }
        folder = _folder(settings.get("CRM_INSTANCE_PATH", "instance"))
        return cls(
            instance_path=folder,
            database_url=_database(settings.get("CRM_DATABASE_URL"), folder),
            secret_key=_given_key(settings) or _kept_key(folder),
            base_url=_web_address(settings.get("CRM_BASE_URL", cls.base_url)),
            smtp_url=_smtp_address(settings.get("CRM_SMTP_URL")),
            mail_from=_mail_address(settings.get("CRM_MAIL_FROM", cls.mail_from)),
            timezone=_zone(settings.get("CRM_TIMEZONE", cls.timezone)),
            upload_limit_mb=_count(settings, "CRM_UPLOAD_LIMIT_MB", cls.upload_limit_mb, 1),
            trusted_proxies=_count(settings, "CRM_TRUSTED_PROXIES", cls.trusted_proxies, 0),
            digest_time=_time_of_day(settings, "CRM_DIGEST_TIME", cls.digest_time),
        )

    @property
    def mail_server(self) -> MailServer | None:
        """The mail server; None when mails are written into the outbox."""
        return MailServer.from_url(self.smtp_url) if self.smtp_url else None

    @property
    def is_https(self) -> bool:
        """Whether people reach the application over TLS; cookies are Secure then."""
        return self.base_url.startswith("https://")


def _folder(value: str) -> Path:
    folder = Path(value).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(f"CRM_INSTANCE_PATH: {folder}: {error.strerror}") from error
    return folder


def _database(value: str | None, folder: Path) -> str:
    if value is None:
        return f"sqlite:///{folder / 'seriktes.db'}"
    try:
        url = make_url(value)
    except (ArgumentError, ValueError) as error:
        raise ConfigError("CRM_DATABASE_URL: not an address of a database") from error
    if url.drivername not in _DRIVERS:
        raise ConfigError("CRM_DATABASE_URL: only sqlite:// and postgresql:// are supported")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise ConfigError("CRM_DATABASE_URL: sqlite:/// and the path of a file, which keeps it")
    return value


def _given_key(settings: Mapping[str, str]) -> str | None:
    """It signs cookies and links in mails: whoever can guess it can be anybody."""
    key = settings.get("CRM_SECRET_KEY")
    if key is not None and len(key) < SHORTEST_KEY:
        raise ConfigError(f"CRM_SECRET_KEY: must have at least {SHORTEST_KEY} characters")
    return key


def _kept_key(folder: Path) -> str:
    """The generated key, made at the first start; two processes starting at once agree on one."""
    path = folder / "secret-key"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return _new_key(path)
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "not a key"
        raise ConfigError(f"CRM_INSTANCE_PATH: {path}: {words}") from error


def _new_key(path: Path) -> str:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        try:
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigError(f"CRM_INSTANCE_PATH: {path}: {error.strerror}") from error


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or parts.query or parts.fragment or not value.isprintable():
        raise ConfigError("CRM_BASE_URL: must be an http:// or https:// address")
    return value.rstrip("/")


def _smtp_address(value: str | None) -> str | None:
    try:
        MailServer.from_url(value or "smtp://localhost")
    except ValueError as error:
        raise ConfigError(f"CRM_SMTP_URL: {error}") from error
    return value


def _mail_address(value: str) -> str:
    local, _at, domain = parseaddr(value)[1].rpartition("@")
    if not local or not domain or not value.isprintable():
        raise ConfigError("CRM_MAIL_FROM: must be a mail address")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(f"CRM_TIMEZONE: no such zone: {value}") from error
    return value


def _time_of_day(settings: Mapping[str, str], name: str, default: time) -> time:
    hour, _colon, minute = settings.get(name, f"{default:%H:%M}").partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise ConfigError(f"{name}: must be a time of day like 08:30")
    return time(int(hour), int(minute))


def _count(settings: Mapping[str, str], name: str, default: int, least: int) -> int:
    value = settings.get(name, str(default))
    if not value.isdecimal() or int(value) < least:
        raise ConfigError(f"{name}: must be a whole number from {least}")
    return int(value)

"""What the doctor looks at around the database: folder, key, settings, mail."""

import gettext
import os
import shutil
import stat
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app

from crm.config import SHORTEST_KEY, Config
from crm.core.language import LANGUAGES
from crm.core.mail import MailServerError, open_mailer
from crm.operations.services.findings import FaultError, own_name

_LEAST_ROOM_MB = 200
_TRIED_BYTES = 1024 * 1024
_SOURCE_LANGUAGE = "en"  # its texts stand in the code


def _folder(config: Config) -> str:
    folder = config.instance_path
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"0" * _TRIED_BYTES)
        file.flush()
        os.fsync(file.fileno())
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & (stat.S_IWGRP | stat.S_IRWXO):
        raise FaultError(f"others may look into {folder} (mode {mode:o})", f"chmod 700 {folder}")
    return f"{folder} takes writes of {own_name()}"


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
    if len(config.secret_key) < SHORTEST_KEY:
        raise FaultError(f"{path} is cut off", "remove it: the next start makes a new one")
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
            mailer.check()
    except MailServerError as error:
        raise FaultError(
            str(error), "see that the server runs and CRM_SMTP_URL has its host, port and password"
        ) from error
    return str(config.mail_server)


PLACE_CHECKS = (
    ("instance folder", _folder),
    ("disk", _room),
    ("secret key", _key),
    ("base URL", _base_url),
    ("time zone", _time_zone),
    ("translations", _translations),
    ("mail", _mail),
)

"""Every check of an installation, one after another."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from crm.config import Config, ConfigError
from crm.core.whole_files import is_full
from crm.operations.services.database_checks import DATABASE_CHECKS, database_mend
from crm.operations.services.findings import FaultError, Finding, own_name
from crm.operations.services.place_checks import PLACE_CHECKS

_SETTINGS = {
    "CRM_INSTANCE_PATH": "give the folder to the user that runs crm: chown -R USER FOLDER",
    "CRM_DATABASE_URL": "write postgresql://user:password@host/database or sqlite:////path/file",
    "CRM_SECRET_KEY": "leave it out, or take what this prints: "
    "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
    "CRM_BASE_URL": "write the address people open, as https://crm.example.org",
    "CRM_SMTP_URL": "write smtp://user:password@host:587?starttls=1, with %40 for @ in a password",
    "CRM_MAIL_FROM": "write an address of your own domain, as crm@example.org",
    "CRM_TIMEZONE": "write an IANA name as Asia/Almaty; if it is one, the time zone data is "
    "missing: pip install tzdata",
    "CRM_UPLOAD_LIMIT_MB": "write a whole number, as 25",
    "CRM_DIGEST_TIME": "write a time of day, as 08:30",
    "CRM_TRUSTED_PROXIES": "write how many reverse proxies stand before it, as 1",
}


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
    mend = _SETTINGS.get(str(error).partition(":")[0], "correct it")
    return Finding("settings", str(error), mend)


def examine(config: Config) -> Iterator[Finding]:
    """Every check, one after another; what needs a database that does not answer is left out."""
    os.environ.setdefault("PGCONNECT_TIMEOUT", "10")  # of libpq: a dead host takes minutes else
    yield Finding("settings", "readable")
    for name, check in PLACE_CHECKS:
        yield _found(name, check, config)
    for name, check in DATABASE_CHECKS:
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
        return Finding(name, str(getattr(error, "orig", None) or error), database_mend(error))
    except OSError as error:
        return Finding(
            name,
            f"{error.filename or config.instance_path}: {error.strerror}",
            _mend(error, config.instance_path),
        )


def _mend(error: OSError, folder: Path) -> str:
    if is_full(error):
        return (
            f"make room on the disk of {folder}, or lift its quota or file-size limit (ulimit -f)"
        )
    return f"give it to {own_name()}: chown -R {own_name()} {folder}"

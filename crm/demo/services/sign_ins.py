"""The four people of the demo world and the password they share."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from crm.accounts.models import Department, Role
from crm.accounts.services.passwords import password_fits, set_password
from crm.accounts.services.users import add_user, check_password
from crm.core.database import db
from crm.demo.queries import users_called
from crm.demo.services.files import world


@dataclass(frozen=True)
class SignIn:
    """How one of the four signs in; ``password`` is None when only they know it."""

    email: str
    role: Role
    password: str | None


def emails() -> list[str]:
    """The addresses of the four, one for each role."""
    return [person["email"] for person in world("users")]


def add_people(departments: dict[str, Department], password: str) -> set[str]:
    """Add those of the four who are missing and tell their addresses; raises AccountError."""
    present = users_called(emails())
    missing = [person for person in world("users") if person["email"] not in present]
    for person in missing:
        add_user(
            person["email"],
            person["name"],
            Role(person["role"]),
            password,
            department=departments[person["department"]],
        )
    return {person["email"] for person in missing}


def give_all(password: str) -> None:
    """Give ``password`` to those of the four who are here; raises AccountError."""
    check_password(password, shortest=1)
    for user in users_called(emails()).values():
        if not password_fits(user, password):
            set_password(user, password)
    db.session.flush()


def sign_ins(password: str | None, certain: set[str]) -> list[SignIn]:
    """How the four sign in; ``password`` is tried for those of whom it is not ``certain``."""
    found = users_called(emails())
    printed = []
    for email in emails():
        is_theirs = password is not None and (
            email in certain or password_fits(found[email], password)
        )
        printed.append(SignIn(email, found[email].role, password if is_theirs else None))
    return printed


def kept_password(folder: Path) -> str | None:
    """The password generated for this installation, None when there is none."""
    path = _path(folder)
    return path.read_text(encoding="utf-8").strip() or None if path.exists() else None


def generated_password(folder: Path) -> str:
    """A new password, kept in ``folder`` for its owner alone to read."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    draft = folder / f"demo-password.{secrets.token_hex(8)}"
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{password}\n")
    draft.replace(_path(folder))
    return password


def forget_password(folder: Path) -> None:
    """The generated password holds no longer."""
    _path(folder).unlink(missing_ok=True)


def _path(folder: Path) -> Path:
    return folder / "demo-password"

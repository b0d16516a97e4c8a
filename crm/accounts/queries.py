"""Reads of users and departments."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import Department, SignInAttempt, User


def user_called(email: str) -> Select[User]:
    """The user with this address, whatever its letter case."""
    return select(User).where(User.email == email.strip().casefold())


def all_users() -> Select[User]:
    """Every user by name, disabled ones too, with department loaded."""
    return select(User).options(joinedload(User.department)).order_by(User.name_key, User.id)


def active_users() -> Select[User]:
    """Users who can sign in, by name, with department loaded."""
    return all_users().where(User.is_active)


def active_departments() -> Select[Department]:
    """Departments in use, by their name in Kazakh."""
    return (
        select(Department)
        .where(Department.archived_at.is_(None))
        .order_by(Department.name_key_kk.nulls_last(), Department.id)
    )


def attempts_since(key: str, moment: datetime) -> Select[int]:
    """How many sign-ins failed under ``key`` after ``moment``."""
    return (
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.key == key, SignInAttempt.attempted_at > moment)
    )

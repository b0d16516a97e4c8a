"""``crm users``: who may sign in."""

import sys

import click
from flask.cli import AppGroup

from crm.accounts import services
from crm.accounts.models import Language, Role, User
from crm.accounts.queries import all_users, user_called
from crm.core.database import db

group = AppGroup("users", help="People who sign in.")


@group.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--language", default="kk", type=click.Choice([one.value for one in Language]))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(email: str, name: str, role: str, language: str, password_stdin: bool) -> None:
    """Add a user."""
    password = _password(password_stdin)
    try:
        user = services.add_user(email, name, Role(role), password, Language(language))
    except services.AccountError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"added {user.email} ({user.role})")


@group.command("list")
def list_users() -> None:
    """Every user, one a line."""
    for user in db.session.scalars(all_users()):
        state = "active" if user.is_active else "disabled"
        click.echo(f"{user.email}\t{user.role}\t{state}\t{user.name}")


@group.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Let a user in no more; their sessions end."""
    _switch(email, False)


@group.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let a disabled user in again."""
    _switch(email, True)


@group.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def password(email: str, password_stdin: bool) -> None:
    """Give a user a new password; their sessions end."""
    user = _user(email)
    chosen = _password(password_stdin)
    try:
        services.check_password(chosen)
    except services.AccountError as error:
        raise click.ClickException(str(error)) from error
    services.set_password(user, chosen)
    db.session.commit()
    click.echo(f"new password for {user.email}")


def _switch(email: str, is_active: bool) -> None:
    user = _user(email)
    user.is_active = is_active
    db.session.commit()
    click.echo(f"{'enabled' if is_active else 'disabled'} {user.email}")


def _user(email: str) -> User:
    user: User | None = db.session.scalar(user_called(email))
    if user is None:
        raise click.ClickException(f"no user {email}")
    return user


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed

"""``crm users``: who may sign in."""

import sys

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from crm.accounts.models import Language, Role, User
from crm.accounts.queries import all_users, user_called
from crm.accounts.services import users
from crm.accounts.services.throttle import forget_failures
from crm.core.database import db
from crm.core.language import worded
from crm.core.post import PATIENCE, hand_over

group = AppGroup("users", help="People who sign in.")
_password_option = click.option(
    "--password-stdin", "from_stdin", is_flag=True, help="Read the password from standard input."
)


@group.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--language", default="kk", type=click.Choice([one.value for one in Language]))
@click.option("--department", metavar="CODE_OR_NAME", help="One that is there already.")
@_password_option
def add(
    email: str, name: str, role: str, language: str, department: str | None, from_stdin: bool
) -> None:
    """Add a user."""
    try:
        place = users.department_called(department) if department is not None else None
        users.check_new_user(email, name)
        password = _password(from_stdin)
        users.check_password(password, email, name)
        user = users.add_user(email, name, Role(role), password, Language(language), place)
        db.session.commit()
    except users.AccountError as error:
        raise click.ClickException(str(error)) from error
    except IntegrityError as error:
        raise click.ClickException(f"somebody added {email} at the same moment") from error
    click.echo(f"added {user.email} ({user.role})")


@group.command("list")
def list_users() -> None:
    """Every user, one a line: address, role, state, name, department."""
    for user in db.session.scalars(all_users()):
        state = "active" if user.is_active else "disabled"
        place = worded(user.department, "name").text if user.department is not None else ""
        click.echo("\t".join((user.email, user.role, state, user.name, place)))


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
@_password_option
def password(email: str, from_stdin: bool) -> None:
    """Give a user a new password; their sessions end."""
    user = user_named(email)
    chosen = _password(from_stdin)
    try:
        users.check_password(chosen, user.email, user.name)
    except users.AccountError as error:
        raise click.ClickException(str(error)) from error
    users.change_password(user, chosen)
    forget_failures(user.email)
    db.session.commit()
    click.echo(f"new password for {user.email}")
    _tell_them()


def _switch(email: str, is_active: bool) -> None:
    user = user_named(email)
    try:
        users.switch_user(user, is_active)
    except users.AccountError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"{'enabled' if is_active else 'disabled'} {user.email}")
    _tell_them()


def _tell_them() -> None:
    """Send the letters this makes due; the change itself is done whatever comes of them."""
    for fault in hand_over(patience=PATIENCE):
        click.echo(f"crm: the letter waits for the next crm digest send: {fault}", err=True)


def user_named(email: str) -> User:
    """The user who signs in as ``email``; where there is none, the command ends with that."""
    user: User | None = db.session.scalar(user_called(email))
    if user is None:
        raise click.ClickException(f"no user {email}")
    return user


def _password(from_stdin: bool) -> str:
    """The first line of standard input, or what is typed twice at the terminal."""
    db.session.commit()  # on SQLite nobody else could write while we wait
    if from_stdin:
        try:
            return sys.stdin.buffer.readline().decode().removeprefix("\ufeff").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise click.ClickException("the password is not UTF-8") from error
    if not sys.stdin.isatty():
        raise click.UsageError("no terminal to ask for the password: give --password-stdin")
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed

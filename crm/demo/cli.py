"""``crm seed``: a world to try the CRM in."""

import click
from flask import current_app
from flask.cli import AppGroup

from crm.accounts.services.users import AccountError
from crm.config import Config
from crm.core.commands import tell
from crm.core.database import db
from crm.demo.services import seeding, sign_ins
from crm.demo.services.volume.world import Counts, add_volume

group = AppGroup("seed", help="Worlds to try the CRM in.")


@group.command("demo")
@click.option("--password", help="Set this password for all four users.")
@click.option("--force", is_flag=True, help="Even if the database has users of its own.")
def demo(password: str | None, force: bool) -> None:
    """Add what is missing of the demo world; nothing that is there changes."""
    config: Config = current_app.config["CRM"]
    try:
        people = seeding.seed(config.instance_path, password, is_forced=force, progress=tell)
    except (AccountError, seeding.SeedError) as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    if password is not None:
        sign_ins.forget_password(config.instance_path)
    _print(people)


_how_many = click.IntRange(0, 5_000_000)


@group.command("volume")
@click.option("--meetings", type=_how_many, default=0, help="With delegations and interests.")
@click.option("--follow-ups", type=_how_many, default=0, help="Of meetings and projects in use.")
@click.option("--projects", type=_how_many, default=0)
@click.option("--people", type=_how_many, default=0, help="With posts at organisations in use.")
@click.option("--organisations", type=_how_many, default=0)
@click.option("--users", type=_how_many, default=0, help="Nobody knows their passwords.")
def volume(**given: int) -> None:
    """Add so many records made up, the same every time, to see how the CRM bears many."""
    counts = Counts(**given)
    add_volume(counts, tell)
    db.session.commit()
    tell("")
    added = [f"{number} {name.replace('_', '-')}" for name, number in given.items() if number]
    click.echo(f"added {', '.join(added) or 'nothing'}")


def _print(people: list[sign_ins.SignIn]) -> None:
    tell("")
    rows = [("address", "role", "password")]
    rows += [
        (person.email, person.role.value, person.password or "(as set before)") for person in people
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for email, role, password in rows:
        click.echo(f"{email:<{widths[0]}}  {role:<{widths[1]}}  {password}")

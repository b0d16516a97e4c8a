"""``crm doctor``."""

import os
from collections.abc import Iterable

import click
from flask import current_app
from flask.cli import with_appcontext

from crm.operations.services.doctor import examine, examine_settings
from crm.operations.services.findings import Finding


@click.command()
@with_appcontext
def doctor() -> None:
    """Check the installation, and say how to mend what is wrong."""
    _tell(examine(current_app.config["CRM"]))


@click.group()
def group_without_settings() -> None:
    """What is left of the commands when the settings cannot be used."""


@group_without_settings.command("doctor")
def of_settings() -> None:
    """Say which settings are wrong and how to mend them."""
    _tell(examine_settings(os.environ))


def _tell(findings: Iterable[Finding]) -> None:
    wrong = 0
    for finding in findings:
        click.echo(str(finding))
        wrong += finding.mend is not None
    if wrong:
        raise click.ClickException(f"to mend: {wrong} (see above)")

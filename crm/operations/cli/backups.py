"""``crm backup`` and ``crm restore``."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from crm.core.commands import tell
from crm.operations.services import backup as service
from crm.operations.services.archive import BackupError
from crm.operations.services.keeping import OwnFileError


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Take the place of a file that is there.")
@with_appcontext
def backup(file: Path, force: bool) -> None:
    """Write all the installation keeps to FILE, while it runs; only you may read it."""
    instance = current_app.config["CRM"].instance_path
    try:
        told = service.back_up(file, instance, tell, replaces=force)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already: --force overwrites it") from None
    except (BackupError, OwnFileError) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"cannot write {file}: {error.strerror}") from error
    finally:
        tell("")
    click.echo(f"{file}: {told.summary}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Bring the backup FILE back into an empty database and instance folder."""
    instance = current_app.config["CRM"].instance_path
    try:
        told = service.restore(file, instance, tell)
    except BackupError as error:
        raise click.ClickException(f"{file}: {error}") from error
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"cannot restore {file}: {place}{error.strerror}") from error
    finally:
        tell("")
    click.echo(f"restored: {told.summary}, as of {told.manifest.created_at}")
    if told.migrated_to is not None:
        click.echo(f"migrated from schema {told.manifest.schema} to {told.migrated_to}")

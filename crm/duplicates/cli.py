"""``crm duplicates``: finding likely duplicates all at once."""

import click
from flask.cli import AppGroup

from crm.core.commands import tell
from crm.core.database import db
from crm.core.names.likeness import NameKind
from crm.core.sight import seeing_everything
from crm.duplicates.services.keeping import find_all

group = AppGroup("duplicates", help="Likely duplicates of people and organisations.")


@group.command("find")
def find() -> None:
    """Find what all people and organisations are found by, and likely pairs of them, anew.

    Wanted once after the update that brought them. Later everything is kept up to date: then no
    key is mended.
    """
    with seeing_everything():
        for kind in NameKind:
            found = find_all(kind, tell)
            db.session.commit()
            tell("")
            pairs = f"likely pairs: {found.pairs}"
            click.echo(f"{kind.value}: {pairs}, keys mended: {found.mended}")

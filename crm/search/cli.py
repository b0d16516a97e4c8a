"""``crm search``: the index of the search."""

import click
from flask.cli import AppGroup

from crm.core.commands import tell
from crm.core.database import db
from crm.search.services.rebuilding import Drift, rebuild

group = AppGroup("search", help="The index of the search.")


@group.command("reindex")
@click.option("--check", is_flag=True, help="Only say what is wrong; change nothing.")
def reindex(check: bool) -> None:
    """Build the index anew out of the records, and say how far it had drifted: 0 is expected."""
    found: dict[str, Drift] = {}
    for part in rebuild(is_written=not check):
        found[part.kind] = found[part.kind] + part if part.kind in found else part
        tell(f"{part.kind}: {found[part.kind].records}")
        db.session.rollback() if check else db.session.commit()
        db.session.expunge_all()
    tell("")
    for one in found.values():
        if one.total:
            click.echo(
                f"{one.kind}: {one.stale} texts stale, {one.missing} tokens missing,"
                f" {one.surplus} too many"
            )
    drift = sum(one.total for one in found.values())
    count = sum(one.records for one in found.values())
    click.echo(f"{count} records, drift: {drift}")

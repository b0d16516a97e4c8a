"""``crm serve``."""

import contextvars
from typing import Any

import click
from flask.cli import with_appcontext
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from crm.core.database import db
from crm.operations.services.serving import NotReadyError, free_address, make_ready
from crm.operations.services.statistics import renew_statistics

SETTINGS: dict[str, Any] = {
    "factory": True,
    "interface": Interfaces.WSGI,
    "blocking_threads": 8,
    "websockets": False,
    "respawn_failed_workers": True,
    "workers_kill_timeout": 10,
    "log_level": LogLevels.error,
}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@with_appcontext
def serve(host: str, port: int) -> None:
    """Serve the CRM until it is stopped."""
    try:
        address = free_address(host, port)  # before anything is written
        make_ready()
    except NotReadyError as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    db.session.remove()
    renew_statistics(db.engine)
    db.engine.dispose()  # the worker is a fork: it must not inherit a connection
    server = Server("crm.app:create_worker", address=address, port=port, **SETTINGS)
    shown = f"[{host}]" if ":" in host else host
    server.on_startup(lambda: click.echo(f"Seriktes at http://{shown}:{port} (Ctrl+C stops it)"))
    # The fork would inherit the application context of this command, too.
    contextvars.Context().run(server.serve)
    click.echo("stopped")

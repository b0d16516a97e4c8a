"""Which features there are: their pages, commands, record kinds and places in the navigation."""

from flask import Flask

from crm.accounts import cli as accounts_cli
from crm.accounts.views import sign_in as accounts
from crm.audit import views as audit


def register(app: Flask) -> None:
    """Give ``app`` every feature."""
    for views in (accounts, audit):
        app.register_blueprint(views.bp)
    for commands in (accounts_cli,):
        app.cli.add_command(commands.group)

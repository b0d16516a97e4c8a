"""The console script ``crm``. It begins every command, so it loses no time: ``crm --help`` loads
none of the parts, and nobody looks for garbage among what stays to the end.
"""

import gc
import sys
from importlib import import_module

import click

from crm.config import Config
from crm.core import commands
from crm.core.garbage import look_seldom

COMMANDS = {
    "backup": "Write all the installation keeps to FILE, while it runs.",
    "db": "Perform database migrations.",
    "digest": "The digest of pending consultations by mail.",
    "doctor": "Check the installation, and say how to mend what is wrong.",
    "duplicates": "Likely duplicates of people and organisations.",
    "export": "Write the list KIND as a file: the rows its page shows.",
    "restore": "Bring the backup FILE back into an empty place.",
    "routes": "Show the addresses there are.",
    "run": "A server for those who develop it.",
    "search": "The index of the search.",
    "seed": "Worlds to try the CRM in.",
    "serve": "Serve the CRM until it is stopped.",
    "shell": "A Python shell with the application at hand.",
    "users": "People who sign in.",
}


def main() -> None:
    """Run the command line of this process."""
    if sys.argv[1:] in ([], ["--help"]):
        commands.run("crm", _table_of_commands)
    commands.run("crm", _all_commands)


def _all_commands() -> click.Group:
    gc.disable()
    group: click.Group = import_module("crm.app").command_group()
    look_seldom()
    gc.enable()
    return group


def _table_of_commands() -> click.Group:
    """The settings are read first: a wrong one stops even ``crm --help``, with one line."""
    Config.from_environment()
    return click.Group("crm", [click.Command(name, help=COMMANDS[name]) for name in COMMANDS])

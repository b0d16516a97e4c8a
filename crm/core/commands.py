"""How every command ends: 0 done, 1 failed, 2 wrong usage; what went wrong is one line."""

import errno
import os
import re
import sys
from collections.abc import Callable
from typing import NoReturn

import click
from sqlalchemy.exc import DBAPIError

from crm.config import ConfigError

# In the words of SQLite, and by the codes of PostgreSQL.
_LACKS_TABLE = re.compile("no such (table|column)|has no column named")
_UNDEFINED = ("42P01", "42703")


def run(name: str, make_commands: Callable[[], click.Group]) -> NoReturn:
    """Run the command line of this process as ``name`` and leave with its status."""
    try:
        outcome = make_commands().main(prog_name=name, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.UsageError as error:
        place = error.ctx.command_path if error.ctx else name
        _fail(name, f"{error.format_message()} (see {place} --help)", 2)
    except click.ClickException as error:
        _fail(name, error.format_message())
    except (click.Abort, KeyboardInterrupt):  # the latter while it loads
        _fail(name, "stopped")
    except ConfigError as error:
        _fail(name, str(error))
    except DBAPIError as error:
        _fail(name, _of_database(error))
    except OSError as error:
        if error.errno == errno.EPIPE:  # the reader of our output went away
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        words = error.strerror or str(error)
        _fail(name, f"{error.filename}: {words}" if error.filename else words)
    sys.exit(outcome if isinstance(outcome, int) else 0)


def tell(step: str) -> None:
    """Show what is being done, in one line that is written over; "" clears it.

    Only for people at a terminal, not for logs.
    """
    if sys.stderr.isatty():
        click.echo(f"\r\x1b[K{step} …" if step else "\r\x1b[K", nl=False, err=True)


def _of_database(error: DBAPIError) -> str:
    is_undefined = getattr(error.orig, "sqlstate", None) in _UNDEFINED
    if is_undefined or _LACKS_TABLE.match(str(error.orig)):
        return f"the database does not fit this program: run crm db upgrade ({error.orig})"
    return f"the database cannot be used (crm doctor says more): {error.orig}"


def _fail(name: str, message: str, status: int = 1) -> NoReturn:
    line = " ".join(message.split())
    sys.stderr.write(f"{name}: {line}\n")
    sys.exit(status)

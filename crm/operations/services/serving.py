"""What the server needs before it starts: a fitting database and a free port."""

import errno
import socket

from crm.core.database import db
from crm.countries.services import load_countries
from crm.operations.queries import is_at_head, is_newer
from crm.reference.services.lists import load_reference_lists

_NOT_OURS = (errno.EADDRINUSE, errno.EACCES)  # the latter below 1024


class NotReadyError(Exception):
    """Why the server cannot be started; the message is one line."""


def make_ready() -> None:
    """Add the reference data a new database lacks, flushed; raises NotReadyError below head."""
    if is_newer():
        raise NotReadyError("the database is newer than this program: install its newer version")
    if not is_at_head():
        raise NotReadyError("the database is not at head: run crm db upgrade")
    load_reference_lists()
    load_countries()
    db.session.flush()


def free_address(host: str, port: int) -> str:
    """The IP address of ``host``, on which ``port`` is free; raises NotReadyError.

    Granian 2.8 opens its port with SO_REUSEPORT: a second server would silently share it.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as after a restart
            attempt.bind(address)
    except OSError as error:
        mend = " (--port N takes another)" if error.errno in _NOT_OURS else ""
        raise NotReadyError(f"cannot listen at {host}:{port}: {error.strerror}{mend}") from error
    return str(address[0])

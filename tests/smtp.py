"""A real SMTP server on a free loopback port, with STARTTLS and AUTH, for tests of mail."""

import asyncio
import os
import socket
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import patch

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD = "crm", "letters"


@dataclass
class Mailbox:
    """What the server took; ``refused`` recipients are answered 550.

    It falls silent before it takes the mail of a ``held`` recipient, or right after when they are
    ``held_late``, and says so by ``reached``; it hangs up once on those in ``hung_up_on``.
    ``answers`` holds what it says to a recipient first, one answer an attempt. It hangs up over the
    content of a mail to ``cut`` recipients, and to ``cut_late`` ones when it has taken it, as often
    as their number says. ``slowness``: seconds before and after it takes a mail.
    """

    port: int
    refused: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    held_late: set[str] = field(default_factory=set)
    hung_up_on: set[str] = field(default_factory=set)
    reached: Event = field(default_factory=Event)
    answers: dict[str, list[str]] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    cut_late: dict[str, int] = field(default_factory=dict)
    slowness: float = 0
    drops: bool = False  # the connection after each mail
    open: set[int] = field(default_factory=set)  # connections
    connections: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Value for CRM_SMTP_URL."""
        return f"smtp://{USER}:{PASSWORD}@127.0.0.1:{self.port}?starttls=1"

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += session.ssl is None
        return responses

    async def _fall_silent(self, names: set[str], address: str) -> None:
        """Answer nothing as long as ``address`` is among ``names``."""
        self.reached.set()
        while address in names:
            await asyncio.sleep(0.02)

    def _is_cut(self, server: Any, counts: dict[str, int], addresses: list[str]) -> bool:
        """Whether the connection was broken off over a mail to one of these."""
        for address in addresses:
            if counts.get(address):
                counts[address] -= 1
                server.transport.abort()
                return True
        return False

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        if address in self.hung_up_on:
            self.hung_up_on.remove(address)
            return "421 too many mails"
        if self.answers.get(address):
            return self.answers[address].pop(0)
        if address in self.held:
            await self._fall_silent(self.held, address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        await asyncio.sleep(self.slowness)
        if self._is_cut(server, self.cut, envelope.rcpt_tos):
            return "250 never said"
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        await asyncio.sleep(self.slowness)
        if self._is_cut(server, self.cut_late, envelope.rcpt_tos):
            return "250 never said"
        for address in self.held_late.intersection(envelope.rcpt_tos):
            await self._fall_silent(self.held_late, address)
        if self.drops:
            asyncio.get_running_loop().call_soon(server.transport.close)
        return "250 taken"


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, given: object
) -> AuthResult:
    wanted = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=given == wanted, handled=False)


class _Counted(SMTP):
    """Counts its connections: a mail is settled only when they are closed."""

    def connection_made(self, transport: Any) -> None:
        self.event_handler.open.add(id(self))
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.open.discard(id(self))
        super().connection_lost(error)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Counted(self.handler, **self.SMTP_kwargs)


@contextmanager
def smtp_server(*refused: str, has_tls: bool = True) -> Iterator[Mailbox]:
    """A running server; inside, this process trusts its certificate (SSL_CERT_FILE)."""
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(tls)
    with socket.create_server(("127.0.0.1", 0)) as free:  # aiosmtpd's own port=0 fails
        port = free.getsockname()[1]
    mailbox = Mailbox(port, set(refused))
    controller = _Controller(
        mailbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=tls if has_tls else None,
        require_starttls=has_tls,
        auth_required=has_tls,
        auth_require_tls=has_tls,
        authenticator=_authenticate,
    )
    with tempfile.TemporaryDirectory() as folder:
        trusted = Path(folder) / "authority.pem"
        authority.cert_pem.write_to_path(str(trusted))
        controller.start()
        try:
            with patch.dict(os.environ, SSL_CERT_FILE=str(trusted)):
                yield mailbox
        finally:
            controller.stop()

"""A real SMTP server on a free loopback port, with STARTTLS and AUTH, for tests of mail."""

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
from typing import Any
from unittest.mock import patch

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "crm", "letters"


@dataclass
class Mailbox:
    """What the server took; ``refused`` recipients are answered 550."""

    port: int
    refused: set[str] = field(default_factory=set)
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Value for CRM_SMTP_URL."""
        return f"smtp://{USER}:{PASSWORD}@127.0.0.1:{self.port}?starttls=1"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, given: object
) -> AuthResult:
    wanted = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=given == wanted, handled=False)


@contextmanager
def smtp_server(*refused: str) -> Iterator[Mailbox]:
    """A running server; inside, this process trusts its certificate (SSL_CERT_FILE)."""
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(tls)
    with socket.create_server(("127.0.0.1", 0)) as free:  # aiosmtpd's own port=0 fails
        port = free.getsockname()[1]
    mailbox = Mailbox(port, set(refused))
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=tls,
        require_starttls=True,
        auth_required=True,
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

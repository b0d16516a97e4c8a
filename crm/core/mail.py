"""How a mail is handed to the server, or into the outbox."""

import os
import re
import secrets
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from crm.config import Config, MailServer
from crm.core.message import MailRefusedError, Message, host_of

_GO_ON = 354
_HANGING_UP = 421  # the one answer that says nothing of the mail


class MailServerError(Exception):
    """The server takes no mail at all; the message is one line without the password."""


class _ConnectionLostError(Exception):
    """The server hung up in the middle; a new connection may do."""


class Mailer(Protocol):
    """Takes mails one by one, in the order given."""

    def check(self) -> None:
        """See that mails would be taken, without one; raises MailServerError."""

    def send(self, message: Message) -> None:
        """Hand ``message`` over; raises MailRefusedError or MailServerError."""


@contextmanager
def open_mailer(config: Config, patience: int | None = None) -> Iterator[Mailer]:
    """The mailer of this installation, for one run; nothing is connected before the first mail.

    ``patience``: the longest wait for an answer in seconds, when a person's page waits behind it.
    """
    server = config.mail_server
    if server is None:
        yield Outbox(config.instance_path / "outbox")
        return
    if patience is not None:
        server = replace(server, timeout=min(patience, server.timeout))
    mailer = SmtpMailer(server, host_of(config.base_url))
    try:
        yield mailer
    finally:
        mailer.close()


class Outbox:
    """Without a mail server: each mail becomes a file, named by its Message-ID."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def check(self) -> None:
        """See that the folder is there; raises MailServerError when it cannot be."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise MailServerError(f"{self._folder}: {error.strerror}") from error

    def send(self, message: Message) -> None:
        """Write the file whole or not at all; the same mail once more takes its place."""
        name = re.sub(r"[^\w.@-]", "_", message.message_id.strip("<>"))
        draft = self._folder / f"{name}.{secrets.token_hex(4)}.part"
        self.check()
        try:
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
                file.write(message.source)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._folder / f"{name}.eml")
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise MailServerError(f"{self._folder}: {error.strerror}") from error


class _Handing(smtplib.SMTP):
    """Spares what ``sendmail`` does for a mail that is written as this one is: the library takes
    apart addresses that were checked, and looks for periods in every line.
    """

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self.docmd("MAIL", " ".join([f"FROM:<{sender}>", *options]))

    def rcpt(self, recip: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        return self.docmd("RCPT", " ".join([f"TO:<{recip}>", *options]))

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, words = self.docmd("DATA")
        if code != _GO_ON:
            raise smtplib.SMTPDataError(code, words)
        end = b".\r\n" if msg.endswith(b"\r\n") else b"\r\n.\r\n"
        self.send(msg.replace(b"\n.", b"\n..") + end)  # RFC 5321, 4.5.2
        return self.getreply()


class _HandingSafely(_Handing, smtplib.SMTP_SSL):
    pass


class SmtpMailer:
    """One connection for a whole run, opened anew when the server has dropped it."""

    def __init__(self, server: MailServer, own_host: str) -> None:
        self._server, self._own_host = server, own_host
        self._connection: smtplib.SMTP | None = None

    def check(self) -> None:
        """Connect, sign in, and hear that it still listens; raises MailServerError."""
        try:
            self._open().noop()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise MailServerError(f"{self._server}: {_in_words(error)}") from error

    def _open(self) -> smtplib.SMTP:
        """A signed-in connection: the one there is, else a new one; raises MailServerError."""
        if self._connection is None:
            try:
                self._connection = self._connected()
            except (smtplib.SMTPException, OSError, ValueError) as error:
                self.close()
                raise MailServerError(f"{self._server}: {_in_words(error)}") from error
        return self._connection

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        where, wait = (server.host, server.port, self._own_host), min(30, server.timeout)
        if server.is_tls:
            connection: smtplib.SMTP = _HandingSafely(*where, timeout=wait, context=self._trust())
        else:
            connection = _Handing(*where, timeout=wait)
        self._connection = connection  # from here on close() ends it, whatever comes
        if server.has_starttls:
            connection.starttls(context=self._trust())
        if server.user:
            connection.login(server.user, server.password)
        if connection.sock is not None:
            connection.sock.settimeout(server.timeout)
        return connection

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.cafile)

    def send(self, message: Message) -> None:
        """Hand ``message`` over; raises MailRefusedError, or MailServerError when no mail can be.

        A mail whose connection broke is repeated once at once, as RFC 5321 (4.5.4.1) asks of
        senders: better twice under one Message-ID than never. That the server has hung up since
        the mail before is noticed here, too.
        """
        try:
            self._attempt(message)
        except _ConnectionLostError:
            self.close()
            try:
                self._attempt(message)
            except _ConnectionLostError as error:
                self.close()
                raise MailRefusedError(str(error)) from error

    def _attempt(self, message: Message) -> None:
        connection = self._open()
        try:
            connection.sendmail(message.sender, message.recipient, message.source)
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code == _HANGING_UP:
                raise _ConnectionLostError(_in_words(error)) from error
            raise MailServerError(f"{self._server}: {_in_words(error)}") from error  # as any other
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            if _is_timeout(error):  # it may have taken the mail: no repeat before the next run
                self.close()
                raise MailServerError(f"{self._server}: {_in_words(error)}") from error
            raise _ConnectionLostError(_in_words(error)) from error

    def close(self) -> None:
        """Take leave of the server, if it still listens."""
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._connection.close()
            self._connection = None


def _refusal(code: int, answer: bytes | str) -> Exception:
    """What the server's answer to one mail means."""
    words = _spoken(code, answer)
    return _ConnectionLostError(words) if code == _HANGING_UP else MailRefusedError(words)


def _is_timeout(error: Exception) -> bool:
    """Whether the server gave no answer in time; smtplib wraps that up while it reads one."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _in_words(error: Exception) -> str:
    """One line that says what went wrong."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _spoken(error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {error.verify_message}"
    if _is_timeout(error):
        return "no answer in time"
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(words.split()) or type(error).__name__


def _spoken(code: int, answer: bytes | str) -> str:
    """The server's answer as one line of at most 300 characters."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    printable = "".join(mark if mark.isprintable() else " " for mark in text)
    return " ".join(f"{code} {printable}".split())[:300]

"""How a mail is written: a letter to one person as the bytes that go over the wire.

By the older classes of ``email``: EmailMessage folds what must not be folded, loses spaces on
Python 3.11, and takes twice as long.
"""

import hashlib
import ipaddress
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.encoders import encode_base64
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import PurePath
from urllib.parse import urlsplit

from crm.core import clock

_LONGEST_NAME = 60
_LONGEST_FILENAME = 80  # before its ending; six signs for each letter must fit into one line
# What is left is a plain phrase: no quotes, no address, no line of its own.
_UNSAFE_IN_NAME = re.compile(r"[^\w '’.-]|_")
_WIDTH = 76
# What may be broken into lines is broken here already; an address never is.
_POLICY = policy.compat32.clone(linesep="\r\n", max_line_length=None)
_LONGEST_LINE = 900  # of 998 that RFC 5322 lets pass


class MailRefusedError(Exception):
    """This one mail was not taken; the message is the server's own answer."""


@dataclass(frozen=True)
class Part:
    """One more part of a letter: with a file name an attachment, else one more form of its text.

    ``parameters`` belong to its type: ``{"method": "REQUEST", "charset": "utf-8"}``.
    """

    content: bytes
    type: str  # "text/calendar"
    parameters: Mapping[str, str] = field(default_factory=dict)
    filename: str | None = None


@dataclass(frozen=True)
class Letter:
    """What one person is written; ``headers`` (ASCII) and ``parts`` are beyond the usual."""

    subject: str
    text: str
    html: str
    language: str
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Message:
    """A mail as it is handed over: addresses of the envelope, and every byte of it."""

    sender: str
    recipient: str
    message_id: str
    source: bytes


def message_id(purpose: str, recipient_id: int, period: str, base_url: str) -> str:
    """The one Message-ID of a mail: a repeat carries the same, so a mail box can drop it."""
    key = f"{purpose}\n{recipient_id}\n{period}".encode()
    return f"<{purpose}.{hashlib.sha256(key).hexdigest()[:32]}@{host_of(base_url)}>"


def host_of(base_url: str) -> str:
    """The host of an address as mail servers write it."""
    host = urlsplit(base_url).hostname or "localhost"
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"
    return _in_ascii(host)


def compose(letter: Letter, *, sender: str, to: tuple[str, str], message_id: str) -> Message:
    """The mail to ``to`` (name, address); raises MailRefusedError for an unusable address."""
    own, writer = _sender(sender)
    address, recipient = _mailbox("To", *to)
    mail = _body_of(letter)
    mail["From"], mail["To"] = writer, recipient
    mail["Subject"] = _header("Subject", " ".join(letter.subject.split()))
    mail["Date"] = format_datetime(clock.to_local(clock.now()))
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    mail["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    mail["Content-Language"] = letter.language
    for name, value in letter.headers.items():
        mail[name] = _checked(value)
    return Message(own, address, message_id, mail.as_bytes(policy=_POLICY))


def _body_of(letter: Letter) -> MIMEMultipart:
    body = MIMEMultipart("alternative", boundary=_boundary())
    body.attach(_text("plain", letter.text))
    body.attach(_text("html", letter.html))
    for part in letter.parts:
        if part.filename is None:
            body.attach(_mime_of(part))
    files = [_mime_of(part) for part in letter.parts if part.filename is not None]
    return MIMEMultipart("mixed", _boundary(), [body, *files]) if files else body


def _boundary() -> str:
    return f"=_{secrets.token_hex(12)}"  # the library's own is too long for a line


def _text(subtype: str, text: str) -> MIMEText:
    """Readable as it is in the outbox where that is allowed; else as base64, since no server need
    know 8BITMIME and Kazakh is shorter so.
    """
    is_plain = text.isascii() and max(map(len, text.splitlines()), default=0) <= _LONGEST_LINE
    ended = "\r\n".join([*text.splitlines(), ""])  # RFC 2045, 6.8
    return MIMEText(ended, subtype, "us-ascii" if is_plain else "utf-8")


def _mime_of(part: Part) -> MIMEBase:
    made = MIMEBase(*part.type.split("/"))
    for name, value in part.parameters.items():
        made.set_param(name, _checked(value))
    made.set_payload(part.content)
    encode_base64(made)
    if part.filename is not None:
        path = PurePath(" ".join(part.filename.split()))
        name = path.stem[:_LONGEST_FILENAME] + path.suffix
        made.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return made


def _checked(value: str) -> str:
    if not (value.isascii() and value.isprintable()) or '"' in value:
        raise ValueError(f"not a value of a header: {value!r}")
    return value


def _header(name: str, text: str, end: str = "") -> str:
    """``text`` as the header ``name`` holds it, and ``end`` as it is; in lines short enough."""
    made = Header(text, "us-ascii" if text.isascii() else "utf-8", _WIDTH, name)
    if end:
        made.append(end, "us-ascii")
    return made.encode(linesep="\r\n")


@lru_cache(maxsize=4)
def _sender(sender: str) -> tuple[str, str]:
    return _mailbox("From", *parseaddr(sender))


def _mailbox(header: str, name: str, address: str) -> tuple[str, str]:
    """The address for the envelope, and ``name <address>`` that can be nothing else; raises
    MailRefusedError.
    """
    plain = " ".join(_UNSAFE_IN_NAME.sub(" ", name).split())[:_LONGEST_NAME].strip()
    local, _at, domain = address.rpartition("@")
    try:
        checked = Address("", addr_spec=f"{local}@{_in_ascii(domain)}").addr_spec
        checked.encode("ascii")
    except (ValueError, MessageError) as error:
        raise MailRefusedError(f"not a usable address: {address!r}") from error
    if not plain:
        return checked, _header(header, checked)
    return checked, _header(header, f'"{plain}"' if plain.isascii() else plain, f"<{checked}>")


def _in_ascii(host: str) -> str:
    return host.encode("idna").decode("ascii")

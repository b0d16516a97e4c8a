"""How a mail is written: a letter to one person as the bytes that go over the wire.

By hand, not by the library's EmailMessage: its generator folds what must not be folded and loses
spaces on Python 3.11, and takes longer than everything else that makes a mail.
"""

import hashlib
import ipaddress
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.utils import encode_rfc2231, format_datetime, parseaddr
from functools import lru_cache
from pathlib import PurePath
from urllib.parse import urlsplit

from crm.core import clock

_LONGEST_NAME = 60
_LONGEST_FILENAME = 80  # before its ending; six signs for each letter must fit into one line
# What is left is a plain phrase: no quotes, no address, no line of its own.
_UNSAFE_IN_NAME = re.compile(r"[^\w '’.-]|_")
_WIDTH = 76
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
    head = [
        f"From: {writer}",
        f"To: {recipient}",
        f"Subject: {_encoded(' '.join(letter.subject.split()), 'Subject')}",
        f"Date: {format_datetime(clock.to_local(clock.now()))}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",  # RFC 3834: nobody's absence note answers it
        "X-Auto-Response-Suppress: All",  # the same for Exchange
        f"Content-Language: {letter.language}",
        *(f"{name}: {_checked(value)}" for name, value in letter.headers.items()),
        "MIME-Version: 1.0",
    ]
    source = "\r\n".join([*head, ""]).encode("ascii") + _body_of(letter)
    return Message(own, address, message_id, source)


def _body_of(letter: Letter) -> bytes:
    forms = [
        _text_leaf("plain", letter.text),
        _text_leaf("html", letter.html),
        *(_leaf(_type_of(one), one.content) for one in letter.parts if one.filename is None),
    ]
    body = _branch("alternative", forms)
    files = [
        _leaf(_type_of(one), one.content, _disposition(one.filename))
        for one in letter.parts
        if one.filename is not None
    ]
    return _branch("mixed", [body, *files]) if files else body


def _text_leaf(subtype: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    content = "\r\n".join([*lines, ""]).encode()  # RFC 2045, 6.8
    kind = f'text/{subtype}; charset="utf-8"'
    if content.isascii() and max(map(len, lines)) <= _LONGEST_LINE:
        return _headed(kind, "7bit", content)  # can be read in the outbox as it is
    return _leaf(kind, content)


def _leaf(content_type: str, content: bytes, *more: str) -> bytes:
    """A part in base64: no server need know 8BITMIME, and Kazakh is shorter so."""
    signs = b64encode(content)
    lines = [signs[first : first + _WIDTH] for first in range(0, len(signs), _WIDTH)]
    return _headed(content_type, "base64", b"\r\n".join([*lines, b""]), *more)


def _headed(content_type: str, encoding: str, content: bytes, *more: str) -> bytes:
    head = [f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}", *more]
    return "\r\n".join([*head, "", ""]).encode("ascii") + content


def _branch(subtype: str, parts: Sequence[bytes]) -> bytes:
    bound = f"=_{secrets.token_hex(12)}"  # no line of base64 begins so
    head = f'Content-Type: multipart/{subtype}; boundary="{bound}"\r\n\r\n'
    between = f"--{bound}\r\n".encode()
    inside = b"".join(between + part for part in parts)
    return head.encode("ascii") + inside + f"--{bound}--\r\n".encode("ascii")


def _type_of(part: Part) -> str:
    given = (f'{name}="{_checked(value)}"' for name, value in part.parameters.items())
    return "; ".join([part.type, *given])


def _disposition(filename: str) -> str:
    path = PurePath(" ".join(filename.split()))
    name = path.stem[:_LONGEST_FILENAME] + path.suffix
    return f"Content-Disposition: attachment; filename*={encode_rfc2231(name, 'utf-8')}"


def _checked(value: str) -> str:
    if not (value.isascii() and value.isprintable()) or '"' in value:
        raise ValueError(f"not a value of a header: {value!r}")
    return value


def _encoded(text: str, name: str) -> str:
    """``text`` as the header ``name`` holds it, in lines short enough."""
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, header_name=name, maxlinelen=_WIDTH).encode(linesep="\r\n")


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
        return checked, checked
    phrase = f'"{plain}"' if plain.isascii() else _encoded(plain, header)
    return checked, f"{phrase}\r\n <{checked}>"


def _in_ascii(host: str) -> str:
    return host.encode("idna").decode("ascii")

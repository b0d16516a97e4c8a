"""How a mail is written: a letter to one person as the bytes that go over the wire.

Head and texts are written here: the library looks at every line of them again and again, which
takes longer than all else that a mail of a run needs.
"""

import binascii
import hashlib
import ipaddress
import re
import secrets
import struct
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.encoders import encode_base64
from email.errors import MessageError
from email.headerregistry import Address
from email.mime.base import MIMEBase
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import PurePath
from urllib.parse import urlsplit

from crm.core import clock

_LONGEST_NAME = 60
_LONGEST_FILENAME = 80  # before its ending; six signs for each letter must fit into one line
# What is left is a plain phrase: no quotes, no address, no line of its own.
_UNSAFE_IN_NAME = re.compile(r"[^\w '’.-]|_")
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9-]{1,63}"
_PLAIN_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*")
_WIDTH, _FOLD = 76, "\r\n "
_POLICY = policy.compat32.clone(linesep="\r\n", max_line_length=None)
_LONGEST_LINE = 900  # of 998 that RFC 5322 lets pass
_LINES = struct.Struct(f"{_WIDTH}s" * 64)  # so many at once: a mail has hundreds of them


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


@lru_cache(maxsize=4)
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
    head = {
        "From": writer,
        "To": recipient,
        "Subject": _header("Subject", " ".join(letter.subject.split())),
        "Date": format_datetime(clock.to_local(clock.now())),
        "Message-ID": message_id,
        "Auto-Submitted": "auto-generated",  # RFC 3834: nobody's absence note answers it
        "X-Auto-Response-Suppress": "All",  # the same for Exchange
        "Content-Language": letter.language,
        **{name: _checked(value) for name, value in letter.headers.items()},
        "MIME-Version": "1.0",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return Message(own, address, message_id, lines.encode("ascii") + _body_of(letter))


def _body_of(letter: Letter) -> bytes:
    forms = [_text("plain", letter.text), _text("html", letter.html)]
    forms += [_mime_of(part) for part in letter.parts if part.filename is None]
    body = _multipart("alternative", forms)
    files = [_mime_of(part) for part in letter.parts if part.filename is not None]
    return _multipart("mixed", [body, *files]) if files else body


def _multipart(subtype: str, parts: list[bytes]) -> bytes:
    boundary = f"=_{secrets.token_hex(12)}"
    between = f"\r\n--{boundary}\r\n".encode()
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n'.encode()
    return b"".join([head, between, between.join(parts), f"\r\n--{boundary}--\r\n".encode()])


def _text(subtype: str, text: str) -> bytes:
    """Readable as it is in the outbox where that is allowed; else as base64, since no server need
    know 8BITMIME and Kazakh is shorter so.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text if text.endswith("\n") else f"{text}\n"
    is_plain = text.isascii() and max(map(len, text.split("\n"))) <= _LONGEST_LINE
    content = text.encode().replace(b"\n", b"\r\n")  # RFC 2045, 6.8
    if not is_plain:
        content = _in_lines(binascii.b2a_base64(content, newline=False))
    charset, encoding = ("us-ascii", "7bit") if is_plain else ("utf-8", "base64")
    head = (
        f'Content-Type: text/{subtype}; charset="{charset}"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + content


def _in_lines(encoded: bytes) -> bytes:
    whole = len(encoded) // _LINES.size * _LINES.size
    found = [one for lines in _LINES.iter_unpack(encoded[:whole]) for one in lines]
    found += [encoded[at : at + _WIDTH] for at in range(whole, len(encoded), _WIDTH)]
    return b"\r\n".join([*found, b""])


def _mime_of(part: Part) -> bytes:
    made = MIMEBase(*part.type.split("/"))
    for name, value in part.parameters.items():
        made.set_param(name, _checked(value))
    made.set_payload(part.content)
    encode_base64(made)
    if part.filename is not None:
        path = PurePath(" ".join(part.filename.split()))
        name = path.stem[:_LONGEST_FILENAME] + path.suffix
        made.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return made.as_bytes(policy=_POLICY)


def _checked(value: str) -> str:
    if not (value.isascii() and value.isprintable()) or '"' in value:
        raise ValueError(f"not a value of a header: {value!r}")
    return value


def _header(name: str, text: str) -> str:
    """``text`` as the header ``name`` holds it, in lines short enough.

    What is no short ASCII goes in encoded words (RFC 2047), which keep every space of it.
    """
    room = _WIDTH - len(name) - 2
    if text.isascii() and text.isprintable() and len(text) <= room:
        return text
    return _FOLD.join(_encoded(text, room))


def _encoded(text: str, room: int) -> Iterator[str]:
    """``text`` in encoded words; ``room`` is what the first line has left."""
    rest = text.encode()
    while rest:
        end = (room - len("=?utf-8?b??=")) // 4 * 3
        while end < len(rest) and rest[end] & 0xC0 == 0x80:  # in the middle of a letter
            end -= 1
        yield f"=?utf-8?b?{binascii.b2a_base64(rest[:end], newline=False).decode()}?="
        rest, room = rest[end:], _WIDTH - 1


@lru_cache(maxsize=4)
def _sender(sender: str) -> tuple[str, str]:
    return _mailbox("From", *parseaddr(sender))


def _mailbox(header: str, name: str, address: str) -> tuple[str, str]:
    """The address for the envelope, and ``name <address>`` that can be nothing else; raises
    MailRefusedError.
    """
    plain = " ".join(_UNSAFE_IN_NAME.sub(" ", name).split())[:_LONGEST_NAME].strip()
    checked = address if _PLAIN_ADDRESS.fullmatch(address) else _checked_address(address)
    if not plain:
        return checked, checked
    phrase = f'"{plain}"' if plain.isascii() else _header(header, plain)
    has_room = len(f"{header}: {phrase} <{checked}>") <= _WIDTH
    return checked, f"{phrase}{' ' if has_room else _FOLD}<{checked}>"


def _checked_address(address: str) -> str:
    local, _at, domain = address.rpartition("@")
    try:
        checked = Address("", addr_spec=f"{local}@{_in_ascii(domain)}").addr_spec
        checked.encode("ascii")
    except (ValueError, MessageError) as error:
        raise MailRefusedError(f"not a usable address: {address!r}") from error
    return checked


def _in_ascii(host: str) -> str:
    return host.encode("idna").decode("ascii")

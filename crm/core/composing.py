"""How a message is written: a letter becomes the bytes that go over the wire."""

import hashlib
import re
from base64 import encodebytes
from email import policy
from email.errors import MessageError
from email.header import Header
from email.headerregistry import (
    Address,
    HeaderRegistry,
    UniqueUnstructuredHeader,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any, cast

from crm.core import clock
from crm.core.mail import Letter, MailRefusedError, Part, in_ascii


class _WholeHeader(UnstructuredHeader):
    """A short header in ASCII, or an address: folding would break a long one into encoded words,
    and takes longest of all that makes a mail.
    """

    name: str  # the registry mixes this class into its own

    def fold(self, *, policy: Any) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _SubjectHeader(UniqueUnstructuredHeader):
    """A subject, folded by the older code: that of Python 3.11 loses spaces between long words."""

    name: str

    def fold(self, *, policy: Any) -> str:
        text = str(self)
        charset = "us-ascii" if text.isascii() else "utf-8"
        words = Header(text, charset, header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {words}{policy.linesep}"


class _Headers(HeaderRegistry):
    """The library makes a class of each header of each mail; here it is made once."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


_headers = _Headers()
_headers.map_to_type("subject", cast(Any, _SubjectHeader))
for _name in (
    *("message-id", "date", "auto-submitted", "x-auto-response-suppress", "content-language"),
    *("mime-version", "list-unsubscribe", "list-unsubscribe-post"),
):
    _headers.map_to_type(_name, cast(Any, _WholeHeader))
# No server need know 8BITMIME.
_POLICY = policy.SMTP.clone(cte_type="7bit", header_factory=_headers)
_LONGEST_NAME = 60
# Python 3.11 refolds a long quoted name into several addresses; plain words need no quotes.
_UNSAFE_IN_NAME = re.compile(r"[^\w '’.-]|_")


def compose(letter: Letter, *, sender: str, to: tuple[str, str], message_id: str) -> EmailMessage:
    """The mail to ``to`` (name, address); raises MailRefusedError for an unusable address."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(*parseaddr(sender))
    message["To"] = _address(*to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(clock.to_local(clock.now()))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    for name, value in letter.headers.items():
        message[name] = value
    message["Content-Language"] = letter.language
    if letter.parts:
        message.set_content(letter.text, cte="base64")  # Kazakh is shorter so
        message.add_alternative(letter.html, subtype="html", cte="base64")
        for part in sorted(letter.parts, key=lambda one: one.filename is not None):
            _add_part(message, part)  # other forms first: behind an attachment is no more room
    else:
        _set_text_and_html(message, letter)
    return message


def _set_text_and_html(message: EmailMessage, letter: Letter) -> None:
    """Both as base64. The library looks at each of their lines several times, which took longer
    than to write a digest; a payload that is a text already it hands on as it is.
    """
    boundary = f"=_{hashlib.sha256(message['Message-ID'].encode()).hexdigest()[:32]}"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
    parts = "".join(
        f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{_in_base64(text)}\r\n"
        for subtype, text in (("plain", letter.text), ("html", letter.html))
    )
    message.set_payload(f"{parts}--{boundary}--\r\n")


def _in_base64(text: str) -> str:
    return encodebytes(text.encode()).decode().replace("\n", "\r\n")


def _add_part(message: EmailMessage, part: Part) -> None:
    maintype, _slash, subtype = part.type.partition("/")
    if part.filename is None:
        message.add_alternative(
            part.content, maintype=maintype, subtype=subtype, params=part.parameters
        )
    else:
        message.add_attachment(
            part.content,
            maintype=maintype,
            subtype=subtype,
            params=part.parameters,
            filename=part.filename,
        )


def _address(name: str, address: str) -> Address:
    """``name <address>`` that can be nothing else; raises MailRefusedError."""
    plain = " ".join(_UNSAFE_IN_NAME.sub(" ", name).split())[:_LONGEST_NAME].strip()
    local, _at, domain = address.rpartition("@")
    try:
        return Address(plain, addr_spec=f"{local}@{in_ascii(domain)}")
    except (ValueError, MessageError) as error:
        raise MailRefusedError(f"not a usable address: {address!r}") from error

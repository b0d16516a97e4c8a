"""What a run of the digest costs at least: one query, plain templates, one SMTP connection.

The query is that of the points alone, written by hand. The templates give the very bytes of the
letters, with every text and address of them looked up and escaped.
"""

import re
from base64 import encodebytes
from dataclasses import dataclass
from smtplib import SMTP
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from crm.core.message import Letter
from tests.bench.floor import connect

_PENDING = "('agreed', 'in_progress', 'awaiting_partner')"
QUERY = f"""
SELECT r.id, f.id, f.text, f.text_language, f.kind, f.status, f.status_since, f.due_on,
  f.original_due_on, f.agreed_on, f.created_at, f.number, f.basis, f.basis_number, f.basis_date,
  f.country_code, f.owner_id, w.name, f.meeting_id, m.title, m.held_on, m.held_until,
  m.date_precision, d.title, j.title_kk, j.title_ru, j.title_en, l.id, c.name, l.department_id,
  l.outsider, p.noted_on, p.text
FROM (
  SELECT owner_id AS reader, id AS point FROM follow_ups
  WHERE archived_at IS NULL AND status IN {_PENDING}
  UNION SELECT user_id, follow_up_id FROM follow_up_executors WHERE user_id IS NOT NULL
) o
JOIN users r ON r.id = o.reader AND r.is_active AND r.digest <> 'off'
JOIN follow_ups f ON f.id = o.point
JOIN users w ON w.id = f.owner_id
LEFT JOIN meetings m ON m.id = f.meeting_id
LEFT JOIN delegations d ON d.id = f.delegation_id
LEFT JOIN projects j ON j.id = f.project_id
LEFT JOIN follow_up_executors l ON l.follow_up_id = f.id AND l.is_lead
LEFT JOIN users c ON c.id = l.user_id
LEFT JOIN follow_up_progress p ON p.id = (
  SELECT n.id FROM follow_up_progress n WHERE n.follow_up_id = f.id
  ORDER BY n.noted_on DESC, n.id DESC LIMIT 1
)
WHERE f.archived_at IS NULL AND f.status IN {_PENDING}
  AND (NOT f.restricted OR f.owner_id = r.id OR r.role = 'head' OR EXISTS (
    SELECT 1 FROM follow_up_team t WHERE t.follow_up_id = f.id AND t.user_id = r.id
  ))
ORDER BY r.id, f.due_on, f.id
"""
# In a page what stands between tags and in addresses changes; in a text every line does.
_OF_PAGE = re.compile(r'(?<=>)[^<\s][^<]*(?=<)|(?<=href=")[^"]*(?=")')
_OF_TEXT = re.compile(r"[^\n]+")
_PLAIN = "{% for fixed, value in parts %}{{ fixed }}{{ value }}{% endfor %}"
_page = Environment(autoescape=True).from_string(_PLAIN)
_text = Environment(autoescape=False).from_string(_PLAIN)  # noqa: S701 (a text part)
Parts = list[tuple[str, str]]


@dataclass(frozen=True)
class Mail:
    """A letter taken apart, and to whom it goes."""

    address: str
    subject: str
    text: Parts
    html: Parts

    @classmethod
    def of(cls, address: str, letter: Letter) -> "Mail":
        """That of ``letter``; what is made of it again is the same to the byte."""
        style, end, body = letter.html.partition("</style>")
        html = [(Markup(style + end), ""), *_apart(body, _OF_PAGE, is_page=True)]  # noqa: S704
        mail = cls(address, letter.subject, _apart(letter.text, _OF_TEXT, is_page=False), html)
        assert (_page.render(parts=mail.html), _text.render(parts=mail.text)) == (
            letter.html,
            letter.text,
        )
        return mail

    @property
    def source(self) -> bytes:
        """The whole mail as it goes over the wire."""
        text, html = _text.render(parts=self.text), _page.render(parts=self.html)
        parts = "".join(
            f"--bound\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n"
            f"{encodebytes(words.encode()).decode().replace(chr(10), chr(13) + chr(10))}"
            for kind, words in (("plain", text), ("html", html))
        )
        head = (
            f"From: crm@crm.example\r\nTo: {self.address}\r\nSubject: {self.subject}\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=bound\r\n\r\n"
        )
        return f"{head}{parts}--bound--\r\n".encode()


def _apart(words: str, pattern: re.Pattern[str], *, is_page: bool) -> Parts:
    parts, end = [], 0
    for found in pattern.finditer(words):
        value = Markup(found[0]).unescape() if is_page else found[0]  # noqa: S704
        if is_page and str(escape(value)) != found[0]:
            continue  # a space of HTML's own
        parts.append((_fixed(words[end : found.start()], is_page), value))
        end = found.end()
    return [*parts, (_fixed(words[end:], is_page), "")]


def _fixed(words: str, is_page: bool) -> str:
    return Markup(words) if is_page else words  # noqa: S704 (nothing but tags)


def hand_over(url: str, port: int, mails: list[Mail]) -> None:
    """One round."""
    connection: Any = connect(url)
    connection.execute(QUERY).fetchall()
    connection.close()
    with SMTP("127.0.0.1", port, "localhost") as server:
        for mail in mails:
            server.sendmail("crm@crm.example", mail.address, mail.source)

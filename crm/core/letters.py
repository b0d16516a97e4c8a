"""Letters out of templates: text and HTML in the recipient's language, styles written inline.

Every rule of the style sheet is for one class, so what is written into an element hangs on its
classes alone: css-inline is asked once for each set of them, and not for each letter.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from flask import current_app
from flask_babel import force_locale

from crm.core.message import Letter

STYLES = "css/mail.css"  # inlined into mails, linked by pages that preview one
_DARK = "css/mail-dark.css"  # mails alone: a preview stands in a page with colours of its own
_CLASSES = re.compile(r'class="([^"]*)"')
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def letter_from(folder: str, language: str, subject: str, **values: Any) -> Letter:
    """The letter of ``<folder>/mail.txt`` and ``mail.html``, both complete by themselves."""
    values = {"subject": subject, "language": language, "head_styles": _head(), **values}
    text = rendered(f"{folder}/mail.txt", language, **values)
    html = _inlined(rendered(f"{folder}/mail.html", language, **values))
    return Letter(subject, text, html, language)


def rendered(template: str, language: str, /, **values: Any) -> str:
    """``template`` without the context processors of pages, which ask who is reading."""
    with force_locale(language):
        return current_app.jinja_env.get_template(template).render(**values)


def _inlined(html: str) -> str:
    """``html`` with the style of its classes written into every element."""
    return _CLASSES.sub(lambda found: _styled(found[1]), html)


@cache
def _styled(classes: str) -> str:
    """``class="…" style="…"``; the classes stay for the rules in the head."""
    paragraph = f'<p class="{classes}"></p>'
    inlined = _inliner().inline(f"<html><head></head><body>{paragraph}</body></html>")
    return inlined.partition("<p ")[2].partition("></p>")[0]


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(extra_css=_read(STYLES), load_remote_stylesheets=False)


@cache
def _head() -> str:
    """What no element can carry: the rules for phones and for dark screens, short."""
    _rules, at, for_phones = _read(STYLES).partition("@media")
    return " ".join(_COMMENT.sub("", at + for_phones + _read(_DARK)).split())


def _read(name: str) -> str:
    return Path(str(current_app.static_folder), name).read_text(encoding="utf-8")

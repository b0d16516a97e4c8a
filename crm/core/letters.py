"""Letters out of templates: text and HTML in the recipient's language, styles written inline.

Every rule of the style sheet is for one class, so what is written into an element hangs on its
classes alone: css-inline is asked once for each set of them, and the styles are written into the
templates, not into each letter.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from flask import current_app
from flask_babel import force_locale
from jinja2 import Environment, Template
from jinja2.ext import Extension
from markupsafe import Markup

from crm.core.message import Letter

STYLES = "css/mail.css"  # inlined into mails, linked by pages that preview one
_DARK = "css/mail-dark.css"  # mails alone: a preview stands in a page with colours of its own
_CLASSES, _VALUE = re.compile(r'class="([^"]*)"'), re.compile(r"{{(.*?)}}")
_KEPT = "letters"  # where the application keeps the environment of their templates
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def letter_from(folder: str, language: str, subject: str, **values: Any) -> Letter:
    """The letter of ``<folder>/mail.txt`` and ``mail.html``, both complete by themselves."""
    values = {"subject": subject, "language": language, "head_styles": _head(), **values}
    with force_locale(language):
        text = _template(current_app.jinja_env, f"{folder}/mail.txt").render(values)
        html = _template(_environment(), f"{folder}/mail.html").render(values)
    return Letter(subject, text, html, language)


def rendered(template: str, language: str, /, **values: Any) -> str:
    """``template`` without the context processors of pages, which ask who is reading."""
    with force_locale(language):
        return current_app.jinja_env.get_template(template).render(**values)


def _template(environment: Environment, name: str) -> Template:
    template = environment.get_template(name)
    if not isinstance(template.globals, dict):
        # Jinja 3.1 looks through a chain of mappings for each name at each rendering.
        template.globals = dict(template.globals)
    return template


def _environment() -> Environment:
    """That of the pages, but for the styles in every element."""
    kept = current_app.extensions
    if _KEPT not in kept:
        kept[_KEPT] = current_app.jinja_env.overlay(extensions=[_Styles])
        kept[_KEPT].filters = {**current_app.jinja_env.filters, "styled": _styled}
    found: Environment = kept[_KEPT]
    return found


class _Styles(Extension):
    """Writes the styles of its classes into every element of a template; where a class is a value,
    as soon as that is known.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _CLASSES.sub(lambda found: _styled_in_template(found[1]), source)


def _styled_in_template(classes: str) -> str:
    *pairs, _end = _VALUE.split(classes)
    if not pairs:
        return _styled(classes)
    return f"{{{{ '{_VALUE.sub('{}', classes)}' | styled({', '.join(pairs[1::2])}) }}}}"


@cache
def _styled(classes: str, *values: str) -> Markup:
    """``class="…" style="…"``; the classes stay for the rules in the head."""
    paragraph = f'<p class="{classes.format(*values)}"></p>'
    inlined = _inliner().inline(f"<html><head></head><body>{paragraph}</body></html>")
    return Markup(inlined.partition("<p ")[2].partition("></p>")[0])  # noqa: S704 (of our sheet)


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

"""Letters out of templates: text and HTML in the recipient's language, styles written inline."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from flask import current_app
from flask_babel import force_locale

from crm.core.mail import Letter

STYLES = "css/mail.css"  # inlined into mails, linked by pages that preview one


def letter_from(folder: str, language: str, subject: str, **values: Any) -> Letter:
    """The letter of ``<folder>/mail.txt`` and ``mail.html``, both complete by themselves."""
    values = {"subject": subject, "language": language, **values}
    text = rendered(f"{folder}/mail.txt", language, **values)
    html = _inliner().inline(rendered(f"{folder}/mail.html", language, **values))
    return Letter(subject, text, html, language)


def rendered(template: str, language: str, /, **values: Any) -> str:
    """``template`` without the context processors of pages, which ask who is reading."""
    with force_locale(language):
        return current_app.jinja_env.get_template(template).render(**values)


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    styles = Path(str(current_app.static_folder), STYLES).read_text(encoding="utf-8")
    return CSSInliner(extra_css=styles, keep_at_rules=True, load_remote_stylesheets=False)

"""How fields are drawn and get their words where WTForms' own way is too slow."""

from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms.i18n import messages_path
from wtforms.widgets import Select, html_params

from crm.core.language import present_language


class FormMeta(FlaskForm.Meta):  # type: ignore[misc]  # the library is not typed
    """What forms have in common: the words of WTForms, read once for each language.

    Flask-WTF 1.3 reads them anew for each request, which took a fortieth of a page's time.
    """

    def get_translations(self, form: Any) -> NullTranslations:
        return _words(present_language())


@cache
def _words(language: str | None) -> NullTranslations:
    found = Translations.load(messages_path(), [language or "en"], domain="wtforms")
    return found


class Dropdown(Select):
    """A select that writes its options at once.

    A form of a record offers some hundreds of them, and drawing each by WTForms 3.3 took a third
    of the page's time.
    """

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        flags = {"required": field.flags.required, "disabled": field.flags.disabled}
        given = {name: True for name, is_set in flags.items() if is_set}
        given |= {"id": field.id, "name": field.name, "multiple": self.multiple, **attributes}
        options = "".join(map(_option, field.iter_choices()))
        return Markup(f"<select {html_params(**given)}>{options}</select>")  # noqa: S704 (escaped)


def _option(choice: Any) -> str:
    selected = " selected" if choice.selected else ""
    return f'<option value="{escape(choice.value)}"{selected}>{escape(str(choice.label))}</option>'

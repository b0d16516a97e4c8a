"""Words of the interface, looked up as seldom and as cheaply as their number asks for.

A page has some hundred of them. Flask-Babel 4 finds locale, domain and catalogue anew for each,
and Jinja goes through three calls of its own; both took a tenth of a page's time.
"""

from typing import Any

from babel.support import NullTranslations
from flask import Flask
from flask_babel import Babel, Domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.utils import cached_property

from crm.core.language import present_language


class _Catalogues(Domain):  # type: ignore[misc]  # the library is not typed
    """The domain of the application, its catalogue of each language kept at hand."""

    def __init__(self, domain: str) -> None:
        super().__init__(domain=domain)
        self._of_language: dict[str, Any] = {}
        self._markup: dict[tuple[str, str], Markup] = {}

    def get_translations(self) -> Any:
        language = present_language()
        if language is None:
            return NullTranslations()
        found = self._of_language.get(language)
        if found is None:
            found = self._of_language[language] = super().get_translations()
        return found

    def markup(self, message: str) -> Markup:
        """``message`` without variables, for a page."""
        key = (present_language() or "", message)
        found = self._markup.get(key)
        if found is None:
            found = Markup(self.get_translations().ugettext(message)) % {}  # noqa: S704 (our words)
            self._markup[key] = found
        return found


class Translation(Babel):  # type: ignore[misc]  # the library is not typed
    """Flask-Babel with those catalogues, in Python and in templates."""

    def init_app(self, app: Flask, *given: Any, **more: Any) -> None:
        super().init_app(app, *given, **more)
        words = self.domain_instance

        @pass_eval_context
        def gettext(context: EvalContext, message: str, **variables: Any) -> str:
            if context.autoescape:
                if not variables:
                    return words.markup(message)
                return Markup(words.get_translations().ugettext(message)) % variables  # noqa: S704
            text: str = words.get_translations().ugettext(message)
            return text % variables

        app.jinja_env.globals.update(_=gettext)

    @cached_property
    def domain_instance(self) -> _Catalogues:
        return _Catalogues("messages")

"""Markup that is alike in every row of a page but for a few values: made once, then only filled.

A list draws the small forms of its rows by the hundred; going through the template's macros for
each of them took most of the page's time.
"""

import re
from collections.abc import Callable, Hashable

from flask import current_app
from markupsafe import Markup, escape

from crm.core import clock
from crm.core.kept import Kept
from crm.core.language import reader_language

_PLACE = re.compile(r"⟦(\w+)⟧")


class Pattern:
    """Markup with places for values, each written ``⟦name⟧``."""

    def __init__(self, markup: str) -> None:
        self._parts: list[str] = _PLACE.split(markup)
        self._names = self._parts[1::2]

    def fill(self, **values: object) -> Markup:
        """The markup with ``values`` in their places, escaped; raises KeyError for a missing one.

        What stands in a value is never taken for a place.
        """
        texts = {name: str(escape(value)) for name, value in values.items()}
        parts = self._parts.copy()
        parts[1::2] = [texts[name] for name in self._names]
        return Markup("".join(parts))  # noqa: S704 (escaped)


_KEPT: Kept[Pattern] = Kept(500)


def pattern(macro: Callable[..., str], *given: Hashable) -> Pattern:
    """What ``macro`` makes of ``given``, kept for the language and the day.

    The macro reads nothing else: no reader, no request.
    """
    if current_app.debug:  # templates are edited
        return Pattern(macro(*given))
    key = (macro.name, given, reader_language(), clock.today())  # type: ignore[attr-defined]
    return _KEPT.get(key, lambda: Pattern(macro(*given)))

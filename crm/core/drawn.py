"""Empty forms of pages, drawn once instead of for each request.

A folded form that nobody has typed into looks alike on every page of its kind: what follows from
the language, from reference data and from a few values is kept as text. What differs from page to
page stands in it as a place, and is put there each time.
"""

from collections.abc import Callable, Hashable, Mapping

from flask import get_template_attribute, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from crm.core.choices import present_stamp
from crm.core.kept import Kept
from crm.core.language import reader_language

_KEPT: Kept[str] = Kept(500)
_CSRF = "csrf"


def place(name: str) -> str:
    """What stands in a form drawn once where ``name`` goes: no text of a record has a NUL."""
    return f"\x00{name}\x00"


def drawn_once(
    template: str,
    macro: str,
    given: Callable[[], tuple[object, ...]],
    values: Hashable,
    **places: object,
) -> Markup:
    """What ``macro`` of ``template`` draws of what is ``given`` to it, with ``places`` filled in.

    ``values`` are all it depends on besides language and reference data: the reader when the form
    names one, the day when it shows one. It must draw nothing that is kept from anybody.
    """

    def draw() -> str:
        drawn = str(get_template_attribute(template, macro)(*given()))
        return drawn.replace(generate_csrf(), place(_CSRF))

    stamp = present_stamp()
    if stamp is None or request.method != "GET":  # a form made while one is sent takes that one
        return _filled(draw(), places)
    return _filled(_KEPT.get((stamp, reader_language(), template, macro, values), draw), places)


def _filled(drawn: str, places: Mapping[str, object]) -> Markup:
    for name, text in {**places, _CSRF: generate_csrf()}.items():
        drawn = drawn.replace(place(name), str(escape(text)))
    return Markup(drawn)  # noqa: S704 (a template's, and escaped)

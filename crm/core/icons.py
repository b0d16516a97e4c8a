"""The icons in use, cut out of Bootstrap's own sprite: one small file for all of them."""

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup, escape

# Every icon a template may name; one that is missing here fails loudly in `icon_href`.
ICONS = frozenset(
    [
        "airplane",
        "airplane-fill",
        "archive",
        "arrow-counterclockwise",
        "arrow-down",
        "arrow-left",
        "arrow-left-right",
        "arrow-repeat",
        "arrow-right",
        "arrow-up",
        "bank",
        "bar-chart",
        "box-arrow-right",
        "bullseye",
        "buildings",
        "calendar-check",
        "calendar-plus",
        "calendar-range",
        "calendar-x",
        "calendar3",
        "chat-dots",
        "check-circle-fill",
        "check-lg",
        "check2-circle",
        "check2-square",
        "chevron-down",
        "circle",
        "circle-half",
        "clipboard",
        "clock",
        "clock-history",
        "cone-striped",
        "currency-exchange",
        "download",
        "envelope",
        "exclamation-circle",
        "exclamation-circle-fill",
        "exclamation-triangle",
        "exclamation-triangle-fill",
        "file-earmark-image",
        "file-earmark-pdf",
        "file-earmark-slides",
        "file-earmark-spreadsheet",
        "file-earmark-text",
        "file-earmark-word",
        "filter",
        "flag",
        "geo-alt",
        "globe2",
        "hourglass-split",
        "inbox",
        "journal-text",
        "kanban",
        "key",
        "intersect",
        "keyboard",
        "list",
        "list-ul",
        "lock-fill",
        "paperclip",
        "pause-circle",
        "pencil",
        "people",
        "people-fill",
        "person",
        "person-badge",
        "person-plus",
        "person-vcard",
        "plus-lg",
        "printer",
        "question-circle",
        "search",
        "send",
        "shield-check",
        "shield-slash",
        "slash-circle",
        "sliders",
        "star",
        "three-dots",
        "trash",
        "translate",
        "upload",
        "x-lg",
    ]
)

_SYMBOL = re.compile(r'<symbol class="[^"]*" viewBox="([^"]*)" id="([^"]*)">(.*?)</symbol>', re.S)


def cut_sprite(whole: str, names: Iterable[str]) -> str:
    """The symbols called ``names`` out of Bootstrap's sprite, as a sprite of their own.

    The whole sprite has two thousand icons and 1.1 MB. Raises LookupError with the names the
    wheel does not know, so that a misspelt icon stops the start.
    """
    wanted = set(names)
    symbols = {
        name: f'<symbol viewBox="{box}" id="{name}">{shapes}</symbol>'
        for box, name, shapes in _SYMBOL.findall(whole)
        if name in wanted
    }
    if missing := wanted - symbols.keys():
        raise LookupError(f"no such Bootstrap icon: {', '.join(sorted(missing))}")
    body = "".join(symbols[name] for name in sorted(symbols))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{body}</svg>'


@lru_cache(maxsize=1)
def sprite() -> tuple[bytes, str]:
    """The sprite and the hash of its content, cut once a process."""
    source = files("flask_bootstrap") / "static/bootstrap5/icons/bootstrap-icons.svg"
    content = cut_sprite(source.read_text(encoding="utf-8"), ICONS).encode()
    return content, short_digest(content)


def short_digest(content: bytes) -> str:
    """What tells ``content`` from an older one in an address."""
    return sha256(content).hexdigest()[:12]


@lru_cache(maxsize=512)
def icon_svg(name: str, label: str | None = None) -> Markup:
    """The icon ``name``; a ``label`` makes it a picture with a name, else it is ornament.

    LookupError when ICONS lacks it.
    """
    if name not in ICONS:
        raise LookupError(f"icon {name!r} is not in crm.core.icons.ICONS")
    role = 'aria-hidden="true"' if label is None else f'role="img" aria-label="{escape(label)}"'
    href = f"{sprite_url(sprite()[1])}#{name}"
    svg = f'<svg class="bi bi-{name}" viewBox="0 0 16 16" {role}><use href="{href}"/></svg>'
    return Markup(svg)  # noqa: S704 (escaped)


def sprite_url(digest: str) -> str:
    """The address of the sprite with this digest."""
    return f"/static-icons/{digest}.svg"

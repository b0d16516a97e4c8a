"""Style sheets, scripts and icons, and the headers that travel with every answer.

Everything a page loads comes from this host: Bootstrap's style sheet out of the wheel
``bootstrap-flask``, our own files from ``crm/static`` and one SVG sprite with the icons in use.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from flask_compress import Compress

from crm.core.permissions import public

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",  # Bootstrap draws select arrows and ticks with data: pictures
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}

# Text worth squeezing. Not text/csv and not the spreadsheet type, whose length is told so that a
# broken download shows; not text/event-stream, whose events must leave at once.
COMPRESSED_TYPES = [
    "text/html",
    "text/css",
    "text/plain",
    "text/javascript",
    "application/javascript",  # what Python 3.11 calls a .js file
    "application/json",
    "image/svg+xml",
]

A_YEAR = 365 * 24 * 60 * 60
_STATIC_ENDPOINTS = frozenset({"static", "bootstrap.static"})

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
        "arrow-up-right",
        "bank",
        "bar-chart",
        "bell",
        "book",
        "box-arrow-right",
        "box-arrow-up-right",
        "bullseye",
        "buildings",
        "calendar-check",
        "calendar-event",
        "calendar-plus",
        "calendar-range",
        "calendar-x",
        "calendar3",
        "camera-video",
        "card-list",
        "chat-dots",
        "check-circle",
        "check-circle-fill",
        "check-lg",
        "check2-circle",
        "check2-square",
        "chevron-down",
        "chevron-left",
        "chevron-right",
        "chevron-up",
        "circle",
        "circle-fill",
        "circle-half",
        "clipboard",
        "clipboard-check",
        "clock",
        "clock-history",
        "cone-striped",
        "currency-exchange",
        "dash-lg",
        "diagram-3",
        "download",
        "envelope",
        "exclamation-circle",
        "exclamation-circle-fill",
        "exclamation-triangle",
        "exclamation-triangle-fill",
        "eye",
        "eye-slash",
        "file-earmark",
        "file-earmark-arrow-down",
        "file-earmark-pdf",
        "file-earmark-spreadsheet",
        "file-earmark-text",
        "file-earmark-word",
        "filter",
        "flag",
        "folder2",
        "gear",
        "geo-alt",
        "globe2",
        "grip-vertical",
        "hourglass-split",
        "house",
        "inbox",
        "info-circle",
        "journal-text",
        "kanban",
        "key",
        "keyboard",
        "link-45deg",
        "list",
        "list-check",
        "list-ul",
        "lock",
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
        "pin-angle",
        "plus-lg",
        "printer",
        "question-circle",
        "search",
        "send",
        "shield",
        "shield-check",
        "shield-lock",
        "shield-slash",
        "signpost-split",
        "slash-circle",
        "sliders",
        "star",
        "tag",
        "telephone",
        "three-dots",
        "trash",
        "translate",
        "unlock",
        "upload",
        "x-circle",
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
def _sprite() -> tuple[bytes, str]:
    """The sprite and the hash of its content, cut once a process."""
    source = files("flask_bootstrap") / "static/bootstrap5/icons/bootstrap-icons.svg"
    content = cut_sprite(source.read_text(encoding="utf-8"), ICONS).encode()
    return content, _digest(content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


@lru_cache(maxsize=256)
def _file_digest(path: Path, changed_at: int) -> str:
    """Hash of a file's content; ``changed_at`` makes an edited file a new cache key."""
    return _digest(path.read_bytes())


def _version_of(endpoint: str, filename: str) -> str | None:
    """Hash of the file a static endpoint serves, or None when there is no such file."""
    owner = current_app if endpoint == "static" else current_app.blueprints["bootstrap"]
    path = Path(owner.static_folder or "", filename)
    try:
        return _file_digest(path, path.stat().st_mtime_ns)
    except OSError:
        return None


def icon_href(name: str) -> str:
    """Address for ``<use href>`` of the icon ``name``; LookupError when ICONS lacks it."""
    if name not in ICONS:
        raise LookupError(f"icon {name!r} is not in crm.core.assets.ICONS")
    return f"{url_for('icon_sprite', digest=_sprite()[1])}#{name}"


def asset(filename: str) -> str:
    """Address of a file in ``crm/static`` with its version, to be kept for a year."""
    return url_for("static", filename=filename)


def bootstrap_css() -> str:
    """Address of Bootstrap's own style sheet, served from the wheel."""
    return url_for("bootstrap.static", filename="css/bootstrap.min.css")


@public
def icon_sprite(digest: str) -> ResponseReturnValue:
    """The sprite. An address from before an upgrade gets today's icons, but not for a year."""
    content, current = _sprite()
    response = Response(content, mimetype="image/svg+xml")
    response.set_etag(current)
    if digest == current:
        _keep_for_a_year(response)
    else:
        response.cache_control.no_cache = True
    return response.make_conditional(request)


def _keep_for_a_year(response: Response) -> None:
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.max_age = A_YEAR
    response.cache_control.immutable = True


def _open_to_all(view: Callable[..., Any]) -> Callable[..., Any]:
    """A public stand-in for ``view``: a bound method cannot carry the mark itself."""

    @public
    def static_file(**given: Any) -> Any:
        return view(**given)

    return static_file


def init_assets(app: Flask) -> None:
    """Register static files, icons, compression and the headers of every answer on ``app``."""
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    for endpoint in _STATIC_ENDPOINTS:
        app.view_functions[endpoint] = _open_to_all(app.view_functions[endpoint])
    app.add_url_rule("/static-icons/<digest>.svg", "icon_sprite", icon_sprite)
    _sprite()
    _version_static_addresses(app)

    app.config.update(
        COMPRESS_MIMETYPES=COMPRESSED_TYPES,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "gzip"],  # send_file answers count as streams
        COMPRESS_BR_LEVEL=4,
        COMPRESS_MIN_SIZE=800,
    )
    # Registered before our own hook, and after_request hooks run backwards: headers come first.
    Compress(app)
    app.after_request(_close_streams)
    app.after_request(_add_headers)
    app.jinja_env.globals.update(icon_href=icon_href, asset=asset, bootstrap_css=bootstrap_css)


def _close_streams(response: Response) -> Response:
    """Close the file behind an answer at its end: Flask-Compress 1.25 wraps and forgets it."""
    close = getattr(response.response, "close", None)
    if response.is_streamed and close is not None:
        response.call_on_close(close)
    return response


def _version_static_addresses(app: Flask) -> None:
    """Make every ``url_for`` of a static file carry ``?v=<hash of its content>``."""

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in _STATIC_ENDPOINTS and "filename" in values and "v" not in values:
            version = _version_of(endpoint, values["filename"])
            if version is not None:
                values["v"] = version


def _add_headers(response: Response) -> Response:
    """Security headers, unless the view has set its own, and who may keep a copy.

    What says nothing about caching is a page or a file of somebody's work: it must not stay in
    the browser of a shared office machine after signing out.
    """
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint in _STATIC_ENDPOINTS and response.status_code in (200, 304):
        # A page from before an upgrade asks for an old version: it must not keep the new for it.
        asked, given = request.args.get("v"), request.view_args or {}
        if asked and asked == _version_of(request.endpoint, given.get("filename", "")):
            _keep_for_a_year(response)
    elif "Cache-Control" not in response.headers:
        response.cache_control.no_store = True
    return response

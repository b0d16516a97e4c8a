"""Style sheets, scripts and icons, and the headers that travel with every answer.

Everything a page loads comes from this host, in a dozen requests at most: Bootstrap's style sheet
out of the wheel ``bootstrap-flask``, our own files from ``crm/static``, those of every page joined,
and one SVG sprite with the icons in use.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any

from flask import Flask, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_bootstrap import Bootstrap5
from flask_compress import Compress

from crm.core.icons import icon_svg, short_digest, sprite, sprite_url
from crm.core.joined import JOINED, MIMETYPES, joined
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


@lru_cache(maxsize=256)
def _file_digest(path: Path, changed_at: int) -> str:
    """Hash of a file's content; ``changed_at`` makes an edited file a new cache key."""
    return short_digest(path.read_bytes())


def _version_of(endpoint: str, filename: str) -> str | None:
    """Hash of the file a static endpoint serves, or None when there is no such file."""
    owner = current_app if endpoint == "static" else current_app.blueprints["bootstrap"]
    path = Path(owner.static_folder or "", filename)
    try:
        return _file_digest(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=256)
def _address(endpoint: str, filename: str, _period: int) -> str:
    return url_for(endpoint, filename=filename)


def _period() -> int:
    """Files are looked at again every other second, not for each of the few on every page."""
    return int(monotonic()) // 2


def asset(filename: str) -> str:
    """Address of a file in ``crm/static`` with its version, to be kept for a year."""
    return _address("static", filename, _period())


def bootstrap_css() -> str:
    """Address of Bootstrap's own style sheet, served from the wheel."""
    return _address("bootstrap.static", "css/bootstrap.min.css", _period())


@lru_cache(maxsize=8)
def _joined_address(ending: str, _period: int) -> str:
    return url_for("joined_files", ending=ending, digest=joined(ending)[1])


def joined_address(ending: str) -> str:
    """Address of what every page loads, "css" or "js", to be kept for a year."""
    return _joined_address(ending, _period())


@public
def icon_sprite(digest: str) -> ResponseReturnValue:
    """The sprite of icons."""
    content, current = sprite()
    return _made_here(content, "image/svg+xml", current, digest)


@public
def joined_files(digest: str, ending: str) -> ResponseReturnValue:
    """The style sheets, or the scripts, of every page."""
    content, current = joined(ending)
    return _made_here(content, MIMETYPES[ending], current, digest)


def _made_here(content: bytes, mimetype: str, current: str, asked: str) -> ResponseReturnValue:
    """An address from before an upgrade gets what is there today, but not for a year."""
    response = Response(content, mimetype=mimetype)
    response.set_etag(current)
    if asked == current:
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
    app.add_url_rule(sprite_url("<digest>"), "icon_sprite", icon_sprite)
    sprite()
    endings = ",".join(JOINED)
    app.add_url_rule(f"/static-joined/<digest>.<any({endings}):ending>", view_func=joined_files)
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
    app.jinja_env.globals.update(
        icon_svg=icon_svg, asset=asset, joined=joined_address, bootstrap_css=bootstrap_css
    )


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
        response.headers["Cache-Control"] = "no-store"  # at a third of what cache_control takes
    return response

"""Requests that bring files: how much they may bring, and when they are read."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request

from crm.core.database import db

MOST_AT_ONCE = 10  # files of one request; a script sends each by itself
_MEGABYTE = 1024 * 1024
_AROUND = _MEGABYTE  # names, fields and borders
View = TypeVar("View", bound=Callable[..., Any])


def takes_files(view: View) -> View:
    """Mark ``view`` as one whose forms may bring files."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def init_uploads(app: Flask) -> None:
    """Let ``app`` take files; between the sign-in, which strangers do not pass, and CSRF."""
    app.before_request(_receive)
    app.teardown_request(_close)


def _receive() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method != "POST" or not getattr(view, "takes_files", False):
        return
    limit = current_app.config["CRM"].upload_limit_mb * _MEGABYTE
    request.max_content_length = MOST_AT_ONCE * limit + _AROUND
    # A slow line brings a file in minutes. Others write meanwhile: on SQLite the transaction that
    # asked who is there would keep them waiting.
    db.session.commit()
    len(request.files)  # reads it all
    g.has_files = True


def _close(_error: BaseException | None) -> None:
    """Large files lie on the disk until they are closed."""
    if g.pop("has_files", False):
        request.close()

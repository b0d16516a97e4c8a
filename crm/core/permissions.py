"""Marks on views: who may enter. The door of ``accounts`` reads them before every request."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app
from werkzeug.exceptions import HTTPException

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Mark ``view`` as open to strangers; every other view asks for a sign-in."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def requires(*roles: str) -> Callable[[View], View]:
    """Mark a view as open to these roles only; others get 403."""

    def mark(view: View) -> View:
        view.roles = frozenset(roles)  # type: ignore[attr-defined]
        return view

    return mark


def is_public(view: object) -> bool:
    """Whether a stranger may open ``view``."""
    return bool(getattr(view, "is_public", False))


def roles_of(view: object) -> frozenset[str] | None:
    """The roles that may open ``view``; None when every signed-in person may."""
    roles: frozenset[str] | None = getattr(view, "roles", None)
    return roles


def may_open(url: str, role: str, method: str = "GET") -> bool:
    """Whether the local path ``url`` leads somewhere, and somebody with ``role`` may go there."""
    try:
        endpoint, _arguments = current_app.url_map.bind("localhost").match(url, method)
    except HTTPException:  # no such page, or only another address leads to it
        return False
    allowed = roles_of(current_app.view_functions[endpoint])
    return allowed is None or role in allowed

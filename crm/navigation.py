"""The side navigation: which places there are, which one is here, what waits there; and the menu
that adds a record from anywhere.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_login import current_user
from markupsafe import Markup

from crm.accounts.models import WRITERS, Role
from crm.core import clock
from crm.core.database import db
from crm.core.kept import Kept
from crm.core.language import reader_language
from crm.core.pages import NavLink
from crm.follow_ups.queries.points import overdue_count


@dataclass(frozen=True)
class _Place:
    endpoint: str
    label: LazyString
    icon: str
    roles: frozenset[Role] = frozenset(Role)


_GROUPS: tuple[tuple[LazyString | None, tuple[_Place, ...]], ...] = (
    (None, (_Place("desk.index", _l("My desk"), "inbox"),)),
    (
        _l("Control"),
        (
            _Place("follow_ups.index", _l("Follow-ups"), "check2-square"),
            _Place("meetings.index", _l("Meetings"), "people"),
            _Place("delegations.index", _l("Delegations"), "airplane"),
        ),
    ),
    (
        _l("Investment"),
        (
            _Place("projects.index", _l("Projects"), "buildings"),
            _Place("project_board.index", _l("Stage board"), "kanban"),
            _Place("interests.index", _l("Interests"), "bullseye"),
        ),
    ),
    (
        _l("Partners"),
        (
            _Place("countries.index", _l("Countries"), "globe2"),
            _Place("organisations.index", _l("Organisations"), "bank"),
            _Place("people.index", _l("People"), "person-vcard"),
        ),
    ),
    (
        None,
        (
            _Place("reports.index", _l("Reports"), "bar-chart"),
            _Place("documents.index", _l("Documents"), "paperclip"),
            _Place("digest.index", _l("My digest"), "envelope"),
        ),
    ),
    (
        _l("Administration"),
        (
            _Place("users.index", _l("Users"), "person-badge", frozenset({Role.ADMIN})),
            _Place("reference.index", _l("Reference data"), "sliders", frozenset({Role.ADMIN})),
            _Place("deliveries.index", _l("Outgoing mail"), "envelope", frozenset({Role.ADMIN})),
            _Place(
                "files.index", _l("Files taken"), "download", frozenset({Role.ADMIN, Role.HEAD})
            ),
            _Place("audit.index", _l("Audit"), "journal-text", frozenset({Role.ADMIN, Role.HEAD})),
        ),
    ),
)

# Most often first.
_NEW = (
    _Place("meetings.create", _l("Add a meeting"), "people", frozenset(WRITERS)),
    _Place("follow_ups.new", _l("Add a point"), "check2-square", frozenset(WRITERS)),
    _Place("delegations.create", _l("Add a delegation"), "airplane", frozenset(WRITERS)),
    _Place("projects.create", _l("Add a project"), "buildings", frozenset(WRITERS)),
    _Place("interests.create", _l("Add an interest"), "bullseye", frozenset(WRITERS)),
    _Place("organisations.new", _l("Add an organisation"), "bank", frozenset(WRITERS)),
    _Place("people.new", _l("Add a person"), "person-vcard", frozenset(WRITERS)),
    _Place("users.new", _l("Add a user"), "person-badge", frozenset({Role.ADMIN})),
)

_KEPT: Kept[Markup] = Kept(500)


def init_navigation(app: Flask) -> None:
    """Let templates ask for the navigation of the reader."""
    app.jinja_env.globals |= {"navigation": navigation, "add_menu": add_menu}


def add_menu() -> Markup:
    """The menu that adds a record from anywhere, drawn; empty for who adds nothing."""
    role = current_user.role
    places = [place for place in _NEW if role in place.roles]
    return _KEPT.get(
        ("new", role, reader_language()),
        lambda: _macros().add_menu([_link(place, None, 0) for place in places]),
    )


def navigation() -> Markup:
    """The side navigation, drawn: places the reader may enter, the one that holds this page marked.

    It varies by little, so that it is kept.
    """
    role, here = current_user.role, _here(request.path)
    late = db.session.scalar(overdue_count(current_user.id, clock.today())) or 0
    key = ("side", role, reader_language(), here, late)
    return _KEPT.get(key, lambda: _drawn(role, here, late))


def _drawn(role: Role, here: str | None, late: int) -> Markup:
    groups = [
        (label, [_link(place, here, late) for place in places if role in place.roles])
        for label, places in _GROUPS
    ]
    shown = [(None if label is None else str(label), links) for label, links in groups if links]
    drawn: Markup = _macros().side_navigation(shown, _("Akimat of East Kazakhstan Region"))
    return drawn


def _macros() -> Any:
    return current_app.jinja_env.get_template("components/frame.html").module


def _here(path: str) -> str | None:
    """The address of the place that holds this page: of two, the one that says more."""
    holding = [url for url in _addresses() if path.startswith(url) and url != "/"]
    return path if path == "/" else max(holding, key=len, default=None)


@cache
def _addresses() -> tuple[str, ...]:
    return tuple(url_for(place.endpoint) for _label, places in _GROUPS for place in places)


def _link(place: _Place, here: str | None, late: int) -> NavLink:
    url = url_for(place.endpoint)
    return NavLink(
        label=str(place.label),
        url=url,
        icon=place.icon,
        is_current=url == here,
        badge=late if place.endpoint == "follow_ups.index" else None,
        badge_label=_("overdue"),
    )

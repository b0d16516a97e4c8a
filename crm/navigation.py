"""The side navigation: which places there are, which one is here, what waits there."""

from dataclasses import dataclass

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_login import current_user

from crm.accounts.models import Role
from crm.core import clock
from crm.core.database import db
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
    (None, (_Place("digest.index", _l("My digest"), "envelope"),)),
    (
        _l("Administration"),
        (
            _Place("users.index", _l("Users"), "person-badge", frozenset({Role.ADMIN})),
            _Place("reference.index", _l("Reference data"), "sliders", frozenset({Role.ADMIN})),
            _Place("audit.index", _l("Audit"), "journal-text", frozenset({Role.ADMIN, Role.HEAD})),
        ),
    ),
)


def init_navigation(app: Flask) -> None:
    """Let templates ask for the navigation of the reader."""
    app.jinja_env.globals["navigation"] = navigation


def navigation() -> list[tuple[str | None, list[NavLink]]]:
    """Groups of places the reader may enter; the one that holds this page is current."""
    groups, here = [], _here()
    for label, places in _GROUPS:
        links = [_link(place, here) for place in places if current_user.role in place.roles]
        if links:
            groups.append((None if label is None else str(label), links))
    return groups


def _here() -> str | None:
    """The address of the place that holds this page: of two, the one that says more."""
    urls = [url_for(place.endpoint) for _label, places in _GROUPS for place in places]
    holding = [url for url in urls if request.path.startswith(url) and url != "/"]
    return request.path if request.path == "/" else max(holding, key=len, default=None)


def _link(place: _Place, here: str | None) -> NavLink:
    url = url_for(place.endpoint)
    is_points = place.endpoint == "follow_ups.index"
    return NavLink(
        label=str(place.label),
        url=url,
        icon=place.icon,
        is_current=url == here,
        badge=db.session.scalar(overdue_count(current_user, clock.today())) if is_points else None,
        badge_label=_("overdue"),
    )

"""The search page, and what is suggested in the header while one types."""

from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.core.listing.filters import LONGEST_SEARCH
from crm.core.names.likeness import NameKind
from crm.duplicates.services.finding import compared_with, nearest
from crm.duplicates.services.signs import Signs
from crm.search.queries.results import Results, results_of, suggestions_of

bp = Blueprint("search", __name__)
_SIMILAR = 5


@bp.get("/search")
def index() -> ResponseReturnValue:
    """Everything that fits the words typed, kind by kind."""
    typed, error = request.args.get("q", "").strip(), None
    if len(typed) > LONGEST_SEARCH:
        error = _("Type no more than %(count)s characters", count=LONGEST_SEARCH)
    results = Results([], []) if error else results_of(typed, _alike(typed))
    page = render_template("search/index.html", typed=typed, results=results, error=error)
    return page, 422 if error else 200


@bp.get("/search/suggestions")
def suggestions() -> ResponseReturnValue:
    """The first hits of each kind, a part of a page."""
    typed = request.args.get("q", "").strip()
    groups = suggestions_of(typed) if len(typed) <= LONGEST_SEARCH else []
    # Asked with every letter typed: without what a page has around it.
    template = current_app.jinja_env.get_template("search/_suggestions.html")
    return template.render(groups=groups, url=f"/search?{urlencode({'q': typed})}")


def _alike(typed: str) -> dict[str, list[int]]:
    """Ids of people and of organisations whose names are like ``typed``, the likest first."""
    signs = [Signs(kind, (typed,)) for kind in NameKind if typed]
    found = [(its, nearest(its)) for its in signs]
    return {
        its.kind.value: [one for one, _why in compared_with(its, others)[:_SIMILAR]]
        for its, others in found
    }

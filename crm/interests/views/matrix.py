"""The matrix of interests: who is interested in what, and how strongly."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from crm.core.listing.page import open_page
from crm.core.listing.query import filtered
from crm.interests.listing import INTERESTS
from crm.interests.models import SectorInterest, Strength
from crm.interests.queries.matrix import Matrix, matrix_by_country, matrix_by_organisation
from crm.interests.views.pages import switch

bp = Blueprint("interest_matrix", __name__)

_Build = Callable[[Select[SectorInterest], str | None], Matrix]


@bp.get("/interests/matrix")
def by_country() -> ResponseReturnValue:
    """Countries by sectors; each number leads to its interests."""
    return _page("/interests/matrix", "country", matrix_by_country)


@bp.get("/interests/matrix/organisations")
def by_organisation() -> ResponseReturnValue:
    """Organisations by sectors."""
    return _page("/interests/matrix/organisations", "organisation", matrix_by_organisation)


def _page(path: str, row_filter: str, build: _Build) -> ResponseReturnValue:
    page = open_page(replace(INTERESTS, path=path))
    sector = request.args.get("sector") or None
    return render_template(
        "interests/matrix.html",
        listing=page,
        matrix=build(filtered(INTERESTS, request.args), sector),
        row_filter=row_filter,
        part_url=partial(_with, path),
        url_of=_url_of,
        views=switch(path),
        strengths=list(Strength),
    )


def _url_of(strength: Strength | None = None, **narrowed: str) -> str:
    """The list with the filters of the matrix, ``narrowed`` further to one of its numbers."""
    return _with("/interests/", **narrowed, **({"strength": strength.value} if strength else {}))


def _with(path: str, /, **changed: str) -> str:
    """The address of ``path`` with the filters of this one, ``changed``."""
    kept = {name: value for name, value in request.args.items() if value}
    for name in ("page", "sort"):
        kept.pop(name, None)
    query = urlencode(kept | changed)
    return f"{path}?{query}" if query else path

"""The health of the installation, and every list as a file."""

from flask import Blueprint, Response, abort, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from crm.core.listing.answer import answer_file
from crm.core.permissions import public
from crm.core.records import listing_at
from crm.operations.queries import is_at_head

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """200 when the database answers and every migration has run, else 503."""
    try:
        problem = None if is_at_head() else "the database is not at head: run crm db upgrade"
    except SQLAlchemyError:
        problem = "the database does not answer"
    return Response(f"{problem or 'ok'}\n", 503 if problem else 200, mimetype="text/plain")


@bp.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """What browsers ask for beside a file, which names no icon as pages do."""
    return current_app.send_static_file("icon.svg")


@bp.get("/<address>.<any(csv, xlsx):extension>")
def list_file(address: str, extension: str) -> ResponseReturnValue:
    """The list at ``address``, its filters and order, as a file."""
    listing = listing_at(address)
    if listing is None:
        abort(404)
    return answer_file(listing, extension)

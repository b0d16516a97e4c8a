"""The health of the installation."""

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from crm.core.permissions import public
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

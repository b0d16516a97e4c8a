"""The page of a person's own digest."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from crm.core import clock
from crm.core.database import db
from crm.core.letters import STYLES
from crm.digest.queries.people import last_digest_of
from crm.digest.services.letter import preview_of, text_of, write_digest

bp = Blueprint("digest", __name__)


@bp.get("/digest/")
def index() -> ResponseReturnValue:
    """The reader's digest as it would be sent today, as HTML or (``?part=text``) as text."""
    part = request.args.get("part", "html")
    if part not in ("html", "text"):
        abort(400)
    is_text = part == "text"
    written = write_digest(current_user, clock.today(), base_url=None if is_text else "")
    return render_template(
        "digest/index.html",
        language=written and written.language,
        text=text_of(written) if written and is_text else None,
        preview=preview_of(written) if written and not is_text else None,
        styles=STYLES,
        last=db.session.scalar(last_digest_of(current_user)),
    )

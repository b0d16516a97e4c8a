"""Feeds, files of meetings, and the page where a person sees to their calendar."""

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from crm.accounts.models import User
from crm.accounts.services.sessions import hash_of
from crm.calendar.forms import InvitationsForm
from crm.calendar.queries import calendar_of, owner_at
from crm.calendar.services.addresses import calendar_for, make_address, switch_off
from crm.calendar.services.entries import entry_of_meeting
from crm.calendar.services.feeds import feed_of
from crm.calendar.services.files import CONTENT_TYPE, entry_file
from crm.config import Config
from crm.core.database import db
from crm.core.editing import one_or_404
from crm.core.forms import ConfirmForm
from crm.core.pages import back_to
from crm.core.permissions import public
from crm.meetings.queries import meeting_by_id

bp = Blueprint("calendar", __name__)
_SHOWN_ONCE = "calendar-address"  # in the cookie, from its making to the page that shows it once


@bp.get("/calendar/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """The calendar of whoever has this address; an unknown, old or closed one is not found."""
    owner = db.session.scalar(owner_at(hash_of(token))) or abort(404)
    answer = Response(feed_of(owner), content_type=CONTENT_TYPE)
    answer.cache_control.private = True
    answer.cache_control.no_cache = True  # kept, but asked for again: rights may have changed
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/meetings/<id:meeting_id>.ics")
def meeting(meeting_id: int) -> ResponseReturnValue:
    """One meeting as a file for any calendar program; one without a known day is told so."""
    found = one_or_404(meeting_by_id(meeting_id))
    entry = entry_of_meeting(found)
    if entry is None:
        page = url_for("meetings.detail", meeting_id=meeting_id)
        return back_to(page, _("Only a meeting whose day is known exactly fits into a calendar"))
    answer = Response(entry_file(entry), content_type=CONTENT_TYPE)
    answer.headers.set("Content-Disposition", "attachment", filename=f"meeting-{meeting_id}.ics")
    return answer


@bp.get("/account/calendar")
def index() -> ResponseReturnValue:
    """The reader's own calendar: its address, once, and whether invitations come."""
    calendar = db.session.scalar(calendar_of(current_user.id))
    token = session.pop(_SHOWN_ONCE, None)
    is_open = calendar is not None and calendar.token_hash is not None
    return render_template(
        "calendar/index.html",
        calendar=calendar if is_open else None,
        address=_address_of(token) if is_open and token else None,
        form=InvitationsForm(
            formdata=None,
            data={"has_invitations": calendar is None or calendar.has_invitations},
        ),
    )


def _address_of(token: str) -> str:
    config: Config = current_app.config["CRM"]
    return f"{config.base_url}{url_for('calendar.feed', token=token)}"


@bp.post("/account/calendar/address")
def renew() -> ResponseReturnValue:
    """Make an address, or another one in place of an address somebody else may know."""
    _confirm()
    session[_SHOWN_ONCE] = make_address(_myself())
    db.session.commit()
    return back_to(url_for(".index"), _("The address is made: copy it now"))


@bp.post("/account/calendar/address/end")
def end() -> ResponseReturnValue:
    """Let the address lead nowhere."""
    _confirm()
    switch_off(_myself())
    db.session.commit()
    session.pop(_SHOWN_ONCE, None)
    return back_to(url_for(".index"), _("The address is switched off"))


@bp.post("/account/calendar/invitations")
def invitations() -> ResponseReturnValue:
    """Take invitations by mail, or none."""
    form = InvitationsForm()
    if not form.validate_on_submit():
        abort(400)
    form.populate_obj(calendar_for(_myself()))
    db.session.commit()
    return back_to(url_for(".index"), _("Saved"))


def _confirm() -> None:
    if not ConfirmForm().validate_on_submit():
        abort(400)


def _myself() -> User:
    """The reader, locked: two buttons may be pressed at once."""
    return one_or_404(select(User).where(User.id == current_user.id))

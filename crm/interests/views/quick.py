"""Recording an interest in one step, on the page of what it was noted at."""

from collections.abc import Callable
from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select

from crm.accounts.models import WRITERS, Language
from crm.core import clock, records
from crm.core.database import db, id_of
from crm.core.editing import one_or_404
from crm.core.language import reader_language
from crm.core.pages import back_to
from crm.core.permissions import requires
from crm.countries.queries import country_by_code
from crm.countries.views.countries import country_answer
from crm.delegations.queries import delegation_page
from crm.delegations.views.pages import delegation_answer
from crm.follow_ups.services import agreed_on_of
from crm.interests.forms.beside import QuickInterestForm, Record
from crm.interests.models import SectorInterest
from crm.interests.services import settle
from crm.interests.views.pages import bp, create
from crm.meetings.models import Meeting
from crm.meetings.queries import meeting_by_id
from crm.meetings.views.pages import meeting_page
from crm.organisations.queries import organisation_by_id
from crm.organisations.views.organisations import organisation_answer

# By the table of the record: what reads it, and what answers with its page.
_PLACES: dict[str, tuple[Callable[[Any], Select[Any]], Callable[..., ResponseReturnValue]]] = {
    "meetings": (meeting_by_id, meeting_page),
    "delegations": (delegation_page, delegation_answer),
    "organisations": (organisation_by_id, organisation_answer),
    "countries": (country_by_code, country_answer),
}


@bp.post("/interests/")
@requires(*WRITERS)
def record() -> ResponseReturnValue:
    """One more interest; refused, the page it was typed on answers, with what was typed."""
    if not request.form.get("beside"):
        return create()
    table, _dash, key = request.form["beside"].partition("-")
    read, answer = _PLACES.get(table) or abort(404)
    place = one_or_404(read(key if table == "countries" else id_of(key) or abort(404)))
    form = QuickInterestForm(place)
    if not form.validate_on_submit():
        return answer(place, form)
    interest = _interest_at(place)
    form.fill(interest)
    settle(interest)
    db.session.commit()
    home = records.kind_of(place).url(records.identity(place))
    return back_to(f"{home}#interests", _("Interest recorded"))


def _interest_at(place: Record) -> SectorInterest:
    """An interest of the present user, with what the page it is recorded on knows of it."""
    interest = SectorInterest(
        officer_id=current_user.id, text_language=Language(reader_language()), team=[]
    )
    if isinstance(place, Meeting):
        interest.meeting_id, interest.text_language = place.id, place.text_language
        interest.noted_on = agreed_on_of(place, clock.today())
    return interest

"""What the form of a new project begins with, by the address it was opened at."""

from typing import Any

from flask import abort, request
from flask_login import current_user
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from crm.core.database import db
from crm.core.editing import id_in_address, in_use
from crm.core.language import worded
from crm.countries.models import Country
from crm.interests.models import SectorInterest
from crm.meetings.models import Meeting
from crm.meetings.queries import meeting_by_id
from crm.organisations.models import Organisation
from crm.organisations.queries import organisation_by_id
from crm.projects.models.terms import ProjectRole


def presets() -> dict[str, Any]:
    """By field; 404 for what of the address is unknown, or not for this reader."""
    given: dict[str, Any] = {"officer_id": current_user.id}
    meeting = asked_meeting()
    if meeting is not None:
        given |= _of_meeting(meeting)
    if "interest" in request.args:
        given |= _of_interest(_asked("interest", _interest))
    if "organisation" in request.args:
        given |= _of_investor(_asked("organisation", organisation_by_id))
    country = request.args.get("country")
    if country is not None:
        given["country"] = (db.session.get(Country, country) or abort(404)).code
    return given


def asked_meeting() -> Meeting | None:
    """The meeting the new project comes out of; None when the address names none."""
    return _asked("meeting", meeting_by_id) if "meeting" in request.args else None


def _asked(name: str, find: Any) -> Any:
    record = db.session.scalars(find(id_in_address(name))).unique().one_or_none()
    return in_use(record or abort(404))


def _interest(interest_id: int) -> Select[SectorInterest]:
    return (
        select(SectorInterest)
        .where(SectorInterest.id == interest_id)
        .options(joinedload(SectorInterest.organisation), joinedload(SectorInterest.delegation))
    )


def _of_meeting(meeting: Meeting) -> dict[str, Any]:
    company = meeting.only_company
    given = {} if company is None else _of_investor(company)
    given |= {"country": meeting.country_code, "text_language": meeting.text_language}
    sectors = [link.sector_code for link in meeting.sector_links]  # those in focus first
    return given | ({"sector": sectors[0]} if sectors else {})


def _of_interest(interest: SectorInterest) -> dict[str, Any]:
    given: dict[str, Any] = {"sector": interest.sector_code}
    if interest.organisation is not None:
        return given | _of_investor(interest.organisation)
    whose = interest.delegation
    country = interest.country_code or (None if whose is None else whose.country_code)
    return given if country is None else given | {"country": country}


def _of_investor(organisation: Organisation) -> dict[str, Any]:
    name = worded(organisation, "name").text
    row = {"organisation": name, "role": ProjectRole.INVESTOR}
    return {"country": organisation.country_code, "participants": [row]}

"""Recording interests; flushed, never committed."""

from sqlalchemy import select

from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.countries.services import make_partner
from crm.delegations.models.delegation import Delegation
from crm.interests.models import SectorInterest
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation


def settle(interest: SectorInterest) -> None:
    """Add ``interest``, filled in, and make the country of who is interested a partner.

    Not for what is hidden from anybody: the list of partner countries is for all eyes.
    """
    db.session.add(interest)
    db.session.flush()
    with seeing_everything():
        meeting = db.session.get(Meeting, interest.meeting_id or 0)
        delegation = db.session.get(Delegation, interest.delegation_id or 0)
    is_hidden = any(one is not None and one.restricted for one in (interest, meeting, delegation))
    if is_hidden:
        return
    of_organisation = select(Organisation.country_code).where(
        Organisation.id == interest.organisation_id
    )
    code = interest.country_code or (delegation and delegation.country_code)
    make_partner(code or db.session.scalar(of_organisation) or "")

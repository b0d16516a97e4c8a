"""Records for tests: plain functions, each with a valid default record, committed."""

from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import count

from flask import current_app
from sqlalchemy import select

from crm.accounts.models import Department, Role, User
from crm.accounts.services.passwords import set_password
from crm.core import clock, records
from crm.core.database import db
from crm.core.ledger import Delivery
from crm.countries.models import Country, TradeFact
from crm.delegations.models.delegation import Delegation, ProgrammeItem
from crm.documents.models import Document
from crm.documents.services.store import store
from crm.follow_ups.models.extensions import ExtensionRequest
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpKind
from crm.interests.models import SectorInterest
from crm.lists.models import BulkChange, BulkRecord
from crm.meetings.models import Meeting, Participant, Side
from crm.merges.services.merging import both, merge
from crm.organisations.models import Appointment, Organisation, OrganisationKind, Person
from crm.projects.models.parts import Problem, ProjectAmount, ProjectMeeting, ProjectParticipant
from crm.projects.models.project import InvestmentProject
from crm.reference.models import CalculationIndex, District, ExchangeRate, Sector, WorkingDay

PASSWORD = "correct horse battery"
MORNING = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # 08:30 here
_number = count(1)


@cache
def _hash():
    """One slow hash serves every user of a test run."""
    user = User()
    set_password(user, PASSWORD)
    return user.password_hash


_waiting = []


@contextmanager
def together():
    """Records made inside are committed at once: a commit each takes longest of a large world."""
    _waiting.append(True)
    try:
        yield
    finally:
        _waiting.pop()
    db.session.commit()


def _kept(record):
    db.session.add(record)
    if _waiting:
        db.session.flush()
    else:
        db.session.commit()
    return record


def make_user(role="officer", **given):
    number = next(_number)
    given = {
        "email": f"user{number}@test.example",
        "name": f"User {number}",
        "password_hash": _hash(),
        "language": "en",
        **given,
    }
    if password := given.pop("password", None):
        user = User(role=Role(role), **given)
        if password != PASSWORD:
            set_password(user, password)
        return _kept(user)
    return _kept(User(role=Role(role), **given))


def some_user():
    """The first user there is, or a new officer."""
    return db.session.scalar(select(User).order_by(User.id).limit(1)) or make_user()


def make_department(**given):
    return _kept(Department(**{"name_en": "Department of Entrepreneurship", **given}))


def make_country(code="DE", name="Germany", **given):
    found = db.session.get(Country, code)
    return found or _kept(
        Country(**{"code": code, "name_kk": name, "name_en": name, "is_partner": True, **given})
    )


def make_sector(code="MET", name="Metallurgy", **given):
    parent = code.partition(".")[0] if "." in code else None
    return _kept(Sector(**{"code": code, "name_en": name, "parent_code": parent, **given}))


def make_district(code="631010000", name="Oskemen", **given):
    return _kept(District(**{"code": code, "name_en": name, **given}))


def make_working_day(**given):
    return _kept(
        WorkingDay(**{"day": date(2026, 5, 4), "kind": "working", "decree": "No. 1000", **given})
    )


def make_trade_fact(**given):
    make_country(given.get("country_code", "DE"))
    return _kept(
        TradeFact(
            **{
                "country_code": "DE",
                "indicator": "turnover",
                "value_minor": 3_950_000_000,
                "currency": "USD",
                "period_from": clock.today().replace(month=1, day=1),
                "source": "akimat",
                **given,
            }
        )
    )


def make_organisation(**given):
    make_country(given.get("country_code", "DE"))
    return _kept(
        Organisation(
            **{
                "name_en": f"Organisation {next(_number)}",
                "kind": OrganisationKind.COMPANY,
                "country_code": "DE",
                **given,
            }
        )
    )


def make_person(**given):
    return _kept(
        Person(**{"family_name": f"Kinne{next(_number)}", "given_name": "Ulrich", **given})
    )


def make_appointment(**given):
    given.setdefault("person", None) or given.update(person=make_person())
    given.setdefault("organisation", None) or given.update(organisation=make_organisation())
    return _kept(Appointment(**{"position_en": "Director", **given}))


def make_delegation(**given):
    make_country(given.get("country_code", "DE"))
    return _kept(
        Delegation(
            **{
                "title": "German delegation",
                "country_code": "DE",
                "officer": given.pop("officer", None) or some_user(),
                **given,
            }
        )
    )


def make_programme_item(delegation=None, **given):
    delegation = delegation or make_delegation()
    return _kept(ProgrammeItem(delegation_id=delegation.id, **{"title": "Dinner", **given}))


def make_meeting(**given):
    make_country(given.get("country_code", "DE"))
    return _kept(
        Meeting(
            **{
                "title": "Working meeting",
                "country_code": "DE",
                "officer": given.pop("officer", None) or some_user(),
                "date_precision": "day" if given.get("held_on") else "unknown",
                **given,
            }
        )
    )


def make_participant(**given):
    meeting = given.pop("meeting", None) or make_meeting()
    return _kept(
        Participant(meeting_id=meeting.id, **{"side": Side.PARTNER, "group_text": "Firms", **given})
    )


def make_follow_up(**given):
    return _kept(
        FollowUp(
            **{
                "text": "Exchange of experience",
                "kind": FollowUpKind.CONSULTATION,
                "owner": given.pop("owner", None) or some_user(),
                "status_since": clock.today(),
                **given,
            }
        )
    )


def make_extension_request(point, **given):
    """A wish of the point's owner for a later deadline, not decided yet."""
    return _kept(
        ExtensionRequest(
            follow_up_id=point.id,
            **{
                "asked_by_id": point.owner_id,
                "asked_on": clock.today(),
                "old_due_on": point.due_on,
                "reason": "The partner asked",
                **given,
            },
        )
    )


def make_bulk_change(point, **given):
    """A change of ``point`` alone, previewed by its owner."""
    records = [BulkRecord(record_id=point.id, version=point.version)]
    given = {"action": "archive", "user_id": point.owner_id, **given}
    return _kept(BulkChange(listing="follow-ups", records=records, **given))


def make_delivery(user=None, **given):
    """A digest of 24 November 2026 that was sent to ``user``."""
    user = user or make_user()
    given = {
        "purpose": "digest",
        "period": "2026-11-24",
        "address": user.email,
        "message_id": f"<digest.{user.id}@crm.example>",
        "status": "sent",
        "attempts": 1,
        "queued_at": MORNING,
        "attempted_at": MORNING,
        **given,
    }
    return _kept(Delivery(recipient_id=user.id, **given))


def make_merge(kept=None, merged=None, **choices):
    """``merged`` made one with ``kept``, two organisations unless others are given."""
    kept, merged = kept or make_organisation(), merged or make_organisation()
    db.session.flush()
    two = both(records.kind_of(kept), kept.id, merged.id, locked=True)
    return _kept(merge(*two, choices, None))


def make_rate(currency="USD", rate=520, rated_on=date(2026, 11, 1), **given):
    """``rate`` tenge for one unit of ``currency`` from ``rated_on`` on."""
    micro = int(Decimal(str(rate)) * 1_000_000)
    return _kept(ExchangeRate(currency=currency, tenge_micro=micro, rated_on=rated_on, **given))


def make_calculation_index(year=2026, tenge=4325, **given):
    return _kept(CalculationIndex(year=year, value_minor=tenge * 100, **given))


def make_project(**given):
    """A project with ``code`` IP-2026-NNNN, active, at the stage of a proposal."""
    make_country(given.get("country_code", "DE"))
    if given.get("sector_code", "MET") == "MET" and db.session.get(Sector, "MET") is None:
        make_sector()
    return _kept(
        InvestmentProject(
            **{
                "code": f"IP-2026-{next(_number):04}",
                "title_en": "Gas production",
                "country_code": "DE",
                "sector_code": "MET",
                "stage_since": clock.today(),
                "status_since": clock.today(),
                "officer": given.pop("officer", None) or some_user(),
                **given,
            }
        )
    )


def make_amount(project, millions=100, currency="KZT", **given):
    """A sum of ``millions`` of whole units, announced and undated unless ``given`` says more."""
    minor = int(Decimal(str(millions)) * 100_000_000)
    given.setdefault("date_precision", "day" if given.get("dated_on") else "unknown")
    return _kept(
        ProjectAmount(
            project_id=project.id,
            **{"kind": "announced", "value_minor": minor, "currency": currency, **given},
        )
    )


def make_project_participant(project, **given):
    organisation = given.pop("organisation", None) or make_organisation()
    return _kept(
        ProjectParticipant(
            project_id=project.id,
            organisation_id=organisation.id,
            **{"role": "investor", **given},
        )
    )


def make_problem(project, **given):
    return _kept(
        Problem(project_id=project.id, **{"text": "No grid", "since_on": clock.today(), **given})
    )


def make_document(record, content=b"%PDF-1.7 %%EOF", **given):
    """A document of ``record`` whose ``content`` is kept in the folder of the present app."""
    adder = given.pop("added_by", None) or some_user()
    return _kept(
        Document(
            record_kind=records.kind_of(record).name,
            record_id=records.identity(record),
            size=len(content),
            sha256=store(current_app.config["CRM"].instance_path, BytesIO(content)),
            added_by_id=adder.id,
            **{"name": "Minutes.pdf", "type": "pdf", "team": [], **given},
        )
    )


def make_project_meeting(project, meeting):
    return _kept(ProjectMeeting(project_id=project.id, meeting_id=meeting.id))


def make_interest(**given):
    """An interest of Germany in metallurgy, unless ``given`` says whose and in what."""
    if not any(given.get(who) for who in ("organisation_id", "delegation_id", "country_code")):
        given["country_code"] = make_country().code
    if given.get("sector_code", "MET") == "MET" and db.session.get(Sector, "MET") is None:
        make_sector()
    return _kept(
        SectorInterest(
            **{
                "sector_code": "MET",
                "officer": given.pop("officer", None) or some_user(),
                **given,
            }
        )
    )

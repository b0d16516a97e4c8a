"""Worlds of some sixty records a kind at once, out of a seed: ties, gaps, secrets, an archive."""

from datetime import UTC, date, datetime, timedelta

from crm.accounts.models import User
from crm.core.database import db
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation
from crm.documents.models import Document
from crm.follow_ups.models.follow_up import FollowUp
from crm.follow_ups.models.terms import FollowUpKind, FollowUpStatus
from crm.interests.models import SectorInterest, Strength
from crm.meetings.models import Meeting, MeetingStatus
from crm.organisations.models import Organisation, OrganisationKind, Person
from crm.projects.models.parts import ProjectAmount
from crm.projects.models.project import InvestmentProject
from crm.projects.models.terms import Stage
from crm.reference.models import ExchangeRate, Sector
from tests.factories import make_user

MANY = 60
CODES = ("DE", "TR", "CN", "KR", "FR", "UZ")
_NAMES = ("Өскемен", "Алтай", "Әлем", "=1+1", "Zinc", "Émile", "Қазмыс", "2030", "Іле")
_DAY = date(2026, 10, 1)


def fill(random, readers):
    """Records of every kind, kept by ``readers`` (users by role) and others."""
    keepers = [*readers.values(), *(make_user(name=random.choice(_NAMES)) for _ in range(3))]
    db.session.add_all(_reference(random))
    db.session.flush()
    of_day = random.choice((6, 40))

    def day():
        return random.choice((None, *(_DAY + timedelta(days=random.randrange(of_day)),) * 4))

    def common():
        kept = random.random() < 0.25
        gone = random.random() < 0.1
        return {
            "restricted": kept,
            "team": random.sample(keepers, 1) if kept and random.random() < 0.3 else [],
            "archived_at": datetime(2026, 11, 1, tzinfo=UTC) if gone else None,
            "archive_reason": "twice" if gone else None,
        }

    def keeper():
        return random.choice(keepers)

    def name():
        return random.choice(_NAMES)

    def code():
        return random.choice(CODES)

    organisations = [
        Organisation(
            **{f"name_{random.choice(('kk', 'ru', 'en'))}": name()},
            kind=random.choice(list(OrganisationKind)),
            country_code=code(),
        )
        for _ in range(MANY)
    ]
    people = [Person(family_name=name(), given_name=name()) for _ in range(MANY)]
    delegations = [
        Delegation(
            title=name(),
            country_code=code(),
            officer=keeper(),
            **_dated("arrives_on", day()),
            **common(),
        )
        for _ in range(MANY)
    ]
    db.session.add_all([*organisations, *people, *delegations])
    db.session.flush()
    meetings = [
        Meeting(
            title=name(),
            country_code=code(),
            officer=keeper(),
            status=random.choice(list(MeetingStatus)),
            delegation_id=random.choice((None, random.choice(delegations).id)),
            **_dated("held_on", day()),
            **common(),
        )
        for _ in range(MANY)
    ]
    projects = [
        InvestmentProject(
            **{f"title_{random.choice(('kk', 'ru', 'en'))}": name()},
            code=f"IP-2026-{number:04}",
            country_code=code(),
            sector_code=random.choice(("MET", "AGR")),
            stage=random.choice(list(Stage)),
            stage_since=_DAY + timedelta(days=random.randrange(of_day)),
            status_since=_DAY,
            officer=keeper(),
            next_step_on=day(),
            amounts=[_amount(random)] if random.random() < 0.7 else [],
            **common(),
        )
        for number in range(MANY)
    ]
    db.session.add_all([*meetings, *projects])
    db.session.flush()
    points = [
        FollowUp(
            text=name(),
            kind=random.choice(list(FollowUpKind)),
            owner=keeper(),
            country_code=random.choice((None, code())),
            meeting_id=random.choice((None, random.choice(meetings).id)),
            project_id=random.choice((None, None, random.choice(projects).id)),
            status=(status := random.choice(list(FollowUpStatus))),
            outcome="Held" if status in ("done", "off_control") else None,
            status_since=_DAY,
            due_on=day(),
            executors=[],
            **common(),
        )
        for _ in range(MANY)
    ]
    interests = [
        SectorInterest(
            **random.choice(
                (
                    {"country_code": code()},
                    {"organisation_id": random.choice(organisations).id},
                    {"delegation_id": random.choice(delegations).id},
                )
            ),
            sector_code=random.choice(("MET", "AGR")),
            officer=keeper(),
            strength=random.choice(list(Strength)),
            noted_on=day(),
            meeting_id=random.choice((None, random.choice(meetings).id)),
            **common(),
        )
        for _ in range(MANY)
    ]
    documents = [
        Document(
            record_kind="meeting",
            record_id=str(random.choice(meetings).id),
            name=f"{name()}.pdf",
            type=random.choice(("pdf", "txt")),
            size=random.choice((1, 1000, 5_000_000_000)),
            sha256=f"{random.randrange(9):064}",
            added_at=datetime(2026, 10, random.choice((1, 2)), 5, tzinfo=UTC),
            added_by=keeper(),
            **common(),
        )
        for _ in range(MANY)
    ]
    db.session.add_all([*points, *interests, *documents, *_rates(random), *_users(random)])
    db.session.commit()


def _dated(name, day):
    return {name: day, "date_precision": "unknown" if day is None else "day"}


def _amount(random):
    return ProjectAmount(
        kind="announced",
        value_minor=random.choice((10**9, 2 * 10**9, 74_500_000_000_000_07)),
        currency=random.choice(("KZT", "USD", "XAU")),
        date_precision="unknown",
    )


def _reference(random):
    countries = [
        Country(code=one, name_kk=random.choice(_NAMES), name_en=one, is_partner=True)
        for one in CODES
    ]
    return [*countries, Sector(code="MET", name_en="Metals"), Sector(code="AGR", name_kk="Ауыл")]


def _rates(random):
    days = random.sample(range(200), 40)
    return [
        ExchangeRate(
            currency=random.choice(("USD", "EUR")),
            tenge_micro=520_000_000 + one,
            rated_on=_DAY + timedelta(days=one),
        )
        for one in days
    ]


def _users(random):
    return [
        User(
            role=random.choice(("officer", "viewer")),
            email=f"n{number}@test.example",
            name=random.choice(_NAMES),
            password_hash="",
        )
        for number in range(30)
    ]

"""What is in the database already, for new records to point at: ids, kept small."""

from array import array
from collections import defaultdict
from collections.abc import MutableSequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from crm.accounts.models import WRITERS, Department, Role, User
from crm.core.database import db
from crm.countries.models import HOME
from crm.demo.services.volume.chance import Chance
from crm.organisations.models import Appointment, Organisation, Person
from crm.reference.models import District, Sector


def ids_of(model: Any) -> MutableSequence[int]:
    """The ids of the records of ``model`` in use, in order."""
    table = model.__table__
    found = select(table.c.id).where(table.c.archived_at.is_(None)).order_by(table.c.id)
    return array("l", db.session.scalars(found))


@dataclass(frozen=True)
class Staff:
    """Who works here: ids of users and departments in use."""

    officers: list[int]  # who may write
    heads: list[int]
    departments: list[int]
    readers: list[int]  # everybody with a sign-in

    @classmethod
    def found(cls) -> "Staff":
        """Those in the database now."""
        users = db.session.scalars(select(User).where(User.is_active).order_by(User.id)).all()
        departments = Department.__table__.c
        return cls(
            [one.id for one in users if one.role in WRITERS],
            [one.id for one in users if one.role == Role.HEAD],
            list(
                db.session.scalars(
                    select(departments.id)
                    .where(departments.archived_at.is_(None))
                    .order_by(departments.id)
                )
            ),
            [one.id for one in users],
        )

    def officer(self, chance: Chance) -> int:
        """Somebody who records: a few have most of the work."""
        return self.officers[int(len(self.officers) * chance.random() ** 1.5)]

    def team(self, chance: Chance, besides: int) -> list[int]:
        """Up to three others who see a restricted record."""
        picked = {chance.choice(self.readers) for _ in range(chance.randrange(1, 4))}
        return sorted(picked - {besides})


@dataclass(frozen=True)
class Partners:
    """Organisations in use and posts held there, by country."""

    organisations: dict[str, MutableSequence[int]] = field(
        default_factory=lambda: defaultdict(_ids)
    )
    posts: dict[str, tuple[MutableSequence[int], MutableSequence[int]]] = field(
        default_factory=lambda: defaultdict(lambda: (_ids(), _ids()))
    )

    @classmethod
    def found(cls) -> "Partners":
        """Those in the database now."""
        made = cls()
        bodies, people, posts = Organisation.__table__.c, Person.__table__.c, Appointment.__table__
        in_use = select(bodies.country_code, bodies.id).where(bodies.archived_at.is_(None))
        for country, one in db.session.execute(in_use.order_by(bodies.id)):
            made.organisations[country].append(one)
        held = (
            select(bodies.country_code, posts.c.person_id, posts.c.organisation_id)
            .join(Organisation.__table__, bodies.id == posts.c.organisation_id)
            .join(Person.__table__, people.id == posts.c.person_id)
            .where(
                bodies.archived_at.is_(None),
                people.archived_at.is_(None),
                posts.c.valid_to.is_(None),
            )
            .order_by(posts.c.id)
        )
        for country, person, organisation in db.session.execute(held):
            made.posts[country][0].append(person)
            made.posts[country][1].append(organisation)
        return made

    def organisation(self, country: str, chance: Chance) -> int | None:
        """An organisation of ``country``; None when there is none."""
        known = self.organisations.get(country)
        return chance.choice(known) if known else None

    def holder(self, country: str, chance: Chance) -> tuple[int, int] | None:
        """A person of ``country`` with the organisation they are of; None when there is none."""
        known = self.posts.get(country)
        if known is None:
            return None
        place = chance.randrange(len(known[0]))
        return known[0][place], known[1][place]

    def neighbour(self, country: str, chance: Chance) -> int | None:
        """An organisation of ``country``, else one of our own; None when there is neither."""
        return self.organisation(country, chance) or self.organisation(HOME, chance)


@dataclass(frozen=True)
class Lists:
    """Codes of what is chosen from: sectors of the second level, or without one, and districts."""

    sectors: list[str]
    districts: list[str]

    @classmethod
    def found(cls) -> "Lists":
        """Those in use now."""
        sectors, districts = Sector.__table__.c, District.__table__.c
        return cls(
            list(
                db.session.scalars(
                    select(sectors.code).where(sectors.archived_at.is_(None)).order_by(sectors.code)
                )
            ),
            list(
                db.session.scalars(
                    select(districts.code)
                    .where(districts.archived_at.is_(None))
                    .order_by(districts.code)
                )
            ),
        )

    def some_sectors(self, chance: Chance, most: int) -> list[str]:
        """From one to ``most`` different sectors."""
        return chance.sample(self.sectors, chance.randrange(1, most + 1))


def _ids() -> MutableSequence[int]:
    return array("l")

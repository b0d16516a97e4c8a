"""Organisations, people, and the posts people hold there for a time."""

from datetime import date
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.core.database import (
    Archivable,
    Keyed,
    Model,
    NamedInLanguages,
    SortKey,
    Versioned,
)
from crm.core.language import LANGUAGES, fold, fold_all, sort_key
from crm.core.trail import Audited, AuditedPart
from crm.core.words import Term
from crm.countries.models import Country
from crm.reference.models import Sector


class OrganisationKind(Term):
    """What an organisation is."""

    COMPANY = "company", _l("Company")
    EMBASSY = "embassy", _l("Embassy")
    CONSULATE = "consulate", _l("Consulate General")
    MINISTRY = "ministry", _l("Ministry")
    CHAMBER = "chamber", _l("Chamber of commerce")
    DEVELOPMENT_INSTITUTION = "development_institution", _l("Development institution")
    STATE_BODY = "state_body", _l("State body")
    UNIVERSITY = "university", _l("University")
    OTHER = "other", _l("Other")


organisation_sectors = Table(
    "organisation_sectors",
    Model.metadata,
    Column("organisation_id", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "sector_code", ForeignKey("sectors.code", ondelete="RESTRICT"), primary_key=True, index=True
    ),
)


class Organisation(Audited, Versioned, Archivable, NamedInLanguages, Model):
    """A company, embassy or body that takes part; never a person."""

    __tablename__ = "organisations"
    __audited_links__: ClassVar = {"sectors": ("code",)}
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind]
    country_code: Mapped[str] = mapped_column(
        ForeignKey("countries.code", ondelete="RESTRICT"), index=True
    )
    bin: Mapped[str | None] = mapped_column(String(12), unique=True)
    website: Mapped[str | None] = mapped_column(String(500))
    aliases: Mapped[str | None]  # one a line
    note: Mapped[str | None]
    country: Mapped[Country] = relationship(lazy="raise_on_sql")
    sectors: Mapped[list[Sector]] = relationship(
        secondary=organisation_sectors, lazy="raise_on_sql", order_by=Sector.code
    )

    def search_words(self) -> tuple[str | None, ...]:
        return self.name_kk, self.name_ru, self.name_en, self.aliases, self.bin


class Rank(Term):
    """Diplomatic rank, highest first: protocol decides by it who receives whom."""

    AMBASSADOR = "ambassador", _l("Ambassador")
    CONSUL_GENERAL = "consul_general", _l("Consul general")
    COUNSELLOR = "counsellor", _l("Counsellor")
    CONSUL = "consul", _l("Consul")
    FIRST_SECRETARY = "first_secretary", _l("First secretary")
    SECOND_SECRETARY = "second_secretary", _l("Second secretary")
    THIRD_SECRETARY = "third_secretary", _l("Third secretary")
    ATTACHE = "attache", _l("Attaché")


class Person(Audited, Versioned, Archivable, Keyed, Model):
    """A human being; business data only (law 94-V: no IIN, birth date or home address)."""

    __tablename__ = "people"
    __unaudited__ = frozenset({"name_key", "match_key"})
    id: Mapped[int] = mapped_column(primary_key=True)
    family_name: Mapped[str] = mapped_column(String(200))
    given_name: Mapped[str | None] = mapped_column(String(200))
    patronymic: Mapped[str | None] = mapped_column(String(200))
    name_kk: Mapped[str | None] = mapped_column(String(500))
    name_ru: Mapped[str | None] = mapped_column(String(500))
    name_en: Mapped[str | None] = mapped_column(String(500))
    name_latin: Mapped[str | None] = mapped_column(String(500))
    aliases: Mapped[str | None]  # one a line
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None]
    name_key: Mapped[str | None] = mapped_column(SortKey(), index=True)
    search_text: Mapped[str] = mapped_column(default="")

    @property
    def name(self) -> str:
        """Given name first, as people are introduced; the patronymic stays on the page."""
        return " ".join(part for part in (self.given_name, self.family_name) if part)

    def name_in(self, language: str) -> str:
        """The full name given for ``language``, else the name as recorded."""
        named: str | None = getattr(self, f"name_{language}")
        return named or self.name

    def derive_keys(self) -> None:
        self.name_key = sort_key(f"{self.family_name} {self.given_name or ''}")
        names = [self.name, *(getattr(self, f"name_{code}") for code in LANGUAGES)]
        backward = " ".join(filter(None, (self.family_name, self.given_name, self.patronymic)))
        self.search_text = fold_all(
            *names, backward, self.name_latin, self.aliases, self.email, self.phone
        )

    def is_called(self, name: str) -> bool:
        """Whether ``name`` is one of the person's full names, in any spelling recorded."""
        wanted = " ".join(fold(name).split())
        family_first = f"{self.family_name} {self.given_name or ''}"
        named = (self.name, family_first, self.name_kk, self.name_ru, self.name_en, self.name_latin)
        spellings = [*named, *(self.aliases or "").splitlines()]
        return any(" ".join(fold(text).split()) == wanted for text in spellings if text)


class Appointment(AuditedPart, Model):
    """A post of a person at an organisation, for a span of time."""

    __tablename__ = "appointments"
    __parent__ = "person"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span_in_order"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="RESTRICT"), index=True
    )
    position_kk: Mapped[str | None] = mapped_column(String(500))
    position_ru: Mapped[str | None] = mapped_column(String(500))
    position_en: Mapped[str | None] = mapped_column(String(500))
    rank: Mapped[Rank | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")

    def holds_on(self, day: date) -> bool:
        """Whether the post is held on ``day``; an open end counts as still held."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or self.valid_to >= day)

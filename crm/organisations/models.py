"""Organisations, people, and the posts people hold there for a time."""

import re
from datetime import date
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Language
from crm.core.database import (
    Keyed,
    Lines,
    Mergeable,
    Model,
    NamedInLanguages,
    SortKey,
    Versioned,
)
from crm.core.language import LANGUAGES, fold, sort_key, spoken_language
from crm.core.phones import national_digits, phone_text
from crm.core.tokens import country_mark, tokens_text
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


class BinFault(Term):
    """What is wrong with a business identification number (order of the Minister of Justice 423
    of 27 Jun 2023; the check digit by the rules of IIN, order of the MIA 521 of 29 Jun 2023).
    """

    LENGTH = "length", _l("A BIN has exactly 12 digits")
    MONTH = "month", _l("This is no BIN: digits 3 and 4 are a month, 01 to 12")
    IIN = "iin", _l("This looks like the IIN of a person: no such number is kept here")
    HOLDER = "holder", _l("This is no BIN: the fifth digit is 4, 5 or 6")
    BRANCH = "branch", _l("This is no BIN: the sixth digit is 0, 1, 2, 3 or 4")
    CHECK_DIGIT = "check_digit", _l("Invalid BIN: the check digit does not match")


def bin_fault(text: str) -> BinFault | None:
    """The first thing wrong with the BIN ``text``, None for a well-formed one."""
    if len(text) != 12 or not (text.isascii() and text.isdecimal()):
        return BinFault.LENGTH
    if not 1 <= int(text[2:4]) <= 12:
        return BinFault.MONTH
    if text[4] in "0123":  # a day of birth begins here
        return BinFault.IIN
    if text[4] not in "456":
        return BinFault.HOLDER
    if text[5] not in "01234":
        return BinFault.BRANCH
    return None if _check_digit(text) == int(text[11]) else BinFault.CHECK_DIGIT


_TWELVE_DIGITS = re.compile(r"(?<![\d+])\d(?:[ -]?\d){11}(?!\d)", re.ASCII)


def holds_iin(text: str) -> bool:
    """Whether ``text`` has a number in it that has the shape of an individual's IIN.

    A day of birth, century and sex, check digit (order of the MIA 521 of 29 Jun 2023).
    """
    return any(_is_iin(re.sub(r"\D", "", found)) for found in _TWELVE_DIGITS.findall(text))


def _is_iin(text: str) -> bool:
    is_born = 1 <= int(text[2:4]) <= 12 and 1 <= int(text[4:6]) <= 31 and text[6] in "0123456"
    return is_born and _check_digit(text) == int(text[11])


def _check_digit(text: str) -> int | None:
    digits = [int(digit) for digit in text[:11]]
    for weights in (range(1, 12), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
        rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if rest != 10:
            return rest
    return None  # no number begins with these digits


organisation_sectors = Table(
    "organisation_sectors",
    Model.metadata,
    Column("organisation_id", ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "sector_code", ForeignKey("sectors.code", ondelete="RESTRICT"), primary_key=True, index=True
    ),
)


_IN_USE, _KEPT_OUT = text("archived_at IS NULL"), text("archived_at IS NOT NULL")


class Organisation(Audited, Versioned, Mergeable, NamedInLanguages, Model):
    """A company, embassy or body that takes part; never a person."""

    __tablename__ = "organisations"
    __audited_links__: ClassVar = {"sectors": ("code",)}
    __table_args__ = (
        Index("ix_organisations_country", "country_code", "archived_at", "id"),
        *(
            Index(  # the page of a country names the first of them, and counts all
                f"ix_organisations_country_{code}",
                "country_code",
                f"name_key_{code}",
                sqlite_where=_IN_USE,
                postgresql_where=_IN_USE,
            )
            for code in LANGUAGES
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind]
    country_code: Mapped[str] = mapped_column(ForeignKey("countries.code", ondelete="RESTRICT"))
    bin: Mapped[str | None] = mapped_column(String(12), unique=True)
    website: Mapped[str | None] = mapped_column(String(500))
    aliases: Mapped[tuple[str, ...]] = mapped_column(Lines(), nullable=True, default=())
    note: Mapped[str | None]
    text_language: Mapped[Language] = mapped_column(default=Language.KK)
    country: Mapped[Country] = relationship(lazy="raise_on_sql")
    sectors: Mapped[list[Sector]] = relationship(
        secondary=organisation_sectors, lazy="raise_on_sql", order_by=Sector.code
    )

    def search_texts(self) -> tuple[str | None, ...]:
        return self.name_kk, self.name_ru, self.name_en, *(self.aliases or ())

    def search_spellings(self) -> tuple[str | None, ...]:
        return (self.bin,)

    def search_marks(self) -> tuple[str, ...]:
        return country_mark(self.country_code)


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


class ConsentBasis(Term):
    """Why a person's contact data may be kept (law 94-V of 21 May 2013, articles 7 to 9)."""

    WRITTEN = "written", _l("Consent in writing")
    ELECTRONIC = "electronic", _l("Consent by e-mail")
    PUBLIC_SOURCE = "public_source", _l("Published by the person or in mass media")
    OFFICIAL_DUTY = "official_duty", _l("Duty of a state body by law")


class Person(Audited, Versioned, Mergeable, Keyed, Model):
    """A human being; business data only (law 94-V: no IIN, birth date or home address)."""

    __tablename__ = "people"
    __unaudited__ = frozenset({"name_key"})
    __told_to_writers__ = frozenset({"emails", "phones"})
    __table_args__ = (
        CheckConstraint("consent_withdrawn_on >= consent_on", name="consent_in_order"),
        Index("ix_people_archived", "id", sqlite_where=_KEPT_OUT, postgresql_where=_KEPT_OUT),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    family_name: Mapped[str] = mapped_column(String(200))
    given_name: Mapped[str | None] = mapped_column(String(200))
    patronymic: Mapped[str | None] = mapped_column(String(200))
    name_kk: Mapped[str | None] = mapped_column(String(500))
    name_ru: Mapped[str | None] = mapped_column(String(500))
    name_en: Mapped[str | None] = mapped_column(String(500))
    name_latin: Mapped[str | None] = mapped_column(String(500))
    aliases: Mapped[tuple[str, ...]] = mapped_column(Lines(), nullable=True, default=())
    emails: Mapped[tuple[str, ...]] = mapped_column(Lines(), nullable=True, default=())
    phones: Mapped[tuple[str, ...]] = mapped_column(  # E.164
        Lines(phone_text), nullable=True, default=()
    )
    languages: Mapped[tuple[str, ...]] = mapped_column(  # ISO 639-1
        Lines(spoken_language), nullable=True, default=()
    )
    consent_basis: Mapped[ConsentBasis | None]
    consent_on: Mapped[date | None]
    consent_withdrawn_on: Mapped[date | None]
    note: Mapped[str | None]
    text_language: Mapped[Language] = mapped_column(default=Language.KK)
    name_key: Mapped[str | None] = mapped_column(SortKey(), index=True)
    search_text: Mapped[str] = mapped_column(default="")
    # Held ones first, then the newest; read only: posts are made by themselves.
    appointments: Mapped[list["Appointment"]] = relationship(
        viewonly=True,
        lazy="raise_on_sql",
        order_by="Appointment.valid_to.desc().nulls_first(),"
        " Appointment.valid_from.desc().nulls_last(), Appointment.id",
    )

    def posts_on(self, day: date) -> list["Appointment"]:
        """Posts held on ``day``, in the order of ``appointments``, which must be loaded."""
        return [post for post in self.appointments if post.holds_on(day)]

    @property
    def name(self) -> str:
        """Given name first, as people are introduced; the patronymic stays on the page."""
        return " ".join(part for part in (self.given_name, self.family_name) if part)

    @property
    def usable_emails(self) -> tuple[str, ...]:
        """The addresses that may be written to: none once the consent is withdrawn."""
        return () if self.consent_withdrawn_on else self.emails

    @property
    def usable_phones(self) -> tuple[str, ...]:
        """The numbers that may be called: none once the consent is withdrawn."""
        return () if self.consent_withdrawn_on else self.phones

    def name_in(self, language: str) -> str:
        """The full name given for ``language``, else the name as recorded."""
        named: str | None = getattr(self, f"name_{language}")
        return named or self.name

    def derive_keys(self) -> None:
        self.name_key = sort_key(f"{self.family_name} {self.given_name or ''}")
        names = [self.name, *(getattr(self, f"name_{code}") for code in LANGUAGES)]
        backward = " ".join(filter(None, (self.family_name, self.given_name, self.patronymic)))
        # Nobody is to be found any more by contacts whose consent is withdrawn.
        dialled = tuple(map(national_digits, self.usable_phones or ()))
        contacts = (*(self.usable_emails or ()), *(self.usable_phones or ()), *dialled)
        spellings = (*names, backward, self.name_latin, *(self.aliases or ()))
        self.search_text = tokens_text(*spellings, exact=contacts)

    def is_called(self, name: str) -> bool:
        """Whether ``name`` is one of the person's full names, in any spelling recorded."""
        wanted = " ".join(fold(name).split())
        family_first = f"{self.family_name} {self.given_name or ''}"
        named = (self.name, family_first, self.name_kk, self.name_ru, self.name_en, self.name_latin)
        spellings = [*named, *(self.aliases or ())]
        return any(" ".join(fold(text).split()) == wanted for text in spellings if text)


class Appointment(AuditedPart, Model):
    """A post of a person at an organisation, for a span of time."""

    __tablename__ = "appointments"
    __parent__ = "person"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="span_in_order"),
        Index("ix_appointments_organisation_person", "organisation_id", "person_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="RESTRICT")
    )
    position_kk: Mapped[str | None] = mapped_column(String(500))
    position_ru: Mapped[str | None] = mapped_column(String(500))
    position_en: Mapped[str | None] = mapped_column(String(500))
    rank: Mapped[Rank | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    person: Mapped[Person] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")

    @property
    def version(self) -> int:
        """The version of the person, whose part the post is."""
        return self.person.version

    def overlaps(self, other: "Appointment") -> bool:
        """Whether both are held on some day; an unknown end reaches on for ever."""
        is_over = other.valid_from is not None and self.ended_before(other.valid_from)
        return not is_over and not (self.valid_from and other.ended_before(self.valid_from))

    def is_same_post_as(self, other: "Appointment") -> bool:
        """Whether both are one post of one organisation: a position in common, in any language."""
        titles = [
            (getattr(self, name), getattr(other, name))
            for name in (f"position_{code}" for code in LANGUAGES)
        ]
        is_alike = any(one and two and fold(one) == fold(two) for one, two in titles)
        is_untitled = not any(one or two for one, two in titles) and self.rank == other.rank
        return self.organisation_id == other.organisation_id and (is_alike or is_untitled)

    def holds_on(self, day: date) -> bool:
        """Whether the post is held on ``day``; an open end counts as still held."""
        return not self.begins_after(day) and not self.ended_before(day)

    def begins_after(self, day: date) -> bool:
        """Whether ``day`` is before the post; one since an unknown day has begun."""
        return self.valid_from is not None and self.valid_from > day

    def ended_before(self, day: date) -> bool:
        """Whether the post is over by ``day``; its last day still counts as held."""
        return self.valid_to is not None and self.valid_to < day

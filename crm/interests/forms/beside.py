"""Interests on the page of another record: those noted there, and one more in one step.

It stands below the views, since those of four features show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict

from crm.core.drawn import drawn_once, place
from crm.core.few import first_few
from crm.core.forms import BaseForm, ChoiceField, Choices, Required
from crm.core.language import worded
from crm.countries.models import Country
from crm.delegations.models.delegation import Delegation
from crm.interests.forms.interest import StrengthFields
from crm.interests.models import SectorInterest
from crm.interests.queries.interests import (
    interests_noted_in,
    interests_of_country,
    interests_of_delegation,
    interests_of_organisation,
    listed_interests,
)
from crm.meetings.models import Meeting
from crm.organisations.models import Organisation
from crm.reference.queries import sector_choices

SHOWN = 10
Record = Meeting | Delegation | Organisation | Country


class QuickInterestForm(StrengthFields, BaseForm):
    """An interest recorded on the page of a meeting, a delegation, an organisation or a country."""

    who = ChoiceField(_l("Who is interested"), [Required()], kind=str)

    def __init__(self, record: Record, **more: Any) -> None:
        """The form on the page of ``record``, with what a page of it needs loaded."""
        offered = whose_choices(record)
        super().__init__(data={"who": _most_likely(record)}, **more)
        self.place = place_of(record)  # the page it stands on: «meetings-3»
        self.who.offer(offered)
        self.sector.offer(sector_choices(), blank=_("Choose a sector"))

    @property
    def has_choice(self) -> bool:
        """Whether it is open who is interested."""
        return len(list(self.who.choices or ())) > 1

    def fill(self, interest: SectorInterest) -> None:
        """Write what was typed to ``interest``."""
        kind, _dash, key = str(self.who.data).partition("-")
        if kind == "country":
            interest.country_code = key
        else:
            setattr(interest, f"{kind}_id", int(key))
        interest.sector_code, interest.strength = self.sector.data, self.strength.data
        interest.direction, interest.note = self.direction.data, self.note.data


@dataclass(frozen=True)
class InterestsBeside:
    """The section of interests on a page; ``form`` is the one for another, open when ``refused``,
    None for who may not record one.
    """

    rows: Sequence[SectorInterest]
    total: int
    list_url: str
    form: Markup | None
    refused: QuickInterestForm | None
    shows_whose: bool

    @property
    def left_out(self) -> int:
        """How many are in the list alone."""
        return self.total - len(self.rows)


def interests_beside(record: Record, refused: QuickInterestForm | None = None) -> InterestsBeside:
    """The strongest interests that belong to ``record``, and the form for one more."""
    statement, filter_name = _those_of(record)
    few = first_few(statement, SHOWN, listed_interests)
    is_kept = getattr(record, "archived_at", None) is None
    may_record = refused is None and current_user.can_write and is_kept
    return InterestsBeside(
        rows=few.rows,
        total=few.total,
        list_url=f"/interests/?{urlencode({filter_name: _key_of(record)})}",
        form=_folded_form(record) if may_record else None,
        refused=refused,
        shows_whose=isinstance(record, Meeting | Country),
    )


def _folded_form(record: Record) -> Markup:
    """The form for one more, drawn once for all pages on which as many may be interested."""
    offered = whose_choices(record)
    is_open = len(offered) > 1

    def given() -> tuple[QuickInterestForm]:
        form = QuickInterestForm(record, formdata=MultiDict())
        form.place = place("page")
        if not is_open:
            form.who.offer([(place("who"), "")])
        return (form,)

    values = (_most_likely(record), *offered) if is_open else ()
    places = {"page": place_of(record), "who": offered[0][0]}
    return drawn_once("interests/_section.html", "quick_form", given, values, **places)


def place_of(record: Record) -> str:
    """Which page it is, as the form sends it."""
    return f"{record.__tablename__}-{_key_of(record)}"


def whose_choices(record: Record) -> Choices:
    """Who may be interested, on the page of ``record``: of a meeting those who came."""
    match record:
        case Meeting():
            return [
                *([_of_delegation(record.delegation)] if record.delegation else []),
                *map(_of_organisation, record.partners),
                _of_country(record.country),
            ]
        case Delegation():
            return [_of_delegation(record)]
        case Organisation():
            return [_of_organisation(record)]
        case Country():
            return [_of_country(record)]


def _most_likely(record: Record) -> str:
    """The one company that came to a meeting; else whoever stands first."""
    if isinstance(record, Meeting) and record.only_company is not None:
        return _of_organisation(record.only_company)[0]
    return str(whose_choices(record)[0][0])


def _of_delegation(delegation: Delegation) -> tuple[str, str]:
    return f"delegation-{delegation.id}", _("Delegation: %(name)s", name=delegation.title)


def _of_organisation(organisation: Organisation) -> tuple[str, str]:
    return f"organisation-{organisation.id}", worded(organisation, "name").text


def _of_country(country: Country) -> tuple[str, str]:
    return f"country-{country.code}", _("Country: %(name)s", name=worded(country, "name").text)


def _key_of(record: Record) -> str:
    return record.code if isinstance(record, Country) else str(record.id)


def _those_of(record: Record) -> tuple[Select[SectorInterest], str]:
    """The interests of ``record``, and the filter of the list that finds them."""
    match record:
        case Meeting():
            return interests_noted_in(record.id), "meeting"
        case Delegation():
            return interests_of_delegation(record.id), "delegation"
        case Organisation():
            return interests_of_organisation(record.id), "organisation"
        case Country():
            return interests_of_country(record.code), "country"

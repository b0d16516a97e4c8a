"""The made-up world as a whole: so many more of each kind, whatever is there already."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from crm.core.database import db
from crm.core.sight import seeing_everything
from crm.countries.models import Country
from crm.countries.services import load_countries, make_partner
from crm.demo.services.volume.found import Lists, Partners, Staff
from crm.demo.services.volume.partners import add_organisations, add_people, add_users
from crm.demo.services.volume.points import Points
from crm.demo.services.volume.projects import Projects, add_interests, add_rates
from crm.demo.services.volume.visits import Visits
from crm.demo.services.volume.words import COUNTRIES
from crm.demo.services.volume.writer import Writer
from crm.duplicates.models import MODELS
from crm.duplicates.services.keeping import find_namesakes
from crm.reference.services.lists import load_reference_lists

_VISITS, _INTERESTS = 10, 5  # a delegation for so many meetings, an interest for so many


@dataclass(frozen=True)
class Counts:
    """How many more of each kind."""

    users: int = 0
    organisations: int = 0
    people: int = 0
    meetings: int = 0
    projects: int = 0
    follow_ups: int = 0

    @property
    def needs_officers(self) -> bool:
        """Whether somebody must have recorded what is made."""
        return bool(self.meetings or self.projects or self.follow_ups)


@seeing_everything()  # numbers and names of restricted records are taken, too
def add_volume(counts: Counts, progress: Callable[[str], None] = lambda step: None) -> None:
    """Add records made up by chance that falls the same way every time; flushed, not committed.

    With meetings come some delegations and interests. An office without officers gets one, a
    database without rates some that are made up. Who needs a partner, a meeting or a project that
    is not there goes without. Each step is told to ``progress``.
    """
    progress("sectors, districts, countries")
    load_reference_lists()
    load_countries()
    progress("users")
    add_users(counts.users)
    if counts.needs_officers and not Staff.found().officers:
        add_users(1)
    if counts.projects:
        add_rates()
    _flag_partners(counts)
    _write(counts, progress)


def _write(counts: Counts, progress: Callable[[str], None]) -> None:
    writer, staff, lists = Writer(), Staff.found(), Lists.found()
    firsts = {kind: writer.next_id(model) for kind, model in MODELS.items()}
    progress(f"organisations: {counts.organisations}")
    add_organisations(writer, counts.organisations, lists)
    writer.flush()
    progress(f"people: {counts.people}")
    add_people(writer, counts.people)
    writer.flush()
    for kind, first in firsts.items():
        find_namesakes(kind, first, progress)
    partners = Partners.found()
    visits = Visits(writer, staff, partners, lists)
    progress(f"meetings: {counts.meetings}")
    visits.add_delegations(-(-counts.meetings // _VISITS))
    visits.add_meetings(counts.meetings)
    writer.flush()
    progress(f"projects: {counts.projects}")
    Projects(writer, staff, partners, lists).add(counts.projects)
    add_interests(writer, staff, partners, lists, counts.meetings // _INTERESTS)
    writer.flush()
    progress(f"follow-ups: {counts.follow_ups}")
    Points(writer, staff, partners).add(counts.follow_ups)
    writer.close()


def _flag_partners(counts: Counts) -> None:
    if counts.needs_officers or counts.organisations:
        db.session.scalars(select(Country)).all()  # in one statement, for what comes
        for code in COUNTRIES.values:
            make_partner(code)
        db.session.flush()

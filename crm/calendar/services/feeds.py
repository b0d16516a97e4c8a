"""The feed of one person: what they may see now, in their language."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Select

from crm.accounts.models import User
from crm.calendar.queries import deadlines_of, meetings_of, programme_of, visits_of
from crm.calendar.services.entries import (
    Entry,
    entry_of_deadline,
    entry_of_meeting,
    entry_of_programme,
    entry_of_visit,
)
from crm.calendar.services.files import feed_file
from crm.core import clock
from crm.core.database import db
from crm.core.sight import seeing, sight_of

_LOOKS_BACK = timedelta(days=365)


def feed_of(owner: User) -> bytes:
    """The calendar of ``owner``: a year back and everything ahead, in four statements."""
    owner_id, language, since = owner.id, owner.language.value, clock.today() - _LOOKS_BACK
    with seeing(sight_of(owner)), force_locale(language):
        entries = [
            *_entries(meetings_of(owner_id, since), entry_of_meeting),
            *_entries(visits_of(owner_id, since), entry_of_visit),
            *_entries(programme_of(owner_id, since), entry_of_programme),
            *_entries(deadlines_of(owner_id, since), entry_of_deadline),
        ]
        return feed_file(_("Seriktes"), entries)


def _entries(found: Select[Any], entry_of: Callable[[Any], Entry | None]) -> Iterable[Entry]:
    made = (entry_of(one) for one in db.session.scalars(found))
    return [one for one in made if one is not None]

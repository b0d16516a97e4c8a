"""The part of a form that says who sees a record: restricted or not, and its team."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect, select
from wtforms import BooleanField

from crm.core.database import db
from crm.core.forms import Choices, ChoicesField, RecordForm


class _Marked:
    """A field of which a browser sends nothing when it is emptied.

    Only a form that carries ``<name>-shown`` empties it; any other leaves it as stored.
    """

    name: str

    def process(self, formdata: Any, *given: Any, **more: Any) -> None:
        """Read the field, if the form showed it."""
        sent = (self.name, f"{self.name}-shown")
        if formdata is not None and not any(name in formdata for name in sent):
            formdata = None
        super().process(formdata, *given, **more)  # type: ignore[misc]


class FlagField(_Marked, BooleanField):
    """Yes or no."""


class PeopleField(_Marked, ChoicesField):
    """Several users."""


class SightForm(RecordForm):
    """The form of a record that may be restricted; ``offer_sight`` comes before validation."""

    restricted = FlagField(
        _l("Restricted"),
        description=_l("Seen only by the responsible officer, the team and heads of department"),
    )
    team = PeopleField(_l("Team"), kind=int)

    _keeper_id: int | None = None  # who must not lose sight of the record by this form

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        return super().values_of(record) | {"team": [one.id for one in record.team]}

    def offer_sight(self, record: Any, actor: Any, users: Choices) -> None:
        """Take who may be chosen; who may not restrict ``record`` gets no such fields."""
        if record is not None and not record.may_be_restricted_by(actor):
            del self.restricted, self.team
            return
        self._keeper_id = None if actor.is_head else actor.id
        self.team.offer(users)

    def fill(self, record: Any) -> None:
        """Write every field; whoever restricts a record goes on seeing it."""
        super().fill(record)
        self.fill_team(record)

    def fill_team(self, record: Any, besides: Iterable[int] = ()) -> None:
        """Make those chosen the team of ``record``, whose own columns are written already.

        ``besides``: users a restricted record must not be hidden from.
        """
        if "team" not in self:
            return
        wanted = set(self.team.data or ())
        if record.restricted:
            keepers = {one for one in (self._keeper_id, *besides) if one is not None}
            wanted |= keepers - {record.keeper_id}
        if wanted != {one.id for one in record.team}:
            user = inspect(type(record)).relationships["team"].mapper.class_
            record.team = list(db.session.scalars(select(user).where(user.id.in_(wanted))))

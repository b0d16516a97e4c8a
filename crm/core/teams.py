"""The part of a form that says who sees a record: restricted or not, and its team."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import inspect, select
from wtforms import BooleanField

from crm.core.database import db
from crm.core.faults import refuse
from crm.core.forms import Choices, ChoicesField, RecordForm
from crm.core.sight import is_seen_by


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
    """The form of a record that may be restricted; ``offer_sight`` comes before validation.

    Any writer hands over an open record, so nobody may take one and then lock out who had it: a
    record kept from anybody is handed over by its keeper or a head, whoever recorded it or ever
    kept it is in the team while it is restricted, and it does not move under a record they do not
    see; unless a head says otherwise. The trail remembers them, so that no number of saves or
    hands in between leads around this.
    """

    restricted = FlagField(
        _l("Restricted"),
        description=_l(
            "Seen only by the responsible officer, the team and heads of department. "
            "People and organisations named here stand in the common lists all the same."
        ),
    )
    team = PeopleField(_l("Team"), kind=int)

    _actor: Any = None
    _kept: frozenset[int] = frozenset()  # who must not lose sight of the record by this form

    def __init__(self, record: Any = None, **more: Any) -> None:
        super().__init__(record=record, **more)
        self.record = record

    @classmethod
    def values_of(cls, record: Any) -> dict[str, Any]:
        return super().values_of(record) | {"team": [one.id for one in record.team]}

    def offer_sight(
        self, record: Any, actor: Any, users: Choices, behind: Iterable[int] = ()
    ) -> None:
        """Take who may be chosen; who may not restrict ``record`` gets no such fields.

        ``behind``: who recorded ``record`` and whose it ever was.
        """
        self._actor = actor
        self._kept = frozenset() if actor.is_head else frozenset((actor.id, *behind))
        if record is not None and not record.may_be_restricted_by(actor):
            del self.restricted, self.team
            return
        self.team.offer(users)

    @property
    def is_stale(self) -> bool:
        """Whether the conflict page comes first: what is refused may be a colleague's change."""
        return self.version.data != str(self.version_of(self.record) if self.record else None)

    @property
    def keeper_id(self) -> int:
        """Who is to answer for the record; who does, where the form does not ask."""
        name = self.record.__keeper__
        keeper: int = self[name].data if name in self else self.record.keeper_id
        return keeper

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every field is fine and nobody is put out of sight; else says so at the field."""
        is_fine = bool(super().validate(extra_validators))
        if self.record is None or self.is_stale:
            return is_fine
        checks = (self._is_handed_over_rightly(), self._keeps_its_people(), self._moves_openly())
        return all(checks) and is_fine

    def _is_handed_over_rightly(self) -> bool:
        record = self.record
        if record.__keeper__ not in self:
            return True
        keeper = self[record.__keeper__]
        if (
            keeper.errors
            or keeper.data == record.keeper_id
            or record.may_be_handed_over_by(self._actor)
        ):
            return True
        if is_seen_by(0, type(record), record.id):
            return True
        name = dict(keeper.choices)[record.keeper_id]
        return refuse(
            keeper, _("Only %(name)s or a head hands over a restricted record", name=name)
        )

    def _keeps_its_people(self) -> bool:
        if "team" not in self or not self.restricted.data:
            return True
        stored = {one.id: one.name for one in self.record.team}
        others = self._kept - {self._actor.id, self.keeper_id}
        left_out = [
            stored[one] for one in sorted((others & stored.keys()) - set(self.team.data or ()))
        ]
        if not left_out or not self.record.restricted:
            return True
        names = ", ".join(left_out)
        text = _("Only a head takes out who recorded it or answered for it: %(names)s", names=names)
        return refuse(self.team, text)

    def _moves_openly(self) -> bool:
        record = self.record
        others = self._kept - {self._actor.id, self.keeper_id}
        answers = [True]
        for parent in record.__parents__:
            name = f"{parent}_id"
            target = self[name].data if name in self else None
            if target is None or target == getattr(record, name):
                continue
            model = inspect(type(record)).relationships[parent].mapper.class_
            if not all(is_seen_by(one, model, target) for one in others):
                text = _(
                    "Colleagues who recorded this or answered for it would no longer see it: "
                    "only a head may do that"
                )
                answers.append(refuse(self[name], text))
        return all(answers)

    def fill(self, record: Any) -> None:
        """Write every field; whoever restricts a record, or had it, goes on seeing it."""
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
            # Once it is restricted they stay by ``_keeps_its_people``: a head may have let one go.
            was = self.stored_values.get("restricted")
            kept = self._kept & {self._actor.id} if was else self._kept
            wanted |= {*kept, *besides} - {record.keeper_id}
        if wanted != {one.id for one in record.team}:
            user = inspect(type(record)).relationships["team"].mapper.class_
            record.team = list(db.session.scalars(select(user).where(user.id.in_(wanted))))

"""When two entries of a programme get in each other's way."""

from datetime import date, time

from sqlalchemy.orm import Mapped

from crm.core.language import fold
from crm.delegations.models.terms import ProgrammeKind


class Scheduled:
    """What takes place on a day at local wall time, both of which may be open yet."""

    planned_on: Mapped[date | None]
    starts_at: Mapped[time | None]
    ends_at: Mapped[time | None]
    responsible: Mapped[str | None]
    kind: Mapped[ProgrammeKind]

    def is_beside(self, other: "Scheduled") -> bool:
        """Whether both take place at the same time; one without an end takes a moment."""
        if self.planned_on is None or self.planned_on != other.planned_on:
            return False
        if self.starts_at is None or other.starts_at is None:
            return False
        if self.starts_at == other.starts_at:
            return True
        first, second = sorted((self, other), key=lambda one: one.starts_at or time.min)
        return bool(first.ends_at and second.starts_at and first.ends_at > second.starts_at)

    def clashes_with(self, other: "Scheduled") -> bool:
        """Whether nobody can do both: one person answers for them, or both are official."""
        if self is other or not self.is_beside(other):
            return False
        both_official = self.kind == other.kind == ProgrammeKind.OFFICIAL
        mine, theirs = fold(self.responsible or ""), fold(other.responsible or "")
        return both_official or (mine != "" and mine == theirs)

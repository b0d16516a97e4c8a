"""Every place that names an organisation or a person, and what a merge does there.

A table that is to name one of them says here what happens when two rows meet: a test compares
this with the metadata.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, Table, inspect

from crm.core.language import LANGUAGES, fold
from crm.core.trail import AuditedPart
from crm.delegations.models.delegation import DelegationMember
from crm.documents.models import Document
from crm.follow_ups.models.follow_up import FollowUp
from crm.interests.models import SectorInterest
from crm.meetings.models import Participant
from crm.organisations.models import Appointment, Organisation, Person
from crm.projects.models.parts import ProjectParticipant

LONGEST = 500  # of two texts put one behind the other; both rows stay when it takes more
_POSITIONS = tuple(f"position_{code}" for code in LANGUAGES)


class Rule(enum.Enum):
    """What happens where two rows meet that lead to the two records."""

    BESIDE = "beside"  # they never do: each is a record of its own, and both stay
    UNITE = "unite"  # one stays, and what the other says stays with it
    VALUE = "value"  # a list of the record itself, one of its values
    TEXT = "text"  # a text that names the record among other things
    FOLLOW = "follow"  # what is said of the merged record is said of the kept one, too
    STAY = "stay"  # nothing is moved: it tells of what was, or is made anew by its owner


@dataclass(frozen=True)
class Link:
    """One column that names records of ``target``.

    Two rows meet when their ``same`` columns are equal and those that ``agree`` are equal or empty
    in one of them; ``is_same`` may ask more. What the row that goes says and the other does not is
    filled in there, in the ``fills``, too; texts of the ``joined`` columns that differ are put one
    behind the other; numbers of the ``added`` ones are summed up if that is asked for.
    """

    model: type[Any]
    column: str
    target: type[Any]
    rule: Rule
    label: LazyString  # of what is counted in the preview
    same: Sequence[str] = ()
    agree: Sequence[str] = ()
    fills: Sequence[str] = ()
    joined: Sequence[str] = ()
    added: Mapping[str, int] | None = None  # column and its bound
    is_same: Callable[[Any, Any], bool] = lambda _going, _staying: True
    kind: str | None = None  # which ``record_kind`` the rows name, where ids of all kinds stand

    @property
    def table(self) -> Table:
        """Where its rows are."""
        table: Table = self.model.__table__
        return table

    @property
    def name(self) -> str:
        """Table and column."""
        return f"{self.table.name}.{self.column}"

    @property
    def parent(self) -> type[Any] | None:
        """Whose part a row is; None for one that is a record itself."""
        if not issubclass(self.model, AuditedPart):
            return None
        if self.kind is not None:
            return self.target
        relation = inspect(self.model).relationships[self.model.__parent__]
        parent: type[Any] = relation.mapper.class_
        return parent

    @property
    def parent_column(self) -> str:
        """The column that names the record a row is part of."""
        return f"{self.model.__parent__}_id" if self.parent else "id"

    def key(self, record_id: int) -> Any:
        """``record_id`` as the column holds it."""
        return self.table.c[self.column].type.python_type(record_id)

    def leads_to(self, record_id: int) -> ColumnElement[bool]:
        """Whether a row names the record."""
        found: ColumnElement[bool] = self.table.c[self.column] == self.key(record_id)
        return found if self.kind is None else found & (self.table.c.record_kind == self.kind)


def _is_same_party(going: Any, staying: Any) -> bool:
    """A post without a name is told from others by its words alone."""
    is_named = going.person_id is not None and staying.person_id is not None
    return is_named or going.position_text == staying.position_text


def _is_same_post(going: Appointment, staying: Appointment) -> bool:
    """Posts that end on different days are two; one that says nothing fits any that is held."""
    if going.valid_to != staying.valid_to:
        return False
    if _says_nothing(going) or _says_nothing(staying):
        return going.valid_to is None
    pairs = [(getattr(going, name), getattr(staying, name)) for name in _POSITIONS]
    if not any(one or other for one, other in pairs):
        return going.rank == staying.rank
    both = [fold(one) == fold(other) for one, other in pairs if one and other]
    return bool(both) and all(both)


def _says_nothing(post: Appointment) -> bool:
    told = (*(getattr(post, name) for name in _POSITIONS), post.rank, post.valid_from)
    return not any(told)


_TWO_TEXTS = ("position_text", "organisation_text")
LINKS = (
    Link(
        Participant,
        "organisation_id",
        Organisation,
        Rule.UNITE,
        _l("Meetings"),
        same=("meeting_id", "side", "role", "person_id", "group_text"),
        agree=("member_count",),
        joined=_TWO_TEXTS,
        is_same=_is_same_party,
    ),
    Link(
        Participant,
        "person_id",
        Person,
        Rule.UNITE,
        _l("Meetings"),
        same=("meeting_id", "side", "role", "group_text"),
        agree=("organisation_id", "member_count"),
        joined=_TWO_TEXTS,
    ),
    Link(
        DelegationMember,
        "organisation_id",
        Organisation,
        Rule.UNITE,
        _l("Delegations"),
        same=("delegation_id", "role", "person_id", "group_text"),
        agree=("member_count",),
        joined=("position_text",),
        is_same=_is_same_party,
    ),
    Link(
        DelegationMember,
        "person_id",
        Person,
        Rule.UNITE,
        _l("Delegations"),
        same=("delegation_id", "role", "group_text"),
        agree=("organisation_id", "member_count"),
        joined=("position_text",),
    ),
    Link(
        ProjectParticipant,
        "organisation_id",
        Organisation,
        Rule.UNITE,
        _l("Investment projects"),
        same=("project_id", "role"),
        fills=("share_basis_points",),
        added={"share_basis_points": 10_000},
    ),
    Link(
        Appointment,
        "organisation_id",
        Organisation,
        Rule.UNITE,
        _l("People"),
        same=("person_id",),
        agree=("rank", "valid_from"),
        fills=_POSITIONS,
        is_same=_is_same_post,
    ),
    Link(
        Appointment,
        "person_id",
        Person,
        Rule.UNITE,
        _l("Posts"),
        same=("organisation_id",),
        agree=("rank", "valid_from"),
        fills=_POSITIONS,
        is_same=_is_same_post,
    ),
    Link(FollowUp, "partner_organisation_id", Organisation, Rule.BESIDE, _l("Follow-ups")),
    Link(SectorInterest, "organisation_id", Organisation, Rule.BESIDE, _l("Sector interests")),
    Link(Document, "record_id", Organisation, Rule.BESIDE, _l("Documents"), kind="organisation"),
    Link(Document, "record_id", Person, Rule.BESIDE, _l("Documents"), kind="person"),
)

# Columns that may name a record of any kind, or that a merge leaves as they are.
OTHERS: Mapping[str, Rule] = {
    "organisation_sectors.organisation_id": Rule.VALUE,  # services.values
    "list_views.query": Rule.TEXT,  # services.views
    "organisations.merged_into_id": Rule.STAY,  # the chain of merges
    "people.merged_into_id": Rule.STAY,
    "merges.kept_id": Rule.STAY,
    "merges.merged_id": Rule.STAY,
    "merge_moves.row_id": Rule.STAY,
    "merge_moves.into_id": Rule.STAY,
    "not_the_same.record_id": Rule.FOLLOW,  # services.marks
    "not_the_same.other_id": Rule.FOLLOW,
    # Made anew out of the names of each.
    "search_tokens.record_id": Rule.STAY,
    "likely_keys.record_id": Rule.STAY,
    "likely_pairs.older_id": Rule.STAY,
    "likely_pairs.newer_id": Rule.STAY,
    # What was, is told as it was.
    "audit_entries.record_id": Rule.STAY,
    "audit_entries.part_id": Rule.STAY,
    "bulk_records.record_id": Rule.STAY,
    "bulk_changes.query": Rule.STAY,
    "files_taken.query": Rule.STAY,
    # They name users, mails and entries of the trail alone.
    "merges.entry_id": Rule.STAY,
    "deliveries.recipient_id": Rule.STAY,
    "deliveries.message_id": Rule.STAY,
}


def links_to(target: type[Any]) -> list[Link]:
    """The links whose rows a merge of records of ``target`` moves."""
    return [one for one in LINKS if one.target is target]

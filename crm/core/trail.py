"""What a model says of itself to the audit trail; the trail itself is the feature ``audit``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import event, inspect
from sqlalchemy.orm import InstrumentedAttribute

from crm.core.database import Model
from crm.core.sight import Part

# Derived or bookkeeping columns: they change with others and say nothing themselves.
BOOKKEEPING = frozenset({"id", "version", "created_at", "updated_at", "search_text"})


class Audited:
    """A record whose every change is written down: who, when, version, field, old, new."""

    __unaudited__: ClassVar[frozenset[str]] = frozenset()
    # Collections shown as one field: attribute -> how a link is written ([sector, weight] …).
    __audited_links__: ClassVar[dict[str, tuple[str, ...]]] = {}
    # A value told only to who sees every record another column ever named: column -> that column.
    __told_with__: ClassVar[dict[str, str]] = {}
    # Values of the past that only those who record are told: whoever reads sees the present ones.
    __told_to_writers__: ClassVar[frozenset[str]] = frozenset()
    # First day, last day and precision of the record's date, which make sense only together.
    __audited_date__: ClassVar[tuple[str, str, str] | None] = None


class AuditedPart(Audited, Part):
    """A row that belongs to a record; its changes stand in the record's own history."""

    def whose(self) -> tuple[type[Any], Any]:
        """Model and key of the record it belongs to."""
        model = inspect(type(self)).relationships[self.__parent__].mapper.class_
        return model, getattr(self, f"{self.__parent__}_id")


@dataclass(frozen=True)
class Change:
    """What one transaction does to a record itself: made new, or fields with their value before,
    as the trail writes it.
    """

    record: Any
    is_new: bool
    before: Mapping[str, Any]


Follower = Callable[[Sequence[Change], int | None], None]
_followers: dict[type[Any], Follower] = {}


def follow(model: type[Any], follower: Follower) -> None:
    """Let ``follower`` hear, before each commit, what it changes in records of ``model`` and whose
    hand it was; what it writes is of the same transaction.
    """
    _followers[model] = follower


def follower_of(record: Any) -> Follower | None:
    """Who follows records such as ``record``."""
    return _followers.get(type(record))


@dataclass(frozen=True)
class Words:
    """In which words the trail speaks of one table.

    ``fields`` names its audited columns and links. ``title``: the columns a part is called by, the
    first filled one counts.
    """

    label: Any  # of one row, singular
    fields: Mapping[str, Any]
    title: tuple[str, ...] = ()


_words: dict[str, Words] = {}


def speak(words: Mapping[str, Words]) -> None:
    """Take the words of these tables."""
    _words.update(words)


def words_of(table: str) -> Words:
    """The words of ``table``; raises KeyError when nobody gave it any."""
    return _words[table]


def is_spoken_of(table: str) -> bool:
    """Whether ``table`` has words; one that is gone by a later migration has none."""
    return table in _words


def audited_models() -> Iterable[type[Any]]:
    """Every model that leaves a trail, records and parts."""
    return [one.class_ for one in Model.registry.mappers if issubclass(one.class_, Audited)]


def model_of(table: str) -> type[Any]:
    """The model of ``table``; raises KeyError."""
    for mapper in Model.registry.mappers:
        if getattr(mapper.local_table, "name", None) == table:
            return mapper.class_
    raise KeyError(table)


def audited_columns(model: type[Any]) -> list[str]:
    """The columns of ``model`` whose changes are written down."""
    left_out = BOOKKEEPING | model.__unaudited__
    return [
        column.key
        for column in inspect(model).column_attrs
        if column.key not in left_out and not column.key.startswith("name_key")
    ]


def together(model: type[Any]) -> dict[str, tuple[str, ...]]:
    """Values that stand in several columns (an amount, an imprecise date): name -> columns."""
    found = {one.key: tuple(part.key for part in one.props) for one in inspect(model).composites}
    date = model.__audited_date__
    return found if date is None else {date[0]: date, **found}


def spoken_fields(model: type[Any]) -> list[str]:
    """What the history of ``model`` shows: columns, composites as one, links, not the parent."""
    joint = together(model)
    hidden = {name for columns in joint.values() for name in columns}
    if issubclass(model, AuditedPart):
        hidden.add(f"{model.__parent__}_id")
    own = [name for name in audited_columns(model) if name not in hidden]
    return [*joint, *own, *model.__audited_links__]


# After a commit rows are expired, and history would lose the old value of an unloaded column.
@event.listens_for(Audited, "attribute_instrument", propagate=True)
def _remember_old_values(cls: type, key: str, attribute: InstrumentedAttribute[Any]) -> None:
    implementation = getattr(attribute, "impl", None)
    if implementation is not None and not implementation.collection:
        implementation.active_history = True

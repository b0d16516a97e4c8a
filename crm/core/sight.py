"""Who sees what: every SELECT of a session is narrowed to what its reader may see.

Closed by default: a session that no reader was named to sees nothing that is restricted, and a
model says its own rule in one place (``hides``). A rule is asked of each row, by keys: a page
costs what its rows cost, however many records are hidden. Its subqueries speak of plain tables, for
the narrowing would otherwise narrow them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    column,
    event,
    false,
    inspect,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    mapped_column,
    scoped_session,
    with_loader_criteria,
)
from sqlalchemy.sql import visitors

from crm.core.database import Model, db
from crm.core.prepared import made_of
from crm.core.visible import visible

Narrowed = TypeVar("Narrowed", bound="Select[*tuple[Any, ...]]")


@dataclass(frozen=True)
class Sight:
    """Whose eyes a session reads with; who ``sees_all`` is kept from nothing."""

    reader_id: int
    sees_all: bool = False


NOBODY = Sight(0)  # no user has this id
EVERYTHING = Sight(0, sees_all=True)


class Guarded:
    """A model of which a reader may be kept from some rows."""

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """Whether the reader with this id, who is no head, is kept from ``row``; never NULL.

        ``row``: the model, an alias of it, or the columns of an alias of its table.
        """
        raise NotImplementedError

    @classmethod
    def hides_of(cls, whose: type[Any], row: Any, reader_id: Any) -> ColumnElement[bool]:
        """The same where rows of records of ``whose`` alone are asked for; any others are hidden.

        For a model that hangs on records of every kind: it need not ask the rules of all.
        """
        return cls.hides(row, reader_id)

    @classmethod
    def visible_to(cls, reader_id: Any, whose: type[Any] | None = None) -> ColumnElement[bool]:
        """Whether the reader with this id, who is no head, sees a row; ``cls`` may be an alias."""
        return visible(inspect(cls).mapper.class_, cls, reader_id, whose)


class Restrictable(Guarded):
    """A record that may be kept to its officer, its team and the heads."""

    __keeper__: ClassVar[str] = "officer_id"  # the column of who answers for the record
    __parents__: ClassVar[tuple[str, ...]] = ()  # relationships to records it is hidden with
    restricted: Mapped[bool] = mapped_column(default=False, index=True)
    team: Mapped[list[Any]]

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """Those that are restricted, from whoever neither answers for them nor is in the team."""
        return and_(row.restricted, cls.is_not_of(row, reader_id))

    @classmethod
    def is_not_of(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """Whether the reader neither answers for ``row`` nor is in its team."""
        return and_(getattr(row, cls.__keeper__) != reader_id, ~cls.helps(row, reader_id))

    @classmethod
    def helps(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        """Whether the reader is in the team of ``row``."""
        table = inspect(cls).relationships["team"].secondary
        team = table.alias(f"own_{table.name}")
        member, record = (team.c[one] for one in _ends_of(cls))
        return exists_in(team, record == row.id, member == reader_id)

    @property
    def keeper_id(self) -> int:
        """Who answers for the record and so sees it in any case."""
        keeper: int = getattr(self, self.__keeper__)
        return keeper

    def may_be_handed_over_by(self, actor: Any) -> bool:
        """Whether ``actor`` gives the record, if it is kept from anybody, another keeper.

        Only who answers for it and heads, not the team: a point under a restricted meeting is
        seen by its owner, not by its team, so another's hand could put the owner out.
        """
        return bool(actor.is_head or actor.id == self.keeper_id)

    def may_be_restricted_by(self, actor: Any) -> bool:
        """Whether ``actor`` says who sees the record: its officer, its team, heads."""
        return bool(
            actor.is_head
            or actor.id == self.keeper_id
            or any(one.id == actor.id for one in self.team)
        )


class Part(Guarded):
    """A row that belongs to a record and is seen with it, and with another one it may name."""

    __parent__: ClassVar[str]  # the relationship that leads to the record
    __seen_with__: ClassVar[str | None] = None  # that to another record it is hidden with

    @classmethod
    def hides(cls, row: Any, reader_id: Any) -> ColumnElement[bool]:
        return cls.hides_of(None, row, reader_id)

    @classmethod
    def hides_of(cls, whose: type[Any] | None, row: Any, reader_id: Any) -> ColumnElement[bool]:
        relationships, rules = inspect(cls).relationships, []
        for name in filter(None, (cls.__parent__, cls.__seen_with__)):
            model = relationships[name].mapper.class_
            if issubclass(model, Guarded):
                rules.append(is_hidden_by(model, getattr(row, f"{name}_id"), reader_id, whose))
        return or_(false(), *rules)


def is_hidden_by(
    model: type[Guarded], key: Any, reader_id: Any, whose: type[Any] | None = None
) -> ColumnElement[bool]:
    """Whether ``key``, a column or expression, names a row of ``model`` the reader is kept from;
    with ``whose`` a row of other records, too.
    """
    mapper = inspect(model)
    row = mapper.local_table.alias(f"hidden_{mapper.local_table.name}")
    own = row.c[mapper.primary_key[0].name] == key
    hidden = (
        model.hides(row.c, reader_id) if whose is None else model.hides_of(whose, row.c, reader_id)
    )
    return exists_in(row, own, hidden)


def exists_in(table: FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether ``table`` has a row for which ``conditions`` hold; their other tables are outside.

    In a rule ``table`` is an alias of its own name: a statement may know the table by any other.
    """
    found: Select[int] = select(literal_column("1")).select_from(table).where(*conditions)
    return found.correlate_except(table).exists()


def _ends_of(model: type[Restrictable]) -> tuple[str, str]:
    """Names of the columns of a team's table: who helps, and with which record."""
    team = inspect(model).relationships["team"]
    record, member = (
        next(column for _key, column in pairs if column is not None)
        for pairs in (team.synchronize_pairs, team.secondary_synchronize_pairs)
    )
    return member.name, record.name


def install(session: scoped_session[Any]) -> None:
    """Let ``session`` narrow what it selects; a second call changes nothing."""
    if not event.contains(session, "do_orm_execute", _narrow):
        event.listen(session, "do_orm_execute", _narrow)


def sight_of(reader: Any) -> Sight:
    """What ``reader``, a user, sees: heads everything, no other role more than its own."""
    return Sight(reader.id, reader.is_head)


def read_as(reader: Any) -> None:
    """From now on the session reads with the eyes of ``reader``, a user."""
    db.session.info["sight"] = sight_of(reader)


def reader_kept_back() -> int | None:
    """Whose id the session reads with, 0 for nobody; None for who is kept from nothing."""
    sight = _present(db.session())
    return None if sight.sees_all else sight.reader_id


@contextmanager
def seeing(sight: Sight) -> Iterator[None]:
    """Inside the block the session reads with ``sight``.

    What was loaded with other eyes is read anew, inside and after, so that nothing is carried over.
    """
    session, before = db.session(), _present(db.session())
    if sight == before:
        yield
        return
    session.flush()
    session.info["sight"] = sight
    try:
        session.expire_all()
        yield
    finally:
        session.info["sight"] = before
        session.expire_all()


@contextmanager
def seeing_everything() -> Iterator[None]:
    """The system's own work: numbers that must be unique, seeding. Nothing of it may be shown.

    Unlike ``seeing`` it forgets nothing: whatever is loaded here stays in the session.
    """
    session, before = db.session(), _present(db.session())
    session.info["sight"] = EVERYTHING
    try:
        yield
    finally:
        session.info["sight"] = before


@contextmanager
def unrestricted_only() -> Iterator[None]:
    """Inside, nothing restricted is read: what is read there may be shown to everybody."""
    session, before = db.session(), _present(db.session())
    session.info["sight"] = NOBODY
    try:
        yield
    finally:
        session.info["sight"] = before


def is_unnamed(record: Any, relation: str) -> bool:
    """Whether ``record`` hangs on another one its reader is kept from; both must be loaded."""
    return getattr(record, f"{relation}_id") is not None and getattr(record, relation) is None


def is_seen_by(reader_id: int, model: type[Guarded], record_id: int) -> bool:
    """Whether the reader with this id, who is no head, sees the stored record; 0 is a stranger."""
    (key,) = inspect(model).mapper.primary_key
    with seeing_everything(), db.session.no_autoflush:
        found = db.session.scalar(select(key).where(key == record_id, model.visible_to(reader_id)))
    return found is not None


def _present(session: Session) -> Sight:
    sight: Sight = session.info.get("sight", NOBODY)
    return sight


# Who reads, asked when a statement runs: one option serves every statement and every reader, so
# that the text of a narrowed statement is made once and not for each request.
_reader_id: ContextVar[int] = ContextVar("reader_id", default=NOBODY.reader_id)
_READER = bindparam("sight_reader", callable_=_reader_id.get, type_=Integer())
_NARROWED = "_narrowed_statement"
_WHOSE = "rows_of"


def only_of(statement: Narrowed, whose: type[Any]) -> Narrowed:
    """``statement`` where what hangs on records of every kind, the trail and documents, hangs on
    those of ``whose``: any other is hidden, so that only their own rules are asked.
    """
    return made_of(statement, (_WHOSE, whose), lambda kept: kept.execution_options(rows_of=whose))


def _narrow(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load:
        return
    sight = _present(state.session)
    _reader_id.set(sight.reader_id)
    # Loads of relationships inherit the criteria of the statement that asked for them.
    if sight.sees_all or state.is_relationship_load:
        return
    if not state.is_orm_statement:
        _refuse_tables(state.statement)
        return
    state.statement = _narrowed(state.statement, state.execution_options.get(_WHOSE))


def _narrowed(statement: Any, whose: Any) -> Any:
    """``statement`` with the rules of sight; kept beside it, for a statement may be kept itself."""
    kept = statement.__dict__.get(_NARROWED)
    if kept is None:
        kept = statement.options(_RULES if whose is None else _rules_of(whose))
        # What SQLAlchemy 2.1 memoises so is left behind when another statement is made of this one.
        statement._set_memoized_attribute(_NARROWED, kept)
    return kept


def _rule(model: Any, whose: type[Any] | None = None) -> ColumnElement[bool]:
    rule: ColumnElement[bool]
    if inspect(model, raiseerr=False) is None:
        # SQLAlchemy asks the unmapped base once, only to learn which parameters a rule has.
        rule = column("id") != _READER
    else:
        rule = model.visible_to(_READER, whose)
    return rule


_RULES = with_loader_criteria(
    Guarded,
    lambda cls: _rule(cls),
    include_aliases=True,
    track_closure_variables=False,
)


@cache
def _rules_of(whose: type[Any]) -> Any:
    # SQLAlchemy tells the options apart by the model that the function encloses.
    return with_loader_criteria(Guarded, lambda cls: _rule(cls, whose), include_aliases=True)


def _refuse_tables(statement: Any) -> None:
    """A select of plain tables cannot be narrowed; one of a guarded table must not be."""
    guarded = {
        mapper.local_table
        for mapper in Model.registry.mappers
        if issubclass(mapper.class_, Guarded)
    }
    for element in visitors.iterate(statement):
        if isinstance(element, Table) and element in guarded:
            raise RuntimeError(f"select {element.name} through its model: it has restricted rows")

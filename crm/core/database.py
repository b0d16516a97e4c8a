"""The base of all tables, their column types, and the session."""

import contextlib
import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from crm.core import clock
from crm.core.language import LANGUAGES, sort_key, worded
from crm.core.opening import EACH_BY_ITSELF
from crm.core.tokens import tokens_text

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
MAX_ID = 2**31 - 1


def id_of(text: str) -> int | None:
    """The id that ``text`` writes in digits, from 1 to 2³¹−1; None for what is none, as for 07."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= 10
    number = int(text) if is_number and not text.startswith("0") else 0
    return number if 1 <= number <= MAX_ID else None


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; refuses a naive one."""

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        # SQLAlchemy 2.1 says «object» of every decorated type.
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        instant = value.astimezone(UTC)
        return instant if dialect.name == "postgresql" else instant.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SortKey(TypeDecorator[str]):
    """A key of ``core.language.sort_key``: binary order on both databases."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        collation = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(160, collation=collation))


class Lines(TypeDecorator[tuple[str, ...]]):
    """Several short texts in one column, one a line; none of them is NULL there, () here.

    ``shown`` makes of a stored text what people read.
    """

    impl = Text
    cache_ok = True

    def __init__(self, shown: Callable[[str], str] = str) -> None:
        super().__init__()
        self.shown = shown

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str | None:
        if isinstance(value, str):
            raise ValueError("lines are given one by one")
        return "\n".join(value or ()) or None

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(filter(None, (value or "").split("\n")))


def _enum_type(python_type: type[enum.Enum]) -> Enum:
    return Enum(
        python_type,
        native_enum=False,
        length=30,
        validate_strings=True,
        values_callable=lambda kinds: [kind.value for kind in kinds],
    )


class Model(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        str: Text(),
        enum.Enum: _enum_type(enum.Enum),
    }


db = SQLAlchemy(metadata=Model.metadata)
BigId = BigInteger().with_variant(Integer(), "sqlite")


def _now() -> datetime:
    # Asked for each time: the clock may be moved.
    return clock.now()


class Versioned:
    """A record under optimistic locking: every change of its row counts ``version`` up."""

    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=_now)
    updated_at: Mapped[datetime] = mapped_column(default=_now, onupdate=_now)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def touch(self) -> None:
        """Count the version up though only a part of the record changes."""
        self.updated_at = clock.now()


class Archivable:
    """A record that leaves the lists with a reason and can come back; it is never deleted."""

    archived_at: Mapped[datetime | None]
    archive_reason: Mapped[str | None]

    def archive(self, now: datetime, reason: str) -> None:
        """Take the record out of the lists at ``now`` (aware); the first archiving stands."""
        if self.archived_at is None:
            self.archived_at, self.archive_reason = now, reason

    def restore(self) -> None:
        """Bring the record back into the lists."""
        self.archived_at = self.archive_reason = None


class MergedError(Exception):
    """Asked for a record that is one with another by now: ``merged_into_id`` says which."""

    def __init__(self, record: Any) -> None:
        super().__init__(record)
        self.record = record


class Mergeable(Archivable):
    """A record that may turn out to be another one recorded twice; that one is kept then.

    A merged record is archived, and comes back by undoing the merge alone.
    """

    @declared_attr
    @classmethod
    def merged_into_id(cls) -> Mapped[int | None]:
        """The record that was kept; the chain is followed to its end by whoever asks."""
        own: Any = cls
        key = ForeignKey(f"{own.__tablename__}.id", ondelete="RESTRICT")
        return mapped_column(key, index=True)

    def restore(self) -> None:
        if self.merged_into_id is not None:
            raise MergedError(self)
        super().restore()


class Keyed:
    """A record with derived keys: ``derive_keys`` fills them before every write of its row."""

    def derive_keys(self) -> None:
        """Set the sort keys and the search text from the record's own columns."""
        raise NotImplementedError


class NamedInLanguages(Keyed):
    """A record whose name may be given in kk, ru and en, at least one of them."""

    name_kk: Mapped[str | None] = mapped_column(String(500))
    name_ru: Mapped[str | None] = mapped_column(String(500))
    name_en: Mapped[str | None] = mapped_column(String(500))
    name_key_kk: Mapped[str | None] = mapped_column(SortKey(), index=True)
    name_key_ru: Mapped[str | None] = mapped_column(SortKey(), index=True)
    name_key_en: Mapped[str | None] = mapped_column(SortKey(), index=True)
    search_text: Mapped[str] = mapped_column(default="")

    def derive_keys(self) -> None:
        for code in LANGUAGES:
            setattr(self, f"name_key_{code}", sort_key(worded(self, "name", code).text))
        exact, marks = self.search_spellings(), self.search_marks()
        self.search_text = tokens_text(*self.search_texts(), exact=exact, marks=marks)

    def search_texts(self) -> tuple[str | None, ...]:
        """Every text the record is found by."""
        return self.name_kk, self.name_ru, self.name_en

    def search_spellings(self) -> tuple[str | None, ...]:
        """Texts it is found by as they are spelt, not as they sound."""
        return ()

    def search_marks(self) -> tuple[str, ...]:
        """The marks it has beside their tokens."""
        return ()


@event.listens_for(Keyed, "before_insert", propagate=True)
@event.listens_for(Keyed, "before_update", propagate=True)
def _derive(mapper: Mapper[Any], connection: Connection, record: Keyed) -> None:
    record.derive_keys()


@contextlib.contextmanager
def lone_connection() -> Iterator[Connection]:
    """A connection beside the session's on which every statement is a transaction by itself."""
    with db.engine.connect().execution_options(isolation_level=EACH_BY_ITSELF) as connection:
        connection.detach()  # never back to the pool: what it holds is let go with it
        yield connection


def begin_reading() -> None:
    """Begin a transaction that only reads: a long export must not make SQLite's writers wait."""
    db.session.connection(execution_options={"is_reading": True})


def insert_missing(model: type[Model], rows: Sequence[dict[str, Any]]) -> None:
    """Insert ``rows`` into the table of ``model``; one whose key is there already stays as it is.

    No event of the session hears of it: not for what is audited.
    """
    is_postgresql = db.session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgresql else sqlite.insert
    if rows:
        table = cast(Table, model.__table__)
        db.session.execute(insert(table).on_conflict_do_nothing(), rows)


def queue_up(number: int) -> None:
    """Let transactions that ask with the same ``number`` follow one another, to their commit.

    PostgreSQL makes the second one wait here; SQLite's writers queue at BEGIN already.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(number)))

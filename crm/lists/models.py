"""What the product remembers of lists: views, files taken, changes of many records at once."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm.accounts.models import Department, User
from crm.core import clock
from crm.core.database import Model


class ListView(Model):
    """Filters and columns of a list under a name; without a name, a person's own columns.

    ``query`` is what stands in the address behind «?» (filters, search, sort), canonical; of the
    nameless one the size of a page. ``columns`` are their names joined by «,», empty for those of
    the declaration. One of a department is seen by everybody in it, changed by its owner and by
    heads. A removed one waits to be brought back.
    """

    __tablename__ = "list_views"
    __table_args__ = (
        Index(
            "uq_list_views_name",
            *("owner_id", "listing", "name"),
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_list_views_listing", "listing", "owner_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    listing: Mapped[str] = mapped_column(String(50))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    department_id: Mapped[int | None] = mapped_column(
        ForeignKey("departments.id", ondelete="RESTRICT"), index=True
    )
    name: Mapped[str] = mapped_column(String(100), default="")
    query: Mapped[str] = mapped_column(default="")
    columns: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]
    owner: Mapped[User] = relationship(lazy="raise_on_sql")
    department: Mapped[Department | None] = relationship(lazy="raise_on_sql")

    @property
    def column_names(self) -> list[str]:
        """The names of its columns in their order; none for those of the declaration."""
        return self.columns.split(",") if self.columns else []

    def may_be_changed_by(self, user: User) -> bool:
        """Whether ``user`` renames, overwrites and removes it: its owner, and heads of whose
        department it is.
        """
        is_theirs = self.department_id is not None and self.department_id == user.department_id
        return self.owner_id == user.id or (user.is_head and is_theirs)


class FileTaken(Model):
    """A list taken away as a file: who, when, what of it, how many rows.

    ``row_count`` is None until the last row was written: a file that broke says so.
    """

    __tablename__ = "files_taken"
    id: Mapped[int] = mapped_column(primary_key=True)
    listing: Mapped[str] = mapped_column(String(50), index=True)
    user_id: Mapped[int | None] = mapped_column(  # None: from the command line
        ForeignKey("users.id", ondelete="RESTRICT"), index=True
    )
    query: Mapped[str] = mapped_column(default="")
    columns: Mapped[str] = mapped_column(default="")
    format: Mapped[str] = mapped_column(String(10))
    begun_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    row_count: Mapped[int | None]
    user: Mapped[User | None] = relationship(lazy="raise_on_sql")


class BulkStatus(enum.StrEnum):
    """How far a change of many records has come."""

    PREVIEWED = "previewed"
    DONE = "done"
    UNDONE = "undone"


class BulkChange(Model):
    """One change of many records: previewed with its count, done as a whole, undone as a whole.

    ``query`` is what stood in the address of the list where they were chosen, but for its page;
    ``fields`` is what was typed for it, as JSON.
    """

    __tablename__ = "bulk_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    listing: Mapped[str] = mapped_column(String(50))
    action: Mapped[str] = mapped_column(String(50))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="RESTRICT"), index=True)
    query: Mapped[str] = mapped_column(default="")
    fields: Mapped[str] = mapped_column(default="{}")
    status: Mapped[BulkStatus] = mapped_column(default=BulkStatus.PREVIEWED)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="raise_on_sql")
    records: Mapped[list["BulkRecord"]] = relationship(
        back_populates="change",
        lazy="raise_on_sql",
        order_by="BulkRecord.id",
        cascade="all, delete-orphan",
    )


class BulkRecord(Model):
    """One of the records of a change: its version at the preview and once it is done, and as JSON
    what undoing puts back.
    """

    __tablename__ = "bulk_records"
    __table_args__ = (
        UniqueConstraint("change_id", "record_id"),
        CheckConstraint("version > 0", name="version_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_changes.id", ondelete="CASCADE"), index=True
    )
    record_id: Mapped[int]
    version: Mapped[int]
    done_version: Mapped[int | None]
    before: Mapped[str] = mapped_column(default="{}")
    change: Mapped[BulkChange] = relationship(back_populates="records", lazy="raise_on_sql")

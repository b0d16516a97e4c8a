"""Views of lists, files taken, changes of many records at once."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


# Lists begin with the newest: the index that leads there leads on from any edge, too.
_NEWEST = {"meetings": "held_on", "delegations": "arrives_on", "sector_interests": "noted_on"}


def upgrade() -> None:
    for table, column in _NEWEST.items():
        op.create_index(f"ix_{table}_{column}_id", table, [column, "id"])
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)

    op.create_table(
        "bulk_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing", sa.String(length=50), nullable=False),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("previewed", "done", "undone", name="bulkstatus", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_bulk_changes_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_changes")),
    )
    op.create_index(op.f("ix_bulk_changes_user_id"), "bulk_changes", ["user_id"])

    op.create_table(
        "files_taken",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing", sa.String(length=50), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_files_taken_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files_taken")),
    )
    op.create_index(op.f("ix_files_taken_begun_at"), "files_taken", ["begun_at"])
    op.create_index(op.f("ix_files_taken_listing"), "files_taken", ["listing"])
    op.create_index(op.f("ix_files_taken_user_id"), "files_taken", ["user_id"])

    op.create_table(
        "list_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing", sa.String(length=50), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_list_views_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_list_views_owner_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_views")),
    )
    op.create_index(
        "uq_list_views_name",
        "list_views",
        ["owner_id", "listing", "name"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(op.f("ix_list_views_department_id"), "list_views", ["department_id"])
    op.create_index("ix_list_views_listing", "list_views", ["listing", "owner_id"])
    op.create_index(op.f("ix_list_views_owner_id"), "list_views", ["owner_id"])

    op.create_table(
        "bulk_records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done_version", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_bulk_records_version_positive")),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["bulk_changes.id"],
            name=op.f("fk_bulk_records_change_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_records")),
        sa.UniqueConstraint(
            "change_id", "record_id", name=op.f("uq_bulk_records_change_id_record_id")
        ),
    )
    op.create_index(op.f("ix_bulk_records_change_id"), "bulk_records", ["change_id"])


def downgrade() -> None:
    for table in ("bulk_records", "list_views", "files_taken", "bulk_changes"):
        op.drop_table(table)
    for table, column in _NEWEST.items():
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
        op.drop_index(f"ix_{table}_{column}_id", table_name=table)

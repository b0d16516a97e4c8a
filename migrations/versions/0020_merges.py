"""Records made one with another."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MERGEABLE = ("organisations", "people")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in MERGEABLE:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(
                f"fk_{table}_merged_into_id", table, ["merged_into_id"], ["id"], ondelete="RESTRICT"
            )
            batch.create_index(f"ix_{table}_merged_into_id", ["merged_into_id"])
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column("merged_name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("stayed", sa.JSON(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [name], ["users.id"], name=op.f(f"fk_merges_{name}"), ondelete="RESTRICT"
            )
            for name in ("made_by_id", "undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    with op.batch_alter_table("merges") as batch:
        batch.create_index(op.f("ix_merges_made_by_id"), ["made_by_id"])
        batch.create_index(op.f("ix_merges_undone_by_id"), ["undone_by_id"])
        batch.create_index("ix_merges_kept", ["record_kind", "kept_id"])
        batch.create_index("ix_merges_merged", ["record_kind", "merged_id"])
    op.create_table(
        "merge_moves",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=60), nullable=False),
        sa.Column("column_name", sa.String(length=60), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=30), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("row", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merge_id"], ["merges.id"], name=op.f("fk_merge_moves_merge_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_moves")),
    )
    with op.batch_alter_table("merge_moves") as batch:
        batch.create_index(op.f("ix_merge_moves_merge_id"), ["merge_id"])
        batch.create_index("ix_merge_moves_row", ["table_name", "row_id"])


def downgrade() -> None:
    op.drop_table("merge_moves")
    op.drop_table("merges")
    for table in MERGEABLE:
        with op.batch_alter_table(table) as batch:
            batch.drop_index(f"ix_{table}_merged_into_id")
            batch.drop_constraint(f"fk_{table}_merged_into_id", type_="foreignkey")
            batch.drop_column("merged_into_id")

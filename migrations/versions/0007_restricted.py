"""Restricted records and the teams that see them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = {"delegation": "delegations", "meeting": "meetings", "follow_up": "follow_ups"}


def upgrade() -> None:
    for kind, table in KINDS.items():
        with op.batch_alter_table(table) as batch:
            batch.add_column(
                sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false())
            )
            batch.create_index(f"ix_{table}_restricted", ["restricted"])
        with op.batch_alter_table(table) as batch:
            batch.alter_column("restricted", server_default=None)
        op.create_table(
            f"{kind}_team",
            sa.Column(f"{kind}_id", sa.Integer(), nullable=False),
            sa.Column("user_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                [f"{kind}_id"],
                [f"{table}.id"],
                name=f"fk_{kind}_team_{kind}_id",
                ondelete="CASCADE",
            ),
            sa.ForeignKeyConstraint(
                ["user_id"], ["users.id"], name=f"fk_{kind}_team_user_id", ondelete="RESTRICT"
            ),
            sa.PrimaryKeyConstraint(f"{kind}_id", "user_id", name=f"pk_{kind}_team"),
        )
        op.create_index(f"ix_{kind}_team_user_id", f"{kind}_team", ["user_id"])


def downgrade() -> None:
    for kind, table in KINDS.items():
        op.drop_table(f"{kind}_team")
        with op.batch_alter_table(table) as batch:
            batch.drop_index(f"ix_{table}_restricted")
            batch.drop_column("restricted")

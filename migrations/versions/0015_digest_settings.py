"""Digests of departments, and retries."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_choices()


def downgrade() -> None:
    _take_choices()


def _add_choices() -> None:
    with op.batch_alter_table("users") as batch:
        batch.add_column(
            sa.Column("department_digest", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("silent_days", sa.Integer(), nullable=True, server_default="90"))
    with op.batch_alter_table("users") as batch:
        batch.alter_column("department_digest", existing_type=sa.Boolean(), server_default=None)
        batch.alter_column("silent_days", existing_type=sa.Integer(), server_default=None)


def _take_choices() -> None:
    with op.batch_alter_table("users") as batch:
        batch.drop_column("silent_days")
        batch.drop_column("department_digest")

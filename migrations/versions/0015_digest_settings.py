"""Digests of departments, and retries."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OPEN = sa.text("status NOT IN ('sent', 'dropped')")


def upgrade() -> None:
    _add_choices()
    _add_retries()


def downgrade() -> None:
    _take_retries()
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


def _add_retries() -> None:
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE deliveries SET queued_at = attempted_at")
    with op.batch_alter_table("deliveries") as batch:
        batch.alter_column("queued_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index("ix_deliveries_attempted_at_id", "deliveries", ["attempted_at", "id"])
    op.create_index("ix_deliveries_purpose_period", "deliveries", ["purpose", "period"])
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["next_attempt_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "digest_runs",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_digest_runs")),
    )


def _take_retries() -> None:
    op.drop_table("digest_runs")
    for name in ("open", "purpose_period", "attempted_at_id"):
        op.drop_index(f"ix_deliveries_{name}", table_name="deliveries")
    # The older version knows no mail that is not wanted any more; it would fail to read one.
    op.execute("UPDATE deliveries SET status = 'sent' WHERE status = 'dropped'")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_column("next_attempt_at")
        batch.drop_column("queued_at")

"""Requests for extension, numbers of minutes, why a point was reopened."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

REQUESTS = "follow_up_extension_requests"
DECISIONS = ("granted", "refused", "withdrawn", "settled")


def upgrade() -> None:
    with op.batch_alter_table("meetings") as batch:
        batch.add_column(sa.Column("minutes_number", sa.String(length=100), nullable=True))
        batch.add_column(sa.Column("minutes_on", sa.Date(), nullable=True))
        batch.create_check_constraint(
            op.f("ck_meetings_minutes_number_and_day"),
            "(minutes_number IS NULL) = (minutes_on IS NULL)",
        )
    with op.batch_alter_table("follow_ups") as batch:
        batch.add_column(sa.Column("reopened_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("reopen_reason", sa.Text(), nullable=True))
    op.create_table(
        REQUESTS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(*DECISIONS, name="decision", native_enum=False, length=30),
            nullable=True,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("extension_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(decision IS NULL AND decided_on IS NULL AND decided_by_id IS NULL)"
            " OR (decision IS NOT NULL AND decided_on IS NOT NULL AND decided_by_id IS NOT NULL)",
            name=op.f(f"ck_{REQUESTS}_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "decision <> 'refused' OR answer IS NOT NULL",
            name=op.f(f"ck_{REQUESTS}_refused_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_ups.id"],
            name=op.f(f"fk_{REQUESTS}_follow_up_id"),
            ondelete="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["users.id"], name=op.f(f"fk_{REQUESTS}_{column}"), ondelete="RESTRICT"
            )
            for column in ("asked_by_id", "decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["follow_up_extensions.id"],
            name=op.f(f"fk_{REQUESTS}_extension_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{REQUESTS}")),
    )
    for column in ("asked_by_id", "decided_by_id", "extension_id", "follow_up_id"):
        op.create_index(op.f(f"ix_{REQUESTS}_{column}"), REQUESTS, [column])
    op.create_index(
        f"uq_{REQUESTS}_open",
        REQUESTS,
        ["follow_up_id"],
        unique=True,
        sqlite_where=sa.text("decision IS NULL"),
        postgresql_where=sa.text("decision IS NULL"),
    )


def downgrade() -> None:
    op.drop_table(REQUESTS)
    with op.batch_alter_table("follow_ups") as batch:
        batch.drop_column("reopen_reason")
        batch.drop_column("reopened_on")
    with op.batch_alter_table("meetings") as batch:
        batch.drop_constraint(op.f("ck_meetings_minutes_number_and_day"), type_="check")
        batch.drop_column("minutes_on")
        batch.drop_column("minutes_number")

"""The order of reference lists, and the days moved by decree."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sectors and districts have their places since 0001; departments stood by their name.
    with op.batch_alter_table("departments") as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE departments SET position = (SELECT count(*) FROM departments AS other "
        "WHERE coalesce(other.name_key_kk, '') < coalesce(departments.name_key_kk, '') "
        "OR (coalesce(other.name_key_kk, '') = coalesce(departments.name_key_kk, '') "
        "AND other.id <= departments.id))"
    )
    with op.batch_alter_table("departments") as batch_op:
        batch_op.alter_column("position", server_default=None)

    op.create_table(
        "working_days",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("day_off", "working", name="daykind", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("decree", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_days")),
        sa.UniqueConstraint("day", name=op.f("uq_working_days_day")),
    )


def downgrade() -> None:
    op.drop_table("working_days")
    with op.batch_alter_table("departments") as batch_op:
        batch_op.drop_column("position")

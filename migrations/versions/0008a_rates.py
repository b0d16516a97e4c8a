"""Exchange rates and the calculation index."""

import sqlalchemy as sa
from alembic import op

revision = "0008a"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calculation_indexes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("national_pool_from", sa.Integer(), nullable=False),
        sa.Column("decree", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calculation_indexes")),
        sa.UniqueConstraint("year", name=op.f("uq_calculation_indexes_year")),
    )
    op.create_table(
        "exchange_rates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("tenge_micro", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "currency <> 'USD' OR tenge_micro >= 1000000",
            name=op.f("ck_exchange_rates_dollar_in_bounds"),
        ),
        sa.CheckConstraint(
            "tenge_micro > 0 AND tenge_micro <= 50000000000",
            name=op.f("ck_exchange_rates_rate_in_bounds"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rates")),
        sa.UniqueConstraint(
            "currency", "rated_on", name=op.f("uq_exchange_rates_currency_rated_on")
        ),
    )
    with op.batch_alter_table("exchange_rates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_rates_rated_on"), ["rated_on"], unique=False)


def downgrade() -> None:
    op.drop_table("exchange_rates")
    op.drop_table("calculation_indexes")

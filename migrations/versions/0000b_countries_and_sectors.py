"""First tables: countries with their trade, districts, sectors."""

import sqlalchemy as sa
from alembic import op

revision = "0000b"
down_revision = "0000a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "districts",
        sa.Column("code", sa.String(length=9), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.Column("name_kk", sa.String(length=500), nullable=True),
        sa.Column("name_ru", sa.String(length=500), nullable=True),
        sa.Column("name_en", sa.String(length=500), nullable=True),
        sa.Column(
            "name_key_kk",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "name_key_ru",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "name_key_en",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_districts")),
    )
    with op.batch_alter_table("districts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_districts_name_key_en"), ["name_key_en"], unique=False)
        batch_op.create_index(batch_op.f("ix_districts_name_key_kk"), ["name_key_kk"], unique=False)
        batch_op.create_index(batch_op.f("ix_districts_name_key_ru"), ["name_key_ru"], unique=False)

    op.create_table(
        "sectors",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("parent_code", sa.String(length=20), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.Column("name_kk", sa.String(length=500), nullable=True),
        sa.Column("name_ru", sa.String(length=500), nullable=True),
        sa.Column("name_en", sa.String(length=500), nullable=True),
        sa.Column(
            "name_key_kk",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "name_key_ru",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "name_key_en",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"],
            ["sectors.code"],
            name=op.f("fk_sectors_parent_code"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sectors")),
    )
    with op.batch_alter_table("sectors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sectors_name_key_en"), ["name_key_en"], unique=False)
        batch_op.create_index(batch_op.f("ix_sectors_name_key_kk"), ["name_key_kk"], unique=False)
        batch_op.create_index(batch_op.f("ix_sectors_name_key_ru"), ["name_key_ru"], unique=False)
        batch_op.create_index(batch_op.f("ix_sectors_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "countries",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("is_partner", sa.Boolean(), nullable=False),
        sa.Column("desk_officer_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name_kk", sa.String(length=500), nullable=True),
        sa.Column("name_ru", sa.String(length=500), nullable=True),
        sa.Column("name_en", sa.String(length=500), nullable=True),
        sa.Column(
            "name_key_kk",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "name_key_ru",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "name_key_en",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["desk_officer_id"],
            ["users.id"],
            name=op.f("fk_countries_desk_officer_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_countries")),
    )
    with op.batch_alter_table("countries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_countries_desk_officer_id"), ["desk_officer_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_countries_name_key_en"), ["name_key_en"], unique=False)
        batch_op.create_index(batch_op.f("ix_countries_name_key_kk"), ["name_key_kk"], unique=False)
        batch_op.create_index(batch_op.f("ix_countries_name_key_ru"), ["name_key_ru"], unique=False)

    op.create_table(
        "trade_facts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column(
            "indicator",
            sa.Enum("turnover", "export", "import", name="indicator", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("value_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "qualifier",
            sa.Enum(
                "exact",
                "about",
                "more_than",
                "less_than",
                name="qualifier",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=True),
        sa.Column("is_year_to_date", sa.Boolean(), nullable=False),
        sa.Column("region_kk", sa.String(length=200), nullable=True),
        sa.Column("region_ru", sa.String(length=200), nullable=True),
        sa.Column("region_en", sa.String(length=200), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "period_to IS NULL OR period_to >= period_from",
            name=op.f("ck_trade_facts_period_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["countries.code"],
            name=op.f("fk_trade_facts_country_code"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_facts")),
    )
    with op.batch_alter_table("trade_facts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_trade_facts_country_code"), ["country_code"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("trade_facts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trade_facts_country_code"))
    op.drop_table("trade_facts")
    with op.batch_alter_table("countries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_countries_name_key_ru"))
        batch_op.drop_index(batch_op.f("ix_countries_name_key_kk"))
        batch_op.drop_index(batch_op.f("ix_countries_name_key_en"))
        batch_op.drop_index(batch_op.f("ix_countries_desk_officer_id"))
    op.drop_table("countries")
    with op.batch_alter_table("sectors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sectors_parent_code"))
        batch_op.drop_index(batch_op.f("ix_sectors_name_key_ru"))
        batch_op.drop_index(batch_op.f("ix_sectors_name_key_kk"))
        batch_op.drop_index(batch_op.f("ix_sectors_name_key_en"))
    op.drop_table("sectors")
    with op.batch_alter_table("districts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_districts_name_key_ru"))
        batch_op.drop_index(batch_op.f("ix_districts_name_key_kk"))
        batch_op.drop_index(batch_op.f("ix_districts_name_key_en"))
    op.drop_table("districts")

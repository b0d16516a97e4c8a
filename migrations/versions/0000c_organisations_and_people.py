"""First tables: organisations, people, and who is appointed where."""

import sqlalchemy as sa
from alembic import op

revision = "0000c"
down_revision = "0000b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_name", sa.String(length=200), nullable=False),
        sa.Column("given_name", sa.String(length=200), nullable=True),
        sa.Column("patronymic", sa.String(length=200), nullable=True),
        sa.Column("name_kk", sa.String(length=500), nullable=True),
        sa.Column("name_ru", sa.String(length=500), nullable=True),
        sa.Column("name_en", sa.String(length=500), nullable=True),
        sa.Column("name_latin", sa.String(length=500), nullable=True),
        sa.Column("aliases", sa.Text(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "name_key",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_name_key"), ["name_key"], unique=False)

    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "company",
                "embassy",
                "consulate",
                "ministry",
                "chamber",
                "development_institution",
                "state_body",
                "university",
                "other",
                name="organisationkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("bin", sa.String(length=12), nullable=True),
        sa.Column("website", sa.String(length=500), nullable=True),
        sa.Column("aliases", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
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
            ["country_code"],
            ["countries.code"],
            name=op.f("fk_organisations_country_code"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("bin", name=op.f("uq_organisations_bin")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisations_country_code"), ["country_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_organisations_name_key_en"), ["name_key_en"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_organisations_name_key_kk"), ["name_key_kk"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_organisations_name_key_ru"), ["name_key_ru"], unique=False
        )

    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("position_kk", sa.String(length=500), nullable=True),
        sa.Column("position_ru", sa.String(length=500), nullable=True),
        sa.Column("position_en", sa.String(length=500), nullable=True),
        sa.Column(
            "rank",
            sa.Enum(
                "ambassador",
                "consul_general",
                "counsellor",
                "consul",
                "first_secretary",
                "second_secretary",
                "third_secretary",
                "attache",
                name="rank",
                native_enum=False,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_appointments_span_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_appointments_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_appointments_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointments_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_appointments_person_id"), ["person_id"], unique=False)

    op.create_table(
        "organisation_sectors",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sector_code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_sectors_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"],
            ["sectors.code"],
            name=op.f("fk_organisation_sectors_sector_code"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "sector_code", name=op.f("pk_organisation_sectors")
        ),
    )
    with op.batch_alter_table("organisation_sectors", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_sectors_sector_code"), ["sector_code"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("organisation_sectors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_sectors_sector_code"))
    op.drop_table("organisation_sectors")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointments_person_id"))
        batch_op.drop_index(batch_op.f("ix_appointments_organisation_id"))
    op.drop_table("appointments")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisations_name_key_ru"))
        batch_op.drop_index(batch_op.f("ix_organisations_name_key_kk"))
        batch_op.drop_index(batch_op.f("ix_organisations_name_key_en"))
        batch_op.drop_index(batch_op.f("ix_organisations_country_code"))
    op.drop_table("organisations")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_name_key"))
    op.drop_table("people")

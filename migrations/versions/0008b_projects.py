"""Investment projects and their amounts."""

import sqlalchemy as sa
from alembic import op

revision = "0008b"
down_revision = "0008a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("title_kk", sa.String(length=500), nullable=True),
        sa.Column("title_ru", sa.String(length=500), nullable=True),
        sa.Column("title_en", sa.String(length=500), nullable=True),
        sa.Column(
            "title_key_kk",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "title_key_ru",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "title_key_en",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column(
            "text_language",
            sa.Enum("kk", "ru", "en", name="language", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("sector_code", sa.String(length=20), nullable=False),
        sa.Column("oked", sa.String(length=10), nullable=True),
        sa.Column("district_code", sa.String(length=9), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "proposal",
                "negotiation",
                "pre_investment",
                "investment",
                "commissioned",
                "post_investment",
                name="stage",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("stage_since", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "suspended",
                "withdrawn",
                "completed",
                name="projectstatus",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("status_since", sa.Date(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("memorandum_on", sa.Date(), nullable=True),
        sa.Column("jobs_permanent_planned", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_permanent_planned_qualifier",
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
        sa.Column("jobs_permanent_actual", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_permanent_actual_qualifier",
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
        sa.Column("jobs_temporary_planned", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_temporary_planned_qualifier",
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
        sa.Column("jobs_temporary_actual", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_temporary_actual_qualifier",
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
        sa.Column("jobs_total_planned", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_total_planned_qualifier",
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
        sa.Column("jobs_total_actual", sa.Integer(), nullable=True),
        sa.Column(
            "jobs_total_actual_qualifier",
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
        sa.Column("capacity_thousandths", sa.BigInteger(), nullable=True),
        sa.Column("capacity_unit", sa.String(length=100), nullable=True),
        sa.Column("capacity_product", sa.String(length=300), nullable=True),
        sa.Column("start_year", sa.Integer(), nullable=True),
        sa.Column("start_quarter", sa.Integer(), nullable=True),
        sa.Column("commissioning_planned_year", sa.Integer(), nullable=True),
        sa.Column("commissioning_planned_quarter", sa.Integer(), nullable=True),
        sa.Column("commissioning_actual_year", sa.Integer(), nullable=True),
        sa.Column("commissioning_actual_quarter", sa.Integer(), nullable=True),
        sa.Column("next_step", sa.String(length=500), nullable=True),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("in_report", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "commissioning_actual_quarter IS NULL OR (commissioning_actual_year IS NOT NULL AND commissioning_actual_quarter BETWEEN 1 AND 4)",
            name=op.f("ck_projects_commissioning_actual_quarter"),
        ),
        sa.CheckConstraint(
            "commissioning_planned_quarter IS NULL OR (commissioning_planned_year IS NOT NULL AND commissioning_planned_quarter BETWEEN 1 AND 4)",
            name=op.f("ck_projects_commissioning_planned_quarter"),
        ),
        sa.CheckConstraint(
            "start_quarter IS NULL OR (start_year IS NOT NULL AND start_quarter BETWEEN 1 AND 4)",
            name=op.f("ck_projects_start_quarter"),
        ),
        sa.CheckConstraint(
            "title_kk IS NOT NULL OR title_ru IS NOT NULL OR title_en IS NOT NULL",
            name=op.f("ck_projects_titled"),
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["countries.code"],
            name=op.f("fk_projects_country_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["district_code"],
            ["districts.code"],
            name=op.f("fk_projects_district_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["users.id"], name=op.f("fk_projects_officer_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"],
            ["sectors.code"],
            name=op.f("fk_projects_sector_code"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
        sa.UniqueConstraint("code", name=op.f("uq_projects_code")),
    )
    with op.batch_alter_table("projects", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_projects_commissioning_actual_year"),
            ["commissioning_actual_year"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_projects_country_code"), ["country_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_projects_district_code"), ["district_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_projects_next_step_on"), ["next_step_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_projects_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_projects_restricted"), ["restricted"], unique=False)
        batch_op.create_index(batch_op.f("ix_projects_sector_code"), ["sector_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_projects_stage"), ["stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_projects_status"), ["status"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_projects_title_key_en"), ["title_key_en"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_projects_title_key_kk"), ["title_key_kk"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_projects_title_key_ru"), ["title_key_ru"], unique=False
        )

    op.create_table(
        "project_amounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "announced", "contracted", "actual", name="amountkind", native_enum=False, length=30
            ),
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
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("dated_until", sa.Date(), nullable=True),
        sa.Column(
            "date_precision",
            sa.Enum(
                "day",
                "publication_day",
                "week",
                "month",
                "quarter",
                "year",
                "range",
                "unknown",
                name="dateprecision",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=1000), nullable=True),
        sa.Column("rate_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(date_precision = 'unknown') = (dated_on IS NULL)",
            name=op.f("ck_project_amounts_precision_fits_date"),
        ),
        sa.CheckConstraint("value_minor > 0", name=op.f("ck_project_amounts_value_is_positive")),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_project_amounts_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_amounts")),
    )
    with op.batch_alter_table("project_amounts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_amounts_project_id"), ["project_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("project_amounts")
    op.drop_table("projects")

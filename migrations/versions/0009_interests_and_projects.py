"""Exchange rates, the calculation index, investment projects, sector interests."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
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

    op.create_table(
        "project_participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "investor",
                "initiator",
                "contractor",
                "operator",
                name="projectrole",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("share_basis_points", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "share_basis_points BETWEEN 0 AND 10000",
            name=op.f("ck_project_participants_share_in_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_project_participants_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_project_participants_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_participants")),
        sa.UniqueConstraint(
            "project_id",
            "organisation_id",
            "role",
            name=op.f("uq_project_participants_project_id_organisation_id_role"),
        ),
    )
    with op.batch_alter_table("project_participants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_participants_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_project_participants_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(length=300), nullable=True),
        sa.Column("decided_by", sa.String(length=300), nullable=True),
        sa.Column("decide_by_on", sa.Date(), nullable=True),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("risk_minor", sa.BigInteger(), nullable=True),
        sa.Column("risk_currency", sa.String(length=3), nullable=True),
        sa.Column("solved_on", sa.Date(), nullable=True),
        sa.Column("solution", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(risk_minor IS NULL) = (risk_currency IS NULL)",
            name=op.f("ck_project_problems_whole_risk"),
        ),
        sa.CheckConstraint(
            "solved_on IS NULL OR solved_on >= since_on",
            name=op.f("ck_project_problems_solved_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_project_problems_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_problems")),
    )
    with op.batch_alter_table("project_problems", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_problems_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_stage_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "from_stage",
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
            nullable=True,
        ),
        sa.Column(
            "to_stage",
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
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("days_spent", sa.Integer(), nullable=True),
        sa.Column("passed_gaps", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["users.id"],
            name=op.f("fk_project_stage_moves_author_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_project_stage_moves_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_stage_moves")),
    )
    with op.batch_alter_table("project_stage_moves", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_stage_moves_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_project_stage_moves_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_status_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column(
            "from_status",
            sa.Enum(
                "active",
                "suspended",
                "withdrawn",
                "completed",
                name="projectstatus",
                native_enum=False,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_status",
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
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["users.id"],
            name=op.f("fk_project_status_changes_author_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_project_status_changes_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_status_changes")),
    )
    with op.batch_alter_table("project_status_changes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_status_changes_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_project_status_changes_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "project_team",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_project_team_project_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_project_team_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("project_id", "user_id", name=op.f("pk_project_team")),
    )
    with op.batch_alter_table("project_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_team_user_id"), ["user_id"], unique=False)

    op.create_table(
        "project_meetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_project_meetings_meeting_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["projects.id"],
            name=op.f("fk_project_meetings_project_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_meetings")),
        sa.UniqueConstraint(
            "project_id", "meeting_id", name=op.f("uq_project_meetings_project_id_meeting_id")
        ),
    )
    with op.batch_alter_table("project_meetings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_project_meetings_meeting_id"), ["meeting_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_project_meetings_project_id"), ["project_id"], unique=False
        )

    op.create_table(
        "sector_interests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column(
            "text_language",
            sa.Enum("kk", "ru", "en", name="language", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("country_code", sa.String(length=2), nullable=True),
        sa.Column("sector_code", sa.String(length=20), nullable=False),
        sa.Column(
            "strength",
            sa.Enum(
                "mentioned",
                "expressed",
                "concrete",
                "committed",
                name="strength",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum(
                "invest",
                "buy",
                "sell",
                "technology",
                "training",
                name="interestdirection",
                native_enum=False,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN delegation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN country_code IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_sector_interests_exactly_one"),
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["countries.code"],
            name=op.f("fk_sector_interests_country_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegations.id"],
            name=op.f("fk_sector_interests_delegation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_sector_interests_meeting_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["users.id"],
            name=op.f("fk_sector_interests_officer_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_sector_interests_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"],
            ["sectors.code"],
            name=op.f("fk_sector_interests_sector_code"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sector_interests")),
    )
    with op.batch_alter_table("sector_interests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sector_interests_country_code"), ["country_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sector_interests_delegation_id"), ["delegation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sector_interests_meeting_id"), ["meeting_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sector_interests_noted_on"), ["noted_on"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sector_interests_officer_id"), ["officer_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sector_interests_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sector_interests_restricted"), ["restricted"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sector_interests_sector_code"), ["sector_code"], unique=False
        )

    op.create_table(
        "interest_team",
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interest_id"],
            ["sector_interests.id"],
            name=op.f("fk_interest_team_interest_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_interest_team_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("interest_id", "user_id", name=op.f("pk_interest_team")),
    )
    with op.batch_alter_table("interest_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interest_team_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.add_column(sa.Column("project_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_follow_ups_project_id"), ["project_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_follow_ups_project_id"),
            "projects",
            ["project_id"],
            ["id"],
            ondelete="RESTRICT",
        )


def downgrade() -> None:
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_follow_ups_project_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_follow_ups_project_id"))
        batch_op.drop_column("project_id")
    op.drop_table("interest_team")
    op.drop_table("sector_interests")
    op.drop_table("project_meetings")
    op.drop_table("project_team")
    op.drop_table("project_status_changes")
    op.drop_table("project_stage_moves")
    op.drop_table("project_problems")
    op.drop_table("project_participants")
    op.drop_table("project_amounts")
    op.drop_table("projects")
    op.drop_table("exchange_rates")
    op.drop_table("calculation_indexes")

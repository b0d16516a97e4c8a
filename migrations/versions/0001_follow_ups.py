"""First tables: follow-ups, their executors, extensions and progress."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = "0000e"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "text_key",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column(
            "text_language",
            sa.Enum("kk", "ru", "en", name="language", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "consultation",
                "experience_exchange",
                "joint_initiative",
                "provide_info",
                "sign_memorandum",
                "prepare_roadmap",
                "site_visit",
                "return_visit",
                "b2b_meeting",
                "land_plot",
                "technical_conditions",
                "training",
                "working_group",
                "other",
                name="followupkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Enum(
                "agreement",
                "akim_instruction",
                "headquarters",
                "higher_body",
                name="basis",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("basis_number", sa.String(length=100), nullable=True),
        sa.Column("basis_date", sa.Date(), nullable=True),
        sa.Column("basis_point", sa.String(length=50), nullable=True),
        sa.Column("meeting_id", sa.Integer(), nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("partner_organisation_id", sa.Integer(), nullable=True),
        sa.Column("country_code", sa.String(length=2), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column(
            "responsible_side",
            sa.Enum(
                "ours", "partner", "both", name="responsibleside", native_enum=False, length=30
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("controller_id", sa.Integer(), nullable=True),
        sa.Column("controller_name", sa.String(length=300), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "agreed",
                "in_progress",
                "awaiting_partner",
                "done",
                "off_control",
                "cancelled",
                name="followupstatus",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("status_since", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("closing_meeting_id", sa.Integer(), nullable=True),
        sa.Column("removal_number", sa.String(length=100), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('done', 'off_control') OR outcome IS NOT NULL",
            name=op.f("ck_follow_ups_outcome_if_done"),
        ),
        sa.ForeignKeyConstraint(
            ["closing_meeting_id"],
            ["meetings.id"],
            name=op.f("fk_follow_ups_closing_meeting_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["controller_id"],
            ["users.id"],
            name=op.f("fk_follow_ups_controller_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["countries.code"],
            name=op.f("fk_follow_ups_country_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegations.id"],
            name=op.f("fk_follow_ups_delegation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_follow_ups_meeting_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_follow_ups_owner_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["partner_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_follow_ups_partner_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_follow_ups_meeting_id_number")),
    )
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_ups_closing_meeting_id"), ["closing_meeting_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_follow_ups_controller_id"), ["controller_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_follow_ups_country_code"), ["country_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_follow_ups_delegation_id"), ["delegation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_follow_ups_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_follow_ups_partner_organisation_id"),
            ["partner_organisation_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_follow_ups_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_ups_text_key"), ["text_key"], unique=False)

    op.create_table(
        "follow_up_executors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("outsider", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN user_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN department_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN outsider IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_follow_up_executors_exactly_one"),
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_follow_up_executors_department_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_ups.id"],
            name=op.f("fk_follow_up_executors_follow_up_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_follow_up_executors_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_executors")),
    )
    with op.batch_alter_table("follow_up_executors", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_up_executors_department_id"), ["department_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_follow_up_executors_follow_up_id"), ["follow_up_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_follow_up_executors_user_id"), ["user_id"], unique=False
        )

    op.create_table(
        "follow_up_extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("authority", sa.String(length=300), nullable=False),
        sa.Column("extended_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_ups.id"],
            name=op.f("fk_follow_up_extensions_follow_up_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_extensions")),
    )
    with op.batch_alter_table("follow_up_extensions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_up_extensions_follow_up_id"), ["follow_up_id"], unique=False
        )

    op.create_table(
        "follow_up_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["users.id"],
            name=op.f("fk_follow_up_progress_author_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"],
            ["follow_ups.id"],
            name=op.f("fk_follow_up_progress_follow_up_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_progress")),
    )
    with op.batch_alter_table("follow_up_progress", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_follow_up_progress_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_follow_up_progress_follow_up_id"), ["follow_up_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("follow_up_progress", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_progress_follow_up_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_progress_author_id"))
    op.drop_table("follow_up_progress")
    with op.batch_alter_table("follow_up_extensions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_extensions_follow_up_id"))
    op.drop_table("follow_up_extensions")
    with op.batch_alter_table("follow_up_executors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_executors_user_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_executors_follow_up_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_executors_department_id"))
    op.drop_table("follow_up_executors")
    with op.batch_alter_table("follow_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_ups_text_key"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_status"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_partner_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_owner_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_kind"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_due_on"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_delegation_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_country_code"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_controller_id"))
        batch_op.drop_index(batch_op.f("ix_follow_ups_closing_meeting_id"))
    op.drop_table("follow_ups")

"""What a project has: participants, problems, moves, a team, meetings, points."""

import sqlalchemy as sa
from alembic import op

revision = "0008c"
down_revision = "0008b"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    op.drop_table("project_meetings")
    op.drop_table("project_team")
    op.drop_table("project_status_changes")
    op.drop_table("project_stage_moves")
    op.drop_table("project_problems")
    op.drop_table("project_participants")

"""Sector interests and who works on them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008c"
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_table("interest_team")
    op.drop_table("sector_interests")

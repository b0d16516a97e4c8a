"""First tables: delegations, their members and sectors."""

import sqlalchemy as sa
from alembic import op

revision = "0000d"
down_revision = "0000c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column(
            "title_key",
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
        sa.Column(
            "direction",
            sa.Enum(
                "inbound", "outbound", "third_place", name="direction", native_enum=False, length=30
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "head_of_state",
                "government",
                "ambassador",
                "consul",
                "diplomat",
                "business",
                "expert",
                name="level",
                native_enum=False,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "confirmed",
                "completed",
                "cancelled",
                name="delegationstatus",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("arrives_on", sa.Date(), nullable=True),
        sa.Column("departs_on", sa.Date(), nullable=True),
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
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum(
                "embassy",
                "ministry",
                "direct",
                "kazakh_invest",
                name="channel",
                native_enum=False,
                length=30,
            ),
            nullable=True,
        ),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "arrives_on IS NULL OR departs_on IS NULL OR departs_on >= arrives_on",
            name=op.f("ck_delegations_dates_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["countries.code"],
            name=op.f("fk_delegations_country_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["users.id"],
            name=op.f("fk_delegations_officer_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegations_arrives_on"), ["arrives_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_delegations_country_code"), ["country_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_delegations_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_delegations_title_key"), ["title_key"], unique=False)

    op.create_table(
        "delegation_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("group_text", sa.String(length=500), nullable=True),
        sa.Column("member_count", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "head",
                "member",
                "interpreter",
                "press",
                "security",
                name="memberrole",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("position_text", sa.String(length=500), nullable=True),
        sa.Column("position_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "member_count IS NULL OR member_count > 0",
            name=op.f("ck_delegation_members_count_is_positive"),
        ),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR organisation_id IS NOT NULL OR group_text IS NOT NULL OR position_text IS NOT NULL",
            name=op.f("ck_delegation_members_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegations.id"],
            name=op.f("fk_delegation_members_delegation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_delegation_members_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_delegation_members_person_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_members")),
    )
    with op.batch_alter_table("delegation_members", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delegation_members_delegation_id"), ["delegation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_delegation_members_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_delegation_members_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "delegation_sectors",
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("sector_code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegations.id"],
            name=op.f("fk_delegation_sectors_delegation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"],
            ["sectors.code"],
            name=op.f("fk_delegation_sectors_sector_code"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("delegation_id", "sector_code", name=op.f("pk_delegation_sectors")),
    )
    with op.batch_alter_table("delegation_sectors", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delegation_sectors_sector_code"), ["sector_code"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("delegation_sectors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_sectors_sector_code"))
    op.drop_table("delegation_sectors")
    with op.batch_alter_table("delegation_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegation_members_person_id"))
        batch_op.drop_index(batch_op.f("ix_delegation_members_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_delegation_members_delegation_id"))
    op.drop_table("delegation_members")
    with op.batch_alter_table("delegations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegations_title_key"))
        batch_op.drop_index(batch_op.f("ix_delegations_officer_id"))
        batch_op.drop_index(batch_op.f("ix_delegations_country_code"))
        batch_op.drop_index(batch_op.f("ix_delegations_arrives_on"))
    op.drop_table("delegations")

"""First tables: meetings, their participants and sectors."""

import sqlalchemy as sa
from alembic import op

revision = "0000e"
down_revision = "0000d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meetings",
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
        sa.Column(
            "kind",
            sa.Enum(
                "working_meeting",
                "negotiation",
                "consultation",
                "site_visit",
                "forum",
                "call",
                "video_call",
                name="meetingkind",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "planned", "held", "cancelled", name="meetingstatus", native_enum=False, length=30
            ),
            nullable=False,
        ),
        sa.Column("country_code", sa.String(length=2), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_until", sa.Date(), nullable=True),
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
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column("place", sa.String(length=500), nullable=True),
        sa.Column("district_code", sa.String(length=9), nullable=True),
        sa.Column("received_by", sa.String(length=500), nullable=True),
        sa.Column("agenda", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source_name", sa.String(length=500), nullable=True),
        sa.Column("source_url", sa.String(length=1000), nullable=True),
        sa.Column("source_published_on", sa.Date(), nullable=True),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(date_precision = 'unknown') = (held_on IS NULL)",
            name=op.f("ck_meetings_precision_fits_date"),
        ),
        sa.CheckConstraint(
            "held_until IS NULL OR held_until >= held_on", name=op.f("ck_meetings_dates_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["countries.code"],
            name=op.f("fk_meetings_country_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegations.id"],
            name=op.f("fk_meetings_delegation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["district_code"],
            ["districts.code"],
            name=op.f("fk_meetings_district_code"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["users.id"], name=op.f("fk_meetings_officer_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meetings_country_code"), ["country_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_meetings_delegation_id"), ["delegation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_meetings_district_code"), ["district_code"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_meetings_held_on"), ["held_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meetings_title_key"), ["title_key"], unique=False)

    op.create_table(
        "meeting_sectors",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("sector_code", sa.String(length=20), nullable=False),
        sa.Column(
            "weight",
            sa.Enum("focus", "discussed", name="weight", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("position_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_meeting_sectors_meeting_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sector_code"],
            ["sectors.code"],
            name=op.f("fk_meeting_sectors_sector_code"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("meeting_id", "sector_code", name=op.f("pk_meeting_sectors")),
    )
    with op.batch_alter_table("meeting_sectors", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_meeting_sectors_sector_code"), ["sector_code"], unique=False
        )

    op.create_table(
        "participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("ours", "partner", name="side", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("group_text", sa.String(length=500), nullable=True),
        sa.Column("member_count", sa.Integer(), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "host",
                "head",
                "member",
                "interpreter",
                name="participantrole",
                native_enum=False,
                length=30,
            ),
            nullable=False,
        ),
        sa.Column("position_text", sa.String(length=500), nullable=True),
        sa.Column("organisation_text", sa.String(length=500), nullable=True),
        sa.Column("position_number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "member_count IS NULL OR member_count > 0",
            name=op.f("ck_participants_count_is_positive"),
        ),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR organisation_id IS NOT NULL OR group_text IS NOT NULL OR position_text IS NOT NULL",
            name=op.f("ck_participants_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_participants_meeting_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_participants_organisation_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_participants_person_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
    )
    with op.batch_alter_table("participants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participants_meeting_id"), ["meeting_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_participants_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_participants_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("participants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participants_person_id"))
        batch_op.drop_index(batch_op.f("ix_participants_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_participants_meeting_id"))
    op.drop_table("participants")
    with op.batch_alter_table("meeting_sectors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meeting_sectors_sector_code"))
    op.drop_table("meeting_sectors")
    with op.batch_alter_table("meetings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_meetings_title_key"))
        batch_op.drop_index(batch_op.f("ix_meetings_officer_id"))
        batch_op.drop_index(batch_op.f("ix_meetings_held_on"))
        batch_op.drop_index(batch_op.f("ix_meetings_district_code"))
        batch_op.drop_index(batch_op.f("ix_meetings_delegation_id"))
        batch_op.drop_index(batch_op.f("ix_meetings_country_code"))
    op.drop_table("meetings")

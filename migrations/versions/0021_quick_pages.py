"""Indexes of what single pages read: of a country, of an officer, of an organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Table, what the index is called and goes along, the shorter one whose work it does, if any.
INDEXES = (
    ("follow_ups", "country_urgency", ("country_code", "urgency_key", "id"), "country_code"),
    ("follow_ups", "owner_urgency", ("owner_id", "urgency_key", "id"), "owner_id"),
    ("follow_ups", "country_done", ("country_code", "done_on", "id", "urgency_key"), None),
    ("follow_up_executors", "user", ("user_id", "follow_up_id"), "user_id"),
    ("meetings", "country_held", ("country_code", "held_on", "id"), "country_code"),
    ("meetings", "country_status", ("country_code", "status", "held_on", "id"), None),
    ("delegations", "country_arrives", ("country_code", "arrives_on", "id"), "country_code"),
    ("participants", "meeting_side", ("meeting_id", "side", "person_id"), "meeting_id"),
    ("organisations", "country", ("country_code", "archived_at", "id"), "country_code"),
    ("projects", "country", ("country_code", "id"), "country_code"),
    ("appointments", "organisation_person", ("organisation_id", "person_id"), "organisation_id"),
)
IN_USE = sa.text("archived_at IS NULL")


def upgrade() -> None:
    for table, name, columns, replaced in INDEXES:
        op.create_index(f"ix_{table}_{name}", table, list(columns))
        if replaced is not None:
            op.drop_index(f"ix_{table}_{replaced}", table)
    kept_out = sa.text("archived_at IS NOT NULL")
    op.create_index(
        "ix_people_archived", "people", ["id"], sqlite_where=kept_out, postgresql_where=kept_out
    )
    for language in ("kk", "ru", "en"):
        op.create_index(
            f"ix_organisations_country_{language}",
            "organisations",
            ["country_code", f"name_key_{language}"],
            sqlite_where=IN_USE,
            postgresql_where=IN_USE,
        )


def downgrade() -> None:
    for language in ("kk", "ru", "en"):
        op.drop_index(f"ix_organisations_country_{language}", "organisations")
    op.drop_index("ix_people_archived", "people")
    for table, name, _columns, replaced in INDEXES:
        op.drop_index(f"ix_{table}_{name}", table)
        if replaced is not None:
            op.create_index(f"ix_{table}_{replaced}", table, [replaced])

"""Indexes for the order of the points and for the trail of one kind; contacts of a withdrawn
consent leave the search.
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")
# Pending before closed, by deadline, undated ones last; as the model derives it.
FILL = """
UPDATE follow_ups SET urgency_key =
    CASE WHEN status IN ('agreed', 'in_progress', 'awaiting_partner') THEN '0' ELSE '1' END
    || COALESCE(CAST(due_on AS VARCHAR(10)), '9999-99-99')
"""
FOLDED = str.maketrans("әғқңөұүһіё", "агкноуухие")
people = sa.table(
    "people",
    *(sa.column(name) for name in ("id", "search_text", "emails", "phones")),
    sa.column("consent_withdrawn_on"),
)


def upgrade() -> None:
    op.create_index("ix_audit_entries_kind_id", "audit_entries", ["kind", "id"])
    with op.batch_alter_table("follow_ups") as batch:
        batch.add_column(sa.Column("urgency_key", KEY, nullable=False, server_default=""))
    op.execute(FILL)
    with op.batch_alter_table("follow_ups") as batch:
        batch.alter_column("urgency_key", server_default=None)
        batch.create_index("ix_follow_ups_urgency", ["urgency_key", "id"])
    _forget_contacts()


def downgrade() -> None:
    with op.batch_alter_table("follow_ups") as batch:
        batch.drop_index("ix_follow_ups_urgency")
        batch.drop_column("urgency_key")
    op.drop_index("ix_audit_entries_kind_id", "audit_entries")


def _forget_contacts() -> None:
    """E-mails and phones end the search text of a person."""
    connection = op.get_bind()
    withdrawn = sa.select(people).where(people.c.consent_withdrawn_on.is_not(None))
    for person in connection.execute(withdrawn).all():
        lines = f"{person.emails or ''}\n{person.phones or ''}".split("\n")
        contacts = " ".join(" ".join(_fold(line).split()) for line in lines if line)
        if contacts and person.search_text.endswith(f" {contacts}"):
            kept = person.search_text.removesuffix(f" {contacts}")
            found = sa.update(people).where(people.c.id == person.id)
            connection.execute(found.values(search_text=kept))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().translate(FOLDED)

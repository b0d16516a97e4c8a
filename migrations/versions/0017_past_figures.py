"""Sort those who carry points out without a sign-in by the alphabet, as users and departments are."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")
ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
RANK = {letter: "~" + chr(0x30 + place) for place, letter in enumerate(ALPHABET)}
executors = sa.table(
    "follow_up_executors", *(sa.column(name) for name in ("outsider", "outsider_key"))
)


def upgrade() -> None:
    with op.batch_alter_table("follow_up_executors") as batch:
        batch.add_column(sa.Column("outsider_key", KEY))
    connection, outsider = op.get_bind(), executors.c.outsider
    named = sa.select(outsider).where(outsider.is_not(None)).distinct()
    for name in connection.scalars(named).all():
        filled = sa.update(executors).where(outsider == name)
        connection.execute(filled.values(outsider_key=_key(name)))


def downgrade() -> None:
    with op.batch_alter_table("follow_up_executors") as batch:
        batch.drop_column("outsider_key")


def _key(text: str) -> str | None:
    """As the model derives it."""
    key: list[str] = []
    for letter in unicodedata.normalize("NFC", text).casefold():
        if letter in RANK:
            key.append(RANK[letter])
        elif letter.isalnum():
            key.append(unicodedata.normalize("NFKD", letter)[0])
        elif key and key[-1] != " ":
            key.append(" ")
    return "".join(key[:64]).strip() or None

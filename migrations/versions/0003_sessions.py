"""Signed-in sessions as rows, so that each can be seen and ended; users found by name or e-mail."""

import secrets
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As crm.core.language.fold did when this was written.
FOLDED = str.maketrans("әғқңөұүһіё", "агкноуухие")


def upgrade() -> None:
    op.create_table(
        "user_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_user_sessions_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_sessions_token_hash")),
    )
    op.create_index(op.f("ix_user_sessions_user_id"), "user_sessions", ["user_id"])
    op.create_index(op.f("ix_user_sessions_begun_at"), "user_sessions", ["begun_at"])
    with op.batch_alter_table("users") as batch:
        batch.drop_column("session_token")
        batch.add_column(sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("users") as batch:
        batch.alter_column("search_text", server_default=None)
    users = sa.table("users", sa.column("id"), *map(sa.column, ("name", "email", "search_text")))
    connection = op.get_bind()
    for user in connection.execute(sa.select(users.c.id, users.c.name, users.c.email)).all():
        found = " ".join(_fold(f"{user.name} {user.email}").split())
        connection.execute(users.update().where(users.c.id == user.id).values(search_text=found))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().translate(FOLDED)


def downgrade() -> None:
    with op.batch_alter_table("users") as batch:
        batch.drop_column("search_text")
        batch.add_column(
            sa.Column("session_token", sa.String(length=64), nullable=False, server_default="")
        )
    with op.batch_alter_table("users") as batch:
        batch.alter_column("session_token", server_default=None)
    users = sa.table("users", sa.column("id"), sa.column("session_token"))
    connection = op.get_bind()
    for user_id in connection.scalars(sa.select(users.c.id)).all():
        token = secrets.token_urlsafe(24)
        connection.execute(users.update().where(users.c.id == user_id).values(session_token=token))
    op.drop_table("user_sessions")

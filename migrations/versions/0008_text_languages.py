"""The language of the texts of trade figures, organisations and people."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("trade_facts", "organisations", "people")
LANGUAGE = sa.Enum("kk", "ru", "en", name="language", native_enum=False, length=30)


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(
                sa.Column("text_language", LANGUAGE, nullable=False, server_default="kk")
            )
        with op.batch_alter_table(table) as batch:
            batch.alter_column("text_language", server_default=None)


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("text_language")

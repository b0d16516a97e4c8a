"""Words of records for the search: one row for each token of a record, in the order of the key.

The table stays empty here: what its rows are is derived by the application, and ``env.py`` has it
fill an empty index once the last migration is done.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TOKEN = sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "search_tokens",
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("token", _TOKEN, nullable=False),
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "token", "record_id", name="pk_search_tokens"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("search_tokens")

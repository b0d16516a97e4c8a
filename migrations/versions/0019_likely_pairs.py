"""Keys by which likely duplicates are found, the pairs found, and those that are not the same.

Afterwards ``crm duplicates find`` fills the keys of the records that are there already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KINDS = ("person", "organisation")


def _kind() -> sa.Column:
    kinds = sa.Enum(*KINDS, name="namekind", native_enum=False, length=30)
    return sa.Column("kind", kinds, nullable=False)


def upgrade() -> None:
    key = sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql")
    op.create_table(
        "likely_keys",
        _kind(),
        sa.Column("key", key, nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "record_id", name=op.f("pk_likely_keys")),
    )
    op.create_index("ix_likely_keys_record", "likely_keys", ["kind", "record_id"])
    op.create_table(
        "likely_pairs",
        sa.Column("id", sa.Integer(), nullable=False),
        _kind(),
        sa.Column("older_id", sa.Integer(), nullable=False),
        sa.Column("newer_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.CheckConstraint("older_id < newer_id", name=op.f("ck_likely_pairs_in_order")),
        sa.UniqueConstraint(
            "kind", "older_id", "newer_id", name=op.f("uq_likely_pairs_kind_older_id_newer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_likely_pairs")),
    )
    op.create_index("ix_likely_pairs_score", "likely_pairs", ["kind", "score", "id"])
    op.create_index("ix_likely_pairs_newer", "likely_pairs", ["kind", "newer_id"])
    op.create_table(
        "not_the_same",
        sa.Column("id", sa.Integer(), nullable=False),
        _kind(),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("other_name", sa.Text(), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["marked_by_id"],
            ["users.id"],
            name=op.f("fk_not_the_same_marked_by_id"),
            ondelete="RESTRICT",
        ),
        sa.UniqueConstraint(
            "kind", "record_id", "other_id", name=op.f("uq_not_the_same_kind_record_id_other_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_the_same")),
    )
    op.create_index(op.f("ix_not_the_same_marked_by_id"), "not_the_same", ["marked_by_id"])


def downgrade() -> None:
    op.drop_table("not_the_same")
    op.drop_table("likely_pairs")
    op.drop_table("likely_keys")

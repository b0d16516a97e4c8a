"""Documents: files attached to records of any kind, and who sees those kept to some."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TYPES = ("pdf", "docx", "xlsx", "pptx", "odt", "ods", "jpeg", "png", "webp", "txt", "csv")
_PURPOSES = ("attachment", "evidence", "removal")


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=240), nullable=False),
        sa.Column(
            "name_key",
            sa.String(160).with_variant(sa.String(160, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column(
            "type", sa.Enum(*_TYPES, name="filetype", native_enum=False, length=30), nullable=False
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(*_PURPOSES, name="purpose", native_enum=False, length=30),
            nullable=False,
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("ck_documents_size_is_positive")),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["users.id"],
            name=op.f("fk_documents_added_by_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_record", "documents", ["record_kind", "record_id", "id"])
    for name in ("added_at", "added_by_id", "name_key", "restricted", "sha256"):
        op.create_index(op.f(f"ix_documents_{name}"), "documents", [name])
    op.create_table(
        "document_team",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents.id"],
            name=op.f("fk_document_team_document_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_document_team_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("document_id", "user_id", name=op.f("pk_document_team")),
    )
    op.create_index(op.f("ix_document_team_user_id"), "document_team", ["user_id"])


def downgrade() -> None:
    op.drop_table("document_team")
    op.drop_table("documents")

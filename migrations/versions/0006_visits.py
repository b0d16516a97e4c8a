"""The programme of a visit, and the rarer fields of a delegation.

``span_ends_on`` is the last day a visit or meeting may have been on: what lasts a month or some
days is found by any of its days.
"""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FIELDS = (
    sa.Column("letter_number", sa.String(length=100), nullable=True),
    sa.Column("letter_on", sa.Date(), nullable=True),
    sa.Column("languages", sa.String(length=500), nullable=True),
    sa.Column("interpreter", sa.String(length=500), nullable=True),
    sa.Column("logistics", sa.Text(), nullable=True),
    sa.Column("next_contact_on", sa.Date(), nullable=True),
)
SPANS = (("delegations", "arrives_on", "departs_on"), ("meetings", "held_on", "held_until"))
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def upgrade() -> None:
    with op.batch_alter_table("delegations") as batch_op:
        for column in FIELDS:
            batch_op.add_column(sa.Column(column.name, column.type, nullable=True))
        batch_op.create_index(batch_op.f("ix_delegations_next_contact_on"), ["next_contact_on"])
    for table, begins, ends in SPANS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("span_ends_on", sa.Date(), nullable=True))
            batch_op.create_index(batch_op.f(f"ix_{table}_span_ends_on"), ["span_ends_on"])
        _fill(table, begins, ends)
    op.create_table(
        "programme_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=True),
        sa.Column("responsible", sa.String(length=500), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("official", "internal", name="programmekind", native_enum=False, length=30),
            nullable=False,
        ),
        sa.CheckConstraint(
            "ends_at IS NULL OR (starts_at IS NOT NULL AND ends_at > starts_at)",
            name=op.f("ck_programme_items_times_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegations.id"],
            name=op.f("fk_programme_items_delegation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_items")),
    )
    with op.batch_alter_table("programme_items") as batch_op:
        batch_op.create_index(batch_op.f("ix_programme_items_delegation_id"), ["delegation_id"])


def _fill(table: str, begins: str, ends: str) -> None:
    rows = sa.table(
        table,
        *(sa.column(name, sa.Date()) for name in (begins, ends, "span_ends_on")),
        *(sa.column(name) for name in ("id", "date_precision")),
    )
    found = op.get_bind().execute(
        sa.select(rows.c.id, rows.c[begins], rows.c[ends], rows.c.date_precision).where(
            rows.c[begins].is_not(None)
        )
    )
    for key, first, last, precision in found.all():
        update = sa.update(rows).where(rows.c.id == key)
        op.execute(update.values(span_ends_on=_last_of(first, last, precision)))


def _last_of(first: date, last: date | None, precision: str) -> date:
    if precision == "week":
        return first - timedelta(days=first.weekday()) + timedelta(days=6)
    if precision in MONTHS:
        behind = (first.month - 1) // MONTHS[precision] * MONTHS[precision] + MONTHS[precision]
        return date(first.year + behind // 12, behind % 12 + 1, 1) - timedelta(days=1)
    return last or first


def downgrade() -> None:
    op.drop_table("programme_items")
    for table, _begins, _ends in SPANS:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_span_ends_on"))
            batch_op.drop_column("span_ends_on")
    with op.batch_alter_table("delegations") as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegations_next_contact_on"))
        for column in FIELDS:
            batch_op.drop_column(column.name)

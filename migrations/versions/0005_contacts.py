"""Several e-mails and phones of a person, languages, and consent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BASES = ("written", "electronic", "public_source", "official_duty")


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        # One a line: what stood in a single column is the first line as it is.
        batch_op.alter_column(
            "email",
            new_column_name="emails",
            existing_type=sa.String(length=254),
            type_=sa.Text(),
            existing_nullable=True,
        )
        batch_op.alter_column(
            "phone",
            new_column_name="phones",
            existing_type=sa.String(length=32),
            type_=sa.Text(),
            existing_nullable=True,
        )
        batch_op.add_column(sa.Column("languages", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "consent_basis",
                sa.Enum(*_BASES, name="consentbasis", native_enum=False, length=30),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("consent_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("consent_withdrawn_on", sa.Date(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_people_consent_in_order"), "consent_withdrawn_on >= consent_on"
        )


def downgrade() -> None:
    _keep_the_first("emails")
    _keep_the_first("phones")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_people_consent_in_order"), type_="check")
        batch_op.drop_column("consent_withdrawn_on")
        batch_op.drop_column("consent_on")
        batch_op.drop_column("consent_basis")
        batch_op.drop_column("languages")
        batch_op.alter_column(
            "phones",
            new_column_name="phone",
            existing_type=sa.Text(),
            type_=sa.String(length=32),
            existing_nullable=True,
        )
        batch_op.alter_column(
            "emails",
            new_column_name="email",
            existing_type=sa.Text(),
            type_=sa.String(length=254),
            existing_nullable=True,
        )


def _keep_the_first(name: str) -> None:
    people = sa.table("people", sa.column("id", sa.Integer), sa.column(name, sa.Text))
    column = people.c[name]
    connection = op.get_bind()
    several = sa.select(people.c.id, column).where(column.contains("\n"))
    for person_id, lines in connection.execute(several).all():
        first = {name: lines.split("\n")[0]}
        connection.execute(sa.update(people).where(people.c.id == person_id).values(first))

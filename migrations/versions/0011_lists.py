"""Views of lists, files taken, changes of many records at once."""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the change that brings the tables."""


def downgrade() -> None:
    """Filled in by the change that brings the tables."""

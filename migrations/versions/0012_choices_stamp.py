"""What cached lists of choices are measured by."""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by the change that brings the tables."""


def downgrade() -> None:
    """Filled in by the change that brings the tables."""

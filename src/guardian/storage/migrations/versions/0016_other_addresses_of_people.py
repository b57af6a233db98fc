"""What else people who log in are called by their login provider."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0016", "0015"


def upgrade() -> None:
    """Add the column."""
    op.add_column("account_user", sa.Column("known_as", sa.Text(), server_default="[]", nullable=False))

"""By which way a client wants to be reached, as reps say."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0010", "0009"


def upgrade() -> None:
    """Add the column."""
    op.add_column("client_note", sa.Column("channel", sa.String(length=10), nullable=True))

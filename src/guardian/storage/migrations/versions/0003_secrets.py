"""Secrets, sealed by keys that lie elsewhere."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    """Add the table of secrets."""
    op.create_table(
        "secret",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )

"""The digests and roll-ups that somebody wants no more."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment

revision, down_revision = "0009", "0008"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "mail_stopped",
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("sort", sa.String(length=20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("address", "sort", name=op.f("pk_mail_stopped")),
    )

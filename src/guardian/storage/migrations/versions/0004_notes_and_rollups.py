"""What reps say about their clients, and the roll-ups that managers got."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment, RowId

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "client_note",
        sa.Column("id", RowId, nullable=False),
        sa.Column("client_id", RowId, nullable=False),
        sa.Column("rep", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("digest", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("instead_of", sa.Text(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("once", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_note_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_note")),
        sa.UniqueConstraint("once", name=op.f("uq_client_note_once")),
    )
    op.create_index(op.f("ix_client_note_client_id"), "client_note", ["client_id"], unique=False)
    op.create_table(
        "rollup_sent",
        sa.Column("manager", sa.String(length=320), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("manager", "week", name=op.f("pk_rollup_sent")),
    )

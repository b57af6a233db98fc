"""How clients were, and to which of them people belonged, before that changed."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment, RowId

revision, down_revision = "0011", "0010"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "client_past",
        sa.Column("client_id", RowId, nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_address", sa.Text(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("merged_into", RowId, nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_past_client_id")),
        sa.PrimaryKeyConstraint("client_id", "until", name=op.f("pk_client_past")),
    )
    op.create_index(op.f("ix_client_past_until"), "client_past", ["until"], unique=False)
    op.create_table(
        "identity_past",
        sa.Column("identity_id", RowId, nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("client_id", RowId, nullable=True),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_identity_past_identity_id")),
        sa.PrimaryKeyConstraint("identity_id", "until", name=op.f("pk_identity_past")),
    )
    op.create_index(op.f("ix_identity_past_until"), "identity_past", ["until"], unique=False)
    op.create_table(
        "settled",
        sa.Column("at", Moment(), nullable=False),
        sa.Column("client_id", RowId, nullable=False),
        sa.Column("identity_id", RowId, nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("pk_settled")),
    )

"""What clients complain of, and what ours decided about it."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment, RowId

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    """Let a copy keep what was heard in it, and add both tables."""
    with op.batch_alter_table("occurrence") as table:
        table.add_column(sa.Column("heard", sa.Text(), nullable=True))
    op.create_table(
        "complaint",
        sa.Column("interaction_id", RowId, nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("degraded", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_complaint_interaction_id")),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_complaint")),
    )
    op.create_table(
        "complaint_decision",
        sa.Column("id", RowId, nullable=False),
        sa.Column("interaction_id", RowId, nullable=False),
        sa.Column("ruling", sa.String(length=20), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_complaint_decision_interaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_decision")),
    )
    op.create_index(
        op.f("ix_complaint_decision_interaction_id"), "complaint_decision", ["interaction_id"], unique=False
    )

"""A run in parts, which several machines may share."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment, RowId

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    """Let a run belong to a night, and keep what became of each of its parts."""
    with op.batch_alter_table("sync_run") as table:
        table.add_column(sa.Column("night", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("must_settle", sa.Boolean(), server_default="0", nullable=False))
        table.add_column(sa.Column("begun", sa.Boolean(), server_default="1", nullable=False))
        table.create_unique_constraint(op.f("uq_sync_run_connector_id_night"), ["connector_id", "night"])
    op.create_table(
        "sync_part",
        sa.Column("run_id", RowId, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("report", sa.Text(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("put_back_until", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["sync_run.id"], name=op.f("fk_sync_part_run_id")),
        sa.PrimaryKeyConstraint("run_id", "part", name=op.f("pk_sync_part")),
    )

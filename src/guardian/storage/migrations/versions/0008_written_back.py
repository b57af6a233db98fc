"""What Guardian wrote into CRMs itself."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment, RowId

revision, down_revision = "0008", "0007"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "written_back",
        sa.Column("connector_id", RowId, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("object", sa.String(length=40), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("forgotten", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connector_id"], ["connector_account.id"], name=op.f("fk_written_back_connector_id")
        ),
        sa.PrimaryKeyConstraint("connector_id", "key", name=op.f("pk_written_back")),
    )
    op.create_index(op.f("ix_written_back_record"), "written_back", ["record"], unique=False)
    op.create_index(op.f("ix_written_back_forgotten"), "written_back", ["forgotten"], unique=False)

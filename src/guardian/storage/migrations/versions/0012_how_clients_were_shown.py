"""How clients stood when a digest showed them."""

import sqlalchemy as sa
from alembic import op

from guardian.storage.columns import Moment

revision, down_revision = "0012", "0011"


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("digest_shown") as table:
        table.add_column(sa.Column("state", sa.String(length=20), nullable=True))
        table.add_column(sa.Column("waiting_since", Moment(), nullable=True))

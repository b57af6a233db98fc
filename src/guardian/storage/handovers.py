"""Which clients changed hands of late, by the records."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from guardian.ports.handovers import Handover
from guardian.storage.engine import Database
from guardian.storage.past import handed_over


class StoredHandovers:
    """The changes of owner (`ports.handovers.Handovers`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def between(self, since: datetime, until: datetime) -> Mapping[int, Sequence[Handover]]:
        """Return by client how its owner changed after one moment and up to another, oldest first."""
        with self._database.reading() as connection:
            return handed_over(connection, since, until)

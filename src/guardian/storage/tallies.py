"""The guard's counts in the database."""

from collections.abc import Mapping

from sqlalchemy import insert, select, update

from guardian.ports.tallies import Mark
from guardian.storage.engine import Database
from guardian.storage.tables import guard_tally


class StoredTallies:
    """The store of the guard's counts (`ports.tallies.Tallies`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, counts: Mapping[Mark, int]) -> None:
        """Add to what was counted before; all of it or nothing."""
        if not counts:
            return
        with self._database.writing(alone=True) as connection:
            for mark, mails in counts.items():
                here = (
                    (guard_tally.c.day == mark.day)
                    & (guard_tally.c.language == mark.language)
                    & (guard_tally.c.bucket == mark.bucket)
                )
                more = update(guard_tally).where(here).values(mails=guard_tally.c.mails + mails)
                if not connection.execute(more).rowcount:
                    row = {"day": mark.day, "language": mark.language, "bucket": mark.bucket, "mails": mails}
                    connection.execute(insert(guard_tally).values(row))

    def since(self, day: int) -> Mapping[Mark, int]:
        """Return what was counted from a day on."""
        with self._database.reading() as connection:
            rows = connection.execute(select(guard_tally).where(guard_tally.c.day >= day))
            return {Mark(day=row.day, language=row.language, bucket=row.bucket): row.mails for row in rows}

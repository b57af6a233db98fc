"""The guard's counts in the database."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

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
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        table = guard_tally
        new = insert(table)
        more = new.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={"mails": table.c.mails + new.excluded.mails}
        )
        rows = [
            {"day": mark.day, "language": mark.language, "bucket": mark.bucket, "mails": mails}
            for mark, mails in counts.items()
        ]
        # In one order, so that two processes never wait for each other, and not alone: a sync may last for hours.
        rows.sort(key=lambda row: (row["day"], row["language"], row["bucket"]))
        with self._database.writing() as connection:
            connection.execute(more, rows)

    def since(self, day: int) -> Mapping[Mark, int]:
        """Return what was counted from a day on."""
        with self._database.reading() as connection:
            rows = connection.execute(select(guard_tally).where(guard_tally.c.day >= day))
            return {Mark(day=row.day, language=row.language, bucket=row.bucket): row.mails for row in rows}

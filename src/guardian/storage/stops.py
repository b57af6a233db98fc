"""Who wants no digest or no roll-up any more."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from guardian.storage.engine import Database
from guardian.storage.note_tables import mail_stopped


class StoredStops:
    """The mails that people have stopped (`ports.stops.Stops`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def stopped(self, sort: str) -> frozenset[str]:
        """Return who wants no mail of this sort, by address in lower case."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(mail_stopped.c.address).where(mail_stopped.c.sort == sort)))

    def stop(self, address: str, sort: str, *, at: datetime) -> None:
        """Send somebody no more mail of this sort; said twice, it is said once."""
        row = {"address": address.lower(), "sort": sort, "at": at}
        try:
            with self._database.writing(durable=True) as connection:
                connection.execute(insert(mail_stopped).values(**row))
        except IntegrityError:
            if address.lower() not in self.stopped(sort):
                raise  # it was not said before: something else is wrong with it

    def resume(self, address: str, sort: str) -> None:
        """Send it again; harmless where nothing was stopped."""
        here = (mail_stopped.c.address == address.lower(), mail_stopped.c.sort == sort)
        with self._database.writing(durable=True) as connection:
            connection.execute(delete(mail_stopped).where(*here))

"""Which digests went out, and whom they showed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, exists, insert, select

from guardian.storage.engine import Database
from guardian.storage.tables import digest_sent, digest_shown


class StoredDigestLog:
    """The digests that went out (`ports.assessments.DigestLog`); reps by address, whatever its case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def was_sent(self, rep: str, day: date) -> bool:
        """Say whether this rep's digest of this day went out."""
        sent = exists().where(digest_sent.c.rep == rep.lower(), digest_sent.c.day == day)
        with self._database.reading() as connection:
            return bool(connection.scalar(select(sent)))

    def mark_sent(self, rep: str, day: date, client_ids: Sequence[int], *, at: datetime) -> None:
        """Remember that it did, and which clients it showed; said twice, the last word counts."""
        whose = {"rep": rep.lower(), "day": day}
        shown = [{**whose, "client_id": client_id} for client_id in dict.fromkeys(client_ids)]
        with self._database.writing() as connection:
            for table in (digest_sent, digest_shown):
                connection.execute(delete(table).where(table.c.rep == whose["rep"], table.c.day == day))
            connection.execute(insert(digest_sent).values(**whose, at=at))
            if shown:
                connection.execute(insert(digest_shown), shown)

    def shown_since(self, rep: str, since: date) -> frozenset[int]:
        """Return the clients that this rep's digests showed since a day."""
        shown = select(digest_shown.c.client_id).where(digest_shown.c.rep == rep.lower(), digest_shown.c.day >= since)
        with self._database.reading() as connection:
            return frozenset(connection.scalars(shown))

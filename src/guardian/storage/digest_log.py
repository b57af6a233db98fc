"""Which digests and roll-ups went out, and whom they showed."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime

from sqlalchemy import and_, delete, exists, insert, select

from guardian.domain.standing import State
from guardian.ports.assessments import AsShown
from guardian.storage.engine import Database
from guardian.storage.note_tables import rollup_sent
from guardian.storage.part_locks import PartLocks
from guardian.storage.tables import digest_sent, digest_shown


class StoredDigestLog:
    """The digests that went out (`ports.assessments.DigestLog`); reps by address, whatever its case."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locks = PartLocks(database)

    def sending(self, rep: str, day: date) -> AbstractContextManager[bool]:
        """Hold the right to send this rep's digest of this day while the block lasts; False when another run does."""
        return self._locks.taking(f"digest {rep.lower()} {day}")

    def was_sent(self, rep: str, day: date) -> bool:
        """Say whether this rep's digest of this day went out."""
        sent = exists().where(digest_sent.c.rep == rep.lower(), digest_sent.c.day == day)
        with self._database.reading() as connection:
            return bool(connection.scalar(select(sent)))

    def mark_sent(
        self,
        rep: str,
        day: date,
        client_ids: Sequence[int],
        *,
        at: datetime,
        stood: Mapping[int, AsShown] | None = None,
    ) -> None:
        """Remember that it did, which clients it showed and how those stood; said twice, the last word counts."""
        whose = {"rep": rep.lower(), "day": day}
        shown = [
            {**whose, "client_id": one, "state": how.state, "waiting_since": how.last_waiting}
            for one in dict.fromkeys(client_ids)
            for how in [(stood or {}).get(one, AsShown(at=at))]
        ]
        with self._database.writing() as connection:
            for table in (digest_sent, digest_shown):
                connection.execute(delete(table).where(table.c.rep == whose["rep"], table.c.day == day))
            connection.execute(insert(digest_sent).values(**whose, at=at))
            if shown:
                connection.execute(insert(digest_shown), shown)

    def showings(self, rep: str, since: date) -> Mapping[int, Sequence[date]]:
        """Return on which days, ascending, this rep's digests showed each client since a day."""
        shown = (
            select(digest_shown.c.client_id, digest_shown.c.day)
            .where(digest_shown.c.rep == rep.lower(), digest_shown.c.day >= since)
            .order_by(digest_shown.c.day)
        )
        found: dict[int, list[date]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(shown):
                found.setdefault(row.client_id, []).append(row.day)
        return found

    def as_shown(self, rep: str, since: date) -> Mapping[tuple[int, date], AsShown]:
        """Return how clients stood in this rep's digests since a day, by client and day."""
        same = and_(digest_sent.c.rep == digest_shown.c.rep, digest_sent.c.day == digest_shown.c.day)
        shown = (
            select(digest_shown, digest_sent.c.at)
            .join(digest_sent, same)
            .where(digest_shown.c.rep == rep.lower(), digest_shown.c.day >= since)
        )
        with self._database.reading() as connection:
            return {
                (row.client_id, row.day): AsShown(
                    at=row.at, state=row.state and State(row.state), last_waiting=row.waiting_since
                )
                for row in connection.execute(shown)
            }


class StoredRollupLog:
    """The roll-ups that went out (`ports.assessments.RollupLog`); managers by address, whatever its case."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._locks = PartLocks(database)

    def sending(self, manager: str, week: date) -> AbstractContextManager[bool]:
        """Hold the right to send this manager's roll-up of this week; False when another run does."""
        return self._locks.taking(f"rollup {manager.lower()} {week}")

    def was_sent(self, manager: str, week: date) -> bool:
        """Say whether this manager's roll-up of this week went out."""
        sent = exists().where(rollup_sent.c.manager == manager.lower(), rollup_sent.c.week == week)
        with self._database.reading() as connection:
            return bool(connection.scalar(select(sent)))

    def mark_sent(self, manager: str, week: date, *, at: datetime) -> None:
        """Remember that it did; said twice, the last word counts."""
        whose = {"manager": manager.lower(), "week": week}
        same = and_(rollup_sent.c.manager == whose["manager"], rollup_sent.c.week == week)
        with self._database.writing() as connection:
            connection.execute(delete(rollup_sent).where(same))
            connection.execute(insert(rollup_sent).values(**whose, at=at))

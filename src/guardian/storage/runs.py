"""Runs and their parts (`ports.run_ledger.RunLedger`), on tables."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from guardian.ports.run_ledger import Run, RunPart
from guardian.storage import tables
from guardian.storage.engine import Database
from guardian.storage.feeds import connector_row
from guardian.storage.run_tables import sync_part, sync_run

RUNNING = "running"
KEPT = timedelta(days=90)  # how long the parts of a run are remembered


class StoredRuns:
    """Keeps how runs go; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def plan_night(self, night: str, connectors: Sequence[tuple[str, str]], *, now: datetime) -> Sequence[Run]:
        """Note the runs that a night consists of, and return all its runs."""
        with self._database.writing(alone=True) as connection:
            there = {run.connector for run in _of_night(connection, night)}
            for name, kind in connectors:
                if name not in there:
                    _insert(connection, name, kind, night=night, now=now, begun=False)
            return _of_night(connection, night)

    def begin_run(
        self, connector: str, kind: str, parts: Sequence[str], *, night: str | None = None, now: datetime
    ) -> Run:
        """Note that a run begins, with its parts; a night's run that has begun or ended is returned as it is."""
        with self._database.writing(alone=True) as connection:
            planned = next((run for run in _of_night(connection, night) if run.connector == connector), None)
            if planned is not None and (planned.begun or planned.finished):
                return planned
            due = _must_settle(connection, now)
            run_id = planned.id if planned else _insert(connection, connector, kind, night=night, now=now, begun=True)
            row = sync_run.c.id == run_id
            connection.execute(sync_run.update().where(row).values(begun=True, must_settle=due))
            account = tables.connector_account
            connection.execute(account.update().where(account.c.name == connector).values(state=RUNNING))
            rows = [{"run_id": run_id, "part": one, "attempts": 0, "done": False} for one in dict.fromkeys(parts)]
            if rows:
                connection.execute(sync_part.insert(), rows)
            return _run(connection.execute(_RUNS.where(row)).one())

    def run(self, run_id: int) -> Run:
        """Return a run."""
        with self._database.reading() as connection:
            return _run(connection.execute(_RUNS.where(sync_run.c.id == run_id)).one())

    def parts(self, run_id: int) -> Sequence[RunPart]:
        """Return the parts of a run, in the order of their names."""
        with self._database.reading() as connection:
            query = _PARTS.where(sync_part.c.run_id == run_id).order_by(sync_part.c.part)
            return [RunPart(**row) for row in connection.execute(query).mappings()]

    def part(self, run_id: int, part: str) -> RunPart:
        """Return one part of a run; one that it does not know yet has no attempts."""
        with self._database.reading() as connection:
            query = _PARTS.where(sync_part.c.run_id == run_id, sync_part.c.part == part)
            row = connection.execute(query).mappings().one_or_none()
            return RunPart(part=part) if row is None else RunPart(**row)

    def is_complete(self, run_id: int) -> bool:
        """Say whether every part of a run is done."""
        waiting = select(sync_part.c.part).where(sync_part.c.run_id == run_id, sync_part.c.done.is_(False))
        with self._database.reading() as connection:
            return connection.execute(waiting.limit(1)).first() is None

    def report_part(self, run_id: int, part: RunPart) -> None:
        """Keep what became of a part; a part that is done, or whose run has finished, stays as it is."""
        values = {name: getattr(part, name) for name in RunPart.__slots__}
        with self._database.writing(alone=True) as connection:
            if connection.scalar(select(sync_run.c.finished_at).where(sync_run.c.id == run_id)) is not None:
                return
            row = (sync_part.c.run_id == run_id) & (sync_part.c.part == part.part)
            done = connection.scalar(select(sync_part.c.done).where(row))
            if done is None:
                connection.execute(sync_part.insert().values(run_id=run_id, **values))
            elif not done:
                connection.execute(sync_part.update().where(row).values(values))

    def reached(self, run_id: int, part: str) -> str:
        """Return a mark of how far the feeds of a part have got: another one after every page that was stored."""
        cursor, mailbox = tables.cursor.c, tables.mailbox.c
        feeds = (
            select(cursor.mailbox_id, cursor.generation, cursor.walking, cursor.token, cursor.pending_token)
            .join_from(tables.cursor, tables.mailbox)
            .join(sync_run, sync_run.c.connector_id == mailbox.connector_id)
            .where(sync_run.c.id == run_id, mailbox.label == part)
            .order_by(cursor.mailbox_id)
        )
        with self._database.reading() as connection:
            rows = [tuple(row) for row in connection.execute(feeds)]
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:16] if rows else ""

    def end_run(self, run_id: int, state: str, summary: str, error: str | None, *, now: datetime) -> None:
        """Keep how a run went, and forget the parts of runs long ago."""
        account = tables.connector_account
        with self._database.writing(alone=True) as connection:
            row = connection.execute(select(sync_run).where(sync_run.c.id == run_id)).one()
            if row.finished_at is not None:
                return
            values: dict[str, Any] = {"state": state, "last_error": error}
            if state == "ok":
                values["last_success_at"] = now
            connection.execute(account.update().where(account.c.id == row.connector_id).values(values))
            ended = {"state": state, "summary": summary, "finished_at": now}
            connection.execute(sync_run.update().where(sync_run.c.id == run_id).values(ended))
            old = select(sync_run.c.id).where(sync_run.c.started_at < now - KEPT)
            connection.execute(sync_part.delete().where(sync_part.c.run_id.in_(old)))

    def night(self, night: str) -> Sequence[Run]:
        """Return the runs of a night."""
        with self._database.reading() as connection:
            return _of_night(connection, night)

    def unfinished_nights(self) -> Sequence[str]:
        """Return the nights with a run that has not finished, the oldest first."""
        query = select(sync_run.c.night).where(sync_run.c.night.is_not(None), sync_run.c.finished_at.is_(None))
        with self._database.reading() as connection:
            return sorted(set(connection.execute(query).scalars()))


_RUNS: Select[Any] = select(
    sync_run.c.id,
    tables.connector_account.c.name,
    sync_run.c.night,
    sync_run.c.started_at,
    sync_run.c.begun,
    sync_run.c.finished_at,
    sync_run.c.must_settle,
).join_from(sync_run, tables.connector_account)

_PARTS: Select[Any] = select(*(sync_part.c[name] for name in RunPart.__slots__))


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        connector=row.name,
        night=row.night,
        started_at=row.started_at,
        begun=row.begun,
        finished=row.finished_at is not None,
        must_settle=row.must_settle,
    )


def _of_night(connection: Connection, night: str | None) -> list[Run]:
    if night is None:
        return []
    return [_run(row) for row in connection.execute(_RUNS.where(sync_run.c.night == night).order_by(sync_run.c.id))]


def _insert(
    connection: Connection, connector: str, kind: str, *, night: str | None, now: datetime, begun: bool
) -> int:
    values = {
        "connector_id": connector_row(connection, connector, kind),
        "night": night,
        "started_at": now,
        "state": RUNNING,
        "summary": "{}",
        "begun": begun,
    }
    return int(connection.execute(sync_run.insert().values(values).returning(sync_run.c.id)).scalar_one())


def _must_settle(connection: Connection, now: datetime) -> bool:
    """Say whether clients must be settled even if a run brings nothing new.

    They must where a run broke off before it settled them, and once a day, for owners are told from the last year.
    """
    account = tables.connector_account
    broke_off = connection.scalar(select(func.count()).select_from(account).where(account.c.state == RUNNING))
    last = connection.scalar(select(func.max(sync_run.c.finished_at)))
    return bool(broke_off) or last is None or last.date() != now.date()

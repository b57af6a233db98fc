"""A tenant whose accounts are lists, and its night worked off in this process or by several workers."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import procrastinate
from sqlalchemy import text

from guardian.domain.errors import UserError
from guardian.storage import Database, SyncTables
from guardian.sync import Connection, Rules, Work, one_a_thread
from guardian.workers.jobs import NightJobs
from guardian.workers.queue import NIGHT, PARTS, Queue, open_queue
from guardian.workers.schedule import Schedule
from tests.sync.supplier import OWN, ListFeed, NoBars, as_connector

TONIGHT = "2026-11-02"


def not_due(now: datetime) -> Schedule:
    """Return a schedule whose last night began too long ago to be made up for."""
    began = (now - timedelta(hours=13)).time().replace(microsecond=0)
    return Schedule(begins=began, zone=ZoneInfo("UTC"), length=timedelta(hours=4))


@dataclass
class SetClock:
    """A clock that a test moves; it begins with the true time, because the queue's dates are true ones."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def now(self) -> datetime:
        return self.at


@dataclass
class Tenant:
    """One tenant: its accounts by name, and what was done for all of it."""

    database: Database
    accounts: dict[str, Callable[[], Any]] = field(default_factory=dict)
    clock: SetClock = field(default_factory=SetClock)
    assessed: list[datetime] = field(default_factory=list)
    leave: threading.Event = field(default_factory=threading.Event)
    schedule: Schedule | None = None

    def add(self, name: str, *feeds: ListFeed) -> None:
        self.accounts[name] = lambda: as_connector(*feeds)

    @property
    def store(self) -> SyncTables:
        return SyncTables(self.database, OWN)

    def jobs(self) -> NightJobs:
        works: dict[str, Work] = {}

        def work_of(connector: str, night: str) -> Work:
            if connector not in self.accounts:
                raise UserError(f"There is no connection called {connector}; there are: {', '.join(self.accounts)}.")
            if connector not in works:
                opened = one_a_thread(self.accounts[connector])
                works[connector] = Work(
                    connection=Connection(name=connector, kind="list", open=opened, privacy="full"),
                    store=self.store,
                    rules=Rules(own_domains=OWN),
                    clock=self.clock,
                    progress=NoBars(),
                    leave=self.leave,
                )
            return works[connector]

        return NightJobs(
            ledger=self.store,
            connectors=lambda: [(name, "list") for name in self.accounts],
            work_of=work_of,
            afterwards=self.assessed.append,
            clock=self.clock,
            schedule=not_due(self.clock.at) if self.schedule is None else self.schedule,
            leave=self.leave,
        )

    def together(self, do: Callable[[Queue], Any], *, dead_after_s: float = 60) -> Any:
        """Do something with the queue open."""

        async def run(threads: ThreadPoolExecutor) -> Any:
            connector = procrastinate.PsycopgConnector(conninfo=self.database.conninfo, min_size=1, max_size=6)
            queue = open_queue(connector, self.jobs(), threads, dead_after_s=dead_after_s)
            async with queue.app.open_async():
                return await do(queue)

        with ThreadPoolExecutor(4) as threads:
            return asyncio.run(run(threads))

    def work(self, night: str = TONIGHT) -> None:
        """Begin a night and work until nothing can be done now."""

        async def all_of_it(queue: Queue) -> None:
            await queue.begin_night(night)
            await work_off(queue)

        self.together(all_of_it)

    def go_on(self) -> None:
        """Work until nothing can be done now."""
        self.together(work_off)

    def look(self) -> None:
        """Look after the night, as workers do again and again."""
        self.together(lambda queue: queue.look())

    def change(self, statement: str) -> None:
        """Change something behind everybody's back."""
        with self.database.writing() as connection:
            connection.execute(text(statement))

    def problems(self, connector: str) -> str:
        """Return what is said of a connection."""
        return next(one["last_error"] or "" for one in self.store.connectors() if one["name"] == connector)

    def waiting(self) -> list[tuple[str, datetime | None]]:
        """Return what waits in the queue: the task, and from when on."""
        query = text(
            "SELECT task_name, scheduled_at FROM procrastinate_jobs WHERE status = 'todo'"
            " AND task_name <> 'look' ORDER BY id"
        )
        with self.database.reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def at_work(self) -> list[str]:
        """Return the tasks that workers are at."""
        query = text("SELECT task_name FROM procrastinate_jobs WHERE status = 'doing' ORDER BY id")
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def runs(self, night: str = TONIGHT) -> dict[str, tuple[bool, str]]:
        """Return which runs of a night have finished, and the state of each connection."""
        states = {one["name"]: one["state"] for one in self.store.connectors()}
        return {run.connector: (run.finished, states[run.connector]) for run in self.store.night(night)}


def takes(tenant: Tenant, task: str, *, heard_of: str = "now()") -> None:
    """Have a worker take the next job of a task."""
    tenant.change(
        f"WITH one AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({heard_of})"
        " RETURNING id) UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM one)"
        f" WHERE id = (SELECT min(id) FROM procrastinate_jobs WHERE task_name = '{task}')"
    )


def dies_at_work(tenant: Tenant, task: str = "sync") -> None:
    """Have a worker take the next mailbox, and be heard of no more."""
    takes(tenant, task, heard_of="now() - interval '1 hour'")


def queue_twin(tenant: Tenant) -> None:
    """Queue what is at work once more."""
    tenant.change(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)"
        " SELECT queue_name, task_name, lock, queueing_lock, args FROM procrastinate_jobs WHERE status = 'doing'"
    )


async def work_off(queue: Queue) -> None:
    """Take jobs until there is none that can be done now."""
    for _ in range(20):
        for name in (NIGHT, PARTS):
            await queue.app.run_worker_async(
                queues=[name],
                concurrency=3,
                wait=False,
                listen_notify=False,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        counted = await queue.app.connector.execute_query_one_async(
            "SELECT count(*) AS n FROM procrastinate_jobs WHERE status = 'todo' AND task_name <> 'look'"
            " AND (scheduled_at IS NULL OR scheduled_at <= now())"
        )
        if not counted["n"]:
            return
    raise AssertionError("the night does not end")

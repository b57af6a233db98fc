"""A tenant's night: the jobs, what comes after them, and where they run."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from guardian.domain.errors import TryLater, UserError

if TYPE_CHECKING:
    from guardian.digest import Sent
    from guardian.sync import Work
    from guardian.wiring.tenant import Tenant
    from guardian.workers.jobs import NightJobs

log = structlog.get_logger(__name__)

MAIL_AGAIN_S = 600  # seconds after which digests that the mail server did not take are offered again


class Nightly:
    """The nights of one tenant."""

    def __init__(self, tenant: "Tenant") -> None:
        self.tenant = tenant
        self._works: dict[str, tuple[str, Work]] = {}
        self._lock = threading.Lock()
        self._leave = threading.Event()

    def work(self, *, concurrency: int | None = None, now: bool = False) -> None:
        """Take jobs until asked to leave; on PostgreSQL any number of processes may. `now` begins a night at once."""
        settings = self.tenant.settings.workers
        self._refuse_what_cannot_work()
        jobs = self.jobs()
        night = jobs.clock.now().strftime("now %Y-%m-%d %H:%M:%S") if now else None
        at_once = concurrency or settings.concurrency
        conninfo = self.tenant.database.conninfo
        if conninfo is None:
            from guardian.workers.alone import serve_alone

            serve_alone(jobs, concurrency=at_once, at_once=night)
            return
        from guardian.workers.service import work_together

        dead_after = settings.dead_after_seconds
        work_together(jobs, conninfo, concurrency=at_once, dead_after_s=dead_after, at_once=night)

    def _refuse_what_cannot_work(self) -> None:
        """Do nothing for a tenant that can have nights; UserError says what is missing."""
        from guardian.wiring.syncing import rules_of

        self.tenant.connector_names([])
        rules_of(self.tenant.settings)
        self.queue_state()

    def queue_state(self) -> str:
        """Say in one sentence how nightly jobs are run here; UserError says what they lack."""
        conninfo = self.tenant.database.conninfo
        if conninfo is None:
            return "one process, because the database is a file"
        from guardian.workers.queue_schema import MISSING, is_installed, queue_is_current

        if not is_installed():
            raise UserError(MISSING)
        if not queue_is_current(conninfo):
            raise UserError("The queue's tables are not of this version; run `guardian db upgrade`.")
        return "any number of workers over PostgreSQL"

    def jobs(self) -> "NightJobs":
        """Return the jobs of a night."""
        from guardian.workers.jobs import NightJobs
        from guardian.workers.schedule import Schedule

        settings, everybodys = self.tenant.settings.workers, self.tenant.settings.timezone
        schedule = Schedule(
            begins=time.fromisoformat(settings.begins),
            zone=ZoneInfo(settings.timezone or everybodys),
            length=timedelta(hours=settings.hours),
        )
        return NightJobs(
            ledger=self.tenant.sync_tables,
            connectors=self._connectors,
            work_of=self._work_of,
            afterwards=self.afterwards,
            clock=self.tenant.clock,
            schedule=schedule,
            leave=self._leave,
        )

    def _connectors(self) -> Sequence[tuple[str, str]]:
        return [(name, str(values.get("kind", ""))) for name, values in self.tenant.settings.connectors.items()]

    def _work_of(self, connector: str, night: str) -> "Work":
        """Return what a run works with; its accounts, one a thread, are opened anew for every night."""
        from guardian.sync import one_a_thread
        from guardian.wiring.syncing import work_of

        with self._lock:
            kept = self._works.get(connector)
            if kept is None or kept[0] != night:
                work = work_of(self.tenant, connector, _Silent())
                apart = replace(work.connection, open=one_a_thread(work.connection.open))
                kept = self._works[connector] = (night, replace(work, connection=apart, leave=self._leave))
            return kept[1]

    def afterwards(self, now: datetime) -> None:
        """Assess every client, write back what CRMs lack, then send mails; TryLater when not all of them left."""
        from guardian.wiring.digests import Digests
        from guardian.wiring.writing_back import write_back_tonight

        standings = self.tenant.standings(now)
        self.tenant.keep(standings, at=now)
        write_back_tonight(self.tenant, standings, now)
        digests = Digests(self.tenant)
        sent: list[Sent] = []
        digest_mails = partial(digests.send, now, rep=None, unasked=True)
        for send in (digest_mails, partial(digests.send_rollups, now, manager=None, unasked=True)):
            try:
                sent += send()
            except UserError as wrong:  # of one sort of mail: the other goes out, and again where it was deferred
                log.error("night.digests_not_sent", why=str(wrong))
        for why in sorted({one.error for one in sent if one.stops_all}):
            log.error("night.digests_not_sent", why=why)
        if any(one.retry for one in sent):
            raise TryLater("The mail server did not take every digest.", after_seconds=MAIL_AGAIN_S)


class _Silent:
    """Shows no progress: nobody watches."""

    def advance(self, what: str, done: int, total: int) -> None:
        """Do nothing."""

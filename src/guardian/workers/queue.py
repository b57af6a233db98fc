"""The nightly jobs as procrastinate's tasks: what is queued under which lock, and what becomes of what fails."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from procrastinate import App, BaseConnector, BaseRetryStrategy, RetryDecision
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from guardian.domain.errors import TryLater, UserError
from guardian.workers.jobs import NightJobs, Unusable

log = structlog.get_logger(__name__)

LOOK = "look"  # gives back the jobs of dead workers: nobody else would give back its own
PARTS, NIGHT = "parts", "night"  # two queues: what ends a night must not wait behind its slowest mailboxes
BATCH = 1000
WAIT = timedelta(minutes=1)
MOST_TRIES = 100  # of what nobody gave a date
KEPT_HOURS = 30 * 24  # failed jobs

_T = TypeVar("_T")


class PutBack(Exception):
    """The job goes on at a moment."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"put back until {until.isoformat()}")
        self.until = until


class Retry(BaseRetryStrategy):
    """Puts back what says when it goes on; what somebody must mend waits for another machine that can do it."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when a job goes on, or None when it has failed for good: that is a bug of ours."""
        if isinstance(exception, PutBack):
            return RetryDecision(retry_at=exception.until)
        if job.attempts >= MOST_TRIES:
            return None
        if isinstance(exception, TryLater):
            wait = WAIT if exception.after_seconds is None else timedelta(seconds=exception.after_seconds)
            return RetryDecision(retry_at=datetime.now(UTC) + wait)
        passing = isinstance(exception, UserError | ConnectorException)  # the latter: the queue is away for a moment
        return RetryDecision(retry_at=datetime.now(UTC) + WAIT) if passing else None


class Twinless(JobManager):
    """Puts no job back beside its twin, which does the same work.

    A queueing lock keeps a job from waiting twice, and not from being queued while its like is at work. Putting that
    one back would break the lock; procrastinate then drops the error, and the job holds its other lock for ever.
    """

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Put a job back, or end it where a twin waits already."""
        try:
            await super().retry_job(job, retry_at, priority, queue, lock)
        except UniqueViolation:
            log.info("queue.left_to_twin", task=job.task_name, job=job.id)
            await self.finish_job(job, Status.ABORTED, delete_job=True)


@dataclass(slots=True)
class Queue:
    """The queue, with the jobs as its tasks; `threads` is where they run, `dead_after_s` how long silence is life."""

    app: App
    jobs: NightJobs
    threads: Executor
    dead_after_s: float

    async def look(self) -> None:
        """Give back the jobs of dead workers, begin the night that is due, and end what took too long."""
        await self._recover()
        night = self.jobs.due()
        if night is not None:
            await self.begin_night(night)
        for run in await self._do(self.jobs.late_runs):
            await self._defer_finish(run.id)

    async def keep_looking(self) -> None:
        """See again and again to it that somebody can look."""
        while True:
            try:
                await self.free_look()
            except ConnectorException as problem:  # another worker was faster, or the database is away for a moment
                log.info("queue.look_not_freed", why=type(problem).__name__)
            await asyncio.sleep(self.dead_after_s / 2)

    async def free_look(self) -> None:
        """Take away a look that died with its worker: it would keep all later ones waiting for ever."""
        manager = self.app.job_manager
        for job in await manager.get_stalled_jobs(task_name=LOOK, seconds_since_heartbeat=self.dead_after_s):
            log.warning("queue.look_died", job=job.id)
            await manager.finish_job(job, Status.ABORTED, delete_job=True)

    async def begin_night(self, night: str) -> None:
        """Queue the beginning of every run of a night that has not begun."""
        at_work = await self._at_work("begin")
        for run in await self._do(self.jobs.plan, night):
            name = f"begin {night} {run.connector}"
            if not (run.begun or run.finished or name in at_work):
                await self._defer("begin", name, name, connector=run.connector, night=night)

    async def begin(self, connector: str, night: str) -> None:
        """Begin a run that has not ended, and queue its parts; or its end, where nobody can begin it."""
        try:
            run = await self._do(self.jobs.begin, connector, night)
        except Unusable as wrong:
            await self._defer_finish(wrong.run_id)
            return
        if run.finished:
            return
        waiting = await self._do(self.jobs.waiting, run.id)
        at_work = await self._at_work("sync")  # of a worker that died in the middle of this
        deferrers = [
            self.app.tasks["sync"].configure(
                lock=f"{connector} {part}",
                queueing_lock=f"{run.id} {part}",
                task_kwargs={"run_id": run.id, "part": part},
            )
            for part in waiting
            if f"{run.id} {part}" not in at_work
        ]
        for start in range(0, len(deferrers), BATCH):
            batch = [one.job for one in deferrers[start : start + BATCH]]
            try:
                await self.app.job_manager.batch_defer_jobs_async(batch)
            except AlreadyEnqueued:  # another worker died in the middle of this
                for job in batch:
                    await self._defer("sync", job.lock or "", job.queueing_lock or "", **job.task_kwargs)
        if not waiting:
            await self._defer_finish(run.id)

    async def sync(self, run_id: int, part: str) -> None:
        """Sync a part; the last one of a run, or one that nobody can sync, queues its end."""
        try:
            again = await self._do(self.jobs.sync, run_id, part)
        except Unusable:
            await self._defer_finish(run_id)
            return
        if again is not None:
            raise PutBack(again)
        if await self._do(self.jobs.ledger.is_complete, run_id):
            await self._defer_finish(run_id)

    async def finish(self, run_id: int) -> None:
        """End a run; the last one of a night queues what comes after it."""
        if await self._do(self.jobs.finish, run_id):
            await self._defer("afterwards", "afterwards", "afterwards")

    async def afterwards(self) -> None:
        """Do what concerns the whole tenant."""
        await self._do(self.jobs.afterwards, self.jobs.clock.now())
        await self.app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_failed=True, include_aborted=True)

    async def _recover(self) -> None:
        manager = self.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=self.dead_after_s):
            log.warning("queue.worker_died", task=job.task_name, job=job.id)
            try:
                if job.task_name == "sync":
                    await self._do(self.jobs.give_up_if_deadly, attempts=job.attempts + 1, **job.task_kwargs)
                await manager.retry_job(job, retry_at=datetime.now(UTC))
            except ConnectorException:  # it came through after all
                log.info("queue.nothing_to_recover", job=job.id)
        await manager.prune_stalled_workers(self.dead_after_s)

    async def _defer_finish(self, run_id: int) -> None:
        name = f"finish {run_id}"
        if name not in await self._at_work("finish"):
            await self._defer("finish", "settle", name, run_id=run_id)

    async def _at_work(self, task: str) -> set[str | None]:
        """Return the queueing locks of a task's jobs that workers are at: another one would be a twin."""
        return {job.queueing_lock for job in await self.app.job_manager.list_jobs_async(task=task, status="doing")}

    async def _defer(self, task: str, lock: str, queueing_lock: str, **arguments: Any) -> None:
        try:
            await self.app.tasks[task].configure(lock=lock, queueing_lock=queueing_lock).defer_async(**arguments)
        except AlreadyEnqueued:
            log.debug("queue.there_already", task=task)

    async def _do(self, body: Callable[..., _T], *arguments: Any, **named: Any) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, partial(body, *arguments, **named))


def open_queue(connector: BaseConnector, jobs: NightJobs, threads: Executor, *, dead_after_s: float) -> Queue:
    """Return the queue over a connector of procrastinate's, its tasks registered."""
    app = App(connector=connector)
    app.job_manager = Twinless(connector)
    queue = Queue(app, jobs, threads, dead_after_s)
    retry = Retry()
    for name, body in (("begin", queue.begin), ("finish", queue.finish), ("afterwards", queue.afterwards)):
        app.task(name=name, queue=NIGHT, retry=retry)(_told(name, body))
    app.task(name="sync", queue=PARTS, retry=retry)(_told("sync", queue.sync))
    seconds = max(1, min(30, int(dead_after_s / 2)))

    async def look(timestamp: int) -> None:
        await queue.look()

    periodic = app.periodic(cron=f"* * * * * */{seconds}")
    periodic(app.task(name=LOOK, queue=NIGHT, lock=LOOK, queueing_lock=LOOK)(_told(LOOK, look)))
    return queue


def _told(name: str, body: Callable[..., Any]) -> Callable[..., Any]:
    """Return a task that says what went wrong with it in a log without the people it was about."""

    async def task(**arguments: Any) -> None:
        try:
            await body(**arguments)
        except (PutBack, TryLater, UserError):
            raise
        except ConnectorException as away:
            log.warning("queue.away", task=name, why=type(away.__cause__ or away).__name__)
            raise
        except Exception:
            log.exception("queue.bug", task=name)
            raise

    return task

"""One worker process over PostgreSQL: takes jobs until it is asked to leave, then finishes the page and leaves."""

import asyncio
import logging
import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.workers.jobs import NightJobs
from guardian.workers.queue_schema import MISSING, is_installed

if TYPE_CHECKING:
    from guardian.workers.queue import Queue

log = structlog.get_logger(__name__)

POLL_S = 5.0  # seconds after which a job that was put back is found; new ones announce themselves
SIDE_THREADS = 3  # for what begins and ends a night


def work_together(
    jobs: NightJobs, conninfo: str, *, concurrency: int, dead_after_s: float, at_once: str | None = None
) -> None:
    """Work until SIGTERM or SIGINT; `at_once` names a night to begin now. TryLater when the database goes away."""
    if not is_installed():
        raise UserError(MISSING)
    logging.getLogger("procrastinate").addHandler(_ToJournal(logging.WARNING))
    logging.getLogger("procrastinate").propagate = False
    with ThreadPoolExecutor(concurrency + SIDE_THREADS, thread_name_prefix="job") as threads:
        asyncio.run(_work(jobs, conninfo, threads, concurrency, dead_after_s, at_once))


async def _work(
    jobs: NightJobs,
    conninfo: str,
    threads: ThreadPoolExecutor,
    concurrency: int,
    dead_after_s: float,
    at_once: str | None,
) -> None:
    from procrastinate import PsycopgConnector

    from guardian.workers.queue import NIGHT, PARTS, open_queue

    queue = open_queue(
        PsycopgConnector(conninfo=conninfo, min_size=1, max_size=6), jobs, threads, dead_after_s=dead_after_s
    )
    async with queue.app.open_async():
        if at_once is not None:
            await queue.begin_night(at_once)
        workers = [
            asyncio.create_task(_take(queue, PARTS, concurrency, dead_after_s)),
            asyncio.create_task(_take(queue, NIGHT, SIDE_THREADS, dead_after_s)),
        ]
        watch = asyncio.create_task(queue.keep_looking())
        _leave_when_asked(jobs, workers)
        log.info("worker.started", concurrency=concurrency)
        await asyncio.wait(workers, return_when=asyncio.FIRST_COMPLETED)
        asked = jobs.leave.is_set()
        _leave(jobs, workers)
        watch.cancel()
        await asyncio.gather(watch, *workers, return_exceptions=True)
        log.info("worker.left", asked=asked)
    if not asked:
        raise TryLater("The worker lost its queue.")


async def _take(queue: "Queue", name: str, concurrency: int, dead_after_s: float) -> None:
    await queue.app.run_worker_async(
        queues=[name],
        name=f"{socket.gethostname()} {os.getpid()} {name}",
        concurrency=concurrency,
        fetch_job_polling_interval=min(POLL_S, dead_after_s / 2),
        delete_jobs="successful",
        install_signal_handlers=False,
        update_heartbeat_interval=dead_after_s / 6,
        stalled_worker_timeout=dead_after_s,
    )


def _leave_when_asked(jobs: NightJobs, workers: "list[asyncio.Task[None]]") -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _leave, jobs, workers)


def _leave(jobs: NightJobs, workers: "list[asyncio.Task[None]]") -> None:
    """Let jobs finish their page, and take no more."""
    jobs.leave.set()
    for worker in workers:
        worker.cancel()


class _ToJournal(logging.Handler):
    """Puts what procrastinate warns of into our log; how single jobs ended we say ourselves, without their people."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event."""
        if record.name != "procrastinate.worker":
            log.warning("queue.said", text=record.getMessage())

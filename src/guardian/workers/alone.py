"""The nightly jobs in the threads of one process, for a database that is a file."""

import signal
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.ports.run_ledger import Run
from guardian.sync import in_threads
from guardian.workers.jobs import NightJobs

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(minutes=1)  # so that a machine that slept, or whose clock was set, is not late for long
AGAIN_S = 300.0
MOST_TRIES = 24


def serve_alone(jobs: NightJobs, *, concurrency: int, at_once: str | None = None) -> None:
    """Run every night's jobs until SIGTERM or SIGINT; `at_once` names a night to run first."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: jobs.leave.set())
    log.info("worker.started", concurrency=concurrency)
    if at_once is not None:
        run_night(jobs, at_once, concurrency=concurrency)
    while not jobs.leave.is_set():
        night = jobs.due()
        if night is not None and not all(run.finished for run in jobs.plan(night)):
            run_night(jobs, night, concurrency=concurrency)
        jobs.leave.wait(LOOK_EVERY.total_seconds())
    log.info("worker.left", asked=True)


def run_night(jobs: NightJobs, night: str, *, concurrency: int) -> None:
    """Run a night to its end, or until asked to leave; called again it goes on from there."""
    for run in jobs.plan(night):
        _patiently(jobs, partial(jobs.begin, run.connector, night))
    runs = [run for run in jobs.ledger.night(night) if not run.finished]
    while not jobs.leave.is_set():
        again = _sync_all(jobs, runs, concurrency)
        if again is None:
            break
        jobs.leave.wait(max((again - jobs.clock.now()).total_seconds(), 0.0))
    if jobs.leave.is_set():
        return
    for run in runs:
        jobs.finish(run.id)
    _patiently(jobs, lambda: jobs.afterwards(jobs.clock.now()))


def _patiently(jobs: NightJobs, body: Callable[[], object]) -> None:
    """Do something, again as often as time may help; what somebody must mend is told by the run's end."""
    for _ in range(MOST_TRIES):
        if jobs.leave.is_set():
            return
        try:
            body()
            return
        except TryLater as later:
            jobs.leave.wait(AGAIN_S if later.after_seconds is None else later.after_seconds)
        except UserError:
            return


def _sync_all(jobs: NightJobs, runs: Sequence[Run], concurrency: int) -> datetime | None:
    """Sync every part whose time has come; return when the first of those put back goes on."""
    now = jobs.clock.now()
    waiting = [(run.id, one) for run in runs for one in jobs.ledger.parts(run.id) if not one.done]
    due = [(run_id, one.part) for run_id, one in waiting if (one.put_back_until or now) <= now]
    in_threads(lambda which: jobs.sync(*which), due, concurrency, stop=jobs.leave.set)
    left = [one.put_back_until or now for run in runs for one in jobs.ledger.parts(run.id) if not one.done]
    return min(left, default=None)

"""The nightly jobs in the threads of one process, for a database that is a file."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.ports.run_ledger import Run
from guardian.sync import in_threads
from guardian.workers.jobs import NightJobs

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(minutes=1)  # so that a machine that slept, or whose clock was set, is not late for long
AFTER_A_FAILURE = timedelta(minutes=5)


def work_alone(jobs: NightJobs, *, concurrency: int, at_once: str | None = None) -> None:
    """Run every night's jobs in this process until it is asked to leave; `at_once` names a night to run first."""
    if at_once is not None:
        run_night(jobs, at_once, concurrency=concurrency)
    while not jobs.leave.is_set():
        night = jobs.due()
        if night is not None and not all(run.finished for run in jobs.plan(night)):
            run_night(jobs, night, concurrency=concurrency)
        jobs.leave.wait(LOOK_EVERY.total_seconds())


def run_night(jobs: NightJobs, night: str, *, concurrency: int) -> None:
    """Run a night to its end, or until asked to leave; called again it goes on from there."""
    for run in jobs.plan(night):
        _begin(jobs, run)
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
    jobs.afterwards(jobs.clock.now())


def _begin(jobs: NightJobs, run: Run) -> None:
    """Begin a run, waiting as long as its provider asks for and there is time."""
    while not jobs.leave.is_set():
        try:
            jobs.begin(run.connector, run.night or "")
            return
        except TryLater as later:
            jobs.leave.wait(later.after_seconds or AFTER_A_FAILURE.total_seconds())
        except UserError:
            return  # its end says that it could not begin


def _sync_all(jobs: NightJobs, runs: Sequence[Run], concurrency: int) -> datetime | None:
    """Sync every part whose time has come; return when the first of those put back goes on."""
    now = jobs.clock.now()
    waiting = [(run.id, one) for run in runs for one in jobs.ledger.parts(run.id) if not one.done]
    due = [(run_id, one.part) for run_id, one in waiting if (one.put_back_until or now) <= now]
    in_threads(lambda which: jobs.sync(*which), due, concurrency, stop=jobs.leave.set)
    left = [one.put_back_until or now for run in runs for one in jobs.ledger.parts(run.id) if not one.done]
    return min(left, default=None)

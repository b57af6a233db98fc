"""The nightly jobs in the threads of one process, for a database that is a file."""

import signal
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from guardian.domain.errors import OutOfRoom, TryLater, UserError
from guardian.ports.run_ledger import Run
from guardian.workers.jobs import NightJobs, Unusable
from guardian.workers.schedule import put_back_until

log = structlog.get_logger(__name__)

LOOK_EVERY = timedelta(minutes=1)  # so that a machine that slept, or whose clock was set, is not late for long
TICK_S = 0.5  # how long it takes to notice that a run has closed, or that somebody asks to leave
AGAIN_S = 300.0
MOST_TRIES = 24


def serve_alone(jobs: NightJobs, *, concurrency: int, at_once: str | None = None) -> None:
    """Run every night's jobs until SIGTERM or SIGINT; `at_once` names a night to run first."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: jobs.leave.set())
    log.info("worker.started", concurrency=concurrency)
    # A new process cannot know whether the last one came to the end: a night that is over is ended again.
    over: str | None = None
    while not jobs.leave.is_set():
        night = at_once or jobs.due()
        if night is not None and night != over and _came_to_its_end(jobs, night, concurrency):
            over, at_once = night, None
            continue
        jobs.leave.wait(LOOK_EVERY.total_seconds())
    log.info("worker.left", asked=True)


def _came_to_its_end(jobs: NightJobs, night: str, concurrency: int) -> bool:
    """Run a night, and say whether it has not to be gone on with once the database can be written again."""
    try:
        run_night(jobs, night, concurrency=concurrency)
    except (OutOfRoom, TryLater) as problem:
        log.error("night.cut_short", night=night, why=str(problem))
        return False
    return True


def run_night(jobs: NightJobs, night: str, *, concurrency: int) -> None:
    """Run a night to its end, or until asked to leave; called again it goes on from there.

    What is still being read when its run closes is read on, and holds nobody back: the lock of its part keeps the
    next night from it until then.
    """
    runs = [run for run in jobs.plan(night) if not run.finished]
    threads = ThreadPoolExecutor(concurrency, thread_name_prefix="part")
    try:
        _Reading(jobs, threads, concurrency).read(runs)
    except BaseException:
        jobs.leave.set()
        raise
    finally:
        threads.shutdown(wait=jobs.leave.is_set())
    if jobs.leave.is_set():
        return
    for run in runs:
        jobs.finish(run.id)
    _patiently(jobs, lambda: jobs.afterwards(jobs.clock.now()))


def _patiently(jobs: NightJobs, body: Callable[[], object]) -> None:
    """Do what comes after a night, again as often as time may help; the log says whenever it fails."""
    for _ in range(MOST_TRIES):
        if jobs.leave.is_set():
            return
        try:
            body()
            return
        except (OutOfRoom, TryLater) as problem:
            log.warning("night.afterwards_failed", why=str(problem), again=True)
            asked = _asked(problem)
            jobs.leave.wait(AGAIN_S if asked is None else asked)
        except UserError as wrong:
            log.error("night.afterwards_failed", why=str(wrong), again=False)
            return
    log.error("night.afterwards_given_up", tries=MOST_TRIES)


def _asked(problem: OutOfRoom | TryLater) -> float | None:
    """Return the seconds that somebody asked to wait."""
    return problem.after_seconds if isinstance(problem, TryLater) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """The beginning of a run, or one of its parts; `tries` were made before."""

    run: Run
    part: str | None = None
    tries: int = 0


@dataclass(slots=True)
class _Reading:
    """What of a night waits, and from when on; and what threads are at."""

    jobs: NightJobs
    threads: ThreadPoolExecutor
    at_once: int
    waiting: dict[_Step, datetime] = field(default_factory=dict)
    running: dict[Future[datetime | None], _Step] = field(default_factory=dict)

    def read(self, runs: list[Run]) -> None:
        """Begin runs and sync their parts until all are done, until they close, or until asked to leave."""
        now = self.jobs.clock.now()
        self.waiting = {_Step(run=run): now for run in runs}
        while not self.jobs.leave.is_set():
            self._drop_what_closed()
            self._start_what_is_due()
            awaited = [one for one, step in self.running.items() if not self.jobs.is_late(step.run)]
            if awaited:
                wait(awaited, timeout=TICK_S, return_when=FIRST_COMPLETED)
            elif self.waiting:
                self._sleep()
            else:
                break
            self._note_what_is_done()
        if self.running:
            log.info("night.read_on", parts=len(self.running))

    def _drop_what_closed(self) -> None:
        self.waiting = {step: at for step, at in self.waiting.items() if not self.jobs.is_late(step.run)}

    def _start_what_is_due(self) -> None:
        now = self.jobs.clock.now()
        due = [step for step, at in self.waiting.items() if at <= now]
        for step in due[: self.at_once - len(self.running)]:
            del self.waiting[step]
            self.running[self.threads.submit(self._do, step)] = step

    def _sleep(self) -> None:
        left = (min(self.waiting.values()) - self.jobs.clock.now()).total_seconds()
        self.jobs.leave.wait(min(max(left, TICK_S), LOOK_EVERY.total_seconds()))

    def _note_what_is_done(self) -> None:
        for future in [one for one in self.running if one.done()]:
            step, again = self.running.pop(future), future.result()
            if again is None and step.part is None:
                again = self._await_parts(step)
            if again is not None:
                self.waiting[replace(step, tries=step.tries + 1)] = again

    def _await_parts(self, step: _Step) -> datetime | None:
        """Have the parts of a run that has begun wait; return when to ask again where they cannot be read."""
        now = self.jobs.clock.now()
        try:
            parts = self.jobs.ledger.parts(step.run.id)
        except (OutOfRoom, TryLater) as problem:
            return self._put_back(step, problem)
        new = {_Step(run=step.run, part=one.part): one.put_back_until or now for one in parts if not one.done}
        self.waiting.update(new)
        return None

    def _do(self, step: _Step) -> datetime | None:
        """Do a step; return when it goes on, or None when there is nothing more to do."""
        try:
            return self._try(step)
        except (OutOfRoom, TryLater) as problem:
            return self._put_back(step, problem)

    def _try(self, step: _Step) -> datetime | None:
        assert step.run.night is not None
        try:
            if step.part is not None:
                return self.jobs.sync(step.run.id, step.part)
            self.jobs.begin(step.run.connector, step.run.night)
        except Unusable as wrong:
            self.jobs.finish(wrong.run_id)
        return None

    def _put_back(self, step: _Step, problem: OutOfRoom | TryLater) -> datetime | None:
        """Return when a step is tried again, None where the next night does."""
        run, jobs = step.run, self.jobs
        until = put_back_until(jobs.clock.now(), jobs.closes_at(run))(_asked(problem), step.tries)
        again = until.isoformat() if until else "the next night"
        log.info("night.put_back", connector=run.connector, run=run.id, until=again, why=str(problem))
        return until

"""What the jobs of a night do, whoever runs them: threads of one process, or workers on many machines."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from guardian.domain.errors import OutOfRoom, UserError
from guardian.ports.clock import Clock
from guardian.ports.run_ledger import Run, RunLedger
from guardian.sync import RunState, Work, begin, finish, sync_part
from guardian.sync.report import PartReport, read_report
from guardian.workers.schedule import Schedule, put_back_until

log = structlog.get_logger(__name__)

MOST_DEATHS = 5


class Unusable(UserError):
    """The connection of a run is no longer in guardian.toml, say: no job of it can be done, and its end says why."""

    def __init__(self, text: str, run_id: int) -> None:
        super().__init__(text)
        self.run_id = run_id


@dataclass(frozen=True, slots=True, kw_only=True)
class NightJobs:
    """The jobs: plan a night, begin its runs, sync their parts, finish them, then what concerns the whole tenant.

    Every one of them can be repeated: it goes on from where it was. `work_of` returns what a run of a connection in
    a night works with, `afterwards` assesses all clients and sends the digests, `leave` asks jobs to stop.
    """

    ledger: RunLedger
    connectors: Callable[[], Sequence[tuple[str, str]]]
    work_of: Callable[[str, str], Work]
    afterwards: Callable[[datetime], None]
    clock: Clock
    schedule: Schedule
    leave: threading.Event = field(default_factory=threading.Event)

    def plan(self, night: str) -> Sequence[Run]:
        """Note which runs a night consists of, and return them."""
        return self.ledger.plan_night(night, self.connectors(), now=self.clock.now())

    def due(self) -> str | None:
        """Return the night that should have begun by now."""
        night = self.schedule.due(self.clock.now())
        return night.isoformat() if night else None

    def begin(self, connector: str, night: str) -> Run:
        """Begin a run of a night; TryLater when its provider asks to wait and there is still time for it.

        Unusable, as of `sync`, for a run that can only be finished.
        """
        run = next(one for one in self.ledger.night(night) if one.connector == connector)
        if run.begun or run.finished:
            return run
        return begin(self._work(run), night=night, patient=not self.is_late(run))

    def waiting(self, run_id: int) -> list[str]:
        """Return the parts of a run that are not done."""
        return [one.part for one in self.ledger.parts(run_id) if not one.done]

    def sync(self, run_id: int, part: str) -> datetime | None:
        """Sync one part of a run; return when it goes on, or None when nothing is left to do."""
        run, told = self.ledger.run(run_id), self.ledger.part(run_id, part)
        if run.finished or told.done:
            return None
        work = self._work(run)
        put_back = put_back_until(self.clock.now(), self.closes_at(run))
        again = sync_part(work, run_id, told, put_back)
        if again is not None:
            log.info("night.put_back", connector=run.connector, run=run_id, until=again.isoformat())
        return again

    def give_up_if_deadly(self, run_id: int, part: str, *, attempts: int) -> None:
        """Leave a part out of its run if worker after worker died at the same place of it.

        One that got on between two deaths is not to blame: its workers were killed for another reason.
        """
        told, reached = self.ledger.part(run_id, part), self.ledger.reached(run_id, part)
        report = read_report(told.report) or PartReport()
        if reached != report.reached:
            begun = replace(told, attempts=attempts, report=replace(report, reached=reached).as_text())
            self.ledger.report_part(run_id, begun)
        elif attempts - told.attempts >= MOST_DEATHS:
            why = f"{part}: several workers died while they read it; the next night tries it again."
            report = replace(report, state=RunState.FAILED, problems=(why,))
            self.ledger.report_part(run_id, replace(told, report=report.as_text(), done=True, put_back_until=None))

    def finish(self, run_id: int) -> bool:
        """Finish a run, whether or not all of its parts are done; say whether that was the last one of its night."""
        run = self.ledger.run(run_id)
        assert run.night is not None
        if not run.finished:
            self._end(run)
        return all(one.finished for one in self.ledger.night(run.night))

    def _end(self, run: Run) -> None:
        try:
            work = self._work(run)
        except Unusable as wrong:
            self.ledger.end_run(run.id, RunState.FAILED, "{}", str(wrong), now=self.clock.now())
            return
        finish(work, run.id)

    def _work(self, run: Run) -> Work:
        assert run.night is not None
        try:
            return self.work_of(run.connector, run.night)
        except OutOfRoom:
            raise
        except UserError as wrong:
            log.error("night.connection_unusable", connector=run.connector, why=str(wrong))
            raise Unusable(str(wrong), run.id) from wrong

    def late_runs(self) -> list[Run]:
        """Return the runs that must be finished now, whatever they still wait for."""
        nights = self.ledger.unfinished_nights()
        runs = [run for night in nights for run in self.ledger.night(night)]
        return [run for run in runs if not run.finished and self.is_late(run)]

    def closes_at(self, run: Run) -> datetime:
        """Return the moment from which a run waits for nothing any more."""
        return run.started_at + self.schedule.length

    def is_late(self, run: Run) -> bool:
        """Say whether a run waits for nothing any more."""
        return self.clock.now() >= self.closes_at(run)

"""A run of one connection: begun with its parts, each part a job, then clients settled and how it went kept."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.ports.clock import Clock
from guardian.ports.connector import Connector
from guardian.ports.run_ledger import ACCOUNT, Run, RunPart
from guardian.ports.sync_store import SyncStore
from guardian.sync.part import Connection, Work, internal, sync_part
from guardian.sync.pool import in_threads
from guardian.sync.reconcile import balance
from guardian.sync.report import PartReport, read_report, total
from guardian.sync.rules import Rules
from guardian.sync.summary import Progress, RunState, SyncSummary

log = structlog.get_logger(__name__)


def sync_connector(
    connection: Connection, store: SyncStore, rules: Rules, *, clock: Clock, progress: Progress, full: bool = False
) -> SyncSummary:
    """Bring one connection up to date, part after part; see `sync_here`."""
    work = Work(connection=connection, store=store, rules=rules, clock=clock, progress=progress, full=full)
    return sync_here(work, at_once=1)


def sync_here(work: Work, *, at_once: int) -> SyncSummary:
    """Bring one connection up to date and return how it went; never raises for what its provider does.

    `at_once` parts are read at the same time, in threads of this process; writing goes one after the other.
    """
    work = replace(work, connection=replace(work.connection, open=one_a_thread(work.connection.open)))
    run = begin(work)
    waiting = [part for part in work.store.parts(run.id) if not part.done]
    in_threads(lambda part: sync_part(work, run.id, part, never), waiting, at_once, stop=work.leave.set)
    return finish(work, run.id)


def never(_asked: float | None, _attempts: int) -> datetime | None:
    """Put nothing back: the next run goes on."""
    return None


def begin(work: Work, *, night: str | None = None, patient: bool = False) -> Run:
    """Begin a run, or return the night's run that has begun or ended; with `patient` TryLater passes through."""
    name, kind, now = work.connection.name, work.connection.kind, work.clock.now()
    parts, about = _parts(work.connection, patient=patient)
    run = work.store.begin_run(name, kind, parts, night=night, now=now)
    if about != PartReport():
        work.store.report_part(run.id, RunPart(part=ACCOUNT, attempts=1, report=about.as_text(), done=True))
    return run


def _parts(connection: Connection, *, patient: bool) -> tuple[list[str], PartReport]:
    """Return the account's parts, and how it went to ask for them."""
    found: list[str] = []
    try:
        account = connection.open()
        for part in account.parts():
            found.append(part)
        spent = account.spent()
    except TryLater as later:
        if patient:
            raise
        return found, _failed(str(later))
    except UserError as wrong:
        return found, _failed(str(wrong))
    except Exception as bug:
        log.exception("sync.bug", connector=connection.name)
        return found, _failed(internal(bug))
    return found, PartReport(requests=spent.requests, throttled_s=spent.throttled_s)


def _failed(problem: str) -> PartReport:
    return PartReport(state=RunState.FAILED, problems=(problem,))


def finish(work: Work, run_id: int) -> SyncSummary:
    """Settle clients where the run brought anything, and keep and return how it went; harmless to repeat."""
    store, name = work.store, work.connection.name
    run, parts = store.run(run_id), store.parts(run_id)
    told = total([_last_word(part) for part in parts]) if run.begun else _NEVER_BEGUN
    if run.must_settle or work.full or told.new or told.changed or told.gone:
        store.settle(now=work.clock.now())
    now = work.clock.now()
    summary = _summary(name, told, (now - run.started_at).total_seconds())
    error = "; ".join(summary.problems) or None
    store.end_run(run_id, summary.state, json.dumps(summary.as_json(), ensure_ascii=False), error, now=now)
    tell = log.warning if summary.problems else log.info
    more = {"problems": list(summary.problems)} if summary.problems else {}
    tell("sync.finished", connector=name, state=summary.state, new=summary.new, gone=summary.gone, **more)
    return summary


_NEVER_BEGUN = PartReport(
    state=RunState.FAILED, problems=("The run could not begin in time; the log of the workers says why.",)
)


def _last_word(part: RunPart) -> PartReport:
    report = read_report(part.report) or PartReport()
    if part.done:
        return report
    late = f"{part.part}: it was not done when the run had to end; the next one goes on from there."
    state = max(report.state, RunState.PARTIAL, key=list(RunState).index)
    return replace(report, state=state, problems=(*report.problems, late))


def _summary(name: str, told: PartReport, seconds: float) -> SyncSummary:
    problems, state = [*told.findings, *told.problems], told.state
    difference, complaint = balance(told.source, told.local)
    if told.dead_letters:
        problems.append(f"{told.dead_letters} items could not be read; `guardian connectors show {name}`.")
    if difference:
        problems.append(complaint)
    if problems:
        state = max(state, RunState.PARTIAL, key=list(RunState).index)
    return SyncSummary(
        connector=name,
        state=state,
        new=told.new,
        changed=told.changed,
        gone=told.gone,
        unchanged=max(told.stored - told.new - told.changed, 0),
        dead_letters=told.dead_letters,
        excluded=told.excluded,
        requests=told.requests,
        throttled_s=told.throttled_s,
        seconds=seconds,
        source=told.source,
        local=told.local,
        problems=tuple(problems),
    )


def one_a_thread(open_connector: Callable[[], Connector]) -> Callable[[], Connector]:
    """Return what opens a connector once for every thread: they are not made for several threads at once."""
    mine = threading.local()

    def opened() -> Connector:
        if not hasattr(mine, "connector"):
            mine.connector = open_connector()
        connector: Connector = mine.connector
        return connector

    return opened

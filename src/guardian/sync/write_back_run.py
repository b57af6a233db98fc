"""A run of writing back: drafted, shown or written, noted batch by batch; what is repeated changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

import structlog

from guardian.domain.errors import TryLater, UserError
from guardian.ports.write_back import MOST, Draft, Entry, Mark, Outcome, WriteBackStore, Writer
from guardian.sync.part import BUSY_S
from guardian.sync.write_back import LeftOut, Manner, plan_entries

log = structlog.get_logger(__name__)

_T = TypeVar("_T")
_UNREAD = "{connector} was not read to the end yet: run `guardian sync {connector}` first, else much is logged twice."


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteBack:
    """What writing to one connection works with; with `dry` nothing is written."""

    connector: str
    store: WriteBackStore
    writer: Writer
    manner: Manner
    now: datetime
    dry: bool


@dataclass(slots=True)
class WriteBackSummary:
    """What was written, or would be: entries and marks, entries found to be there already, and what was not taken.

    `left_out` counts by reason what happened and is not logged. `problems` are sentences on what somebody should
    look at.
    """

    connector: str
    dry: bool
    entries: int = 0
    there: int = 0
    marks: int = 0
    refused: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the last object that `connectors write-back --json` prints."""
        return {
            "summary": self.connector,
            "dry_run": self.dry,
            "entries": self.entries,
            "there": self.there,
            "marks": self.marks,
            "refused": self.refused,
            "left_out": dict(sorted(self.left_out.items())),
            "problems": self.problems,
        }


Tell = Callable[[Outcome], None]


def write_back(job: WriteBack, marks: Iterable[Mark], tell: Tell) -> WriteBackSummary:
    """Log what the CRM lacks, mark its accounts, and return how it went; `tell` hears of every draft.

    UserError when nothing can be written before somebody acts; where the provider asks to wait, what was written
    until then stands and the summary says that the rest is for the next run.
    """
    summary = WriteBackSummary(connector=job.connector, dry=job.dry)
    with job.store.taking_turn(job.connector) as free:
        if not free:
            raise TryLater(f"Another process is writing to {job.connector}; try again later.", after_seconds=BUSY_S)
        try:
            summary.problems += job.writer.notices()
            _log_all(job, summary, tell)
            _mark_all(job, marks, summary, tell)
        except TryLater as later:
            summary.problems.append(f"{later} What is left is written by the next run.")
        else:
            if not job.dry:
                job.store.forget_refusals(job.connector, before=job.now)
    log.info("write_back.finished", **{key: value for key, value in summary.as_json().items() if key != "problems"})
    return summary


def _log_all(job: WriteBack, summary: WriteBackSummary, tell: Tell) -> None:
    policy, read_until = job.writer.policy, job.writer.read_until(job.store.cursors(job.connector))
    if read_until is None:
        raise UserError(_UNREAD.format(connector=job.connector))
    since, until = job.now - timedelta(days=policy.days), job.now - timedelta(hours=policy.after_hours)
    found = job.store.unlogged(job.connector, since=since, until=min(until, read_until))
    for entries in _batches(_entries(job, found, summary)):
        drafts = job.writer.draft(entries)
        outcomes = _carried_out(job, drafts)
        if not job.dry:
            job.store.note(job.connector, outcomes, now=job.now)
        for one in outcomes:
            tell(one)
        summary.there += sum(draft.record is not None for draft in drafts)
        refused = sum(bool(one.problem) for one in outcomes)
        summary.entries += sum(draft.record is None for draft in drafts) - refused
        summary.refused += refused


def _entries(job: WriteBack, found: Iterable[Any], summary: WriteBackSummary) -> Iterator[Entry]:
    for planned in plan_entries(found, job.manner, longest_key=job.writer.policy.longest_key):
        if isinstance(planned, LeftOut):
            summary.left_out[planned.why] += 1
        else:
            yield planned


def _carried_out(job: WriteBack, drafts: Sequence[Draft]) -> list[Outcome]:
    """Return what became of the drafts of entries: those that are there are left alone."""
    there = [Outcome(draft=one, record=one.record) for one in drafts if one.record is not None]
    new = [one for one in drafts if one.record is None]
    if job.dry or not new:
        return [*there, *(Outcome(draft=one, record=None) for one in new)]
    return [*there, *job.writer.write(new)]


def _mark_all(job: WriteBack, marks: Iterable[Mark], summary: WriteBackSummary, tell: Tell) -> None:
    if not job.writer.policy.marks:
        return
    for some in _batches(marks):
        drafts = job.writer.draft_marks(some)
        outcomes = [Outcome(draft=one, record=one.record) for one in drafts]
        if drafts and not job.dry:
            outcomes = list(job.writer.write(drafts))
        for one in outcomes:
            tell(one)
        refused = [one for one in outcomes if one.problem]
        summary.marks += len(outcomes) - len(refused)
        summary.refused += len(refused)
        summary.problems += [f"Account {one.draft.key}: {one.problem}" for one in refused]


def _batches(values: Iterable[_T]) -> Iterator[list[_T]]:
    left = iter(values)
    while batch := list(islice(left, MOST)):
        yield batch

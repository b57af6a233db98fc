"""What is kept of runs: a run is one connection brought up to date once, part by part, by one machine or several.

*Night*: the runs of all connections that belong together; its name is the local date on which it began.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

ACCOUNT = ""  # the name, among a run's parts, of what concerns the account itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run.

    `begun` says that its parts are known, `must_settle` that clients are settled even if it brings nothing new.
    """

    id: int
    connector: str
    night: str | None
    started_at: datetime
    begun: bool
    finished: bool
    must_settle: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPart:
    """A part of a run: how often it was tried, what it told of that (JSON), whether it is done, when it goes on."""

    part: str
    attempts: int = 0
    report: str | None = None
    done: bool = False
    put_back_until: datetime | None = None


class RunLedger(Protocol):
    """Runs and their parts; every method is one transaction, and harmless to repeat."""

    def plan_night(self, night: str, connectors: Sequence[tuple[str, str]], *, now: datetime) -> Sequence[Run]:
        """Note the runs that a night consists of, by name and kind of their connections, and return all its runs."""
        ...

    def begin_run(
        self, connector: str, kind: str, parts: Sequence[str], *, night: str | None = None, now: datetime
    ) -> Run:
        """Note that a run begins, with its parts; a night's run that has begun or ended is returned as it is."""
        ...

    def run(self, run_id: int) -> Run:
        """Return a run."""
        ...

    def parts(self, run_id: int) -> Sequence[RunPart]:
        """Return the parts of a run, in the order of their names."""
        ...

    def part(self, run_id: int, part: str) -> RunPart:
        """Return one part of a run; one that it does not know yet has no attempts."""
        ...

    def is_complete(self, run_id: int) -> bool:
        """Say whether every part of a run is done."""
        ...

    def report_part(self, run_id: int, part: RunPart) -> None:
        """Keep what became of a part; a part that is done, or whose run has finished, stays as it is."""
        ...

    def reached(self, run_id: int, part: str) -> str:
        """Return a mark of how far the feeds of a part have got: another one after every page that was stored."""
        ...

    def end_run(self, run_id: int, state: str, summary: str, error: str | None, *, now: datetime) -> None:
        """Keep how a run went."""
        ...

    def night(self, night: str) -> Sequence[Run]:
        """Return the runs of a night."""
        ...

    def unfinished_nights(self) -> Sequence[str]:
        """Return the nights with a run that has not finished, the oldest first."""
        ...

"""The processes of a service: forked, watched, replaced when they die."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from guardian.domain.errors import UserError
from guardian.gateways.service.tally import Row

USER_MUST_MEND = 2  # exit status, as everywhere in Guardian
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
_LOG = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What one process is for; `run` gets its counters and its lifeline, and returns when told to stop.

    `serves` says that the service is not ready before this process is.
    """

    name: str
    run: Callable[[Row, int], None]
    serves: bool = True


@dataclass(slots=True, kw_only=True)
class Member:
    """A running process."""

    duty: Duty
    pid: int
    row: Row
    started: float
    status: int | None = None  # exit status once it is over; negative: the signal that ended it

    def signal(self, wanted: signal.Signals) -> None:
        """Send a signal, if the process is still there."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, wanted)

    def is_over(self) -> bool:
        """Say whether the process has ended, and collect its status."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                self.row.set_ready(False)
        return self.status is not None


class Lifeline:
    """A pipe that ends when its holder does, however he ends."""

    def __init__(self) -> None:
        self.reading, self._writing = os.pipe()

    def held_by_parent_only(self) -> None:
        """Let go of the holder's end, in a child."""
        os.close(self._writing)


def start(duty: Duty, row: Row, lifeline: Lifeline, *, now: float, closing: Sequence[int] = ()) -> Member:
    """Fork a process for a duty and return it; in the child this never returns.

    `closing` are the descriptors that are the parent's alone.
    """
    sys.stderr.flush()
    sys.stdout.flush()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # one that comes now must not meet our own treatment
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return Member(duty=duty, pid=pid, row=row, started=now)
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for one in _SIGNALS:
            signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        lifeline.held_by_parent_only()
        for descriptor in closing:
            os.close(descriptor)
        status = _live(duty, row, lifeline)
    finally:
        problem = sys.exception()
        if problem is not None:
            _LOG.error("gateway.process_failed", duty=duty.name, exc_info=problem)
        sys.stderr.flush()
        os._exit(status)  # nothing of the parent's is cleaned up a second time


def _live(duty: Duty, row: Row, lifeline: Lifeline) -> int:
    try:
        duty.run(row, lifeline.reading)
    except UserError as wrong:
        _LOG.error("gateway.process_refused", duty=duty.name, why=str(wrong))
        return USER_MUST_MEND
    return 0

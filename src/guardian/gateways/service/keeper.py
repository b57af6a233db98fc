"""A process that does one thing again and again, beside those that answer mail."""

import os
import select
import signal
from collections.abc import Callable

import structlog

from guardian.domain.errors import GuardianError
from guardian.gateways.service.crew import Duty
from guardian.gateways.service.tally import Row

_LOG = structlog.get_logger()


def recurring(name: str, do: Callable[[], object], *, every_seconds: float) -> Duty:
    """Return a duty that does something at once and then every so many seconds; what fails is tried again then.

    A stop waits for what is being done: a mail cut off while it is sent would have to be sent twice.
    """

    def run(row: Row, lifeline: int) -> None:
        stop = _stop_signals()
        os.nice(5)
        row.set_ready(True)
        while True:
            try:
                do()
            except GuardianError as problem:
                _LOG.warning("gateway.duty_failed", duty=name, why=str(problem))
            except Exception:  # noqa: BLE001 - a bug in one round must not end all of them
                _LOG.exception("gateway.duty_broke", duty=name)
            if select.select([lifeline, stop], [], [], every_seconds)[0]:
                return

    return Duty(name=name, run=run, serves=False)


def _stop_signals() -> int:
    """Return a pipe that can be read once this process was told to stop."""
    stop, told = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda number, frame: None)
    return stop

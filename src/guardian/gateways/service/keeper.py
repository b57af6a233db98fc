"""A process that does one thing again and again, beside those that answer mail."""

import os
import select
from collections.abc import Callable

import structlog

from guardian.domain.errors import GuardianError
from guardian.gateways.service.crew import Duty
from guardian.gateways.service.tally import Row

_LOG = structlog.get_logger()


def recurring(name: str, do: Callable[[], object], *, every_seconds: float) -> Duty:
    """Return a duty that does something at once and then every so many seconds; what fails is tried again then."""

    def run(row: Row, lifeline: int) -> None:
        os.nice(5)
        row.set_ready(True)
        while True:
            try:
                do()
            except GuardianError as problem:
                _LOG.warning("gateway.duty_failed", duty=name, why=str(problem))
            if select.select([lifeline], [], [], every_seconds)[0]:
                return

    return Duty(name=name, run=run, serves=False)

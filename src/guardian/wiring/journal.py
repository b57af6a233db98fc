"""Setting up logging: events with facts, to stderr; JSON where no terminal is watching."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

_ADDRESS = re.compile(r"""(?:"[^"\n]{1,64}"|[^\s@<>()\[\]:;,"'=]{1,64})@(?=\w)""")


def set_up_logging(*, quiet: bool = False, service: bool = False) -> None:
    """Send log events to stderr: readable on a terminal, JSON in service; `quiet` keeps all but errors back.

    On a terminal only errors are shown, unless what runs is a `service`.
    """
    watched = sys.stderr.isatty()
    only_errors = quiet or (watched and not service)
    renderer = structlog.dev.ConsoleRenderer() if watched else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            nobody_whole,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR if only_errors else logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),  # as it is then: it may have been replaced
    )


def nobody_whole(_logger: WrappedLogger, _method: str, told: EventDict) -> EventDict:
    """Return an event whose mail addresses have lost what is before the @: servers name people in their answers."""
    return {name: _without_people(value) for name, value in told.items()}


def _without_people(value: Any) -> Any:
    if isinstance(value, str):
        return _ADDRESS.sub("…@", value)
    if isinstance(value, dict):
        return {name: _without_people(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_people(one) for one in value]
    return value

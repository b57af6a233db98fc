"""Setting up logging: events with facts, to stderr; JSON where no terminal is watching."""

import logging
import sys

import structlog


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
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR if only_errors else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )

"""The command line: one file per noun; each command imports what is heavy only when it runs."""

import sys
from typing import TYPE_CHECKING

import typer

from guardian.cli import (
    ageing,
    clients,
    complaints,
    connectors,
    console,
    database,
    demo,
    digest,
    doctor,
    forget,
    gateway,
    guard,
    holds,
    init,
    secrets,
    sync,
    worker,
)
from guardian.cli.output import say_error
from guardian.cli.tenant import remember_config
from guardian.domain.errors import TryLater, UserError

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

BUG = 70  # EX_SOFTWARE; Python's own 1 would tell the timer that the night went well
NOT_NOW = 75  # EX_TEMPFAIL: nothing was done, which is no more a good night

app = typer.Typer(
    name="guardian",
    help="Keeps clients from being forgotten, and from being insulted by accident.",
    epilog="Start with: guardian demo",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"max_content_width": 110},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich alone would take longer to import than all the rest
)
app.callback()(remember_config)
for module in (init, demo, sync, worker, clients, forget, doctor):
    module.register(app)
for name, group in (
    ("complaints", complaints.app),
    ("ageing", ageing.app),
    ("connectors", connectors.app),
    ("console", console.app),
    ("digest", digest.app),
    ("guard", guard.app),
    ("gateway", gateway.app),
    ("holds", holds.app),
    ("db", database.app),
    ("secrets", secrets.app),
):
    app.add_typer(group, name=name)


def main() -> None:
    """Run the `guardian` command, and exit.

    0 done, 1 findings or partial, 2 the user must mend something, 70 a bug, 75 not done because something that time
    will mend is away.
    """
    try:
        app(standalone_mode=True)
    except UserError as wrong:
        say_error(str(wrong))
        sys.exit(2)
    except TryLater as later:
        say_error(f"{later} Try again later.")
        sys.exit(NOT_NOW)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as bug:
        log = _log()
        log.exception("cli.bug")
        say_error(f"{type(bug).__name__}: a mistake in Guardian; please report it with the log's lines above.")
        sys.exit(BUG)


def _log() -> "FilteringBoundLogger":
    """Return the log, also for a command that ended before it set one up."""
    import structlog

    from guardian.wiring.journal import set_up_logging

    if not structlog.is_configured():
        set_up_logging()
    log: FilteringBoundLogger = structlog.get_logger()
    return log

"""guardian worker."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="worker", epilog="Example: guardian worker --concurrency 16")(worker)


def worker(
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Mailboxes to read at the same time.", show_default=False),
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Begin a night at once, then wait for the next.")] = False,
) -> None:
    """Do every night's work until stopped: sync, ageing, digests; over PostgreSQL on as many machines as you like."""
    from guardian.cli.tenant import open_nightly

    open_nightly().work(concurrency=concurrency, now=now)

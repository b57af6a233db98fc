"""guardian gateway, guardian gateway drain."""

from typing import Annotated

import typer

app = typer.Typer(help="The milter in the mail server.", invoke_without_command=True, rich_markup_mode=None)

Socket = Annotated[
    str | None,
    typer.Option(help="unix:PATH or inet:PORT@HOST; what guardian.toml says by default.", show_default=False),
]


@app.callback(epilog="Example: guardian gateway --socket unix:/run/guardian/milter.sock --processes 2")
def gateway(
    context: typer.Context,
    socket: Socket = None,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Processes that answer mail.", show_default=False)
    ] = None,
) -> None:
    """Answer the mail server about every outgoing mail until stopped; SIGHUP reads the settings anew."""
    if context.invoked_subcommand is None:
        from guardian.cli.tenant import open_gateway

        raise typer.Exit(open_gateway().serve(socket=socket, processes=processes))


@app.command(epilog="Example: guardian gateway drain --every 10")
def drain(
    socket: Socket = None,
    every: Annotated[
        float | None, typer.Option(min=0.1, help="Go on, every so many seconds.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a round on stdout.")] = False,
) -> None:
    """Decide about the mail that Postfix put on hold while the gateway was away; needs root on the mail server."""
    from dataclasses import asdict

    from guardian.cli.output import say, say_json
    from guardian.cli.tenant import open_gateway

    left = 0
    for done in open_gateway().drain(socket=socket, every_seconds=every):
        left = done.left
        if as_json:
            say_json(asdict(done))
        elif done.passed or done.held or done.left or every is None:
            say(f"Delivered {done.passed}, held {done.held}, left on hold {done.left}.")
    raise typer.Exit(1 if left else 0)

"""guardian console."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="console", epilog="Example: guardian console --port 8460")(console)


def console(
    host: Annotated[
        str, typer.Option(help="Address to listen on; put a server that speaks TLS in front for any other.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8460,
) -> None:
    """Serve the pages that links in notices lead to."""
    from guardian.cli.output import say
    from guardian.cli.tenant import open_tenant
    from guardian.wiring.console import serve

    say(f"http://{host}:{port}/  (Ctrl-C)")
    serve(open_tenant(), host=host, port=port)

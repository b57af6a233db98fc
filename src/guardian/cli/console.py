"""guardian console, guardian console users."""

from typing import Annotated

import typer

from guardian.cli import users

app = typer.Typer(
    help="The pages where reviewers decide about held mail.", invoke_without_command=True, rich_markup_mode=None
)
app.add_typer(users.app, name="users")


@app.callback(epilog="Example: guardian console --port 8460")
def console(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="Address to listen on; put a server that speaks TLS in front for any other.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8460,
) -> None:
    """Serve the pages where reviewers log in and decide, and those that links in notices lead to."""
    if context.invoked_subcommand is None:
        from guardian.cli.output import say
        from guardian.cli.tenant import open_tenant
        from guardian.wiring.console import serve

        say(f"http://{host}:{port}/  (Ctrl-C)")
        serve(open_tenant(), host=host, port=port)

"""guardian forget."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="forget", epilog="Example: guardian forget person@client.example --yes")(forget)


def forget(
    address: Annotated[str, typer.Argument(help="The mail address of the person who asked to be forgotten.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Erase a person everywhere, and keep only a hash so that no sync brings them back."""
    from guardian.cli.output import say
    from guardian.cli.tenant import open_tenant

    if not yes:
        typer.confirm(f"Erase everything about {address}? This cannot be undone.", abort=True)
    for line in open_tenant().forget(address):
        say(line)

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
    erased = open_tenant().forget(address)
    say(
        f"Erased: {erased.interactions} interactions whole, the person's seat in {erased.seats} others, "
        f"{erased.records} records, {erased.holds} held mails, {erased.dead_letters} dead letters."
    )
    if erased.written:
        listed = ", ".join(f"{record} ({connection})" for connection, record in erased.written)
        say(f"Guardian wrote {len(erased.written)} records about this person; delete them there: {listed}.")
    if erased.waiting:
        say(f"{erased.waiting} held mails still name this person: decide them, then run this again.")
        raise typer.Exit(1)
    if erased.other_addresses:
        say(f"The same person is known by {erased.other_addresses} other addresses; forget those too.")

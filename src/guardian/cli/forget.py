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
    from guardian.cli.output import counted, say
    from guardian.cli.tenant import open_tenant

    if not yes:
        typer.confirm(f"Erase everything about {address}? This cannot be undone.", abort=True)
    erased = open_tenant().forget(address)
    say(
        f"Erased: {counted(erased.interactions, 'interaction')} whole, "
        f"the person's seat in {counted(erased.seats, 'other')}, {counted(erased.records, 'record')}, "
        f"{counted(erased.holds, 'held mail')}, {counted(erased.dead_letters, 'dead letter')}."
    )
    if erased.written:
        listed = ", ".join(f"{record} ({connection})" for connection, record in erased.written)
        records, them = counted(len(erased.written), "record"), "it" if len(erased.written) == 1 else "them"
        say(f"Guardian wrote {records} about this person; delete {them} there: {listed}.")
    if erased.waiting:
        name, them = ("names", "it") if erased.waiting == 1 else ("name", "them")
        say(f"{counted(erased.waiting, 'held mail')} still {name} this person: decide {them}, then run this again.")
        raise typer.Exit(1)
    if erased.other_addresses:
        others = counted(erased.other_addresses, "other address", "other addresses")
        say(f"The same person is known by {others}; forget {'that' if erased.other_addresses == 1 else 'those'} too.")

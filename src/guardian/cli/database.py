"""guardian db upgrade, guardian db backup, guardian db restore."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from guardian.storage import Settled

app = typer.Typer(help="The database behind the timelines.", no_args_is_help=True, rich_markup_mode=None)


@app.command(epilog="Example: guardian db upgrade")
def upgrade() -> None:
    """Bring the database to this version's tables; keeps everything, and is harmless to repeat."""
    from guardian.cli.output import say
    from guardian.cli.tenant import open_tenant

    settled = open_tenant().upgrade_database()
    if settled is not None:
        _tell(settled)
    say("The database is up to date.")


@app.command(epilog="Example: guardian db backup /var/backups/guardian/2026-11-27.db")
def backup(path: Annotated[Path, typer.Argument(help="New file, in a folder that this account may write.")]) -> None:
    """Copy the database to a file while Guardian goes on running."""
    from guardian.cli.output import say
    from guardian.cli.tenant import open_tenant

    open_tenant().backup_database(path)
    say(f"Wrote {path}.")


@app.command(epilog="Example: guardian db restore /var/backups/guardian/2026-11-27.db")
def restore(path: Annotated[Path, typer.Argument(help="File that `guardian db backup` wrote.")]) -> None:
    """Put a copy back in the database's place, while nothing of Guardian runs; what was there is kept beside it."""
    from guardian.cli.output import say
    from guardian.cli.tenant import open_tenant
    from guardian.wiring.layout import restore_database

    restored = restore_database(open_tenant(), path)
    if restored.kept is not None:
        say(
            f"What was there lies in {restored.kept} now. Mail that was held since the copy was made is in that file"
            ' only; "Backup, upgrade" in docs/operating.md says how to get it out.'
        )
    if not restored.told_forgotten:
        say(
            "It cannot be read there who was forgotten since the copy was made: run `guardian forget` for them again."
        )
    if restored.settled is not None:
        _tell(restored.settled)
    say(f"Restored {path}. Now run `guardian db upgrade`, then `guardian doctor`.")


def _tell(settled: "Settled") -> None:
    """Say what was done with a database that was put back from a copy."""
    from guardian.cli.output import counted, say

    if settled.held:
        waits = "waits" if settled.held == 1 else "wait"
        say(
            f"{counted(settled.held, 'held mail')} {waits} until somebody decides, for nobody knows what became of"
            " held mail since the copy was made: ask at the mail server."
        )
    if settled.forgotten:
        say(f"Forgotten again: {counted(settled.forgotten, 'person', 'people')}.")
    if settled.named:
        say(
            f"Held mail still names {', '.join(settled.named)}: decide it, then run `guardian forget` again for"
            f" {'this address' if len(settled.named) == 1 else 'each of these addresses'}."
        )

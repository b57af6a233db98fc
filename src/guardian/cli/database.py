"""guardian db upgrade, guardian db backup, guardian db restore."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The database behind the timelines.", no_args_is_help=True, rich_markup_mode=None)


@app.command(epilog="Example: guardian db upgrade")
def upgrade() -> None:
    """Bring the database to this version's tables; keeps everything, and is harmless to repeat."""
    from guardian.cli.output import say
    from guardian.cli.tenant import open_tenant

    open_tenant().upgrade_database()
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

    kept = restore_database(open_tenant(), path)
    if kept is not None:
        say(
            f"What was there lies in {kept} now. Mail that was held since the copy was made is in that file only;"
            ' "Backup, upgrade" in docs/operating.md says how to get it out.'
        )
    say(f"Restored {path}. Now run `guardian db upgrade`, then `guardian doctor`.")

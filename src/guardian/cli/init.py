"""guardian init."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="init", epilog="Example: guardian init /srv/guardian --own-domain acme.example --language en")(
        init
    )


def init(
    folder: Annotated[Path, typer.Argument(help="Where to put guardian.toml and the database.")] = Path(),
    own_domain: Annotated[
        list[str] | None, typer.Option("--own-domain", help="One of your own mail domains; repeat for more.")
    ] = None,
    language: Annotated[str, typer.Option(help="es or en: the language for people without their own.")] = "es",
) -> None:
    """Write guardian.toml and an empty database with defaults that work as they are."""
    from guardian.cli.output import say
    from guardian.wiring.layout import lay_out

    path = lay_out(folder, own_domains=own_domain or [], language=language)
    say(f"Wrote {path}.")
    if not own_domain:
        say("Next: write your own mail domains into own_domains, and a folder or provider under [connectors].")
    say("Then: guardian sync")

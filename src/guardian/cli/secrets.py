"""guardian secrets set, list, remove, rotate."""

import sys
from typing import Annotated

import typer

from guardian.domain.errors import UserError

app = typer.Typer(help="Secrets kept sealed in the database.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="The secret's name; guardian.toml refers to it as stored:NAME.")]


@app.command("set", epilog="Example: guardian secrets set m365 < secret.txt")
def set_secret(name: Name) -> None:
    """Keep a secret, asked for at the terminal or read from standard input; never an argument."""
    from guardian.cli.output import say
    from guardian.cli.tenant import open_tenant

    try:
        plain = typer.prompt("Secret", hide_input=True) if sys.stdin.isatty() else sys.stdin.read().strip()
        plain.encode()
    except UnicodeError:  # whose text may hold a part of the secret
        raise UserError("The secret is not text in UTF-8; give it in that encoding.") from None
    open_tenant().secrets.put(name, plain)
    say(f"Kept. Refer to it in guardian.toml as stored:{name}.")


@app.command("list", epilog="Example: guardian secrets list --json")
def list_secrets(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a secret on stdout.")] = False,
) -> None:
    """List the names of the secrets, never what they are."""
    from guardian.cli.output import say_json, say_table
    from guardian.cli.tenant import open_tenant

    rows = [(one.name, one.key_id, one.changed_at.isoformat()) for one in open_tenant().secrets.list()]
    names = ("name", "key_id", "changed_at")
    if as_json:
        for row in rows:
            say_json(dict(zip(names, row, strict=True)))
    else:
        say_table(names, [list(row) for row in rows])


@app.command(epilog="Example: guardian secrets remove m365")
def remove(name: Name) -> None:
    """Drop a secret."""
    from guardian.cli.tenant import open_tenant

    open_tenant().secrets.remove(name)


@app.command(epilog="Example: guardian secrets rotate")
def rotate() -> None:
    """Seal all secrets with a new key, the environment's last where it holds them; put the old ring aside."""
    from guardian.cli.output import counted, say
    from guardian.cli.tenant import open_tenant

    done = open_tenant().secrets.rotate()
    are, old = "is" if done.count == 1 else "are", f"the old ring ({done.kept})" if done.kept else "the older keys"
    say(
        f"{counted(done.count, 'secret')} {are} sealed with the newest key."
        f" Keep {old} as long as you keep backups made before: their secrets open with nothing else."
    )

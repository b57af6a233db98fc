"""guardian doctor."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="doctor", epilog="Example: guardian doctor --json")(doctor)


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a check on stdout.")] = False,
) -> None:
    """Check this installation: settings, database, connectors, judge; say how to mend what is wrong."""
    from guardian.cli.output import say_json
    from guardian.cli.tenant import open_tenant

    checks = open_tenant().examine()
    for check in checks:
        if as_json:
            say_json({"check": check.name, "ok": check.ok, "text": check.text})
        else:
            typer.echo(f"{'ok  ' if check.ok else 'MEND'}  {check.name}: {check.text}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)

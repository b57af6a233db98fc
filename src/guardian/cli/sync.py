"""guardian sync."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="sync", epilog="Example: guardian sync exports --json")(sync)


def sync(
    names: Annotated[list[str] | None, typer.Argument(help="Connectors to sync; all when none is named.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Walk everything anew instead of only what changed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a connector on stdout.")] = False,
) -> None:
    """Pull what is new, place it on the timelines, and reconcile the counts with the source."""
    from guardian.cli.output import say, say_json, say_table
    from guardian.cli.progress import bars
    from guardian.cli.tenant import open_tenant
    from guardian.wiring.syncing import other_own_domains

    tenant = open_tenant()
    summaries = []
    with bars() as progress:
        for summary in tenant.sync(names or [], full=full, progress=progress):
            summaries.append(summary)
            if as_json:
                say_json(summary.as_json())
    if not as_json:
        say_table(
            ("connector", "state", "new", "changed", "gone", "unchanged", "excluded", "dead letters", "difference"),
            [_row(summary.as_json()) for summary in summaries],
        )
        for summary in summaries:
            for problem in summary.problems:
                say(f"{summary.connector}: {problem}")
    if stale := other_own_domains(tenant):
        say(stale)
    if any(summary.as_json()["state"] != "ok" for summary in summaries):
        raise typer.Exit(1)


def _row(summary: dict[str, object]) -> list[str]:
    reconciled = summary["reconciled"]
    difference = reconciled["difference"] if isinstance(reconciled, dict) else None
    names = ("connector", "state", "new", "changed", "gone", "unchanged", "excluded", "dead_letters")
    return [str(summary[name]) for name in names] + ["–" if difference is None else str(difference)]

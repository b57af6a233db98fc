"""guardian connectors add, list, show, check, set, remove, write-back, rules."""

from typing import Annotated

import typer

from guardian.domain.errors import TryLater, UserError

app = typer.Typer(help="Where contacts and activity come from.", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(help="The connection's name in guardian.toml.")]
Values = Annotated[
    list[str] | None,
    typer.Argument(
        help="Settings as key=value; secrets as env:NAME, file:PATH or stored:NAME. Every connection takes"
        " privacy=metadata (the default), privacy=subject or privacy=full: complaints and last words need full."
    ),
]


@app.command(epilog="Example: guardian connectors add exports archive path=exports/")
def add(
    name: Name,
    kind: Annotated[str, typer.Argument(help="Which connector: archive, google, outlook, salesforce.")],
    values: Values = None,
    login: Annotated[bool, typer.Option("--login", help="Let one person log in; no admin's consent.")] = False,
) -> None:
    """Write a new connection into guardian.toml, after checking its settings; without any, say how to get them."""
    from guardian.cli.output import say
    from guardian.cli.tenant import edit_connection, log_in, steps_of

    if not values:
        for number, step in enumerate(steps_of(kind), 1):
            say(f"{number}. {step}")
        raise UserError(f"Then run this again with the settings: guardian connectors add {name} {kind} key=value …")
    given = _pairs(values)
    edit_connection(name, given | (log_in(name, kind, given) if login else {}), kind=kind)
    say(f"Added {name}. Try it with: guardian connectors check {name}")


@app.command(epilog="Example: guardian connectors login m365")
def login(name: Name) -> None:
    """Let the person of a connection log in again, and keep that sealed in the database."""
    from guardian.cli.output import say
    from guardian.cli.tenant import edit_connection, log_in, open_tenant

    tenant = open_tenant()
    values = dict(tenant.settings.connectors[tenant.connector_names([name])[0]])
    edit_connection(name, log_in(name, str(values.pop("kind", "")), values))
    say(f"Logged in. Try it with: guardian connectors check {name}")


@app.command("set", epilog="Example: guardian connectors set exports path=exports-2026/")
def set_values(name: Name, values: Values = None) -> None:
    """Change settings of a connection in guardian.toml; `key=` takes a setting out."""
    from guardian.cli.tenant import edit_connection

    edit_connection(name, _pairs(values))


@app.command(epilog="Example: guardian connectors remove exports")
def remove(name: Name) -> None:
    """Take a connection out of guardian.toml; what it brought stays on the timelines."""
    from guardian.cli.tenant import edit_connection

    edit_connection(name, None)


@app.command("list", epilog="Example: guardian connectors list --json")
def list_connections(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a connection on stdout.")] = False,
) -> None:
    """List the connections and how their last sync went."""
    from guardian.cli.output import say_json, say_table
    from guardian.cli.tenant import open_tenant

    found = open_tenant().connections()
    if as_json:
        for one in found:
            say_json(one)
        return
    names = ("name", "kind", "state", "last_success_at", "last_error")
    say_table(names, [[str(one[name] or "–") for name in names] for one in found])


@app.command(epilog="Example: guardian connectors show exports --json")
def show(
    name: Name, as_json: Annotated[bool, typer.Option("--json", help="One JSON object an item on stdout.")] = False
) -> None:
    """List what a connection could not read (dead letters), what the rules left out, and what it refused to keep."""
    from guardian.cli.output import say_json, say_table
    from guardian.cli.tenant import open_tenant

    items = open_tenant().sync_tables.left_out(name)
    if as_json:
        for item in items:
            say_json(item)
    else:
        say_table(
            ("what", "mailbox", "id", "why"), [[item[k] for k in ("what", "mailbox", "id", "why")] for item in items]
        )


@app.command(epilog="Example: guardian connectors check")
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Connections; all when none is named.")] = None,
) -> None:
    """Log in to each connection and say whose data it sees, or what is missing; and whether the database has room."""
    from guardian.cli.tenant import open_tenant
    from guardian.wiring.syncing import check as check_connection

    tenant = open_tenant()
    wrong = False
    try:
        tenant.check_room()
    except UserError as problem:
        wrong = True
        typer.echo(f"database: {problem}")
    for name in tenant.connector_names(names or []):
        try:
            typer.echo(f"{name}: {check_connection(tenant, name)}")
        except (UserError, TryLater) as problem:
            wrong = True
            typer.echo(f"{name}: {problem}")
    if wrong:
        raise typer.Exit(1)


@app.command("write-back", epilog="Example: guardian connectors write-back crm --dry-run")
def write_back(
    name: Name,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a record, then a summary.")] = False,
) -> None:
    """Log in Salesforce what only mailboxes and calendars hold, and mark its accounts; show every record of it."""
    from guardian.cli.tenant import open_tenant
    from guardian.cli.write_back import show_written
    from guardian.wiring.writing_back import write_back as write

    summary = show_written(lambda tell: write(open_tenant(), name, dry=dry_run, tell=tell), as_json=as_json)
    if summary.problems or summary.refused:
        raise typer.Exit(1)


@app.command(epilog="Example: guardian connectors rules --dry-run")
def rules(
    apply: Annotated[
        bool, typer.Option("--apply/--dry-run", help="Take it, and tell it anew; else only say what would change.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a rule, a client, and a summary.")] = False,
) -> None:
    """Say what `exclude` takes of what was stored before it was set, and what is told otherwise by `own_domains`."""
    from guardian.cli.progress import bars
    from guardian.cli.rules import show_review
    from guardian.cli.tenant import open_tenant
    from guardian.wiring.syncing import review

    with bars() as progress:
        found = review(open_tenant(), apply=apply, progress=progress)
    show_review(found, as_json=as_json)


def _pairs(values: list[str] | None) -> dict[str, str]:
    pairs = {}
    for text in values or []:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UserError(f"{text} is no setting; write it as key=value.")
        pairs[key] = value
    return pairs

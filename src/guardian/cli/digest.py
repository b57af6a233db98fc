"""guardian digest preview, guardian digest send."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The mail that tells each rep which clients he is about to lose.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Rep = Annotated[str | None, typer.Option("--rep", help="Only this rep's digest, by address.")]
AsOf = Annotated[str | None, typer.Option(help="As it was known at the end of this day (2026-11-25).")]


@app.command(epilog="Example: guardian digest preview --rep ana@acme.example --out /tmp/digests")
def preview(
    rep: Rep = None,
    out: Annotated[Path, typer.Option(help="Folder for the .html, .txt and .eml of each rep.")] = Path("digests"),
    as_of: AsOf = None,
) -> None:
    """Write the digests into a folder instead of sending them."""
    from guardian.cli.output import say
    from guardian.cli.tenant import as_of_moment, open_tenant
    from guardian.wiring.digests import Digests

    tenant = open_tenant()
    written = Digests(tenant).preview(as_of_moment(as_of, tenant.clock.now()), rep=rep, folder=out)
    for path in written:
        typer.echo(str(path))
    if not written:
        say("Nothing new for anybody: no digest to write.")


@app.command(epilog="Example: guardian digest send")
def send(rep: Rep = None, as_of: AsOf = None) -> None:
    """Send each rep's digest, once a day whatever is run again; on his days off only where --rep or --as-of asks."""
    from guardian.cli.output import say
    from guardian.cli.tenant import as_of_moment, open_tenant
    from guardian.wiring.digests import Digests

    tenant = open_tenant()
    failed, unasked = False, rep is None and as_of is None
    for sent in Digests(tenant).send(as_of_moment(as_of, tenant.clock.now()), rep=rep, unasked=unasked):
        say(f"{sent.rep}: {sent.outcome} {sent.error}".rstrip())
        failed = failed or bool(sent.error)
    if failed:
        raise typer.Exit(1)

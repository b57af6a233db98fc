"""guardian digest preview, guardian digest send, guardian digest rollup …."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from guardian.digest import Sent

app = typer.Typer(
    help="The mail that tells each rep which clients he is about to lose.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Rep = Annotated[str | None, typer.Option("--rep", help="Only this rep's digest, by address.")]
rollup = typer.Typer(
    help="The weekly mail that tells managers how the book as a whole is looked after.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(rollup, name="rollup")

Manager = Annotated[str | None, typer.Option("--manager", help="Only this manager's roll-up, by address.")]
Out = Annotated[Path, typer.Option(help="Folder for the .html, .txt and .eml of each mail.")]
AsOf = Annotated[str | None, typer.Option(help="As it was known at the end of this day (2026-11-25).")]


@app.command(epilog="Example: guardian digest preview --rep ana@acme.example --out /tmp/digests")
def preview(
    rep: Rep = None,
    out: Annotated[Path, typer.Option(help="Folder for the .html, .txt and .eml of each rep.")] = Path("digests"),
    as_of: AsOf = None,
) -> None:
    """Write the digests into a folder instead of sending them."""
    from guardian.cli.output import say
    from guardian.cli.tenant import as_of_day, as_of_moment, open_tenant
    from guardian.wiring.digests import Digests

    tenant = open_tenant()
    moment, day = as_of_moment(as_of, tenant.clock.now()), as_of_day(as_of)
    written = Digests(tenant).preview(moment, rep=rep, folder=out, day=day)
    for path in written:
        typer.echo(str(path))
    if not written:
        say("Nothing new for anybody: no digest to write.")


@app.command(epilog="Example: guardian digest send")
def send(rep: Rep = None, as_of: AsOf = None) -> None:
    """Send each rep's digest, once a day whatever is run again; on his days off only where --rep or --as-of asks."""
    from guardian.cli.output import say
    from guardian.cli.tenant import as_of_day, as_of_moment, open_tenant
    from guardian.wiring.digests import Digests

    tenant = open_tenant()
    moment, day = as_of_moment(as_of, tenant.clock.now()), as_of_day(as_of)
    unasked = rep is None and as_of is None
    sent = Digests(tenant).send(moment, rep=rep, unasked=unasked, day=day)
    for one in sent:
        say(f"{one.rep}: {one.outcome} {one.error}".rstrip())
    _end(sent)


def _end(sent: "Sequence[Sent]") -> None:
    """End the command as the mails did: 2 where somebody must mend what keeps all of them, 1 where some failed."""
    if any(one.stops_all for one in sent):
        raise typer.Exit(2)
    if any(one.error for one in sent):
        raise typer.Exit(1)


Whose = Annotated[str, typer.Argument(help="Whose, by address.")]
OfRollup = Annotated[bool, typer.Option("--rollup", help="The weekly roll-up instead of the digest.")]


@app.command(epilog="Example: guardian digest stop ana@acme.example")
def stop(whose: Whose, of_rollup: OfRollup = False) -> None:
    """Send somebody no more digests, as the link at the end of each does."""
    _stop(whose, of_rollup=of_rollup, resume=False)


@app.command(epilog="Example: guardian digest resume ana@acme.example")
def resume(whose: Whose, of_rollup: OfRollup = False) -> None:
    """Send somebody digests again who had stopped them."""
    _stop(whose, of_rollup=of_rollup, resume=True)


def _stop(whose: str, *, of_rollup: bool, resume: bool) -> None:
    from guardian.cli.output import say
    from guardian.cli.tenant import open_tenant
    from guardian.wiring.digests import Digests

    Digests(open_tenant()).stop(whose, "rollup" if of_rollup else "digest", resume=resume)
    say(f"{whose}: {'sent again' if resume else 'stopped'}.")


@rollup.command(name="preview", epilog="Example: guardian digest rollup preview --out /tmp/digests")
def preview_rollup(manager: Manager = None, out: Out = Path("digests"), as_of: AsOf = None) -> None:
    """Write the roll-ups into a folder instead of sending them."""
    from guardian.cli.output import say
    from guardian.cli.tenant import as_of_day, as_of_moment, open_tenant
    from guardian.wiring.digests import Digests

    tenant = open_tenant()
    moment, day = as_of_moment(as_of, tenant.clock.now()), as_of_day(as_of)
    written = Digests(tenant).preview_rollups(moment, manager=manager, folder=out, day=day)
    for path in written:
        typer.echo(str(path))
    if not written:
        say("There is no client, or nobody under digest.managers in guardian.toml: no roll-up to write.")


@rollup.command(name="send", epilog="Example: guardian digest rollup send")
def send_rollup(manager: Manager = None, as_of: AsOf = None) -> None:
    """Send each manager the roll-up, once a week whatever is run again, on the first working day."""
    from guardian.cli.output import say
    from guardian.cli.tenant import as_of_day, as_of_moment, open_tenant
    from guardian.wiring.digests import Digests

    tenant = open_tenant()
    moment, day = as_of_moment(as_of, tenant.clock.now()), as_of_day(as_of)
    unasked = manager is None and as_of is None
    sent = Digests(tenant).send_rollups(moment, manager=manager, unasked=unasked, day=day)
    for one in sent:
        say(f"{one.rep}: {one.outcome} {one.error}".rstrip())
    if not sent:
        say("Nobody is named under digest.managers in guardian.toml: no roll-up to send.")
    _end(sent)

"""guardian holds list, stats, show, release, release-internal, return, discard."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from guardian.ports.holds import Hold

app = typer.Typer(
    help="Mail that is being kept back, until people decide.", no_args_is_help=True, rich_markup_mode=None
)

HoldId = Annotated[str, typer.Argument(help="The hold, as `guardian holds list` names it.")]
By = Annotated[str, typer.Option("--by", help="Who decides, by address.")]
Why = Annotated[str, typer.Option("--why", help="The justification; it is kept.")]


def hold_json(hold: "Hold") -> dict[str, Any]:
    """Return the object that `holds list --json` prints for one hold."""
    return {
        "id": hold.id,
        "state": hold.state,
        "sender": hold.envelope.sender,
        "recipients": list(hold.envelope.recipients),
        "clients": list(hold.verdict.clients),
        "subject": hold.subject,
        "reasons": [
            {"code": reason.code, "span": reason.span, "score": round(reason.score, 4)}
            for reason in hold.verdict.reasons
        ],
        "held_at": hold.held_at,
        "decided_by": hold.decided_by,
    }


@app.command("list", epilog="Example: guardian holds list --json")
def list_holds(
    everything: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a hold on stdout.")] = False,
) -> None:
    """List the mail that is kept back."""
    from guardian.cli.output import say_json, say_table
    from guardian.cli.tenant import open_gatehouse

    found = open_gatehouse().list(everything=everything)
    if as_json:
        for hold in found:
            say_json(hold_json(hold))
        return
    say_table(
        ("id", "state", "held at (UTC)", "sender", "clients", "subject"),
        [
            (
                hold.id,
                hold.state,
                hold.held_at.strftime("%Y-%m-%d %H:%M"),
                hold.envelope.sender,
                ", ".join(hold.verdict.clients),
                hold.subject,
            )
            for hold in found
        ],
    )


@app.command(epilog="Example: guardian holds stats --days 14")
def stats(
    days: Annotated[int, typer.Option(min=1, help="How many days to look back.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a language and threshold.")] = False,
) -> None:
    """Show how many of 1,000 mails to clients each threshold would hold; counted in observe mode as well."""
    from guardian.cli.output import say, say_json, say_table
    from guardian.cli.tenant import open_gatehouse

    found = open_gatehouse().expected_holds(days)
    if as_json:
        for one in found:
            say_json(
                {
                    "language": one.language or None,
                    "threshold": one.threshold,
                    "mails": one.mails,
                    "holds": one.holds,
                    "per_thousand": round(one.per_thousand, 2),
                }
            )
        return
    if not any(one.mails for one in found):
        say("The guard has seen no mail to a client in this time.")
    say_table(
        ("language", "threshold", "mails to clients", "would be held", "per 1,000"),
        [
            (one.language or "all", f"{one.threshold:.1f}", str(one.mails), str(one.holds), f"{one.per_thousand:.1f}")
            for one in found
        ],
    )


@app.command(epilog="Example: guardian holds show 01JD3X4")
def show(hold_id: HoldId) -> None:
    """Show why a mail is kept back, and every step since."""
    from guardian.cli.tenant import open_gatehouse
    from guardian.ports.holds import OVER

    hold, sentences, events = open_gatehouse().story(hold_id)
    typer.echo(f"{hold.id}  {hold.state}\nFrom: {hold.envelope.sender}\nTo: {', '.join(hold.envelope.recipients)}")
    subject = "(erased when it was decided about)" if hold.state in OVER else hold.subject
    typer.echo(f"Subject: {subject}\nClients: {', '.join(hold.verdict.clients)}")
    for sentence in sentences:
        typer.echo(f"  {sentence}")
    for event in events:
        via = f"  via={event.via}" if event.via else ""
        typer.echo(f"{event.at:%Y-%m-%d %H:%M} UTC  {event.what}  {event.by}  {event.why}".rstrip() + via)


@app.command(epilog='Example: guardian holds release 01JD3X4 --by eva@acme.example --why "Agreed with the client"')
def release(hold_id: HoldId, by: By, why: Why) -> None:
    """Send a held mail on to everybody, byte for byte; by a reviewer who has an account, never by its own sender."""
    _decide("release", hold_id, by, why)


@app.command("release-internal", epilog="Example: guardian holds release-internal 01JD3X4 --by ana@acme.example")
def release_internal(hold_id: HoldId, by: By, why: Why = "") -> None:
    """Send a held mail on to colleagues only; the client never gets it."""
    _decide("release_internal", hold_id, by, why)


@app.command("return", epilog="Example: guardian holds return 01JD3X4 --by eva@acme.example")
def return_mail(hold_id: HoldId, by: By, why: Why = "") -> None:
    """Give a held mail back to its sender."""
    _decide("return_to_sender", hold_id, by, why)


@app.command(epilog="Example: guardian holds discard 01JD3X4 --by ana@acme.example")
def discard(hold_id: HoldId, by: By, why: Why = "") -> None:
    """Drop a held mail; it goes nowhere."""
    _decide("discard", hold_id, by, why)


def _decide(what: str, hold_id: str, by: str, why: str) -> None:
    from guardian.cli.at_the_keyboard import who_types
    from guardian.cli.output import say
    from guardian.cli.tenant import open_gatehouse

    hold = open_gatehouse().decide(what, hold_id, by=by, why=why, via=f"cli {who_types()}")
    say(f"{hold.id}: {hold.state}")

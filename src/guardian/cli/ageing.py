"""guardian ageing."""

from typing import Annotated

import typer

from guardian.domain.standing import State

# What a person has to look at; the rest is well or was put aside on purpose.
ALARMING = frozenset(
    {State.ANGRY, State.INDIFFERENT, State.UNREACHABLE, State.AT_RISK, State.COOLING, State.DORMANT, State.LOST}
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="ageing", epilog="Example: guardian ageing --as-of 2026-10-31")(ageing)


def ageing(
    as_of: Annotated[str | None, typer.Option(help="As it was known at the end of this day (2026-11-25).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a client on stdout.")] = False,
) -> None:
    """Work out how overdue the next touch is for every client, and keep the result for the digests."""
    from guardian.cli.clients import client_json, print_standings
    from guardian.cli.output import say, say_json
    from guardian.cli.tenant import as_of_moment, open_tenant

    tenant = open_tenant()
    moment = as_of_moment(as_of, tenant.clock.now())
    standings = tenant.standings(moment)
    tenant.keep(standings, at=moment)
    if as_json:
        for one in standings:
            say_json(client_json(one))
        return
    alarming = [one for one in standings if one.assessment.state in ALARMING]
    print_standings(alarming)
    say(f"{len(standings)} clients assessed as of {moment:%Y-%m-%d}, {len(alarming)} need attention.")

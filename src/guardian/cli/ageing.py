"""guardian ageing, guardian ageing report."""

from typing import Annotated

import typer

from guardian.domain.standing import State

# What a person has to look at; the rest is well or was put aside on purpose.
ALARMING = frozenset(
    {State.ANGRY, State.INDIFFERENT, State.UNREACHABLE, State.AT_RISK, State.COOLING, State.DORMANT, State.LOST}
)

AsOf = Annotated[str | None, typer.Option(help="As it was known at the end of this day (2026-11-25).")]

app = typer.Typer(
    epilog="Example: guardian ageing --as-of 2026-10-31", invoke_without_command=True, rich_markup_mode=None
)


@app.callback()
def ageing(
    context: typer.Context,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a client on stdout.")] = False,
) -> None:
    """Work out how overdue the next touch is for every client, and keep the result for the digests."""
    if context.invoked_subcommand is not None:
        return
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


@app.command(epilog="Example: guardian ageing report --as-of 2026-10-31")
def report(
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a figure on stdout.")] = False,
) -> None:
    """Say whether to trust ageing, from what it said of your own clients one horizon ago and what came since.

    With it: thresholds in force and why, drift of the model, clients by state and by what flagged them, coverage.
    """
    from guardian.cli.ageing_report import print_report, report_lines
    from guardian.cli.output import say_json
    from guardian.cli.tenant import as_of_moment, open_tenant

    tenant = open_tenant()
    found = tenant.ageing_report(as_of_moment(as_of, tenant.clock.now()))
    days, language = tenant.settings.ageing.ceiling_days, tenant.settings.language
    if as_json:
        for line in report_lines(found, language, ceiling_days=days):
            say_json(line)
    else:
        print_report(found, language, ceiling_days=days)

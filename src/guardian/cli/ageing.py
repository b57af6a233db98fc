"""guardian ageing, guardian ageing report, guardian ageing win-back."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from guardian.domain.standing import State

if TYPE_CHECKING:
    from guardian.domain.win_back import WinBack

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
    from guardian.cli.output import counted, say, say_json
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
    need = "needs" if len(alarming) == 1 else "need"
    assessed = counted(len(standings), "client")
    say(f"{assessed} assessed as of {moment:%Y-%m-%d}, {len(alarming)} {need} attention.")


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
    from guardian.wiring.ageing import report as report_of

    tenant = open_tenant()
    found = report_of(tenant, as_of_moment(as_of, tenant.clock.now()))
    days, language = tenant.settings.ageing.ceiling_days, tenant.settings.language
    if as_json:
        for line in report_lines(found, language, ceiling_days=days):
            say_json(line)
    else:
        print_report(found, language, ceiling_days=days)


@app.command("win-back", epilog="Example: guardian ageing win-back --rep ana@acme.example")
def win_back(
    rep: Annotated[str | None, typer.Option("--rep", help="Only this rep's clients, by address.")] = None,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a client on stdout.")] = False,
) -> None:
    """Say which few dormant and lost clients each rep should win back this week, and in which dated steps."""
    from guardian.cli.output import say_json, say_table
    from guardian.cli.tenant import as_of_moment, open_tenant
    from guardian.wiring.ageing import clients_to_win_back

    tenant = open_tenant()
    found = clients_to_win_back(tenant, as_of_moment(as_of, tenant.clock.now()))
    language = tenant.settings.language
    chosen = {of: book for of, book in found.items() if rep is None or of == rep.lower()}
    if as_json:
        for of, book in chosen.items():
            for one in book:
                say_json(_win_back_json(of, one, language))
        return
    from guardian.ageing.win_back_wording import step_sentence
    from guardian.domain.win_back import Step

    rows = [_win_back_row(of, one, language) for of, book in chosen.items() for one in book]
    say_table(("rep", "client", "state", "last touch", "value", *Step), rows)
    for step in Step:
        typer.echo(f"{step}: {step_sentence(step, language)}")


def _win_back_json(rep: str, one: "WinBack", language: str) -> dict[str, Any]:
    from guardian.ageing.win_back_wording import step_sentence

    return {
        "rep": rep,
        "client": one.client.name,
        "state": one.assessment.state,
        "value": one.client.value,
        "last_touch": one.assessment.last_touch,
        "silent_days": one.assessment.silent_days,
        "plan": [
            {"day": day.isoformat(), "step": step, "text": step_sentence(step, language)} for day, step in one.plan
        ],
    }


def _win_back_row(rep: str, one: "WinBack", language: str) -> tuple[str, ...]:
    from guardian.ageing import state_name
    from guardian.cli.output import day

    return (
        rep,
        one.client.name,
        state_name(one.assessment.state, language),
        day(one.assessment.last_touch),
        "–" if one.client.value is None else f"{one.client.value:g}",
        *(due.isoformat() for due, _ in one.plan),
    )

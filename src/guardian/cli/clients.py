"""guardian clients, guardian timeline."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from guardian.domain.errors import UserError
from guardian.domain.standing import State

if TYPE_CHECKING:
    from guardian.ports.timeline import Interaction
    from guardian.wiring.standings import Standing


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(name="clients", epilog="Example: guardian clients --state at_risk --json")(clients)
    app.command(name="timeline", epilog='Example: guardian timeline "Talleres Bermeo"')(timeline)


def clients(
    state: Annotated[str | None, typer.Option(help="Only clients in this state, such as at_risk.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a client on stdout.")] = False,
    as_of: Annotated[str | None, typer.Option(help="As it was known at the end of this day (2026-11-25).")] = None,
) -> None:
    """Say of every client where it stands, and why, in numbers."""
    from guardian.cli.output import say_json
    from guardian.cli.tenant import as_of_moment, open_tenant

    if state is not None and state not in set(State):
        raise UserError(f"There is no state {state}; the states are {', '.join(State)}.")
    tenant = open_tenant()
    standings = [
        one
        for one in tenant.standings(as_of_moment(as_of, tenant.clock.now()))
        if state is None or one.assessment.state == state
    ]
    if as_json:
        for one in standings:
            say_json(client_json(one))
    else:
        print_standings(standings)


def client_json(one: "Standing") -> dict[str, Any]:
    """Return the object that `clients --json` prints for one client."""
    what = one.assessment
    return {
        "client": one.client.name,
        "owner": one.client.owner,
        "state": what.state,
        "reasons": [
            {"code": why.code, **dict(why.figures), "text": text}
            for why, text in zip(what.reasons, one.sentences, strict=True)
        ],
        "last_touch": what.last_touch,
        "last_inbound": what.last_inbound,
        "cadence_days": _rounded(what.cadence_days, 1),
        "silent_days": what.silent_days,
        "p_silent": _rounded(what.p_silent, 4),
        "p_alive": _rounded(what.p_alive, 4),
        "value": one.client.value,
        "contacts": list(one.client.contacts),
    }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def print_standings(standings: "list[Standing]", *, title: str | None = None) -> None:
    """Print clients and where they stand as a table."""
    from guardian.cli.output import day, say_table

    say_table(
        ("client", "state", "last touch", "why", "owner"),
        [
            (
                one.client.name,
                one.state_name,
                day(one.assessment.last_touch),
                " ".join(one.sentences),
                one.client.owner or "–",
            )
            for one in standings
        ],
        title=title,
    )


def timeline(
    client: Annotated[str | None, typer.Argument(help="A client by name, number, domain or contact address.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything stored, whoever it was with.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object an interaction on stdout.")] = False,
    as_of: Annotated[str | None, typer.Option(help="As it was known at the end of this day (2026-11-25).")] = None,
) -> None:
    """Show everything that happened with one client, or with all, oldest first."""
    from guardian.cli.output import say_json
    from guardian.cli.tenant import as_of_moment, open_tenant

    if everything == (client is not None):
        raise UserError("Name one client, or say --all.")
    tenant = open_tenant()
    moment = None if as_of is None else as_of_moment(as_of, tenant.clock.now())
    known = tenant.timelines.clients() if moment is None else tenant.clients(moment)
    names = {one.id: one.name for one in known}
    chosen = None if client is None else tenant.find_client(client, as_of=moment).id
    found = tenant.interactions(chosen, as_of=moment)
    if as_json:
        for one in found:
            say_json(interaction_json(one, names, chosen))
    else:
        _print_interactions(found, names)


def interaction_json(one: "Interaction", names: dict[int, str], chosen: int | None) -> dict[str, Any]:
    """Return the object that `timeline --json` prints for one interaction."""
    first = chosen if chosen is not None else next(iter(one.client_ids), None)
    return {
        "client": names.get(first) if first is not None else None,
        "clients": [names[i] for i in one.client_ids if i in names],
        "kind": one.kind,
        "key": one.key,
        "occurred_at": one.occurred_at,
        "direction": one.direction,
        "subject": one.subject,
        "participants": list(dict.fromkeys(seat.address for seat in one.seats)),
        "touch": one.touch.weight,
        "copies": [{"connector": copy.connector, "mailbox": copy.mailbox, "id": copy.id} for copy in one.copies],
    }


def _print_interactions(found: Any, names: dict[int, str]) -> None:
    from guardian.cli.output import say_table

    def when(one: "Interaction") -> str:
        return one.occurred_at.strftime("%Y-%m-%d" if one.all_day else "%Y-%m-%d %H:%M")

    say_table(
        ("when (UTC)", "what", "way", "touch", "clients", "who", "subject"),
        [
            (
                when(one),
                one.kind,
                one.direction,
                f"{one.touch.weight:g}",
                ", ".join(names[i] for i in one.client_ids if i in names) or "–",
                ", ".join(dict.fromkeys(seat.address for seat in one.seats)),
                one.subject or "–",
            )
            for one in found
        ],
    )

"""guardian complaints list, solve, dismiss."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from guardian.domain.complaint_life import Complaint
    from guardian.domain.complaint_record import Ruling
    from guardian.wiring.complaints import Listed

app = typer.Typer(
    help="What clients complain of, until it is put right.", no_args_is_help=True, rich_markup_mode=None
)

ComplaintId = Annotated[int, typer.Argument(help="The complaint, as `guardian complaints list` numbers it.")]
By = Annotated[str, typer.Option("--by", help="Who says so, by address.")]
Why = Annotated[str, typer.Option("--why", help="What was done, or why it is none; it is kept.")]


def complaint_json(one: "Listed") -> dict[str, Any]:
    """Return the object that `complaints list --json` prints for one complaint."""
    told = one.complaint
    return {
        "id": told.id,
        "client": one.client.name,
        "owner": one.client.owner,
        "state": state_of(told),
        "severity": told.severity,
        "opened_at": told.opened_at,
        "last_at": told.last_at,
        "mails": len(told.mails),
        "reopened": told.reopened,
        "working_days": one.working_days,
        "waiting_days": one.waiting_days,
        "owner_answered_at": told.owner_answered_at,
        "answered_by": [helper.address for helper in told.helpers],
        "words": list(told.words),
        "degraded": told.degraded,
        "ended_at": told.ended_at,
        "ended_by": told.ended_by or None,
        "why": told.why or None,
    }


def state_of(told: "Complaint") -> str:
    """Return `open`, or how a complaint ended."""
    return told.ending.value if told.ending else "open"


@app.command("list", epilog="Example: guardian complaints list --json")
def list_complaints(
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_of: Annotated[str | None, typer.Option(help="As it was known at the end of this day (2026-11-25).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a complaint on stdout.")] = False,
) -> None:
    """List what clients complain of, the oldest first; days are the owner's working days, severity is 1 to 3."""
    from guardian.cli.output import day, say_json, say_table
    from guardian.cli.tenant import as_of_moment, open_tenant
    from guardian.wiring.complaints import ComplaintDesk

    tenant = open_tenant()
    found = ComplaintDesk(tenant).listed(as_of_moment(as_of, tenant.clock.now()), everything=everything)
    if as_json:
        for one in found:
            say_json(complaint_json(one))
        return
    say_table(
        ("id", "client", "since (UTC)", "days", "state", "answered", "words", "owner"),
        [
            (
                str(one.complaint.id),
                one.client.name,
                day(one.complaint.opened_at),
                str(one.working_days),
                f"{state_of(one.complaint)} ({one.complaint.severity})",
                _answered(one),
                " · ".join(one.complaint.words),
                one.client.owner or "–",
            )
            for one in found
        ],
    )


def _answered(one: "Listed") -> str:
    """Return who has answered: the owner with the day, else somebody else of ours, else nobody."""
    from guardian.cli.output import day

    told = one.complaint
    if told.waiting_since is None:
        return f"by the owner {day(told.owner_answered_at)}" if told.owner_answered_at else "–"
    return ", ".join(helper.address for helper in told.helpers) or "no"


@app.command(epilog='Example: guardian complaints solve 4711 --by ana@acme.example --why "New pump installed"')
def solve(complaint_id: ComplaintId, by: By, why: Why) -> None:
    """Say that a complaint is put right; a new one soon after opens it again."""
    from guardian.domain.complaint_record import Ruling

    _decide(Ruling.SOLVED, complaint_id, by, why)


@app.command(epilog='Example: guardian complaints dismiss 4711 --by ana@acme.example --why "He spoke of a rival"')
def dismiss(complaint_id: ComplaintId, by: By, why: Why) -> None:
    """Say that it never was a complaint; nothing is made of it any more."""
    from guardian.domain.complaint_record import Ruling

    _decide(Ruling.DISMISSED, complaint_id, by, why)


def _decide(ruling: "Ruling", complaint_id: int, by: str, why: str) -> None:
    from guardian.cli.output import say
    from guardian.cli.tenant import open_tenant
    from guardian.wiring.complaints import ComplaintDesk

    told = ComplaintDesk(open_tenant()).decide(ruling, complaint_id, by=by, why=why)
    say(f"{told.id}: {state_of(told)}")

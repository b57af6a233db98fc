"""Deciding about a held mail: what it would mean first, then doing it once."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request, Response

from guardian.console.bench import UNTOLD, Bench, Hurdle, Wish
from guardian.console.pages.hold import the_hold
from guardian.console.porch import Porch, TurnedAway, Visitor
from guardian.guard import Choice
from guardian.guard.holds import SHORTEST_WHY
from guardian.guard.links import HOLD_PAGE
from guardian.ports.accounts import Role
from guardian.ports.holds import Hold

MOST_WHY = 2_000  # characters


def router(porch: Porch, bench: Bench, after: Callable[[], object]) -> APIRouter:
    """Return the routes; `after` runs once somebody has decided."""
    routes = APIRouter()

    def shown(visitor: Visitor, hold: Hold, choice: Choice, hurdle: Hurdle | None, why: str = "") -> Response:
        """Show what a choice means, with the form to confirm it where nothing but a justification lacks."""
        status = 200 if hurdle is None else 400 if hurdle in UNTOLD else 409
        facts = {"hold": hold, "choice": choice.value, "hurdle": hurdle.value if hurdle else "", "why": why}
        past = bench.past(hold)
        return porch.show(visitor, "office/decide", status, past=past, shortest=SHORTEST_WHY, most=MOST_WHY, **facts)

    @routes.get(HOLD_PAGE + "{hold_id}/{choice}")
    def look(request: Request, hold_id: str, choice: str) -> Response:
        visitor = porch.visitor(request, role=Role.REVIEWER)
        hold, chosen = the_hold(porch, visitor, bench.get, hold_id), _choice(porch, visitor, choice)
        return shown(visitor, hold, chosen, bench.hurdle(hold, chosen, *visitor.names))

    @routes.post(HOLD_PAGE + "{hold_id}/{choice}")
    def decide(
        request: Request,
        tasks: BackgroundTasks,
        hold_id: str,
        choice: str,
        why: Annotated[str, Form()] = "",
        csrf: Annotated[str, Form()] = "",
    ) -> Response:
        visitor = porch.sender_of(request, csrf, role=Role.REVIEWER)
        hold, chosen = the_hold(porch, visitor, bench.get, hold_id), _choice(porch, visitor, choice)
        why = why.strip()[:MOST_WHY]
        past = bench.past(hold)  # once it is decided its bytes may be gone
        wish = Wish(choice=chosen, by=visitor.address, why=why, via=visitor.via, also=visitor.names)
        hurdle = bench.decide(hold, wish)
        if hurdle is not None:
            return shown(visitor, bench.get(hold.id) or hold, chosen, hurdle, why)
        tasks.add_task(after)
        return porch.show(visitor, "office/done", hold=hold, choice=chosen.value, past=past)

    return routes


def _choice(porch: Porch, visitor: Visitor, text: str) -> Choice:
    try:
        return Choice(text)
    except ValueError:
        raise TurnedAway(porch.show(visitor, "office/nothing", 404)) from None

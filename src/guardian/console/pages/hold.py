"""One held mail: why it is held, what it says, what became of it so far, and what may be decided about it."""

import re
from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from guardian.console.bench import Bench
from guardian.console.porch import Porch, TurnedAway, Visitor
from guardian.guard import Choice, reason_sentence
from guardian.guard.links import HOLD_PAGE
from guardian.ports.accounts import Role
from guardian.ports.holds import OVER, Hold

HOLD_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


def router(porch: Porch, bench: Bench) -> APIRouter:
    """Return the route. What a mail says is shown to reviewers only, and its trail tells each time that it was."""
    routes = APIRouter()

    @routes.get(HOLD_PAGE + "{hold_id}")
    def look(request: Request, hold_id: str) -> Response:
        visitor = porch.visitor(request)
        hold = the_hold(porch, visitor, bench.get, hold_id)
        reads = visitor.may(Role.REVIEWER)
        read = bench.read(hold, by=visitor.address, via=visitor.via) if reads else None
        trail = bench.trail(hold)
        return porch.show(
            visitor,
            "office/hold",
            hold=hold,
            over=hold.state in OVER,
            reads=reads,
            read=read,
            reasons=[reason_sentence(one, visitor.language) for one in hold.verdict.reasons] if reads else [],
            trail=trail,
            left=bench.left(hold, trail),
            past=bench.past(hold),
            choices=[(one, bench.hurdle(hold, one, *visitor.names)) for one in Choice] if reads else [],
        )

    return routes


def the_hold(porch: Porch, visitor: Visitor, get: Callable[[str], Hold | None], hold_id: str) -> Hold:
    """Return the hold that a path names; TurnedAway when there is none."""
    hold = get(hold_id) if HOLD_ID.fullmatch(hold_id) else None
    if hold is None:
        raise TurnedAway(porch.show(visitor, "office/nothing", 404))
    return hold

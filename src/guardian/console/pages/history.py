"""The list of what is over, newest first, with who decided and why."""

from fastapi import APIRouter, Request, Response

from guardian.console.bench import Bench
from guardian.console.pages.hold import HOLD_ID
from guardian.console.porch import Porch
from guardian.ports.holds import OVER, HoldState

A_PAGE = 50
FILTERS = {"all": OVER, **{one.value: frozenset({one}) for one in HoldState if one in OVER}}


def router(porch: Porch, bench: Bench) -> APIRouter:
    """Return the route."""
    routes = APIRouter()

    @routes.get("/history")
    def over(request: Request) -> Response:
        visitor = porch.visitor(request)
        chosen = request.query_params.get("state", "")
        chosen = chosen if chosen in FILTERS else "all"
        before = request.query_params.get("before", "")
        found = bench.over(FILTERS[chosen], before=before if HOLD_ID.fullmatch(before) else None, most=A_PAGE + 1)
        return porch.show(
            visitor,
            "office/history",
            found=found[:A_PAGE],
            chosen=chosen,
            filters=list(FILTERS),
            older=found[A_PAGE - 1].id if len(found) > A_PAGE else None,
        )

    return routes

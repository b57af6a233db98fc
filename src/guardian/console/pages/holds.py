"""The list of what is open: mail that waits for a decision, oldest first, and mail that is on its way."""

from fastapi import APIRouter, Request, Response

from guardian.console.bench import ON_ITS_WAY, WAITING, Bench
from guardian.console.porch import HOME, Porch

FILTERS = {"waiting": WAITING, "on_its_way": ON_ITS_WAY, "open": WAITING | ON_ITS_WAY}


def router(porch: Porch, bench: Bench) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()

    @routes.get("/")
    def home(request: Request) -> Response:
        porch.visitor(request)
        return porch.to(HOME)

    @routes.get(HOME)
    def waiting(request: Request) -> Response:
        visitor = porch.visitor(request)
        chosen = request.query_params.get("state", "")
        chosen = chosen if chosen in FILTERS else "waiting"
        return porch.show(
            visitor, "office/holds", found=bench.open(FILTERS[chosen]), chosen=chosen, filters=list(FILTERS)
        )

    return routes

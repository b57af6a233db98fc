"""How many of 1,000 mails to clients each threshold would hold: the same figures as `guardian holds stats`."""

from collections.abc import Callable, Sequence
from itertools import groupby

from fastapi import APIRouter, Request, Response

from guardian.console.porch import Porch
from guardian.guard.tally import Expected

SPANS = (7, 30, 90)  # days


def router(porch: Porch, expected: Callable[[int], Sequence[Expected]]) -> APIRouter:
    """Return the route; `expected` counts the mails of so many days."""
    routes = APIRouter()

    @routes.get("/statistics")
    def figures(request: Request) -> Response:
        visitor = porch.visitor(request)
        asked = request.query_params.get("days", "")
        days = next((one for one in SPANS if str(one) == asked), 30)
        tables = [(language, list(rows)) for language, rows in groupby(expected(days), lambda one: one.language)]
        return porch.show(visitor, "office/statistics", tables=tables, days=days, spans=SPANS)

    return routes

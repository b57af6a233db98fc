"""The page behind a link in a notice: looking shows what it would do, confirming does it."""

from collections.abc import Callable

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import HTMLResponse

from guardian.console.desk import Desk, Found, Outcome
from guardian.console.look import page
from guardian.guard import reason_sentence
from guardian.guard.links import PLACE

_STATUS = {
    Outcome.BROKEN: 404,
    Outcome.EXPIRED: 410,
    Outcome.DECIDED: 409,
    Outcome.USED: 409,
    Outcome.IMPOSSIBLE: 409,
    Outcome.NEEDS_LOGIN: 403,
    Outcome.CONFIRM: 200,
    Outcome.DONE: 200,
}


def router(desk: Desk, language_of: Callable[[str], str], after: Callable[[], object]) -> APIRouter:
    """Return the two routes of the page. A link needs no login, so whoever has it may confirm; nobody else can."""
    routes = APIRouter()

    def shown(found: Found) -> HTMLResponse:
        language = language_of(found.by)
        reasons = [reason_sentence(one, language) for one in found.hold.verdict.reasons] if found.hold else []
        name = "confirm" if found.outcome is Outcome.CONFIRM else "outcome"
        return HTMLResponse(page(name, language, found=found, reasons=reasons), _STATUS[found.outcome])

    @routes.get(PLACE + "{token}")
    def look(token: str) -> HTMLResponse:
        return shown(desk.look(token))

    @routes.post(PLACE + "{token}")
    def confirm(token: str, tasks: BackgroundTasks) -> HTMLResponse:
        found = desk.follow(token)
        if found.outcome is Outcome.DONE:
            tasks.add_task(after)
        return shown(found)

    return routes

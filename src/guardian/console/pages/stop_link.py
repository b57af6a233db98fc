"""The page by which somebody stops his digests or roll-ups: the only one on which a mail program may post unasked."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from guardian.console.look import page
from guardian.console.pages.forms import body_of, fields_of
from guardian.console.stop_desk import Stop, StopDesk
from guardian.digest.formats import language_of
from guardian.digest.links import STOP_PLACE


def router(desk: StopDesk, default_language: Callable[[], str]) -> APIRouter:
    """Return the two routes of the page. Looking changes nothing; a post stops the mails (RFC 8058), or resumes."""
    routes = APIRouter()

    def shown(about: Stop | None, *, said: bool) -> HTMLResponse:
        language = language_of(about.rep.language if about else default_language())
        facts = {"sort": about.sort, "whose": about.rep.address, "stopped": about.stopped} if about else {"sort": ""}
        return HTMLResponse(page("stop", language, said=said, **facts), 200 if about else 404)

    @routes.get(STOP_PLACE + "{token}")
    def look(token: str) -> HTMLResponse:
        return shown(desk.look(token), said=False)

    @routes.post(STOP_PLACE + "{token}")
    async def follow(token: str, request: Request) -> HTMLResponse:
        told = fields_of(await body_of(request))
        resume = told.get("resume") == ["yes"]
        return await run_in_threadpool(lambda: shown(desk.follow(token, resume=resume), said=True))

    return routes

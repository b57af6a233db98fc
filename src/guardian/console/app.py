"""The application that serves the console; no scripts, nothing from elsewhere, cookies only for who logs in."""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Sequence

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from guardian.console.desk import Desk, Found, Outcome
from guardian.console.forwarded import ForwardWatch
from guardian.console.look import STYLE, page
from guardian.console.pages import mail_link
from guardian.console.porch import TurnedAway
from guardian.domain.errors import TryLater, UserError

_LOG = structlog.get_logger()
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


MOST_SENT = 100_000  # bytes of a form


def create_app(
    desk: Desk, *, language_of: Callable[[str], str], after: Callable[[], object], more: Sequence[APIRouter] = ()
) -> FastAPI:
    """Return the console; `language_of` tells whom to speak to how, `after` runs once somebody has decided.

    `more` are pages beside those behind the links in notices.
    """
    watch = ForwardWatch()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for routes in (mail_link.router(desk, language_of, after), *more):
        app.include_router(routes)

    @app.middleware("http")
    async def with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        watch.look(request)
        response = Response(status_code=413) if _is_too_much(request) else await call_next(request)
        response.headers.update(HEADERS)
        return response

    @app.exception_handler(HTTPException)
    async def nothing_here(_request: Request, problem: HTTPException) -> HTMLResponse:
        text = page("outcome", language_of(""), found=Found(outcome=Outcome.BROKEN))
        return HTMLResponse(text, problem.status_code)

    @app.exception_handler(RequestValidationError)
    async def no_such_form(_request: Request, _problem: RequestValidationError) -> HTMLResponse:
        return HTMLResponse(page("outcome", language_of(""), found=Found(outcome=Outcome.BROKEN)), 400)

    @app.exception_handler(TurnedAway)
    async def turned_away(_request: Request, problem: TurnedAway) -> Response:
        return problem.response

    @app.exception_handler(TryLater)
    async def later(_request: Request, _problem: TryLater) -> HTMLResponse:
        return HTMLResponse(page("later", language_of("")), 503, headers={"Retry-After": "30"})

    @app.exception_handler(UserError)
    async def to_be_mended(_request: Request, problem: UserError) -> HTMLResponse:
        # What is wrong is for whoever runs this: a page may be anybody's to read.
        _LOG.error("console.has_to_be_mended", why=str(problem))
        return HTMLResponse(page("mend", language_of("")), 503)

    return app


def _is_too_much(request: Request) -> bool:
    """Say whether a request sends more than any form of ours, or does not say how much it sends."""
    told = request.headers.get("content-length", "0")
    return "transfer-encoding" in request.headers or not told.isdigit() or int(told) > MOST_SENT

"""The application that serves the console; no cookies, no scripts, nothing from elsewhere."""

import base64
import hashlib
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from guardian.console.client_desk import ClientDesk
from guardian.console.desk import Desk, Found, Outcome
from guardian.console.look import STYLE, page
from guardian.console.pages import client_link, mail_link
from guardian.domain.errors import TryLater

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


def create_app(
    desk: Desk,
    *,
    language_of: Callable[[str], str],
    after: Callable[[], object],
    clients: ClientDesk | None = None,
) -> FastAPI:
    """Return the console; `language_of` tells whom to speak to how, `after` runs once somebody has decided."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(mail_link.router(desk, language_of, after))
    if clients is not None:
        app.include_router(client_link.router(clients, lambda: language_of("")))

    @app.middleware("http")
    async def with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers.update(HEADERS)
        return response

    @app.exception_handler(HTTPException)
    async def nothing_here(_request: Request, problem: HTTPException) -> HTMLResponse:
        text = page("outcome", language_of(""), found=Found(outcome=Outcome.BROKEN))
        return HTMLResponse(text, problem.status_code)

    @app.exception_handler(TryLater)
    async def later(_request: Request, _problem: TryLater) -> HTMLResponse:
        return HTMLResponse(page("later", language_of("")), 503, headers={"Retry-After": "30"})

    return app

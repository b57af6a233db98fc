"""Logging in by password, and logging out."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from guardian.console.entrance import Refusal
from guardian.console.porch import DOOR_SECONDS, HOME, Porch, csrf_of, inside, is_ours, is_secret, new_secret

_STATUS = {"wrong": 401, "too_often": 429, "stale": 403, "unknown": 403, "unproved": 403}


def router(porch: Porch, provider: str | None) -> APIRouter:
    """Return the routes; `provider` is what people call the login provider, where there is one."""
    routes = APIRouter()

    @routes.get("/login")
    def look(request: Request) -> Response:
        place = inside(request.query_params.get("next", HOME))
        if porch.peek(request) is not None:
            return porch.to(place)
        return door(porch, request, provider, place)

    @routes.post("/login")
    def enter(
        request: Request,
        address: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
        place: Annotated[str, Form(alias="next")] = HOME,
        csrf: Annotated[str, Form()] = "",
    ) -> Response:
        if not is_ours(request, csrf, request.cookies.get(porch.cookie("door"), "")):
            return door(porch, request, provider, inside(place), problem="stale")
        host = request.client.host if request.client else ""
        ticket = porch.entrance.by_password(address, password, host)
        if isinstance(ticket, Refusal):
            return door(porch, request, provider, inside(place), problem=ticket.value)
        return porch.welcome(request, ticket, place)

    @routes.post("/logout")
    def leave(request: Request, csrf: Annotated[str, Form()] = "") -> Response:
        visitor = porch.sender_of(request, csrf)
        porch.entrance.leave(visitor.token)
        response = porch.to("/login")
        porch.drop(response, "session")
        return response

    return routes


def door(porch: Porch, request: Request, provider: str | None, place: str, problem: str = "") -> Response:
    """Return the log-in page, saying what went wrong before, if anything did; its form works in this browser only."""
    kept = request.cookies.get(porch.cookie("door"), "")
    secret = kept if problem != "stale" and is_secret(kept) else new_secret()
    response = porch.show_stranger(
        request,
        "office/login",
        _STATUS.get(problem, 200),
        provider=provider,
        place=place,
        problem=problem,
        csrf=csrf_of(secret),
    )
    porch.keep(response, "door", secret, DOOR_SECONDS)
    return response

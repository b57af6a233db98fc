"""Logging in by a provider: sent there with a secret kept in the browser, and back."""

import base64
import binascii
import json
from dataclasses import asdict

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from guardian.console.entrance import Refusal
from guardian.console.pages.login import door
from guardian.console.porch import DOOR_SECONDS, HOME, Porch, inside
from guardian.console.provider import Departure, Provider, Unproved
from guardian.ports.clock import Clock

RETURN = "/login/provider/return"
MOST_CODE = 4_000  # characters
_LOG = structlog.get_logger()


def router(porch: Porch, provider: Provider, clock: Clock) -> APIRouter:
    """Return the routes."""
    routes = APIRouter()

    @routes.get("/login/provider")
    def depart(request: Request) -> Response:
        departure, url = provider.depart()
        response = RedirectResponse(url, 303)
        place = inside(request.query_params.get("next", HOME))
        porch.keep(response, "away", _packed(departure, place), DOOR_SECONDS)
        return response

    @routes.get(RETURN)
    def come_back(request: Request) -> Response:
        departure, place = _unpacked(request.cookies.get(porch.cookie("away"), ""))
        try:
            code = _code(request, departure)
            proved = provider.proof(departure, code, now=clock.now())
        except Unproved as why:
            _LOG.warning("console.login_unproved", why=str(why))
            return _back(porch, request, provider, place, "unproved")
        ticket = porch.entrance.by_provider(proved.address, proved.subject, also=proved.also)
        if isinstance(ticket, Refusal):
            return _back(porch, request, provider, place, ticket.value)
        return porch.welcome(request, ticket, place)

    return routes


def _back(porch: Porch, request: Request, provider: Provider, place: str, problem: str) -> Response:
    response = door(porch, request, provider.label, place, problem)
    porch.drop(response, "away")
    return response


def _code(request: Request, departure: Departure) -> str:
    """Return the code that came back with the very browser that was sent away; Unproved otherwise."""
    told = request.query_params
    if not departure.state or told.get("state") != departure.state:
        raise Unproved("somebody else was sent away")
    if "error" in told or not 0 < len(told.get("code", "")) <= MOST_CODE:
        raise Unproved("the provider sent no code")
    return told["code"]


def _packed(departure: Departure, place: str) -> str:
    told = json.dumps({**asdict(departure), "place": place})
    return base64.urlsafe_b64encode(told.encode()).rstrip(b"=").decode("ascii")


def _unpacked(text: str) -> tuple[Departure, str]:
    """Return what a browser kept; a departure of nobody where it kept nothing of ours."""
    try:
        told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        departure = Departure(state=str(told["state"]), nonce=str(told["nonce"]), verifier=str(told["verifier"]))
        return departure, inside(str(told["place"]))
    except (ValueError, binascii.Error, KeyError, TypeError):
        return Departure(state="", nonce="", verifier=""), HOME

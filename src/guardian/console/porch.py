"""Who asks for a page: the cookies of a browser, the tokens of its forms, and where people are sent to log in."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from guardian.console.entrance import Entrance, Ticket
from guardian.console.look import LANGUAGES, page
from guardian.guard.links import HOLD_PAGE
from guardian.ports.accounts import Role, Session

HOME = HOLD_PAGE.rstrip("/")
_INSIDE = re.compile(r"/(?:holds(?:/[A-Za-z0-9_-]{1,40}(?:/[a-z]{1,12})?)?|history|statistics|people)")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
DOOR_SECONDS = 900


class TurnedAway(Exception):
    """Somebody may not see a page; `response` is what he sees instead."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where people reach the console: https or not, and below which path."""

    url: str

    @property
    def secure(self) -> bool:
        """Say whether browsers reach it by https."""
        return self.url.startswith("https://")

    @property
    def is_private(self) -> bool:
        """Say whether nobody on the way can listen: https, or this machine itself."""
        return self.secure or urlsplit(self.url).hostname in _LOOPBACK

    def path(self, place: str) -> str:
        """Return the path of a page as browsers ask for it."""
        return urlsplit(self.url).path.rstrip("/") + place


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is logged in, in one browser."""

    session: Session
    token: str = field(repr=False)
    language: str

    @property
    def address(self) -> str:
        """By which his decisions are known."""
        return self.session.account.address

    @property
    def names(self) -> tuple[str, ...]:
        """Every address that is known to be his."""
        return self.session.account.names

    @property
    def via(self) -> str:
        """How the trail tells that he came."""
        return f"console {self.session.via}"

    @property
    def csrf(self) -> str:
        """What every form of his carries."""
        return csrf_of(self.token)

    def may(self, role: Role) -> bool:
        """Say whether he has a role."""
        return self.session.account.may(role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Porch:
    """Tells visitors apart, and sends whoever is none to the log-in page and back."""

    entrance: Entrance
    site: Site
    language_of: Callable[[str], str]
    zone_of: Callable[[str], tzinfo] = lambda _address: UTC

    def visitor(self, request: Request, *, role: Role | None = None) -> Visitor:
        """Return who asks for a page; TurnedAway to the log-in page, or for want of a role."""
        visitor = self.peek(request)
        if visitor is None:
            raise TurnedAway(self.to(f"/login?next={quote(inside(request.url.path), safe='')}"))
        if role is not None and not visitor.may(role):
            raise TurnedAway(self.show(visitor, "office/refused", 403))
        return visitor

    def sender_of(self, request: Request, csrf: str, *, role: Role | None = None) -> Visitor:
        """Return who sent a form from one of our pages; TurnedAway for a form that came from elsewhere."""
        visitor = self.visitor(request, role=role)
        if not is_ours(request, csrf, visitor.token):
            raise TurnedAway(self.show(visitor, "office/stale", 403))
        return visitor

    def peek(self, request: Request) -> Visitor | None:
        """Return who asks, or None for somebody who is not logged in."""
        token = request.cookies.get(self.cookie("session"), "")
        session = self.entrance.look(token)
        if session is None:
            return None
        return Visitor(session=session, token=token, language=self.language_of(session.account.address))

    def welcome(self, request: Request, ticket: Ticket, place: str) -> Response:
        """Return what lets somebody in: a new cookie, whatever he had before is ended."""
        self.entrance.leave(request.cookies.get(self.cookie("session"), ""))
        response = self.to(inside(place))
        self.keep(response, "session", ticket.token, None)
        for name in ("door", "away"):
            self.drop(response, name)
        return response

    def show(self, visitor: Visitor, name: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a page for somebody who is logged in."""
        told = {"visitor": visitor, "site": self.site, "roles": Role, "zone": self.zone_of(visitor.address)}
        return HTMLResponse(page(name, visitor.language, **told, **facts), status)

    def show_stranger(self, request: Request, name: str, status: int = 200, **facts: Any) -> HTMLResponse:
        """Return a page for somebody who is not logged in, in a language that his browser asks for."""
        return HTMLResponse(page(name, self.spoken(request), site=self.site, **facts), status)

    def spoken(self, request: Request) -> str:
        """Return the first language of a browser that is one of ours, else the tenant's."""
        wanted = re.findall(r"(?:^|,)\s*([a-z]{2})\b", request.headers.get("accept-language", "")[:200].lower())
        return next((one for one in wanted if one in LANGUAGES), self.language_of(""))

    def to(self, place: str) -> RedirectResponse:
        """Return the way to another page of ours."""
        return RedirectResponse(self.site.path(place), 303)

    def cookie(self, name: str) -> str:
        """Return the name of a cookie; by https one that only this very host can have set (RFC 6265bis 4.1.3)."""
        return f"__Host-guardian-{name}" if self.site.secure else f"guardian-{name}"

    def keep(self, response: Response, name: str, value: str, seconds: int | None) -> None:
        """Have a browser keep something that no script can read; without `seconds` until it is closed."""
        same_site: Literal["lax"] = "lax"  # strict would show the log-in page to whoever follows a link in a mail
        response.set_cookie(
            self.cookie(name),
            value,
            max_age=seconds,
            path="/",
            secure=self.site.secure,
            httponly=True,
            samesite=same_site,
        )

    def drop(self, response: Response, name: str) -> None:
        """Have a browser forget something."""
        response.delete_cookie(self.cookie(name), path="/", secure=self.site.secure, httponly=True, samesite="lax")


def inside(place: str) -> str:
    """Return a page of ours to go to after logging in: nothing that somebody wrote into a link leads elsewhere."""
    return place if _INSIDE.fullmatch(place) else HOME


def csrf_of(token: str) -> str:
    """Return what forms carry for a browser's cookie; the cookie cannot be told from it."""
    digest = hashlib.sha256(b"form " + token.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def is_ours(request: Request, csrf: str, token: str) -> bool:
    """Say whether a form came from a page of ours: it knows the token, and the browser names no other site."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return bool(token) and hmac.compare_digest(csrf_of(token).encode(), csrf.encode("utf-8", "replace"))


def is_secret(text: str) -> bool:
    """Say whether a text looks like one that `new_secret` made."""
    return re.fullmatch(r"[A-Za-z0-9_-]{43}", text) is not None


def new_secret() -> str:
    """Return a text that nobody guesses."""
    return secrets.token_urlsafe(32)

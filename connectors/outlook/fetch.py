"""Asking Graph: one address per thing, immutable ids on every request, and what each refusal means."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from connectors.outlook.login import Login, Wire
from connectors.outlook.settings import OutlookSettings
from connectors.outlook.user_login import UserLogin, scopes_of
from guardian.connector_kit.http import Http, Pace, Reply
from guardian.connector_kit.meter import Meter
from guardian.connector_kit.oauth import Bearer
from guardian.domain.errors import CursorExpired, GuardianError, NoMailbox, TryLater, UserError
from guardian.ports.connector import Page, Surroundings

Row = dict[str, Any]
_LOST = re.compile(r"^(?:syncState|resync)", re.IGNORECASE)
_NO_MAILBOX = frozenset({"ErrorInvalidUser", "MailboxNotEnabledForRESTAPI", "Request_ResourceNotFound"})
_PERMISSIONS = {
    "mailFolders": "Mail.ReadBasic.All (or Mail.Read)",
    "messages": "Mail.ReadBasic.All (or Mail.Read)",
    "calendarView": "Calendars.Read",
    "events": "Calendars.Read",
    "contacts": "Contacts.Read",
    "contactFolders": "Contacts.Read",
    "users": "User.Read.All",
}


class NotThere(UserError):
    """The one thing that was asked for does not exist (any more)."""


class Graph:
    """One application's way to Graph; for one thread at a time."""

    def __init__(self, settings: OutlookSettings, surroundings: Surroundings, *, pace: Pace | None = None) -> None:
        bundle = bundle_of(settings, surroundings.folder)
        self._root = f"{settings.graph}/v1.0"
        self._size = settings.page_size
        wire = Wire(settings, bundle, pace)
        scopes = scopes_of(settings, surroundings.privacy)
        bearer = Bearer(
            UserLogin(settings, scopes, wire, surroundings.keep) if settings.login else Login(settings, wire)
        )
        means = partial(refusal, listed=not settings.mailboxes)
        self._http = Http(settings.graph, authority=bearer, refusal=means, ca_bundle=bundle, pace=pace)

    def url(self, *path: str, **query: str) -> str:
        """Return the address of a thing; `select` and the like stand for $select."""
        asked = "&".join(f"{_option(name)}={quote(value, safe=',:')}" for name, value in query.items() if value)
        return f"{self._root}/{'/'.join(quote(step, safe='') for step in path)}{'?' if asked else ''}{asked}"

    def get(self, url: str) -> Row:
        """Return one answer; NotThere, CursorExpired, UserError and TryLater say why there is none.

        The ids in it are immutable: Graph wants the preference repeated with every request, links included.
        """
        prefer = f'IdType="ImmutableId", odata.maxpagesize={self._size}'
        said = self._http.get(url, headers={"Prefer": prefer, "Accept": "application/json"}).json()
        if not isinstance(said, dict):
            raise TryLater("Microsoft Graph sent an answer that is no object.")
        return said

    def pages(self, url: str) -> Iterator[Row]:
        """Yield an answer and those that its next links lead to."""
        while url:
            answer = self.get(url)
            yield answer
            url = answer.get("@odata.nextLink", "")

    def rows(self, url: str) -> Iterator[Row]:
        """Yield the rows of an answer and of those that its next links lead to."""
        for answer in self.pages(url):
            yield from rows_of(answer)

    @property
    def cost(self) -> Meter:
        """What was spent at Graph."""
        return self._http.cost

    def charge(self, page: Page) -> Page:
        """Return a page with what was spent since the last one."""
        spent = self.cost.for_page()
        return replace(page, requests=spent.requests, throttled_s=spent.throttled_s)


def bundle_of(settings: OutlookSettings, folder: Path) -> Path | None:
    """Return the file of certificates to trust, if one is named."""
    return folder / Path(settings.ca_bundle).expanduser() if settings.ca_bundle else None


def rows_of(answer: Mapping[str, Any]) -> list[Row]:
    """Return the rows of one answer."""
    value = answer.get("value")
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def refusal(reply: Reply, *, listed: bool = False) -> GuardianError | None:
    """Return what Graph's own error codes mean, or None where the plain rules tell as well.

    `listed` says that the mailboxes are those of all members: that one of them has none is no mistake.
    """
    code = _code(reply)
    tokens = "token=" in urlsplit(reply.url).query.lower()
    if reply.status == 410 or _LOST.match(code) or (tokens and reply.status == 400):
        return CursorExpired("Microsoft Graph no longer knows our place.")
    if code in _NO_MAILBOX and listed:
        return NoMailbox(
            f"There is no mailbox {_mailbox(reply.url)} any more, and what was read of it is kept; "
            "give it a licence, or disable the account."
        )
    if code in _NO_MAILBOX:
        return UserError(f"There is no mailbox {_mailbox(reply.url)}; correct mailboxes, or give it a licence.")
    if reply.status == 404:
        return NotThere(f"Microsoft Graph has nothing at {unquote(urlsplit(reply.url).path)}.")
    if reply.status == 403:
        return UserError(
            f"The application may not read {_mailbox(reply.url)}: grant it {_permission(reply.url)}, "
            "or put the mailbox into its management scope."
        )
    return None


def _code(reply: Reply) -> str:
    try:
        said = reply.json()
    except TryLater:
        return ""
    error = said.get("error") if isinstance(said, dict) else None
    return str(error.get("code", "")) if isinstance(error, dict) else ""


def _mailbox(url: str) -> str:
    found = re.search(r"/users/([^/?]+)", url)
    return unquote(found.group(1)) if found else "the list of users"


def _permission(url: str) -> str:
    steps = urlsplit(url).path.split("/")
    return next((_PERMISSIONS[step] for step in reversed(steps) if step in _PERMISSIONS), "the permissions it needs")


def _option(name: str) -> str:
    return name if name.endswith("DateTime") else f"${name}"

"""Microsoft Graph for the lab's company: users, mail folders, messages, contacts and calendar view, all by delta."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from tests.lab.company import Company, Copy, Folder
from tests.lab.company_facts import Card
from tests.lab.company_shelf import Shelf
from tests.lab.faults import Kind
from tests.lab.graph_calendar import calendar_view, instances, one_event
from tests.lab.graph_delta import Collection, Link, Lost, answer_page, opened
from tests.lab.graph_errors import Refused, error_answer
from tests.lab.graph_items import (
    FOLDER_IDS,
    contact_row,
    folder_id,
    message_id,
    message_row,
)
from tests.lab.graph_login import TENANT, Entra
from tests.lab.graph_schema import BODY, WELL_KNOWN, Unknown, checked_row, checked_select
from tests.lab.serving import Answer, Lab, Request, json_answer

ROLES = frozenset({"Mail.Read", "Calendars.Read", "Contacts.Read", "User.Read.All"})
_NEEDS = {
    "mail": ("Mail.Read", "Mail.ReadBasic.All"),
    "calendar": ("Calendars.Read",),
    "contacts": ("Contacts.Read",),
}
_MAILBOX = re.compile(r"^/v1\.0/users/([^/]+)/(.+)$")


@dataclass(slots=True)
class Graph:
    """The service: what it shows comes from the company, what it allows from Entra and `scoped`.

    `generation` counts up when every link given out so far is to be forgotten; `deepest` is the most requests that
    one mailbox ever had at the same time.
    """

    company: Company
    url: str
    entra: Entra
    scoped: frozenset[str] | None = None  # the mailboxes that RBAC for Applications lets the application see
    unlicensed: frozenset[str] = frozenset()  # members whom the directory lists, and who have no mailbox
    generation: int = 0
    extra_folders: dict[str, dict[str, str]] = field(default_factory=dict)  # mailbox -> name -> parent name
    removed_folders: dict[str, set[str]] = field(default_factory=dict)
    deepest: int = 0
    latency_s: float = 0.0  # how long every answer about a mailbox takes at least
    _busy: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        try:
            roles = self.entra.roles_of(request)
            if roles is None:
                raise Refused(401, "InvalidAuthenticationToken")
            return json_answer(self._route(request, roles))
        except Unknown as unknown:
            return error_answer(400, "RequestBroker--ParseUri", str(unknown))
        except Lost:
            headers = {"Location": f"{self.url}{request.path}?$deltatoken="}
            return replace(error_answer(410, "syncStateNotFound", "The sync state was not found."), headers=headers)
        except Refused as refused:
            return error_answer(refused.status, refused.code, refused.text)

    def _route(self, request: Request, roles: frozenset[str]) -> Any:
        if request.path == "/v1.0/users":
            return self._users(request, roles)
        found = _MAILBOX.match(request.path)
        if not found:
            raise Refused(400, "BadRequest", f"Resource not found for {request.path}.")
        mailbox, rest = unquote(found.group(1)).lower(), found.group(2)
        if mailbox not in self.company.desks:
            raise Refused(404, "ErrorInvalidUser", "The requested user is invalid.")
        if mailbox in self.unlicensed:
            raise Refused(404, "MailboxNotEnabledForRESTAPI", "The mailbox is inactive, soft-deleted or on-premise.")
        with self._lock:
            self._busy[mailbox] = self._busy.get(mailbox, 0) + 1
            self.deepest = max(self.deepest, self._busy[mailbox])
            crowded = self._busy[mailbox] > 4
        try:
            time.sleep(self.latency_s)
            if crowded:
                raise Refused(429, "ApplicationThrottled", "MailboxConcurrency limit exceeded.")
            return self._in_mailbox(request, roles, mailbox, rest)
        finally:
            with self._lock:
                self._busy[mailbox] -= 1

    def _users(self, request: Request, roles: frozenset[str]) -> Any:
        if "User.Read.All" not in roles:
            raise Refused(403, "Authorization_RequestDenied")
        select = checked_select("user", request.param("$select"))
        rows = [
            {
                "id": rep.ref,
                "displayName": rep.name,
                "mail": rep.address,
                "userPrincipalName": rep.address,
                "accountEnabled": True,
                "userType": "Member",
            }
            for rep in self.company.reps
        ]
        rows.append({"id": "guest", "displayName": "Guest", "mail": "guest@client0.example", "userType": "Guest"})
        skip, size = int(request.param("$skiptoken") or 0), min(int(request.param("$top") or 100), 2)
        page = [checked_row("user", row, select) for row in rows[skip : skip + size]]
        if skip + size >= len(rows):
            return {"value": page}
        query = f"$select={request.param('$select')}&$top={size}&$skiptoken={skip + size}"
        return {"value": page, "@odata.nextLink": f"{self.url}/v1.0/users?{query}"}

    def _in_mailbox(self, request: Request, roles: frozenset[str], mailbox: str, rest: str) -> Any:
        for pattern, kind, answer in _ROUTES:
            found = re.fullmatch(pattern, rest)
            if found:
                seen = self.scoped if not self.entra.person_of(request) else {self.entra.person_of(request)}
                if not roles.intersection(_NEEDS[kind]) or (seen is not None and mailbox not in seen):
                    raise Refused(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
                return answer(self, request, roles, mailbox, *map(unquote, found.groups()))
        raise Refused(400, "BadRequest", f"Resource not found for the segment {rest}.")

    def folders(self, mailbox: str) -> list[dict[str, Any]]:
        """Return every folder of a mailbox as it is now; folders that people made lie below the inbox."""
        made = {"projects": "inbox", **self.extra_folders.get(mailbox, {})}
        names = {**dict.fromkeys(WELL_KNOWN[:7], "msgfolderroot"), **made}
        gone = self.removed_folders.get(mailbox, set())
        counted = [FOLDER_IDS[copy.folder] for copy in self.company.desks[mailbox].mail.items.values()]
        return [
            {
                "id": folder_id(mailbox, name),
                "displayName": name.title(),
                "parentFolderId": folder_id(mailbox, parent),
                "childFolderCount": 0,
                "totalItemCount": counted.count(name),
                "unreadItemCount": 0,
            }
            for name, parent in names.items()
            if name not in gone
        ]

    def _all_folders(self, request: Request, roles: frozenset[str], mailbox: str) -> Any:
        select = checked_select("mailFolder", request.param("$select"))
        token = request.param("$deltatoken")
        if token:
            Link.read(token, self.generation)
        rows = [checked_row("mailFolder", row, select) for row in self.folders(mailbox)]
        for name in self.removed_folders.get(mailbox, set()) if token else ():
            rows.append({"id": folder_id(mailbox, name), "@removed": {"reason": "deleted"}})
        link = Link(delta=True, seen=0, upto=0, generation=self.generation)
        return {"value": rows, "@odata.deltaLink": f"{self.url}{request.path}?$deltatoken={link.text()}"}

    def _one_folder(self, request: Request, roles: frozenset[str], mailbox: str, name: str) -> Any:
        select = checked_select("mailFolder", request.param("$select"))
        for row in self.folders(mailbox):
            if row["id"] in (name, folder_id(mailbox, name)):
                return checked_row("mailFolder", row, select)
        raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _messages(self, request: Request, roles: frozenset[str], mailbox: str, folder: str) -> Any:
        known = {row["id"] for row in self.folders(mailbox)}
        if folder not in known:
            raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        immutable = 'idtype="immutableid"' in request.headers.get("prefer", "").lower()
        here = next((one for one in Folder if folder == folder_id(mailbox, FOLDER_IDS[one])), None)

        def belongs(copy: Copy) -> bool:
            return copy.folder is here

        def rows(ref: str, copy: Copy) -> list[dict[str, Any]]:
            return [_shown(message_row(ref, copy, mailbox=mailbox, immutable=immutable), roles)]

        def id_of(ref: str) -> str:
            last = [one.before or one.after for one in shelf.log if one.ref == ref][-1]
            assert last is not None
            return message_id(ref, last, immutable=immutable)

        shelf = self.company.desks[mailbox].mail
        return self.delta(request, "message", Collection(shelf=shelf, belongs=belongs, rows=rows, id_of=id_of))

    def _one_message(self, request: Request, roles: frozenset[str], mailbox: str, wanted: str) -> Any:
        select = checked_select("message", request.param("$select"))
        for ref, copy in self.company.desks[mailbox].mail.items.items():
            row = message_row(ref, copy, mailbox=mailbox, immutable="AAkALg" in wanted)
            if row["id"] == wanted:
                return checked_row("message", _shown(row, roles), select)
        raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _contact_folders(self, request: Request, roles: frozenset[str], mailbox: str) -> Any:
        return {"value": []}

    def _contacts(self, request: Request, roles: frozenset[str], mailbox: str) -> Any:
        desk = self.company.desks[mailbox]

        def rows(ref: str, card: Card) -> list[dict[str, Any]]:
            return [contact_row(ref, card)]

        collection = Collection(
            shelf=desk.cards, belongs=lambda _: True, rows=rows, id_of=lambda ref: f"AAkCON{ref}="
        )
        return self.delta(request, "contact", collection)

    def _one_contact(self, request: Request, roles: frozenset[str], mailbox: str, wanted: str) -> Any:
        select = checked_select("contact", request.param("$select"))
        for ref, card in self.company.desks[mailbox].cards.items.items():
            if contact_row(ref, card)["id"] == wanted:
                return checked_row("contact", contact_row(ref, card), select)
        raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _contact_count(self, request: Request, roles: frozenset[str], mailbox: str) -> Any:
        return {"@odata.count": len(self.company.desks[mailbox].cards.items), "value": []}

    def delta(
        self, request: Request, kind: str, collection: Collection[Any], query: dict[str, str] | None = None
    ) -> Any:
        """Answer a delta query over a collection."""
        if request.fault and request.fault.kind is Kind.CURSOR_LOST:
            raise Lost
        shelf: Shelf[Any] = collection.shelf
        skip, token = request.param("$skiptoken"), request.param("$deltatoken")
        if skip:
            link = Link.read(skip, self.generation)
        elif token is not None:
            link = opened(Link.read(token, self.generation), shelf.now)
        else:
            said = tuple((query or dict(request.query)).items())
            link = Link(delta=False, seen=0, upto=shelf.now, query=said, generation=self.generation)
        select = checked_select(kind, dict(link.query).get("$select"))
        size = re.search(r"odata\.maxpagesize=(\d+)", request.headers.get("prefer", ""))
        page = answer_page(
            collection,
            link,
            url=f"{self.url}{request.path}",
            size=int(size.group(1)) if size else 10,
            fault=request.fault,
            select=select,
        )
        page["value"] = [checked_row(kind, row, select) for row in page["value"]]
        return page


_ROUTES: list[tuple[str, str, Callable[..., Any]]] = [
    (r"mailFolders/delta", "mail", Graph._all_folders),
    (r"mailFolders/([^/]+)", "mail", Graph._one_folder),
    (r"mailFolders/([^/]+)/messages/delta", "mail", Graph._messages),
    (r"messages/([^/]+)", "mail", Graph._one_message),
    (r"contactFolders", "contacts", Graph._contact_folders),
    (r"contacts/delta", "contacts", Graph._contacts),
    (r"contacts", "contacts", Graph._contact_count),
    (r"contacts/([^/]+)", "contacts", Graph._one_contact),
    (r"calendarView/delta", "calendar", calendar_view),
    (r"events/([^/]+)", "calendar", one_event),
    (r"events/([^/]+)/instances", "calendar", instances),
]


def mount_graph(lab: Lab, company: Company) -> Graph:
    """Put Entra ID and Graph on a lab."""
    entra = Entra(url=lab.url, graph_url=lab.url, roles=set(ROLES))
    graph = Graph(company=company, url=lab.url, entra=entra)
    lab.mount(f"/{TENANT}", entra)
    lab.mount("/v1.0", graph)
    return graph


def _shown(row: dict[str, Any], roles: frozenset[str]) -> dict[str, Any]:
    """Leave out the words of a message where the application may not read them."""
    return row if "Mail.Read" in roles else {name: value for name, value in row.items() if name not in BODY}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)

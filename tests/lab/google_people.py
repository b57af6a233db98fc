"""The address book of Google contacts, with sync tokens that last seven days from the full sync."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.lab.company import Company
from tests.lab.company_facts import Card
from tests.lab.company_shelf import Shelf
from tests.lab.faults import Fault, Kind, shaped
from tests.lab.google_errors import Refusal

TOKENS_LAST = timedelta(days=7)
_MUST_MATCH = ("personFields", "sortOrder", "sources", "requestSyncToken")
Parameters = Mapping[str, Any]


class People:
    """The contacts of a company; `cap` bounds pages below what is asked for."""

    def __init__(self, company: Company, *, cap: int = 1000) -> None:
        self.company, self.cap = company, cap
        self._first_asked: dict[str, dict[str, Any]] = {}  # by token: the parameters it was given for

    def connections(self, mailbox: str, asked: Parameters, fault: Fault | None) -> dict[str, Any]:
        """people.connections.list"""
        if asked["resourceName"] != "people/me":
            raise Refusal(400, "invalidArgument", "Only people/me is valid.")
        shelf = self.company.desks[mailbox].cards
        since, walked_at = self._opened(asked, fault)
        until, below = self._page(asked, shelf.now)
        ids = {change.ref for change in shelf.since(since)} if since else set(shelf.items)
        refs = [ref for ref in sorted(ids, key=_number) if _number(ref) > below]
        size = min(asked.get("pageSize") or 100, 1000, self.cap)
        answer: dict[str, Any] = {"totalItems": len(shelf.items), "totalPeople": len(shelf.items)}
        if refs:
            answer["connections"] = shaped(fault, [_person(shelf, ref, asked) for ref in refs[:size]])
        if len(refs) > size:
            answer["nextPageToken"] = self._remember(f"page-{until}-{_number(refs[size - 1])}", asked, "page")
        elif asked.get("requestSyncToken"):
            answer["nextSyncToken"] = self._remember(f"sync-{until}-{int(walked_at.timestamp())}", asked, "sync")
        return answer

    def _opened(self, asked: Parameters, fault: Fault | None) -> tuple[int, datetime]:
        """Return since which change, and when the full sync was that the token comes from."""
        token = asked.get("syncToken")
        if token is None:
            return 0, self.company.now
        number, stamp = self._numbers(token, "sync", asked)
        walked_at = datetime.fromtimestamp(stamp, UTC)
        if self.company.now - walked_at > TOKENS_LAST or (fault and fault.kind is Kind.CURSOR_LOST):
            raise Refusal(
                400,
                "failedPrecondition",
                "Sync token is expired. Clear local cache and retry call without the sync token.",
                status="FAILED_PRECONDITION",
                info="EXPIRED_SYNC_TOKEN",
            )
        return number, walked_at

    def _page(self, asked: Parameters, now: int) -> tuple[int, int]:
        token = asked.get("pageToken")
        return self._numbers(token, "page", asked) if token else (now, 0)

    def _numbers(self, token: str, kind: str, asked: Parameters) -> tuple[int, int]:
        first = self._first_asked.get(token)
        if first is None or not token.startswith(kind):
            raise Refusal(400, "invalidArgument", f"Invalid {kind} token.")
        if first != _matched(asked, kind):
            raise Refusal(400, "invalidArgument", "The parameters do not match those of the first call.")
        _, number, other = token.split("-")
        return int(number), int(other)

    def _remember(self, token: str, asked: Parameters, kind: str) -> str:
        self._first_asked[token] = _matched(asked, kind)
        return token


def _matched(asked: Parameters, kind: str) -> dict[str, Any]:
    """Return the parameters that a token binds: a page also its sync token."""
    return {name: asked.get(name) for name in (*_MUST_MATCH, *(["syncToken"] if kind == "page" else []))}


def _person(shelf: Shelf[Card], ref: str, asked: Parameters) -> dict[str, Any]:
    name = f"people/{ref.replace('-', '')}"
    if ref not in shelf.items:
        return {"resourceName": name, "metadata": {"deleted": True, "objectType": "PERSON"}}
    card = shelf.items[ref]
    whole: dict[str, Any] = {
        "metadata": {"objectType": "PERSON"},
        "names": [{"displayName": card.name, "metadata": {"primary": True}}],
        "emailAddresses": [{"value": one, "metadata": {"primary": not n}} for n, one in enumerate(card.addresses)],
        "phoneNumbers": [{"value": one, "canonicalForm": one.replace(" ", "")} for one in card.phones],
        "organizations": [{"name": card.company, "current": True}],
        "biographies": [{"value": "Things one would not tell."}],
    }
    fields = set(asked["personFields"].split(","))
    return {"resourceName": name, "etag": ref, **{key: value for key, value in whole.items() if key in fields}}


def _number(ref: str) -> int:
    return int(ref.rpartition("-")[2])

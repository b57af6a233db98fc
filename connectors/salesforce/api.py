"""Salesforce's REST API as this connector asks it: JSON, error codes, quota, the server's own time."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors.salesforce import composite
from connectors.salesforce.login import Login
from connectors.salesforce.quota import WAIT, Quota
from guardian.connector_kit.http import Http, Reply
from guardian.connector_kit.meter import Meter
from guardian.domain.errors import CursorExpired, GuardianError, TryLater, UserError

_TRIES = 3  # of an answer that arrives broken
FRESH_S = 60.0  # seconds for which an answer tells what time it is

_PASSING = frozenset({"UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE", "REQUEST_RUNNING_TOO_LONG", "QUERY_TIMEOUT"})


class NotThere(GuardianError):
    """Salesforce has no such thing, or does not show it to this user."""


class TooManyIds(GuardianError):
    """A list of deleted records would be longer than Salesforce gives; a shorter time has fewer."""


class Broken(GuardianError):
    """An answer arrived whole but is not what it says it is."""


@dataclass(slots=True)
class Api:
    """One connection's REST API; `open_http` makes the way to the host that the login names."""

    login: Login
    version: str
    quota: Quota
    open_http: Callable[[str], Http]
    _http: Http | None = None
    _server_time: datetime | None = None
    _heard_at: float = 0.0
    _foreseen: dict[str, Reply] = field(default_factory=dict)
    _one_by_one: bool = False

    @property
    def org_id(self) -> str:
        """The organisation's id, 18 characters."""
        return self.login.granted.org_id

    @property
    def root(self) -> str:
        """The path that all paths of this version begin with."""
        return f"/services/data/v{self.version}"

    @property
    def cost(self) -> Meter:
        """What was spent at Salesforce."""
        return self._http.cost if self._http else Meter()

    def server_time(self, *, fresh: bool = False) -> datetime:
        """Return Salesforce's own time as its last answer told it, never ahead of the true one.

        Asks anew where that answer is more than a minute old, and when it must be `fresh`.
        """
        if fresh or self._server_time is None or time.monotonic() - self._heard_at > FRESH_S:
            self.send("GET", f"{self.root}/limits")
        if self._server_time is None:
            raise TryLater("Salesforce did not say what time it is.")
        return self._server_time

    def foresee(self, addresses: Sequence[str]) -> None:
        """Ask several questions at once, so that `get_json` has their answers ready, each for once.

        They count as one request for five queries or 25 others. What could not be answered is asked again by itself.
        """
        if len(addresses) < 2 or self._one_by_one:
            return
        for group in composite.in_groups(addresses):
            self._foreseen |= self._asked_together(group)

    def foresees(self, address: str) -> bool:
        """Say whether the answer to a question is ready."""
        return address in self._foreseen

    def forget_foreseen(self) -> None:
        """Drop answers that nobody has asked for."""
        self._foreseen.clear()

    def _asked_together(self, group: Sequence[str]) -> dict[str, Reply]:
        body = composite.request_of(group)
        try:
            answer = self.whole(lambda: _json(self.send("POST", f"{self.root}/composite", body=body)))
        except (NotThere, Refused, UserError):
            self._one_by_one = True  # whoever must act says so where a question is asked by itself
            return {}
        replies = composite.replies_of(answer, group)
        return {address: reply for address, reply in replies.items() if _is_final(reply)}

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Return the JSON of an answer; asks again when it arrives cut short."""
        foreseen = self._foreseen.pop(composite.address_of(path, params), None)
        if foreseen is None:
            return self.whole(lambda: _json(self.send("GET", path, params=params)))
        refused = None if foreseen.status < 300 else api_refusal(foreseen)
        if refused is not None:
            raise refused
        return _json(foreseen)

    def patch_json(self, path: str, body: Mapping[str, Any]) -> Any:
        """Return the JSON of an answer to a PATCH that may be sent again; sends it again when it is cut short."""
        return self.whole(lambda: _json(self.send("PATCH", path, body=body)))

    def whole(self, ask: Callable[[], Any]) -> Any:
        """Return what `ask` returns, asked again when the answer was broken; TryLater when it stays so."""
        for _ in range(_TRIES):
            try:
                return ask()
            except Broken as wrong:
                last = wrong
        raise TryLater(f"{last} The next run asks again.") from last

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        accept: str = "application/json",
    ) -> Reply:
        """Return the answer to one request; raises as `Http.send`, and the errors of this module."""
        self.quota.spend()
        headers = {"Accept": accept}
        if body is not None:
            headers["Content-Type"] = "application/json; charset=UTF-8"
        raw = None if body is None else json.dumps(body).encode()
        url = f"{self.login.granted.instance_url}{path}"
        reply = self._way.send(method, url, params=params, headers=headers, body=raw, repeatable=True)
        self.quota.hear(reply.headers.get("sforce-limit-info", ""))
        if reply.server_time is not None:
            self._server_time, self._heard_at = reply.server_time, time.monotonic()
        return reply

    @property
    def _way(self) -> Http:
        if self._http is None:
            self._http = self.open_http(self.login.granted.instance_url)
        return self._http


def _is_final(reply: Reply) -> bool:
    """Say whether asking again would give the same answer."""
    if reply.status < 300:
        return reply.status >= 200
    refused = api_refusal(reply)
    return refused is not None and not isinstance(refused, TryLater)


def api_refusal(reply: Reply) -> GuardianError | None:
    """Return what an error code of Salesforce means; None leaves it to the status."""
    code, text = error_of(reply)
    if code == "REQUEST_LIMIT_EXCEEDED":
        return TryLater("The organisation's requests of the day are used up.", after_seconds=WAIT)
    if code == "EXCEEDED_ID_LIMIT":
        return TooManyIds(text)
    if code in _PASSING:
        return TryLater(f"Salesforce is busy ({code}).")
    if code == "INVALID_QUERY_LOCATOR":
        return CursorExpired("Salesforce no longer has the results of the query.")
    if code in (
        "NOT_FOUND",
        "INVALID_TYPE",
        "INVALID_TYPE_FOR_OPERATION",
        "INSUFFICIENT_ACCESS",
        "ENTITY_IS_DELETED",
    ):
        return NotThere(f"{code}: {text}")
    if code == "API_DISABLED_FOR_ORG" or code == "API_CURRENTLY_DISABLED":
        return UserError("Give the integration user the permission API Enabled; this edition must include the API.")
    if code in ("INVALID_FIELD", "MALFORMED_QUERY", "INVALID_REPLICATION_DATE"):
        return Refused(f"{code}: {text}")
    return None


class Refused(GuardianError):
    """Salesforce does not take the question; the text is its code and words."""


def error_of(reply: Reply) -> tuple[str, str]:
    """Return the code and text of an error answer, or two empty strings."""
    try:
        told = json.loads(reply.body)
    except ValueError:
        return "", ""
    first = told[0] if isinstance(told, list) and told else told
    if not isinstance(first, dict):
        return "", ""
    return str(first.get("errorCode", "")), str(first.get("message", ""))[:300]


def _json(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except ValueError as cut:
        raise Broken("An answer of Salesforce arrived cut short.") from cut

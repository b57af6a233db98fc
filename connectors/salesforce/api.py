"""Salesforce's REST API as this connector asks it: JSON, error codes, quota, the server's own time."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.salesforce.login import Login
from connectors.salesforce.quota import WAIT, Quota
from guardian.connector_kit.http import Cost, Http, Reply
from guardian.domain.errors import CursorExpired, GuardianError, TryLater, UserError

_TRIES = 3  # of an answer that arrives broken

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

    @property
    def org_id(self) -> str:
        """The organisation's id, 18 characters."""
        return self.login.granted.org_id

    @property
    def root(self) -> str:
        """The path that all paths of this version begin with."""
        return f"/services/data/v{self.version}"

    def take_cost(self) -> Cost:
        """Return what was spent since the last call."""
        return self._way.take_cost()

    def server_time(self, *, fresh: bool = False) -> datetime:
        """Return Salesforce's own time as its last answer told it, never ahead of the true one; `fresh` asks anew."""
        if fresh or self._server_time is None:
            self.send("GET", f"{self.root}/limits")
        if self._server_time is None:
            raise TryLater("Salesforce did not say what time it is.")
        return self._server_time

    def get_json(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Return the JSON of an answer; asks again when it arrives cut short."""
        return self.whole(lambda: _json(self.send("GET", path, params=params)))

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
        self._server_time = reply.server_time or self._server_time
        return reply

    @property
    def _way(self) -> Http:
        if self._http is None:
            self._http = self.open_http(self.login.granted.instance_url)
        return self._http


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

"""Bearer tokens: fetched when needed, kept in memory only, renewed before they run out or once when refused."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from guardian.connector_kit.http import Http, Reply, host_of
from guardian.domain.errors import GuardianError, TryLater, UserError

EARLY = 120.0  # seconds before its end at which a token is no longer used


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A bearer token and how many seconds it is good for; never shown in a repr."""

    value: str = field(repr=False)
    lasts_s: float = 3600.0


class Bearer:
    """An `Authority` for RFC 6750; may be shared by the threads and sessions of one connection.

    `fetch` gets a token from the provider; its argument is True when the last one was refused, so that no cache
    may answer.
    """

    def __init__(self, fetch: Callable[[bool], Token], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch, self._clock = fetch, clock
        self._token: Token | None = None
        self._until = 0.0
        self._lock = threading.Lock()

    def headers(self, *, fresh: bool) -> Mapping[str, str]:
        """Return the Authorization header; whatever `fetch` raises passes through."""
        with self._lock:
            if fresh or self._token is None or self._clock() >= self._until:
                self._token = self._fetch(fresh)
                self._until = self._clock() + max(self._token.lasts_s - EARLY, 0.0)
            return {"Authorization": f"Bearer {self._token.value}"}


def request_token(http: Http, url: str, form: Mapping[str, str]) -> Token:
    """Return the token of a token endpoint (RFC 6749 section 5); `http` should have `token_refusal`.

    Asking twice is harmless, so a broken connection is tried again. UserError when the login is refused.
    """
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    reply = http.send("POST", url, headers=headers, body=urlencode(form).encode(), repeatable=True)
    said = reply.json()
    if not isinstance(said, dict) or not isinstance(said.get("access_token"), str):
        raise TryLater(f"{host_of(url)} answered a login without a token.")
    return Token(value=said["access_token"], lasts_s=float(said.get("expires_in") or 3600))


def token_refusal(reply: Reply) -> GuardianError | None:
    """Return what a token endpoint's refusal means (RFC 6749 5.2), or None where the plain rules tell better."""
    if reply.status not in (400, 401, 403):
        return None
    said = reply.json()
    code = str(said.get("error", "")) if isinstance(said, dict) else ""
    return login_error(code, host_of(reply.url))


def login_error(code: str, host: str) -> GuardianError:
    """Return what an OAuth error code means for people."""
    if code in ("temporarily_unavailable", "server_error", "slow_down"):
        return TryLater(f"{host} cannot log us in just now ({code}).")
    return UserError(_LOGIN_ERRORS.get(code, "{host} refuses our login ({code}).").format(host=host, code=code))


_LOGIN_ERRORS = {
    "invalid_client": "{host} refuses the secret or certificate: it is wrong or has run out; set a new one.",
    "unauthorized_client": "{host} does not know this application, or it may not log in this way; check its id.",
    "invalid_grant": "{host} refuses the login: it was revoked or has run out; connect the account again.",
    "invalid_scope": "{host} does not grant what we ask for; give the application the permissions on its page.",
    "access_denied": "{host} refuses access; an administrator must give consent to the application.",
    "interaction_required": "{host} wants the user to log in again; connect the account again.",
}

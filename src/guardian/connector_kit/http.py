"""Asking a provider over HTTPS: one session per connection, patient where time helps, clear where it does not."""

import email.utils
import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests
import urllib3
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from guardian.connector_kit.meter import Meter
from guardian.connector_kit.trust import check_bundle, is_distrust
from guardian.domain.errors import CursorExpired, GuardianError, TryLater, UserError

ATTEMPTS = 6
LONGEST_WAIT = 20.0  # seconds that a request may sleep at a stretch; beyond, the job is put back with a date
LARGEST_BODY = 256 * 1_048_576  # bytes
_CHUNK = 262_144
_SAFE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 509})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a provider answered; header names in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; TryLater when it is none."""
        try:
            return json.loads(self.body)
        except ValueError as broken:
            raise TryLater(f"{host_of(self.url)} sent an answer that is no JSON.") from broken

    @property
    def server_time(self) -> datetime | None:
        """The provider's own clock (the Date header), or None."""
        return _http_date(self.headers.get("date", ""))


class AnswerTooLong(UserError):
    """An answer is longer than we read; where less can be asked for at a time, that helps."""


class Authority(Protocol):
    """Where the Authorization header comes from."""

    def headers(self, *, fresh: bool) -> Mapping[str, str]:
        """Return the headers that prove who asks; `fresh` when the last ones were refused."""
        ...


Refusal = Callable[[Reply], GuardianError | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long one request may take with its repeats (seconds), and how long one repeat may wait."""

    deadline_s: float = 90.0
    longest_wait_s: float = LONGEST_WAIT
    attempts: int = ATTEMPTS
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


class _Again(Exception):
    """The request failed in a way that may pass; `wait` is what the provider asked for."""

    def __init__(self, why: TryLater, *, wait: float | None = None) -> None:
        super().__init__(str(why))
        self.why, self.wait = why, wait


class Http:
    """One connection's way to one provider; not for use by several threads at once.

    `authority` proves who asks, and only to the host of `api_url`. `refusal` turns the answers that a provider
    refuses with into errors, before the plain rules of `plain_refusal` apply; it sees 4xx and 5xx only. The
    environment's proxies and bundles are ignored unless `trust_env` is set.
    """

    def __init__(
        self,
        api_url: str,
        *,
        authority: Authority | None = None,
        refusal: Refusal | None = None,
        ca_bundle: Path | None = None,
        pace: Pace | None = None,
        trust_env: bool = False,
    ) -> None:
        if urlsplit(api_url).scheme != "https":
            raise UserError(f"{api_url} must begin with https:// because it is sent a token.")
        if ca_bundle:
            check_bundle(ca_bundle)
        self._origin = _origin(api_url)
        self._authority, self._refusal, self._pace = authority, refusal, pace or Pace()
        self.session = requests.Session()
        self.session.trust_env = trust_env  # REQUESTS_CA_BUNDLE would override `verify`
        self.session.verify = str(ca_bundle) if ca_bundle else True
        self.cost = Meter()

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Return the answer to a GET; see `send`."""
        return self.send("GET", url, params=params, headers=headers)

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        repeatable: bool | None = None,
    ) -> Reply:
        """Return the answer to a request, asked again while that helps and is safe.

        `repeatable` defaults to what the method promises (RFC 9110 9.2.2): a POST is sent once. Raises UserError
        when somebody must act, CursorExpired for 410, TryLater for what time will mend: with `after_seconds` where
        the provider asks for a longer wait than a request may sleep.
        """
        if _origin(url) != self._origin:
            raise UserError(f"{self._origin} sends us on to {_origin(url)}; if that is right, set it as its address.")
        request = requests.Request(method, url, params=dict(params or {}), headers=dict(headers or {}), data=body)
        again = method in _SAFE if repeatable is None else repeatable
        return self._patiently(request) if again else self._once(request)

    def _patiently(self, request: requests.Request) -> Reply:
        began = self._pace.clock()
        retrying = Retrying(
            retry=retry_if_exception_type(_Again),
            stop=lambda state: self._must_stop(state, began),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._attempt, request)
        except _Again as last:
            raise TryLater(str(last.why), after_seconds=last.wait) from last

    def _once(self, request: requests.Request) -> Reply:
        try:
            return self._attempt(request)
        except _Again as failed:
            raise TryLater(str(failed.why), after_seconds=failed.wait) from failed

    def _attempt(self, request: requests.Request) -> Reply:
        reply = self._exchange(request, fresh=False)
        if reply.status == 401 and self._authority:
            reply = self._exchange(request, fresh=True)
        if reply.status < 300:
            return reply
        self._refuse(reply)
        raise AssertionError("a refusal always raises")

    def _refuse(self, reply: Reply) -> None:
        special = self._refusal(reply) if self._refusal else None
        if special is not None and not isinstance(special, TryLater):
            raise special
        if special is not None or reply.status in _PASSING:
            asked = retry_after(reply, datetime.now(UTC))
            hurry = special.after_seconds if special else None
            wait = asked if hurry is None else max(hurry, asked or 0.0)
            raise _Again(special or TryLater(_busy(reply)), wait=wait)
        raise plain_refusal(reply)

    def _exchange(self, request: requests.Request, *, fresh: bool) -> Reply:
        prepared = self.session.prepare_request(request)
        if self._authority:
            prepared.headers.update(self._authority.headers(fresh=fresh))
        self.cost.requests += 1
        host = host_of(prepared.url or "")
        try:
            return self._read(prepared)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as cut:
            if is_distrust(cut):
                raise UserError(
                    f"The certificate of {host} is not trusted; set ca_bundle to the file of its authority."
                ) from cut
            raise _Again(TryLater(f"The connection to {host} broke ({type(cut).__name__}).")) from cut

    def _read(self, prepared: requests.PreparedRequest) -> Reply:
        """Send and read to the end; a server that only drips bytes runs into the deadline like any other."""
        began, pace = self._pace.clock(), self._pace
        limits = (min(15.0, pace.deadline_s), min(60.0, pace.deadline_s))
        settings = self.session.merge_environment_settings(prepared.url or "", {}, True, self.session.verify, None)
        with self.session.send(prepared, timeout=limits, allow_redirects=False, **settings) as answer:
            body = bytearray()
            while chunk := answer.raw.read1(_CHUNK, decode_content=True):
                body += chunk
                if pace.clock() - began > pace.deadline_s:
                    raise requests.exceptions.ReadTimeout("the whole answer took too long")
                if len(body) > LARGEST_BODY:
                    raise AnswerTooLong(
                        f"{host_of(answer.url)} sends more than {LARGEST_BODY >> 20} MiB in one answer."
                    )
            named = {name.lower(): value for name, value in answer.headers.items()}
            return Reply(url=answer.url, status=answer.status_code, headers=named, body=bytes(body))

    def _must_stop(self, state: RetryCallState, began: float) -> bool:
        wait = _asked(state)
        if wait is not None and wait > self._pace.longest_wait_s:
            return True
        spent = self._pace.clock() - began + (wait or 0.0)
        return state.attempt_number >= self._pace.attempts or spent > self._pace.deadline_s

    def _wait(self, state: RetryCallState) -> float:
        """Wait what the provider asks for, else exponentially with jitter, half to one and a half times."""
        asked = _asked(state)
        if asked is not None:
            return asked
        step = min(self._pace.longest_wait_s, 0.5 * 2.0 ** (state.attempt_number - 1))
        return step * random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, protects nothing

    def _sleep(self, seconds: float) -> None:
        self.cost.throttled_s += seconds
        self._pace.sleep(seconds)


def plain_refusal(reply: Reply) -> GuardianError:
    """Return what a status means at any provider (RFC 9110 15.5)."""
    host = host_of(reply.url)
    if reply.status == 410:
        return CursorExpired(f"{host} no longer knows the cursor.")
    if reply.status == 401:
        return UserError(f"{host} refuses our login; check the secret or certificate, then connect again.")
    if reply.status == 403:
        return UserError(f"{host} does not let us read this; grant the permissions that the connector's page lists.")
    if reply.status == 404 or reply.status < 400:
        return UserError(f"{host} has nothing at {urlsplit(reply.url).path}; check the addresses in the settings.")
    if reply.status in _PASSING:
        return TryLater(_busy(reply), after_seconds=retry_after(reply, datetime.now(UTC)))
    return UserError(f"{host} does not accept our request (HTTP {reply.status}); see whether Guardian has an update.")


def retry_after(reply: Reply, now: datetime) -> float | None:
    """Return the seconds that Retry-After asks for, in either of its forms (RFC 9110 10.2.3), or None."""
    said = reply.headers.get("retry-after", "").strip()
    try:
        return max(float(said), 0.0)
    except ValueError:
        moment = _http_date(said)
        return max((moment - (reply.server_time or now)).total_seconds(), 0.0) if moment else None


def host_of(url: str) -> str:
    """Return the host name of an address, for people."""
    return urlsplit(url).hostname or url


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}".removesuffix(":443")


def _busy(reply: Reply) -> str:
    return f"{host_of(reply.url)} asks to wait (HTTP {reply.status})."


def _asked(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.wait if isinstance(error, _Again) else None


def _http_date(text: str) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

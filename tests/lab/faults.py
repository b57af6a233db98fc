"""What goes wrong at providers, as a plan: which request is struck, and how.

Some faults the server itself commits (refusals, cut connections), others only the app can (`Moment.WITHIN`): it
finds them in `Request.fault` and spoils its answer accordingly, mostly through `shaped`.
"""

import random
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TypeVar

Item = TypeVar("Item")


class Moment(Enum):
    """When a fault strikes."""

    INSTEAD = "instead of the answer"
    BEFORE = "before the request is carried out"
    WITHIN = "within the answer"
    AFTER = "after it was carried out"


class Kind(StrEnum):
    """What the app itself spoils."""

    DUPLICATED = "duplicated"  # every item of the page twice
    REORDERED = "reordered"
    EMPTY_LIE = "empty_lie"  # a full list is said to be empty, once
    PARTIAL = "partial"  # items carry only some of their fields
    CURSOR_LOST = "cursor_lost"  # 410, 404, EXPIRED_SYNC_TOKEN: whatever the provider says
    REPLAYED = "replayed"  # the page before comes once more
    CLOCK_SKEW = "clock_skew"
    TOKEN_REVOKED = "token_revoked"
    QUOTA = "quota"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault; `share` is how much of the body still arrives (0: not even the header)."""

    moment: Moment
    kind: Kind | None = None
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    share: float = 0.0


def throttled(retry_after: float | str | None = 1) -> Fault:
    """Answer 429, with Retry-After in seconds or as an HTTP date."""
    return Fault(moment=Moment.INSTEAD, status=429, headers=_wait(retry_after))


def unavailable(retry_after: float | str | None = None) -> Fault:
    """Answer 503."""
    return Fault(moment=Moment.INSTEAD, status=503, headers=_wait(retry_after))


def unauthorized() -> Fault:
    """Answer 401, as when a token runs out in the middle of a round."""
    return Fault(moment=Moment.INSTEAD, status=401)


def refused(status: int, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Fault:
    """Answer any status."""
    return Fault(moment=Moment.INSTEAD, status=status, body=body, headers=headers or {})


def dropped() -> Fault:
    """Cut the connection before the request is carried out."""
    return Fault(moment=Moment.BEFORE)


def dropped_after() -> Fault:
    """Carry the request out, then cut the connection without a word."""
    return Fault(moment=Moment.AFTER)


def truncated(share: float = 0.5) -> Fault:
    """Cut the connection in the middle of the body."""
    return Fault(moment=Moment.AFTER, share=share)


def spoiled(kind: Kind) -> Fault:
    """Let the app spoil its answer."""
    return Fault(moment=Moment.WITHIN, kind=kind)


def shaped(fault: Fault | None, items: Sequence[Item]) -> list[Item]:
    """Return the items of a page as a fault leaves them."""
    if fault is None:
        return list(items)
    if fault.kind is Kind.DUPLICATED:
        return [one for item in items for one in (item, item)]
    if fault.kind is Kind.REORDERED:
        return list(reversed(items))
    return [] if fault.kind is Kind.EMPTY_LIE else list(items)


@dataclass(slots=True)
class _Trap:
    pattern: re.Pattern[str]
    fault: Fault
    skip: int
    times: int


class FaultPlan:
    """Which requests are struck: traps that were laid, then chance."""

    def __init__(self, *, seed: int = 0, rate: float = 0.0, among: Sequence[Fault] = (), most: int = 10**9) -> None:
        self._chance = random.Random(seed)
        self._rate, self._among, self._left = rate, among, most
        self._traps: list[_Trap] = []
        self._lock = threading.Lock()
        self.struck: list[tuple[str, Fault]] = []

    def lay(self, fault: Fault, *, on: str = "", skip: int = 0, times: int = 1) -> "FaultPlan":
        """Strike the requests whose `METHOD path` matches `on`: pass `skip` of them, then strike `times`."""
        self._traps.append(_Trap(re.compile(on), fault, skip, times))
        return self

    def strike(self, method: str, path: str) -> Fault | None:
        """Return what goes wrong with this request, if anything."""
        with self._lock:
            fault = self._trapped(f"{method} {path}") or self._by_chance()
            if fault:
                self.struck.append((path, fault))
            return fault

    def _trapped(self, said: str) -> Fault | None:
        for trap in self._traps:
            if trap.times and trap.pattern.search(said):
                if trap.skip:
                    trap.skip -= 1
                    continue
                trap.times -= 1
                return trap.fault
        return None

    def _by_chance(self) -> Fault | None:
        if not self._among or not self._left or self._chance.random() >= self._rate:
            return None
        self._left -= 1
        return self._chance.choice(self._among)


CALM = FaultPlan()


def _wait(retry_after: float | str | None) -> dict[str, str]:
    return {} if retry_after is None else {"Retry-After": str(retry_after)}

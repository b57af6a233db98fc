"""How often somebody may try to log in: counted for the person from one place, for the person, and for the place."""

import hashlib
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address
from threading import Lock

MOST_COUNTED = 50_000  # counters in memory; the one used longest ago goes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many attempts may fail within a time."""

    same: int = 5  # one person from one place
    person: int = 30  # from all places together
    place: int = 60  # all people together: a whole office may be behind one address
    within: timedelta = timedelta(minutes=15)


@dataclass(slots=True)
class Attempts:
    """Counts in memory, for this process; safe among threads.

    Unknown people are counted as known ones are, so that nothing tells them apart.
    """

    limits: Limits = field(default_factory=Limits)
    _counts: "OrderedDict[bytes, deque[datetime]]" = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, person: str, place: str, *, now: datetime) -> bool:
        """Count an attempt, and say whether it may be made; one too many does not count."""
        wanted = self._counters(person, place)
        with self._lock:
            # Only what may be made gets counters: else a flood of refused attempts would push out everybody else's.
            if any(self._made(key, now) >= most for key, most in wanted):
                return False
            for key, _ in wanted:
                self._counts.setdefault(key, deque()).append(now)
            while len(self._counts) > MOST_COUNTED:
                self._counts.popitem(last=False)
        return True

    def take_back(self, person: str, place: str) -> None:
        """Forget an attempt that came to nothing, because nobody had time to compare its password."""
        with self._lock:
            for key, _ in self._counters(person, place):
                self._drop(key)

    def succeeded(self, person: str, place: str) -> None:
        """Forget what this person got wrong from this place, and the attempt that was none."""
        (same, _), *others = self._counters(person, place)
        with self._lock:
            self._counts.pop(same, None)
            for key, _ in others:
                self._drop(key)

    def _counters(self, person: str, place: str) -> list[tuple[bytes, int]]:
        limits, place = self.limits, _connection(place)
        return [
            (_key("same", person, place), limits.same),
            (_key("person", person), limits.person),
            (_key("place", place), limits.place),
        ]

    def _made(self, key: bytes, now: datetime) -> int:
        count = self._counts.get(key)
        if count is None:
            return 0
        self._counts.move_to_end(key)
        while count and now - count[0] >= self.limits.within:
            count.popleft()
        return len(count)

    def _drop(self, key: bytes) -> None:
        count = self._counts.get(key)
        if count:
            count.pop()
        if not count:
            self._counts.pop(key, None)


def _connection(place: str) -> str:
    """Return what stands for a place: of IPv6 the first half, because whoever has one address has all below it."""
    try:
        address = ip_address(place)
    except ValueError:
        return place
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or int(address) >> 64)


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).digest()

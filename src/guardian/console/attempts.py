"""How often somebody may try to log in: counted for the person from one place, for the person, and for the place."""

import hashlib
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
            counts = [(self._fresh(key, now), most) for key, most in wanted]
            if any(len(count) >= most for count, most in counts):
                return False
            for count, _ in counts:
                count.append(now)
        return True

    def succeeded(self, person: str, place: str) -> None:
        """Forget what this person got wrong from this place, and the attempt that was none."""
        (same, _), *others = self._counters(person, place)
        with self._lock:
            self._counts.pop(same, None)
            for key, _ in others:
                if self._counts.get(key):
                    self._counts[key].pop()

    def _counters(self, person: str, place: str) -> list[tuple[bytes, int]]:
        limits = self.limits
        return [
            (_key("same", person, place), limits.same),
            (_key("person", person), limits.person),
            (_key("place", place), limits.place),
        ]

    def _fresh(self, key: bytes, now: datetime) -> deque[datetime]:
        count = self._counts.setdefault(key, deque())
        self._counts.move_to_end(key)
        while count and now - count[0] >= self.limits.within:
            count.popleft()
        while len(self._counts) > MOST_COUNTED:
            self._counts.popitem(last=False)
        return count


def _key(*parts: str) -> bytes:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).digest()

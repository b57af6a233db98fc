"""What a sync says of itself."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class RunState(StrEnum):
    """How a run ended."""

    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"
    NEEDS_LOGIN = "needs_login"


class Progress(Protocol):
    """Shows how far a feed is."""

    def advance(self, what: str, done: int, total: int) -> None:
        """Say that `done` of `total` units of a thing are through (total 0: unknown)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSummary:
    """One connector's run in figures; counts are items (copies and records).

    `excluded` and `dead_letters` count what stands so after the run, `unchanged` the stored items that it did not
    touch. `source` is what the provider itself counts (None when it cannot), `local` what we account for: stored,
    excluded and dead letters. `problems` are sentences on what somebody should look at.
    """

    connector: str
    state: RunState
    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    dead_letters: int = 0
    excluded: int = 0
    requests: int = 0
    throttled_s: float = 0.0
    seconds: float = 0.0
    source: int | None = None
    local: int = 0
    problems: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return the object that `sync --json` prints."""
        return {
            "connector": self.connector,
            "state": str(self.state),
            "new": self.new,
            "changed": self.changed,
            "gone": self.gone,
            "unchanged": self.unchanged,
            "dead_letters": self.dead_letters,
            "excluded": self.excluded,
            "requests": self.requests,
            "throttled_s": round(self.throttled_s, 3),
            "seconds": round(self.seconds, 3),
            "reconciled": {
                "source": self.source,
                "local": self.local,
                "difference": None if self.source is None else self.source - self.local,
            },
            "problems": list(self.problems),
        }

"""How much of the organisation's daily requests is used, told by every answer, and when to stop."""

import re
from dataclasses import dataclass

from guardian.domain.errors import TryLater

_USAGE = re.compile(r"api-usage=(\d+)/(\d+)")
WAIT = 3600.0  # seconds; the window is a rolling day, so an hour frees a part of it


@dataclass(slots=True)
class Quota:
    """Counts this run's requests and hears of everybody's; `share` and `ceiling` are parts of the day's limit.

    `began` is how much was used when this run first heard of it: its other threads have counts of their own, and only
    what all programs have used since then tells of theirs.
    """

    share: float
    ceiling: float
    used: int = 0
    limit: int = 0
    ours: int = 0
    began: int | None = None

    def hear(self, header: str) -> None:
        """Take in a `Sforce-Limit-Info` header; other texts say nothing."""
        found = _USAGE.search(header)
        if found:
            self.used, self.limit = int(found.group(1)), int(found.group(2))
            self.began = self.used if self.began is None else self.began

    def spend(self) -> None:
        """Count a request that is about to be made; TryLater when this run or the organisation used its part."""
        if self.limit and self.used >= self.ceiling * self.limit:
            raise TryLater(
                f"The organisation has used {self.used} of its {self.limit} requests a day; the rest is for others.",
                after_seconds=WAIT,
            )
        since = max(self.ours, self.used - (self.began or 0))
        if self.limit and since >= self.share * self.limit:
            raise TryLater(
                f"This run has used its {since} of the organisation's {self.limit} requests a day.",
                after_seconds=WAIT,
            )
        self.ours += 1

"""Reconciling: the source's own count of its items against what we account for, every run."""

from dataclasses import dataclass

from guardian.domain.errors import TryLater, UserError
from guardian.ports.connector import Feed
from guardian.ports.sync_store import ItemCounts


@dataclass(slots=True)
class Books:
    """Both sides' counts over all feeds; `source` is None when no feed could say."""

    source: int | None = None
    local: int = 0
    stored: int = 0
    excluded: int = 0
    dead_letters: int = 0

    def add(self, feed: Feed, counts: ItemCounts) -> None:
        """Enter one feed; where its source cannot count, our own count stands for it."""
        self.local += counts.total
        self.stored += counts.stored
        self.excluded += counts.excluded
        self.dead_letters += counts.dead_letters
        try:
            told = feed.count()
        except (TryLater, UserError):
            told = None
        if told is not None or self.source is not None:
            base = self.local - counts.total if self.source is None else self.source
            self.source = base + (counts.total if told is None else told)


def balance(source: int | None, local: int) -> tuple[int, str]:
    """Return the difference (source minus ours) and a sentence on it; 0 when nothing is missing or left over."""
    if source is None or source == local:
        return 0, ""
    return source - local, (
        f"The source counts {source} items and we account for {local}; "
        "run `guardian sync --full` if the next run does not mend it."
    )

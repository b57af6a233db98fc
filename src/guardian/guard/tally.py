"""How many mails a threshold would hold: counted from verdicts, in numbers that say nothing of any mail."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from guardian.domain.moments import day_number
from guardian.domain.verdict import ReasonCode, Verdict
from guardian.ports.tallies import UNREAD, Mark

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a threshold would have held of the mails to clients; `language` is empty for all of them together."""

    language: str
    threshold: float
    mails: int
    holds: int

    @property
    def per_thousand(self) -> float:
        """Holds per 1,000 mails to clients; 0 where there were none."""
        return 1000 * self.holds / self.mails if self.mails else 0.0


@dataclass(slots=True)
class Tally:
    """Counts in memory until somebody takes the counts away to keep them; safe among threads."""

    _counts: Counter[Mark] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def count(self, verdict: Verdict, *, now: datetime) -> None:
        """Count one mail, unless it was none to a client, or none that was judged."""
        mark = mark_of(verdict, now)
        if mark is not None:
            with self._lock:
                self._counts[mark] += 1

    def take(self) -> Mapping[Mark, int]:
        """Return what was counted since the last time."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        return taken

    def hand_over(self, keep: Callable[[Mapping[Mark, int]], None]) -> None:
        """Give what was counted since the last time to be kept; what cannot be kept is counted still."""
        taken = self.take()
        try:
            keep(taken)
        except Exception:
            with self._lock:
                self._counts.update(taken)
            raise


def mark_of(verdict: Verdict, now: datetime) -> Mark | None:
    """Return what a verdict counts as, or None where nothing was judged."""
    if not verdict.clients or not verdict.language:
        return None
    unread = any(one.code is ReasonCode.UNSCANNABLE for one in verdict.reasons)
    return Mark(day=day_number(now), language=verdict.language, bucket=UNREAD if unread else _bucket(verdict.score))


def expected_holds(counts: Mapping[Mark, int], thresholds: Iterable[float] = THRESHOLDS) -> list[Expected]:
    """Return for every threshold what it would have held, over all languages first, then for each."""
    languages = ["", *sorted({mark.language for mark in counts})]
    return [_expected(counts, language, threshold) for language in languages for threshold in thresholds]


def _expected(counts: Mapping[Mark, int], language: str, threshold: float) -> Expected:
    chosen = [(mark, mails) for mark, mails in counts.items() if language in ("", mark.language)]
    limit = round(threshold * 100)
    return Expected(
        language=language,
        threshold=threshold,
        mails=sum(mails for _, mails in chosen),
        holds=sum(mails for mark, mails in chosen if mark.bucket >= limit),
    )


def _bucket(score: float) -> int:
    if score != score:  # no number is held whatever the threshold
        return 100
    return min(max(int(score * 100 + 1e-9), 0), 100)

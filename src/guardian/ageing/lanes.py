"""The lanes by which silence alone puts a client at risk, looked at for all clients at once.

`states` asks the same of one client and gives the reasons; here thresholds are chosen and flags are counted.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from guardian.ageing.cadence import Outlook, Prior, outlook
from guardian.ageing.history import Bools, Floats, Ints, returned_from, spread, usual_gap
from guardian.ageing.silence import Moment

EARLY_DAYS = 30  # of a silence: so long it may be noticed early
HOLIDAY = 28  # days of silence that are never out of rhythm, and below which no ceiling comes
OUT_OF_RHYTHM = 2.5  # times the longest silence that a client ended twice
RHYTHM_TOUCH_DAYS = 5  # from which there is a rhythm
STEADY = 0.6  # deviation of the log gaps up to which it is one: two gaps in three within a factor of 1.8
PATIENCE = 1.2  # times the longest silence that a client ended twice
FEWEST_TOUCH_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When silence is alarming: P(alive) after the first month of a silence, P(alive) now, and days.

    A client is at risk at or below the first two, and beyond the days. `ceiling` is None where the book's own past
    says nothing; `learnt_from` counts the clients whose returns taught them, 0 where they are what a new book gets.
    """

    alive: float
    early: float = 0.0
    ceiling: int | None = None
    learnt_from: int = 0

    def lenient(self, factor: float) -> "Thresholds":
        """Return them with both probabilities multiplied; the ceiling does not move."""
        return replace(self, alive=self.alive * factor, early=self.early * factor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the lanes look at, one entry a client; `alive_early` is P(alive) when the silence was a month old."""

    silence: Ints
    touch_days: Ints
    cadence: Floats
    returned_from: Ints
    spread: Floats
    alive: Floats
    alive_early: Floats


def watch(now: Moment, prior: Prior, expected: Outlook) -> Watch:
    """Return what the lanes look at, as of a moment; `expected` is the model's outlook on the same clients."""
    month = replace(now.history, silence=np.minimum(now.history.silence, EARLY_DAYS))
    return Watch(
        silence=now.history.silence,
        touch_days=now.history.gaps + 1,
        cadence=usual_gap(now.history, expected.cadence),
        returned_from=returned_from(now.days),
        spread=spread(now.history),
        alive=expected.p_alive,
        alive_early=outlook(month, prior, np.ones(len(month.client))).p_alive,
    )


def some_watched(watched: Watch, which: Bools | Ints) -> Watch:
    """Return the entries at some places."""
    return Watch(**{field.name: getattr(watched, field.name)[which] for field in fields(watched)})


def together(parts: list[Watch]) -> Watch:
    """Return the entries of several moments as one."""
    return Watch(
        **{field.name: np.concatenate([getattr(one, field.name) for one in parts]) for field in fields(Watch)}
    )


def gone_early(watched: Watch, alive: float) -> Bools:
    """Say who was probably gone within the first month of its silence."""
    month = np.minimum(watched.silence, EARLY_DAYS)
    found: Bools = _known(watched) & (month > watched.cadence) & (watched.alive_early <= alive)
    return found


def gone(watched: Watch, alive: float) -> Bools:
    """Say who is probably gone by now."""
    found: Bools = _known(watched) & (watched.silence > watched.cadence) & (watched.alive <= alive)
    return found


def out_of_rhythm(watched: Watch) -> Bools:
    """Say which steady clients are silent far beyond their rhythm."""
    limit = np.maximum(np.maximum(OUT_OF_RHYTHM * watched.returned_from, watched.cadence), HOLIDAY)
    steady = (watched.touch_days >= RHYTHM_TOUCH_DAYS) & (watched.returned_from > 0) & (watched.spread <= STEADY)
    found: Bools = steady & (watched.silence > limit)
    return found


def beyond(watched: Watch, days: int | Ints) -> Bools:
    """Say who is silent beyond a ceiling (of all, or each his own), and beyond the patience that he has earned."""
    over: Bools = watched.silence > np.maximum(days, np.round(PATIENCE * watched.returned_from))
    return over


def flagged(watched: Watch, at: Thresholds, *, most_days: int | Ints) -> dict[str, Bools]:
    """Return by lane who is flagged; nobody is silent for more than `most_days` (all, or each his own) unseen."""
    learnt = _known(watched) & beyond(watched, most_days if at.ceiling is None else at.ceiling)
    return {
        "early": gone_early(watched, at.early),
        "alive": gone(watched, at.alive),
        "rhythm": out_of_rhythm(watched),
        "ceiling": learnt | beyond(watched, most_days),
    }


def _known(watched: Watch) -> Bools:
    return watched.touch_days >= FEWEST_TOUCH_DAYS

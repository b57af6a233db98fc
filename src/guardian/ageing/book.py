"""The book as of a moment: what every touched client's history says, and what the models fitted on it expect."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from guardian.ageing.cadence import Prior, outlook
from guardian.ageing.conversation import Conversations, converse
from guardian.ageing.history import Floats, Ints, usual_gap
from guardian.ageing.lanes import Thresholds, Watch, watch
from guardian.ageing.policy import AgeingPolicy
from guardian.ageing.silence import Models, Moment, blended, fit_alone, moment_of, teach
from guardian.ageing.threshold import thresholds
from guardian.domain.moments import day_number
from guardian.ports.timeline import Timelines

HORIZON_CADENCES, SHORTEST_HORIZON, LONGEST_HORIZON = 3, 14, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The touched clients as parallel arrays, and the place of each in them."""

    now: Moment
    models: Models
    horizon: Ints
    place: dict[int, int]
    talks: Conversations
    watched: Watch
    p_silent: Floats
    silent_before: Floats  # nan where there was nothing to judge
    alive_before: Floats
    at: Thresholds


def read_book(timelines: Timelines, as_of: datetime, policy: AgeingPolicy) -> Book:
    """Return the book as it was known at a moment."""
    day = day_number(as_of)
    talks = converse(timelines.touches(until=as_of), as_of=day, days_off=policy.days_off)
    now = moment_of(talks.days, day)
    models, horizon = fit_book(now)
    expected = outlook(now.history, models.prior, horizon)
    silent_before, alive_before = _before(now, models, horizon, policy.trend_days)
    return Book(
        now=now,
        models=models,
        horizon=horizon,
        place={int(client): place for place, client in enumerate(now.history.client)},
        talks=talks,
        watched=watch(now, models.prior, expected),
        p_silent=blended(now, models, expected, horizon.astype(np.float64)),
        silent_before=silent_before,
        alive_before=alive_before,
        at=thresholds(now, models.prior, horizon, policy),
    )


def fit_book(now: Moment) -> tuple[Models, Ints]:
    """Return the models, and each client's own horizon: three cadences, within bounds."""
    alone = fit_alone(now)
    horizon = own_horizon(now, alone.prior)
    return teach(now, alone, horizon.astype(np.float64)), horizon


def own_horizon(now: Moment, prior: Prior) -> Ints:
    """Return each client's own horizon in days: three of its cadences, 14 to 120."""
    expected = outlook(now.history, prior, np.ones(len(now.history.client)))
    cadence = usual_gap(now.history, expected.cadence)
    return np.clip(np.round(HORIZON_CADENCES * cadence), SHORTEST_HORIZON, LONGEST_HORIZON).astype(np.int64)


def _before(now: Moment, models: Models, horizon: Ints, days: int) -> tuple[Floats, Floats]:
    """Return P(silent) and P(alive) as they stood some days ago."""
    then = moment_of(now.days, now.as_of - days)
    place = np.searchsorted(now.history.client, then.history.client)
    silent, alive = np.full(len(horizon), np.nan), np.full(len(horizon), np.nan)
    expected = outlook(then.history, models.prior, horizon[place])
    silent[place] = blended(then, models, expected, horizon[place].astype(np.float64))
    alive[place] = expected.p_alive
    return silent, alive

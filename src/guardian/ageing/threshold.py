"""Choosing when P(alive) is low enough to worry, from clients who came back although they had grown silent."""

import numpy as np

from guardian.ageing.cadence import Prior, outlook
from guardian.ageing.history import Ints
from guardian.ageing.silence import FEWEST_GAPS, Moment, moment_of, next_touch

FEWEST_RETURNED = 200
LOWEST, HIGHEST = 0.1, 0.99


def alive_threshold(now: Moment, prior: Prior, horizon: Ints, *, false_alarms: float, start: float) -> float:
    """Return the P(alive) that would have flagged only `false_alarms` of the clients who were touched again.

    It is judged one longest horizon ago, on everybody with a few gaps who was touched within its horizon since;
    `start` is the answer while they are fewer than 200.
    """
    if not len(horizon):
        return start
    then = moment_of(now.days, now.as_of - int(horizon.max()))
    place = np.searchsorted(now.history.client, then.history.client)
    returned = next_touch(now, then.as_of)[place] <= then.as_of + horizon[place]
    returned &= then.history.gaps >= FEWEST_GAPS
    if int(returned.sum()) < FEWEST_RETURNED:
        return start
    alive = outlook(then.history, prior, horizon[place]).p_alive[returned]
    return float(np.clip(np.quantile(alive, false_alarms), LOWEST, HIGHEST))

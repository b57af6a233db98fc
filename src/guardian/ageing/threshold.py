"""Choosing when silence is alarming, from clients who came back although they had grown silent.

Every lane may flag only so many of those who did come back: the model first, early and then at any time, and the
ceiling fills what is left (`policy.AgeingPolicy` has the shares).
"""

import numpy as np

from guardian.ageing.cadence import Prior, outlook
from guardian.ageing.history import Bools, Floats, Ints
from guardian.ageing.lanes import (
    HOLIDAY,
    PATIENCE,
    Thresholds,
    Watch,
    gone,
    gone_early,
    out_of_rhythm,
    some_watched,
    together,
    watch,
)
from guardian.ageing.policy import AgeingPolicy
from guardian.ageing.silence import FEWEST_GAPS, LOOK_BACK, Moment, moment_of, next_touch

FEWEST_RETURNED = 100  # clients; each is seen up to five times
LOWEST, HIGHEST = 0.1, 0.99
NEWS = 3  # horizons of silence: whoever is silent longer is no news to anybody


def thresholds(now: Moment, prior: Prior, horizon: Ints, policy: AgeingPolicy) -> Thresholds:
    """Return the thresholds that the book's own past teaches.

    They are judged one to three longest horizons ago, on everybody with a few gaps, silent for at most three of its
    horizons, who was touched within the next. While they are fewer than 100 clients, a new book's thresholds stay.
    """
    start = Thresholds(alive=policy.at_risk_alive)
    if not len(horizon):
        return start
    parts = [_returned(now, prior, horizon, now.as_of - round(back * int(horizon.max()))) for back in LOOK_BACK]
    clients = len(np.unique(np.concatenate([who for who, _ in parts])))
    if clients < FEWEST_RETURNED:
        return start
    return choose(together([seen for _, seen in parts]), policy, learnt_from=clients)


def choose(returned: Watch, policy: AgeingPolicy, *, learnt_from: int) -> Thresholds:
    """Return the thresholds that flag no more of those who came back than the policy allows."""
    flags = out_of_rhythm(returned)
    early = _alive(returned.alive_early, gone_early(returned, 1.0), flags, policy.false_alarms_early)
    flags |= gone_early(returned, early)
    alive = _alive(returned.alive, gone(returned, 1.0), flags, policy.false_alarms)
    flags |= gone(returned, alive)
    ceiling = _ceiling(returned, flags, policy.false_alarms_in_all)
    return Thresholds(alive=alive, early=early, ceiling=ceiling, learnt_from=learnt_from)


def _returned(now: Moment, prior: Prior, horizon: Ints, cut: int) -> tuple[Ints, Watch]:
    """Return who came back after an earlier day, and how it stood on that day."""
    then = moment_of(now.days, cut)
    place = np.searchsorted(now.history.client, then.history.client)
    back = next_touch(now, cut)[place] <= cut + horizon[place]
    back &= (then.history.gaps >= FEWEST_GAPS) & (then.history.silence <= NEWS * horizon[place])
    seen = watch(then, prior, outlook(then.history, prior, horizon[place]))
    return then.history.client[back], some_watched(seen, back)


def _alive(alive: Floats, may: Bools, flags: Bools, share: float) -> float:
    """Return the P(alive) at which, with those flagged already, just so great a share is flagged."""
    room = int(share * len(flags)) - int(flags.sum())
    free = np.sort(alive[may & ~flags])
    if room <= 0:
        return 0.0
    if room >= len(free):
        return HIGHEST
    return float(np.clip(np.nextafter(free[room], 0.0), LOWEST, HIGHEST))


def _ceiling(returned: Watch, flags: Bools, share: float) -> int:
    """Return the days of silence beyond which, with those flagged already, just so great a share is flagged."""
    room = max(int(share * len(flags)) - int(flags.sum()), 0)
    impatient = returned.silence > np.round(PATIENCE * returned.returned_from)
    longest = np.sort(np.where(impatient & ~flags, returned.silence, 0))[::-1]
    return max(int(longest[min(room, len(longest) - 1)]), HOLIDAY)

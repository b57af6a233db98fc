"""What the model said one horizon ago against what came since, and against the rules one might use in its place."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from guardian.ageing.book import fit_book
from guardian.ageing.buying import buying_silence
from guardian.ageing.cadence import Prior, outlook
from guardian.ageing.fit import SAMPLE, fit_prior, some_clients
from guardian.ageing.history import Bools, Floats
from guardian.ageing.measures import Bin, auc, average_precision, brier, calibration, calibration_error
from guardian.ageing.silence import FEWEST_GAPS, Moment, blended, moment_of, next_touch

FIXED_DAYS = (30, 60, 90)
FEWEST_JUDGED, FEWEST_OF_EACH = 100, 20  # clients, and silent or not, below which nothing is said of the model
_WELL_CALIBRATED = 0.08
_RANKS, _AS_GOOD = 0.60, 0.01  # AUC: at least, and how far below days of silence is still chance
_SEED = 7


class Trust(StrEnum):
    """What the past says of the model."""

    TOO_FEW = "too_few"  # to say anything
    YES = "yes"
    ORDER_ONLY = "order_only"  # it ranks well, its probabilities are off
    NO = "no"  # it ranks no better than days of silence do


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How good one rule was; `brier` and `ece` are None for rules that give no probability."""

    rule: str
    auc: float
    average_precision: float
    brier: float | None = None
    ece: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The clients that rules are judged on, and how many stayed silent; no measures where they are too few."""

    clients: int
    silent: int
    measures: tuple[Measure, ...]
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindsight:
    """One look back: the day of it, and everybody with three touch-days, or those touched within their horizon."""

    day: int
    everybody: Group
    active: Group
    trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The cadence model as fitted at one day, on so many clients."""

    day: int
    clients: int
    prior: Prior


def look_back(now: Moment, longest: int) -> Hindsight:
    """Return what was said `longest` days ago, the longest of all horizons, and what came of it.

    Every client is judged by its own horizon, as it was known then; everything was fitted on what was known then.
    """
    then = moment_of(now.days, now.as_of - longest)
    models, horizon = fit_book(then)
    horizon = np.minimum(horizon, longest)
    place = np.searchsorted(now.history.client, then.history.client)
    silent = next_touch(now, then.as_of)[place] > then.as_of + horizon
    expected = outlook(then.history, models.prior, horizon)
    said = {
        "guardian": blended(then, models, expected, horizon.astype(np.float64)),
        "cadence": expected.p_silent,
        "bg_nbd": buying_silence(then.history, models.buying, horizon),
        "recency": then.history.silence.astype(np.float64),
        **{f"fixed_{days}": (then.history.silence > days).astype(np.float64) for days in FIXED_DAYS},
    }
    known = then.history.gaps >= FEWEST_GAPS
    active = _group(silent, said, known & (then.history.silence <= horizon))
    return Hindsight(day=then.as_of, everybody=_group(silent, said, known), active=active, trust=_trust(active))


def fitted_over_time(now: Moment, longest: int) -> tuple[Fitted, ...]:
    """Return the cadence model as fitted half-way through the past, one longest horizon ago, and now."""
    if not len(now.days.day):
        return ()
    half = (int(now.days.day.min()) + now.as_of) // 2
    days = sorted({half, now.as_of - longest, now.as_of})
    return tuple(_fitted(moment_of(now.days, day)) for day in days if day >= int(now.days.day.min()))


def _fitted(then: Moment) -> Fitted:
    prior = fit_prior(some_clients(then.history, SAMPLE, _SEED))
    return Fitted(day=then.as_of, clients=int((then.history.gaps > 0).sum()), prior=prior)


def _group(silent: Bools, said: dict[str, Floats], which: Bools) -> Group:
    truth = silent[which]
    count = int(truth.sum())
    if min(count, len(truth) - count) < FEWEST_OF_EACH or len(truth) < FEWEST_JUDGED:
        return Group(clients=len(truth), silent=count, measures=(), bins=())
    return Group(
        clients=len(truth),
        silent=count,
        measures=tuple(_measure(rule, truth, p[which]) for rule, p in said.items()),
        bins=calibration(truth, said["guardian"][which]),
    )


def _measure(rule: str, silent: Bools, p: Floats) -> Measure:
    chance = rule in ("guardian", "cadence", "bg_nbd")
    return Measure(
        rule=rule,
        auc=auc(silent, p),
        average_precision=average_precision(silent, p),
        brier=brier(silent, p) if chance or rule.startswith("fixed") else None,
        ece=calibration_error(silent, p) if chance else None,
    )


def _trust(active: Group) -> Trust:
    measures = {one.rule: one for one in active.measures}
    if not measures:
        return Trust.TOO_FEW
    ours = measures["guardian"]
    if ours.auc < max(_RANKS, measures["recency"].auc - _AS_GOOD):
        return Trust.NO
    return Trust.YES if ours.ece is not None and ours.ece <= _WELL_CALIBRATED else Trust.ORDER_ONLY

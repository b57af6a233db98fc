"""The probability that a client stays silent, from bare touches: both models and the blend, fitted on the past."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from guardian.ageing.blend import FEWEST_ROWS, Blend, learn
from guardian.ageing.buying import BuyingPrior, buying_silence, fit_buying
from guardian.ageing.cadence import Outlook, Prior, outlook
from guardian.ageing.fit import SAMPLE, fit_prior, some_clients
from guardian.ageing.history import Bools, Floats, Histories, Ints, TouchDays, histories, touch_days, until
from guardian.ageing.signals import Expectations, log_odds, signal_matrix

LOOK_BACK = (1.0, 1.5, 2.0, 2.5, 3.0)  # horizons before now at which the blend is taught
LONG_SILENT = 0.25  # how much a lesson about somebody silent beyond his horizon counts: they are many, and easy
FEWEST_GAPS = 2  # below, only the cadence model speaks: there is nothing else to weigh
_SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Everything fitted at one moment, on nothing later."""

    prior: Prior
    buying: BuyingPrior
    blend: Blend | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The touch-days up to a day, and the histories they make."""

    as_of: int
    days: TouchDays
    history: Histories


def silence_of_touches(touches: TouchDays, *, as_of: int, horizon: Ints) -> tuple[Models, Outlook, Floats]:
    """Return the models fitted on touch-days up to `as_of`, what the first expects, and each client's p(silent)."""
    now = moment_of(touches, as_of)
    fitted = teach(now, fit_alone(now), horizon.astype(np.float64))
    expected = outlook(now.history, fitted.prior, horizon)
    return fitted, expected, blended(now, fitted, expected, horizon.astype(np.float64))


def moment_of(touches: TouchDays, as_of: int) -> Moment:
    """Return the state of knowledge at the end of a day."""
    days = until(touches, as_of)
    return Moment(as_of=as_of, days=days, history=histories(days, as_of=as_of))


def next_touch(now: Moment, cut: int) -> Ints:
    """Return the day of each client's first touch after a day, or a day that never comes."""
    later = now.days.day > cut
    first = np.full(len(now.days.client), np.iinfo(np.int64).max)
    np.minimum.at(first, now.days.row[later], now.days.day[later])
    return first


def fit_alone(now: Moment) -> Models:
    """Return both priors fitted at a moment."""
    sample = some_clients(now.history, SAMPLE, _SEED)
    return Models(prior=fit_prior(sample), buying=fit_buying(sample))


def teach(now: Moment, alone: Models, horizon: Floats) -> Models:
    """Return the models with the blend that the moment's own past teaches, if that past is long enough."""
    pupils = int((now.history.gaps >= FEWEST_GAPS).sum())
    if pupils * len(LOOK_BACK) < FEWEST_ROWS:
        return alone
    own = horizon / outlook(now.history, alone.prior, horizon).cadence
    lessons = [_lesson(now, now.as_of - round(back * float(horizon.max())), own, horizon) for back in LOOK_BACK]
    taught = [lesson for lesson in lessons if lesson is not None]
    if not taught:
        return alone
    blend = learn(*(np.concatenate(parts) for parts in zip(*taught, strict=True)))
    return Models(prior=alone.prior, buying=alone.buying, blend=blend)


def _lesson(now: Moment, cut: int, own: Floats, horizon: Floats) -> tuple[Floats, Bools, Floats] | None:
    """Return the signals at an earlier day, who stayed silent after it, and weights; None where there was no past.

    Where each client has a horizon of its own it is rescaled to the cadence known at the cut, within the range of
    all horizons, because the given ones know the days after it.
    """
    then = moment_of(now.days, cut)
    if not len(then.history.client):
        return None
    fitted = fit_alone(then)
    place = np.searchsorted(now.history.client, then.history.client)
    cadence = outlook(then.history, fitted.prior, horizon[place]).cadence
    ahead = np.clip(np.round(own[place] * cadence), horizon.min(), horizon.max())
    expected = outlook(then.history, fitted.prior, ahead)
    signals = _signals(then, fitted, expected, ahead)
    useful = then.history.gaps >= FEWEST_GAPS
    silent = next_touch(now, cut)[place] > cut + ahead
    weight = np.where(then.history.silence <= ahead, 1.0, LONG_SILENT)
    return signals[useful], silent[useful], weight[useful]


def _signals(now: Moment, fitted: Models, expected: Outlook, horizon: Floats) -> Floats:
    both = Expectations(
        cadence=expected.cadence,
        by_cadence=expected.p_silent,
        by_buying=buying_silence(now.history, fitted.buying, horizon),
    )
    return signal_matrix(now.days, now.history, both, as_of=now.as_of, horizon=horizon)


def blended(now: Moment, fitted: Models, expected: Outlook, horizon: Floats) -> Floats:
    """Return each client's probability of silence: the blend where it knows the client well enough."""
    if fitted.blend is None:
        return expected.p_silent
    taught = log_odds(fitted.blend.probability(_signals(now, fitted, expected, horizon)))
    trust = fitted.blend.trust
    said = expit(trust * taught + (1 - trust) * log_odds(expected.p_silent))
    return np.where(now.history.gaps >= FEWEST_GAPS, said, expected.p_silent)


def silence_probability(
    client_ids: Ints,
    rep_ids: Ints,
    days: Ints,
    inbound: Bools,
    *,
    as_of: int,
    horizon_days: int | Ints,
) -> tuple[Ints, Floats]:
    """Return the sorted ids of the clients touched up to `as_of`, and how probable it is that each stays silent.

    The four arrays are parallel, one entry a touch in any order: ids int64, day numbers int32, `inbound` whether the
    client spoke. Silent means no touch in (as_of, as_of + horizon_days]. `horizon_days` is one number, or one for
    each of the sorted unique `client_ids`. Touches after `as_of` are not looked at; a client with none before is not
    in the answer (its horizon is left out with it). Everything is fitted on the touches given. ValueError when the
    arrays differ in length or a horizon is not positive.
    """
    arrays = [np.asarray(client_ids, np.int64), np.asarray(rep_ids, np.int64), np.asarray(days, np.int64)]
    spoke = np.asarray(inbound, np.bool_)
    if len({len(spoke), *map(len, arrays)}) != 1:
        raise ValueError("the arrays of touches differ in length")
    seen = arrays[2] <= as_of
    touches = touch_days(arrays[0][seen], arrays[1][seen], arrays[2][seen], spoke[seen])
    horizon = _horizons(horizon_days, arrays[0], touches.client)
    _, _, silent = silence_of_touches(touches, as_of=as_of, horizon=horizon)
    return touches.client, silent


def _horizons(horizon_days: int | Ints, every: Ints, known: Ints) -> Ints:
    """Return one horizon for each known client, from one number or one for each client given."""
    given = np.asarray(horizon_days, np.int64)
    if given.ndim:
        ids = np.unique(every)
        if len(given) not in (len(ids), len(known)):
            raise ValueError("horizon_days must have one entry for each client")
        given = given[np.searchsorted(ids, known)] if len(given) == len(ids) else given
    horizon = np.broadcast_to(given, known.shape).astype(np.int64)
    if len(horizon) and int(horizon.min()) <= 0:
        raise ValueError("horizon_days must be positive")
    return horizon

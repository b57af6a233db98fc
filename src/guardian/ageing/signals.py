"""What the blend weighs beside the two models: one column a signal, each of which can be said in a sentence."""

from dataclasses import dataclass

import numpy as np

from guardian.ageing.history import Bools, Floats, Histories, Ints, TouchDays

NAMES = (
    "log odds of silence, cadence model",
    "log odds of silence, BG/NBD",
    "silence against own cadence",
    "silence against horizon",
    "touch-days of late (14 days)",
    "touch-days of late (60 days)",
    "touch-days in 90 days",
    "two-way share",
    "client spoke last",
    "rep's own silence",
    "rep's clients in 90 days",
    "rep's trend over 30 days",
)
MONTH, QUARTER = 30, 90  # days
_SURE = 1e-4  # probabilities are kept this far from 0 and 1 before their odds are taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What the two models say of each client, and the cadence the first one found, in days."""

    cadence: Floats
    by_cadence: Floats
    by_buying: Floats


def log_odds(p: Floats) -> Floats:
    """Return log(p / (1 - p)), kept finite."""
    safe = np.clip(p, _SURE, 1 - _SURE)
    odds: Floats = np.log(safe) - np.log1p(-safe)
    return odds


def signal_matrix(
    days: TouchDays, history: Histories, expected: Expectations, *, as_of: int, horizon: Floats
) -> Floats:
    """Return (clients, signals) as of a day, one column for each of `NAMES`."""
    age = (as_of - days.day).astype(np.float64)
    quarter = age <= QUARTER
    size = len(days.client)
    inbound = np.bincount(days.row, weights=days.inbound, minlength=size)
    outbound = np.bincount(days.row, weights=days.outbound, minlength=size)
    count = np.bincount(days.row, minlength=size)
    last = np.cumsum(count) - 1
    columns = [
        log_odds(expected.by_cadence),
        log_odds(expected.by_buying),
        np.log((history.silence + 1) / expected.cadence),
        np.log((history.silence + 1) / horizon),
        np.log1p(np.bincount(days.row, weights=np.exp(-age / 14), minlength=size)),
        np.log1p(np.bincount(days.row, weights=np.exp(-age / 60), minlength=size)),
        np.log1p(np.bincount(days.row, weights=quarter, minlength=size)),
        np.minimum(inbound, outbound) / count,
        days.inbound[last].astype(np.float64),
        *_of_reps(days, age, quarter, days.rep[last]),
    ]
    return np.stack(columns, axis=1)


def _of_reps(days: TouchDays, age: Floats, quarter: Bools, latest: Ints) -> list[Floats]:
    """Return, by client, the silence, reach and trend of the rep who touched it last."""
    reps, code = np.unique(days.rep, return_inverse=True)
    mine = np.searchsorted(reps, latest)
    silence = np.full(len(reps), np.inf)
    np.minimum.at(silence, code, age)
    pairs = np.unique(code[quarter].astype(np.int64) * len(days.client) + days.row[quarter]) // len(days.client)
    reach = np.bincount(pairs, minlength=len(reps))
    now = np.bincount(code, weights=age < MONTH, minlength=len(reps))
    before = np.bincount(code, weights=(age >= MONTH) & (age < 2 * MONTH), minlength=len(reps))
    trend = np.log((now + 1) / (before + 1))
    return [np.log1p(silence)[mine], np.log1p(reach)[mine], trend[mine]]

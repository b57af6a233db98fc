"""A small logistic blend of the signals, learnt on the same clients' own past and drawn to the cadence model.

Its weights start at "believe the cadence model" and leave there only as far as the past insists, so little data
means little departure.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from guardian.ageing.history import Bools, Floats

FEWEST_ROWS = 500
FEWEST_OF_EACH = 50  # silent, and not silent
_PULL = 1 / 0.3  # precision of the weights, of standardised signals


@dataclass(frozen=True, slots=True, kw_only=True)
class Blend:
    """Weights of standardised signals; the first signal is the cadence model's own log odds.

    No signal counts for more, or for less, than it ever did in the lessons: in a team of one or two, a signal about
    the rep has as many values as there were lessons, and a weight learnt on them must not be drawn out beyond.
    """

    lowest: Floats
    highest: Floats
    centre: Floats
    scale: Floats
    weights: Floats
    intercept: float

    def probability(self, signals: Floats) -> Floats:
        """Return the probability of silence for each row of signals."""
        known = np.clip(signals, self.lowest, self.highest)
        p: Floats = expit(((known - self.centre) / self.scale) @ self.weights + self.intercept)
        return p


def learn(signals: Floats, silent: Bools) -> Blend | None:
    """Return the blend these rows teach, or None where they are too few to teach anything."""
    if len(silent) < FEWEST_ROWS or min(int(silent.sum()), int((~silent).sum())) < FEWEST_OF_EACH:
        return None
    centre, deviation = signals.mean(axis=0), signals.std(axis=0)
    scale = np.where(deviation > 1e-9, deviation, 1.0)
    standard = (signals - centre) / scale
    origin = np.zeros(signals.shape[1] + 1)
    origin[0], origin[-1] = scale[0], centre[0]
    sign = np.where(silent, 1.0, -1.0)
    pull = np.array([_PULL] * signals.shape[1] + [0.01])

    def cost(vector: Floats) -> tuple[float, Floats]:
        margin = sign * (standard @ vector[:-1] + vector[-1])
        push = -sign * expit(-margin)
        off = vector - origin
        loss = float(np.logaddexp(0, -margin).sum() + 0.5 * (pull * off * off).sum())
        return loss, np.append(standard.T @ push, push.sum()) + pull * off

    found = minimize(cost, origin, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return Blend(
        lowest=signals.min(axis=0),
        highest=signals.max(axis=0),
        centre=centre,
        scale=scale,
        weights=found[:-1],
        intercept=float(found[-1]),
    )

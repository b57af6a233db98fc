"""Fitting the model of silence to the clients at hand, with the mail prior holding the reins where they are few."""

from dataclasses import astuple

import numpy as np
from scipy.optimize import minimize

from guardian.ageing.cadence import MAIL, Prior, log_likelihood
from guardian.ageing.history import Floats, Histories, some

SAMPLE = 2_500  # clients; more change the fit in the third digit only
FEWEST_RETURNING = 20  # clients with at least one gap, below which the prior stays as it is
_LOOSENESS = np.array([1.0, 0.5, 0.5, 0.5, 1.5, 1.5])  # deviations of m and of the logarithms of the rest
# Bounds of the same. The spread of the means stays at half a logarithm or more (real books fit about one): were it
# let go in a book of much alike clients, the one yearly buyer among them would be read as a monthly one.
_BOUNDS = [(-2, 8), (-0.7, 1.5), (-1.2, 2), (-5, 0.5), (-7, 3), (-7, 3)]


def fit_prior(history: Histories, *, start: Prior = MAIL, seed: int = 7) -> Prior:
    """Return the prior that makes these histories most probable, drawn towards `start` where they say little."""
    if int((history.gaps > 0).sum()) < FEWEST_RETURNING:
        return start
    sample = some_clients(history, SAMPLE, seed)
    origin = _to_vector(start)

    def cost(vector: Floats) -> float:
        pull = 0.5 * float((((vector - origin) / _LOOSENESS) ** 2).sum())
        return (pull - float(log_likelihood(sample, _to_prior(vector)).sum())) / len(sample.client)

    found = minimize(cost, origin, method="L-BFGS-B", bounds=_BOUNDS, options={"maxiter": 200})
    return _to_prior(found.x)


def some_clients(history: Histories, most: int, seed: int) -> Histories:
    """Return the histories of at most so many clients, drawn evenly; the same ones for the same seed."""
    if len(history.client) <= most:
        return history
    chosen = np.sort(np.random.default_rng(seed).choice(len(history.client), most, replace=False))
    return some(history, chosen)


def _to_vector(prior: Prior) -> Floats:
    m, *positive = astuple(prior)
    return np.array([m, *np.log(positive)])


def _to_prior(vector: Floats) -> Prior:
    m, (tau, s, omega, a, b) = float(vector[0]), np.exp(vector[1:]).tolist()
    return Prior(m=m, tau=tau, s=s, omega=omega, a=a, b=b)

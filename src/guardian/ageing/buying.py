"""BG/NBD: the classic of buyer counting, kept as a second opinion beside the model of silence.

While a client lives its touches come at random at its own rate, Gamma(r, alpha) across clients; after each it leaves
with a probability that is Beta(a, b) across clients (Fader, Hardie, Lee 2005, Marketing Science 24(2), eq. 6).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln

from guardian.ageing.history import Floats, Histories, Ints

_BOUNDS = [(-5, 5), (-3, 8), (-6, 4), (-6, 4)]  # of the logarithms of r, alpha, a, b
_START = np.log([0.5, 10.0, 0.5, 2.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyingPrior:
    """Gamma(r, alpha) of the rates and Beta(a, b) of leaving; alpha in days."""

    r: float
    alpha: float
    a: float
    b: float


def buying_log_likelihood(history: Histories, prior: BuyingPrior) -> Floats:
    """Return, by client, the logarithm of the probability of the number of its touches and the latest one's day."""
    x, seen = history.gaps, (history.last - history.first)
    age = seen + history.silence
    r, alpha, a, b = prior.r, prior.alpha, prior.a, prior.b
    common = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - betaln(a, b)
    stayed = betaln(a, b + x) - (r + x) * np.log(alpha + age)
    left = betaln(a + 1, b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + seen)
    total: Floats = common + np.where(x > 0, np.logaddexp(stayed, left), stayed)
    return total


def fit_buying(history: Histories) -> BuyingPrior:
    """Return the prior of greatest likelihood, faintly drawn to the middle so that it always exists."""

    def cost(vector: Floats) -> float:
        pull = 0.5 * float((((vector - _START) / 3) ** 2).sum())
        return (pull - float(buying_log_likelihood(history, _to_prior(vector)).sum())) / max(len(history.client), 1)

    return _to_prior(minimize(cost, _START, method="L-BFGS-B", bounds=_BOUNDS, options={"maxiter": 200}).x)


def buying_silence(history: Histories, prior: BuyingPrior, horizon: Ints | Floats) -> Floats:
    """Return each client's probability of no touch in the next `horizon` days."""
    x, seen = history.gaps, (history.last - history.first)
    age = seen + history.silence
    power = prior.r + x
    odds = np.log(prior.a) - np.log(prior.b + np.maximum(x, 1) - 1)
    odds = odds + power * (np.log(prior.alpha + age) - np.log(prior.alpha + seen))
    alive = np.where(x > 0, expit(-odds), 1.0)
    quiet = np.exp(power * (np.log(prior.alpha + age) - np.log(prior.alpha + age + horizon)))
    silent: Floats = np.clip(1 - alive * (1 - quiet), 0.0, 1.0)
    return silent


def _to_prior(vector: Floats) -> BuyingPrior:
    r, alpha, a, b = np.exp(vector).tolist()
    return BuyingPrior(r=r, alpha=alpha, a=a, b=b)

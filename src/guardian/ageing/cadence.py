"""The model of silence: how long this client's silence may grow before it means something.

BG/LN: the logarithms of a client's gaps are normal around its own mean, N(mu, sigma^2); the means of all clients
are N(m, tau^2), and log sigma is N(log s, omega^2); after each touch a client leaves for good with a probability
that is Beta(a, b) across clients (the drop-out of BG/NBD: Fader, Hardie, Lee 2005, Marketing Science 24(2)). Few
gaps are thus read in the light of everybody's, and a silence is either a long gap or the end. mu is integrated out
exactly, sigma over quadrature nodes.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, ndtr

from guardian.ageing.history import Floats, Histories, Ints, some

SIGMA_NODES = 5
CHUNK = 50_000  # clients looked at together: memory stays the same for a book of any size
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(SIGMA_NODES)
_LOG_WEIGHTS = np.log(_WEIGHTS / _WEIGHTS.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is known of clients in general: m and tau of log days, s and omega of the spread, a and b of leaving."""

    m: float
    tau: float
    s: float
    omega: float
    a: float
    b: float


# Median of the fits to two companies' mail: a gap of 16 days, give or take a factor of three.
MAIL = Prior(m=2.75, tau=1.05, s=1.45, omega=0.19, a=0.09, b=0.30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What a client's gaps and silence say about it; arrays are (clients, nodes) but for `stay`."""

    log_q: Floats  # of the nodes, given the gaps
    centre: Floats  # mean of mu
    spread: Floats  # deviation of the next log gap
    log_evidence: Floats  # (clients,) of the gaps alone
    stay: Floats  # (clients,) probability of not leaving after the latest touch


def posterior(history: Histories, prior: Prior) -> Posterior:
    """Return the posterior of every client given its gaps; the silence does not enter yet."""
    sigma2 = (prior.s * np.exp(prior.omega * _NODES)) ** 2
    tau2 = prior.tau**2
    n, total, square = history.weight[:, None], history.log_gap[:, None], history.log_gap_square[:, None]
    precision = 1 / tau2 + n / sigma2
    centre = (prior.m / tau2 + total / sigma2) / precision
    fit = square / sigma2 + prior.m**2 / tau2 - centre**2 * precision
    log_q = _LOG_WEIGHTS - 0.5 * (n * np.log(2 * np.pi * sigma2) + np.log(tau2 * precision) + fit)
    top = log_q.max(axis=1)
    evidence = top + np.log(np.exp(log_q - top[:, None]).sum(axis=1))
    return Posterior(
        log_q=log_q - evidence[:, None],
        centre=centre,
        spread=np.sqrt(sigma2 + 1 / precision),
        log_evidence=evidence,
        stay=(prior.b + history.gaps) / (prior.a + prior.b + history.gaps),
    )


def survival(post: Posterior, days: Ints | Floats) -> Floats:
    """Return the probability of each client that a gap is longer than so many days (mean over the nodes)."""
    with np.errstate(divide="ignore"):
        log_days = np.log(np.asarray(days, dtype=np.float64))[:, None]
    survived: Floats = (np.exp(post.log_q) * ndtr((post.centre - log_days) / post.spread)).sum(axis=1)
    return survived


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the model expects of each client: its usual gap in days, and the two probabilities."""

    cadence: Floats
    p_silent: Floats
    p_alive: Floats


def outlook(history: Histories, prior: Prior, horizon: Ints | Floats) -> Outlook:
    """Return each client's cadence, its probability of no touch in the next `horizon` days, and of being alive.

    `horizon` is in the unit of the history's days, one value a client.
    """
    ahead = np.broadcast_to(np.asarray(horizon, np.float64), history.client.shape)
    starts = range(0, max(len(ahead), 1), CHUNK)  # at least one, so that nobody makes an empty outlook
    parts = [_outlook(some(history, slice(at, at + CHUNK)), prior, ahead[at : at + CHUNK]) for at in starts]
    return Outlook(
        cadence=np.concatenate([part.cadence for part in parts]),
        p_silent=np.concatenate([part.p_silent for part in parts]),
        p_alive=np.concatenate([part.p_alive for part in parts]),
    )


def _outlook(history: Histories, prior: Prior, horizon: Floats) -> Outlook:
    post = posterior(history, prior)
    still = post.stay * survival(post, history.silence)
    until = post.stay * survival(post, history.silence + horizon)
    either = (1 - post.stay) + still
    return Outlook(
        cadence=np.exp((np.exp(post.log_q) * post.centre).sum(axis=1)),
        p_silent=np.clip(1 - (still - until) / either, 0.0, 1.0),
        p_alive=np.clip(still / either, 0.0, 1.0),
    )


def log_likelihood(history: Histories, prior: Prior) -> Floats:
    """Return, by client, the logarithm of the probability of its gaps and its silence."""
    post = posterior(history, prior)
    either = (1 - post.stay) + post.stay * survival(post, history.silence)
    staying = betaln(prior.a, prior.b + history.gaps) - betaln(prior.a, prior.b)
    total: Floats = post.log_evidence + staying + np.log(either)
    return total

"""How good probabilities of silence were, once it is known who stayed silent."""

from dataclasses import dataclass

import numpy as np

from guardian.ageing.history import Bools, Floats

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Clients of whom about the same was said: the mean of it, and the share that did stay silent."""

    clients: int
    said: float
    came: float


def auc(silent: Bools, p: Floats) -> float:
    """Return the area under the ROC curve, ties counted half; nan where all or none stayed silent."""
    order = np.sort(p[~silent])
    if not len(order) or not silent.any():
        return float("nan")
    below = np.searchsorted(order, p[silent], "left")
    equal = np.searchsorted(order, p[silent], "right") - below
    return float((below + equal / 2).mean() / len(order))


def average_precision(silent: Bools, p: Floats) -> float:
    """Return the mean precision at each silent client; ties share one threshold."""
    levels, place = np.unique(-p, return_inverse=True)
    hits = np.bincount(place, weights=silent, minlength=len(levels))
    precision = np.cumsum(hits) / np.cumsum(np.bincount(place, minlength=len(levels)))
    return float((hits * precision).sum() / hits.sum())


def brier(silent: Bools, p: Floats) -> float:
    """Return the mean squared error."""
    return float(((silent - p) ** 2).mean())


def calibration(silent: Bools, p: Floats) -> tuple[Bin, ...]:
    """Return what was said and what came in ten equally filled bins, from the least to the most likely."""
    parts = np.array_split(np.argsort(p, kind="stable"), BINS)
    return tuple(
        Bin(clients=len(part), said=float(p[part].mean()), came=float(silent[part].mean()))
        for part in parts
        if len(part)
    )


def calibration_error(silent: Bools, p: Floats) -> float:
    """Return the expected calibration error over those bins."""
    bins = calibration(silent, p)
    return sum(one.clients * abs(one.came - one.said) for one in bins) / len(p)

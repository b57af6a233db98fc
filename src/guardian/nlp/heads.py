"""Trained heads as plain numpy: linear ones over hashed n-grams and over named features."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from guardian.nlp.reading import Features

Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[np.generic]]
_FAR = 12.0  # logits are cut here


def sigmoid(logit: float) -> float:
    """Return the probability of a logit."""
    return float(1.0 / (1.0 + np.exp(-np.clip(logit, -_FAR, _FAR))))


def weighted(grams: Features, idf: npt.NDArray[np.generic]) -> Features:
    """Return n-grams weighted by rarity, at unit length."""
    places, weights = grams
    values = weights * idf[places].astype(np.float32)
    norm = float(np.sqrt(values @ values))
    return places, values / np.float32(norm or 1.0)


def linear(grams: Features, weights: npt.NDArray[np.generic], bias: float) -> float:
    """Return the logit of a linear head over hashed n-grams."""
    places, values = grams
    return float(values @ weights[places].astype(np.float32)) + bias


def linear_rows(grams: Features, weights: npt.NDArray[np.generic], bias: Floats) -> Floats:
    """Return the logits of several linear heads (one a row) that share n-grams folded into fewer places."""
    places, values = grams
    folded = places & (weights.shape[1] - 1)
    logits: Floats = weights[:, folded].astype(np.float32, copy=False) @ values + bias
    return logits


def decide(features: dict[str, float], names: Sequence[str], arrays: Arrays, name: str) -> float:
    """Return the logit of the linear decision over named features; absent ones count as 0."""
    row = np.array([features.get(feature, 0.0) for feature in names], dtype=np.float32)
    weights = arrays[f"{name}.weights"].astype(np.float32)
    return float(row @ weights) + float(arrays[f"{name}.bias"].astype(np.float32)[0])

"""Fitting heads: regularised logistic regressions and small networks, always the same for one seed."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from guardian.domain.errors import UserError
from guardian.nlp.heads import Arrays, Floats
from guardian.nlp.ngrams import SIZE, Features
from guardian.nlp.phrases import Keys, Phrases

Labels = npt.NDArray[np.bool_]
Classes = npt.NDArray[np.int64]
_HIDDEN = 48
_FEWEST_TEXTS = 2


def require_learner() -> None:
    """Raise UserError unless scikit-learn is installed."""
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise UserError("Training needs scikit-learn: install client-guardian[train].") from error


def matrix(rows: Sequence[Features], size: int = SIZE) -> Any:
    """Return n-gram rows as one sparse matrix, places folded into `size` columns."""
    from scipy import sparse

    ends = np.cumsum([0, *(len(places) for places, _ in rows)])
    places = np.concatenate([places for places, _ in rows]) % size
    values = np.concatenate([values for _, values in rows])
    found = sparse.csr_matrix((values, places, ends), shape=(len(rows), size))
    found.sum_duplicates()
    return found


def rarity(rows: Sequence[Features]) -> npt.NDArray[np.float16]:
    """Return the weight of every place: the logarithm of how few texts have it."""
    counts = np.bincount(np.concatenate([places for places, _ in rows]), minlength=SIZE)
    weights: npt.NDArray[np.float16] = np.log((1 + len(rows)) / (1 + counts)).astype(np.float16)
    return weights


def vocabulary(rows: Sequence[Phrases]) -> tuple[Keys, npt.NDArray[np.float16]]:
    """Return the sorted keys that at least two texts have, and their weights by rarity."""
    keys, counts = np.unique(np.concatenate([keys for keys, _ in rows]), return_counts=True)
    kept = counts >= _FEWEST_TEXTS
    weights: npt.NDArray[np.float16] = np.log((1 + len(rows)) / (1 + counts[kept])).astype(np.float16)
    return keys[kept], weights


def fit_linear(rows: Any, labels: Labels, *, strength: float, seed: int, weights: Floats | None = None) -> Any:
    """Return a fitted binary logistic regression; `strength` is scikit-learn's C."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, solver="liblinear", random_state=seed, max_iter=200)
    return model.fit(rows, labels, sample_weight=weights)


def fit_classes(rows: Any, classes: Classes, count: int, *, strength: float, seed: int) -> tuple[Floats, Floats]:
    """Return (weights, biases), one row a class, of one-against-rest regressions; absent classes score -6."""
    size = rows.shape[1]
    weights, biases = np.zeros((count, size), dtype=np.float32), np.full(count, -6.0, dtype=np.float32)
    for label in range(count):
        chosen = classes == label
        if 0 < chosen.sum() < len(classes):
            model = fit_linear(rows, chosen, strength=strength, seed=seed)
            weights[label], biases[label] = model.coef_[0], model.intercept_[0]
    return weights, biases


def fit_network(vectors: Floats, classes: Classes, count: int, *, rounds: int, seed: int, weights: Floats) -> Arrays:
    """Return the arrays w1, b1, w2, b2 of a one-layer network with `count` outputs (1 for yes or no)."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        (_HIDDEN,), alpha=0.01, max_iter=rounds, learning_rate_init=2e-3, batch_size=128, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # stopping early is meant
        model.fit(vectors, classes, sample_weight=weights)
    second, second_bias = model.coefs_[1], model.intercepts_[1]
    if count > 1:
        second, second_bias = _all_classes(model.classes_, second, second_bias, count)
    arrays = {"w1": model.coefs_[0], "b1": model.intercepts_[0], "w2": second, "b2": second_bias}
    return {key: np.asarray(value, dtype=np.float32) for key, value in arrays.items()}


def _all_classes(present: Any, second: Any, bias: Any, count: int) -> tuple[Any, Any]:
    """Give classes that did not occur a place of their own, far below the others."""
    if len(present) == 2:  # scikit-learn keeps one output for two classes
        second, bias = np.concatenate([-second, second], axis=1) / 2, np.concatenate([-bias, bias]) / 2
    wide, wide_bias = np.zeros((second.shape[0], count)), np.full(count, -6.0)
    wide[:, present], wide_bias[present] = second, bias
    return wide, wide_bias

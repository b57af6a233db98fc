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


def test_rows_that_count_for_nothing_teach_nothing() -> None:
    signals, silent = lessons(1000, [1.0, 0.8])
    other, noise = lessons(1000, [1.0, -3.0], seed=5)
    weight = np.concatenate([np.ones(1000), np.zeros(1000)])
    # Signals are measured by the spread of all rows, which these two share.
    plain = learn(np.concatenate([signals, other]), np.concatenate([silent, silent[::-1]]), weight)
    mixed = learn(np.concatenate([signals, other]), np.concatenate([silent, noise]), weight)
    assert plain is not None
    assert mixed is not None
    assert mixed.weights == pytest.approx(plain.weights, abs=1e-3)
    assert mixed.weights[1] > 0.5


def test_the_more_lessons_the_more_the_blend_is_heard() -> None:
    blends = [learn(*lessons(rows, [1.0, 0.8])) for rows in (500, 1000, 100_000)]
    trust = [blend.trust for blend in blends if blend is not None]
    assert trust == pytest.approx([0.8 / 3, 0.4, 0.792], abs=1e-3)

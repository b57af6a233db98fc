"""The blend believes the cadence model until the past proves otherwise; the threshold spares those who come back."""

import numpy as np
import pytest
from scipy.special import expit

from guardian.ageing.blend import FEWEST_OF_EACH, FEWEST_ROWS, learn
from guardian.ageing.cadence import MAIL, outlook
from guardian.ageing.history import touch_days
from guardian.ageing.silence import moment_of
from guardian.ageing.threshold import FEWEST_RETURNED, alive_threshold


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


def test_the_threshold_would_have_flagged_seven_in_a_hundred_of_those_who_came_back() -> None:
    rng = np.random.default_rng(6)
    client = np.repeat(np.arange(1000), 30)
    day = np.concatenate([np.cumsum(1 + rng.geometric(1 / rng.uniform(5, 30), 30)) for _ in range(1000)])
    kept = day <= 300
    days = touch_days(client[kept], client[kept] * 0, day[kept], day[kept] > 0)
    now = moment_of(days, 300)
    horizon = np.full(len(now.history.client), 60)
    found = alive_threshold(now, MAIL, horizon, false_alarms=0.07, start=0.5)
    then = moment_of(days, 240)
    back = np.isin(then.history.client, client[(day > 240) & (day <= 300)]) & (then.history.gaps >= 2)
    alive = outlook(then.history, MAIL, np.full(len(back), 60)).p_alive[back]
    assert back.sum() >= FEWEST_RETURNED
    assert (alive <= found).mean() == pytest.approx(0.07, abs=0.01)
    few = moment_of(touch_days(client[:900], client[:900] * 0, day[:900], day[:900] > 0), 300)
    assert alive_threshold(few, MAIL, horizon[: len(few.history.client)], false_alarms=0.07, start=0.5) == 0.5

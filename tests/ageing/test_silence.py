"""The public function: bare touches in, probabilities out."""

import csv
import gzip
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.ageing import silence_probability
from guardian.ageing.signals import NAMES

Arrays = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.bool_]]
TOUCHES = st.lists(
    st.tuples(st.integers(-5, 8), st.integers(0, 3), st.integers(-50, 100), st.booleans()), max_size=40
)
ROOT = Path(__file__).parents[2]
CDNOW = ROOT / ".." / "shared" / "events" / "cdnow.csv.gz"


def arrays(touches: list[tuple[int, int, int, bool]]) -> Arrays:
    table = np.array(touches, np.int64).reshape(-1, 4)
    return table[:, 0], table[:, 1], table[:, 2].astype(np.int32), table[:, 3] > 0


@settings(max_examples=15, deadline=None)  # every example fits two models; a busy machine takes its time
@given(TOUCHES, st.integers(-60, 110), st.integers(1, 200))
def test_every_client_seen_gets_one_probability(
    touches: list[tuple[int, int, int, bool]], as_of: int, horizon: int
) -> None:
    clients, silent = silence_probability(*arrays(touches), as_of=as_of, horizon_days=horizon)
    assert clients.tolist() == sorted({client for client, _, day, _ in touches if day <= as_of})
    assert silent.shape == clients.shape
    assert bool(((silent >= 0) & (silent <= 1)).all())


@settings(max_examples=15, deadline=None)  # every example fits two models; a busy machine takes its time
@given(TOUCHES, st.integers(0, 80), st.randoms())
def test_order_repeats_and_the_future_change_nothing(
    touches: list[tuple[int, int, int, bool]], as_of: int, random: object
) -> None:
    plain = silence_probability(*arrays(touches), as_of=as_of, horizon_days=30)
    known = [touch for touch in touches if touch[2] <= as_of]
    other = [*known, *known[::2], (3, 1, as_of + 1, True), (99, 1, as_of + 7, True)]
    random.shuffle(other)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    again = silence_probability(*arrays(other), as_of=as_of, horizon_days=30)
    assert np.array_equal(plain[0], again[0])
    assert np.array_equal(plain[1], again[1])


def test_a_horizon_may_differ_by_client() -> None:
    touches = arrays([(client, 1, day, True) for client in (7, 3, 5) for day in (0, 10, 25)])
    _, same = silence_probability(*touches, as_of=30, horizon_days=20)
    clients, own = silence_probability(*touches, as_of=30, horizon_days=np.array([20, 5, 90]))
    assert clients.tolist() == [3, 5, 7]
    assert own[0] == same[0]
    assert own[2] < same[0] < own[1]


def test_a_client_of_the_future_is_left_out_with_its_horizon() -> None:
    touches = arrays([(1, 1, 0, True), (1, 1, 9, True), (2, 1, 50, True), (3, 1, 5, True)])
    clients, some = silence_probability(*touches, as_of=10, horizon_days=np.array([20, 1, 40]))
    _, same = silence_probability(*touches, as_of=10, horizon_days=np.array([20, 40]))
    assert clients.tolist() == [1, 3]
    assert np.array_equal(some, same)


@pytest.mark.parametrize("horizon", [0, -3, np.array([5, 0]), np.array([1, 2, 3])])
def test_a_horizon_that_makes_no_sense_is_refused(horizon: int | npt.NDArray[np.int64]) -> None:
    with pytest.raises(ValueError, match="horizon"):
        silence_probability(*arrays([(1, 1, 0, True), (2, 1, 0, True)]), as_of=1, horizon_days=horizon)


def test_arrays_that_are_not_parallel_are_refused() -> None:
    client, rep, day, inbound = arrays([(1, 1, 0, True), (2, 1, 0, True)])
    with pytest.raises(ValueError, match="length"):
        silence_probability(client, rep[:1], day, inbound, as_of=1, horizon_days=3)


def company(clients: int = 700, days: int = 500, seed: int = 2) -> Arrays:
    """Return the touches of clients of very different cadence, a third of whom leave for good."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, int, bool]] = []
    for client in range(clients):
        cadence, day = float(np.exp(rng.normal(2.3, 0.7))), int(rng.integers(0, 60))
        leaves = int(rng.integers(0, 3 * days))
        while day < min(days, leaves):
            rows.append((client, client % 9, day, bool(rng.random() < 0.5)))
            day += max(1, round(cadence * float(np.exp(rng.normal(0, 0.6)))))
    return arrays(rows)


def test_on_enough_past_the_blend_knows_who_will_be_silent() -> None:
    auc = runpy.run_path(str(ROOT / "benchmarks" / "ageing.py"))["auc"]
    touches = company()
    clients, silent = silence_probability(*touches, as_of=400, horizon_days=30)
    ahead = (touches[2] > 400) & (touches[2] <= 430)
    truth = ~np.isin(clients, touches[0][ahead])
    last = np.full(int(clients.max()) + 1, -1)
    seen = touches[2] <= 400
    np.maximum.at(last, touches[0][seen], touches[2][seen])
    assert auc(truth, silent) > auc(truth, (400 - last[clients]).astype(float)) + 0.01
    assert abs(truth.mean() - silent.mean()) < 0.03


def test_lessons_about_the_long_silent_count_a_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[npt.NDArray[np.float64]] = []

    def listen(
        signals: npt.NDArray[np.float64], silent: npt.NDArray[np.bool_], weight: npt.NDArray[np.float64]
    ) -> None:
        beyond = signals[:, NAMES.index("silence against horizon")] > np.log(31 / 30)
        assert (weight == np.where(beyond, 0.25, 1.0)).all()
        seen.append(weight)

    monkeypatch.setattr("guardian.ageing.silence.learn", listen)
    silence_probability(*company(300), as_of=400, horizon_days=30)
    assert set(seen[0]) == {0.25, 1.0}


def test_the_answer_repeats_to_the_last_digit() -> None:
    touches = company(300)
    once, twice = (silence_probability(*touches, as_of=400, horizon_days=30)[1] for _ in range(2))
    assert np.array_equal(once, twice)


def test_importing_ageing_loads_neither_numpy_nor_scipy() -> None:
    code = "import sys, guardian.ageing; print('numpy' in sys.modules, 'scipy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT / "src")
    assert run.stdout.split() == ["False", "False"]


@pytest.mark.skipif(not CDNOW.exists(), reason="the CD buyers' history is not beside the checkout")
def test_cd_buyers_of_39_weeks_are_foretold_for_39_more() -> None:
    measures = runpy.run_path(str(ROOT / "benchmarks" / "ageing.py"))
    with gzip.open(CDNOW, "rt", encoding="utf-8", newline="") as file:
        rows = [(int(row["unit"]), 0, int(row["day"]), True) for row in csv.DictReader(file)]
    touches = arrays(rows)
    clients, silent = silence_probability(*touches, as_of=272, horizon_days=273)
    ahead = (touches[2] > 272) & (touches[2] <= 545)
    truth = ~np.isin(clients, touches[0][ahead])
    assert len(clients) == 23_570
    assert measures["average_precision"](truth, silent) >= 0.848
    assert measures["calibration_error"](truth, silent) <= 0.03

"""The model of silence against its own definition, worked out the slow way."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from guardian.ageing import cadence
from guardian.ageing.cadence import MAIL, Prior, log_likelihood, outlook
from guardian.ageing.fit import fit_prior
from guardian.ageing.history import HALF_LIFE_GAPS, Histories, histories, touch_days

DAYS = st.lists(st.integers(0, 400), min_size=1, max_size=25, unique=True)
PRIORS = st.builds(
    Prior,
    m=st.floats(0.5, 5),
    tau=st.floats(0.2, 2),
    s=st.floats(0.3, 2.5),
    omega=st.floats(0.05, 0.8),
    a=st.floats(0.01, 3),
    b=st.floats(0.05, 3),
)


def history(days: list[int], silence: int) -> Histories:
    day = np.array(days, np.int64)
    one = np.ones(len(day), np.int64)
    return histories(touch_days(one, one, day, one.astype(bool)), as_of=int(day.max()) + silence)


def slowly(days: list[int], silence: float, horizon: float, prior: Prior) -> tuple[float, float, float]:
    """Return cadence, p_silent and p_alive by summing over a fine grid of mu and sigma."""
    gaps = np.diff(np.sort(days))
    weights = 0.5 ** (np.arange(len(gaps))[::-1] / HALF_LIFE_GAPS)
    mu = np.linspace(prior.m - 9 * prior.tau, prior.m + 9 * prior.tau, 4001)[:, None]
    z = np.linspace(-6, 6, 401)[None, :]
    sigma = prior.s * np.exp(prior.omega * z)
    log_q = -0.5 * ((mu - prior.m) / prior.tau) ** 2 - 0.5 * z**2
    for weight, gap in zip(weights, np.log(gaps), strict=True):
        log_q = log_q - weight * (np.log(sigma) + 0.5 * ((gap - mu) / sigma) ** 2)
    q = np.exp(log_q - log_q.max())
    q /= q.sum()

    def survival(days: float) -> float:
        return float((q * ndtr((mu - np.log(days)) / sigma)).sum()) if days > 0 else 1.0

    leave = prior.a / (prior.a + prior.b + len(gaps))
    still = (1 - leave) * survival(silence)
    later = (1 - leave) * survival(silence + horizon)
    return float(np.exp((q * mu).sum())), 1 - (still - later) / (leave + still), still / (leave + still)


@pytest.mark.parametrize("days", [[0], [0, 12], [0, 12, 24, 36, 48], [0, 1, 2, 90, 91, 300], list(range(0, 400, 13))])
@pytest.mark.parametrize(("silence", "horizon"), [(0, 30), (41, 30), (200, 90)])
def test_the_quick_sum_is_the_integral(days: list[int], silence: int, horizon: int) -> None:
    quick = outlook(history(days, silence), MAIL, np.array([horizon]))
    cadence, p_silent, p_alive = slowly(days, silence, horizon, MAIL)
    assert quick.cadence[0] == pytest.approx(cadence, rel=2e-3)
    assert quick.p_silent[0] == pytest.approx(p_silent, abs=2e-3)
    assert quick.p_alive[0] == pytest.approx(p_alive, abs=2e-3)


@settings(max_examples=80)
@given(DAYS, PRIORS, st.integers(0, 500), st.integers(1, 400))
def test_probabilities_are_probabilities(days: list[int], prior: Prior, silence: int, horizon: int) -> None:
    said = outlook(history(days, silence), prior, np.array([horizon]))
    assert 0 <= said.p_silent[0] <= 1
    assert 0 <= said.p_alive[0] <= 1
    assert said.cadence[0] > 0
    assert np.isfinite(log_likelihood(history(days, silence), prior)[0])


@settings(max_examples=80)
@given(DAYS, PRIORS, st.integers(0, 500), st.integers(1, 100))
def test_more_silence_never_makes_a_client_more_alive(days: list[int], prior: Prior, silence: int, more: int) -> None:
    now = outlook(history(days, silence), prior, np.array([30])).p_alive[0]
    later = outlook(history(days, silence + more), prior, np.array([30])).p_alive[0]
    assert later <= now + 1e-9


@settings(max_examples=80)
@given(DAYS, PRIORS, st.integers(0, 500), st.integers(1, 100), st.integers(1, 100))
def test_a_longer_horizon_never_makes_silence_likelier(
    days: list[int], prior: Prior, silence: int, horizon: int, more: int
) -> None:
    short = outlook(history(days, silence), prior, np.array([horizon])).p_silent[0]
    long = outlook(history(days, silence), prior, np.array([horizon + more])).p_silent[0]
    assert long <= short + 1e-9


@settings(max_examples=80)
@given(DAYS, PRIORS, st.integers(0, 500), st.integers(1, 100))
def test_silent_for_good_is_part_of_silent(days: list[int], prior: Prior, silence: int, horizon: int) -> None:
    said = outlook(history(days, silence), prior, np.array([horizon]))
    assert said.p_silent[0] >= 1 - said.p_alive[0] - 1e-9


def test_within_the_first_days_a_silence_may_even_speak_for_a_touch_soon() -> None:
    # P(silent) itself need not rise day by day: a regular client is due soonest just before his usual gap is over.
    regular = Prior(m=2.5, tau=0.1, s=0.2, omega=0.05, a=0.01, b=5.0)
    days = list(range(0, 240, 12))
    just_seen, due = (outlook(history(days, silence), regular, np.array([5])).p_silent[0] for silence in (0, 10))
    assert due < just_seen


def test_the_same_silence_means_more_in_a_frequent_client() -> None:
    often = outlook(history(list(range(0, 200, 5)), 60), MAIL, np.array([30]))
    seldom = outlook(history(list(range(0, 200, 50)), 60), MAIL, np.array([30]))
    assert often.p_alive[0] < seldom.p_alive[0]
    assert often.cadence[0] < seldom.cadence[0]


def drawn(truth: Prior, clients: int, seed: int = 3) -> Histories:
    """Return the histories of clients who behave exactly as the model says, watched for two years."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int]] = []
    for client in range(clients):
        mu, sigma = rng.normal(truth.m, truth.tau), truth.s * np.exp(rng.normal(0, truth.omega))
        leave, day = rng.beta(truth.a, truth.b), float(rng.integers(0, 300))
        while day <= 730:
            rows.append((client, int(day)))
            if rng.random() < leave:
                break
            day += np.ceil(np.exp(rng.normal(mu, sigma)))
    client_ids, days = np.array(rows, np.int64).T
    return histories(touch_days(client_ids, client_ids * 0, days, days >= 0), as_of=730)


def test_a_fit_finds_what_made_the_histories() -> None:
    truth = Prior(m=3.0, tau=0.8, s=0.9, omega=0.2, a=0.3, b=1.5)
    found = fit_prior(drawn(truth, 1500))
    assert found.m == pytest.approx(truth.m, abs=0.15)
    assert found.tau == pytest.approx(truth.tau, rel=0.15)
    assert found.s == pytest.approx(truth.s, rel=0.15)
    assert found.a / (found.a + found.b) == pytest.approx(truth.a / (truth.a + truth.b), abs=0.05)


def test_a_fit_repeats_to_the_last_digit() -> None:
    some = drawn(MAIL, 300)
    assert fit_prior(some) == fit_prior(some)


def test_few_clients_leave_the_prior_as_it_is() -> None:
    assert fit_prior(history([0, 5, 9], 3)) == MAIL


def test_looking_at_clients_in_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    one = np.repeat(np.arange(7, dtype=np.int64), 4)
    day = np.tile(np.array([0, 3, 11, 20], np.int64), 7) * (1 + one)
    many = histories(touch_days(one, one, day, one >= 0), as_of=200)
    ahead = np.arange(10, 80, 10)
    whole = outlook(many, MAIL, ahead)
    monkeypatch.setattr(cadence, "CHUNK", 3)
    parts = outlook(many, MAIL, ahead)
    for name in ("cadence", "p_silent", "p_alive"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))
        assert len(np.unique(getattr(whole, name))) == 7


def test_a_book_of_much_alike_clients_does_not_make_everybody_alike() -> None:
    one = np.repeat(np.arange(60, dtype=np.int64), 20)
    day = np.tile(np.arange(20, dtype=np.int64) * 14, 60)
    found = fit_prior(histories(touch_days(one, one, day, one >= 0), as_of=280))
    assert found.tau == pytest.approx(0.5, abs=0.01)

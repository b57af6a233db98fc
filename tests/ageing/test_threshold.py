"""Thresholds spare those who come back: each lane flags the share of them that it may, and no more."""

from dataclasses import replace

import numpy as np
import pytest

from guardian.ageing.cadence import MAIL, outlook
from guardian.ageing.case import Case, Contacted, Facts
from guardian.ageing.history import Ints, TouchDays, touch_days
from guardian.ageing.lanes import (
    Thresholds,
    Watch,
    beyond,
    flagged,
    gone,
    gone_early,
    out_of_rhythm,
    some_watched,
    watch,
)
from guardian.ageing.policy import AgeingPolicy
from guardian.ageing.silence import moment_of
from guardian.ageing.states import stand
from guardian.ageing.threshold import FEWEST_RETURNED, choose, thresholds
from guardian.domain.standing import State

POLICY = AgeingPolicy()


def a_book(clients: int = 1000, until: int = 300) -> TouchDays:
    """Return clients of very different cadence, all of whom keep coming back."""
    rng = np.random.default_rng(6)
    client = np.repeat(np.arange(clients), 60)
    day = np.concatenate([np.cumsum(1 + rng.geometric(1 / rng.uniform(3, 40), 60)) for _ in range(clients)])
    kept = day <= until
    return touch_days(client[kept], client[kept] * 0, day[kept], day[kept] > 0)


def a_watch(days: TouchDays, as_of: int) -> Watch:
    now = moment_of(days, as_of)
    return watch(now, MAIL, outlook(now.history, MAIL, ones(len(now.history.client))))


def ones(count: int) -> Ints:
    return np.ones(count, np.int64)


@pytest.fixture(scope="module")
def returned() -> Watch:
    days = a_book()
    seen = [a_watch(days, as_of) for as_of in (200, 220, 240)]
    whole = Watch(**{name: np.concatenate([getattr(one, name) for one in seen]) for name in Watch.__slots__})
    return some_watched(whole, whole.touch_days >= 3)


def test_the_model_flags_the_share_that_it_may_and_the_ceiling_fills_the_rest(returned: Watch) -> None:
    found = choose(returned, POLICY, learnt_from=7)
    assert found.learnt_from == 7
    assert found.ceiling is not None
    early = gone_early(returned, found.early) | out_of_rhythm(returned)
    model = early | gone(returned, found.alive)
    assert early.mean() == pytest.approx(POLICY.false_alarms_early, abs=0.002)
    assert model.mean() == pytest.approx(POLICY.false_alarms, abs=0.002)
    everything = model | beyond(returned, found.ceiling)
    assert POLICY.false_alarms_in_all - 0.02 <= everything.mean() <= POLICY.false_alarms_in_all


def test_a_lane_that_has_used_up_its_share_leaves_nothing_to_the_next(returned: Watch) -> None:
    steady = replace(returned, spread=returned.spread * 0, silence=returned.silence + 200)
    assert out_of_rhythm(steady).mean() > POLICY.false_alarms_in_all
    found = choose(steady, POLICY, learnt_from=7)
    assert (found.early, found.alive) == (0.0, 0.0)
    assert found.ceiling == int(steady.silence[~out_of_rhythm(steady)].max())


def test_a_book_learns_its_thresholds_from_who_came_back() -> None:
    days = a_book()
    now = moment_of(days, 300)
    found = thresholds(now, MAIL, np.full(len(now.history.client), 40), POLICY)
    assert found.learnt_from >= 900
    assert 0 < found.early <= 0.99
    assert found.ceiling is not None
    assert 28 <= found.ceiling < POLICY.ceiling_days


def test_a_small_book_keeps_the_thresholds_of_a_new_one() -> None:
    now = moment_of(a_book(FEWEST_RETURNED - 1), 300)
    assert thresholds(now, MAIL, np.full(len(now.history.client), 40), POLICY) == Thresholds(alive=0.65)
    assert thresholds(moment_of(a_book(), 0), MAIL, ones(0), POLICY) == Thresholds(alive=0.65)


def test_nobody_is_silent_beyond_the_ceiling_that_was_set_whatever_was_learnt(returned: Watch) -> None:
    at = Thresholds(alive=0.0, ceiling=200, learnt_from=7)
    long = replace(returned, silence=returned.silence * 0 + 91, returned_from=returned.returned_from * 0)
    assert flagged(long, at, most_days=90)["ceiling"].all()
    assert not flagged(long, at, most_days=91)["ceiling"].any()


@pytest.mark.parametrize("at", [Thresholds(alive=0.65), Thresholds(alive=0.8, early=0.9, ceiling=40, learnt_from=7)])
def test_the_lanes_flag_all_at_once_whom_the_rules_flag_one_by_one(at: Thresholds) -> None:
    seen = a_watch(a_book(300, until=150), 190)
    flags = np.logical_or.reduce(list(flagged(seen, at, most_days=POLICY.ceiling_days).values()))
    assert 20 < flags.sum() < len(flags) - 20
    for place in range(len(flags)):
        touched = Contacted(
            touch_days=int(seen.touch_days[place]),
            silent_days=int(seen.silence[place]),
            cadence=float(seen.cadence[place]),
            p_silent=0.5,
            p_alive=float(seen.alive[place]),
            alive_early=float(seen.alive_early[place]),
            spread=float(seen.spread[place]),
            returned_from=int(seen.returned_from[place]),
        )
        facts = Facts(has_owner=True, contacts=1)
        state, _ = stand(Case(facts=facts, touched=touched, policy=POLICY, at=at))
        assert (state in (State.AT_RISK, State.DORMANT, State.LOST)) == bool(flags[place])

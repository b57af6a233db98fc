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


def test_neither_those_silent_for_ages_nor_strangers_teach_anything() -> None:
    days = a_book(300)
    client, day = days.client[days.row], days.day
    ages, strangers = np.arange(2000, 2300), np.arange(3000, 3300)
    more_client = np.concatenate([client, *([ages] * 4), *([strangers] * 2)])
    spans = [ages * 0, ages * 0 + 1, ages * 0 + 2, ages * 0 + 265, strangers * 0 + 175, strangers * 0 + 265]
    more_day = np.concatenate([day, *spans])
    more = touch_days(more_client, more_client * 0, more_day, more_day >= 0)

    def learnt(book: TouchDays) -> Thresholds:
        now = moment_of(book, 300)
        return thresholds(now, MAIL, np.full(len(now.history.client), 40), POLICY)

    assert learnt(days).learnt_from > 200
    assert learnt(more) == learnt(days)


def test_whoever_has_earned_patience_does_not_raise_the_ceiling(returned: Watch) -> None:
    patient = replace(returned, returned_from=returned.silence, alive=returned.alive * 0 + 1)
    assert choose(patient, POLICY, learnt_from=7).ceiling == 28
    impatient = replace(patient, returned_from=returned.silence * 0)
    assert choose(impatient, POLICY, learnt_from=7).ceiling == pytest.approx(
        np.quantile(returned.silence, 1 - POLICY.false_alarms_in_all), abs=1
    )


def test_early_is_what_the_model_said_when_the_silence_was_a_month_old() -> None:
    days = a_book(50, until=150)
    month, later = a_watch(days, int(days.day.max()) + 30), a_watch(days, int(days.day.max()) + 90)
    just = month.silence == 30
    assert just.any()
    assert later.alive_early[just] == pytest.approx(month.alive[just])
    assert (later.alive[just] < later.alive_early[just]).all()
    slow = replace(later, cadence=later.cadence * 0 + 30.5, alive_early=later.alive * 0)
    assert not gone_early(slow, 0.9).any(), "nobody is given up within a month who speaks less often than that"
    assert gone_early(replace(slow, cadence=slow.cadence - 1), 0.9)[just & (later.touch_days >= 3)].all()


def test_leniency_moves_both_chances_and_never_the_ceiling() -> None:
    at = Thresholds(alive=0.6, early=0.8, ceiling=50, learnt_from=7)
    assert at.lenient(0.5) == Thresholds(alive=0.3, early=0.4, ceiling=50, learnt_from=7)

"""What the book's own past changes in the states: sooner, never later, and never for clients without a past."""

from dataclasses import replace

import pytest

from guardian.ageing.case import Case
from guardian.ageing.lanes import STEADY
from guardian.ageing.states import stand
from guardian.domain.standing import State, WhyCode
from tests.ageing.test_states import case, codes


def learnt(one: Case, **thresholds: object) -> Case:
    return replace(one, at=replace(one.at, **thresholds))  # type: ignore[arg-type]  # figures are named freely


def test_only_the_steady_have_a_rhythm() -> None:
    far = {"silent_days": 41, "returned_from": 12, "touch_days": 20, "p_alive": 0.95}
    assert stand(case(spread=STEADY, **far))[0] is State.AT_RISK
    assert stand(case(spread=STEADY + 0.01, **far))[0] is State.HEALTHY


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"silent_days": 20, "alive_early": 0.8}, State.AT_RISK),
        ({"silent_days": 20, "alive_early": 0.81}, State.HEALTHY),
        ({"silent_days": 70, "alive_early": 0.8}, State.AT_RISK),
        ({"silent_days": 20, "alive_early": 0.8, "cadence": 20.0}, State.HEALTHY),
        ({"silent_days": 70, "alive_early": 0.8, "cadence": 30.0}, State.HEALTHY),
        ({"silent_days": 20, "alive_early": 0.8, "touch_days": 2}, State.NEW),
    ],
)
def test_who_was_given_up_within_a_month_is_at_risk_until_touched(facts: dict[str, object], state: State) -> None:
    assert stand(learnt(case(p_alive=0.7, **facts), early=0.8))[0] is state


def test_a_new_book_gives_nobody_up_early() -> None:
    assert stand(case(silent_days=20, p_alive=0.7, alive_early=0.01))[0] is State.HEALTHY


@pytest.mark.parametrize(
    ("ceiling", "facts", "state"),
    [
        (45, {"silent_days": 46}, State.AT_RISK),
        (45, {"silent_days": 45}, State.HEALTHY),
        (45, {"silent_days": 46, "touch_days": 2}, State.NEW),
        (45, {"silent_days": 59, "returned_from": 50}, State.HEALTHY),
        (45, {"silent_days": 61, "returned_from": 50}, State.AT_RISK),
        (200, {"silent_days": 91}, State.AT_RISK),
        (200, {"silent_days": 90}, State.HEALTHY),
    ],
)
def test_the_books_own_past_brings_the_ceiling_forward_and_never_puts_it_off(
    ceiling: int, facts: dict[str, object], state: State
) -> None:
    found, reasons = stand(learnt(case(spread=9.0, **facts), ceiling=ceiling))
    assert found is state
    assert (WhyCode.SILENT_BEYOND_CEILING in codes(reasons)) == (state is State.AT_RISK)


def test_a_ceiling_that_the_past_brought_forward_is_the_one_that_is_told() -> None:
    _, (why,) = stand(learnt(case(silent_days=46), ceiling=45))
    assert why.figures == (("silent_days", 46.0), ("ceiling_days", 45.0))


def test_nobody_is_dormant_before_the_ceiling_that_was_set() -> None:
    gone = {"p_alive": 0.1, "alive_before": 0.2}
    assert stand(learnt(case(silent_days=90, **gone), ceiling=45))[0] is State.AT_RISK
    assert stand(learnt(case(silent_days=91, **gone), ceiling=45))[0] is State.DORMANT


def test_a_chance_that_would_calm_goes_unsaid() -> None:
    assert codes(stand(case(silent_days=41, p_alive=0.75, threshold=0.9))[1]) == {
        WhyCode.SILENT_BEYOND_CADENCE,
        WhyCode.PROBABLY_GONE,
    }
    assert codes(stand(case(silent_days=41, p_alive=0.76, threshold=0.9))[1]) == {WhyCode.SILENT_BEYOND_CADENCE}


def test_a_client_with_few_touches_has_the_ceiling_that_was_set() -> None:
    _, (why,) = stand(learnt(case(silent_days=91, touch_days=2), ceiling=45))
    assert why.figures == (("silent_days", 91.0), ("ceiling_days", 90.0))


def test_whoever_was_given_up_early_does_not_leave_for_a_hair_of_the_threshold() -> None:
    hair = learnt(case(silent_days=20, p_alive=0.8, alive_early=0.85), early=0.8)
    assert stand(hair)[0] is not State.AT_RISK
    assert stand(replace(hair, was=State.AT_RISK))[0] is State.AT_RISK
    new = learnt(case(silent_days=20, p_alive=0.8, alive_early=0.05), early=0.0)
    assert stand(replace(new, was=State.AT_RISK))[0] is State.HEALTHY

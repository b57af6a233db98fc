"""Whom to look after first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardian.ageing import urgency
from guardian.domain.standing import Assessment, State

ONE = Assessment(
    client_id=1,
    state=State.AT_RISK,
    reasons=(),
    last_touch=None,
    last_inbound=None,
    cadence_days=12.0,
    silent_days=41,
    p_silent=0.5,
    p_alive=0.5,
)


@pytest.mark.parametrize("state", [state for state in State if state not in (State.ANGRY, State.INDIFFERENT)])
@pytest.mark.parametrize("complaint", [State.ANGRY, State.INDIFFERENT])
def test_no_worth_hides_a_complaint(complaint: State, state: State) -> None:
    poor, rich = replace(ONE, state=complaint, p_silent=0.01), replace(ONE, state=state, p_silent=1.0)
    assert urgency(poor, 1.0) < urgency(rich, 1e9)


def test_the_likelier_silence_comes_first() -> None:
    assert urgency(replace(ONE, p_silent=0.6), 100.0) < urgency(ONE, 100.0)


def test_four_times_the_worth_makes_up_for_half_the_probability() -> None:
    assert urgency(replace(ONE, p_silent=0.25), 400.0)[:2] == pytest.approx(urgency(ONE, 100.0)[:2])


def test_what_can_still_be_mended_comes_first() -> None:
    mended = [State.ANGRY, State.INDIFFERENT, State.AT_RISK, State.COOLING, State.DORMANT, State.LOST]
    assert sorted(mended, key=lambda state: urgency(replace(ONE, state=state), 1.0)) == mended


def test_nobody_is_worth_more_than_ten_typical_clients() -> None:
    assert urgency(ONE, 1001.0, typical=100.0) == urgency(ONE, 1000.0, typical=100.0)
    assert urgency(ONE, 999.0, typical=100.0) > urgency(ONE, 1000.0, typical=100.0)


def test_a_client_of_unknown_worth_counts_as_a_typical_one() -> None:
    assert urgency(ONE, None, typical=100.0) == urgency(ONE, 100.0, typical=100.0)
    assert urgency(ONE, None) == urgency(ONE, 1.0)


@given(st.sampled_from(State), st.floats(-1e12, 1e12) | st.none(), st.floats(1, 1e9) | st.none())
def test_every_client_has_a_place_and_no_two_share_it(
    state: State, value: float | None, typical: float | None
) -> None:
    key = urgency(replace(ONE, state=state), value, typical=typical)
    assert key != urgency(replace(ONE, state=state, client_id=2), value, typical=typical)
    assert urgency(replace(ONE, state=state, p_silent=None), value, typical=typical)[0] == key[0]


def test_every_state_has_its_place_and_equals_keep_the_order_of_their_ids() -> None:
    assert len({urgency(replace(ONE, state=state)) for state in State}) == len(State)
    assert urgency(replace(ONE, p_silent=None)) < urgency(replace(ONE, p_silent=None, client_id=2))

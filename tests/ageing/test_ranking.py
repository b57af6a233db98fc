"""Who comes first."""

from itertools import pairwise

from guardian.ageing import urgency
from guardian.domain.standing import Assessment, State


def standing(state: State, p_silent: float | None = 0.5, client: int = 1) -> Assessment:
    return Assessment(
        client_id=client,
        state=state,
        reasons=(),
        last_touch=None,
        last_inbound=None,
        cadence_days=None,
        silent_days=None,
        p_silent=p_silent,
        p_alive=None,
    )


def test_every_state_has_its_place() -> None:
    assert len({urgency(standing(state)) for state in State}) == len(State)


def test_a_complaint_comes_before_any_value() -> None:
    assert urgency(standing(State.INDIFFERENT, 0.01), 1.0) < urgency(standing(State.AT_RISK, 0.99), 1e9)


def test_what_can_be_saved_comes_first() -> None:
    order = [State.ANGRY, State.INDIFFERENT, State.AT_RISK, State.COOLING, State.DORMANT, State.LOST, State.HEALTHY]
    assert all(urgency(standing(one)) < urgency(standing(next_one)) for one, next_one in pairwise(order))


def test_a_likelier_silence_and_a_greater_value_come_first() -> None:
    assert urgency(standing(State.AT_RISK, 0.9)) < urgency(standing(State.AT_RISK, 0.5))
    assert urgency(standing(State.AT_RISK), 40_000.0) < urgency(standing(State.AT_RISK), 10_000.0)


def test_four_times_the_value_is_worth_twice_the_probability() -> None:
    assert urgency(standing(State.AT_RISK, 0.4), 400.0)[1] == urgency(standing(State.AT_RISK, 0.8), 100.0)[1]


def test_equals_keep_the_order_of_their_ids() -> None:
    assert urgency(standing(State.NEW, None, 1)) < urgency(standing(State.NEW, None, 2))

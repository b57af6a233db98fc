"""Every state has a case just inside, one just outside, and gives way to the states before it."""

from dataclasses import replace
from itertools import combinations

import pytest

from guardian.ageing import states
from guardian.ageing.case import Case, Contacted, Facts
from guardian.ageing.lanes import Thresholds
from guardian.ageing.policy import AgeingPolicy
from guardian.ageing.states import stand
from guardian.domain.standing import State, Why, WhyCode

POLICY = AgeingPolicy()
WELL = Contacted(
    touch_days=20,
    silent_days=3,
    cadence=12.0,
    p_silent=0.1,
    p_alive=0.98,
    silent_before=0.1,
    alive_before=0.98,
    era_rate=0.1,
    recent=4,
    before=8,
)
REACHABLE = Facts(has_owner=True, contacts=2)


def case(facts: Facts = REACHABLE, *, threshold: float = 0.6, was: State | None = None, **touched: object) -> Case:
    what = replace(WELL, **touched)  # type: ignore[arg-type]  # figures are named freely
    return Case(facts=facts, touched=what, policy=POLICY, at=Thresholds(alive=threshold), was=was)


def codes(reasons: tuple[Why, ...]) -> set[WhyCode]:
    return {why.code for why in reasons}


NO_OWNER = Facts(has_owner=False, contacts=2)
NO_CONTACT = Facts(has_owner=True, contacts=0)
KEY = Facts(has_owner=True, contacts=2, key=True)

PEACE = Facts(has_owner=True, contacts=2, peace_since=4)
CROWDED = {"unanswered": 3, "since_inbound": 9, "era_rate": 0.1}
FEW = {"touch_days": 2}
LOST = {"silent_days": 366}
DORMANT = {"silent_days": 181}
AT_RISK = {"silent_days": 91}
COOLING = {"silent_days": 14, "p_silent": 0.5, "silent_before": 0.35}

NONE = Facts(has_owner=True, contacts=2, none_since=3)
SNOOZED = Facts(has_owner=True, contacts=2, snoozed_for=12)

INSIDE = [
    (State.NOT_CLIENT, case(NONE), {WhyCode.SAID_NOT_CLIENT}),
    (State.SNOOZED, case(SNOOZED), {WhyCode.SAID_LATER}),
    (State.SNOOZED, replace(case(SNOOZED), touched=None), {WhyCode.SAID_LATER}),
    (State.UNREACHABLE, case(NO_OWNER), {WhyCode.NO_OWNER}),
    (State.UNREACHABLE, case(NO_CONTACT), {WhyCode.NO_CONTACT}),
    (State.OVER_CONTACTED, case(**CROWDED), {WhyCode.UNANSWERED_OUTBOUND}),
    (State.OVER_CONTACTED, case(**CROWDED, silent_days=90), {WhyCode.UNANSWERED_OUTBOUND}),
    (State.OVER_CONTACTED, case(**CROWDED | {"era_rate": 0.0}), {WhyCode.UNANSWERED_OUTBOUND}),
    (State.OVER_CONTACTED, case(week=5), {WhyCode.CROWDED_WEEK}),
    (State.OVER_CONTACTED, case(PEACE), {WhyCode.ASKED_FOR_PEACE}),
    (State.OVER_CONTACTED, replace(case(PEACE), touched=None), {WhyCode.ASKED_FOR_PEACE}),
    (State.NEW, case(**FEW), {WhyCode.FEW_TOUCHES}),
    (State.NEW, replace(case(), touched=None), {WhyCode.NEVER_TOUCHED}),
    (State.LOST, case(**LOST), {WhyCode.SILENT_BEYOND_CEILING}),
    (
        State.LOST,
        case(silent_days=181, p_alive=0.09, alive_before=0.2),
        {WhyCode.SILENT_BEYOND_CADENCE, WhyCode.PROBABLY_GONE},
    ),
    (State.DORMANT, case(**DORMANT), {WhyCode.SILENT_BEYOND_CEILING}),
    (
        State.DORMANT,
        case(silent_days=91, p_alive=0.25, alive_before=0.6),
        {WhyCode.SILENT_BEYOND_CADENCE, WhyCode.PROBABLY_GONE},
    ),
    (State.AT_RISK, case(**AT_RISK), {WhyCode.SILENT_BEYOND_CEILING}),
    (State.AT_RISK, case(KEY, silent_days=61), {WhyCode.SILENT_BEYOND_CEILING}),
    (
        State.AT_RISK,
        case(silent_days=41, p_alive=0.6),
        {WhyCode.SILENT_BEYOND_CADENCE, WhyCode.PROBABLY_GONE},
    ),
    (State.AT_RISK, case(waiting=3, waiting_days=5), {WhyCode.UNANSWERED_INBOUND}),
    (State.COOLING, case(**COOLING), {WhyCode.COOLING_OFF}),
    (State.COOLING, case(recent=1, before=5), {WhyCode.FEWER_TOUCHES}),
    (State.HEALTHY, case(), {WhyCode.ON_TRACK}),
]


@pytest.mark.parametrize(("state", "one", "why"), INSIDE)
def test_a_client_inside_a_state(state: State, one: Case, why: set[WhyCode]) -> None:
    found, reasons = stand(one)
    assert found is state
    assert codes(reasons) == why


OUTSIDE = [
    (State.OVER_CONTACTED, case(**CROWDED | {"unanswered": 2})),
    (State.OVER_CONTACTED, case(**CROWDED | {"since_inbound": 10})),
    (State.OVER_CONTACTED, case(**CROWDED | {"era_rate": None})),
    (State.OVER_CONTACTED, case(**CROWDED, silent_days=91)),
    (State.OVER_CONTACTED, case(KEY, **CROWDED, silent_days=61)),
    (State.OVER_CONTACTED, case(week=4)),
    (State.NEW, case(touch_days=3)),
    (State.NEW, case(touch_days=2, silent_days=91)),
    (State.LOST, case(silent_days=365)),
    (State.LOST, case(silent_days=181, p_alive=0.11, alive_before=0.2)),
    (State.LOST, case(silent_days=90, p_alive=0.01, alive_before=0.2)),
    (State.DORMANT, case(silent_days=180)),
    (State.DORMANT, case(silent_days=91, p_alive=0.26, alive_before=0.6)),
    (State.DORMANT, case(silent_days=91, p_alive=0.25, alive_before=0.61)),
    (State.DORMANT, case(silent_days=91, p_alive=0.25, alive_before=None)),
    (State.AT_RISK, case(silent_days=90)),
    (State.AT_RISK, case(KEY, silent_days=60)),
    (State.AT_RISK, case(silent_days=41, p_alive=0.61)),
    (State.AT_RISK, case(silent_days=11, p_alive=0.1)),
    (State.AT_RISK, case(waiting=2, waiting_days=4)),
    (State.COOLING, case(**COOLING | {"silent_before": 0.36})),
    (State.COOLING, case(**COOLING | {"silent_before": None})),
    (State.COOLING, case(**COOLING | {"silent_days": 13})),
    (State.COOLING, case(**COOLING | {"cadence": 14.0})),
    (State.COOLING, case(recent=1, before=4)),
    (State.COOLING, case(recent=0, before=3)),
    (State.COOLING, case(recent=2, before=8, p_silent=0.1, silent_before=0.1, touch_days=2)),
]


@pytest.mark.parametrize(("state", "one"), OUTSIDE)
def test_a_client_just_outside_a_state(state: State, one: Case) -> None:
    assert stand(one)[0] is not state


ORDER = [
    (State.OVER_CONTACTED, CROWDED),
    (State.NEW, FEW),
    (State.LOST, LOST),
    (State.DORMANT, DORMANT),
    (State.AT_RISK, {"waiting": 3, "waiting_days": 5}),
    (State.COOLING, COOLING),
]


@pytest.mark.parametrize(("later", "facts"), ORDER)
def test_nothing_matters_more_than_that_nobody_can_reach_him(later: State, facts: dict[str, object]) -> None:
    assert stand(case(**facts))[0] is later
    assert stand(case(NO_OWNER, **facts))[0] is State.UNREACHABLE


@pytest.mark.parametrize(("later", "facts"), [*ORDER, (State.UNREACHABLE, {})])
@pytest.mark.parametrize(
    ("word", "aside"), [({"none_since": 0}, State.NOT_CLIENT), ({"snoozed_for": 1}, State.SNOOZED)]
)
def test_the_word_of_a_rep_stands_before_every_other_state(
    later: State, facts: dict[str, object], word: dict[str, int], aside: State
) -> None:
    known = NO_OWNER if later is State.UNREACHABLE else REACHABLE
    assert stand(case(known, **facts))[0] is later
    assert stand(case(replace(known, **word), **facts))[0] is aside


def test_no_client_wins_over_snoozed() -> None:
    assert stand(case(replace(SNOOZED, none_since=0)))[0] is State.NOT_CLIENT


@pytest.mark.parametrize("complaint", [State.ANGRY, State.INDIFFERENT])
def test_an_open_complaint_is_not_put_off(complaint: State, monkeypatch: pytest.MonkeyPatch) -> None:
    def complains(one: Case) -> tuple[Why, ...]:
        return (Why(code=WhyCode.UNANSWERED_INBOUND),) if one.facts.has_owner else ()

    first, second, *others = states._RULES
    monkeypatch.setattr(states, "_RULES", (first, second, (complaint, complains), *others))
    assert stand(case(SNOOZED))[0] is complaint
    assert stand(case(replace(SNOOZED, has_owner=False)))[0] is State.SNOOZED
    assert stand(case(NONE))[0] is State.NOT_CLIENT, "what a rep says to be no client cannot complain"


COMPLAINS = {
    State.ANGRY: {"angry": (Why(code=WhyCode.COMPLAINT_OPEN),)},
    State.INDIFFERENT: {"indifferent": (Why(code=WhyCode.SILENT_AFTER_COMPLAINT),)},
}


@pytest.mark.parametrize("complaint", list(COMPLAINS))
@pytest.mark.parametrize(("later", "facts"), [*ORDER, (State.HEALTHY, {})])
def test_an_open_complaint_stands_before_everything_but_that_nobody_can_reach_him(
    complaint: State, later: State, facts: dict[str, object]
) -> None:
    complains = replace(REACHABLE, **COMPLAINS[complaint])
    assert stand(case(**facts))[0] is later
    assert stand(case(complains, **facts))[0] is complaint
    assert stand(case(replace(complains, peace_since=2), **facts))[0] is complaint
    assert stand(case(replace(complains, has_owner=False), **facts))[0] is State.UNREACHABLE
    assert stand(case(replace(complains, none_since=2), **facts))[0] is State.NOT_CLIENT


@pytest.mark.parametrize(("later", "facts"), [one for one in ORDER if one[0] is not State.OVER_CONTACTED])
def test_whoever_asked_for_peace_is_left_in_it_whatever_the_model_says(
    later: State, facts: dict[str, object]
) -> None:
    assert stand(case(**facts))[0] is later
    assert stand(case(PEACE, **facts))[0] is State.OVER_CONTACTED
    assert stand(case(replace(PEACE, snoozed_for=2), **facts))[0] is State.SNOOZED


@pytest.mark.parametrize(("first", "second"), [*combinations(ORDER, 2)])
def test_the_earlier_of_two_states_wins(
    first: tuple[State, dict[str, object]], second: tuple[State, dict[str, object]]
) -> None:
    assert stand(case(**second[1]))[0] is second[0]
    found = stand(case(**second[1] | first[1]))[0]
    if first[0] in (State.NEW, State.OVER_CONTACTED) and second[0] in (State.LOST, State.DORMANT):
        assert found is second[0], "once silent beyond the ceiling, a client is neither new nor crowded any more"
    elif {first[0], second[0]} != {State.LOST, State.DORMANT}:
        assert found is first[0]


def test_lost_wins_over_dormant() -> None:
    assert stand(case(silent_days=366, p_alive=0.2, alive_before=0.2))[0] is State.LOST


def test_a_new_client_who_waits_says_so_too() -> None:
    state, reasons = stand(case(touch_days=1, waiting=3, waiting_days=5))
    assert state is State.NEW
    assert codes(reasons) == {WhyCode.FEW_TOUCHES, WhyCode.UNANSWERED_INBOUND}


def test_every_reason_for_risk_is_told() -> None:
    _, reasons = stand(case(silent_days=91, p_alive=0.5, alive_before=0.9, waiting=63, waiting_days=91))
    assert codes(reasons) == {
        WhyCode.UNANSWERED_INBOUND,
        WhyCode.SILENT_BEYOND_CADENCE,
        WhyCode.PROBABLY_GONE,
        WhyCode.SILENT_BEYOND_CEILING,
    }


def test_a_client_at_risk_does_not_leave_it_for_a_hair() -> None:
    hair = {"silent_days": 41, "p_alive": 0.65}
    assert stand(case(**hair))[0] is not State.AT_RISK
    assert stand(case(**hair, was=State.AT_RISK))[0] is State.AT_RISK
    assert stand(case(silent_days=41, p_alive=0.71, was=State.AT_RISK))[0] is not State.AT_RISK


@pytest.mark.parametrize(("threshold", "alive", "state"), [(0.2, 0.11, State.AT_RISK), (0.2, 0.10, State.DORMANT)])
def test_a_low_threshold_lowers_what_is_dormant(threshold: float, alive: float, state: State) -> None:
    assert stand(case(threshold=threshold, silent_days=91, p_alive=alive, alive_before=0.15))[0] is state


def test_a_client_who_was_cooling_is_so_until_something_happens() -> None:
    still, reasons = stand(replace(case(silent_days=13, was=State.COOLING), unmoved=True))
    assert still is State.COOLING
    assert [(why.code, why.figures) for why in reasons] == [
        (WhyCode.SILENT_BEYOND_CADENCE, (("cadence_days", 12.0), ("silent_days", 13.0)))
    ]
    _, reasons = stand(replace(case(silent_days=12, recent=2, before=7, was=State.COOLING), unmoved=True))
    assert [(why.code, why.figures) for why in reasons] == [
        (WhyCode.FEWER_TOUCHES, (("recent", 2.0), ("before", 7.0)))
    ]
    assert stand(case(silent_days=13, was=State.COOLING))[0] is State.HEALTHY, "something happened since"
    as_ever = replace(case(silent_days=12, recent=1, before=2, was=State.COOLING), unmoved=True)
    assert stand(as_ever)[0] is State.HEALTHY, "neither silent for longer nor spoken with less than usual"
    worse = replace(case(silent_days=91, was=State.COOLING), unmoved=True)
    assert stand(worse)[0] is State.AT_RISK


def test_the_figures_are_those_of_the_case() -> None:
    _, (cadence, gone) = stand(case(silent_days=41, p_alive=0.4, alive_before=0.9))
    assert cadence.figures == (("cadence_days", 12.0), ("silent_days", 41.0))
    assert gone.figures == (("p_alive", 0.4),)


def test_the_model_alone_makes_nobody_dormant_before_the_at_risk_ceiling() -> None:
    assert stand(case(silent_days=41, p_alive=0.01, alive_before=0.2))[0] is State.AT_RISK


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"silent_days": 31, "returned_from": 12, "touch_days": 5}, State.AT_RISK),
        ({"silent_days": 30, "returned_from": 12, "touch_days": 5}, State.HEALTHY),
        ({"silent_days": 31, "returned_from": 12, "touch_days": 4}, State.HEALTHY),
        ({"silent_days": 28, "returned_from": 3, "touch_days": 50}, State.HEALTHY),
        ({"silent_days": 29, "returned_from": 3, "touch_days": 50}, State.AT_RISK),
        ({"silent_days": 41, "returned_from": 0, "touch_days": 50}, State.HEALTHY),
    ],
)
def test_a_client_far_out_of_its_rhythm_is_at_risk_whatever_the_model_says(
    facts: dict[str, object], state: State
) -> None:
    found, reasons = stand(case(p_alive=0.95, **facts))
    assert found is state
    assert codes(reasons) == {WhyCode.SILENT_BEYOND_CADENCE if state is State.AT_RISK else WhyCode.ON_TRACK}


def test_a_yearly_buyer_has_earned_patience() -> None:
    assert stand(case(silent_days=150, cadence=300.0, returned_from=340))[0] is State.HEALTHY
    assert stand(case(silent_days=409, cadence=300.0, returned_from=340))[0] is State.AT_RISK
    assert stand(case(silent_days=500, cadence=300.0, returned_from=340))[0] is State.DORMANT
    assert stand(case(silent_days=684, cadence=300.0, returned_from=340))[0] is State.LOST
    assert stand(case(silent_days=150, cadence=300.0, returned_from=0))[0] is State.AT_RISK

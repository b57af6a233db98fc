"""From timelines to standings: every number comes back from the timeline."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from guardian.ageing import AgeingPolicy, assess
from guardian.ageing.cadence import MAIL, outlook
from guardian.ageing.history import histories, touch_days
from guardian.domain.moments import day_number
from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State, WhyCode
from tests.ageing.memory import NOW, MemoryTimelines, Spoken, a_client, days_ago, heard, met, wrote

POLICY = AgeingPolicy()


def of_one(spoken: list[Spoken], *, as_of: datetime = NOW, client: Client | None = None) -> Assessment:
    [found] = assess(MemoryTimelines([client or a_client()], spoken), as_of=as_of, policy=POLICY)
    return found


def figures(found: Assessment, code: WhyCode) -> dict[str, float]:
    [why] = [why for why in found.reasons if why.code is code]
    return dict(why.figures)


def expected(spoken: list[Spoken], horizon: int, as_of: datetime = NOW) -> tuple[float, float, float]:
    """Return the model's cadence, p_silent and p_alive of one client."""
    day = np.array([int(one.at.timestamp()) // 86_400 for one in spoken], np.int64)
    one = np.ones(len(day), np.int64)
    history = histories(touch_days(one, one, day, one > 0), as_of=int(as_of.timestamp()) // 86_400)
    said = outlook(history, MAIL, np.array([horizon]))
    return float(said.cadence[0]), float(said.p_silent[0]), float(said.p_alive[0])


def test_nobody_to_assess_is_no_trouble() -> None:
    assert assess(MemoryTimelines([]), as_of=NOW, policy=POLICY) == []


def test_clients_without_any_touch_are_assessed_too() -> None:
    people = [a_client(3), a_client(1, owner=None), a_client(2, contacts=())]
    found = assess(MemoryTimelines(people), as_of=NOW, policy=POLICY)
    assert [(one.client_id, one.state) for one in found] == [
        (1, State.UNREACHABLE),
        (2, State.UNREACHABLE),
        (3, State.NEW),
    ]
    assert [why.code for why in found[2].reasons] == [WhyCode.NEVER_TOUCHED]
    assert (found[2].last_touch, found[2].silent_days, found[2].p_alive) == (None, None, None)


def test_the_numbers_of_a_healthy_client() -> None:
    spoken = met(1, *range(3, 200, 12))
    found = of_one(spoken)
    _, p_silent, p_alive = expected(spoken, horizon=36)
    assert found.state is State.HEALTHY
    assert found.cadence_days == pytest.approx(12)
    assert (found.p_silent, found.p_alive) == (pytest.approx(p_silent), pytest.approx(p_alive))
    assert (found.last_touch, found.last_inbound, found.silent_days) == (days_ago(3), days_ago(3), 3)
    assert figures(found, WhyCode.ON_TRACK) == {"cadence_days": pytest.approx(12), "silent_days": 3}


def test_the_numbers_of_a_silence_beyond_the_ceiling() -> None:
    found = of_one(met(1, *range(91, 300, 12)))
    assert found.state is State.AT_RISK
    assert figures(found, WhyCode.SILENT_BEYOND_CEILING) == {"silent_days": 91, "ceiling_days": 90}


def test_a_key_client_has_a_lower_ceiling() -> None:
    people = [a_client(number, value=float(number)) for number in range(1, 21)]
    spoken = [one for number in range(1, 21) for one in met(number, 61, 110, 159, 207, 256, 304, 352)]
    found = assess(MemoryTimelines(people, spoken), as_of=NOW, policy=POLICY)
    at_ceiling = [one.client_id for one in found for why in one.reasons if why.code is WhyCode.SILENT_BEYOND_CEILING]
    assert at_ceiling == [19, 20]


def test_the_numbers_of_a_client_who_waits() -> None:
    spoken = [*met(1, *range(20, 100, 9)), *heard(1, 6, 5)]  # Thursday and Friday of last week
    found = of_one(spoken)
    assert found.state is State.AT_RISK
    assert figures(found, WhyCode.UNANSWERED_INBOUND) == {"business_days": 4, "days": 6}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (wrote(1, 4), State.HEALTHY),
        (met(1, 4), State.HEALTHY),
        (wrote(1, 6), State.HEALTHY),
        (wrote(1, 7), State.AT_RISK),
        ([], State.AT_RISK),
    ],
)
def test_only_a_later_word_of_ours_answers(answer: list[Spoken], state: State) -> None:
    assert of_one([*met(1, *range(8, 100, 9)), *heard(1, 6), *answer]).state is state


def test_an_accepted_invitation_asks_for_no_answer() -> None:
    accepted = Spoken(1, days_ago(6), inbound=True, weight=0.5)
    assert of_one([*met(1, *range(8, 100, 9)), accepted]).state is State.HEALTHY


def test_an_accepted_invitation_moves_no_clock() -> None:
    spoken = met(1, *range(100, 200, 9))
    accepted = Spoken(1, days_ago(6), inbound=True, weight=0.5)
    assert of_one([*spoken, accepted]) == of_one(spoken)
    assert of_one(spoken).silent_days == 100


def test_who_only_ever_accepted_an_invitation_was_never_touched() -> None:
    found = of_one([Spoken(1, days_ago(6), inbound=True, weight=0.5)])
    assert (found.state, found.last_touch, found.last_inbound) == (State.NEW, None, None)
    assert [why.code for why in found.reasons] == [WhyCode.NEVER_TOUCHED]


def test_thanks_ask_for_no_answer_but_what_was_asked_before_them_still_waits() -> None:
    spoken = [*met(1, *range(20, 100, 9)), Spoken(1, days_ago(6), asks=False)]
    assert of_one(spoken).state is State.HEALTHY
    found = of_one([*spoken, *heard(1, 7)])
    assert figures(found, WhyCode.UNANSWERED_INBOUND) == {"business_days": 5, "days": 7}


def test_a_weekend_is_no_time_to_wait() -> None:
    monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    friday = monday - timedelta(days=3)
    steady = [Spoken(1, friday - timedelta(days=9 * n), outbound=True, weight=2.0) for n in range(1, 9)]
    asked = [*steady, Spoken(1, friday)]
    assert of_one(asked, as_of=monday).state is State.HEALTHY
    assert of_one(asked, as_of=monday + timedelta(days=1)).state is State.HEALTHY
    assert of_one(asked, as_of=monday + timedelta(days=2)).state is State.AT_RISK


def test_a_holiday_is_no_time_to_wait_either() -> None:
    holidays = frozenset(map(day_number, (days_ago(2), days_ago(1), days_ago(3))))  # Monday, Tuesday, and a Sunday
    spoken = [*met(1, *range(20, 100, 9)), *heard(1, 6, 5)]  # Thursday and Friday of last week
    policy = replace(POLICY, days_off=holidays)
    [found] = assess(MemoryTimelines([a_client()], spoken), as_of=NOW, policy=policy)
    assert found.state is State.HEALTHY, "two working days are no delay yet"
    [found] = assess(MemoryTimelines([a_client()], spoken), as_of=NOW + timedelta(days=1), policy=policy)
    assert figures(found, WhyCode.UNANSWERED_INBOUND) == {"business_days": 3, "days": 7}


def test_the_numbers_of_a_client_written_to_too_often() -> None:
    spoken = [*met(1, *range(40, 240, 20)), *wrote(1, 30, 25, 20, 10, 5, 5.2, 2, 1)]
    found = of_one(spoken)
    assert found.state is State.OVER_CONTACTED
    assert figures(found, WhyCode.UNANSWERED_OUTBOUND) == {"wrote_days": 7, "days": 40}


@pytest.mark.parametrize(
    ("silent", "state"),
    [
        (3, State.OVER_CONTACTED),
        (90, State.OVER_CONTACTED),
        (94, State.AT_RISK),
        (200, State.DORMANT),
        (398, State.LOST),
        (2165, State.LOST),
    ],
)
def test_whoever_was_written_to_too_often_and_then_no_more_is_not_forgotten(silent: int, state: State) -> None:
    once = [*heard(1, silent + 30), *wrote(1, silent + 12, silent + 6, silent)]
    assert of_one(once).state is state, "we never wrote before its only word"


def test_whoever_talked_for_years_and_then_no_more_is_not_over_contacted_for_ever() -> None:
    def after(silent: int) -> State:
        years = met(1, *range(silent + 40, silent + 1400, 60))
        return of_one([*years, *wrote(1, *range(silent, silent + 12, 2))]).state

    assert after(3) is State.OVER_CONTACTED
    assert after(94) in (State.AT_RISK, State.DORMANT)
    assert after(398) is State.LOST


def test_the_numbers_of_a_crowded_week() -> None:
    found = of_one([*heard(1, 200), *wrote(1, 9, 6, 5, 3, 2, 1, 0)])
    assert found.state is State.OVER_CONTACTED
    assert figures(found, WhyCode.CROWDED_WEEK) == {"wrote_days": 6, "most": 4}


def test_the_numbers_of_a_client_who_talks_less() -> None:
    found = of_one(met(1, 20, *range(45, 134, 12)))
    assert found.state is State.COOLING
    assert figures(found, WhyCode.FEWER_TOUCHES) == {"recent": 1, "before": 8}


def test_the_numbers_of_a_rising_silence() -> None:
    spoken = met(1, *range(22, 90, 3))
    found = of_one(spoken)
    figure = figures(found, WhyCode.COOLING_OFF)
    _, p_silent, _ = expected(spoken, horizon=14)
    _, p_before, _ = expected(spoken, horizon=14, as_of=days_ago(14))
    assert found.state is State.COOLING
    assert figure["cadence_days"] == pytest.approx(3)
    assert figure["p_silent"] == pytest.approx(p_silent)
    assert figure["p_before"] == pytest.approx(p_before)
    assert (figure["silent_days"], figure["days"]) == (22, 14)


def test_what_happens_later_changes_nothing() -> None:
    spoken = met(1, *range(3, 200, 12))
    later = met(1, -1, -2, -30)
    assert of_one([*spoken, *later]) == of_one(spoken)


def test_a_replay_of_the_past_sees_only_the_past() -> None:
    spoken = met(1, *range(3, 200, 12))
    past = days_ago(50)
    assert of_one(spoken, as_of=past) == of_one([one for one in spoken if one.at <= past], as_of=past)


def test_more_touches_on_a_day_change_no_probability() -> None:
    spoken = met(1, *range(3, 200, 12))
    again = [Spoken(1, one.at + timedelta(hours=2), outbound=True, weight=2.0) for one in spoken]
    once, twice = of_one(spoken), of_one([*spoken, *again])
    assert (once.cadence_days, once.p_silent, once.p_alive) == (twice.cadence_days, twice.p_silent, twice.p_alive)


def test_all_touches_on_one_day_are_few_touches() -> None:
    found = of_one(met(1, *(n / 100 for n in range(30))))
    assert found.state is State.NEW
    assert figures(found, WhyCode.FEW_TOUCHES) == {"touch_days": 1, "silent_days": 0}


def test_a_leap_day_is_a_day() -> None:
    after = datetime(2028, 3, 1, 12, tzinfo=UTC)
    before = Spoken(1, datetime(2028, 2, 28, 12, tzinfo=UTC))
    assert of_one([before], as_of=after).silent_days == 2


def test_the_change_of_clocks_makes_no_day() -> None:
    touched = [Spoken(1, datetime(2026, 10, 24, 22, 30, tzinfo=UTC))]
    as_of = datetime.fromisoformat("2026-10-26T00:30:00+01:00")
    assert of_one(touched, as_of=as_of).silent_days == (date(2026, 10, 25) - date(2026, 10, 24)).days


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        of_one([], as_of=datetime(2026, 11, 25))  # noqa: DTZ001 - that is the point


def test_a_client_at_risk_stays_so_until_something_happens() -> None:
    spoken = met(1, *range(91, 300, 12))
    timelines = MemoryTimelines([a_client()], spoken)
    first = assess(timelines, as_of=NOW, policy=POLICY)
    again = assess(timelines, as_of=NOW + timedelta(days=1), policy=POLICY, previous=first)
    met_now = MemoryTimelines([a_client()], [*spoken, *met(1, -1)])
    after = assess(met_now, as_of=NOW + timedelta(days=1), policy=POLICY, previous=again)
    assert [one.state for one in (*first, *again, *after)] == [State.AT_RISK, State.AT_RISK, State.HEALTHY]


def regular_book(clients: int, silent: dict[int, int]) -> MemoryTimelines:
    """Return clients met every two weeks or so, some of them silent for longer."""
    rng = np.random.default_rng(5)
    spoken: list[Spoken] = []
    for client in range(1, clients + 1):
        ago = float(silent.get(client, rng.integers(0, 12)))
        while ago < 500:
            spoken += met(client, int(ago))
            ago += float(rng.integers(9, 20))
    return MemoryTimelines([a_client(number) for number in range(1, clients + 1)], spoken)


@pytest.mark.parametrize("order", [heard, met])
def test_a_yearly_buyer_silent_for_five_months_is_healthy(order: Callable[..., list[Spoken]]) -> None:
    found = of_one(order(1, *range(150, 1300, 365)))
    assert found.state is State.HEALTHY
    assert figures(found, WhyCode.ON_TRACK) == {"cadence_days": pytest.approx(365), "silent_days": 150}


def test_a_yearly_buyer_among_weekly_ones_keeps_its_own_year() -> None:
    book = regular_book(60, {})
    of_all = MemoryTimelines([*book.known, a_client(99)], [*book.spoken, *met(99, *range(150, 1300, 365))])
    [yearly] = [one for one in assess(of_all, as_of=NOW, policy=POLICY) if one.client_id == 99]
    assert (yearly.state, yearly.cadence_days) == (State.HEALTHY, pytest.approx(365))


def test_a_yearly_buyer_does_not_cool_on_the_day_we_meet_him_nor_in_the_months_after() -> None:
    book, previous, yearly = regular_book(60, {}), [], []
    of_all = MemoryTimelines([*book.known, a_client(99)], [*book.spoken, *met(99, *range(0, 1300, 365))])
    for day in (-1, 0, 1, 14, 60, 150):
        previous = assess(of_all, as_of=days_ago(-day), policy=POLICY, previous=previous)
        yearly += [one for one in previous if one.client_id == 99]
    assert [one.state for one in yearly] == [State.HEALTHY] * 6
    assert [figures(one, WhyCode.ON_TRACK)["silent_days"] for one in yearly] == [364, 0, 1, 14, 60, 150]


def test_a_rhythm_of_twelve_days_silent_for_forty_one_is_at_risk_even_alone() -> None:
    days = [41, 51, 62, 74, 84, 95, 107, 117]
    found = of_one(met(1, *days))
    assert found.state is State.AT_RISK
    told = figures(found, WhyCode.SILENT_BEYOND_CADENCE)
    assert told == {"cadence_days": pytest.approx(10.8, abs=0.2), "silent_days": 41}


def test_the_usual_gap_is_the_geometric_mean_with_the_latest_weighing_most() -> None:
    found = of_one(met(1, 5, 15, 45))
    share = 0.5 ** (1 / 8)
    assert found.cadence_days == pytest.approx(10 ** (1 / (1 + share)) * 30 ** (share / (1 + share)))


def test_a_word_unanswered_for_a_quarter_is_silence_and_waits_no_more() -> None:
    regular = met(1, *range(300, 1500, 150))
    assert WhyCode.UNANSWERED_INBOUND in {why.code for why in of_one(regular + heard(1, 90)).reasons}
    assert WhyCode.UNANSWERED_INBOUND not in {why.code for why in of_one(regular + heard(1, 91)).reasons}


def test_in_a_regular_book_a_silence_of_weeks_is_noticed_before_any_ceiling() -> None:
    found = assess(regular_book(60, {7: 50, 8: 16}), as_of=NOW, policy=POLICY)
    states = {one.client_id: one.state for one in found}
    assert states[7] in (State.AT_RISK, State.DORMANT)
    assert all(states[number] is State.HEALTHY for number in states if number != 7)


def test_an_assessment_repeats_to_the_last_digit() -> None:
    book = regular_book(60, {7: 50})
    assert assess(book, as_of=NOW, policy=POLICY) == assess(book, as_of=NOW, policy=POLICY)

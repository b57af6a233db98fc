"""What a rep is told, and what he is spared."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardian.digest.compose import compose
from guardian.digest.content import CueCode, Digest, Item, StepCode
from guardian.digest.gather import gather, survey
from guardian.digest.material import Shown
from guardian.domain.activity import Direction, Kind
from guardian.domain.standing import State, Why, WhyCode
from tests.digest.company import MARTA, NOW, Company, ago, busy_company

OUT = Direction.OUT


def digest_of(company: Company, now: datetime = NOW) -> Digest | None:
    tenant = survey(company.reps, company.sources(), now=now)
    rep = company.reps[0]
    return compose(rep, gather(rep, tenant), today=rep.today(now), now=now)


def lanes(company: Company, now: datetime = NOW) -> dict[str, list[str]]:
    digest = digest_of(company, now)
    return {lane.name: [item.name for item in lane.items] for lane in digest.lanes} if digest else {}


def only_item(company: Company) -> Item:
    digest = digest_of(company)
    assert digest
    ((item,),) = [lane.items for lane in digest.lanes]
    return item


def test_the_three_lanes_stand_in_order_and_no_client_twice() -> None:
    assert lanes(busy_company(MARTA)) == {
        "you_owe_them": ["Hotel Miramar"],
        "about_to_lose": ["Óptica Sanz", "Talleres Bermeo", "Ibérica de Tornillos"],
        "stay_close": ["Café Lumbre", "Sin Señas, S. L.", "Dehesa Norte"],
    }


def test_a_lane_shows_three_clients_and_a_digest_seven() -> None:
    company = Company()
    for number in range(5):
        company.happened(company.client(f"Waiting {number}", State.HEALTHY), ago(5))
    for number in range(5):
        company.client(f"Risk {number}")
        company.client(f"Quiet {number}", State.UNREACHABLE, contacts=())
    assert [len(names) for names in lanes(company).values()] == [3, 3, 1]


def test_a_rep_hears_of_his_own_clients_only() -> None:
    company = Company()
    company.client("Hers", owner="luis@acme.example")
    company.client("Nobody's", owner="")
    company.client("Mine", owner="MARTA@acme.example")
    assert lanes(company) == {"about_to_lose": ["Mine"]}


def test_nothing_to_say_makes_no_digest() -> None:
    company = Company()
    fine = company.client("Fine", State.HEALTHY)
    company.happened(fine, ago(2), OUT)
    assert digest_of(company) is None
    assert digest_of(Company()) is None


@pytest.mark.parametrize("state", [State.NOT_CLIENT, State.SNOOZED])
def test_a_client_who_is_none_or_is_snoozed_is_never_shown(state: State) -> None:
    company = Company()
    company.happened(company.client("Quiet please", state), ago(9))
    assert digest_of(company) is None


def test_an_over_contacted_client_is_left_in_peace() -> None:
    company = Company()
    company.client("Enough", State.OVER_CONTACTED)
    assert digest_of(company) is None


class TestYouOweThem:
    def test_a_complaint_stands_before_any_unanswered_mail(self) -> None:
        company = Company()
        company.happened(company.client("Rich and waiting", State.HEALTHY, value=1e6), ago(20))
        company.client("Silent after a complaint", State.INDIFFERENT, value=5)
        company.client("Angry", State.ANGRY, value=1)
        assert lanes(company)["you_owe_them"] == ["Angry", "Silent after a complaint", "Rich and waiting"]

    def test_a_mail_from_friday_is_no_debt_on_monday_but_one_on_tuesday(self) -> None:
        company = Company()
        friday, monday = datetime(2026, 11, 20, 10, tzinfo=NOW.tzinfo), datetime(2026, 11, 23, 8, tzinfo=NOW.tzinfo)
        company.happened(company.client("Asks", State.HEALTHY, at=friday), friday)
        assert "you_owe_them" not in lanes(company, monday)
        assert lanes(company, monday + timedelta(days=1))["you_owe_them"] == ["Asks"]

    def test_an_answer_pays_the_debt(self) -> None:
        company = Company()
        asks = company.client("Asked", State.HEALTHY)
        company.happened(asks, ago(5))
        company.happened(asks, ago(1), OUT)
        assert "you_owe_them" not in lanes(company)

    def test_a_mail_of_two_months_ago_is_no_question_any_more(self) -> None:
        company = Company()
        company.happened(company.client("Said goodbye", State.HEALTHY), ago(61))
        assert "you_owe_them" not in lanes(company)

    def test_ageing_may_call_it_a_debt_sooner(self) -> None:
        company = Company()
        told = (Why(code=WhyCode.UNANSWERED_INBOUND),)
        company.happened(company.client("Urgent", reasons=told), ago(1))
        assert lanes(company) == {"you_owe_them": ["Urgent"]}

    def test_the_days_waited_run_from_the_first_unanswered_mail(self) -> None:
        company = Company()
        asks = company.client("Asks twice", State.HEALTHY)
        company.happened(asks, ago(20), OUT)
        company.happened(asks, ago(8))
        company.happened(asks, ago(3))
        cue = only_item(company).cue
        assert cue
        assert (cue.code, cue.days) == (CueCode.WAITING, 8)


class TestAboutToLose:
    def test_rank_is_probability_times_root_of_value_times_recoverability(self) -> None:
        company = Company()
        company.client("B: 0.9 x 10 x 0.6", State.DORMANT, value=100, p_silent=0.9)
        company.client("A: 0.6 x 10 x 1", State.AT_RISK, value=100, p_silent=0.6)
        company.client("C: 0.5 x 10 x 1", State.AT_RISK, value=100, p_silent=0.5)
        assert [name[0] for name in lanes(company)["about_to_lose"]] == ["A", "B", "C"]

    def test_value_counts_up_to_ten_times_the_median(self) -> None:
        company = Company()
        for number in range(3):
            company.happened(company.client(f"Usual {number}", State.HEALTHY, value=100), ago(1), OUT)
        company.client("Giant", value=1e9, p_silent=0.5)
        company.client("Big", value=1_000, p_silent=0.51)
        assert lanes(company)["about_to_lose"] == ["Big", "Giant"]

    def test_a_client_of_unknown_or_senseless_value_ranks_as_the_median(self) -> None:
        company = Company()
        for name, value in (("Poor", 1.0), ("Unknown", None), ("Nan", float("nan")), ("Rich", 400.0), ("Mid", 100.0)):
            company.client(name, value=value)
        assert lanes(company)["about_to_lose"] == ["Rich", "Unknown", "Nan"]

    def test_a_loss_is_news_once(self) -> None:
        company = Company()
        company.client("New loss", State.AT_RISK, at=ago(20))
        company.assess(1, State.LOST)
        company.client("Old loss", State.LOST, at=ago(20))
        company.assess(2, State.LOST)
        assert lanes(company) == {"about_to_lose": ["New loss"]}

    def test_in_the_first_digest_ever_only_recent_losses_are_news(self) -> None:
        company = Company()
        for name, silent in (("Last year", 380), ("Long ago", 900)):
            company.client(name, State.LOST)
            company.assess(len(company.clients), State.LOST, silent_days=silent)
        assert lanes(company) == {"about_to_lose": ["Last year"]}

    def test_whoever_was_spoken_to_since_the_assessment_is_not_shown_as_silent(self) -> None:
        company = Company()
        saved = company.client("Saved", at=ago(1))
        company.happened(saved, ago(0.5), OUT, kind=Kind.CALL)
        assert digest_of(company) is None


class TestStayClose:
    @pytest.mark.parametrize(
        ("first", "last", "due"),
        [(6, 6, False), (7, 7, True), (9, 2, False), (30, 23, True), (30, 7, False), (31, 20, True), (95, 60, True)],
    )
    def test_a_new_client_is_welcomed_after_a_week_a_month_and_a_quarter(
        self, first: int, last: int, due: bool
    ) -> None:
        company = Company()
        new = company.client("New", State.NEW)
        company.happened(new, ago(first), OUT)
        company.happened(new, ago(last), OUT)
        company.assess(new, State.NEW)
        assert (digest_of(company) is not None) is due

    def test_a_new_client_nobody_wrote_to_is_due_at_once(self) -> None:
        company = Company()
        company.client("From the CRM", State.NEW)
        assert only_item(company).step.code is StepCode.INTRODUCE_YOURSELF

    def test_a_client_without_a_word_of_ours_for_two_months_is_neglected(self) -> None:
        company = Company()
        for days in (59, 60):
            client = company.client(f"{days} days", State.HEALTHY)
            company.happened(client, ago(days), OUT)
            company.assess(client, State.HEALTHY)
        assert lanes(company) == {"stay_close": ["60 days"]}

    def test_each_kind_gets_its_turn(self) -> None:
        company = Company()
        for number in range(3):
            company.client(f"Welcome {number}", State.NEW)
            cooling = company.client(f"Cooling {number}", State.COOLING)
            company.happened(cooling, ago(20), OUT)
            company.assess(cooling, State.COOLING)
            company.client(f"Unreachable {number}", State.UNREACHABLE, contacts=())
        assert lanes(company)["stay_close"] == ["Welcome 0", "Unreachable 0", "Cooling 0"]

    def test_one_small_client_at_risk_gets_a_turn_beside_the_great(self) -> None:
        company = Company()
        for number in range(4):
            company.client(f"Great {number}", value=10_000)
        for number in range(2):
            small = company.client(f"Small {number}", value=1)
            company.happened(small, ago(90 + number), OUT)
            company.assess(small, State.AT_RISK)
        company.happened(4, ago(30), OUT)
        company.assess(4, State.AT_RISK)
        assert lanes(company)["stay_close"] == ["Small 1"]


class TestNextStep:
    def test_a_complaint_is_called_about(self) -> None:
        company = Company()
        company.happened(company.client("Angry", State.ANGRY), ago(5))
        assert only_item(company).step.code is StepCode.CALL_ABOUT_COMPLAINT

    def test_who_waits_is_answered_today_and_named(self) -> None:
        company = Company()
        company.happened(company.client("Asks", State.HEALTHY), ago(5), them=("Eva Sol", "eva@c1.example"))
        step = only_item(company).step
        assert (step.code, step.contact_name) == (StepCode.REPLY_TODAY, "Eva Sol")

    def test_after_two_unanswered_mails_the_phone(self) -> None:
        company = Company()
        client = company.client("Deaf")
        for days in (40, 30):
            company.happened(client, ago(days), OUT)
        company.assess(client, State.AT_RISK)
        assert only_item(company).step.code is StepCode.CALL_INSTEAD

    def test_without_a_contact_an_address_has_to_be_found(self) -> None:
        company = Company()
        company.client("Unknown", contacts=("no-reply@c1.example",))
        assert only_item(company).step.code is StepCode.FIND_CONTACT

    def test_a_planned_meeting_is_prepared(self) -> None:
        company = Company()
        client = company.client("Soon")
        company.happened(client, ago(-3), OUT, kind=Kind.MEETING)
        step = only_item(company).step
        assert (step.code, step.meeting_at) == (StepCode.PREPARE_MEETING, ago(-3))

    @pytest.mark.parametrize(
        ("state", "code"), [(State.LOST, StepCode.ASK_WHY), (State.DORMANT, StepCode.PROPOSE_VISIT)]
    )
    def test_the_further_gone_the_more_personal(self, state: State, code: StepCode) -> None:
        company = Company()
        company.client("Going", state)
        assert only_item(company).step.code is code

    @pytest.mark.parametrize(
        ("kind", "code"), [(Kind.EMAIL, StepCode.CALL), (Kind.CALL, StepCode.SEND_SOMETHING_USEFUL)]
    )
    def test_the_way_changes_from_one_time_to_the_next(self, kind: Kind, code: StepCode) -> None:
        company = Company()
        client = company.client("Cooling")
        company.happened(client, ago(40), OUT, kind=kind)
        company.assess(client, State.AT_RISK)
        assert only_item(company).step.code is code


class TestRepeats:
    def test_a_client_is_not_repeated_within_seven_days(self) -> None:
        company = Company()
        company.client("Once a week")
        company.log.mark_sent(MARTA.address, MARTA.today(NOW) - timedelta(days=6), [1], at=ago(6))
        assert digest_of(company) is None
        assert digest_of(company, NOW + timedelta(days=1)) is not None

    @pytest.mark.parametrize(("days", "repeated"), [(6, False), (7, True)])
    def test_even_when_the_material_knows_of_older_digests(self, days: int, repeated: bool) -> None:
        company = Company()
        company.client("Once a week")
        today = MARTA.today(NOW)
        before = {1: Shown(day=today - timedelta(days=days), state=State.AT_RISK, heard_until=ago(days))}
        material = replace(gather(MARTA, survey([MARTA], company.sources(), now=NOW)), shown=before)
        assert (compose(MARTA, material, today=today, now=NOW) is not None) is repeated

    def test_unless_its_state_worsened_since(self) -> None:
        company = Company()
        company.client("Sinking", State.AT_RISK, at=ago(3.1))
        company.log.mark_sent(MARTA.address, MARTA.today(NOW) - timedelta(days=3), [1], at=ago(3))
        assert digest_of(company) is None
        company.assess(1, State.DORMANT)
        assert lanes(company) == {"about_to_lose": ["Sinking"]}

    def test_a_better_state_is_no_reason_to_repeat(self) -> None:
        company = Company()
        company.client("Rising", State.DORMANT, at=ago(3.1))
        company.log.mark_sent(MARTA.address, MARTA.today(NOW) - timedelta(days=3), [1], at=ago(3))
        company.assess(1, State.AT_RISK)
        assert digest_of(company) is None

    def test_worse_is_measured_against_the_last_time_shown(self) -> None:
        company = Company()
        company.client("Sank days ago", State.AT_RISK, at=ago(5.1))
        company.assess(1, State.DORMANT, at=ago(2.1))
        for days in (5, 2):
            company.log.mark_sent(MARTA.address, MARTA.today(NOW) - timedelta(days=days), [1], at=ago(days))
        company.assess(1, State.DORMANT)
        assert digest_of(company) is None

    def test_or_unless_they_wrote_after_it_and_wait(self) -> None:
        company = Company()
        client = company.client("Writes", at=ago(6.1))
        company.log.mark_sent(MARTA.address, MARTA.today(NOW) - timedelta(days=6), [client], at=ago(6))
        company.happened(client, ago(3))
        assert lanes(company) == {"you_owe_them": ["Writes"]}

    def test_or_wrote_again_while_an_earlier_word_waits_unanswered(self) -> None:
        company = Company()
        client = company.client("Writes again", State.HEALTHY, at=ago(4.1))
        company.happened(client, ago(7))
        assert [one.outcome for one in company.send(ago(4))] == ["sent"]
        assert digest_of(company, ago(3)) is None
        company.happened(client, ago(2.5))
        item = only_item(company)
        assert (item.name, item.cue and item.cue.days) == ("Writes again", 7)

    def test_each_further_word_is_news_once(self) -> None:
        company = Company()
        client = company.client("Insists", State.HEALTHY, at=ago(4.1))
        for days in (7, 6):
            company.happened(client, ago(days))
        assert [one.outcome for one in company.send(ago(4))] == ["sent"]
        company.happened(client, ago(3.5))
        assert [company.send(ago(days))[0].outcome for days in (3, 2, 1)] == ["sent", "nothing_new", "nothing_new"]

    def test_a_word_of_the_same_day_that_came_after_it_is_news(self) -> None:
        company = Company()
        client = company.client("Writes back", at=ago(5.1))
        company.happened(client, ago(6))
        company.send(ago(5))
        company.happened(client, ago(4.96), OUT)
        company.happened(client, ago(4.92))
        assert lanes(company) == {"you_owe_them": ["Writes back"]}

    def test_a_word_that_was_not_known_then_is_news_although_it_was_said_before(self) -> None:
        company = Company()
        client = company.client("Synced late", at=ago(3.1))
        company.send(ago(3))
        company.happened(client, ago(3.05))
        assert lanes(company) == {"you_owe_them": ["Synced late"]}

    def test_a_word_that_waited_then_already_is_none(self) -> None:
        company = Company()
        client = company.client("Waits", at=ago(3.1))
        company.happened(client, ago(4))
        assert [one.outcome for one in company.send(ago(3))] == ["sent"]
        assert digest_of(company) is None

    def test_how_it_stood_then_is_told_by_the_digest_and_not_by_the_hour_of_this_night(self) -> None:
        company = Company()
        client = company.client("Sank that night", State.HEALTHY, at=ago(2))
        company.assess(client, State.AT_RISK, at=ago(1))
        assert [one.outcome for one in company.send(ago(1))] == ["sent"]
        company.assess(client, State.AT_RISK, at=ago(0.005))
        assert digest_of(company, ago(0.004)) is None

    def test_the_next_clients_move_up(self) -> None:
        company = Company()
        for number in range(6):
            company.client(f"Risk {number}", value=100 - number)
        first = lanes(company)["about_to_lose"]
        company.log.mark_sent(MARTA.address, MARTA.today(NOW) - timedelta(days=1), [1, 2, 3], at=ago(1))
        assert (first, lanes(company)["about_to_lose"]) == (
            ["Risk 0", "Risk 1", "Risk 2"],
            ["Risk 3", "Risk 4", "Risk 5"],
        )


def test_coverage_counts_the_clients_we_spoke_with() -> None:
    company = Company()
    for days in (10, 29, 60, 100):
        client = company.client(f"{days}", State.AT_RISK)
        company.happened(client, ago(days), OUT)
        company.happened(client, ago(1))
    company.client("Never", State.UNREACHABLE)
    company.client("No client", State.NOT_CLIENT)
    digest = digest_of(company)
    assert digest
    coverage = digest.coverage
    assert (coverage.clients, coverage.reached_30, coverage.reached_90) == (5, 2, 3)


def test_only_the_clients_shown_have_their_timeline_read() -> None:
    company = Company()
    for number in range(20):
        company.client(f"Risk {number}", value=number)
    timelines = company.timelines()
    gather(MARTA, survey([MARTA], replace(company.sources(), timelines=timelines), now=NOW))
    assert sorted(one or 0 for one in timelines.read) == [17, 18, 19, 20]


class MemoryPhones:
    def of(self, addresses: Collection[str]) -> Mapping[str, str]:
        return {one: "+34965550131" for one in addresses if one == "ana@c1.example"}


def test_who_is_to_be_called_is_told_with_a_number_where_there_is_one() -> None:
    company = Company()
    for name in ("Bermeo", "Sanz"):
        client = company.client(name)
        company.happened(client, ago(60))
        company.assess(client, State.AT_RISK)
    sources = replace(company.sources(), phones=MemoryPhones())
    found = compose(MARTA, gather(MARTA, survey([MARTA], sources, now=NOW)), today=MARTA.today(NOW), now=NOW)
    assert found
    told = {one.name: one.step for one in found.lanes[0].items}
    assert (told["Bermeo"].contact_phone, told["Sanz"].contact_phone) == ("+34965550131", None)


@settings(max_examples=60, deadline=None)
@given(
    states=st.lists(st.sampled_from(State), max_size=14),
    spoken=st.lists(st.tuples(st.integers(0, 400), st.sampled_from([Direction.IN, OUT])), max_size=14),
    value=st.one_of(st.none(), st.floats()),
)
def test_whatever_happened_the_limits_hold(
    states: list[State], spoken: list[tuple[int, Direction]], value: float | None
) -> None:
    company = Company()
    add = partial(company.client, value=value)
    numbers = [add(f"Client {place}", state) for place, state in enumerate(states)]
    for number, (days, direction) in zip(numbers, spoken, strict=False):
        company.happened(number, ago(days), direction)
    digest = digest_of(company)
    if digest is None:
        return
    shown = digest.client_ids
    assert 1 <= len(shown) <= 7
    assert len(set(shown)) == len(shown)
    assert all(1 <= len(lane.items) <= 3 for lane in digest.lanes)
    assert [lane.name for lane in digest.lanes] == sorted(
        (lane.name for lane in digest.lanes), key=["you_owe_them", "about_to_lose", "stay_close"].index
    )

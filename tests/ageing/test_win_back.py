"""The queue of clients to win back: few a week, the most valuable first, in steps on working days."""

from datetime import date

import pytest

from guardian.ageing.win_back_wording import step_sentence
from guardian.domain.people import Client
from guardian.domain.standing import Assessment, State
from guardian.domain.win_back import Step, win_back
from guardian.domain.workdays import WorkCalendar
from tests.ageing.memory import a_client

WEDNESDAY = date(2026, 11, 25)


def standing(client: int, state: State = State.DORMANT, p_alive: float = 0.2) -> Assessment:
    return Assessment(
        client_id=client,
        state=state,
        reasons=(),
        last_touch=None,
        last_inbound=None,
        cadence_days=12.0,
        silent_days=200,
        p_silent=0.9,
        p_alive=p_alive,
    )


def queue(clients: list[Client], *standings: Assessment, each: int = 3) -> dict[str, list[int]]:
    told = {one.client_id: one for one in standings}
    found = win_back(clients, told, each=each, today=WEDNESDAY)
    return {rep: [one.client.id for one in book] for rep, book in found.items()}


def test_each_rep_gets_the_few_that_are_worth_most() -> None:
    people = [a_client(number, value=float(number), owner="Eva@acme.example") for number in range(1, 6)]
    people += [a_client(9, value=1.0)]
    found = queue(people, *(standing(one.id) for one in people), each=2)
    assert found == {"eva@acme.example": [5, 4], "rep@acme.example": [9]}
    assert queue(people, *(standing(one.id) for one in people), each=0)["eva@acme.example"] == []


def test_only_dormant_and_lost_clients_with_an_owner_are_won_back() -> None:
    people = [a_client(number) for number in range(1, len(State) + 1)] + [a_client(99, owner=None), a_client(100)]
    told = [standing(number, state) for number, state in enumerate(State, 1)]
    found = queue(people, *told, standing(99), each=99)
    assert found == {"rep@acme.example": [told.index(one) + 1 for one in told if one.state in ("dormant", "lost")]}


def test_of_two_worth_the_same_the_likelier_alive_comes_first_and_unknown_worth_is_typical() -> None:
    people = [a_client(1, value=10.0), a_client(2, value=30.0), a_client(3, value=30.0), a_client(4, value=50.0)]
    people += [a_client(5)]
    told = [standing(1), standing(2, p_alive=0.1), standing(3, p_alive=0.3), standing(4), standing(5, p_alive=0.2)]
    assert queue(people, *told, each=9) == {"rep@acme.example": [4, 3, 5, 2, 1]}


def test_steps_fall_on_working_days() -> None:
    def plan(today: date, *off: date) -> list[date]:
        calendar = WorkCalendar(days_off=frozenset(off))
        found = win_back([a_client(1)], {1: standing(1)}, each=1, today=today, calendar_of=lambda _rep: calendar)
        return [day for day, _ in found["rep@acme.example"][0].plan]

    assert plan(WEDNESDAY) == [WEDNESDAY, date(2026, 12, 2), date(2026, 12, 16)]
    assert plan(date(2026, 11, 28)) == [date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 21)]
    constitution, monday = date(2026, 12, 8), date(2026, 12, 7)
    assert plan(date(2026, 11, 28), constitution, monday)[1] == date(2026, 12, 9)


def test_a_rep_who_works_on_no_day_still_gets_a_plan() -> None:
    never = WorkCalendar(workdays=frozenset())
    found = win_back([a_client(1)], {1: standing(1)}, each=1, today=WEDNESDAY, calendar_of=lambda _rep: never)
    [one] = found["rep@acme.example"]
    assert one.plan[0] == (WEDNESDAY, Step.CALL)


@pytest.mark.parametrize("step", Step)
def test_every_step_is_a_sentence_in_both_languages(step: Step) -> None:
    spanish, english = step_sentence(step, "es"), step_sentence(step, "en")
    assert spanish != english
    assert all(said.endswith(".") for said in (spanish, english))

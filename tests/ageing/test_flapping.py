"""Ninety nights of a book: without anything that happens a client only ever looks worse, and never to and fro."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import pytest

from guardian.ageing import AgeingPolicy, assess
from guardian.domain.standing import Assessment, State, WhyCode
from tests.ageing.memory import NOW, MemoryTimelines, Spoken, a_client

NIGHTS = 90
FIRST = NOW - timedelta(days=NIGHTS)
WEEK = timedelta(days=7)


def book(clients: int, seed: int) -> MemoryTimelines:
    """Return clients of all kinds: regular and irregular, leaving, coming back, writing unanswered, written to."""
    rng = np.random.default_rng(seed)
    spoken: list[Spoken] = []
    for client in range(1, clients + 1):
        usual, spread = float(rng.uniform(3, 60)), float(rng.uniform(0.1, 1.0))
        day, end = -float(rng.uniform(200, 900)), float(rng.choice([0, 0, 0, rng.uniform(-200, 0)]))
        while day < end:
            who = rng.random()
            at = NOW + timedelta(days=day)
            if who < 0.4:
                spoken.append(Spoken(client, at, outbound=True, weight=2.0))
            elif who < 0.7:
                spoken.append(Spoken(client, at))
                if rng.random() < 0.8:
                    answer = at + timedelta(hours=float(rng.uniform(1, 80)))
                    spoken.append(Spoken(client, answer, inbound=False, outbound=True, weight=0.5))
            else:
                spoken.append(Spoken(client, at, inbound=False, outbound=True, weight=0.5))
            day += max(float(rng.lognormal(np.log(usual), spread)), 0.5)
    people = [a_client(number, value=float(rng.uniform(1, 99))) for number in range(1, clients + 1)]
    return MemoryTimelines(people, spoken)


def nights(timelines: MemoryTimelines) -> list[tuple[datetime, Sequence[Assessment]]]:
    told: list[tuple[datetime, Sequence[Assessment]]] = []
    for night in range(NIGHTS + 1):
        at = FIRST + timedelta(days=night)
        previous = told[-1][1] if told else ()
        told.append((at, assess(timelines, as_of=at, policy=AgeingPolicy(), previous=previous)))
    return told


MILDER = {State.HEALTHY: 0, State.COOLING: 1, State.AT_RISK: 2, State.DORMANT: 3, State.LOST: 4}
WAITED = frozenset({WhyCode.UNANSWERED_INBOUND})


@cache
def turns(clients: int, seed: int) -> Sequence[tuple[datetime, Assessment, Assessment]]:
    """Return every change of state that came without any touch since the night before, with both assessments."""
    found: list[tuple[datetime, Assessment, Assessment]] = []
    before: dict[int, Assessment] = {}
    for at, told in nights(book(clients, seed)):
        for one in told:
            was = before.get(one.client_id)
            if was is not None and was.state is not one.state and was.last_touch == one.last_touch:
                found.append((at, was, one))
        before = {one.client_id: one for one in told}
    return found


@pytest.mark.parametrize(("clients", "seed"), [(40, 1), (40, 2), (130, 3)])
def test_silence_alone_never_makes_a_client_look_better(clients: int, seed: int) -> None:
    """But for one who only waited for an answer: after 90 days he waits no more, and the ceilings watch him."""
    found = turns(clients, seed)
    assert len(found) > clients / 2, "much changed all the same"
    milder = [
        (at, was, one)
        for at, was, one in found
        if was.state in MILDER and one.state in MILDER and MILDER[one.state] < MILDER[was.state]
    ]
    assert [
        (at, was, one) for at, was, one in milder if {why.code for why in was.reasons} - {WhyCode.RECOVERED} != WAITED
    ] == []


@pytest.mark.parametrize(("clients", "seed"), [(40, 1), (40, 2), (130, 3)])
def test_nobody_goes_to_and_fro_within_a_week_without_cause(clients: int, seed: int) -> None:
    last: dict[int, tuple[datetime, Assessment]] = {}
    fro = []
    for at, was, one in turns(clients, seed):
        if one.client_id in last:
            since, before = last[one.client_id]
            same = before.last_touch == one.last_touch and before.state is one.state
            if same and at - since < WEEK:
                fro.append((at, before, was, one))
        last[one.client_id] = (at, was)
    assert fro == []

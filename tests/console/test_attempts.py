"""Wrong passwords are counted within bounds, and nobody gets round the count."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from guardian.console import attempts as module
from guardian.console import passwords
from guardian.console.attempts import Attempts, Limits
from guardian.console.passwords import Passwords
from guardian.domain.errors import TryLater
from tests.guard.fakes import NOW

EVA, HERE = "eva@acme.example", "192.0.2.1"


def test_one_person_is_limited_over_all_places_and_one_place_over_all_people() -> None:
    counts = Attempts(limits=Limits(same=2, person=4, place=3))
    assert [counts.begin(EVA, HERE, now=NOW) for _ in range(3)] == [True, True, False]
    assert [counts.begin(EVA, f"192.0.2.{one}", now=NOW) for one in range(10, 13)] == [True, True, False]
    assert [counts.begin(f"x{one}@acme.example", HERE, now=NOW) for one in range(2)] == [True, False]


def test_the_count_slides_and_what_was_refused_does_not_prolong_it() -> None:
    counts = Attempts(limits=Limits(same=2, within=timedelta(minutes=15)))
    assert counts.begin(EVA, HERE, now=NOW)
    assert counts.begin(EVA, HERE, now=NOW + timedelta(minutes=10))
    for minutes in (11, 12, 14.9):
        assert not counts.begin(EVA, HERE, now=NOW + timedelta(minutes=minutes))
    assert counts.begin(EVA, HERE, now=NOW + timedelta(minutes=15))
    assert not counts.begin(EVA, HERE, now=NOW + timedelta(minutes=24))


def test_whoever_gets_in_leaves_no_count_of_his_own() -> None:
    counts = Attempts(limits=Limits(same=3, person=3, place=3))
    for _ in range(20):
        assert counts.begin(EVA, HERE, now=NOW)
        counts.succeeded(EVA, HERE)


def test_many_at_once_are_counted_one_by_one() -> None:
    counts = Attempts()
    with ThreadPoolExecutor(16) as pool:
        tried = list(pool.map(lambda _n: counts.begin(EVA, HERE, now=NOW), range(64)))
    assert sum(tried) == Limits().same


def test_made_up_names_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_COUNTED", 30)
    counts = Attempts(limits=Limits(place=10_000))
    for number in range(500):
        counts.begin(f"x{number}@acme.example", f"place {number}", now=NOW)
    assert len(counts._counts) <= 30


def test_while_too_many_are_compared_the_next_is_asked_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 0.01)
    busy = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    kept = busy.hash("cuatro palabras")
    for _ in range(2):
        assert busy._room.acquire(timeout=1)
    with pytest.raises(TryLater):
        busy.agrees("cuatro palabras", kept)
    busy._room.release()
    assert busy.agrees("cuatro palabras", kept)
    assert busy.agrees("cuatro palabras", kept), "the room is given back"
